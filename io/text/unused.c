#include "io/text/unused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bf_status bf_unused_add(bf_unused *unused, const char *name, size_t size, bf_error *err)
{
    for (size_t at = 0; at < unused->size_bytes; at += strlen(unused->names + at) + 1) {
        if (strncmp(unused->names + at, name, size) == 0 && unused->names[at + size] == '\0')
            return BF_OK;
    }
    BF_TRY(BF_GROW(&unused->names, &unused->capacity_bytes, unused->size_bytes + size + 1, err));
    memcpy(unused->names + unused->size_bytes, name, size);
    unused->names[unused->size_bytes + size] = '\0';
    unused->size_bytes += size + 1;
    unused->count++;
    return BF_OK;
}

void bf_unused_list(char *out, size_t size, const bf_unused *unused)
{
    enum { MORE_BYTES = 40 }; /* room for " and 123 more" */
    size_t used = 0, listed = 0;
    out[0] = '\0';
    for (size_t at = 0; at < unused->size_bytes; listed++) {
        const char *name = unused->names + at;
        if (used + strlen(name) + MORE_BYTES > size) {
            (void)snprintf(out + used, size - used, " and %zu more", unused->count - listed);
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", listed == 0 ? "" : ", ", name);
        at += strlen(name) + 1;
    }
}

void bf_unused_free(bf_unused *unused)
{
    free(unused->names);
    *unused = (bf_unused){.names = NULL};
}

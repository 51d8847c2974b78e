#include "io/text/unused.h"

#include <stdlib.h>
#include <string.h>

bf_status bf_unused_add(bf_unused *unused, const char *name, size_t size, bf_error *err)
{
    for (size_t i = 0; i < unused->count; i++) {
        if (strncmp(unused->names[i], name, size) == 0 && unused->names[i][size] == '\0')
            return BF_OK;
    }
    char *copy = NULL;
    BF_TRY(BF_GROW(&unused->names, &unused->capacity, unused->count + 1, err));
    BF_TRY(BF_ALLOC(&copy, size + 1, err));
    memcpy(copy, name, size);
    unused->names[unused->count++] = copy;
    return BF_OK;
}

void bf_unused_free(bf_unused *unused)
{
    for (size_t i = 0; i < unused->count; i++)
        free(unused->names[i]);
    free(unused->names);
    *unused = (bf_unused)BF_UNUSED_INIT;
}

#include "compute/schema/sets.h"

#include <string.h>
#include <strings.h>

#define SET(name) static const char *const texts_##name[] = {
#define VALUE(set, symbol, text) text,
#define END(set)                                                                                   \
    }                                                                                              \
    ;
#include "compute/schema/sets.def"
#undef SET
#undef VALUE
#undef END

static const struct {
    const char *name;
    const char *const *texts;
    int size;
} sets[] = {
#define SET(name) {#name, texts_##name, BF_##name##_COUNT},
#define VALUE(set, symbol, text)
#define END(set)
#include "compute/schema/sets.def"
#undef SET
#undef VALUE
#undef END
};

int bf_set_size(bf_set set)
{
    return set < BF_SET_COUNT ? sets[set].size : 0;
}

const char *bf_set_name(bf_set set)
{
    return sets[set].name;
}

const char *bf_set_text(bf_set set, int code)
{
    return sets[set].texts[code];
}

int bf_set_find(bf_set set, const char *text, size_t size)
{
    int other = -1;
    for (int code = 0; code < sets[set].size; code++) {
        const char *candidate = sets[set].texts[code];
        if (strlen(candidate) == size && strncasecmp(candidate, text, size) == 0)
            return code;
        if (strcmp(candidate, "other") == 0)
            other = code;
    }
    return other;
}

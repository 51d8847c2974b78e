/* The closed sets of texts (sets.def): BF_<SET>_<VALUE> is a value's code, or its bit in a mask. */
#ifndef BF_SCHEMA_SETS_H
#define BF_SCHEMA_SETS_H

#include <stddef.h>

typedef enum {
#define SET(name) BF_SET_##name,
#define VALUE(set, symbol, text)
#define END(set)
#include "compute/schema/sets.def"
#undef SET
#undef VALUE
    BF_SET_COUNT,
    BF_SET_NONE = BF_SET_COUNT
} bf_set;

#define SET(name) enum {
#define VALUE(set, symbol, text) BF_##set##_##symbol,
#undef END
#define END(set)                                                                                   \
    BF_##set##_COUNT                                                                               \
    }                                                                                              \
    ;
#include "compute/schema/sets.def"
#undef SET
#undef VALUE
#undef END

int bf_set_size(bf_set set);
const char *bf_set_name(bf_set set);
const char *bf_set_text(bf_set set, int code);

/* Code of the text of `size` bytes, upper and lower case the same. A text that is not in the set
 * is the value "other" where the set has one, else -1. */
int bf_set_find(bf_set set, const char *text, size_t size);

#endif

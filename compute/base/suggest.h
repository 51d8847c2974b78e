/* "Did you mean": the nearest of a few names to a mistyped one. */
#ifndef BF_BASE_SUGGEST_H
#define BF_BASE_SUGGEST_H

#include <stddef.h>

enum { BF_SUGGEST_NAME_MAX = 64 }; /* bytes; nothing is near to a longer name */

typedef struct bf_suggestion {
    const char *nearest; /* NULL: none so far */
    size_t distance;     /* edits to `nearest` */
} bf_suggestion;

/* Edits (insert, delete, replace, swap neighbours) between two names; 1 where `typed` is the
 * beginning of `name`, as in --start for --start-date. */
size_t bf_suggest_distance(const char *typed, size_t typed_size, const char *name);

/* Keeps `name` if it is nearer than what was kept, and near enough to be meant. */
void bf_suggest_offer(bf_suggestion *best, const char *typed, size_t typed_size, const char *name);

#endif

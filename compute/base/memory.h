/* Checked allocation, and the arena: a rank's scratch memory of one date. */
#ifndef BF_BASE_MEMORY_H
#define BF_BASE_MEMORY_H

#include <stddef.h>

#include "compute/base/error.h"

/* Allocates count * size zeroed bytes into *out (never NULL on BF_OK, also for count 0). The caller
 * frees with free(). BF_E_MEMORY if the product overflows or memory is out. */
BF_CHECK_RESULT bf_status bf_alloc(void **out, size_t count, size_t size, bf_error *err);

/* Typed form: BF_ALLOC(&p, n, err) for `T *p`. */
#define BF_ALLOC(out, count, err) bf_alloc((void **)(out), (count), sizeof **(out), err)

/* A text by a format, allocated: *out is free()d by the caller, and NULL on BF_E_MEMORY. */
BF_CHECK_RESULT bf_status bf_alloc_text(char **out, bf_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Grows *array to at least `needed` elements of `size` bytes, doubling; *capacity is updated. New
 * elements are not initialised. *array stays valid on error. */
BF_CHECK_RESULT bf_status bf_grow(void **array, size_t *capacity, size_t needed, size_t size,
                                  bf_error *err);
#define BF_GROW(array, capacity, needed, err)                                                      \
    bf_grow((void **)(array), (capacity), (needed), sizeof **(array), err)

/* Arena: grows by blocks, is reset as a whole; the largest block is kept for the next date. */
typedef struct bf_arena {
    struct bf_arena_block *block; /* newest first */
    size_t used_bytes;            /* of the newest block */
} bf_arena;

#define BF_ARENA_INIT                                                                              \
    {                                                                                              \
        .block = NULL, .used_bytes = 0                                                             \
    }

/* count * size zeroed bytes, aligned for any type, valid until the next reset. */
BF_CHECK_RESULT bf_status bf_arena_alloc(void **out, bf_arena *arena, size_t count, size_t size,
                                         bf_error *err);
#define BF_ARENA_ALLOC(out, arena, count, err)                                                     \
    bf_arena_alloc((void **)(out), (arena), (count), sizeof **(out), err)

void bf_arena_reset(bf_arena *arena); /* everything allocated from it is gone; memory is kept */
void bf_arena_free(bf_arena *arena);

#endif

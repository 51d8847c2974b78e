#include "compute/base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/fault.h"

enum { ARENA_BLOCK_BYTES = 1 << 20 };

struct bf_arena_block {
    struct bf_arena_block *next;
    size_t size_bytes;
    alignas(max_align_t) unsigned char data[];
};

static bf_status out_of_memory(bf_error *err, size_t count, size_t size)
{
    return bf_error_set(err, BF_E_MEMORY, "out of memory: %zu x %zu bytes were asked for", count,
                        size);
}

bf_status bf_alloc(void **out, size_t count, size_t size, bf_error *err)
{
    *out =
        bf_fault_hit(BF_FAULT_ALLOC) ? NULL : calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    return *out == NULL ? out_of_memory(err, count, size) : BF_OK;
}

bf_status bf_alloc_text(char **out, bf_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vasprintf(out, format, args);
    va_end(args);
    if (size >= 0)
        return BF_OK;
    *out = NULL;
    return bf_error_set(err, BF_E_MEMORY, "out of memory");
}

bf_status bf_grow(void **array, size_t *capacity, size_t needed, size_t size, bf_error *err)
{
    if (needed <= *capacity)
        return BF_OK;
    size_t grown = *capacity < 8 ? 8 : *capacity;
    while (grown < needed && grown <= SIZE_MAX / 2)
        grown *= 2;
    if (grown < needed || grown > SIZE_MAX / size || bf_fault_hit(BF_FAULT_ALLOC))
        return out_of_memory(err, needed, size);
    void *moved = realloc(*array, grown * size);
    if (moved == NULL)
        return out_of_memory(err, grown, size);
    *array = moved;
    *capacity = grown;
    return BF_OK;
}

bf_status bf_arena_alloc(void **out, bf_arena *arena, size_t count, size_t size, bf_error *err)
{
    size_t align = alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX / 2) / size)
        return out_of_memory(err, count, size);
    size_t bytes = (count * size + align - 1) / align * align;
    struct bf_arena_block *block = arena->block;
    if (block == NULL || block->size_bytes - arena->used_bytes < bytes) {
        size_t capacity = bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
        struct bf_arena_block *added =
            bf_fault_hit(BF_FAULT_ALLOC) ? NULL : malloc(sizeof *added + capacity);
        if (added == NULL)
            return out_of_memory(err, count, size);
        added->next = block;
        added->size_bytes = capacity;
        arena->block = block = added;
        arena->used_bytes = 0;
    }
    *out = block->data + arena->used_bytes;
    memset(*out, 0, bytes);
    arena->used_bytes += bytes;
    return BF_OK;
}

void bf_arena_reset(bf_arena *arena)
{
    struct bf_arena_block *kept = arena->block;
    while (kept != NULL && kept->next != NULL) { /* keep the largest, free the others */
        struct bf_arena_block *other = kept->next;
        kept->next = other->next;
        if (other->size_bytes > kept->size_bytes) {
            other->next = kept->next;
            free(kept);
            kept = other;
        } else {
            free(other);
        }
    }
    arena->block = kept;
    arena->used_bytes = 0;
}

void bf_arena_free(bf_arena *arena)
{
    while (arena->block != NULL) {
        struct bf_arena_block *next = arena->block->next;
        free(arena->block);
        arena->block = next;
    }
    arena->used_bytes = 0;
}

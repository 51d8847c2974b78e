/* Texts and their codes: a hash table with open addressing for each dictionary. */
#include <stdlib.h>
#include <string.h>

#include "compute/history/raw.h"

typedef struct text_set {
    int32_t *slots;    /* [slot_count] code + 1, 0 for an empty slot */
    size_t slot_count; /* a power of two, at least twice `count` */
    int64_t *offset;   /* [count] into bytes */
    size_t offset_capacity;
    uint32_t *hashes; /* [count] */
    size_t hash_capacity;
    char *bytes; /* texts, each with its NUL */
    size_t bytes_capacity;
    int64_t used_bytes;
    int32_t count;
} text_set;

struct bf_intern {
    text_set sets[BF_DICT_COUNT];
};

bf_status bf_intern_create(bf_intern **out, bf_error *err)
{
    return BF_ALLOC(out, 1, err);
}

void bf_intern_free(bf_intern *texts)
{
    if (texts == NULL)
        return;
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        free(texts->sets[d].slots);
        free(texts->sets[d].offset);
        free(texts->sets[d].hashes);
        free(texts->sets[d].bytes);
    }
    free(texts);
}

/* FNV-1a, with a final mix because the table uses the low bits. */
static uint32_t hash_of(const char *text, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return (uint32_t)(hash ^ hash >> 32);
}

static size_t empty_slot(const text_set *set, uint32_t hash)
{
    size_t slot = hash & (set->slot_count - 1);
    while (set->slots[slot] != 0)
        slot = (slot + 1) & (set->slot_count - 1);
    return slot;
}

static bf_status make_room(text_set *set, size_t size, bf_error *err)
{
    size_t count = (size_t)set->count;
    if (set->count == INT32_MAX - 1)
        return bf_error_set(err, BF_E_INPUT, "more than %d different texts", set->count);
    BF_TRY(BF_GROW(&set->offset, &set->offset_capacity, count + 1, err));
    BF_TRY(BF_GROW(&set->hashes, &set->hash_capacity, count + 1, err));
    BF_TRY(BF_GROW(&set->bytes, &set->bytes_capacity, (size_t)set->used_bytes + size + 1, err));
    if (2 * (count + 1) <= set->slot_count)
        return BF_OK;
    size_t slot_count = set->slot_count == 0 ? 64 : 2 * set->slot_count;
    int32_t *slots = NULL;
    BF_TRY(BF_ALLOC(&slots, slot_count, err));
    free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    for (int32_t code = 0; code < set->count; code++)
        slots[empty_slot(set, set->hashes[code])] = code + 1;
    return BF_OK;
}

static int32_t find(const text_set *set, const char *text, size_t size, uint32_t hash)
{
    size_t mask = set->slot_count - 1;
    for (size_t slot = hash & mask; set->slot_count != 0 && set->slots[slot] != 0;
         slot = (slot + 1) & mask) {
        int32_t code = set->slots[slot] - 1;
        const char *known = set->bytes + set->offset[code];
        if (set->hashes[code] == hash && strncmp(known, text, size) == 0 && known[size] == '\0')
            return code;
    }
    return -1;
}

int32_t bf_intern_find(const bf_intern *texts, bf_dict dictionary, const char *text, size_t size)
{
    return find(&texts->sets[dictionary], text, size, hash_of(text, size));
}

bf_status bf_intern_code(int32_t *out, bf_intern *texts, bf_dict dictionary, const char *text,
                         size_t size, bf_error *err)
{
    text_set *set = &texts->sets[dictionary];
    uint32_t hash = hash_of(text, size);
    *out = find(set, text, size, hash);
    if (*out >= 0)
        return BF_OK;
    BF_TRY(make_room(set, size, err));
    *out = set->count++;
    set->slots[empty_slot(set, hash)] = *out + 1;
    set->hashes[*out] = hash;
    set->offset[*out] = set->used_bytes;
    memcpy(set->bytes + set->used_bytes, text, size);
    set->bytes[set->used_bytes + (int64_t)size] = '\0';
    set->used_bytes += (int64_t)size + 1;
    return BF_OK;
}

int32_t bf_intern_count(const bf_intern *texts, bf_dict dictionary)
{
    return texts->sets[dictionary].count;
}

const char *bf_intern_text(const bf_intern *texts, bf_dict dictionary, int32_t code)
{
    return texts->sets[dictionary].bytes + texts->sets[dictionary].offset[code];
}

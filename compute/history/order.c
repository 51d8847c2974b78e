#include "compute/history/order.h"

#include <stdlib.h>
#include <string.h>

static size_t bucket_of(const bf_order_key *key, int32_t row)
{
    int32_t value = key->values[row] - key->low;
    return (size_t)(key->rank == NULL ? value : key->rank[value]);
}

bf_status bf_order_rows(int32_t *rows, int64_t count, const bf_order_key *key, bf_error *err)
{
    int64_t *next = NULL;
    int32_t *sorted = NULL;
    BF_TRY(BF_ALLOC(&next, (size_t)key->buckets + 1, err));
    bf_status st = BF_ALLOC(&sorted, (size_t)count, err);
    if (st == BF_OK) {
        for (int64_t i = 0; i < count; i++)
            next[bucket_of(key, rows[i]) + 1]++;
        for (int32_t b = 0; b < key->buckets; b++)
            next[b + 1] += next[b];
        for (int64_t i = 0; i < count; i++)
            sorted[next[bucket_of(key, rows[i])]++] = rows[i];
        if (count > 0)
            memcpy(rows, sorted, (size_t)count * sizeof *rows);
    }
    free(sorted);
    free(next);
    return st;
}

/* Sorting rows by small integers: stable counting sort, one key at a time from the least
 * significant, so that the time is linear in the rows. */
#ifndef BF_HISTORY_ORDER_H
#define BF_HISTORY_ORDER_H

#include <stdint.h>

#include "compute/base/memory.h"

/* What a row is sorted by: values[row] - low, or rank[values[row] - low]; from 0 to buckets - 1. */
typedef struct bf_order_key {
    const int32_t *values;
    const int32_t *rank; /* may be NULL */
    int32_t low, buckets;
} bf_order_key;

/* Sorts `count` row numbers. */
BF_CHECK_RESULT bf_status bf_order_rows(int32_t *rows, int64_t count, const bf_order_key *key,
                                        bf_error *err);

#endif

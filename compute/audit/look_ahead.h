/* The look-ahead audit (DESIGN §5.1): a date's rows computed again, from the history cut off before
 * the date (compute/history/cut.h). What differs from the file knows more than it may. */
#ifndef BF_AUDIT_LOOK_AHEAD_H
#define BF_AUDIT_LOOK_AHEAD_H

#include "compute/features/date.h"

/* A date's rows of all tables. */
typedef struct bf_recomputed {
    bf_columns tables[BF_OUTPUT_COUNT]; /* owned; of tables that were not asked for without rows */
    uint8_t digests[BF_OUTPUT_COUNT][BF_SHA256_BYTES];
} bf_recomputed;

/* Computes `day` anew. `processors` (a bit each): whose tables and records are wanted. */
BF_CHECK_RESULT bf_status bf_look_ahead_recompute(bf_recomputed *out, bf_date *date, bf_day day,
                                                  unsigned processors, bf_error *err);
void bf_recomputed_free(bf_recomputed *recomputed);

/* Number `i` of `samples` dates spread evenly over `count`, the first and the last among them;
 * samples <= count. */
int32_t bf_look_ahead_pick(int32_t i, int32_t samples, int32_t count);

#endif

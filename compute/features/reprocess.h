/* Attempts to reprocess (spec/backfill.md §8, B23): the players whose row of PDC is made from
 * incomplete windows. A backfill counts them, daily mode writes a row for each. */
#ifndef BF_FEATURES_REPROCESS_H
#define BF_FEATURES_REPROCESS_H

#include "compute/features/date.h"

/* Daily mode, after PDC has been selected: sets date->attempts, numbered after those of the input.
 */
BF_CHECK_RESULT bf_status bf_reprocess_select(bf_date *date, bf_error *err);

/* Stores the date's attempts at row `first` of `out`; sets the table's digest. */
void bf_reprocess_store_date(bf_date *date, bf_columns *out, int64_t first);

/* Attempts of the date that trip the breaker. */
int64_t bf_reprocess_tripped(const bf_date *date);

#endif

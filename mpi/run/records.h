/* What ranks know of the dates they computed, and how rank 0 learns it. */
#ifndef BF_RUN_RECORDS_H
#define BF_RUN_RECORDS_H

#include "mpi/run/run.h"

/* Of one date. Plain data, sent between ranks. */
typedef struct bf_date_record {
    int32_t date;              /* index into run->dates */
    int64_t reprocess_skipped; /* attempts that daily mode records (B23) */
    int64_t breakers_tripped;  /* by them, in daily mode */
    double seconds[BF_PROCESSOR_COUNT];
    uint8_t digests[BF_OUTPUT_COUNT][BF_SHA256_BYTES];
} bf_date_record;

/* Collective. Rank 0 enters the `count` records of every rank into run: done, units, digests,
 * attempts, and the values that were nulled, [columns] a table, which become 0. All ranks return
 * the same status. */
BF_CHECK_RESULT bf_status bf_records_gather(bf_run *run, const bf_date_record *records,
                                            int32_t count, int64_t *const nulled[BF_OUTPUT_COUNT],
                                            bf_error *err);

#endif

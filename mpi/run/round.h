/* Rounds of fill: the dates that the ranks of a team compute next, and where their rows lie in the
 * team's buffer. Every rank of a team works the same out from the plan. */
#ifndef BF_RUN_ROUND_H
#define BF_RUN_ROUND_H

#include "mpi/run/run.h"

typedef struct bf_round {
    int64_t share_bytes; /* a rank may fill this much a round, at least one date */
    size_t buffer_bytes; /* of the team's buffer */
    int32_t *next, *end; /* [team_size] each rank's next date and the end of those it has to
                          * compute, in run->todo; on the only node those it claimed (claim.h) */
    int32_t *until;      /* [team_size] end of this round's dates */
    bf_columns tables[BF_OUTPUT_COUNT]; /* the team's rows of the round; data in the buffer */
    int64_t *base[BF_OUTPUT_COUNT];     /* [team_size] row of `tables` where a rank's rows begin */
} bf_round;

/* Local. */
BF_CHECK_RESULT bf_status bf_round_init(bf_round *round, const bf_run *run, bf_error *err);
void bf_round_reset(bf_round *round);

/* Local. Bytes in the file of the rows of todo[at]. */
int64_t bf_round_date_bytes(const bf_run *run, int32_t at);

/* Local. Chooses the dates of the next round and lays the buffer out for them. */
void bf_round_begin(bf_round *round, const bf_run *run, unsigned char *buffer);

/* Local. Slabs of a table for what was computed: each rank's dates next .. reached - 1. Allocates
 * *slabs. */
BF_CHECK_RESULT bf_status bf_round_slabs(bf_slab **slabs, int *count, const bf_round *round,
                                         const bf_run *run, bf_output table, const int32_t *reached,
                                         bf_error *err);

#endif

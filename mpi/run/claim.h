/* The dates that no rank of the only node has begun. The plan gives each rank a range; a rank takes
 * its dates from the front of it, a round at a time, and one that has none left takes the far half
 * of what another has. Lies in memory that the ranks share; needs no lock. */
#ifndef BF_RUN_CLAIM_H
#define BF_RUN_CLAIM_H

#include <stdatomic.h>

#include "mpi/run/run.h"

typedef _Atomic uint64_t bf_claim; /* of a rank: two indexes into run->todo, begin and end */

/* Local (one rank of the node). Everything is as planned. `claims` has one for each rank. */
void bf_claims_init(bf_claim *claims, const bf_run *run);

/* Local. The next dates of this rank, begin .. end - 1: as many as have rows of `most_bytes`, and
 * fewer towards the end so that ranks end together; at least one. False if none is left. */
bool bf_claims_take(bf_claim *claims, const bf_run *run, int64_t most_bytes, int32_t *begin,
                    int32_t *end);

/* Local. Dates that this rank has not begun. */
int32_t bf_claims_left(bf_claim *claims, const bf_run *run);

#endif

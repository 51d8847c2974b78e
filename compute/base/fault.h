/* The one fault-injection seam: makes the n-th allocation, HDF5 call, write or MPI call fail.
 * Armed only by tests (mpi/main.c reads BACKFILL_FAULT=<kind>:<n>[@<rank>]); costs one comparison
 * with zero otherwise. */
#ifndef BF_BASE_FAULT_H
#define BF_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    BF_FAULT_ALLOC,
    BF_FAULT_HDF5,
    BF_FAULT_WRITE,
    BF_FAULT_MPI,
    BF_FAULT_KINDS
} bf_fault_kind;

extern int64_t bf_fault_countdown[BF_FAULT_KINDS]; /* calls until the failing one; 0 is disarmed */

/* Arms `kind`: its `nth` call from now (from 1) fails, once. */
void bf_fault_arm(bf_fault_kind kind, int64_t nth);

/* Name as in BACKFILL_FAULT: alloc, hdf5, write, mpi. */
const char *bf_fault_name(bf_fault_kind kind);

/* True when this call is the one that has to fail. */
static inline bool bf_fault_hit(bf_fault_kind kind)
{
    return bf_fault_countdown[kind] != 0 && --bf_fault_countdown[kind] == 0;
}

#endif

#include "compute/base/fault.h"

int64_t bf_fault_countdown[BF_FAULT_KINDS];

void bf_fault_arm(bf_fault_kind kind, int64_t nth)
{
    bf_fault_countdown[kind] = nth;
}

const char *bf_fault_name(bf_fault_kind kind)
{
    static const char *const names[BF_FAULT_KINDS] = {"alloc", "hdf5", "write", "mpi"};
    return names[kind];
}

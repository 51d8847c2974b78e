/* Calling HDF5: every call goes through BF_H5, which is also the seam for injected faults. */
#ifndef BF_IO_H5_H
#define BF_IO_H5_H

#include <hdf5.h>

#include "compute/base/fault.h"

#ifndef H5_HAVE_PARALLEL
#error "backfill needs a parallel HDF5 library"
#endif

/* Value of an HDF5 call, or -1 when a test wants it to fail. Negative is failure, as in HDF5. */
#define BF_H5(call) (bf_fault_hit(BF_FAULT_HDF5) ? -1 : (call))

/* Local. Keeps HDF5 from printing its error stack; the innermost message goes to `out` instead. */
void bf_h5_quiet(void);
void bf_h5_reason(char *out, size_t size);

#endif

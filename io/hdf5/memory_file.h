/* An HDF5 file made in memory and then copied to the disk by us. The library cannot cope with a
 * full disk: when H5Fclose fails to write, the file stays half open, and the program crashes when
 * the library is shut down. */
#ifndef BF_IO_MEMORY_FILE_H
#define BF_IO_MEMORY_FILE_H

#include <hdf5.h>
#include <stdint.h>

#include "compute/base/error.h"

typedef struct bf_memory_file {
    int fd; /* -1: none */
} bf_memory_file;

#define BF_MEMORY_FILE_INIT                                                                        \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/* Local. Makes an open file of the sec2 driver, into which nothing was written yet, write to memory
 * from now on; it is closed by H5Fclose as usual. It will hold at least `bytes`: more than a file
 * of this process may have (ulimit -f, which memory files obey too) is BF_E_OUTPUT; BF_E_MEMORY. */
BF_CHECK_RESULT bf_status bf_memory_file_take(bf_memory_file *out, hid_t file, int64_t bytes,
                                              bf_error *err);

/* Local. Writes what the closed HDF5 file held to `path`, gives it all its blocks, the empty ones
 * too, and makes it durable. BF_E_OUTPUT; "no space left" and the size when the disk is full. */
BF_CHECK_RESULT bf_status bf_memory_file_save(const bf_memory_file *file, const char *path,
                                              bf_error *err);

void bf_memory_file_free(bf_memory_file *file);

#endif

/* Whole small files, written so that a crash leaves the old or the new content. */
#ifndef BF_IO_FILE_H
#define BF_IO_FILE_H

#include "compute/base/text.h"

/* Local. Writes the file under a temporary name beside it, makes it durable, renames it, makes the
 * directory durable; of a symbolic link the file that it leads to, so /dev/stdout remains what it
 * is. BF_E_OUTPUT; a full disk says "no space left". */
BF_CHECK_RESULT bf_status bf_file_write(const char *name, const void *bytes, size_t size,
                                        bf_error *err);

/* Local. Reads all of `path`, at most limit_bytes; *found false if there is no such file. Owned by
 * the caller. */
BF_CHECK_RESULT bf_status bf_file_read(bf_text *out, bool *found, const char *path, bf_error *err);

/* Local. Makes DIR and what is missing above it. BF_E_OUTPUT. */
BF_CHECK_RESULT bf_status bf_file_make_directory(const char *directory, bf_error *err);

/* Local. Copies bytes of an open file to another's place `to_offset`, within the kernel where it
 * can. Paths are for messages. BF_E_OUTPUT. */
typedef struct bf_file_range {
    int fd;
    const char *path;
    int64_t offset;
} bf_file_range;
BF_CHECK_RESULT bf_status bf_file_copy(bf_file_range to, bf_file_range from, int64_t size_bytes,
                                       bf_error *err);

/* Local. Makes a rename or removal in the directory of `path` durable. */
BF_CHECK_RESULT bf_status bf_file_sync_directory(const char *path, bf_error *err);

/* Local. Fills err for a failed system call on `path` ("no space left on device" for ENOSPC);
 * returns BF_E_OUTPUT. */
bf_status bf_file_error(bf_error *err, const char *what, const char *path, int error_number);

#endif

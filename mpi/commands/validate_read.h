/* Reads a results file date by date, all tables together, in blocks of bounded size. */
#ifndef BF_MPI_VALIDATE_READ_H
#define BF_MPI_VALIDATE_READ_H

#include "compute/audit/audit.h"
#include "compute/audit/issues.h"
#include "io/hdf5/results.h"

typedef struct bf_date_reader bf_date_reader;

/* Local. `results` is borrowed. */
BF_CHECK_RESULT bf_status bf_date_reader_create(bf_date_reader **out, bf_results *results,
                                                bf_error *err);
void bf_date_reader_free(bf_date_reader *reader);

/* Local. The rows of date `index`; dates come in ascending order. `out` borrows them until the next
 * call. Rows that cannot be read become an issue, and the other dates are read all the same. */
BF_CHECK_RESULT bf_status bf_date_reader_next(bf_audit_date *out, bf_date_reader *reader,
                                              int32_t index, bf_issues *issues, bf_error *err);

#endif

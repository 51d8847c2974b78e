/* backfill report, for the command and for --report of a run. */
#ifndef BF_MPI_REPORT_H
#define BF_MPI_REPORT_H

#include "mpi/options.h"

/* Local. May the report of the results file `results` be written to `out`? BF_E_USAGE, BF_E_OUTPUT
 * as bf_report_check_target; BF_E_USAGE if it is the same file. */
BF_CHECK_RESULT bf_status bf_report_check(const char *out, const char *results, bf_error *err);

/* Local. Validates the results file, with `snapshot` unless it is NULL, and writes its report.
 * BF_OK whatever the verdict is; BF_E_INPUT for a file that is damaged, of which no report is
 * written. */
BF_CHECK_RESULT bf_status bf_report_results(const bf_options *options, const char *results,
                                            const char *snapshot, const char *out, bf_error *err);

#endif

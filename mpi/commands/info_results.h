/* The part of `backfill info` about results files. */
#ifndef BF_MPI_INFO_RESULTS_H
#define BF_MPI_INFO_RESULTS_H

#include <stdbool.h>

#include "compute/base/error.h"

/* Local. Prints to stdout what the results file holds and how it was made: tables, rows, dates,
 * run, input, units by status, nulled values, sessions with the times of their phases. BF_E_INPUT
 * as bf_results_open. */
BF_CHECK_RESULT bf_status bf_info_results(const char *path, bool json, bf_error *err);

#endif

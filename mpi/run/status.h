/* --status: how far the run of a results file has come, from its checkpoint. */
#ifndef BF_RUN_STATUS_H
#define BF_RUN_STATUS_H

#include "compute/base/error.h"

/* Local. Prints a summary of `path`.checkpoint.json, or that `path` is complete, or that there is
 * neither. BF_E_INPUT where `path` is something else. */
BF_CHECK_RESULT bf_status bf_run_print_status(const char *path, bool json, bf_error *err);

#endif

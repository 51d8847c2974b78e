/* The options (options.def) as one struct: a field each, and the arguments that are no options.
 * Precedence: default < configuration file < environment BACKFILL_* < command line. */
#ifndef BF_MPI_OPTIONS_H
#define BF_MPI_OPTIONS_H

#include "compute/base/date.h"
#include "compute/base/error.h"

typedef enum { BF_FROM_DEFAULT, BF_FROM_FILE, BF_FROM_ENVIRONMENT, BF_FROM_COMMAND_LINE } bf_origin;

#define BF_DAY_NONE INT32_MIN /* a DAY option that was not given */

typedef struct bf_options {
#define BF_OPTION_TEXT const char * /* NULL if empty */
#define BF_OPTION_FLAG bool
#define BF_OPTION_COUNT int64_t
#define BF_OPTION_SIZE int64_t
#define BF_OPTION_SECONDS double
#define BF_OPTION_DAY bf_day
#define OPTION(field, kind, ...) BF_OPTION_##kind field;
#include "mpi/options.def"
#undef OPTION
    int argument_count;
    const char *const *arguments; /* what stands on the command line besides options and the command */
    const char *program;          /* argv[0] */
} bf_options;

#endif

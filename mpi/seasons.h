/* The value of --seasons. */
#ifndef BF_MPI_SEASONS_H
#define BF_MPI_SEASONS_H

#include "compute/base/error.h"

/* Local. "2021-2024" or "2021": first and last season by the year they begin in. BF_E_USAGE. */
BF_CHECK_RESULT bf_status bf_seasons_parse(int *first, int *last, const char *text, bf_error *err);

#endif

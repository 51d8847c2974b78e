/* A unit: one processor's work on one date, and how it ended (spec/backfill.md §7.1). */
#ifndef BF_PLAN_UNIT_H
#define BF_PLAN_UNIT_H

#include <stdint.h>

#include "compute/base/date.h"

typedef enum {
    BF_UNIT_SUCCESS,           /* every selected entity has a row, every other one a record */
    BF_UNIT_SKIPPED_BOOTSTRAP, /* a date before day 14 of its season */
    BF_UNIT_NO_GAMES,          /* asked for by --dates, but not a game date */
    BF_UNIT_FAILED,            /* a date-level record says why there are no rows */
    BF_UNIT_NOT_RUN            /* the processor was not asked for */
} bf_unit_status;

typedef struct bf_unit {
    int8_t processor; /* 0 TDZA .. 4 ML */
    int8_t status;    /* bf_unit_status */
    int32_t rank;     /* that computed it; -1 for none */
    int32_t rows, failures;
    bf_day day;
    double seconds; /* of computing, without writing */
} bf_unit;

#endif

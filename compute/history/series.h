/* Series (series.def): for each entity its counted rows, oldest first, with prefix sums of
 * measures, so that the sum over any window is one difference. */
#ifndef BF_HISTORY_SERIES_H
#define BF_HISTORY_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "compute/base/date.h"

typedef enum {
#define SERIES(name, ...) BF_SERIES_##name,
#define SUM(...)
#define COUNT(...)
#define SPECIAL(...)
#define END(...)
#include "compute/history/series.def"
#undef SERIES
#undef SUM
#undef COUNT
#undef SPECIAL
#undef END
    BF_SERIES_COUNT
} bf_series_id;

/* Measures of a series: BF_<SERIES>_sum_<column>, _count_<column>, _<symbol>; BF_<SERIES>_MEASURES.
 */
#define SERIES(name, ...) enum {
#define SUM(series, column) BF_##series##_sum_##column,
#define COUNT(series, column) BF_##series##_count_##column,
#define SPECIAL(series, symbol) BF_##series##_##symbol,
#define END(series)                                                                                \
    BF_##series##_MEASURES                                                                         \
    }                                                                                              \
    ;
#include "compute/history/series.def"
#undef SERIES
#undef SUM
#undef COUNT
#undef SPECIAL
#undef END

/* First day of a season and the day after its last: [1 October, next 1 October). */
typedef struct bf_season_days {
    bf_day first, end;
} bf_season_days;

typedef struct bf_series {
    int32_t entities;
    int32_t seasons;
    int32_t measures;
    bf_season_days *season; /* [seasons] ascending; the history's, the same for all series */
    int64_t *first; /* [entities * seasons + 1] positions: entity e in season s has those from
                     * first[e * seasons + s] to before the next */
    int32_t *row;   /* [positions] row of the input table */
    bf_day *day;    /* [positions] */
    uint32_t *
        sums; /* [(positions + 1) * measures]; modulo 2^32: differences over windows fit an int32 */
} bf_series;

#endif

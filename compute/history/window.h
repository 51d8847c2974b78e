/* Windows: the games of an entity that count for an as-of date. The one place that compares the
 * dates of games: every window ends before the as-of date (spec/zones.md P2, players.md §1.1).
 * Inline, because a row asks for a dozen windows. */
#ifndef BF_HISTORY_WINDOW_H
#define BF_HISTORY_WINDOW_H

#include "compute/history/series.h"

/* Positions begin .. end - 1 of a series, oldest first. Borrows the series. */
typedef struct bf_window {
    const bf_series *series;
    int64_t begin, end;
} bf_window;

/* Number of the `count` days that are before `day`; they ascend. Halves without a branch: which
 * half is as good as random. */
static inline int64_t bf_window_count_before(const bf_day *days, int64_t count, bf_day day)
{
    const bf_day *at = days;
    while (count > 1) {
        int64_t half = count / 2;
        at += half & -(int64_t)(at[half - 1] < day); /* compilers make a branch of a condition */
        count -= half;
    }
    return at - days + (count == 1 && *at < day ? 1 : 0);
}

/* Season of the series that `as_of` lies in, or the next one; series->seasons if all are over. */
static inline int32_t bf_window_season_at(const bf_series *series, bf_day as_of)
{
    int32_t season = 0;
    while (season < series->seasons && series->season[season].end <= as_of)
        season++;
    return season;
}

/* So many entities before they are needed, the memory of their windows is asked for: it takes as
 * long to come as a few rows take to compute. */
enum { BF_WINDOW_AHEAD = 6 };

/* Asks for what bf_window_season looks at. */
static inline void bf_window_prefetch_season(const bf_series *series, int32_t entity, bf_day as_of)
{
    enum { DAYS_A_LINE = 64 / sizeof(bf_day) };
    int32_t season = bf_window_season_at(series, as_of);
    const int64_t *first = series->first + (int64_t)entity * series->seasons + season;
    for (int64_t at = first[0]; season < series->seasons && at < first[1]; at += DAYS_A_LINE)
        __builtin_prefetch(series->day + at);
}

/* Games of the season of `as_of` before it: 1 October <= date < as_of. */
static inline bf_window bf_window_season(const bf_series *series, int32_t entity, bf_day as_of)
{
    int32_t season = bf_window_season_at(series, as_of);
    const int64_t *first = series->first + (int64_t)entity * series->seasons + season;
    if (season == series->seasons)
        return (bf_window){series, *first, *first};
    int64_t games = bf_window_count_before(series->day + first[0], first[1] - first[0], as_of);
    return (bf_window){series, first[0], first[0] + games};
}

/* Those of a window dated in [as_of - first, as_of - 1]. Looks from the newest game back, in steps
 * that double: such days hold few games. */
static inline bf_window bf_window_days(bf_window window, bf_day as_of, int32_t first)
{
    const bf_day *days = window.series->day;
    int64_t games = window.end - window.begin, span = 1;
    while (span < games && days[window.end - span] >= as_of - first)
        span *= 2;
    if (span > games)
        span = games;
    int64_t begin = window.end - span;
    window.begin = begin + bf_window_count_before(days + begin, span, as_of - first);
    return window;
}

/* All games before the as-of date, of any season, given the season's. */
static inline bf_window bf_window_all_seasons(bf_window season, int32_t entity)
{
    season.begin = season.series->first[(int64_t)entity * season.series->seasons];
    return season;
}

/* All games before `as_of`, of any season. */
static inline bf_window bf_window_before(const bf_series *series, int32_t entity, bf_day as_of)
{
    return bf_window_all_seasons(bf_window_season(series, entity, as_of), entity);
}

static inline int64_t bf_window_games(bf_window window)
{
    return window.end - window.begin;
}

/* The newest `games` of a window; all if it has fewer. */
static inline bf_window bf_window_last(bf_window window, int64_t games)
{
    if (window.end - window.begin > games)
        window.begin = window.end - games;
    return window;
}

/* Where the prefix sums at both ends of a window lie: for several sums over the same window. */
typedef struct bf_window_sums {
    const uint32_t *begin, *end;
} bf_window_sums;

static inline bf_window_sums bf_window_sums_of(bf_window window)
{
    const uint32_t *sums = window.series->sums;
    int64_t stride = window.series->measures;
    return (bf_window_sums){sums + window.begin * stride, sums + window.end * stride};
}

/* Asks for the sums of a window. */
static inline void bf_window_prefetch_sums(bf_window window)
{
    bf_window_sums sums = bf_window_sums_of(window);
    __builtin_prefetch(sums.begin);
    __builtin_prefetch(sums.begin + window.series->measures - 1);
    __builtin_prefetch(sums.end);
    __builtin_prefetch(sums.end + window.series->measures - 1);
}

/* Sum of a measure over the window; exact while it fits an int32 (column bounds see to that). */
static inline int32_t bf_sum(bf_window_sums sums, int measure)
{
    return (int32_t)(sums.end[measure] - sums.begin[measure]);
}

static inline int32_t bf_window_sum(bf_window window, int measure)
{
    return bf_sum(bf_window_sums_of(window), measure);
}

/* Whether a measure that counts rows is above 0 in the window. Looks at the whole series first:
 * what hardly ever occurs is not worth a cache miss per window. */
static inline bool bf_window_has(bf_window window, int measure)
{
    const bf_series *series = window.series;
    int64_t positions = series->first[(int64_t)series->entities * series->seasons];
    return series->sums[positions * series->measures + measure] != 0 &&
           bf_window_sum(window, measure) > 0;
}

/* The one game `back` games before the newest of a window that has more. */
static inline bf_window bf_window_one(bf_window window, int64_t back)
{
    return (bf_window){window.series, window.end - 1 - back, window.end - back};
}

/* Newest row of the input table in a window that is not empty, and its date. `back` 0 is the
 * newest. */
static inline int32_t bf_window_row(bf_window window, int64_t back)
{
    return window.series->row[window.end - 1 - back];
}

static inline bf_day bf_window_day(bf_window window, int64_t back)
{
    return window.series->day[window.end - 1 - back];
}

#endif

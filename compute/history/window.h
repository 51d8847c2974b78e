/* Windows: the games of an entity that count for an as-of date. The one place that compares the dates
 * of games: every window ends before the as-of date (spec/zones.md P2, players.md §1.1). Inline, because a row
 * asks for a dozen windows. */
#ifndef BF_HISTORY_WINDOW_H
#define BF_HISTORY_WINDOW_H

#include "compute/history/series.h"

/* Positions begin .. end - 1 of a series, oldest first. Borrows the series. */
typedef struct bf_window {
    const bf_series *series;
    int64_t begin, end;
} bf_window;

/* First position of [begin, end) whose date is not before `day`; end if there is none. */
static inline int64_t bf_window_first_not_before(const bf_series *series, int64_t begin, int64_t end, bf_day day)
{
    while (begin < end) {
        int64_t middle = begin + (end - begin) / 2;
        if (series->day[middle] < day)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* Season of the series that `as_of` lies in, or the next one; series->seasons if all are over. */
static inline int32_t bf_window_season_at(const bf_series *series, bf_day as_of)
{
    int32_t season = 0;
    while (season < series->seasons && series->season[season].end <= as_of)
        season++;
    return season;
}

/* Games of the season of `as_of` before it: 1 October <= date < as_of. */
static inline bf_window bf_window_season(const bf_series *series, int32_t entity, bf_day as_of)
{
    int32_t season = bf_window_season_at(series, as_of);
    const int64_t *first = series->first + (int64_t)entity * series->seasons + season;
    if (season == series->seasons)
        return (bf_window){series, *first, *first};
    return (bf_window){series, first[0], bf_window_first_not_before(series, first[0], first[1], as_of)};
}

/* All games before `as_of`, of any season. */
static inline bf_window bf_window_before(const bf_series *series, int32_t entity, bf_day as_of)
{
    bf_window window = bf_window_season(series, entity, as_of);
    window.begin = series->first[(int64_t)entity * series->seasons];
    return window;
}

/* The newest `games` of a window; all if it has fewer. */
static inline bf_window bf_window_last(bf_window window, int64_t games)
{
    if (window.end - window.begin > games)
        window.begin = window.end - games;
    return window;
}

/* Those of a window dated in [as_of - first, as_of - 1]. */
static inline bf_window bf_window_days(bf_window window, bf_day as_of, int32_t first)
{
    window.begin = bf_window_first_not_before(window.series, window.begin, window.end, as_of - first);
    return window;
}

static inline int64_t bf_window_games(bf_window window)
{
    return window.end - window.begin;
}

/* Sum of a measure over the window; exact while it fits an int32 (column bounds see to that). */
static inline int32_t bf_window_sum(bf_window window, int measure)
{
    const uint32_t *sums = window.series->sums;
    int64_t measures = window.series->measures;
    return (int32_t)(sums[window.end * measures + measure] - sums[window.begin * measures + measure]);
}

/* The one game `back` games before the newest of a window that has more. */
static inline bf_window bf_window_one(bf_window window, int64_t back)
{
    return (bf_window){window.series, window.end - 1 - back, window.end - back};
}

/* Newest row of the input table in a window that is not empty, and its date. `back` 0 is the newest. */
static inline int32_t bf_window_row(bf_window window, int64_t back)
{
    return window.series->row[window.end - 1 - back];
}

static inline bf_day bf_window_day(bf_window window, int64_t back)
{
    return window.series->day[window.end - 1 - back];
}

#endif

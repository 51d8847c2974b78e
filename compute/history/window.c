#include "compute/history/window.h"

/* First position of [begin, end) whose date is not before `day`; end if there is none. */
static int64_t first_not_before(const bf_series *series, int64_t begin, int64_t end, bf_day day)
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

int32_t bf_window_season_at(const bf_series *series, bf_day as_of)
{
    int32_t season = 0;
    while (season < series->seasons && series->season[season].end <= as_of)
        season++;
    return season;
}

bf_window bf_window_season(const bf_series *series, int32_t entity, bf_day as_of)
{
    int32_t season = bf_window_season_at(series, as_of);
    const int64_t *first = series->first + (int64_t)entity * series->seasons + season;
    if (season == series->seasons)
        return (bf_window){series, *first, *first};
    return (bf_window){series, first[0], first_not_before(series, first[0], first[1], as_of)};
}

bf_window bf_window_before(const bf_series *series, int32_t entity, bf_day as_of)
{
    bf_window window = bf_window_season(series, entity, as_of);
    window.begin = series->first[(int64_t)entity * series->seasons];
    return window;
}

bf_window bf_window_last(bf_window window, int64_t games)
{
    if (window.end - window.begin > games)
        window.begin = window.end - games;
    return window;
}

bf_window bf_window_days(bf_window window, bf_day as_of, int32_t first)
{
    window.begin = first_not_before(window.series, window.begin, window.end, as_of - first);
    return window;
}

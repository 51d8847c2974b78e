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

bf_window bf_window_before(const bf_series *series, int32_t entity, bf_day as_of)
{
    int64_t begin = series->first[entity];
    return (bf_window){series, begin,
                       first_not_before(series, begin, series->first[entity + 1], as_of)};
}

bf_window bf_window_season(const bf_series *series, int32_t entity, bf_day as_of)
{
    bf_window window = bf_window_before(series, entity, as_of);
    window.begin = first_not_before(series, window.begin, window.end,
                                    bf_season_first(bf_season_year(as_of)));
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

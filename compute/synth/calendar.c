#include "compute/synth/calendar.h"

#include <assert.h>

typedef struct days_off {
    int first, last; /* month * 100 + day; first 0 ends a list */
} days_off;

enum { MAX_DAYS_OFF = 13 };

/* What base/date.h does not know of a season. Sources: spec/backfill.md §2.1 and §2.3 and, for the
 * days between playoff games, the schedules that the league published. */
static const struct {
    int regular_last;
    int play_in[BF_SYNTH_PLAY_IN_DATES];
    int finals_last;
    int round_dates[BF_SYNTH_ROUNDS];
    days_off off[MAX_DAYS_OFF + 1];
    days_off playoffs_off[MAX_DAYS_OFF + 1];
} seasons[BF_SYNTH_LAST_SEASON - BF_SYNTH_FIRST_SEASON + 1] = {
    {.regular_last = 410,
     .play_in = {412, 413, 415},
     .finals_last = 616,
     .round_dates = {14, 13, 12, 6},
     .off = {{1125, 1125}, {1224, 1224}, {218, 223}, {404, 404}},
     .playoffs_off = {{430, 430},
                      {505, 505},
                      {514, 514},
                      {516, 516},
                      {528, 528},
                      {530, 601},
                      {603, 604},
                      {606, 607},
                      {609, 609},
                      {611, 612},
                      {614, 615}}},
    {.regular_last = 409,
     .play_in = {411, 412, 414},
     .finals_last = 612,
     .round_dates = {14, 13, 13, 5},
     .off = {{1108, 1108}, {1124, 1124}, {1224, 1224}, {217, 222}, {403, 403}},
     .playoffs_off = {{513, 513},
                      {515, 515},
                      {524, 524},
                      {526, 526},
                      {528, 528},
                      {530, 531},
                      {602, 603},
                      {605, 606},
                      {608, 608},
                      {610, 611}}},
    {.regular_last = 414,
     .play_in = {416, 417, 419},
     .finals_last = 617,
     .round_dates = {14, 13, 12, 5},
     .off = {{1107, 1107},
             {1123, 1123},
             {1203, 1203},
             {1209, 1210},
             {1224, 1224},
             {216, 221},
             {408, 408},
             {413, 413}},
     .playoffs_off =
         {{520, 520}, {529, 529}, {531, 605}, {607, 608}, {610, 611}, {613, 613}, {615, 616}}},
    {.regular_last = 413,
     .play_in = {415, 416, 418},
     .finals_last = 622,
     .round_dates = {14, 14, 12, 7},
     .off = {{1105, 1105}, {1128, 1128}, {1217, 1218}, {1224, 1224}, {214, 218}, {412, 412}},
     .playoffs_off = {{517, 517},
                      {519, 519},
                      {530, 530},
                      {601, 604},
                      {606, 607},
                      {609, 610},
                      {612, 612},
                      {614, 615},
                      {617, 618},
                      {620, 621}}},
};

static bf_day day_of(int season, int month_day)
{
    int month = month_day / 100;
    return bf_day_from_civil(month >= 10 ? season : season + 1, month, month_day % 100);
}

/* Appends first .. last without the days off; returns their number. */
static int append_days(bf_synth_calendar *calendar, bf_day first, bf_day last, const days_off *off)
{
    int before = calendar->dates;
    for (bf_day day = first; day <= last; day++) {
        while (off->first != 0 && day > day_of(calendar->season, off->last))
            off++;
        if (off->first == 0 || day < day_of(calendar->season, off->first)) {
            assert(calendar->dates < BF_SYNTH_MAX_DATES);
            calendar->days[calendar->dates++] = day;
        }
    }
    return calendar->dates - before;
}

void bf_synth_calendar_init(bf_synth_calendar *out, int season)
{
    static const days_off none[] = {{0, 0}};
    assert(season >= BF_SYNTH_FIRST_SEASON && season <= BF_SYNTH_LAST_SEASON);
    int i = season - BF_SYNTH_FIRST_SEASON;
    *out = (bf_synth_calendar){.season = season};
    out->regular_dates = append_days(out, bf_season_opening(season),
                                     day_of(season, seasons[i].regular_last), seasons[i].off);
    for (int k = 0; k < BF_SYNTH_PLAY_IN_DATES; k++) {
        bf_day day = day_of(season, seasons[i].play_in[k]);
        (void)append_days(out, day, day, none);
    }
    out->playoff_dates =
        append_days(out, bf_season_playoffs(season), day_of(season, seasons[i].finals_last),
                    seasons[i].playoffs_off);
    for (int round = 0; round < BF_SYNTH_ROUNDS; round++)
        out->round_dates[round] = seasons[i].round_dates[round];
}

/* Dates of a season: the real calendar's (spec/backfill.md §2). Regular season on every day from
 * opening night to its end but for the days on which the league rests; three days of play-in; the
 * playoffs' dates. They do not depend on the seed. */
#ifndef BF_SYNTH_CALENDAR_H
#define BF_SYNTH_CALENDAR_H

#include "compute/base/date.h"

enum {
    BF_SYNTH_FIRST_SEASON = 2021,
    BF_SYNTH_LAST_SEASON = 2024,
    BF_SYNTH_MAX_DATES = 224,
    BF_SYNTH_PLAY_IN_DATES = 3,
    BF_SYNTH_ROUNDS = 4
};

typedef struct bf_synth_calendar {
    int season;
    int regular_dates; /* then BF_SYNTH_PLAY_IN_DATES, then playoff_dates */
    int playoff_dates;
    int round_dates[BF_SYNTH_ROUNDS]; /* of the playoffs; their sum is playoff_dates */
    int dates;
    bf_day days[BF_SYNTH_MAX_DATES]; /* ascending */
} bf_synth_calendar;

/* `season` is one of BF_SYNTH_FIRST_SEASON .. BF_SYNTH_LAST_SEASON. */
void bf_synth_calendar_init(bf_synth_calendar *out, int season);

#endif

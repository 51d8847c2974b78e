/* Play-in and playoffs of a league: who plays on a date, from the results so far.
 *
 * The dates are fixed (calendar.h), so the lengths of the series cannot be quite free: in each
 * round the East and the West take turns, and of each conference's series one, drawn by lot, has
 * exactly as many games as its conference has dates; the others have at most as many. Inside that
 * the results decide: a game whose result would break it says which of the teams may win. */
#ifndef BF_SYNTH_PLAYOFFS_H
#define BF_SYNTH_PLAYOFFS_H

#include "compute/synth/calendar.h"
#include "compute/synth/random.h"
#include "compute/synth/teams.h"

enum { BF_SYNTH_MAX_SERIES = 8, BF_SYNTH_PLAY_IN_SEEDS = 10 };

typedef struct bf_synth_series {
    uint8_t team[2]; /* [0] has the home court */
    uint8_t wins[2];
    uint8_t length; /* games: exactly, or at most */
    bool exact;
} bf_synth_series;

typedef struct bf_synth_playoffs {
    const bf_synth_calendar *calendar; /* borrowed */
    bf_random *random;                 /* borrowed */
    int place[BF_SYNTH_TEAMS];         /* of the regular season, 0 is the best */
    uint8_t seeds[2][BF_SYNTH_PLAY_IN_SEEDS];
    uint8_t last_chance[2][2]; /* play-in: host and guest of the last game */
    int round;                 /* running; -1 during the play-in */
    int first_date;            /* of the round, counted from the first playoff date */
    int first_conference;      /* plays on the round's first date */
    int series_count;
    bf_synth_series series[BF_SYNTH_MAX_SERIES]; /* the East's first */
} bf_synth_playoffs;

typedef struct bf_synth_playoff_game {
    uint8_t away, home;
    bool may_win[2]; /* away, home; at least one */
    int code;        /* play-in: date and game; playoffs: round, series, game; three digits */
    int slot;        /* for bf_synth_playoffs_result */
} bf_synth_playoff_game;

/* `wins` of the regular season; equal ones are drawn by lot. */
void bf_synth_playoffs_init(bf_synth_playoffs *out, const bf_synth_calendar *calendar,
                            const int wins[BF_SYNTH_TEAMS], bf_random *random);

/* Games of a date after the regular season, an index into the calendar's days; at least one. Dates
 * are asked for in order, each after the results of the one before. */
int bf_synth_playoffs_games(bf_synth_playoff_game out[BF_SYNTH_MAX_SERIES],
                            bf_synth_playoffs *playoffs, int date);
void bf_synth_playoffs_result(bf_synth_playoffs *playoffs, const bf_synth_playoff_game *game,
                              bool home_won);

#endif

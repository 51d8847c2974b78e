/* The regular season's 1230 games on their dates. Who meets whom is the league's rule: 4 games
 * against each team of the own division and six of the ten others of the conference, 3 against the
 * other four, 2 against each team of the other conference; 41 at home, 41 away. */
#ifndef BF_SYNTH_SCHEDULE_H
#define BF_SYNTH_SCHEDULE_H

#include "compute/base/error.h"
#include "compute/synth/calendar.h"
#include "compute/synth/random.h"
#include "compute/synth/teams.h"

enum {
    BF_SYNTH_TEAM_GAMES = 82,
    BF_SYNTH_REGULAR_GAMES = BF_SYNTH_TEAMS * BF_SYNTH_TEAM_GAMES / 2
};

typedef struct bf_synth_fixture {
    int16_t date; /* index into the calendar's days */
    uint8_t away, home;
} bf_synth_fixture;

/* Sorted by date, away team, home team. Every date has a game, no team plays twice on a date. */
BF_CHECK_RESULT bf_status bf_synth_schedule_make(bf_synth_fixture out[BF_SYNTH_REGULAR_GAMES],
                                                 const bf_synth_calendar *calendar,
                                                 bf_random *random, bf_error *err);

#endif

/* A game, possession by possession, and its box score. Everything in it is counted from the same
 * plays, so players' numbers sum to their team's and the two teams' tables agree. */
#ifndef BF_SYNTH_BOX_H
#define BF_SYNTH_BOX_H

#include "compute/synth/roster.h"

typedef struct bf_synth_line {
    int player;
    int minutes_tenths;
    int attempts[BF_SYNTH_ZONES], makes[BF_SYNTH_ZONES];
    int assisted_makes;
    int free_throws, free_throws_made;
    int turnovers;
} bf_synth_line;

typedef struct bf_synth_side {
    int team;
    int count;
    bf_synth_line lines[BF_SYNTH_LINEUP_MAX];
    int offensive_rebounds, team_turnovers;
    int blocked[BF_SYNTH_ZONES]; /* own shots that the opponent blocked */
} bf_synth_side;

enum { BF_SYNTH_AWAY, BF_SYNTH_HOME };

typedef struct bf_synth_box {
    bf_synth_side sides[2]; /* away, home */
    int overtimes;
} bf_synth_box;

/* Sums of a side. */
typedef struct bf_synth_totals {
    int points, field_goals, field_goals_made, free_throws,
        turnovers; /* turnovers with the team's own */
    int attempts[BF_SYNTH_ZONES], makes[BF_SYNTH_ZONES];
    int possessions_hundredths; /* FGA + 0.44 FTA + TOV - OREB */
    int plays_hundredths;       /* FGA + 0.44 FTA + TOV */
} bf_synth_totals;

int bf_synth_line_points(const bf_synth_line *line);
int bf_synth_line_plays_hundredths(const bf_synth_line *line);
void bf_synth_side_total(bf_synth_totals *out, const bf_synth_side *side);

/* Plays a game between `teams` (away, home) with these lineups until it has a winner. */
void bf_synth_box_play(bf_synth_box *out, const bf_synth_roster *roster, const int teams[2],
                       const bf_synth_lineup lineups[2], bf_random *random);

#endif

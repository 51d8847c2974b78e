/* A made-up player's talents. */
#ifndef BF_SYNTH_PLAYER_H
#define BF_SYNTH_PLAYER_H

#include "compute/synth/roster.h"

/* A player of `age` years on `day`, without a team. */
bf_synth_player bf_synth_player_make(bf_random *random, bf_day day, double age);

/* Years on `day`. */
double bf_synth_player_age(const bf_synth_player *player, bf_day day);

/* What a year makes of him. */
void bf_synth_player_age_year(bf_synth_player *player, bf_random *random, double age);

#endif

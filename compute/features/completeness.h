/* Completeness of a player's data: how many of his team's games before a date he has a row for
 * (spec/players.md §6.2, ml_features.md §3.5). It informs and drops nobody. */
#ifndef BF_FEATURES_COMPLETENESS_H
#define BF_FEATURES_COMPLETENESS_H

#include "compute/history/history.h"
#include "compute/history/window.h"

/* Both before the date, in its season. */
typedef struct bf_completeness_base {
    bf_window team_games;   /* G: of the team of the player's newest row, of any season */
    bf_window player_dates; /* Q: dates with a row of the player, played or not, for any team */
} bf_completeness_base;

typedef struct bf_completeness {
    int32_t expected, actual; /* games */
} bf_completeness;

/* Team of the player's newest row before the date, of any season; `otherwise` if he has none.
 * dates: the player's dates of the season. */
int32_t bf_completeness_team(const bf_history *history, bf_window dates, int32_t player,
                             int32_t otherwise);

/* The last `games` games; the games of the last `days` days (PDC: L5, L10, L7d, L14d). */
bf_completeness bf_completeness_games(const bf_completeness_base *base, int32_t games);
bf_completeness bf_completeness_days(const bf_completeness_base *base, bf_day as_of, int32_t days);

/* The last `games` team games, and those of which the player has a row with the same game id, on
 * whatever date before (ML).
 */
bf_completeness bf_completeness_same_games(const bf_completeness_base *base,
                                           const bf_history *history, int32_t games);

/* RND(100 * actual / expected, 1); `none` percent if nothing is expected. */
double bf_completeness_percentage(bf_completeness c, double none);

/* Unrounded percentage of 90 or more; `none` if nothing is expected. */
bool bf_completeness_is_ready(bf_completeness c, bool none);

#endif

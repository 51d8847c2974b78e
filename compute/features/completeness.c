#include "compute/features/completeness.h"

#include "compute/base/decimal.h"

enum { PRODUCTION_READY_PCT = 90 }; /* percent (players.md §6.2) */

int32_t bf_completeness_team(const bf_history *history, bf_window dates, int32_t player,
                             int32_t otherwise)
{
    bf_window before = bf_window_all_seasons(dates, player);
    if (bf_window_games(before) == 0)
        return otherwise;
    return BF_INPUT_COLUMN(history, pgs, team_abbr, int32_t)[bf_window_row(before, 0)];
}

static int32_t at_most(int64_t value, int64_t limit)
{
    return (int32_t)(value < limit ? value : limit);
}

bf_completeness bf_completeness_games(const bf_completeness_base *base, int32_t games)
{
    int32_t expected = at_most(bf_window_games(base->team_games), games);
    return (bf_completeness){expected, at_most(bf_window_games(base->player_dates), expected)};
}

bf_completeness bf_completeness_days(const bf_completeness_base *base, bf_day as_of, int32_t days)
{
    int32_t expected = (int32_t)bf_window_games(bf_window_days(base->team_games, as_of, days));
    bf_window own = bf_window_days(base->player_dates, as_of, days);
    return (bf_completeness){expected, at_most(bf_window_games(own), expected)};
}

/* Whether one of the rows of the player and date of `row` is of the game. */
static bool has_game(const bf_history *history, int64_t row, int32_t game)
{
    const int32_t *games = BF_INPUT_COLUMN(history, pgs, game_id, int32_t);
    if (games[row] == game)
        return true;
    const int32_t *players = BF_INPUT_COLUMN(history, pgs, player_lookup, int32_t);
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    int64_t first = history->entity_first[BF_INPUT_pgs][players[row]];
    int64_t end = history->entity_first[BF_INPUT_pgs][players[row] + 1];
    bool found = false;
    for (int64_t i = row - 1; i >= first && dates[i] == dates[row]; i--)
        found |= games[i] == game;
    for (int64_t i = row + 1; i < end && dates[i] == dates[row]; i++)
        found |= games[i] == game;
    return found;
}

bf_completeness bf_completeness_same_games(const bf_completeness_base *base,
                                           const bf_history *history, int32_t games)
{
    bf_window team_games = bf_window_last(base->team_games, games);
    int64_t own = bf_window_games(base->player_dates), back = 0;
    bf_completeness out = {(int32_t)bf_window_games(team_games), 0};
    for (int64_t i = 0; i < out.expected; i++) { /* both newest first */
        bf_day day = bf_window_day(team_games, i);
        int32_t game =
            BF_INPUT_COLUMN(history, tog, game_id, int32_t)[bf_window_row(team_games, i)];
        while (back < own && bf_window_day(base->player_dates, back) > day)
            back++;
        if (back < own && bf_window_day(base->player_dates, back) == day)
            out.actual += has_game(history, bf_window_row(base->player_dates, back), game);
    }
    return out;
}

double bf_completeness_percentage(bf_completeness c, double none)
{
    if (c.expected == 0)
        return none;
    return bf_decimal_value(bf_round_print(100.0 * c.actual / c.expected, 1), 1);
}

bool bf_completeness_is_ready(bf_completeness c, bool none)
{
    return c.expected == 0 ? none : 100 * c.actual >= PRODUCTION_READY_PCT * c.expected;
}

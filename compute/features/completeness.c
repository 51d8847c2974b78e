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

typedef struct row_range {
    int64_t first, end;
} row_range;

/* All rows of a player from one date to another: `oldest` and `newest` are a row of each. */
static row_range rows_between(const bf_history *history, int64_t oldest, int64_t newest)
{
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    int32_t player = BF_INPUT_COLUMN(history, pgs, player_lookup, int32_t)[oldest];
    const int64_t *of_player = history->entity_first[BF_INPUT_pgs] + player;
    row_range out = {oldest, newest + 1};
    while (out.first > of_player[0] && dates[out.first - 1] == dates[oldest])
        out.first--;
    while (out.end < of_player[1] && dates[out.end] == dates[newest])
        out.end++;
    return out;
}

static bool has_game(const bf_history *history, row_range rows, int32_t game)
{
    const int32_t *games = BF_INPUT_COLUMN(history, pgs, game_id, int32_t);
    int32_t found = 0;
    for (int64_t i = rows.first; i < rows.end; i++)
        found |= games[i] == game;
    return found != 0;
}

/* Whether a player has a row of a team game: among the rows of its date, or where the two tables
 * date the game differently, anywhere in the season. `row` is one of that date, if there is one. */
static bool has_team_game(const bf_history *history, bf_window dates, int64_t row, int32_t game)
{
    if (BF_INPUT_COLUMN(history, pgs, game_id, int32_t)[row] == game ||
        has_game(history, rows_between(history, row, row), game))
        return true;
    return history->game_redated[game] &&
           has_game(history,
                    rows_between(history, bf_window_row(dates, bf_window_games(dates) - 1),
                                 bf_window_row(dates, 0)),
                    game);
}

bf_completeness bf_completeness_same_games(const bf_completeness_base *base,
                                           const bf_history *history, int32_t games)
{
    bf_window team_games = bf_window_last(base->team_games, games), dates = base->player_dates;
    int64_t own = bf_window_games(dates), back = 0;
    bf_completeness out = {(int32_t)bf_window_games(team_games), 0};
    for (int64_t i = 0; own > 0 && i < out.expected; i++) { /* both newest first */
        int32_t game =
            BF_INPUT_COLUMN(history, tog, game_id, int32_t)[bf_window_row(team_games, i)];
        while (back < own - 1 && bf_window_day(dates, back) > bf_window_day(team_games, i))
            back++;
        out.actual += has_team_game(history, dates, bf_window_row(dates, back), game);
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

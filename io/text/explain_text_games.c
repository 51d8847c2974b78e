#include "io/text/explain_text_games.h"

#include "io/text/explain_layout.h"

enum { TEAMS_MAX = 60 }; /* of the league's averages; of more leagues at once only JSON has them */

static void windows(bf_text *out, const bf_explain_part *part)
{
    bf_text_string(out, "\nWindows\n");
    for (int w = 0; w < part->about->window_count; w++) {
        bf_window window = part->windows[w];
        int64_t count = bf_window_games(window);
        bf_text games = BF_TEXT_INIT(256), range = BF_TEXT_INIT(1024);
        bf_text_format(&games, "%d game%s", (int)count, count == 1 ? "" : "s");
        if (count > 0) {
            bf_words_day(&range, bf_window_day(window, count - 1));
            bf_text_string(&range, " to ");
            bf_words_day(&range, bf_window_day(window, 0));
            bf_text_string(&range, ": ");
        }
        bf_text_string(&range, part->about->windows[w].text);
        bf_layout_row(out, "  ", part->about->windows[w].name, BF_LAYOUT_NAME_WIDTH,
                      bf_words_string(&games), BF_LAYOUT_VALUE_WIDTH, bf_words_string(&range));
        bf_words_done(out, &games);
        bf_words_done(out, &range);
    }
}

/* A row of a table of games: the date, the opponent, a mark for each window that holds it, the
 * numbers used. */
static void game_cells(bf_layout_table *table, const bf_words *words, const bf_explain_part *part,
                       const bf_explain_games *games, const bf_explain_game *game)
{
    int32_t team = bf_words_team_of(words, games->table, game->row);
    bf_words_day(bf_layout_cell(table), game->day);
    bf_words_opponent(bf_layout_cell(table), words,
                      bf_words_game_of(words, games->table, game->row), team);
    for (int w = 0; w < part->about->window_count; w++) {
        if (games->windows >> w & 1u)
            bf_text_string(bf_layout_cell(table), game->windows >> w & 1u ? "x" : "");
    }
    for (int c = 0; c < bf_inputs[games->table].column_count; c++) {
        if (!bf_explain_uses(part, games->windows, c))
            continue;
        bf_text *cell = bf_layout_cell(table);
        if (bf_explain_uses(part, game->windows, c))
            bf_words_input(cell, words, games->table, c, game->row, false);
    }
}

static void games(bf_text *out, const bf_words *words, const bf_explain_part *part,
                  const bf_explain_games *group)
{
    bf_layout_table table = BF_LAYOUT_TABLE_INIT;
    bf_text_format(out, "\nGames: %s of %s, newest first; x: in the window\n",
                   bf_inputs[group->table].name, bf_words_owner(words, group));
    bf_layout_column(&table, "date", true);
    bf_layout_column(&table, "opponent", true);
    for (int w = 0; w < part->about->window_count; w++) {
        if (group->windows >> w & 1u)
            bf_layout_column(&table, part->about->windows[w].name, false);
    }
    for (int c = 0; c < bf_inputs[group->table].column_count; c++) {
        if (bf_explain_uses(part, group->windows, c))
            bf_layout_column(&table, bf_inputs[group->table].columns[c].name, false);
    }
    for (int64_t i = 0; i < group->count; i++)
        game_cells(&table, words, part, group, &group->games[i]);
    bf_layout_print(out, &table);
    bf_layout_reset(&table);
}

static void league_share(bf_layout_table *table, const bf_tdza_league_team *team, int zone)
{
    bf_text_format(bf_layout_cell(table), "%d/%d", (int)team->makes[zone],
                   (int)team->attempts[zone]);
    bf_text *share = bf_layout_cell(table);
    if (isnan(team->share[zone]))
        bf_text_string(share, "null");
    else
        bf_text_format(share, "%.6f", team->share[zone]);
}

/* The averages that the row was made with. */
static void league_used(bf_layout_table *table, const bf_tdza_facts *facts)
{
    const double used[BF_ZONE_COUNT] = {facts->league_paint, facts->league_mid_range,
                                        facts->league_three_pt};
    bf_text_string(bf_layout_cell(table), "used");
    bf_text_string(bf_layout_cell(table), "");
    bf_text_integer(bf_layout_cell(table), facts->league_teams);
    for (int zone = 0; zone < BF_ZONE_COUNT; zone++) {
        bf_text_string(bf_layout_cell(table), "");
        bf_text_format(bf_layout_cell(table), "%.6f", used[zone]);
    }
}

/* What the league's averages of the date are made of. */
static void league(bf_text *out, const bf_words *words, const bf_tdza_facts *facts)
{
    static const char *const zones[] = {"paint", "mid_range", "three_pt"};
    const bf_explanation *e = words->e;
    bf_layout_table table = BF_LAYOUT_TABLE_INIT;
    bf_text_string(out, "\nLeague: shots made of shots tried by opponents, 30 days before the "
                        "date; a team counts from "
                        "10 games on, and the averages are means of the teams' shares\n");
    if (e->league_count > TEAMS_MAX) {
        bf_text_format(out, "  %d teams; they are in the output of --json\n", (int)e->league_count);
        return;
    }
    bf_layout_column(&table, "team", true);
    bf_layout_column(&table, "games", false);
    bf_layout_column(&table, "counts", true);
    for (int zone = 0; zone < BF_ZONE_COUNT; zone++) {
        bf_layout_column(&table, zones[zone], false);
        bf_layout_column(&table, "share", false);
    }
    for (int32_t i = 0; i < e->league_count; i++) {
        const bf_tdza_league_team *team = &e->league[i].part;
        bf_text_string(
            bf_layout_cell(&table),
            bf_dictionary_text(&e->history->dictionaries[BF_DICT_TEAMS], e->league[i].team));
        bf_text_integer(bf_layout_cell(&table), bf_window_games(team->games));
        bf_text_string(bf_layout_cell(&table), team->counts ? "yes" : "no");
        for (int zone = 0; zone < BF_ZONE_COUNT; zone++)
            league_share(&table, team, zone);
    }
    league_used(&table, facts);
    bf_layout_print(out, &table);
    bf_layout_reset(&table);
}

void bf_explain_text_games(bf_text *out, const bf_words *words, const bf_explain_part *part)
{
    if (part->windows != NULL && part->games_count > 0)
        windows(out, part);
    for (int g = 0; g < part->games_count; g++) {
        if (part->games[g].entity >= 0)
            games(out, words, part, &part->games[g]);
        else
            bf_text_format(out, "\nGames: the %d rows of all teams are in the output of --json\n",
                           (int)part->games[g].count);
    }
    if (part->processor == BF_PROCESSOR_tdza && part->row >= 0)
        league(out, words, part->facts);
}

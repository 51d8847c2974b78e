#include "tests/support/raw_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/date.h"
#include "tests/support/unit.h"

test_raws *test_raws_create(void)
{
    bf_error err = BF_ERROR_INIT;
    test_raws *raws = calloc(1, sizeof *raws);
    assert_non_null(raws);
    assert_int_equal(bf_intern_create(&raws->texts, &err), BF_OK);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        assert_int_equal(bf_raw_init(&raws->raw[t], (bf_input)t, raws->texts, &err), BF_OK);
    return raws;
}

void test_raws_free(test_raws *raws)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        bf_raw_reset(&raws->raw[t]);
    bf_intern_free(raws->texts);
    free(raws);
}

void test_raw_row(test_raws *raws, bf_input table, const char *cells)
{
    bf_error err = BF_ERROR_INIT;
    int64_t row;
    char copy[1024], *rest = copy, *cell;
    bf_raw *raw = &raws->raw[table];
    (void)snprintf(copy, sizeof copy, "%s", cells);
    assert_int_equal(bf_raw_add_row(&row, raw, &err), BF_OK);
    while ((cell = strsep(&rest, " ")) != NULL) {
        char *value = strchr(cell, '=');
        if (*cell == '\0')
            continue;
        assert_non_null(value);
        *value++ = '\0';
        for (char *at = value; *at != '\0'; at++)
            *at = *at == '~' ? ' ' : *at; /* a blank in a value is written ~ */
        int column = bf_table_find_column(&bf_inputs[table], cell);
        if (column < 0)
            fail_msg("no column %s", cell);
        if (bf_raw_set_text(raw, column, value, strlen(value), &err) != BF_OK)
            fail_msg("%s", err.message);
    }
    if (bf_raw_check_row(raw, &err) != BF_OK)
        fail_msg("%s: %s", cells, err.message);
}

/* "game_id=... game_date=..." of a game, and its two teams. */
static void game_cells(char out[256], const char *game, char away[8], char home[8])
{
    assert_int_equal(sscanf(game, "%*8[0-9]_%7[^_]_%7s", away, home), 2);
    (void)snprintf(out, 256, "game_id=%s game_date=%.4s-%.2s-%.2s", game, game, game + 4, game + 6);
}

void test_raw_player(test_raws *raws, const char *player, const char *game, const char *team,
                     const char *cells)
{
    char keys[256], away[8], home[8], row[1024];
    game_cells(keys, game, away, home);
    (void)snprintf(row, sizeof row,
                   "player_lookup=%s %s team_abbr=%s opponent_team_abbr=%s is_active=true %s",
                   player, keys, team, strcmp(team, away) == 0 ? home : away, cells);
    test_raw_row(raws, BF_INPUT_pgs, row);
}

void test_raw_team(test_raws *raws, bf_input table, const char *game, const char *team,
                   const char *cells)
{
    char keys[256], away[8], home[8], row[1024];
    game_cells(keys, game, away, home);
    (void)snprintf(row, sizeof row, "%s=%s %s %s",
                   table == BF_INPUT_tdg ? "defending_team_abbr" : "team_abbr", team, keys, cells);
    test_raw_row(raws, table, row);
}

void test_raw_game(test_raws *raws, const char *number, const char *game, const char *cells)
{
    char keys[256], away[8], home[8], row[1024];
    game_cells(keys, game, away, home);
    (void)snprintf(
        row, sizeof row,
        "game_id=%s game_date=%.4s-%.2s-%.2s away_team_tricode=%s home_team_tricode=%s %s", number,
        game, game + 4, game + 6, away, home, cells);
    test_raw_row(raws, BF_INPUT_schedule, row);
}

void test_raw_games(test_raws *raws, int games)
{
    for (int i = 0; i < games; i++) {
        char day[BF_DATE_TEXT_BYTES], game[32], number[32];
        bf_day_format(day, bf_day_from_civil(2023, 1, 1) + i);
        (void)snprintf(game, sizeof game, "%.4s%.2s%.2s_BOS_LAL", day, day + 5, day + 8);
        (void)snprintf(number, sizeof number, "00222%05d", i);
        test_raw_game(raws, number, game, "");
        test_raw_player(raws, "tatum", game, "BOS", "points=30 minutes_played=34.5");
        test_raw_player(raws, "james", game, "LAL", "points=28 minutes_played=36");
        test_raw_team(raws, BF_INPUT_tog, game, "BOS", "pace=99.1");
        test_raw_team(raws, BF_INPUT_tog, game, "LAL", "pace=99.1");
        test_raw_team(raws, BF_INPUT_tdg, game, "BOS", "points_allowed=101");
        test_raw_team(raws, BF_INPUT_tdg, game, "LAL", "points_allowed=103");
    }
}

static void collect(void *context, const char *message)
{
    test_warnings *warnings = context;
    size_t used = strlen(warnings->text);
    warnings->count++;
    (void)snprintf(warnings->text + used, sizeof warnings->text - used, "%s\n", message);
}

void test_warnings_init(test_warnings *warnings)
{
    *warnings = (test_warnings){.to = {collect, warnings}};
}

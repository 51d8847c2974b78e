#include "tests/support/audit.h"

#include <stdlib.h>
#include <string.h>

#include "compute/features/processor.h"
#include "compute/schema/digest.h"
#include "tests/support/unit.h"

static const char *const TEAMS[TEST_SEASON_TEAMS] = {"ATL", "BOS", "CHI", "DAL"};
enum { PLAYERS_A_TEAM = TEST_SEASON_PLAYERS / TEST_SEASON_TEAMS };

static void add_game(test_league *league, bf_day day, const char *away, const char *home)
{
    const char *game = test_game_id(day, away, home);
    const char *const teams[] = {away, home};
    test_game(league, game);
    for (int t = 0; t < 2; t++) {
        for (int p = 0; p < PLAYERS_A_TEAM; p++) {
            char name[] = {teams[t][0], teams[t][1], teams[t][2], (char)('0' + p), '\0'};
            test_player(league, name, game, teams[t]);
            for (int c = BF_pgs_minutes_played; c <= BF_pgs_ft_makes; c++)
                test_set(league, c, 1 + (day * 7 + p * 5 + c) % 11);
            for (int c = BF_pgs_paint_makes; c <= BF_pgs_three_pt_makes; c += 2)
                test_set(league, c, (day + p) % 2); /* at most the attempts before it */
            test_set(league, BF_pgs_data_hash, day * 100 + p);
            test_set(league, BF_pgs_processed_at, day);
        }
        test_offense(league, game, teams[t]);
        test_set(league, BF_tog_pace, 900 + day % 200);
        test_set(league, BF_tog_win_flag, day % 2);
        test_defense(league, game, teams[t]);
        for (int c = BF_tdg_opp_paint_attempts; c <= BF_tdg_points_allowed; c++)
            test_set(league, c, 20 + (day * 3 + c) % 13);
        for (int c = BF_tdg_opp_paint_makes; c <= BF_tdg_opp_three_pt_makes; c += 2)
            test_set(league, c, 5 + (day * 3 + c + t) % 13);
        test_set(league, BF_tdg_defensive_rating, 11000 + day % 100);
        test_set(league, BF_tdg_opponent_pace, 1000 + day % 10);
    }
}

test_league *test_season_create(void)
{
    test_league *league = test_league_create();
    for (int g = 0; g < TEST_SEASON_DAYS; g++) {
        add_game(league, test_day("2024-01-01") + g, TEAMS[g % 2], TEAMS[2 + g % 2]);
        add_game(league, test_day("2024-01-01") + g, TEAMS[1 - g % 2], TEAMS[3 - g % 2]);
    }
    add_game(league, test_day("2024-11-20"), "ATL", "CHI");
    return league;
}

/* ---- a date ---------------------------------------------------------------------------------- */

static int64_t records_of(const test_audit *audit, int processor)
{
    const bf_dictionary *names = &audit->date.dictionaries[BF_DICT_PROCESSORS];
    int32_t name = bf_dictionary_find(names, bf_processors[processor].class_name);
    int64_t count = 0;
    for (int64_t i = 0; i < audit->date.rows[BF_OUTPUT_failure]; i++)
        count +=
            bf_audit_integer(&audit->date, BF_OUTPUT_failure, BF_failure_processor_name, i) == name;
    return count;
}

static void fill_units(test_audit *audit)
{
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        audit->units[p].rows = (int32_t)audit->date.rows[bf_processors[p].table];
        audit->units[p].failures = (int32_t)records_of(audit, p);
    }
}

void test_audit_init(test_audit *out, const bf_history *history, const char *day, int32_t index)
{
    bf_error err = BF_ERROR_INIT;
    bf_date *date = NULL;
    memset(out, 0, sizeof *out);
    assert_int_equal(bf_date_create(&date, history, BF_CONTEXT_DERIVED, &err), BF_OK);
    assert_int_equal(bf_look_ahead_recompute(&out->made, date, test_day(day),
                                             (1u << BF_PROCESSOR_COUNT) - 1u, &err),
                     BF_OK);
    out->date = (bf_audit_date){.index = index,
                                .day = test_day(day),
                                .dictionaries = history->dictionaries,
                                .units = out->units};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        out->date.columns[t] = &out->made.tables[t];
        out->date.rows[t] = out->made.tables[t].rows;
        out->date.digests[t] = out->made.digests[t];
        out->date.nulled[t] = out->nulled[t];
        out->date.written[t] = true;
    }
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        out->units[p] = (bf_unit){.processor = (int8_t)p,
                                  .day = out->date.day,
                                  .status = (int8_t)date->selections[p].status};
    fill_units(out);
    bf_date_free(date);
}

void test_audit_free(test_audit *audit)
{
    bf_recomputed_free(&audit->made);
}

void test_audit_set(test_audit *audit, bf_output table, int column, int64_t row, int64_t value)
{
    bf_column_set_integer(&bf_outputs[table].columns[column],
                          audit->made.tables[table].data[column], row, value);
}

void test_audit_remove(test_audit *audit, bf_output table, int64_t row)
{
    bf_columns *columns = &audit->made.tables[table];
    for (int c = 0; c < columns->schema->column_count; c++) {
        size_t bytes = bf_column_row_bytes(&columns->schema->columns[c]);
        char *at = (char *)columns->data[c] + (size_t)row * bytes;
        if (bytes > 0)
            memmove(at, at + bytes, (size_t)(columns->rows - row - 1) * bytes);
    }
    columns->rows--;
    audit->date.rows[table]--;
}

void test_audit_mend(test_audit *audit, bf_output table)
{
    bf_error err = BF_ERROR_INIT;
    bf_hash *hash = NULL;
    bf_columns *columns = &audit->made.tables[table];
    int c = bf_table_find_column(columns->schema, "data_hash");
    bf_hash_start start;
    assert_int_equal(bf_hash_create(&hash, &err), BF_OK);
    bf_row_hash_start(&start, hash, columns->schema);
    for (int64_t i = 0; c >= 0 && i < columns->rows; i++)
        ((uint64_t *)columns->data[c])[i] =
            bf_row_hash(&start, columns, i, audit->date.dictionaries);
    bf_digest_rows(audit->made.digests[table], hash, columns, 0, columns->rows,
                   audit->date.dictionaries);
    bf_hash_free(hash);
    fill_units(audit);
}

void test_expect_issues(const bf_issues *issues, const test_issue *expected, size_t count)
{
    for (size_t i = 0; i < issues->count && i < count; i++) {
        const bf_issue *found = &issues->list[i];
        if (found->kind != (int8_t)expected[i].kind || found->table != expected[i].table)
            fail_msg("issue %zu: expected %s of table %d, found %s of table %d: %s", i,
                     bf_issue_descriptions[expected[i].kind].name, expected[i].table,
                     bf_issue_descriptions[found->kind].name, found->table, found->text);
    }
    if (issues->count > count)
        fail_msg("one issue too many: %s of table %d: %s",
                 bf_issue_descriptions[issues->list[count].kind].name, issues->list[count].table,
                 issues->list[count].text);
    assert_int_equal(issues->count, count);
}

/* Season files: what is written is what is loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "tests/support/snapshot_case.h"
#include "tests/support/unit.h"

static const char *key(bf_input table, int column, int64_t row)
{
    int32_t code = ((const int32_t *)snap.history.inputs[table].data[column])[row];
    return bf_dictionary_text(
        &snap.history.dictionaries[bf_inputs[table].columns[column].dictionary], code);
}

static int64_t value(bf_input table, int column, int64_t row)
{
    return bf_column_integer(&bf_inputs[table].columns[column],
                             snap.history.inputs[table].data[column], row);
}

static void test_round_trip(void **state)
{
    (void)state;
    test_snapshot_three_seasons();
    test_raw_row(snap.raws, BF_INPUT_players, "player_lookup=tatum birth_date=1998-03-03");
    test_raw_row(snap.raws, BF_INPUT_attempts,
                 "processor_name=ml_feature_store_v2 entity_id=someone analysis_date=2023-01-01 "
                 "attempt_number=2");
    test_snapshot_writes();
    test_snapshot_loads();
    const bf_history_sizes *sizes = bf_snapshot_sizes(snap.opened);
    assert_int_equal(sizes->season_count, 3);
    assert_int_equal(sizes->seasons[0], 2021);
    assert_int_equal(sizes->seasons[2], 2024);
    assert_int_equal(sizes->first_day, bf_day_from_civil(2021, 10, 19));
    assert_int_equal(sizes->last_day, bf_day_from_civil(2024, 10, 22));
    assert_false(sizes->synthetic);
    assert_true(sizes->present[BF_INPUT_schedule]);
    assert_false(sizes->present[BF_INPUT_upgc]);

    static const struct {
        const char *player, *game, *team;
        int points;
    } expected[] = {
        {"aaron", "20241022_BOS_NYK", "NYK", 1},  {"james", "20230101_BOS_LAL", "LAL", 28},
        {"james", "20230102_BOS_LAL", "LAL", 28}, {"tatum", "20211019_ATL_WAS", "WAS", BF_NULL_I16},
        {"tatum", "20230101_BOS_LAL", "BOS", 30}, {"tatum", "20230102_BOS_LAL", "BOS", 30},
        {"tatum", "20241022_BOS_NYK", "BOS", 37}, {"young", "20211019_ATL_WAS", "ATL", -5}};
    static const int64_t first[] = {0, 1, 3, 7, 8};
    assert_int_equal(snap.history.inputs[BF_INPUT_pgs].rows, LENGTH(expected));
    assert_memory_equal(snap.history.entity_first[BF_INPUT_pgs], first, sizeof first);
    for (size_t i = 0; i < LENGTH(expected); i++) {
        assert_string_equal(key(BF_INPUT_pgs, BF_pgs_player_lookup, (int64_t)i),
                            expected[i].player);
        assert_string_equal(key(BF_INPUT_pgs, BF_pgs_game_id, (int64_t)i), expected[i].game);
        assert_string_equal(key(BF_INPUT_pgs, BF_pgs_team_abbr, (int64_t)i), expected[i].team);
        assert_int_equal(value(BF_INPUT_pgs, BF_pgs_points, (int64_t)i), expected[i].points);
    }
    assert_int_equal(value(BF_INPUT_pgs, BF_pgs_usage_rate, 7), 1234);
    assert_int_equal(value(BF_INPUT_pgs, BF_pgs_usage_rate, 0), BF_NULL_I32);
    assert_int_equal(value(BF_INPUT_pgs, BF_pgs_is_dnp, 3), 0);
    assert_int_equal(value(BF_INPUT_pgs, BF_pgs_is_dnp, 4), BF_NULL_I8);
    assert_string_equal(key(BF_INPUT_pgs, BF_pgs_universal_player_id, 3), "tatum_1");
    assert_int_equal(value(BF_INPUT_pgs, BF_pgs_universal_player_id, 4), BF_NULL_I32);
    assert_int_equal(value(BF_INPUT_tdg, BF_tdg_data_hash, 0), 255);
    assert_int_equal(value(BF_INPUT_tdg, BF_tdg_defensive_rating, 0), 11025);
    assert_int_equal(snap.history.inputs[BF_INPUT_schedule].rows, 4);
    assert_string_equal(key(BF_INPUT_schedule, BF_schedule_game_id, 0), "0022100001");
    assert_string_equal(key(BF_INPUT_schedule, BF_schedule_game_id, 3), "0022400001");

    assert_int_equal(snap.history.inputs[BF_INPUT_players].rows, 1);
    assert_string_equal(key(BF_INPUT_players, BF_players_player_lookup, 0), "tatum");
    assert_int_equal(snap.history.inputs[BF_INPUT_attempts].rows, 1);
    assert_string_equal(key(BF_INPUT_attempts, BF_attempts_processor_name, 0),
                        "MLFeatureStoreProcessor");
    assert_string_equal(key(BF_INPUT_attempts, BF_attempts_entity_id, 0), "someone");
    assert_int_equal(snap.history.dictionaries[BF_DICT_PROCESSORS].count, 5);
    assert_true(bf_dictionary_find(&snap.history.dictionaries[BF_DICT_ENTITIES], "DATE_LEVEL") >=
                0);
    assert_true(bf_dictionary_find(&snap.history.dictionaries[BF_DICT_ENTITIES], "aaron") >= 0);
    assert_true(bf_dictionary_find(&snap.history.dictionaries[BF_DICT_ENTITIES], "WAS") >= 0);
    assert_int_equal(bf_history_derive(&snap.history, 0, 1, &snap.err), BF_OK);
    assert_int_equal(*snap.history.game_date_count, 4);
}

static void test_facts(void **state)
{
    (void)state;
    char sha256[3][BF_SHA256_HEX_BYTES];
    test_snapshot_three_seasons();
    test_snapshot_writes();
    test_snapshot_loads();
    for (int i = 0; i < 3; i++) {
        const bf_snapshot_season_facts *facts = bf_snapshot_season(snap.opened, i);
        memcpy(sha256[i], facts->sha256, sizeof sha256[i]);
        assert_string_equal(facts->origin, "import");
        assert_int_equal(facts->import_time_us, 1);
        assert_int_equal(facts->rows[BF_INPUT_pgs], i == 1 ? 4 : 2);
        assert_int_equal(facts->counts[BF_INPUT_pgs].kept, facts->rows[BF_INPUT_pgs]);
        assert_int_equal(facts->counts[BF_INPUT_pgs].negative, i == 0);
    }
    test_snapshot_close();
    int32_t seasons[BF_MAX_SEASONS], count;
    bf_snapshot_season_facts facts;
    assert_int_equal(bf_snapshot_list(seasons, &count, snap.directory, &snap.err), BF_OK);
    assert_int_equal(count, 3);
    assert_int_equal(seasons[2], 2024);
    assert_int_equal(bf_snapshot_read_facts(&facts, snap.directory, 2024, &snap.err), BF_OK);
    assert_string_equal(facts.sha256, sha256[2]);
    assert_int_equal(bf_snapshot_read_facts(&facts, snap.directory, 2020, &snap.err), BF_E_INPUT);
    assert_int_equal(test_snapshot_write("synth", 2), BF_OK); /* the same content, made otherwise */
    test_snapshot_loads();
    assert_true(bf_snapshot_sizes(snap.opened)->synthetic);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(bf_snapshot_season(snap.opened, i)->sha256, sha256[i]);
        assert_string_equal(bf_snapshot_season(snap.opened, i)->origin, "synth");
    }
    test_snapshot_close();
    test_raw_player(snap.raws, "aaron", "20241024_BOS_NYK", "NYK", "");
    test_snapshot_writes();
    test_snapshot_loads();
    assert_string_equal(bf_snapshot_season(snap.opened, 0)->sha256, sha256[0]);
    assert_string_not_equal(bf_snapshot_season(snap.opened, 2)->sha256, sha256[2]);
}

/* Files of other seasons stay; the newest one that has a table without dates is the one that
 * counts. */
static void test_seasons_of_several_imports(void **state)
{
    (void)state;
    test_raw_games(snap.raws, 1);
    test_raw_row(snap.raws, BF_INPUT_players, "player_lookup=tatum birth_date=1998-03-03");
    test_snapshot_writes();
    test_raws_free(snap.raws);
    snap.raws = test_raws_create();
    test_raw_player(snap.raws, "tatum", "20241022_BOS_NYK", "BOS", "");
    test_raw_team(snap.raws, BF_INPUT_tog, "20241022_BOS_NYK", "BOS", "");
    test_raw_team(snap.raws, BF_INPUT_tdg, "20241022_BOS_NYK", "BOS", "");
    test_raw_row(snap.raws, BF_INPUT_players, "player_lookup=aaron birth_date=2001-01-01");
    test_raw_row(snap.raws, BF_INPUT_players, "player_lookup=tatum birth_date=1999-09-09");
    test_snapshot_writes();
    test_snapshot_loads();
    assert_int_equal(bf_snapshot_sizes(snap.opened)->season_count, 2);
    assert_int_equal(snap.history.inputs[BF_INPUT_pgs].rows, 3);
    assert_int_equal(snap.history.inputs[BF_INPUT_players].rows, 2);
    assert_int_equal(value(BF_INPUT_players, BF_players_birth_date, 1),
                     bf_day_from_civil(1999, 9, 9));
    assert_int_equal(snap.history.inputs[BF_INPUT_schedule].rows, 1);
}

static void test_no_snapshot(void **state)
{
    (void)state;
    test_snapshot_refuses("no season file such as 2021.h5; make a snapshot with 'backfill import'");
    assert_int_equal(rmdir(snap.directory), 0);
    test_snapshot_refuses("no season file such as 2021.h5; make a snapshot with 'backfill import'");
}

static void test_directories(void **state)
{
    (void)state;
    char parent[64];
    test_raw_games(snap.raws, 1);
    (void)snprintf(parent, sizeof parent, "%.60s", snap.directory);
    (void)snprintf(snap.directory, sizeof snap.directory, "%s/a/b", parent);
    test_snapshot_writes(); /* makes what is missing */
    test_snapshot_loads();
    test_snapshot_close();
    (void)test_snapshot_count_files("", true);
    assert_int_equal(rmdir(snap.directory), 0);
    bf_fault_arm(BF_FAULT_WRITE, 1);
    assert_int_equal(test_snapshot_write("import", 1), BF_E_OUTPUT);
    assert_int_equal(access(snap.directory, F_OK), -1); /* nothing is left behind */
    (void)snprintf(snap.directory, sizeof snap.directory, "%s/a/file", parent);
    FILE *file = fopen(snap.directory, "wb");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(test_snapshot_write("import", 1), BF_E_OUTPUT);
    assert_non_null(strstr(snap.err.message, "is not a directory"));
    assert_int_equal(unlink(snap.directory), 0);
    (void)snprintf(snap.directory, sizeof snap.directory, "%s/a", parent);
    assert_int_equal(rmdir(snap.directory), 0);
    (void)snprintf(snap.directory, sizeof snap.directory, "%s", parent);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, test_snapshot_create, test_snapshot_destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),  TEST(test_facts),       TEST(test_seasons_of_several_imports),
        TEST(test_no_snapshot), TEST(test_directories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Typed, bounded cells of raw rows; texts and their codes. */
#include <stdio.h>
#include <string.h>

#include "compute/base/date.h"
#include "tests/support/raw_rows.h"
#include "tests/support/unit.h"

static test_raws *raws;
static bf_error err;

static int create(void **state)
{
    (void)state;
    raws = test_raws_create();
    return 0;
}

static int destroy(void **state)
{
    (void)state;
    test_raws_free(raws);
    return 0;
}

static int64_t cell(bf_input table, int column)
{
    const bf_columns *columns = &raws->raw[table].columns;
    return bf_column_integer(&columns->schema->columns[column], columns->data[column],
                             columns->rows - 1);
}

static bf_status set(bf_input table, int column, const char *text)
{
    return bf_raw_set_text(&raws->raw[table], column, text, strlen(text), &err);
}

static void new_row(bf_input table)
{
    int64_t row;
    assert_int_equal(bf_raw_add_row(&row, &raws->raw[table], &err), BF_OK);
    assert_int_equal(row, raws->raw[table].columns.rows - 1);
}

/* The cell is refused and stays null; the message has all the words. */
static void refused(bf_input table, int column, const char *text, const char *words)
{
    new_row(table);
    err = (bf_error)BF_ERROR_INIT;
    assert_int_equal(set(table, column, text), BF_E_INPUT);
    assert_int_equal(cell(table, column), bf_column_null(&bf_inputs[table].columns[column]));
    char name[80];
    (void)snprintf(name, sizeof name, "column %s: expected ",
                   bf_inputs[table].columns[column].name);
    assert_non_null(strstr(err.message, name));
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is missing from '%s'", words, err.message);
}

static void accepted(bf_input table, int column, const char *text, int64_t value)
{
    new_row(table);
    if (set(table, column, text) != BF_OK)
        fail_msg("%s", err.message);
    assert_int_equal(cell(table, column), value);
}

static void test_a_new_row_is_null(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) /* over several growths */
        new_row(BF_INPUT_pgs);
    for (int c = 0; c < BF_pgs_COLUMNS; c++)
        assert_int_equal(cell(BF_INPUT_pgs, c),
                         bf_column_null(&bf_inputs[BF_INPUT_pgs].columns[c]));
}

static void test_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"28", 28},    {"28.0", 28},   {"28.000", 28},  {"0", 0},
                {"-0", 0},     {"-3", -3},     {"1000", 1000},  {"007", 7},
                {"2.8e1", 28}, {"280e-1", 28}, {"-1000", -1000}};
    for (size_t i = 0; i < LENGTH(good); i++)
        accepted(BF_INPUT_pgs, BF_pgs_points, good[i].text, good[i].value);
    static const char *const bad[] = {"28.5",
                                      "1001",
                                      "-1001",
                                      "",
                                      "-",
                                      ".",
                                      ".5",
                                      "5.",
                                      "+5",
                                      " 5",
                                      "5 ",
                                      "0x10",
                                      "1e",
                                      "1e+",
                                      "1e9",
                                      "1e99",
                                      "abc",
                                      "NaN",
                                      "inf",
                                      "--1",
                                      "1-",
                                      "1.2.3",
                                      "99999999999999999999",
                                      "1e1234",
                                      "1e-400x"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        refused(BF_INPUT_pgs, BF_pgs_points, bad[i], "a whole number from -1000 to 1000");
}

static void test_decimals(void **state)
{
    (void)state;
    accepted(BF_INPUT_pgs, BF_pgs_usage_rate, "13.4", 1340);
    accepted(BF_INPUT_pgs, BF_pgs_usage_rate, "13.400", 1340);
    accepted(BF_INPUT_pgs, BF_pgs_usage_rate, "-0.01", -1);
    accepted(BF_INPUT_pgs, BF_pgs_usage_rate, "999", 99900);
    accepted(BF_INPUT_pgs, BF_pgs_ts_pct, "0.51", 510);
    accepted(BF_INPUT_pgs, BF_pgs_ts_pct, "1e-3", 1);
    accepted(BF_INPUT_pgs, BF_pgs_minutes_played, "34.5", 345);
    accepted(BF_INPUT_pgs, BF_pgs_minutes_played, "500", 5000);
    refused(BF_INPUT_pgs, BF_pgs_minutes_played, "34.55",
            "from 0 to 500 with at most 1 decimal, found \"34.55\"");
    refused(BF_INPUT_pgs, BF_pgs_minutes_played, "500.1", "at most 1 decimal");
    refused(BF_INPUT_pgs, BF_pgs_minutes_played, "-0.1", "from 0 to 500");
    refused(BF_INPUT_pgs, BF_pgs_usage_rate, "999.01", "with at most 2 decimals");
    refused(BF_INPUT_pgs, BF_pgs_usage_rate, "0.001", "with at most 2 decimals");
    refused(BF_INPUT_pgs, BF_pgs_usage_rate, "0.1234567890123456789", "with at most 2 decimals");
}

static void test_numbers_of_json(void **state)
{
    (void)state;
    bf_raw *raw = &raws->raw[BF_INPUT_pgs];
    new_row(BF_INPUT_pgs);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_points, 28, &err), BF_OK);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_fg_makes, 9.0, &err), BF_OK);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_usage_rate, 12.76, &err), BF_OK);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_minutes_played, 35, &err), BF_OK);
    assert_int_equal(bf_raw_set_bool(raw, BF_pgs_is_active, true, &err), BF_OK);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_points), 28);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_fg_makes), 9);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_usage_rate), 1276);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_minutes_played), 350);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_is_active), 1);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_points, 28.5, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_points, (double)NAN, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_points, (double)INFINITY, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_points, 1e300, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_double(raw, BF_pgs_usage_rate, 12.765, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_points, 1001, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_points, INT64_MIN, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_minutes_played, INT64_MAX, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_player_lookup, 5, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_integer(raw, BF_pgs_game_date, 19000, &err), BF_E_INPUT);
    assert_int_equal(bf_raw_set_bool(raw, BF_pgs_points, true, &err), BF_E_INPUT);
}

/* Every decimal of a column comes back from the double nearest to it. */
static void test_doubles_of_all_decimals(void **state)
{
    (void)state;
    bf_raw *raw = &raws->raw[BF_INPUT_pgs];
    new_row(BF_INPUT_pgs);
    for (int64_t scaled = -99900; scaled <= 99900; scaled++) {
        char text[32];
        double value;
        (void)snprintf(text, sizeof text, "%s%lld.%02lld", scaled < 0 ? "-" : "",
                       (long long)(scaled < 0 ? -scaled : scaled) / 100,
                       (long long)(scaled < 0 ? -scaled : scaled) % 100);
        (void)sscanf(text, "%lf", &value);
        assert_int_equal(bf_raw_set_double(raw, BF_pgs_usage_rate, value, &err), BF_OK);
        assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_usage_rate), scaled);
        assert_int_equal(set(BF_INPUT_pgs, BF_pgs_usage_rate, text), BF_OK);
        assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_usage_rate), scaled);
    }
}

static void test_dates_and_times(void **state)
{
    (void)state;
    accepted(BF_INPUT_pgs, BF_pgs_game_date, "2024-02-29", bf_day_from_civil(2024, 2, 29));
    accepted(BF_INPUT_pgs, BF_pgs_processed_at, "1970-01-02 00:00:00 UTC", INT64_C(86400000000));
    accepted(BF_INPUT_pgs, BF_pgs_processed_at, "1970-01-01T00:00:00.5Z", 500000);
    accepted(BF_INPUT_pgs, BF_pgs_processed_at, "1970-01-01 00:00:00.000001 UTC", 1);
    static const char *const bad_dates[] = {"2023-02-29",          "2024-2-9", "20240209",
                                            "2024-02-09 00:00:00", "",         "1899-01-01"};
    for (size_t i = 0; i < LENGTH(bad_dates); i++)
        refused(BF_INPUT_pgs, BF_pgs_game_date, bad_dates[i], "a date YYYY-MM-DD");
    static const char *const bad_times[] = {"2024-02-09", "2024-02-09 24:00:00 UTC",
                                            "2024-02-09 10:00:00+01:00", "now"};
    for (size_t i = 0; i < LENGTH(bad_times); i++) {
        new_row(BF_INPUT_pgs);
        assert_int_equal(set(BF_INPUT_pgs, BF_pgs_processed_at, bad_times[i]), BF_E_INPUT);
    }
}

static void test_truth(void **state)
{
    (void)state;
    accepted(BF_INPUT_pgs, BF_pgs_is_active, "true", 1);
    accepted(BF_INPUT_pgs, BF_pgs_is_active, "False", 0);
    refused(BF_INPUT_pgs, BF_pgs_is_active, "1", "true or false");
    refused(BF_INPUT_pgs, BF_pgs_is_active, "yes", "true or false");
}

/* Resolution 8: 16 lower-case hex digits, else null and counted. */
static void test_source_hashes(void **state)
{
    (void)state;
    accepted(BF_INPUT_pgs, BF_pgs_data_hash, "00000000000000ff", 255);
    accepted(BF_INPUT_pgs, BF_pgs_data_hash, "ffffffffffffffff", -1);
    assert_int_equal(raws->raw[BF_INPUT_pgs].unusable_hashes, 0);
    accepted(BF_INPUT_pgs, BF_pgs_data_hash, "00000000000000FF", 0);
    accepted(BF_INPUT_pgs, BF_pgs_data_hash, "ff", 0);
    accepted(BF_INPUT_pgs, BF_pgs_data_hash, "ffffffffffffffffff", 0);
    assert_int_equal(raws->raw[BF_INPUT_pgs].unusable_hashes, 3);
}

static void test_keys(void **state)
{
    (void)state;
    char longest[BF_KEY_TEXT_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[BF_KEY_TEXT_MAX + 1] = '\0';
    refused(BF_INPUT_pgs, BF_pgs_player_lookup, longest, "text of at most 200 bytes");
    longest[BF_KEY_TEXT_MAX] = '\0';
    accepted(BF_INPUT_pgs, BF_pgs_player_lookup, longest, 0);
    accepted(BF_INPUT_pgs, BF_pgs_player_lookup, "nikolajoki\xc4\x87", 1);
    accepted(BF_INPUT_pgs, BF_pgs_player_lookup, longest, 0);
    accepted(BF_INPUT_pgs, BF_pgs_universal_player_id, "", BF_NULL_I32);
    refused(BF_INPUT_pgs, BF_pgs_player_lookup, "a\nb",
            "without control characters, found \"a?b\"");
    refused(BF_INPUT_pgs, BF_pgs_player_lookup, "a\tb", "without control characters");
    new_row(BF_INPUT_pgs);
    assert_int_equal(
        bf_raw_set_text(&raws->raw[BF_INPUT_pgs], BF_pgs_player_lookup, "a\0b", 3, &err),
        BF_E_INPUT);
    refused(BF_INPUT_pgs, BF_pgs_game_id, "0022100001",
            "a game YYYYMMDD_AWAY_HOME, found \"0022100001\"");
    refused(BF_INPUT_schedule, BF_schedule_game_id, "20211019_BKN_MIL",
            "a game number of 10 digits");
    assert_int_equal(bf_intern_find(raws->texts, BF_DICT_GAMES, "0022100001", 10), -1);
}

static void test_texts_of_sets(void **state)
{
    (void)state;
    accepted(BF_INPUT_upgc, BF_upgc_season_phase, "playoffs", BF_SEASON_PHASE_PLAYOFFS);
    accepted(BF_INPUT_upgc, BF_upgc_season_phase, "regular", BF_SEASON_PHASE_OTHER);
    accepted(BF_INPUT_upgc, BF_upgc_player_status, "Questionable", BF_PLAYER_STATUS_QUESTIONABLE);
    accepted(BF_INPUT_upgc, BF_upgc_player_status, "game-time", BF_PLAYER_STATUS_OTHER);
    accepted(BF_INPUT_upgc, BF_upgc_player_status, "", BF_NULL_I8);
}

static bf_status check(const char *season, const char *missing)
{
    bf_raw *raw = &raws->raw[BF_INPUT_pgs];
    new_row(BF_INPUT_pgs);
    static const struct {
        int column;
        const char *text;
    } cells[] = {{BF_pgs_player_lookup, "a"},        {BF_pgs_game_id, "20240930_BKN_MIL"},
                 {BF_pgs_game_date, "2024-09-30"},   {BF_pgs_team_abbr, "BKN"},
                 {BF_pgs_opponent_team_abbr, "MIL"}, {BF_pgs_is_active, "true"}};
    for (size_t i = 0; i < LENGTH(cells); i++) {
        if (strcmp(bf_inputs[BF_INPUT_pgs].columns[cells[i].column].name, missing) != 0)
            assert_int_equal(set(BF_INPUT_pgs, cells[i].column, cells[i].text), BF_OK);
    }
    if (*season != '\0')
        assert_int_equal(set(BF_INPUT_pgs, BF_pgs_season_year, season), BF_OK);
    err = (bf_error)BF_ERROR_INIT;
    return bf_raw_check_row(raw, &err);
}

static void test_rows_are_checked(void **state)
{
    (void)state;
    assert_int_equal(check("2023", ""), BF_OK);
    assert_int_equal(check("", ""), BF_OK);
    assert_int_equal(check("2024", ""), BF_E_INPUT);
    assert_string_equal(err.message,
                        "column season_year: expected 2023, the season of 2024-09-30, found 2024");
    assert_int_equal(check("2023", "player_lookup"), BF_E_INPUT);
    assert_string_equal(err.message, "column player_lookup: expected a value, found none");
    assert_int_equal(check("2023", "is_active"), BF_E_INPUT);
    assert_int_equal(check("2023", "game_date"), BF_E_INPUT);
}

static void test_many_texts(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20000; i++) {
            char text[16];
            int32_t code;
            int size = snprintf(text, sizeof text, "p%d", i);
            assert_int_equal(
                bf_intern_code(&code, raws->texts, BF_DICT_PLAYERS, text, (size_t)size, &err),
                BF_OK);
            assert_int_equal(code, i);
            assert_string_equal(bf_intern_text(raws->texts, BF_DICT_PLAYERS, code), text);
        }
    }
    assert_int_equal(bf_intern_count(raws->texts, BF_DICT_PLAYERS), 20000);
    assert_int_equal(bf_intern_count(raws->texts, BF_DICT_TEAMS), 0);
    assert_int_equal(bf_intern_find(raws->texts, BF_DICT_PLAYERS, "p199999", 5), 1999);
    assert_int_equal(bf_intern_find(raws->texts, BF_DICT_PLAYERS, "q", 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_new_row_is_null, create, destroy),
        cmocka_unit_test_setup_teardown(test_whole_numbers, create, destroy),
        cmocka_unit_test_setup_teardown(test_decimals, create, destroy),
        cmocka_unit_test_setup_teardown(test_numbers_of_json, create, destroy),
        cmocka_unit_test_setup_teardown(test_doubles_of_all_decimals, create, destroy),
        cmocka_unit_test_setup_teardown(test_dates_and_times, create, destroy),
        cmocka_unit_test_setup_teardown(test_truth, create, destroy),
        cmocka_unit_test_setup_teardown(test_source_hashes, create, destroy),
        cmocka_unit_test_setup_teardown(test_keys, create, destroy),
        cmocka_unit_test_setup_teardown(test_texts_of_sets, create, destroy),
        cmocka_unit_test_setup_teardown(test_rows_are_checked, create, destroy),
        cmocka_unit_test_setup_teardown(test_many_texts, create, destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

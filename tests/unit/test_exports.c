/* Finding and reading exports: NDJSON and CSV, shards, columns in any order, messages of errors. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/date.h"
#include "compute/base/fault.h"
#include "io/text/exports.h"
#include "tests/support/raw_rows.h"
#include "tests/support/unit.h"

static char directory[64];
static test_raws *raws;
static test_warnings warnings;
static bf_unused unused[BF_INPUT_COUNT];
static bf_error err;

static void remove_files(void)
{
    DIR *stream = opendir(directory);
    const struct dirent *entry;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        (void)unlink(path);
    }
    if (stream != NULL)
        (void)closedir(stream);
}

static int create(void **state)
{
    (void)state;
    (void)snprintf(directory, sizeof directory, "/tmp/backfill-exports-XXXXXX");
    assert_non_null(mkdtemp(directory));
    raws = test_raws_create();
    test_warnings_init(&warnings);
    err = (bf_error)BF_ERROR_INIT;
    return 0;
}

static int destroy(void **state)
{
    (void)state;
    remove_files();
    (void)rmdir(directory);
    test_raws_free(raws);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        bf_unused_free(&unused[t]);
    return 0;
}

static void write_file(const char *name, const char *text)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char tog_header[] = "team_abbr,game_id,game_date,season_year,pace,win_flag\n";
static const char tdg_header[] = "defending_team_abbr,game_id,game_date\n";

/* The other required tables. */
static void write_others(void)
{
    write_file("team_offense_game_summary.csv", tog_header);
    write_file("team_defense_game_summary.csv", tdg_header);
}

/* The files of reader `index` of `readers`. */
static bf_status read_share(int index, int readers)
{
    bf_exports exports = BF_EXPORTS_INIT;
    bf_exports_reader reader = BF_EXPORTS_READER_INIT;
    reader.index = index;
    reader.unused = unused;
    bf_status st = bf_exports_find(&exports, directory, &warnings.to, &err);
    if (st == BF_OK)
        st = bf_exports_divide(&exports, readers, &err);
    if (st == BF_OK)
        st = bf_exports_read(raws->raw, &exports, &reader, &err);
    bf_exports_free(&exports);
    return st;
}

/* The names of columns of player_game_summary that are not used. */
static void unused_are(const char *expected)
{
    char names[200];
    bf_unused_list(names, sizeof names, &unused[BF_INPUT_pgs]);
    assert_string_equal(names, expected);
}

static void reads(void)
{
    if (read_share(0, 1) != BF_OK)
        fail_msg("%s", err.message);
}

static void refuses(const char *words)
{
    test_raws_free(raws);
    raws = test_raws_create();
    err = (bf_error)BF_ERROR_INIT;
    assert_int_equal(read_share(0, 1), BF_E_INPUT);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is missing from '%s'", words, err.message);
}

static int64_t cell(bf_input table, int column, int64_t row)
{
    const bf_columns *columns = &raws->raw[table].columns;
    assert_true(row < columns->rows);
    return bf_column_integer(&columns->schema->columns[column], columns->data[column], row);
}

static const char *text(bf_input table, int column, int64_t row)
{
    return bf_intern_text(raws->texts, bf_inputs[table].columns[column].dictionary,
                          (int32_t)cell(table, column, row));
}

#define KEYS                                                                                       \
    "\"player_lookup\":\"a\",\"game_id\":\"20230101_BOS_LAL\",\"game_date\":\"2023-01-01\","       \
    "\"team_abbr\":\"BOS\",\"opponent_team_abbr\":\"LAL\",\"is_active\":true"

static void test_ndjson_of_an_export(void **state)
{
    (void)state;
    write_others();
    write_file(
        "player_game_summary.json",
        "{" KEYS
        ",\"points\":\"28\",\"usage_rate\":\"13.4\",\"season_year\":\"2022\",\"assists\":\"3\"}\n"
        "{\"points\":28, \"usage_rate\":13.4,\"minutes_played\":null, " KEYS "}\n"
        "\n"
        "{\"fg_makes\":28.0,\"x\":[1,{\"y\":2}],\"player_name\":\"J. \\\"B\\\" \\u0107\"," KEYS
        ",\"is_dnp\":false}\n");
    reads();
    assert_int_equal(raws->raw[BF_INPUT_pgs].columns.rows, 3);
    for (int64_t row = 0; row < 3; row++) {
        assert_string_equal(text(BF_INPUT_pgs, BF_pgs_player_lookup, row), "a");
        assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_game_date, row), bf_day_from_civil(2023, 1, 1));
        assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_points, row), row < 2 ? 28 : BF_NULL_I16);
        assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_usage_rate, row), row < 2 ? 1340 : BF_NULL_I32);
        assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_is_active, row), 1);
    }
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_fg_makes, 2), 28);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_is_dnp, 2), 0);
    assert_int_equal(warnings.count, 0);
    unused_are("assists, x, player_name");
}

/* A line that is not plain is judged by jansson; a plain one is only refused for what a cell holds.
 */
static void test_malformed_ndjson(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"{" KEYS, "malformed text"},
        {"{" KEYS "} x", "malformed text"},
        {"{" KEYS ",}", "malformed text"},
        {"{" KEYS ",\"points\":}", "malformed text"},
        {"{" KEYS ",\"points\":01}", "malformed text"},
        {"{" KEYS ",\"points\":1.}", "malformed text"},
        {"{" KEYS ",\"points\":-}", "malformed text"},
        {"{" KEYS ",\"points\":+1}", "malformed text"},
        {"{" KEYS ",\"points\":tru}", "malformed text"},
        {"{" KEYS ",\"points\":\"1}", "malformed text"},
        {"{" KEYS ",\"points\" 1}", "malformed text"},
        {"{" KEYS ",points:1}", "malformed text"},
        {"{" KEYS ",\"player_lookup\":\"b\"}", "malformed text: duplicate object key"},
        {"{" KEYS ",\"z\":\"a\tb\"}", "malformed text"},
        {"{" KEYS ",\"points\":1e999}", "malformed text: real number overflow"},
        {"[1]", "found another value"},
        {"7", "malformed text"},
        {"nonsense", "malformed text"},
        {"{}", "column player_lookup: expected a value, found none"},
        {"{" KEYS ",\"points\":[1]}", "column points: expected a single value, found a list"},
        {"{" KEYS ",\"points\":{}}", "column points: expected a single value, found an object"},
        {"{" KEYS ",\"points\":true}", "column points: expected a whole number"},
        {"{" KEYS ",\"points\":28.5}",
         "column points: expected a whole number from -1000 to 1000, found \"28.5\""},
        {"{" KEYS ",\"universal_player_id\":7}", "column universal_player_id: expected text"},
        {"{" KEYS ",\"processed_at\":7}", "column processed_at: expected a UTC time"},
        {"{" KEYS ",\"season_year\":2023}", "column season_year: expected 2022"},
    };
    write_others();
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char lines[2000];
        (void)snprintf(lines, sizeof lines, "{" KEYS "}\n%s\n", cases[i].line);
        write_file("player_game_summary.json", lines);
        refuses(cases[i].words);
        assert_non_null(
            strstr(err.message, "player_game_summary.json: line 2: table player_game_summary: "));
    }
}

static void test_csv_in_any_order(void **state)
{
    (void)state;
    write_others();
    write_file(
        "player_game_summary-000000000001.csv",
        "is_active,x_note,points,game_date,player_lookup,game_id,opponent_team_abbr,team_abbr\n"
        "true,\"a, \"\"b\"\"\nc\",28.0,2023-01-01,b,20230101_BOS_LAL,LAL,BOS\n"
        "false,,,2023-01-01,c,20230101_BOS_LAL,BOS,LAL\n");
    write_file(
        "player_game_summary-000000000000.csv",
        "player_lookup,game_id,game_date,team_abbr,opponent_team_abbr,is_active,minutes_played\r\n"
        "a,20230101_BOS_LAL,2023-01-01,BOS,LAL,true,34.5\r\n");
    write_file("player_game_summary-000000000002.csv",
               "player_lookup,game_id,game_date,team_abbr,opponent_team_abbr,is_active\n");
    reads();
    static const char *const players[] = {"a", "b", "c"}; /* files by name */
    assert_int_equal(raws->raw[BF_INPUT_pgs].columns.rows, 3);
    for (int64_t row = 0; row < 3; row++)
        assert_string_equal(text(BF_INPUT_pgs, BF_pgs_player_lookup, row), players[row]);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_minutes_played, 0), 345);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_points, 0), BF_NULL_I16);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_points, 1), 28);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_points, 2), BF_NULL_I16);
    assert_int_equal(cell(BF_INPUT_pgs, BF_pgs_is_active, 2), 0);
    unused_are("x_note");
    assert_true(raws->raw[BF_INPUT_tog].present);
    assert_false(raws->raw[BF_INPUT_schedule].present);
}

static void test_malformed_csv(void **state)
{
    (void)state;
    static const struct {
        const char *content, *words;
    } cases[] = {
        {"",
         "line 1: table team_offense_game_summary: expected a header line, found an empty file"},
        {"team_abbr,game_id\n",
         "line 1: table team_offense_game_summary: column game_date: is missing"},
        {"game_id,game_date,pace\n",
         "line 1: table team_offense_game_summary: column team_abbr: is missing"},
        {"team_abbr,game_id,game_date,game_id\n",
         "line 1: table team_offense_game_summary: column game_id: is there twice"},
        {"team_abbr,game_id,game_date\nBOS,20230101_BOS_LAL\n",
         "line 2: table team_offense_game_summary: expected 3 fields, found 2"},
        {"team_abbr,game_id,game_date\nBOS,20230101_BOS_LAL,2023-01-01,\n",
         "line 2: table team_offense_game_summary: expected 3 fields, found 4"},
        {"team_abbr,game_id,game_date,x\nBOS,20230101_BOS_LAL,2023-01-01,\"1\n2\"\nBOS,x,2023-01-"
         "01,\n",
         "line 4: table team_offense_game_summary: column game_id: expected a game "
         "YYYYMMDD_AWAY_HOME, found \"x\""},
        {"team_abbr,game_id,game_date,x\nBOS,20230101_BOS_LAL,2023-01-01,\"1\n",
         "line 2: the file ends inside quotes"},
        {"team_abbr,game_id,game_date,pace\nBOS,20230101_BOS_LAL,2023-01-01,fast\n",
         "line 2: table team_offense_game_summary: column pace: expected a number"},
        {"team_abbr,game_id,game_date\nBOS,20230101_BOS_LAL,\n",
         "line 2: table team_offense_game_summary: column game_date: expected a value, found none"},
    };
    write_others();
    write_file("player_game_summary.json", "{" KEYS "}\n");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        write_file("team_offense_game_summary.csv", cases[i].content);
        refuses(cases[i].words);
    }
}

static void test_finding_files(void **state)
{
    (void)state;
    refuses("no file of table player_game_summary: expected player_game_summary.json or .csv");
    write_others();
    write_file("player_game_summary.ndjson", "");
    write_file("schedule-1.jsonl", "");
    write_file("players-0.csv", "player_lookup\n");
    write_file("schedul.csv", "game_id\n");
    write_file("player_game_summary-x.csv", "");
    write_file("notes.txt", "");
    write_file(".players.csv", "");
    write_file("players.parquet", "");
    test_warnings_init(&warnings);
    reads();
    assert_true(raws->raw[BF_INPUT_pgs].present && raws->raw[BF_INPUT_schedule].present &&
                raws->raw[BF_INPUT_players].present);
    assert_int_equal(warnings.count, 1);
    assert_non_null(strstr(warnings.text, "not used, because no table has that name: "));
    assert_non_null(strstr(warnings.text, "schedul.csv"));
    assert_non_null(strstr(warnings.text, "player_game_summary-x.csv"));
    assert_null(strstr(warnings.text, "notes.txt"));
    remove_files();
    (void)rmdir(directory);
    refuses("cannot read the directory of the exports: No such file");
}

/* Every file is read once, and the work is even. */
static void test_shares_of_readers(void **state)
{
    (void)state;
    enum { FILES = 7, READERS = 3 };
    int64_t rows = 0;
    write_others();
    for (int f = 0; f < FILES; f++) {
        char name[64], lines[2000] = "";
        (void)snprintf(name, sizeof name, "player_game_summary-%012d.json", f);
        for (int i = 0; i < 4; i++)
            (void)strcat(lines, "{" KEYS ",\"assists\":\"3\"}\n");
        write_file(name, lines);
    }
    for (int r = 0; r < READERS; r++) {
        test_raws_free(raws);
        raws = test_raws_create();
        assert_int_equal(read_share(r, READERS), BF_OK);
        int64_t its = raws->raw[BF_INPUT_pgs].columns.rows;
        assert_true(its == 8 || its == 12);
        assert_true(raws->raw[BF_INPUT_pgs].present);
        rows += its;
    }
    assert_int_equal(rows, 4 * FILES);
    unused_are("assists");
    assert_int_equal(read_share(FILES + 2, FILES + 3), BF_OK); /* nothing is left for it */
}

/* Bytes changed, cut out and doubled at random: read or refused, nothing else. */
static void test_mutations(void **state)
{
    (void)state;
    static const char *const names[] = {"player_game_summary.json", "schedule.csv"};
    static const char *const texts[] = {
        "{" KEYS ",\"points\":\"28\",\"x\":[1,{\"y\":null}],\"note\":\"\\u0107 \\\"\"}\n{" KEYS
        ",\"usage_rate\":13.4}\n",
        "game_id,game_date,home_team_tricode,away_team_tricode,\"x, \"\"y\"\"\"\r\n"
        "0022200001,2023-01-01,LAL,BOS,\"a\n,b\"\r\n0022200002,2023-01-02,LAL,BOS,\n"};
    static const char odd[] = "\"\\{}[],:\n\r\t 0e-+.\xff\xc3";
    uint64_t random = 3;
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
        char text[1500];
        (void)snprintf(text, sizeof text, "%s", texts[i % 2]);
        for (int edits = 1 + i % 3; edits > 0; edits--) {
            size_t size = strlen(text), at = (size_t)(unit_random(&random) % size);
            if (edits == 3)
                memmove(text + at, text + at + 1, size - at);
            else if (edits == 2)
                memmove(text + at + 1, text + at, size - at + 1);
            else
                text[at] = odd[unit_random(&random) % (sizeof odd - 1)];
        }
        write_others();
        write_file(names[1], texts[1]);
        write_file(names[0], texts[0]);
        write_file(names[i % 2], text);
        test_raws_free(raws);
        raws = test_raws_create();
        bf_status st = read_share(0, 1);
        assert_true(st == BF_OK || st == BF_E_INPUT);
        refused += st != BF_OK;
    }
    assert_true(refused > 1000 && refused < 3000);
}

static void test_long_lists_of_unused_columns(void **state)
{
    (void)state;
    char names[100];
    for (int i = 0; i < 50; i++) {
        char name[16];
        int size = snprintf(name, sizeof name, "column_%02d", i % 25);
        assert_int_equal(bf_unused_add(&unused[BF_INPUT_pgs], name, (size_t)size, &err), BF_OK);
    }
    bf_unused_list(names, sizeof names, &unused[BF_INPUT_pgs]);
    assert_string_equal(names, "column_00, column_01, column_02, column_03, column_04 and 20 more");
}

static void test_out_of_memory(void **state)
{
    (void)state;
    write_others();
    write_file("schedule.csv", "game_id,game_date,home_team_tricode,away_team_tricode,"
                               "x\n0022200001,2023-01-01,LAL,BOS,\"a\nb\"\n");
    write_file("player_game_summary.json",
               "{" KEYS ",\"assists\":\"3\"}\n{\"x\":\"\\u0107\"," KEYS "}\n");
    bf_status st = BF_E_MEMORY;
    for (int64_t nth = 1; st != BF_OK; nth++) {
        test_raws_free(raws);
        raws = test_raws_create();
        bf_fault_arm(BF_FAULT_ALLOC, nth);
        st = read_share(0, 1);
        assert_true(st == BF_OK || st == BF_E_MEMORY);
        assert_true(nth < 10000);
    }
    bf_fault_countdown[BF_FAULT_ALLOC] = 0;
    assert_int_equal(raws->raw[BF_INPUT_pgs].columns.rows, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ndjson_of_an_export), TEST(test_malformed_ndjson),
        TEST(test_csv_in_any_order),    TEST(test_malformed_csv),
        TEST(test_finding_files),       TEST(test_shares_of_readers),
        TEST(test_mutations),           TEST(test_long_lists_of_unused_columns),
        TEST(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

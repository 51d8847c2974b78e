/* Season files: what is written is what is loaded, and what is damaged is refused. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/snapshot.h"
#include "tests/support/raw_rows.h"
#include "tests/support/unit.h"

static char directory[128];
static test_raws *raws;
static bf_error err;
static bf_snapshot *snapshot;
static bf_history history;
static void *block;

static int create(void **state)
{
    (void)state;
    bf_h5_quiet();
    (void)snprintf(directory, sizeof directory, "/tmp/backfill-snapshot-XXXXXX");
    assert_non_null(mkdtemp(directory));
    raws = test_raws_create();
    err = (bf_error)BF_ERROR_INIT;
    snapshot = NULL;
    block = NULL;
    return 0;
}

static void close_snapshot(void)
{
    bf_snapshot_close(snapshot);
    snapshot = NULL;
    free(block);
    block = NULL;
}

static int count_files(const char *suffix, bool remove_them)
{
    int count = 0;
    DIR *stream = opendir(directory);
    const struct dirent *entry;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        char path[400];
        size_t size = strlen(entry->d_name), length = strlen(suffix);
        if (entry->d_name[0] == '.' || size < length ||
            strcmp(entry->d_name + size - length, suffix) != 0)
            continue;
        count++;
        (void)snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (remove_them)
            (void)unlink(path);
    }
    if (stream != NULL)
        (void)closedir(stream);
    return count;
}

static int destroy(void **state)
{
    (void)state;
    close_snapshot();
    (void)count_files("", true);
    (void)rmdir(directory);
    test_raws_free(raws);
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL),
                     0); /* every handle is closed */
    return 0;
}

static bf_status write_snapshot(const char *origin, int64_t import_time_us)
{
    bf_clean *clean = NULL;
    bf_snapshot_writer *writer = NULL;
    bf_snapshot_facts facts = {origin, strcmp(origin, "synth") == 0, import_time_us};
    bf_season season = {.season = 0};
    bf_status st;
    BF_TRY_GOTO(bf_clean_create(&clean, raws->raw, raws->texts, NULL, &err));
    BF_TRY_GOTO(bf_snapshot_writer_open(&writer, directory, &facts, &err));
    for (int i = 0; i < bf_clean_season_count(clean); i++) {
        BF_TRY_GOTO(bf_clean_season(&season, clean, i, &err));
        BF_TRY_GOTO(bf_snapshot_writer_add(writer, &season, &err));
        bf_season_free(&season);
    }
    BF_TRY_GOTO(bf_snapshot_writer_commit(writer, &err));
done:
    bf_season_free(&season);
    bf_snapshot_writer_close(writer);
    bf_clean_free(clean);
    return st;
}

static void writes(void)
{
    if (write_snapshot("import", 1) != BF_OK)
        fail_msg("%s", err.message);
}

static bf_status load(void)
{
    BF_TRY(bf_snapshot_open(&snapshot, directory, &err));
    size_t bytes = bf_history_bytes(bf_snapshot_sizes(snapshot));
    block = calloc(1, bytes + 1);
    assert_non_null(block);
    bf_history_layout(&history, bf_snapshot_sizes(snapshot), block);
    return bf_snapshot_load(&history, snapshot, &err);
}

static void loads(void)
{
    if (load() != BF_OK)
        fail_msg("%s", err.message);
}

static void refuses(const char *words)
{
    close_snapshot();
    err = (bf_error)BF_ERROR_INIT;
    assert_int_equal(load(), BF_E_INPUT);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is missing from '%s'", words, err.message);
    close_snapshot();
}

static const char *key(bf_input table, int column, int64_t row)
{
    int32_t code = ((const int32_t *)history.inputs[table].data[column])[row];
    return bf_dictionary_text(&history.dictionaries[bf_inputs[table].columns[column].dictionary],
                              code);
}

static int64_t value(bf_input table, int column, int64_t row)
{
    return bf_column_integer(&bf_inputs[table].columns[column], history.inputs[table].data[column],
                             row);
}

/* Three seasons; players and teams differ between them, so that codes have to be translated. */
static void add_three_seasons(void)
{
    test_raw_games(raws, 2); /* 2022-23: james, tatum; BOS, LAL */
    test_raw_game(raws, "0022100001", "20211019_ATL_WAS", "game_status=3 is_regular_season=true");
    test_raw_player(raws, "young", "20211019_ATL_WAS", "ATL",
                    "points=-5 usage_rate=12.34 processed_at=2021-10-20~08:00:00~UTC");
    test_raw_player(raws, "tatum", "20211019_ATL_WAS", "WAS",
                    "is_dnp=false universal_player_id=tatum_1");
    test_raw_team(raws, BF_INPUT_tdg, "20211019_ATL_WAS", "ATL",
                  "data_hash=00000000000000ff defensive_rating=110.25");
    test_raw_game(raws, "0022400001", "20241022_BOS_NYK", "game_status=3");
    test_raw_player(raws, "tatum", "20241022_BOS_NYK", "BOS", "points=37 minutes_played=30.3");
    test_raw_player(raws, "aaron", "20241022_BOS_NYK", "NYK", "points=1");
    test_raw_team(raws, BF_INPUT_tog, "20241022_BOS_NYK", "BOS", "win_flag=true");
}

static void test_round_trip(void **state)
{
    (void)state;
    add_three_seasons();
    test_raw_row(raws, BF_INPUT_players, "player_lookup=tatum birth_date=1998-03-03");
    test_raw_row(raws, BF_INPUT_attempts,
                 "processor_name=ml_feature_store_v2 entity_id=someone analysis_date=2023-01-01 "
                 "attempt_number=2");
    writes();
    loads();
    const bf_history_sizes *sizes = bf_snapshot_sizes(snapshot);
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
    assert_int_equal(history.inputs[BF_INPUT_pgs].rows, LENGTH(expected));
    assert_memory_equal(history.entity_first[BF_INPUT_pgs], first, sizeof first);
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
    assert_int_equal(history.inputs[BF_INPUT_schedule].rows, 4);
    assert_string_equal(key(BF_INPUT_schedule, BF_schedule_game_id, 0), "0022100001");
    assert_string_equal(key(BF_INPUT_schedule, BF_schedule_game_id, 3), "0022400001");

    assert_int_equal(history.inputs[BF_INPUT_players].rows, 1);
    assert_string_equal(key(BF_INPUT_players, BF_players_player_lookup, 0), "tatum");
    assert_int_equal(history.inputs[BF_INPUT_attempts].rows, 1);
    assert_string_equal(key(BF_INPUT_attempts, BF_attempts_processor_name, 0),
                        "MLFeatureStoreProcessor");
    assert_string_equal(key(BF_INPUT_attempts, BF_attempts_entity_id, 0), "someone");
    assert_int_equal(history.dictionaries[BF_DICT_PROCESSORS].count, 5);
    assert_true(bf_dictionary_find(&history.dictionaries[BF_DICT_ENTITIES], "DATE_LEVEL") >= 0);
    assert_true(bf_dictionary_find(&history.dictionaries[BF_DICT_ENTITIES], "aaron") >= 0);
    assert_true(bf_dictionary_find(&history.dictionaries[BF_DICT_ENTITIES], "WAS") >= 0);
    assert_int_equal(bf_history_derive(&history, &err), BF_OK);
    assert_int_equal(*history.game_date_count, 4);
}

static void test_facts(void **state)
{
    (void)state;
    char sha256[3][BF_SHA256_HEX_BYTES];
    add_three_seasons();
    writes();
    loads();
    for (int i = 0; i < 3; i++) {
        const bf_snapshot_season_facts *facts = bf_snapshot_season(snapshot, i);
        memcpy(sha256[i], facts->sha256, sizeof sha256[i]);
        assert_string_equal(facts->origin, "import");
        assert_int_equal(facts->import_time_us, 1);
        assert_int_equal(facts->rows[BF_INPUT_pgs], i == 1 ? 4 : 2);
        assert_int_equal(facts->counts[BF_INPUT_pgs].kept, facts->rows[BF_INPUT_pgs]);
        assert_int_equal(facts->counts[BF_INPUT_pgs].negative, i == 0);
    }
    close_snapshot();
    int32_t seasons[BF_MAX_SEASONS], count;
    bf_snapshot_season_facts facts;
    assert_int_equal(bf_snapshot_list(seasons, &count, directory, &err), BF_OK);
    assert_int_equal(count, 3);
    assert_int_equal(seasons[2], 2024);
    assert_int_equal(bf_snapshot_read_facts(&facts, directory, 2024, &err), BF_OK);
    assert_string_equal(facts.sha256, sha256[2]);
    assert_int_equal(bf_snapshot_read_facts(&facts, directory, 2020, &err), BF_E_INPUT);
    assert_int_equal(write_snapshot("synth", 2), BF_OK); /* the same content, made otherwise */
    loads();
    assert_true(bf_snapshot_sizes(snapshot)->synthetic);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(bf_snapshot_season(snapshot, i)->sha256, sha256[i]);
        assert_string_equal(bf_snapshot_season(snapshot, i)->origin, "synth");
    }
    close_snapshot();
    test_raw_player(raws, "aaron", "20241024_BOS_NYK", "NYK", "");
    writes();
    loads();
    assert_string_equal(bf_snapshot_season(snapshot, 0)->sha256, sha256[0]);
    assert_string_not_equal(bf_snapshot_season(snapshot, 2)->sha256, sha256[2]);
}

/* Files of other seasons stay; the newest one that has a table without dates is the one that
 * counts. */
static void test_seasons_of_several_imports(void **state)
{
    (void)state;
    test_raw_games(raws, 1);
    test_raw_row(raws, BF_INPUT_players, "player_lookup=tatum birth_date=1998-03-03");
    writes();
    test_raws_free(raws);
    raws = test_raws_create();
    test_raw_player(raws, "tatum", "20241022_BOS_NYK", "BOS", "");
    test_raw_team(raws, BF_INPUT_tog, "20241022_BOS_NYK", "BOS", "");
    test_raw_team(raws, BF_INPUT_tdg, "20241022_BOS_NYK", "BOS", "");
    test_raw_row(raws, BF_INPUT_players, "player_lookup=aaron birth_date=2001-01-01");
    test_raw_row(raws, BF_INPUT_players, "player_lookup=tatum birth_date=1999-09-09");
    writes();
    loads();
    assert_int_equal(bf_snapshot_sizes(snapshot)->season_count, 2);
    assert_int_equal(history.inputs[BF_INPUT_pgs].rows, 3);
    assert_int_equal(history.inputs[BF_INPUT_players].rows, 2);
    assert_int_equal(value(BF_INPUT_players, BF_players_birth_date, 1),
                     bf_day_from_civil(1999, 9, 9));
    assert_int_equal(history.inputs[BF_INPUT_schedule].rows, 1);
}

static void test_no_snapshot(void **state)
{
    (void)state;
    refuses("no season file such as 2021.h5; make a snapshot with 'backfill import'");
    assert_int_equal(rmdir(directory), 0);
    refuses("no season file such as 2021.h5; make a snapshot with 'backfill import'");
}

static long size_of(const char *path)
{
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    return (long)found.st_size;
}

static void test_damaged_files(void **state)
{
    (void)state;
    char path[200], other[200];
    test_raw_games(raws, 40);
    writes();
    (void)snprintf(path, sizeof path, "%s/2022.h5", directory);
    (void)snprintf(other, sizeof other, "%s/2021.h5", directory);
    long size = size_of(path);
    assert_int_equal(rename(path, other), 0);
    refuses("2021.h5: holds the season 2022");
    assert_int_equal(rename(other, path), 0);
    for (int part = 0; part < 8; part++) {
        writes();
        assert_int_equal(truncate(path, size * part / 8), 0);
        refuses("2022.h5: the file is damaged or cut off, import again");
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs("this is no HDF5 file", file) >= 0);
    assert_int_equal(fclose(file), 0);
    refuses("2022.h5: the file is damaged or cut off, import again");
}

/* A flipped bit is found, or lies where nothing is read: then the content is loaded as it was. */
static void test_flipped_bits(void **state)
{
    (void)state;
    char path[200];
    uint64_t random = 7;
    int refused = 0;
    test_raw_games(raws, 40);
    writes();
    loads();
    size_t bytes = bf_history_bytes(&history.sizes);
    unsigned char *whole = malloc(bytes);
    assert_non_null(whole);
    memcpy(whole, block, bytes);
    close_snapshot();
    (void)snprintf(path, sizeof path, "%s/2022.h5", directory);
    long size = size_of(path);
    for (int i = 0; i < 150; i++) {
        long at = (long)(unit_random(&random) % (uint64_t)size);
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        int byte = fgetc(file), flipped = byte ^ 1 << i % 8;
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fputc(flipped, file), flipped);
        assert_int_equal(fflush(file), 0);
        bf_status st = load();
        assert_true(st == BF_OK || st == BF_E_INPUT);
        if (st == BF_OK)
            assert_memory_equal(block, whole, bytes);
        refused += st != BF_OK;
        close_snapshot();
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fputc(byte, file), byte);
        assert_int_equal(fclose(file), 0);
    }
    free(whole);
    assert_true(refused > 0);
    loads();
}

static void set_attribute(const char *name, hid_t type, const void *new_value)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/2022.h5", directory);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    assert_true(attribute >= 0);
    assert_true(H5Awrite(attribute, type, new_value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
}

static void test_other_versions(void **state)
{
    (void)state;
    test_raw_games(raws, 2);
    writes();
    set_attribute("format_version", H5T_NATIVE_INT, &(int){99});
    refuses("2022.h5: has format version 99, this program reads version 1; import again");
    writes();
    set_attribute("season", H5T_NATIVE_INT, &(int){2021});
    refuses("2022.h5: holds the season 2021");
}

static void replace_dataset(const char *name, hid_t type, hsize_t count)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/2022.h5", directory);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t dataset =
        type < 0 ? -1 : H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (dataset >= 0)
        assert_true(H5Dclose(dataset) >= 0);
    assert_true(H5Sclose(space) >= 0 && H5Fclose(file) >= 0);
}

static void test_other_contents(void **state)
{
    (void)state;
    test_raw_games(raws, 2);
    static const struct {
        const char *name;
        int type; /* 0 none, 1 int16, 2 float64, 3 int64 */
        hsize_t count;
        const char *words;
    } cases[] = {
        {"tables/player_game_summary/points", 2, 4,
         "points: expected 4 values of 2 bytes, found others"},
        {"tables/player_game_summary/points", 1, 3,
         "points: expected 4 values of 2 bytes, found others"},
        {"tables/player_game_summary/points", 1, 4, "2022.h5: is damaged"},
        {"tables/player_game_summary/points", 0, 0, "2022.h5: is damaged"},
        {"index/player_game_summary/entity_first", 3, 3, "damaged"},
        {"index/player_game_summary/entity_first", 0, 0, "damaged"},
        {"dictionaries/teams", 3, 2, "damaged"},
        {"dictionaries/teams", 0, 0, "damaged"},
        {"tables/schedule", 0, 0, "2022.h5: is damaged"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const hid_t types[] = {-1, H5T_STD_I16LE, H5T_IEEE_F64LE, H5T_STD_I64LE};
        writes();
        replace_dataset(cases[i].name, types[cases[i].type], cases[i].count);
        refuses(cases[i].words);
    }
}

/* The call that fails next: each of the first, then about every tenth. */
static int64_t next_call(int64_t nth)
{
    return nth + 1 + nth / 12;
}

/* Calls in turn fail: an error, no temporary file, and the old files as they were or complete.
 */
static void test_faults_of_writing(void **state)
{
    (void)state;
    static const bf_fault_kind kinds[] = {BF_FAULT_ALLOC, BF_FAULT_HDF5, BF_FAULT_WRITE};
    test_raw_games(raws, 2);
    writes();
    test_raw_player(raws, "aaron", "20241022_BOS_NYK", "NYK", "");
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        bf_status st = BF_E_OUTPUT;
        int64_t nth = 0;
        while (st != BF_OK) {
            nth = next_call(nth);
            bf_fault_arm(kinds[k], nth);
            st = write_snapshot("import", nth);
            bf_fault_countdown[kinds[k]] = 0;
            assert_true(st == BF_OK ||
                        st == (kinds[k] == BF_FAULT_ALLOC ? BF_E_MEMORY : BF_E_OUTPUT));
            assert_int_equal(count_files(".part", false), 0);
            loads();
            close_snapshot();
        }
        assert_true(nth > 5);
    }
}

static void test_faults_of_loading(void **state)
{
    (void)state;
    static const bf_fault_kind kinds[] = {BF_FAULT_ALLOC, BF_FAULT_HDF5};
    add_three_seasons();
    writes();
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        bf_status st = BF_E_INPUT;
        int64_t nth = 0;
        while (st != BF_OK) {
            nth = next_call(nth);
            bf_fault_arm(kinds[k], nth);
            st = load();
            bf_fault_countdown[kinds[k]] = 0;
            assert_true(st == BF_OK || st == BF_E_MEMORY || st == BF_E_INPUT);
            close_snapshot();
        }
        assert_true(nth > 50);
    }
}

static void test_directories(void **state)
{
    (void)state;
    char parent[64];
    test_raw_games(raws, 1);
    (void)snprintf(parent, sizeof parent, "%.60s", directory);
    (void)snprintf(directory, sizeof directory, "%s/a/b", parent);
    writes(); /* makes what is missing */
    loads();
    close_snapshot();
    (void)count_files("", true);
    assert_int_equal(rmdir(directory), 0);
    bf_fault_arm(BF_FAULT_WRITE, 1);
    assert_int_equal(write_snapshot("import", 1), BF_E_OUTPUT);
    assert_int_equal(access(directory, F_OK), -1); /* nothing is left behind */
    (void)snprintf(directory, sizeof directory, "%s/a/file", parent);
    FILE *file = fopen(directory, "wb");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(write_snapshot("import", 1), BF_E_OUTPUT);
    assert_non_null(strstr(err.message, "is not a directory"));
    assert_int_equal(unlink(directory), 0);
    (void)snprintf(directory, sizeof directory, "%s/a", parent);
    assert_int_equal(rmdir(directory), 0);
    (void)snprintf(directory, sizeof directory, "%s", parent);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_facts),
        TEST(test_seasons_of_several_imports),
        TEST(test_no_snapshot),
        TEST(test_damaged_files),
        TEST(test_flipped_bits),
        TEST(test_other_versions),
        TEST(test_other_contents),
        TEST(test_faults_of_writing),
        TEST(test_faults_of_loading),
        TEST(test_directories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

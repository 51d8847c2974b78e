#include "tests/support/snapshot_case.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/hdf5/h5.h"
#include "tests/support/unit.h"

test_snapshot_case snap;

int test_snapshot_create(void **state)
{
    (void)state;
    bf_h5_quiet();
    (void)snprintf(snap.directory, sizeof snap.directory, "/tmp/backfill-snapshot-XXXXXX");
    assert_non_null(mkdtemp(snap.directory));
    snap.raws = test_raws_create();
    snap.err = (bf_error)BF_ERROR_INIT;
    snap.opened = NULL;
    snap.block = NULL;
    return 0;
}

void test_snapshot_close(void)
{
    bf_snapshot_close(snap.opened);
    snap.opened = NULL;
    free(snap.block);
    snap.block = NULL;
}

int test_snapshot_count_files(const char *suffix, bool remove_them)
{
    int count = 0;
    DIR *stream = opendir(snap.directory);
    const struct dirent *entry;
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        char path[400];
        size_t size = strlen(entry->d_name), length = strlen(suffix);
        if (entry->d_name[0] == '.' || size < length ||
            strcmp(entry->d_name + size - length, suffix) != 0)
            continue;
        count++;
        (void)snprintf(path, sizeof path, "%s/%s", snap.directory, entry->d_name);
        if (remove_them)
            (void)unlink(path);
    }
    if (stream != NULL)
        (void)closedir(stream);
    return count;
}

int test_snapshot_destroy(void **state)
{
    (void)state;
    test_snapshot_close();
    (void)test_snapshot_count_files("", true);
    (void)rmdir(snap.directory);
    test_raws_free(snap.raws);
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL),
                     0); /* every handle is closed */
    return 0;
}

bf_status test_snapshot_write(const char *origin, int64_t import_time_us)
{
    bf_clean *clean = NULL;
    bf_snapshot_writer *writer = NULL;
    bf_snapshot_facts facts = {origin, strcmp(origin, "synth") == 0, import_time_us};
    bf_season season = {.season = 0};
    bf_status st;
    BF_TRY_GOTO(bf_clean_create(&clean, snap.raws->raw, snap.raws->texts, NULL, &snap.err));
    BF_TRY_GOTO(bf_snapshot_writer_open(&writer, snap.directory, &facts, &snap.err));
    for (int i = 0; i < bf_clean_season_count(clean); i++) {
        BF_TRY_GOTO(bf_clean_season(&season, clean, i, &snap.err));
        BF_TRY_GOTO(bf_snapshot_writer_add(writer, &season, &snap.err));
        bf_season_free(&season);
    }
    BF_TRY_GOTO(bf_snapshot_writer_commit(writer, &snap.err));
done:
    bf_season_free(&season);
    bf_snapshot_writer_close(writer);
    bf_clean_free(clean);
    return st;
}

void test_snapshot_writes(void)
{
    if (test_snapshot_write("import", 1) != BF_OK)
        fail_msg("%s", snap.err.message);
}

bf_status test_snapshot_load(void)
{
    BF_TRY(bf_snapshot_open(&snap.opened, snap.directory, &snap.err));
    size_t bytes = bf_history_bytes(bf_snapshot_sizes(snap.opened));
    snap.block = calloc(1, bytes + 1);
    assert_non_null(snap.block);
    bf_history_layout(&snap.history, bf_snapshot_sizes(snap.opened), snap.block);
    return bf_snapshot_load(&snap.history, snap.opened, 0, 1, &snap.err);
}

void test_snapshot_loads(void)
{
    if (test_snapshot_load() != BF_OK)
        fail_msg("%s", snap.err.message);
}

void test_snapshot_refuses(const char *words)
{
    test_snapshot_close();
    snap.err = (bf_error)BF_ERROR_INIT;
    assert_int_equal(test_snapshot_load(), BF_E_INPUT);
    if (strstr(snap.err.message, words) == NULL)
        fail_msg("'%s' is missing from '%s'", words, snap.err.message);
    test_snapshot_close();
}

void test_snapshot_three_seasons(void)
{
    test_raw_games(snap.raws, 2); /* 2022-23: james, tatum; BOS, LAL */
    test_raw_game(snap.raws, "0022100001", "20211019_ATL_WAS",
                  "game_status=3 is_regular_season=true");
    test_raw_player(snap.raws, "young", "20211019_ATL_WAS", "ATL",
                    "points=-5 usage_rate=12.34 processed_at=2021-10-20~08:00:00~UTC");
    test_raw_player(snap.raws, "tatum", "20211019_ATL_WAS", "WAS",
                    "is_dnp=false universal_player_id=tatum_1");
    test_raw_team(snap.raws, BF_INPUT_tdg, "20211019_ATL_WAS", "ATL",
                  "data_hash=00000000000000ff defensive_rating=110.25");
    test_raw_game(snap.raws, "0022400001", "20241022_BOS_NYK", "game_status=3");
    test_raw_player(snap.raws, "tatum", "20241022_BOS_NYK", "BOS", "points=37 minutes_played=30.3");
    test_raw_player(snap.raws, "aaron", "20241022_BOS_NYK", "NYK", "points=1");
    test_raw_team(snap.raws, BF_INPUT_tog, "20241022_BOS_NYK", "BOS", "win_flag=true");
}

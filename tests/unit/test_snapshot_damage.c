/* Season files that are damaged, of another version or incomplete are refused; failing calls leave
 * nothing behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "io/hdf5/h5.h"
#include "tests/support/snapshot_case.h"
#include "tests/support/unit.h"

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
    test_raw_games(snap.raws, 40);
    test_snapshot_writes();
    (void)snprintf(path, sizeof path, "%s/2022.h5", snap.directory);
    (void)snprintf(other, sizeof other, "%s/2021.h5", snap.directory);
    long size = size_of(path);
    assert_int_equal(rename(path, other), 0);
    test_snapshot_refuses("2021.h5: holds the season 2022");
    assert_int_equal(rename(other, path), 0);
    for (int part = 0; part < 8; part++) {
        test_snapshot_writes();
        assert_int_equal(truncate(path, size * part / 8), 0);
        test_snapshot_refuses("2022.h5: the file is damaged or cut off, import again");
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs("this is no HDF5 file", file) >= 0);
    assert_int_equal(fclose(file), 0);
    test_snapshot_refuses("2022.h5: the file is damaged or cut off, import again");
}

/* A flipped bit is found, or lies where nothing is read: then the content is loaded as it was. */
static void test_flipped_bits(void **state)
{
    (void)state;
    char path[200];
    uint64_t random = 7;
    int refused = 0;
    test_raw_games(snap.raws, 40);
    test_snapshot_writes();
    test_snapshot_loads();
    size_t bytes = bf_history_bytes(&snap.history.sizes);
    unsigned char *whole = malloc(bytes);
    assert_non_null(whole);
    memcpy(whole, snap.block, bytes);
    test_snapshot_close();
    (void)snprintf(path, sizeof path, "%s/2022.h5", snap.directory);
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
        bf_status st = test_snapshot_load();
        assert_true(st == BF_OK || st == BF_E_INPUT);
        if (st == BF_OK)
            assert_memory_equal(snap.block, whole, bytes);
        refused += st != BF_OK;
        test_snapshot_close();
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fputc(byte, file), byte);
        assert_int_equal(fclose(file), 0);
    }
    free(whole);
    assert_true(refused > 0);
    test_snapshot_loads();
}

static void set_attribute(const char *name, hid_t type, const void *new_value)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/2022.h5", snap.directory);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    assert_true(attribute >= 0);
    assert_true(H5Awrite(attribute, type, new_value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
}

static void test_other_versions(void **state)
{
    (void)state;
    test_raw_games(snap.raws, 2);
    test_snapshot_writes();
    set_attribute("format_version", H5T_NATIVE_INT, &(int){99});
    test_snapshot_refuses(
        "2022.h5: has format version 99, this program reads version 1; import again");
    test_snapshot_writes();
    set_attribute("season", H5T_NATIVE_INT, &(int){2021});
    test_snapshot_refuses("2022.h5: holds the season 2021");
}

static void replace_dataset(const char *name, hid_t type, hsize_t count)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/2022.h5", snap.directory);
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
    test_raw_games(snap.raws, 2);
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
        test_snapshot_writes();
        replace_dataset(cases[i].name, types[cases[i].type], cases[i].count);
        test_snapshot_refuses(cases[i].words);
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
    test_raw_games(snap.raws, 2);
    test_snapshot_writes();
    test_raw_player(snap.raws, "aaron", "20241022_BOS_NYK", "NYK", "");
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        bf_status st = BF_E_OUTPUT;
        int64_t nth = 0;
        while (st != BF_OK) {
            nth = next_call(nth);
            bf_fault_arm(kinds[k], nth);
            st = test_snapshot_write("import", nth);
            bf_fault_countdown[kinds[k]] = 0;
            assert_true(st == BF_OK ||
                        st == (kinds[k] == BF_FAULT_ALLOC ? BF_E_MEMORY : BF_E_OUTPUT));
            assert_int_equal(test_snapshot_count_files(".part", false), 0);
            test_snapshot_loads();
            test_snapshot_close();
        }
        assert_true(nth > 5);
    }
}

static void test_faults_of_loading(void **state)
{
    (void)state;
    static const bf_fault_kind kinds[] = {BF_FAULT_ALLOC, BF_FAULT_HDF5};
    test_snapshot_three_seasons();
    test_snapshot_writes();
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        bf_status st = BF_E_INPUT;
        int64_t nth = 0;
        while (st != BF_OK) {
            nth = next_call(nth);
            bf_fault_arm(kinds[k], nth);
            st = test_snapshot_load();
            bf_fault_countdown[kinds[k]] = 0;
            assert_true(st == BF_OK || st == BF_E_MEMORY || st == BF_E_INPUT);
            test_snapshot_close();
        }
        assert_true(nth > 50);
    }
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, test_snapshot_create, test_snapshot_destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_damaged_files),  TEST(test_flipped_bits),      TEST(test_other_versions),
        TEST(test_other_contents), TEST(test_faults_of_writing), TEST(test_faults_of_loading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

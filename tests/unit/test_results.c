#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "compute/schema/digest.h"
#include "compute/schema/rows.h"
#include "io/hdf5/h5.h"
#include "tests/support/made_results.h"
#include "tests/support/unit.h"

static char directory[] = "/tmp/test_results_XXXXXX";
static char path[256], part[256];

static void write_file(int32_t dates, int64_t rows, uint64_t seed)
{
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_made_init(&made, dates, rows, seed);
    bf_status st = bf_made_write(&made, path, MPI_COMM_SELF, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(st, BF_OK);
    bf_made_free(&made);
}

/* Opens, reads and checks everything: what the commands do with a file. */
static bf_status read_file(bf_error *err)
{
    bf_results *results = NULL;
    BF_TRY(bf_results_open(&results, path, err));
    bf_status st = BF_OK;
    const bf_layout *layout = bf_results_layout(results);
    for (int t = 0; t < BF_OUTPUT_COUNT && st == BF_OK; t++) {
        for (int32_t from = 0, to; layout->written[t] && st == BF_OK && from < layout->date_count;
             from = to) {
            bf_columns columns;
            st = bf_results_read_dates(&columns, &to, results, (bf_output)t, from, 20000, err);
            if (st == BF_OK)
                st = bf_results_check_hashes(results, &columns, err);
            bf_columns_free(&columns);
            if (st != BF_OK)
                break;
        }
    }
    bf_results_close(results);
    return st;
}

static void reads_what_was_written(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_results *results = NULL;
    write_file(12, 40, 7);
    bf_made_init(&made, 12, 40, 7);
    assert_int_equal(bf_results_open(&results, path, &err), BF_OK);
    const bf_layout *layout = bf_results_layout(results);
    assert_int_equal(layout->date_count, 12);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        assert_int_equal(layout->written[t], made.layout.written[t]);
        if (!layout->written[t])
            continue;
        assert_int_equal(layout->total[t], made.layout.total[t]);
        for (int32_t d = 0; d < 12; d++) {
            bf_columns expected, found;
            int64_t rows = layout->rows[t][d];
            assert_int_equal(bf_columns_alloc(&expected, &bf_outputs[t], rows, &err), BF_OK);
            bf_made_fill(&made, &expected, (bf_output)t, d, 0);
            assert_int_equal(
                bf_results_read(&found, results, (bf_output)t, layout->first[t][d], rows, &err),
                BF_OK);
            for (int c = 0; c < bf_outputs[t].column_count; c++) {
                const bf_column *column = &bf_outputs[t].columns[c];
                if (bf_column_is_stored(column) && strcmp(column->name, "data_hash") != 0)
                    assert_memory_equal(expected.data[c], found.data[c],
                                        (size_t)rows * bf_column_row_bytes(column));
            }
            bf_columns_free(&expected);
            bf_columns_free(&found);
        }
    }
    assert_string_equal(bf_results_facts(results)->run_id, made.facts.run_id);
    assert_true(bf_results_facts(results)->synthetic);
    assert_string_equal(bf_results_facts(results)->inputs_json, made.facts.inputs_json);
    assert_string_equal(bf_results_outcome(results)->sessions_json, made.outcome.sessions_json);
    assert_int_equal(bf_results_outcome(results)->nulled[BF_OUTPUT_pdc][5], 2);
    assert_int_equal(bf_results_outcome(results)->unit_count, 60);
    assert_string_equal(bf_dictionary_text(&layout->dictionaries[BF_DICT_TEAMS], 3), "T03");
    bf_results_close(results);
    bf_made_free(&made);
    assert_int_equal(read_file(&err), BF_OK);
}

static void edges_of_shape(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    const struct {
        int32_t dates;
        int64_t rows;
    } shapes[] = {{0, 0}, {1, 0}, {1, 1}, {5, 3}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        write_file(shapes[i].dates, shapes[i].rows, 1);
        assert_int_equal(read_file(&err), BF_OK);
    }
}

static void units_that_are_not_given_are_not_run(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_results *results = NULL;
    bf_made_init(&made, 3, 5, 1);
    bf_unit given[] = {made.units[1], made.units[7]};
    made.outcome.units = given;
    made.outcome.unit_count = 2;
    assert_int_equal(bf_made_write(&made, path, MPI_COMM_SELF, &err), BF_OK);
    assert_int_equal(bf_results_open(&results, path, &err), BF_OK);
    const bf_run_outcome *outcome = bf_results_outcome(results);
    assert_int_equal(outcome->unit_count, 15);
    for (int i = 0; i < 15; i++)
        assert_int_equal(outcome->units[i].status,
                         i == 1 || i == 7 ? BF_UNIT_SUCCESS : BF_UNIT_NOT_RUN);
    bf_results_close(results);
    given[0] = made.units[7];
    given[1] = made.units[1];
    assert_int_equal(bf_made_write(&made, path, MPI_COMM_SELF, &err), BF_E_INTERNAL);
    bf_made_free(&made);
}

static void long_session_records_lose_the_oldest(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_results *results = NULL;
    static char json[200000] = "[";
    for (int i = 0; i < 3000; i++)
        (void)snprintf(json + strlen(json), sizeof json - strlen(json),
                       "%s{\"session\": %d, \"ranks\": 64}", i > 0 ? ", " : "", i);
    strcat(json, "]");
    bf_made_init(&made, 1, 1, 1);
    made.outcome.sessions_json = json;
    assert_int_equal(bf_made_write(&made, path, MPI_COMM_SELF, &err), BF_OK);
    assert_int_equal(bf_results_open(&results, path, &err), BF_OK);
    const char *found = bf_results_outcome(results)->sessions_json;
    assert_non_null(strstr(found, "{\"session\":2999,\"ranks\":64}]"));
    assert_null(strstr(found, "\"session\":0,"));
    assert_true(strlen(found) > 60000);
    bf_results_close(results);
    bf_made_free(&made);
}

/* Slabs in any division give the same file as one. */
static void slabs_are_written_where_they_belong(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_results_writer *writer = NULL;
    bf_columns columns;
    bf_made_init(&made, 4, 9, 3);
    assert_int_equal(bf_results_define(part, &made.layout, &made.facts, &err), BF_OK);
    assert_int_equal(bf_results_writer_open(&writer, part, &made.layout, MPI_COMM_SELF, &err),
                     BF_OK);
    int64_t total = made.layout.total[BF_OUTPUT_ml];
    assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_ml], total + 3, &err), BF_OK);
    for (int32_t d = 0; d < 4; d++)
        bf_made_fill(&made, &columns, BF_OUTPUT_ml, d,
                     made.first[BF_OUTPUT_ml][d] + (d >= 2 ? 3 : 0));
    int64_t half = made.first[BF_OUTPUT_ml][2];
    const bf_slab slabs[] = {
        {0, 1, 0}, {1, half - 1, 1}, {half, 0, 5}, {half, total - half, half + 3}};
    assert_int_equal(bf_results_write(writer, BF_OUTPUT_ml, &columns, slabs, 4, &err), BF_OK);
    assert_int_equal(bf_results_write(writer, BF_OUTPUT_ml, &columns, slabs, 0, &err), BF_OK);
    assert_int_equal(bf_results_sync(writer, &err), BF_OK);
    assert_int_equal(bf_results_writer_close(writer, &err), BF_OK);
    bf_columns_free(&columns);
    hid_t file = H5Fopen(part, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "/tables/ml_feature_store_v2/features", H5P_DEFAULT);
    double *found = calloc((size_t)total * 25, sizeof *found);
    assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
    assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_ml], total, &err), BF_OK);
    for (int32_t d = 0; d < 4; d++)
        bf_made_fill(&made, &columns, BF_OUTPUT_ml, d, made.first[BF_OUTPUT_ml][d]);
    int features = bf_table_find_column(&bf_outputs[BF_OUTPUT_ml], "features");
    assert_memory_equal(found, columns.data[features], (size_t)total * 25 * sizeof *found);
    free(found);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    bf_columns_free(&columns);
    bf_made_free(&made);
    (void)unlink(part);
}

static void publish_may_be_repeated(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_made_init(&made, 3, 4, 5);
    assert_int_equal(bf_made_write(&made, path, MPI_COMM_SELF, &err), BF_OK);
    /* after the rename */
    assert_int_equal(bf_results_publish(part, path, &made.layout, &made.outcome, &err), BF_OK);
    /* before it */
    assert_int_equal(rename(path, part), 0);
    assert_int_equal(bf_results_publish(part, path, &made.layout, &made.outcome, &err), BF_OK);
    assert_int_equal(read_file(&err), BF_OK);
    bf_made_free(&made);
}

static void refuses_what_is_not_complete(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_results *results = NULL;
    bf_made_init(&made, 3, 4, 5);
    assert_int_equal(bf_results_define(path, &made.layout, &made.facts, &err), BF_OK);
    assert_int_equal(bf_results_open(&results, path, &err), BF_E_INPUT);
    assert_non_null(strstr(err.message, "incomplete"));
    bf_made_free(&made);
    FILE *stream = fopen(path, "w");
    fputs("text", stream);
    fclose(stream);
    assert_int_equal(bf_results_open(&results, path, &err), BF_E_INPUT);
    assert_non_null(strstr(err.message, "not an HDF5 file"));
    assert_int_equal(bf_results_open(&results, "/nowhere/results.h5", &err), BF_E_INPUT);
    assert_int_equal(bf_results_open(&results, directory, &err), BF_E_INPUT);
    write_file(2, 3, 1);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, "format_version", H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &(int){99}) >= 0);
    (void)H5Aclose(attribute);
    (void)H5Fclose(file);
    assert_int_equal(bf_results_open(&results, path, &err), BF_E_INPUT);
    assert_non_null(strstr(err.message, "version 99"));
}

/* Changes one byte of the first element of a dataset, without HDF5 knowing. */
static void damage(const char *dataset_name, int64_t at_byte)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, dataset_name, H5P_DEFAULT);
    haddr_t place = H5Dget_offset(dataset);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    int fd = open(path, O_RDWR);
    uint8_t byte;
    assert_int_equal(pread(fd, &byte, 1, (off_t)place + at_byte), 1);
    byte ^= 0x40;
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)place + at_byte), 1);
    (void)close(fd);
}

static void finds_damage(void **state)
{
    (void)state;
    const struct {
        const char *dataset, *message;
    } cases[] = {
        {"/tables/player_daily_cache/points_avg_last_5",
         "table player_daily_cache, date 2021-11-02"},
        {"/tables/player_daily_cache/data_hash", "table player_daily_cache, date 2021-11-02"},
        {"/tables/player_daily_cache/player_lookup", "table player_daily_cache, date 2021-11-02"},
        {"/tables/precompute_failures/failure_reason",
         "table precompute_failures, date 2021-11-02"},
        {"/tables/ml_feature_store_v2/features", "table ml_feature_store_v2, date 2021-11-02"},
        {"/tables/ml_feature_store_v2/dates/digest", "checksum"},
        {"/tables/ml_feature_store_v2/dates/rows", "rows out of place"},
        {"/dictionaries/bytes/teams", "damaged"},
        {"/run/units/status", "/run/units"},
        {"/run/units/rank", "checksum"},
        {"/run/sessions", "checksum"},
        {"/run/nulled/values", "checksum"},
        {"/run/seal", "checksum"},
        {"/run/complete", "incomplete"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bf_error err = BF_ERROR_INIT;
        write_file(3, 20, 11);
        damage(cases[i].dataset, 0);
        assert_int_equal(read_file(&err), BF_E_INPUT);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s: %s", cases[i].dataset, err.message);
    }
}

/* One byte changed, or cut there; true if the file was refused or read as it was. */
static bool survives(int fd, const char *bytes, off_t size, off_t at, int bit, bool cut,
                     int *refused)
{
    bf_error err = BF_ERROR_INIT;
    char changed = (char)(bytes[at] ^ (char)(1 << bit));
    if (cut ? ftruncate(fd, at) != 0 : pwrite(fd, &changed, 1, at) != 1)
        return false;
    bf_status st = read_file(&err);
    *refused += st != BF_OK;
    return pwrite(fd, bytes, (size_t)size, 0) == size && (st == BF_OK || st == BF_E_INPUT);
}

static bool survives_all(void)
{
    int fd = open(path, O_RDWR), refused = 0;
    off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = malloc((size_t)size);
    bool good = bytes != NULL && pread(fd, bytes, (size_t)size, 0) == size;
    uint64_t random = 1;
    for (int i = 0; good && i < 600; i++) {
        uint64_t drawn = unit_random(&random);
        off_t at = i < 48 ? i : (off_t)(drawn >> 8) % size; /* the superblock lies at the start */
        good = survives(fd, bytes, size, at, (int)(drawn % 8), i >= 48 && i % 8 == 0, &refused);
    }
    free(bytes);
    (void)close(fd);
    return good && refused > 100;
}

/* Cut anywhere, changed anywhere: refused or read as it was; never a crash, never other values. In
 * a process of its own, because the HDF5 library does not free all memory of files that it finds
 * damaged. */
static void survives_any_damage(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    write_file(2, 6, 13);
    pid_t child = fork();
    if (child == 0)
        _exit(survives_all() ? 0 : 1);
    int ended = -1;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    assert_int_equal(read_file(&err), BF_OK);
}

/* Every call fails in turn: a status, no leak, no half-made file under the final name. */
static void failing_calls_are_reported(void **state)
{
    (void)state;
    const bf_fault_kind kinds[] = {BF_FAULT_ALLOC, BF_FAULT_HDF5, BF_FAULT_WRITE};
    for (int k = 0; k < 3; k++) {
        for (int64_t nth = 1; nth < 100000; nth += 1 + nth / 16) {
            bf_made made;
            bf_error err = BF_ERROR_INIT;
            (void)unlink(path);
            bf_made_init(&made, 2, 3, 1);
            bf_fault_arm(kinds[k], nth);
            bf_status st = bf_made_write(&made, path, MPI_COMM_SELF, &err);
            bool written = st == BF_OK;
            if (written)
                st = read_file(&err);
            bool hit = bf_fault_countdown[kinds[k]] == 0;
            bf_fault_arm(kinds[k], 0);
            bf_made_free(&made);
            if (!hit)
                break;
            assert_int_not_equal(st, BF_OK);
            assert_int_equal(st, kinds[k] == BF_FAULT_ALLOC ? BF_E_MEMORY
                                 : written                  ? BF_E_INPUT
                                                            : BF_E_OUTPUT);
            assert_string_not_equal(err.message, "");
        }
    }
}

static void a_full_disk_is_called_by_its_name(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_made_init(&made, 2, 3, 1);
    bf_fault_arm(BF_FAULT_WRITE, 1); /* fallocate */
    assert_int_equal(bf_results_define(part, &made.layout, &made.facts, &err), BF_E_OUTPUT);
    assert_non_null(strstr(err.message, "no space left"));
    assert_int_not_equal(access(part, F_OK), 0);
    bf_made_free(&made);
}

/* Hash of rows in columns is that of row structs. */
static void row_hash_of_columns_and_structs(void **state)
{
    (void)state;
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_hash *hash = NULL;
    bf_hash_start start;
    bf_made_init(&made, 1, 5, 1);
    assert_int_equal(bf_hash_create(&hash, &err), BF_OK);
#define CHECK(short_name)                                                                          \
    {                                                                                              \
        bf_##short_name##_row rows[3];                                                             \
        memset(rows, 0, sizeof rows);                                                              \
        bf_columns columns;                                                                        \
        assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_##short_name], 3, &err), \
                         BF_OK);                                                                   \
        bf_row_hash_start(&start, hash, columns.schema);                                           \
        bf_##short_name##_hash_rows(rows, 3, made.dictionaries, &start);                           \
        bf_##short_name##_store(&columns, 0, rows, 3);                                             \
        assert_true(rows[1].data_hash == bf_row_hash(&start, &columns, 1, made.dictionaries));     \
        bf_columns_free(&columns);                                                                 \
    }
    CHECK(tdza) CHECK(psza) CHECK(pcf) CHECK(pdc) CHECK(ml) bf_hash_free(hash);
    bf_made_free(&made);
}

int main(int argc, char **argv)
{
    (void)MPI_Init(&argc, &argv);
    bf_h5_quiet();
    if (mkdtemp(directory) == NULL)
        return 1;
    (void)snprintf(path, sizeof path, "%s/results.h5", directory);
    (void)snprintf(part, sizeof part, "%s/results.h5.part", directory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written),
        cmocka_unit_test(edges_of_shape),
        cmocka_unit_test(units_that_are_not_given_are_not_run),
        cmocka_unit_test(long_session_records_lose_the_oldest),
        cmocka_unit_test(slabs_are_written_where_they_belong),
        cmocka_unit_test(publish_may_be_repeated),
        cmocka_unit_test(refuses_what_is_not_complete),
        cmocka_unit_test(finds_damage),
        cmocka_unit_test(survives_any_damage),
        cmocka_unit_test(failing_calls_are_reported),
        cmocka_unit_test(a_full_disk_is_called_by_its_name),
        cmocka_unit_test(row_hash_of_columns_and_structs),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)unlink(part);
    (void)rmdir(directory);
    (void)MPI_Finalize();
    return failed;
}

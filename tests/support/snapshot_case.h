/* A directory of season files under test: write it from literal rows, load it, see it refused. */
#ifndef BF_TESTS_SNAPSHOT_CASE_H
#define BF_TESTS_SNAPSHOT_CASE_H

#include "io/hdf5/snapshot.h"
#include "tests/support/raw_rows.h"

typedef struct test_snapshot_case {
    char directory[128];
    test_raws *raws;
    bf_error err;
    bf_snapshot *opened;
    bf_history history;
    void *block;
} test_snapshot_case;

extern test_snapshot_case snap; /* of the test that is running */

/* For cmocka: a directory of its own, no rows. */
int test_snapshot_create(void **state);

/* Closes what test_snapshot_load opened. */
void test_snapshot_close(void);

/* Files whose name ends with `suffix`. */
int test_snapshot_count_files(const char *suffix, bool remove_them);

/* For cmocka: removes everything; fails if an HDF5 handle is left open. */
int test_snapshot_destroy(void **state);

/* Cleans the rows and writes their seasons. */
bf_status test_snapshot_write(const char *origin, int64_t import_time_us);

/* The same, as an import that must succeed. */
void test_snapshot_writes(void);

/* Opens the directory and loads all of it. */
bf_status test_snapshot_load(void);

/* The same, which must succeed. */
void test_snapshot_loads(void);

/* Loading must be refused with these words. */
void test_snapshot_refuses(const char *words);

/* Three seasons; players and teams differ between them, so that codes have to be translated. */
void test_snapshot_three_seasons(void);

#endif

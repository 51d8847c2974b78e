/* Results files with made-up rows, for tests of what reads them: every value is a function of seed,
 * table, column and row, so that any division among ranks makes the same file. */
#ifndef BF_TESTS_MADE_RESULTS_H
#define BF_TESTS_MADE_RESULTS_H

#include "io/hdf5/results.h"

typedef struct bf_made {
    bf_layout layout;
    bf_run_facts facts;
    uint64_t seed;
    bf_dictionary dictionaries[BF_DICT_COUNT];
    bf_day *dates;
    int64_t *rows[BF_OUTPUT_COUNT], *first[BF_OUTPUT_COUNT];
    int64_t *nulled[BF_OUTPUT_COUNT];
    uint8_t (*digests[BF_OUTPUT_COUNT])[BF_SHA256_BYTES];
    bf_unit *units;
    bf_run_outcome outcome;
} bf_made;

/* `dates` dates from 2021-11-02 on (a few of them without rows), each with up to `rows` rows in the
 * tables of players. Ends the program when memory is out. */
void bf_made_init(bf_made *out, int32_t dates, int64_t rows, uint64_t seed);
void bf_made_free(bf_made *made);

/* Fills rows at .. of `out` with the rows of a date. */
void bf_made_fill(const bf_made *made, bf_columns *out, bf_output table, int32_t date, int64_t at);

/* Collective. Defines (rank 0), fills (all ranks) and publishes (rank 0) `path` by way of
 * `path`.part. */
BF_CHECK_RESULT bf_status bf_made_write(bf_made *made, const char *path, MPI_Comm comm,
                                        bf_error *err);

#endif

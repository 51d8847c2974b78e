/* The open results file: shared by the modules that read it. */
#ifndef BF_IO_RESULTS_READER_H
#define BF_IO_RESULTS_READER_H

#include "io/hdf5/results_internal.h"

struct bf_results {
    char *path;
    hid_t file;
    int64_t size_bytes; /* of the file: no dataset with storage can be larger */
    bf_hash *hash;
    bf_layout layout;
    bf_run_facts facts;
    bf_run_outcome outcome;
    /* What the three above point to. */
    bf_day *dates;
    int64_t *rows[BF_OUTPUT_COUNT], *first[BF_OUTPUT_COUNT], *nulled[BF_OUTPUT_COUNT];
    uint8_t (*digests[BF_OUTPUT_COUNT])[BF_SHA256_BYTES];
    bf_unit *units;
    char *sessions;
    bf_dictionary dictionaries[BF_DICT_COUNT];
    char *dictionary_bytes[BF_DICT_COUNT];
    int64_t *dictionary_offsets[BF_DICT_COUNT];
    char *program_version, *options_json, *inputs_json, *context_mode;
};

/* "<path>: <what>; ...": the file is not what it should be. */
bf_status bf_results_damaged(const bf_results *results, bf_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Opens dataset `name`, which has `type` and rows x length elements (rows -1: any number, set
 * then), with storage for all of them. */
BF_CHECK_RESULT bf_status bf_results_dataset(hid_t *out, bf_results *results, const char *name,
                                             hid_t type, int64_t *rows, int length, bf_error *err);

/* Reads dates, dictionaries, units and digests; *sealed: they match the seal. */
BF_CHECK_RESULT bf_status bf_results_load(bool *sealed, bf_results *results, bf_error *err);

#endif

/* A directory of table exports -> raw tables (DESIGN §2, §3). Files of a table are named after it:
 * <table>.json or .csv, in shards <table>-000000000000.json, each maybe with .gz behind it (.ndjson
 * and .jsonl are .json too). File order is the order of the names. */
#ifndef BF_IO_EXPORTS_H
#define BF_IO_EXPORTS_H

#include "compute/history/clean.h"
#include "compute/history/raw.h"
#include "io/text/unused.h"

typedef struct bf_export_file {
    char *path; /* owned */
    bf_input table;
    bool is_csv;
    int64_t work; /* estimated bytes of text */
    int reader;   /* who reads the file; 0 until bf_exports_divide */
    int64_t rows; /* out of bf_exports_read; 0 for a file of another reader */
} bf_export_file;

typedef struct bf_exports {
    bf_export_file *files; /* owned; by table, then by name */
    size_t count, capacity;
} bf_exports;

#define BF_EXPORTS_INIT                                                                            \
    {                                                                                              \
        .files = NULL                                                                              \
    }

/* Local. Finds the files. BF_E_INPUT if there is no directory, no file, or none of a required
 * table. Files that look like exports but belong to no table are named in a warning. */
BF_CHECK_RESULT bf_status bf_exports_find(bf_exports *out, const char *directory,
                                          const bf_warnings *warnings, bf_error *err);
void bf_exports_free(bf_exports *exports);

/* Local. Divides the files among `readers`, the largest first; the same for the same files. */
BF_CHECK_RESULT bf_status bf_exports_divide(bf_exports *exports, int readers, bf_error *err);

typedef struct bf_exports_reader {
    int index;         /* reads the files with this `reader` */
    bf_unused *unused; /* [BF_INPUT_COUNT] borrowed: columns that are not used are added */
    /* Called now and then; may be NULL. */
    void (*progress)(void *context, const char *path, int64_t rows, int64_t bytes);
    void *progress_context;
    /* Out: rows and bytes of text read; the number of the file that an error is in, else INT64_MAX.
     */
    int64_t rows, bytes, failed_file;
} bf_exports_reader;

#define BF_EXPORTS_READER_INIT                                                                     \
    {                                                                                              \
        .index = 0, .failed_file = INT64_MAX                                                       \
    }

/* Local. Reads this reader's files into `raw`, which was initialised with one `texts` for all
 * tables. BF_E_INPUT names file, line, table and column. */
BF_CHECK_RESULT bf_status bf_exports_read(bf_raw raw[BF_INPUT_COUNT], bf_exports *exports,
                                          bf_exports_reader *reader, bf_error *err);

#endif

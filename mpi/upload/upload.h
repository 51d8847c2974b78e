/* An upload: what it is made of, and what its parts hand on to each other. The tables' rows are
 * formatted by all ranks into files beside the results (format), which rank 0 then sends to the
 * target (directory, storage, bigquery). What was done is in <results>.upload.json (state), so that
 * an interrupted upload goes on where it was. */
#ifndef BF_UPLOAD_UPLOAD_H
#define BF_UPLOAD_UPLOAD_H

#include <mpi.h>

#include "io/cloud/target.h"
#include "io/hdf5/results.h"
#include "mpi/log.h"
#include "mpi/options.h"
#include "mpi/run/agree.h"

enum { BF_UPLOAD_TABLES = BF_OUTPUT_COUNT + BF_RECORD_COUNT };

/* A table to be sent. */
typedef struct bf_upload_table {
    const bf_table_schema *schema;
    int output;       /* bf_output; -1 for a table of records */
    bf_record record; /* of those */
    int64_t rows;
    uint8_t digest[BF_SHA256_BYTES]; /* of the rows */
    int first_file, file_count;      /* which of the upload's files are its own */
} bf_upload_table;

/* Rows of a table, whole dates, as a file: gzip members one behind the other, NDJSON inside. */
typedef struct bf_upload_file {
    int table;         /* index */
    int32_t from, to;  /* dates from .. to - 1, by their index; records have none */
    int64_t first_row; /* of the table */
    int64_t rows;
    char *name;         /* owned; the table's, with a number behind it if there are several */
    char *path;         /* owned */
    int64_t size_bytes; /* -1: it isn't made yet */
    uint32_t crc32;     /* as gzip has it */
} bf_upload_file;

typedef struct bf_upload {
    const bf_options *options;
    MPI_Comm comm; /* borrowed */
    int rank, ranks;
    bf_target target;
    bf_results *results;
    char *path, *directory, *state_path; /* owned: the results; files; state */
    char *lock_path;                     /* owned */
    int lock;                            /* rank 0; -1: not held */
    bf_upload_table tables[BF_UPLOAD_TABLES];
    int table_count;
    bf_upload_file *files; /* owned; by table, in the order of the rows */
    int file_count;
    /* rank 0 */
    bf_dictionary processor_names; /* of the records */
    bf_columns records[BF_RECORD_COUNT];
    bool resumed; /* an earlier process began this upload to this target */
    int number;   /* of the transaction that was asked for last; 0: none was */
    struct bf_upload_bigquery *bigquery; /* bigquery.c */
} bf_upload;

/* Collective. Uploads the results file `path` to options->to or options->upload; with
 * options->dry_run tells what that would be. BF_E_STOPPED: asked to stop, to be continued. */
BF_CHECK_RESULT bf_status bf_upload_results(const bf_options *options, const char *path,
                                            const char *url, bf_error *err);

/* Bytes that BigQuery loads of one compressed file; BACKFILL_FORCE_FILE_BYTES=N (a seam for tests)
 * says another number. */
int64_t bf_upload_file_limit(void);

/* Local. Says which rows go into which files, so that each stays below the limit. That follows from
 * the rows per date alone: it is the same on every rank, in every process and after the commit. */
BF_CHECK_RESULT bf_status bf_upload_cut(bf_upload *upload, bf_error *err);

/* Collective. Makes the files, all ranks a part; rank 0 has their sizes then. */
BF_CHECK_RESULT bf_status bf_upload_format(bf_upload *upload, bf_error *err);

/* Local. The rows of precompute_processor_runs and, with options->run_history, of
 * processor_run_history (spec/backfill.md B24) of all units that ran. */
BF_CHECK_RESULT bf_status bf_upload_make_records(bf_upload *upload, bf_error *err);

/* Rows of the table of records that tell of a unit. */
int64_t bf_upload_record_rows(bf_record record, const bf_unit *unit);

/* Its column with the unit's date. */
int bf_upload_record_day(bf_record record);

/* Local. Compressed bytes that a row of the table takes, judged by a thousand of its rows; 0 if
 * there are none. */
BF_CHECK_RESULT bf_status bf_upload_sample(double *bytes_a_row, bf_upload *upload,
                                           const bf_upload_table *table, bf_error *err);
BF_CHECK_RESULT bf_status bf_upload_dry_run(bf_upload *upload, bf_error *err);

/* Local (rank 0). Where the upload left off, and whether it had begun; a state of other results, or
 * files that are not what it says, are forgotten. Nothing is there at first. */
BF_CHECK_RESULT bf_status bf_upload_state_read(bf_upload *upload, bf_error *err);
BF_CHECK_RESULT bf_status bf_upload_state_write(const bf_upload *upload, bf_error *err);
BF_CHECK_RESULT bf_status bf_upload_state_remove(bf_upload *upload, bf_error *err);

/* Local (rank 0). The directory of the files, and the lock in it; closing removes both. */
BF_CHECK_RESULT bf_status bf_upload_open_directory(bf_upload *upload, bf_error *err);
BF_CHECK_RESULT bf_status bf_upload_close_directory(bf_upload *upload, bf_error *err);

/* Local (rank 0). Sends the files. */
BF_CHECK_RESULT bf_status bf_upload_to_directory(bf_upload *upload, bf_error *err);

BF_CHECK_RESULT bf_status bf_upload_to_storage(bf_upload *upload, bf_error *err);

/* Local (rank 0). BigQuery: what can be asked before there are files, *done if nothing is left to
 * do; and the upload. *over: it has ended, even if what was found in the end is an error. */
BF_CHECK_RESULT bf_status bf_upload_begin_bigquery(bool *done, bf_upload *upload, bf_error *err);
BF_CHECK_RESULT bf_status bf_upload_to_bigquery(bool *over, bf_upload *upload, bf_error *err);
void bf_upload_end_bigquery(bf_upload *upload);

#endif

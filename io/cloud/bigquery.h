/* Results into BigQuery, once: each table by a load job into a staging table, a large one by
 * several into one each, then one transaction over all of them that replaces the rows of the run's
 * dates (spec/backfill.md B27, B28; docs/upload.md). Whether it was done, BigQuery is asked: the
 * transaction's job has an id that follows from the run, its rows, the target and a number. */
#ifndef BF_CLOUD_BIGQUERY_H
#define BF_CLOUD_BIGQUERY_H

#include "compute/base/date.h"
#include "compute/base/hash.h"
#include "compute/schema/table.h"
#include "io/cloud/service.h"
#include "io/cloud/target.h"

enum { BF_BIGQUERY_TABLES_MAX = 16 };

/* Rows that an upload replaces: those of the dates, whose `column` is `value`. */
typedef struct bf_bigquery_scope {
    const char *column, *value; /* NULL: whatever it is */
    const bf_day *dates;        /* NULL: whatever the date */
    int32_t date_count;
} bf_bigquery_scope;

/* Rows of a table that one load job takes. Everything is borrowed. */
typedef struct bf_bigquery_part {
    int64_t first_row, rows; /* of the table; several parts have a row each at least */
    const char *path;        /* of its file, gzip NDJSON; needed by bf_bigquery_send only */
    int64_t size_bytes;
} bf_bigquery_part;

/* A table to load. Everything is borrowed. */
typedef struct bf_bigquery_table {
    const bf_table_schema *schema;
    const uint8_t *digest; /* of its rows */
    int64_t rows;
    const bf_bigquery_part *parts; /* its rows, in their order, each once */
    int part_count;
    const char *date_column; /* which the dates are of */
    const bf_bigquery_scope *scopes;
    int scope_count;
    /* How many rows the scopes have afterwards: on dates[i] date_rows[i]; ascending. */
    const bf_day *dates;
    const int64_t *date_rows;
    int32_t date_count;
    bool optional; /* left out, with a warning, where the target has no such table */
} bf_bigquery_table;

typedef struct bf_bigquery_hooks {
    void *context;
    void (*tell)(void *context, bool warning, const char *message);
    void (*progress)(void *context, int64_t sent_bytes); /* of all files */
    /* Called before the transaction with this number is asked for: an interrupted upload goes on
     * with it. */
    bf_status (*number)(void *context, int number, bf_error *err);
} bf_bigquery_hooks;

/* An upload. Everything is borrowed until bf_bigquery_free. */
typedef struct bf_bigquery_upload {
    const bf_target *target;
    const char *run_id;
    const bf_bigquery_table *tables;
    int table_count;
    bool create_tables;
    bool again;   /* though it was done before */
    bool resumed; /* an earlier process began it */
    int number;   /* what it told hooks.number; 0: nothing */
    bf_bigquery_hooks hooks;
} bf_bigquery_upload;

typedef struct bf_bigquery bf_bigquery;

/* Asks and checks everything that can be asked before there are files: where the datasets are,
 * whether the upload was done (*done; staging tables that it left are dropped then, and if it is
 * resumed the rows are counted: an error together with *done is about that), which tables and
 * columns there are. Nothing is changed but that tables are made if create_tables says so.
 * BF_E_UPLOAD says what stands in the way. */
BF_CHECK_RESULT bf_status bf_bigquery_begin(bf_bigquery **out, bool *done, bf_service *service,
                                            const bf_bigquery_upload *upload, bf_error *err);

/* Loads, replaces, compares, drops the staging tables. *over: the transaction is committed and its
 * upload has ended, also where what was found afterwards is an error. */
BF_CHECK_RESULT bf_status bf_bigquery_send(bool *over, bf_bigquery *bigquery, bf_error *err);
void bf_bigquery_free(bf_bigquery *bigquery);

#endif

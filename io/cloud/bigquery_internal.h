/* Shared by the modules of an upload into BigQuery. */
#ifndef BF_CLOUD_BIGQUERY_INTERNAL_H
#define BF_CLOUD_BIGQUERY_INTERNAL_H

#include "io/cloud/bigquery.h"

enum {
    BF_BIGQUERY_NAME_BYTES = 400, /* of a table with its dataset and project; of a job id */
    BF_BIGQUERY_TEXT_BYTES =
        16 << 20 /* of a statement; BigQuery takes 1 MB of query, 10 of request */
};

/* What is known of a table of the upload. */
typedef struct bf_bigquery_state {
    const bf_bigquery_table *table;
    const char *dataset;
    bool left_out;                     /* the target has no such table */
    json_t *fields;                    /* of the target's schema; NULL before it was looked at */
    bool used[BF_MAX_COLUMNS];         /* the target has the column too */
    char name[BF_BIGQUERY_NAME_BYTES]; /* project.dataset.table, for messages and SQL */
    char id[17];                       /* 16 digits that stand for rows and target in job ids */
} bf_bigquery_state;

struct bf_bigquery {
    bf_service *service;
    const bf_bigquery_upload *upload;
    char location[BF_TARGET_NAME_BYTES];
    bf_bigquery_state tables[BF_BIGQUERY_TABLES_MAX];
    int table_count;
    char id[17];        /* the same for all tables together */
    int number;         /* of the transaction to ask for next */
    int64_t sent_bytes; /* of the files that are done */
};

/* Table id of the staging table of a part, in the dataset of its table. It says which rows are in
 * it: cut in another way, a table has other staging tables and load jobs. */
void bf_bigquery_name_staging(char out[BF_BIGQUERY_NAME_BYTES], const bf_bigquery *bigquery,
                              const bf_bigquery_state *state, const bf_bigquery_part *part);

/* "prefix: ..." to the hook. */
void bf_bigquery_tell(const bf_bigquery *bigquery, bool warning, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- jobs (bigquery_jobs.c) -------------------------------------------------------------- */

/* How a job ended. */
typedef struct bf_bigquery_end {
    bool ok;
    bool again;       /* a new job may fare better */
    char reason[480]; /* why it failed, for people */
    int64_t rows;     /* statistics.load.outputRows; -1: not told */
} bf_bigquery_end;

/* The job, NULL if there is none; owned by the caller. */
BF_CHECK_RESULT bf_status bf_bigquery_job_get(json_t **out, bf_bigquery *bigquery, const char *id,
                                              bf_error *err);

/* Waits until the job, as it was seen last, has ended; takes the reference. NULL: asks first. */
BF_CHECK_RESULT bf_status bf_bigquery_job_wait(bf_bigquery_end *out, bf_bigquery *bigquery,
                                               const char *id, json_t *job, bf_error *err);

/* A job's member jobReference; a new reference, NULL when memory is out. */
json_t *bf_bigquery_job_reference(const bf_bigquery *bigquery, const char *id);

/* Begins a job of `configuration` (the reference is taken), unless there is one of that id already.
 */
BF_CHECK_RESULT bf_status bf_bigquery_job_insert(json_t **out, bf_bigquery *bigquery,
                                                 const char *id, json_t *configuration,
                                                 bf_error *err);

/* Runs a query that changes nothing; each row of the result is told, its cells as texts (NULL for
 * null). */
typedef bf_status bf_bigquery_row(void *context, const char *const *cells, size_t count,
                                  bf_error *err);
BF_CHECK_RESULT bf_status bf_bigquery_query(bf_bigquery *bigquery, const char *text,
                                            bf_bigquery_row *row, void *context, bf_error *err);

/* ---- tables (bigquery_tables.c) ---------------------------------------------------------- */

/* Where the datasets are. */
BF_CHECK_RESULT bf_status bf_bigquery_locate(bf_bigquery *bigquery, bf_error *err);

/* A table's resource, NULL if there is none. */
BF_CHECK_RESULT bf_status bf_bigquery_table_get(json_t **out, bf_bigquery *bigquery,
                                                const char *dataset, const char *table,
                                                bf_error *err);
/* Makes a table of the resource (the reference is taken) unless it is there; *out as it is then. */
BF_CHECK_RESULT bf_status bf_bigquery_table_insert(json_t **out, bf_bigquery *bigquery,
                                                   const char *dataset, const char *table,
                                                   json_t *resource, bf_error *err);
/* Drops a table, which may be gone already. */
BF_CHECK_RESULT bf_status bf_bigquery_table_drop(bf_bigquery *bigquery, const char *dataset,
                                                 const char *table, bf_error *err);

/* Looks at the target's tables, makes those that are missing if that is wished, and finds out which
 * columns go where. */
BF_CHECK_RESULT bf_status bf_bigquery_check_tables(bf_bigquery *bigquery, bf_error *err);

/* The fields of the staging table; a new reference, NULL when memory is out. */
json_t *bf_bigquery_staging_fields(const bf_bigquery_state *state);

/* ---- loading and committing (bigquery_load.c, bigquery_commit.c) --------------------------- */

/* The rows of the part are in its staging table, all of them and once. */
BF_CHECK_RESULT bf_status bf_bigquery_stage(bf_bigquery *bigquery, bf_bigquery_state *state,
                                            const bf_bigquery_part *part, bf_error *err);

/* Finds out whether the transaction was done; else bigquery->number is what to ask for. */
BF_CHECK_RESULT bf_status bf_bigquery_is_committed(bool *out, bf_bigquery *bigquery, bf_error *err);

/* Does the transaction. */
BF_CHECK_RESULT bf_status bf_bigquery_commit(bf_bigquery *bigquery, bf_error *err);

/* Compares how many rows the target has on each date with the results. *known: that is known, be it
 * an error. */
BF_CHECK_RESULT bf_status bf_bigquery_compare(bool *known, bf_bigquery *bigquery, bf_error *err);

BF_CHECK_RESULT bf_status bf_bigquery_drop_staging(bf_bigquery *bigquery, bf_error *err);

#endif

/* Input tables out of BigQuery, a season at a time, as files that look like its exports: NDJSON,
 * each value as the service spells it, nulls left out. Every cell is checked as `import` checks it
 * (compute/history/raw.h). */
#ifndef BF_CLOUD_PULL_H
#define BF_CLOUD_PULL_H

#include "compute/history/raw.h"
#include "io/cloud/service.h"
#include "io/text/unused.h"

enum { BF_PULL_NAME_BYTES = 256 };

/* An input table and the one of BigQuery that it is pulled from. */
typedef struct bf_pull_table {
    bf_input input;
    char project[BF_PULL_NAME_BYTES], dataset[BF_PULL_NAME_BYTES], name[BF_PULL_NAME_BYTES];
    bool found; /* the rest is known after bf_pull_look */
    char location[BF_PULL_NAME_BYTES];
    int columns[BF_MAX_COLUMNS]; /* of the input table, those that BigQuery has */
    int column_count;
} bf_pull_table;

/* `text`: [PROJECT.]DATASET.TABLE. BF_E_USAGE if it is not of that form. */
BF_CHECK_RESULT bf_status bf_pull_name(bf_pull_table *out, bf_input input, const char *text,
                                       const char *project, bf_error *err);

/* Asks BigQuery for the table. table->found false if there is none and none is needed; its columns
 * that no input has are added to `unused`. BF_E_INPUT if a needed table or column is missing. */
BF_CHECK_RESULT bf_status bf_pull_look(bf_pull_table *table, bf_unused *unused, bf_service *service,
                                       bf_error *err);

typedef struct bf_pull {
    bf_service *service;
    const char *project;  /* that the queries are run in */
    const char *location; /* NULL: the table's */
    void (*progress)(void *context, int64_t rows, int64_t total_rows); /* a page; may be NULL */
    void *context;
} bf_pull;

/* Writes the table's rows of a season (0: all rows) to `path`, compressed, which exists only when
 * it is whole. BF_E_INPUT: a value that an import would refuse; table, row and column are named. */
BF_CHECK_RESULT bf_status bf_pull_rows(int64_t *rows, const bf_pull *pull,
                                       const bf_pull_table *table, int season, const char *path,
                                       bf_error *err);

#endif

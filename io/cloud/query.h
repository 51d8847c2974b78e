/* The rows of a query, page by page
 * (https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query and
 * .../getQueryResults).
 */
#ifndef BF_CLOUD_QUERY_H
#define BF_CLOUD_QUERY_H

#include "io/cloud/service.h"

typedef struct bf_query bf_query;

/* Borrowed while the query is open. */
typedef struct bf_query_options {
    const char *project;  /* that the query is run, and billed, in */
    const char *location; /* NULL or "": BigQuery finds it out */
    const char *text;     /* GoogleSQL; a SELECT, because it may be run again */
    int64_t page_rows;    /* at most; a page is also cut at BigQuery's own limit */
    const char *what, *permission, *resource; /* for messages, as in bf_call */
} bf_query_options;

/* Runs the query, anew while that is worth it, and waits for its end. BF_E_UPLOAD: refused, given
 * up, or a reply that is none of this protocol's. */
BF_CHECK_RESULT bf_status bf_query_open(bf_query **out, bf_service *service,
                                        const bf_query_options *options, bf_error *err);
void bf_query_close(bf_query *query);

int64_t bf_query_total_rows(const bf_query *query);
int bf_query_column_count(const bf_query *query);
const char *bf_query_column_name(const bf_query *query, int column);

/* Takes the next page: *rows of it; 0 after the last. BF_E_UPLOAD too if the pages together have
 * another number of rows than the server said. */
BF_CHECK_RESULT bf_status bf_query_next(int64_t *rows, bf_query *query, bf_error *err);

/* A cell of the present page as text, NULL for null; a TIMESTAMP as "YYYY-MM-DD hh:mm:ss[.ffffff]
 * UTC", which is borrowed until the next call, other texts until the next page. BF_E_UPLOAD if it
 * is a list, an object or no such cell. */
BF_CHECK_RESULT bf_status bf_query_cell(const char **text, size_t *size, bf_query *query,
                                        int64_t row, int column, bf_error *err);

#endif

/* Jobs: https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs */
#include <stdio.h>
#include <string.h>

#include "io/cloud/bigquery_internal.h"
#include "io/cloud/query.h"
#include "io/cloud/refusal.h"

static const double JOB_LIMIT_S = 6 * 3600;
enum { PATH_BYTES = 4096, CELLS_MAX = 16, PAGE_ROWS = 10000 };

static bf_status no_memory(bf_error *err)
{
    return bf_error_set(err, BF_E_MEMORY, "out of memory while describing a job");
}

json_t *bf_bigquery_job_reference(const bf_bigquery *bigquery, const char *id)
{
    return json_pack("{s:s, s:s, s:s}", "projectId", bigquery->upload->target->project, "jobId", id,
                     "location", bigquery->location);
}

/* "/bigquery/v2/projects/P/jobs", of a job "/ID?location=L" behind it. */
static void job_path(bf_text *out, const bf_bigquery *bigquery, const char *id)
{
    bf_text_string(out, "/bigquery/v2/projects/");
    bf_http_escape(out, bigquery->upload->target->project);
    bf_text_string(out, "/jobs");
    if (id == NULL)
        return;
    bf_text_string(out, "/");
    bf_http_escape(out, id);
    bf_text_string(out, "?location=");
    bf_http_escape(out, bigquery->location);
}

bf_status bf_bigquery_job_get(json_t **out, bf_bigquery *bigquery, const char *id, bf_error *err)
{
    bf_text path = BF_TEXT_INIT(PATH_BYTES);
    job_path(&path, bigquery, id);
    *out = NULL;
    bf_status st = bf_text_status(&path, err);
    const bf_call call = {.http = {.method = "GET", .url = path.data},
                          .takes = {404},
                          .what = id,
                          .permission = "bigquery.jobs.get"};
    if (st == BF_OK)
        st = bf_service_json(out, NULL, bigquery->service, &call, NULL, err);
    bf_text_free(&path);
    return st;
}

bf_status bf_bigquery_job_insert(json_t **out, bf_bigquery *bigquery, const char *id,
                                 json_t *configuration, bf_error *err)
{
    bf_text path = BF_TEXT_INIT(PATH_BYTES);
    int status = 0;
    job_path(&path, bigquery, NULL);
    *out = NULL;
    json_t *body = json_pack("{s:o, s:o}", "jobReference", bf_bigquery_job_reference(bigquery, id),
                             "configuration", configuration);
    bf_status st = body == NULL ? no_memory(err) : bf_text_status(&path, err);
    const bf_call call = {.http = {.method = "POST", .url = path.data},
                          .takes = {409},
                          .what = id,
                          .permission = "bigquery.jobs.create",
                          .resource = "the project"};
    if (st == BF_OK)
        st = bf_service_json(out, &status, bigquery->service, &call, body, err);
    if (st == BF_OK && status == 409) /* asked for before */
        st = bf_bigquery_job_get(out, bigquery, id, err);
    if (st == BF_OK && *out == NULL)
        st = bf_error_set(err, BF_E_UPLOAD, "%s: the job exists and cannot be found", id);
    json_decref(body);
    bf_text_free(&path);
    return st;
}

/* Reads status and statistics of a job that is DONE. */
static void read_end(bf_bigquery_end *out, const json_t *job)
{
    const json_t *error = json_object_get(json_object_get(job, "status"), "errorResult");
    const char *reason = json_string_value(json_object_get(error, "reason"));
    const char *message = json_string_value(json_object_get(error, "message"));
    char line[400];
    reason = reason == NULL ? "no reason" : reason;
    message = message == NULL ? "no message" : message;
    bf_refusal_line(line, sizeof line, message, strlen(message));
    *out = (bf_bigquery_end){.ok = error == NULL};
    (void)snprintf(out->reason, sizeof out->reason, "%.60s: %s", reason, line);
    out->again =
        bf_retry_reason_is_transient(reason) || strstr(message, "concurrent update") != NULL;
    const json_t *load = json_object_get(json_object_get(job, "statistics"), "load");
    out->rows = bf_call_int64(json_object_get(load, "outputRows"), -1);
}

bf_status bf_bigquery_job_wait(bf_bigquery_end *out, bf_bigquery *bigquery, const char *id,
                               json_t *job, bf_error *err)
{
    double wait_s = 0, start_s = bf_retry_clock_s();
    bf_status st = BF_OK;
    *out = (bf_bigquery_end){.rows = -1};
    for (;;) {
        const json_t *about = json_object_get(job, "status");
        const char *state = json_string_value(json_object_get(about, "state"));
        if (job != NULL && state == NULL)
            st = bf_error_set(err, BF_E_UPLOAD,
                              "%s: the server's reply does not tell the job's state", id);
        bool done = state != NULL && strcmp(state, "DONE") == 0;
        if (st == BF_OK && done)
            read_end(out, job);
        if (st == BF_OK && !done && bf_retry_clock_s() - start_s > JOB_LIMIT_S)
            st = bf_error_set(err, BF_E_UPLOAD,
                              "%s: the job has not ended for hours; the same command goes on "
                              "waiting for it",
                              id);
        bool asked = job == NULL;
        json_decref(job);
        if (st != BF_OK || done)
            return st;
        if (!asked)
            BF_TRY(bf_retry_poll(&wait_s, bf_service_hooks(bigquery->service), err));
        BF_TRY(bf_bigquery_job_get(&job, bigquery, id, err));
        if (job == NULL)
            return bf_error_set(err, BF_E_UPLOAD, "%s: the job is gone", id);
    }
}

/* ---- queries ----------------------------------------------------------------------------- */

static bf_status tell_row(bf_query *query, int64_t number, bf_bigquery_row *row, void *context,
                          bf_error *err)
{
    const char *cells[CELLS_MAX] = {NULL};
    int count = bf_query_column_count(query);
    size_t size;
    if (count > CELLS_MAX)
        return bf_error_set(err, BF_E_UPLOAD, "a query's result is not one of BigQuery's rows");
    for (int c = 0; c < count; c++)
        BF_TRY(bf_query_cell(&cells[c], &size, query, number, c, err));
    return row(context, cells, (size_t)count, err);
}

bf_status bf_bigquery_query(bf_bigquery *bigquery, const char *text, bf_bigquery_row *row,
                            void *context, bf_error *err)
{
    const bf_query_options options = {.project = bigquery->upload->target->project,
                                      .location = bigquery->location,
                                      .text = text,
                                      .page_rows = PAGE_ROWS,
                                      .what = "counting the rows",
                                      .permission =
                                          "bigquery.jobs.create and bigquery.tables.getData"};
    bf_query *query = NULL;
    int64_t rows;
    bf_status st = bf_query_open(&query, bigquery->service, &options, err);
    while (st == BF_OK && (st = bf_query_next(&rows, query, err)) == BF_OK && rows > 0) {
        for (int64_t number = 0; st == BF_OK && number < rows; number++)
            st = tell_row(query, number, row, context, err);
    }
    bf_query_close(query);
    return st;
}

#include "io/cloud/query.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/date.h"
#include "compute/base/memory.h"

enum {
    PATH_LIMIT_BYTES = 1 << 14,
    PAGE_LIMIT_BYTES = 1 << 26, /* BigQuery's own limit is 20 MB */
    EMPTY_PAGES_MAX = 16,       /* one behind the other */
    REQUEST_ID_BYTES = 16
};

typedef struct query_column {
    char *name; /* owned */
    bool is_timestamp;
} query_column;

struct bf_query {
    bf_service *service;
    const bf_query_options *options;
    char *job, *location;  /* owned; of the job reference */
    char *token;           /* owned; of the next page, NULL: this is the last */
    query_column *columns; /* owned */
    int column_count;
    int64_t total_rows, taken_rows;
    int empty_pages;
    json_t *page; /* owned reply */
    const json_t *rows;
    bool page_is_new; /* not given out yet */
    char timestamp[BF_TIMESTAMP_TEXT_BYTES];
};

static bf_status malformed(const bf_query *query, const char *expected, bf_error *err)
{
    return bf_error_set(err, BF_E_UPLOAD, "%s: the server's reply is not as expected: %s",
                        query->options->what, expected);
}

/* Replaces *out by a copy of the text; by NULL for NULL. */
static bf_status keep_text(char **out, const char *text, bf_error *err)
{
    char *copy = NULL;
    if (text != NULL) {
        BF_TRY(BF_ALLOC(&copy, strlen(text) + 1, err));
        (void)strcpy(copy, text);
    }
    free(*out);
    *out = copy;
    return BF_OK;
}

static bf_status take_columns(bf_query *query, const json_t *reply, bf_error *err)
{
    const json_t *fields = json_object_get(json_object_get(reply, "schema"), "fields");
    if (!json_is_array(fields) || json_array_size(fields) == 0)
        return malformed(query, "\"schema\" with \"fields\"", err);
    BF_TRY(BF_ALLOC(&query->columns, json_array_size(fields), err));
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        const char *name = json_string_value(json_object_get(field, "name"));
        const char *type = json_string_value(json_object_get(field, "type"));
        if (name == NULL || type == NULL)
            return malformed(query, "\"name\" and \"type\" of each field", err);
        BF_TRY(keep_text(&query->columns[i].name, name, err));
        query->columns[i].is_timestamp = strcmp(type, "TIMESTAMP") == 0;
        query->column_count++;
    }
    query->total_rows = bf_call_int64(json_object_get(reply, "totalRows"), -1);
    return query->total_rows >= 0 ? BF_OK : malformed(query, "a number of \"totalRows\"", err);
}

/* Keeps the job's name, by which its pages are asked for. */
static bf_status take_job(bf_query *query, const json_t *reply, bf_error *err)
{
    const json_t *reference = json_object_get(reply, "jobReference");
    const char *job = json_string_value(json_object_get(reference, "jobId"));
    const char *location = json_string_value(json_object_get(reference, "location"));
    if (job == NULL)
        return malformed(query, "\"jobReference\" with \"jobId\"", err);
    BF_TRY(keep_text(&query->job, job, err));
    return keep_text(&query->location, location != NULL ? location : query->options->location, err);
}

/* Takes over the reply of a finished query as the present page. */
static bf_status take_page(bf_query *query, json_t *reply, bf_error *err)
{
    const json_t *token = json_object_get(reply, "pageToken");
    const char *next = json_string_value(token);
    json_decref(query->page);
    query->page = reply;
    query->rows = json_object_get(reply, "rows");
    query->page_is_new = true;
    if (query->columns == NULL)
        BF_TRY(take_columns(query, reply, err));
    if (query->rows != NULL && !json_is_array(query->rows))
        return malformed(query, "a list of \"rows\"", err);
    if (token != NULL && next == NULL)
        return malformed(query, "a text as \"pageToken\"", err);
    if (next != NULL && next[0] == '\0')
        next = NULL;
    query->empty_pages = json_array_size(query->rows) == 0 ? query->empty_pages + 1 : 0;
    if (next != NULL && ((query->token != NULL && strcmp(next, query->token) == 0) ||
                         query->empty_pages == EMPTY_PAGES_MAX))
        return malformed(query, "another page at each \"pageToken\"", err);
    query->taken_rows += (int64_t)json_array_size(query->rows);
    if (query->taken_rows > query->total_rows ||
        (next == NULL && query->taken_rows != query->total_rows))
        return bf_error_set(err, BF_E_UPLOAD,
                            "%s: expected %" PRId64
                            " rows in all, as the server said, found %" PRId64 " in its pages",
                            query->options->what, query->total_rows, query->taken_rows);
    return keep_text(&query->token, next, err);
}

/* The GET of a page, or of the job's end: path and query. */
static bf_status page_path(bf_text *out, const bf_query *query, bf_error *err)
{
    bf_text_string(out, "/bigquery/v2/projects/");
    bf_http_escape(out, query->options->project);
    bf_text_string(out, "/queries/");
    bf_http_escape(out, query->job);
    bf_text_format(out, "?formatOptions.useInt64Timestamp=true&timeoutMs=%d&maxResults=%" PRId64,
                   bf_service_wait_ms(query->service), query->options->page_rows);
    if (query->location != NULL && query->location[0] != '\0') {
        bf_text_string(out, "&location=");
        bf_http_escape(out, query->location);
    }
    if (query->token != NULL) {
        bf_text_string(out, "&pageToken=");
        bf_http_escape(out, query->token);
    }
    return bf_text_status(out, err);
}

static bf_call call_of(const bf_query *query, const char *method, const char *path)
{
    return (bf_call){
        .what = query->options->what,
        .permission = query->options->permission,
        .resource = query->options->resource,
        .http = {.method = method, .url = path, .reply_limit_bytes = PAGE_LIMIT_BYTES}};
}

/* Asks for the page of `token`, or for the job's end. once: no retries. */
static bf_status get_page(json_t **out, double *retry_after_s, bf_query *query, bool once,
                          bf_error *err)
{
    bf_text path = BF_TEXT_INIT(PATH_LIMIT_BYTES);
    bf_status st = page_path(&path, query, err);
    if (st == BF_OK) {
        bf_call call = call_of(query, "GET", path.data);
        st = once ? bf_service_json_once(out, retry_after_s, query->service, &call, NULL, err)
                  : bf_service_json(out, NULL, query->service, &call, NULL, err);
    }
    if (st == BF_OK && *out == NULL)
        st = malformed(query, "a JSON object", err);
    bf_text_free(&path);
    return st;
}

/* The body of jobs.query. A request that arrives twice starts one job, which requestId is for. */
static json_t *start_body(const bf_query *query)
{
    const bf_query_options *options = query->options;
    unsigned char random[REQUEST_ID_BYTES] = {0};
    char id[2 * REQUEST_ID_BYTES + 1];
    bool random_known = getentropy(random, sizeof random) == 0;
    for (int i = 0; i < REQUEST_ID_BYTES; i++)
        (void)snprintf(id + 2 * i, 3, "%02x", random[i]);
    return json_pack("{s:s, s:b, s:I, s:i, s:{s:b}, s:s*, s:s*}", "query", options->text,
                     "useLegacySql", 0, "maxResults", (json_int_t)options->page_rows, "timeoutMs",
                     bf_service_wait_ms(query->service), "formatOptions", "useInt64Timestamp", 1,
                     "requestId", random_known ? id : NULL, "location",
                     options->location != NULL && options->location[0] != '\0' ? options->location
                                                                               : NULL);
}

static bf_status start(json_t **out, double *retry_after_s, bf_query *query, bf_error *err)
{
    bf_text path = BF_TEXT_INIT(PATH_LIMIT_BYTES);
    json_t *body = start_body(query);
    bf_text_string(&path, "/bigquery/v2/projects/");
    bf_http_escape(&path, query->options->project);
    bf_text_string(&path, "/queries");
    bf_status st =
        body != NULL ? bf_text_status(&path, err) : bf_error_set(err, BF_E_MEMORY, "out of memory");
    if (st == BF_OK) {
        bf_call call = call_of(query, "POST", path.data);
        st = bf_service_json_once(out, retry_after_s, query->service, &call, body, err);
    }
    if (st == BF_OK && *out == NULL)
        st = malformed(query, "a JSON object", err);
    json_decref(body);
    bf_text_free(&path);
    return st;
}

/* Starts the query and waits until it has ended; its first page is then the present one. */
static bf_status run_once(double *retry_after_s, bf_query *query, bf_error *err)
{
    const bf_retry_policy *policy = bf_service_retry(query->service);
    double end_s = bf_retry_clock_s() + policy->limit_s, wait_s = 0;
    json_t *reply = NULL;
    bf_status st = start(&reply, retry_after_s, query, err);
    if (st == BF_OK)
        st = take_job(query, reply, err);
    while (st == BF_OK && !json_is_true(json_object_get(reply, "jobComplete"))) {
        if (!json_is_false(json_object_get(reply, "jobComplete")))
            st = malformed(query, "\"jobComplete\", true or false", err);
        else if (bf_retry_clock_s() >= end_s)
            st = bf_error_set(err, BF_E_UPLOAD, "%s: the query did not end within %.0f s",
                              query->options->what, policy->limit_s);
        if (st == BF_OK)
            st = bf_retry_poll(&wait_s, bf_service_hooks(query->service), err);
        json_decref(reply);
        reply = NULL;
        if (st == BF_OK)
            st = get_page(&reply, retry_after_s, query, true, err);
    }
    if (st == BF_OK)
        return take_page(query, reply, err);
    json_decref(reply);
    return st;
}

bf_status bf_query_open(bf_query **out, bf_service *service, const bf_query_options *options,
                        bf_error *err)
{
    bf_query *query = NULL;
    bf_retry retry;
    double retry_after_s = 0;
    *out = NULL;
    bf_status st = BF_ALLOC(&query, 1, err);
    BF_TRY_GOTO(st);
    query->service = service;
    query->options = options;
    bf_retry_begin(&retry, bf_service_retry(service), bf_service_hooks(service));
    while ((st = run_once(&retry_after_s, query, err)) == BF_E_UPLOAD_AGAIN)
        BF_TRY_GOTO(bf_retry_wait(&retry, retry_after_s, err));
    if (st == BF_OK) {
        *out = query;
        query = NULL;
    }
done:
    bf_query_close(query);
    return st;
}

void bf_query_close(bf_query *query)
{
    if (query == NULL)
        return;
    for (int i = 0; i < query->column_count; i++)
        free(query->columns[i].name);
    free(query->columns);
    free(query->job);
    free(query->location);
    free(query->token);
    json_decref(query->page);
    free(query);
}

int64_t bf_query_total_rows(const bf_query *query)
{
    return query->total_rows;
}

int bf_query_column_count(const bf_query *query)
{
    return query->column_count;
}

const char *bf_query_column_name(const bf_query *query, int column)
{
    return query->columns[column].name;
}

bf_status bf_query_next(int64_t *rows, bf_query *query, bf_error *err)
{
    do {
        if (!query->page_is_new && query->token == NULL) {
            *rows = 0;
            return BF_OK;
        }
        if (!query->page_is_new) {
            json_t *reply;
            double unused;
            BF_TRY(get_page(&reply, &unused, query, false, err));
            BF_TRY(take_page(query, reply, err));
        }
        query->page_is_new = false;
        *rows = (int64_t)json_array_size(query->rows);
    } while (*rows == 0);
    return BF_OK;
}

/* Microseconds, as they were asked for, or seconds with a point or exponent, as text. False: it is
 * neither; it may be text already. */
static bool format_timestamp(char out[BF_TIMESTAMP_TEXT_BYTES], const char *text)
{
    static const double LIMIT_US = 8e15; /* beyond any year that is read */
    size_t size = strlen(text), digits = strspn(text + (text[0] == '-'), "0123456789");
    char *end;
    if (size == 0 || strspn(text, "0123456789+-.eE") != size)
        return false;
    bool whole = digits + (text[0] == '-') == size;
    double us = strtod(text, &end) * (whole ? 1 : 1e6);
    if (*end != '\0' || !(fabs(us) < LIMIT_US))
        return false;
    bf_timestamp_format(out, whole ? strtoll(text, NULL, 10) : llrint(us));
    return true;
}

bf_status bf_query_cell(const char **text, size_t *size, bf_query *query, int64_t row, int column,
                        bf_error *err)
{
    const json_t *cells = json_object_get(json_array_get(query->rows, (size_t)row), "f");
    const json_t *value = json_object_get(json_array_get(cells, (size_t)column), "v");
    *text = NULL;
    *size = 0;
    if (!json_is_array(cells) || json_array_size(cells) != (size_t)query->column_count ||
        value == NULL)
        return malformed(query, "a \"v\" in each of a row's \"f\"", err);
    if (json_is_null(value))
        return BF_OK;
    if (!json_is_string(value))
        return bf_error_set(err, BF_E_UPLOAD, "%s: column %s: expected a single value as text",
                            query->options->what, query->columns[column].name);
    *text = json_string_value(value);
    *size = json_string_length(value);
    if (query->columns[column].is_timestamp && format_timestamp(query->timestamp, *text)) {
        *text = query->timestamp;
        *size = strlen(*text);
    }
    return BF_OK;
}

/* A part of a table into its staging table, by a load job whose bytes come in a resumable upload:
 * https://docs.cloud.google.com/bigquery/docs/reference/api-uploads#resumable */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/cloud/bigquery_internal.h"
#include "io/cloud/kept.h"
#include "io/cloud/resumable.h"

enum {
    STAGING_LIFE_S = 24 * 3600, /* spec/backfill.md B27 */
    LIFE_NEEDED_S = 6 * 3600, /* a staging table that is left from before lives so long at least */
    FAILURES_MAX = 4,         /* load jobs that may fail before this process gives up */
    PATH_BYTES = 4096
};

/* A load under way. */
typedef struct load {
    bf_bigquery *bigquery;
    bf_bigquery_state *state;
    const bf_bigquery_part *part;
    char staging[BF_BIGQUERY_NAME_BYTES]; /* table id */
    char id[BF_BIGQUERY_NAME_BYTES];      /* of the job */
    char *session_path;                   /* keeps the session of that job */
} load;

/* ---- the staging table ------------------------------------------------------------------- */

static json_t *staging_resource(const bf_bigquery_state *state)
{
    char expires[32];
    (void)snprintf(expires, sizeof expires, "%" PRId64,
                   ((int64_t)time(NULL) + STAGING_LIFE_S) * 1000);
    return json_pack("{s:{s:o}, s:s}", "schema", "fields", bf_bigquery_staging_fields(state),
                     "expirationTime", expires);
}

/* *rows: what is in the staging table; made, empty, if it is not there or about to expire. */
static bf_status open_staging(int64_t *rows, const load *it, bf_error *err)
{
    bf_bigquery *bigquery = it->bigquery;
    const char *dataset = it->state->dataset;
    json_t *table = NULL;
    *rows = 0;
    BF_TRY(bf_bigquery_table_get(&table, bigquery, dataset, it->staging, err));
    int64_t expires_ms = bf_call_int64(json_object_get(table, "expirationTime"), INT64_MAX);
    int64_t found = bf_call_int64(json_object_get(table, "numRows"), -1);
    bool there = table != NULL;
    bool good = there && expires_ms / 1000 > (int64_t)time(NULL) + LIFE_NEEDED_S &&
                (found == 0 || found == it->part->rows);
    json_decref(table);
    if (good) {
        *rows = found;
        return BF_OK;
    }
    if (there)
        BF_TRY(bf_bigquery_table_drop(bigquery, dataset, it->staging, err));
    table = NULL;
    bf_status st = bf_bigquery_table_insert(&table, bigquery, dataset, it->staging,
                                            staging_resource(it->state), err);
    json_decref(table);
    return st;
}

/* ---- the job ----------------------------------------------------------------------------- */

static bf_status keep_session(void *context, const char *session, bf_error *err)
{
    const load *it = context;
    return bf_kept_write(it->session_path, it->id, session, err);
}

static void progress(void *context, int64_t stored_bytes)
{
    const bf_bigquery *bigquery = ((const load *)context)->bigquery;
    const bf_bigquery_hooks *hooks = &bigquery->upload->hooks;
    hooks->progress(hooks->context, bigquery->sent_bytes + stored_bytes);
}

static char *job_body(const load *it)
{
    const bf_bigquery_state *state = it->state;
    json_t *job = json_pack("{s:o, s:{s:{s:s, s:o, s:{s:s, s:s, s:s}, s:s, s:s}}}", "jobReference",
                            bf_bigquery_job_reference(it->bigquery, it->id), "configuration",
                            "load", "sourceFormat", "NEWLINE_DELIMITED_JSON", "schema",
                            json_pack("{s:o}", "fields", bf_bigquery_staging_fields(state)),
                            "destinationTable", "projectId", it->bigquery->upload->target->project,
                            "datasetId", state->dataset, "tableId", it->staging, "writeDisposition",
                            "WRITE_EMPTY", "createDisposition", "CREATE_NEVER");
    char *text = job == NULL ? NULL : json_dumps(job, JSON_COMPACT);
    json_decref(job);
    return text;
}

/* Sends the file; *job is what the last reply says of the job, NULL where that is not known. */
static bf_status send_file(json_t **job, load *it, int file, bf_error *err)
{
    char session[BF_KEPT_BYTES], *body = job_body(it);
    bf_text path = BF_TEXT_INIT(PATH_BYTES);
    bf_text_string(&path, "/upload/bigquery/v2/projects/");
    bf_http_escape(&path, it->bigquery->upload->target->project);
    bf_text_string(&path, "/jobs?uploadType=resumable");
    bf_http_response reply = BF_HTTP_RESPONSE_INIT;
    bf_resumable upload = BF_RESUMABLE_INIT;
    upload.start = path.data;
    upload.metadata = body;
    upload.file = file;
    upload.size_bytes = it->part->size_bytes;
    upload.session = bf_kept_read(session, it->session_path, it->id) ? session : NULL;
    upload.takes = 409;
    upload.what = it->id;
    upload.permission = "bigquery.jobs.create and bigquery.tables.updateData";
    upload.resource = it->state->name;
    upload.keep = keep_session;
    upload.progress = progress;
    upload.context = it;
    bf_status st =
        body == NULL ? bf_error_set(err, BF_E_MEMORY, "out of memory") : bf_text_status(&path, err);
    if (st == BF_OK)
        st = bf_resumable_send(&reply, it->bigquery->service, &upload, err);
    if (st == BF_OK && reply.status != 409)
        st = bf_call_json(job, &reply, it->id, err);
    bf_http_response_free(&reply);
    bf_text_free(&path);
    free(body);
    return st;
}

static bf_status begin_job(json_t **job, load *it, bf_error *err)
{
    const char *path = it->part->path;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return bf_error_set(err, BF_E_OUTPUT, "cannot read %s: %s", path, strerror(errno));
    bf_status st = send_file(job, it, file, err);
    (void)close(file);
    return st;
}

/* Load job number `attempt`: found (*begun false), or begun; how it ended. */
static bf_status try_job(bf_bigquery_end *end, bool *begun, load *it, int attempt, bf_error *err)
{
    json_t *job = NULL;
    (void)snprintf(it->id, sizeof it->id, "%.360s_%s_%d", it->staging, it->state->id, attempt);
    BF_TRY(bf_bigquery_job_get(&job, it->bigquery, it->id, err));
    *begun = job == NULL;
    if (*begun)
        BF_TRY(begin_job(&job, it, err));
    return bf_bigquery_job_wait(end, it->bigquery, it->id, job, err);
}

/* A job that ended well: are the rows there? One that was found may have loaded into a staging
 * table that has been dropped since. */
static bf_status is_staged(bool *out, const bf_bigquery_end *end, bool begun, load *it,
                           bf_error *err)
{
    int64_t rows = end->rows, expected = it->part->rows;
    if (rows != expected)
        return bf_error_set(err, BF_E_UPLOAD,
                            "%s: load job %s loaded %" PRId64 " rows, its file has %" PRId64,
                            it->state->name, it->id, rows, expected);
    if (!begun)
        BF_TRY(open_staging(&rows, it, err));
    *out = rows == expected;
    return BF_OK;
}

/* Jobs of earlier processes that failed, or whose staging table is gone, are passed by. */
static bf_status load_part(load *it, bf_error *err)
{
    bf_retry retry;
    int failures = 0;
    bf_retry_begin(&retry, bf_service_retry(it->bigquery->service),
                   bf_service_hooks(it->bigquery->service));
    for (int attempt = 1;; attempt++) {
        bf_bigquery_end end;
        bool begun, staged = false;
        BF_TRY(try_job(&end, &begun, it, attempt, err));
        if (end.ok)
            BF_TRY(is_staged(&staged, &end, begun, it, err));
        if (staged)
            return BF_OK;
        if (end.ok || !begun)
            continue;
        (void)bf_error_set(err, BF_E_UPLOAD_AGAIN, "%s: load job %s failed: %s", it->state->name,
                           it->id, end.reason);
        if (!end.again || ++failures == FAILURES_MAX)
            return err->status = BF_E_UPLOAD;
        BF_TRY(bf_retry_wait(&retry, 0, err));
    }
}

bf_status bf_bigquery_stage(bf_bigquery *bigquery, bf_bigquery_state *state,
                            const bf_bigquery_part *part, bf_error *err)
{
    load it = {.bigquery = bigquery, .state = state, .part = part};
    int64_t rows;
    if (part->rows == 0)
        return BF_OK;
    bf_bigquery_name_staging(it.staging, bigquery, state, part);
    BF_TRY(open_staging(&rows, &it, err));
    if (rows != part->rows) {
        BF_TRY(bf_alloc_text(&it.session_path, err, "%s.session", part->path));
        bf_status st = load_part(&it, err);
        if (st == BF_OK)
            (void)unlink(it.session_path);
        free(it.session_path);
        BF_TRY(st);
    }
    bigquery->sent_bytes += part->size_bytes;
    bigquery->upload->hooks.progress(bigquery->upload->hooks.context, bigquery->sent_bytes);
    return BF_OK;
}

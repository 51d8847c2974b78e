/* io/cloud for tests in Python: reads commands, a line each, carries them out with one service, and
 * prints what came of each as a line.
 *
 *   call METHOD PATH [STATUS]...      one JSON call; STATUS: taken although it is no success
 *   send FILE PATH CHUNK TAKES SESSION  a resumable upload; SESSION: file in which the session is
 * kept pause SECONDS
 *
 * Lines: "ok <status> <JSON or ->", "error <exit code> <message>"; notes of retries: "note
 * <message>". The environment is that of the program; CLOUD_CLIENT_{WAIT,LIMIT,STALL} are seconds.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/cloud/crc32c.h"
#include "io/cloud/query.h"
#include "io/cloud/resumable.h"
#include "io/cloud/storage.h"
#include "io/text/file.h"

enum { WORDS_MAX = 12 };

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static bool stop(void *context)
{
    (void)context;
    return stopped != 0;
}

static void note(void *context, const char *message)
{
    (void)context;
    printf("note %s\n", message);
}

static double seconds(const char *name, double otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtod(text, NULL) : otherwise;
}

static bf_status call(bf_service *service, char **words, int count, bf_error *err)
{
    json_t *reply;
    int status;
    bf_call one = {.what = "the test's call",
                   .permission = "bigquery.tables.get",
                   .resource = "the dataset of the test",
                   .http = {.method = words[1], .url = words[2]}};
    for (int i = 3; i < count && i - 3 < BF_CALL_TAKES_MAX - 1; i++)
        one.takes[i - 3] = atoi(words[i]);
    json_t *body = strcmp(words[1], "GET") == 0 ? NULL : json_object();
    bf_status st = bf_service_json(&reply, &status, service, &one, body, err);
    json_decref(body);
    if (st != BF_OK)
        return st;
    char *text = json_dumps(reply, JSON_COMPACT | JSON_SORT_KEYS);
    printf("ok %d %s\n", status, text != NULL ? text : "-");
    free(text);
    json_decref(reply);
    return BF_OK;
}

/* Keeps the session in a file, or removes it. */
static bf_status keep(void *context, const char *session, bf_error *err)
{
    printf("session %s\n", session != NULL ? "begun" : "lost");
    if (session != NULL)
        return bf_file_write(context, session, strlen(session), err);
    (void)unlink(context);
    return BF_OK;
}

static void progress(void *context, int64_t stored_bytes)
{
    (void)context;
    printf("stored %" PRId64 "\n", stored_bytes);
}

static bf_status send_file(bf_service *service, char **words, bf_error *err)
{
    struct stat about;
    bool found;
    bf_text session = BF_TEXT_INIT(1 << 16);
    bf_http_response reply = BF_HTTP_RESPONSE_INIT;
    bf_resumable upload = BF_RESUMABLE_INIT;
    bf_status st = BF_OK;
    upload.file = open(words[1], O_RDONLY);
    if (upload.file < 0 || fstat(upload.file, &about) != 0)
        return bf_error_set(err, BF_E_INPUT, "no file");
    BF_TRY_GOTO(bf_file_read(&session, &found, words[5], err));
    upload.size_bytes = about.st_size;
    upload.start = words[2];
    upload.metadata = "{}";
    upload.chunk_bytes = atoi(words[3]);
    upload.takes = atoi(words[4]);
    upload.session = found ? session.data : NULL;
    upload.what = "the test's upload";
    upload.keep = keep;
    upload.progress = progress;
    upload.context = words[5];
    BF_TRY_GOTO(bf_resumable_send(&reply, service, &upload, err));
    printf("ok %d %s\n", reply.status, reply.body.size_bytes > 0 ? "body" : "-");
done:
    (void)close(upload.file);
    bf_http_response_free(&reply);
    bf_text_free(&session);
    return st;
}

static bf_status send_object(bf_service *service, char **words, bf_error *err)
{
    struct stat about;
    bool sent;
    bf_storage_object object;
    bf_storage_upload upload = BF_STORAGE_UPLOAD_INIT;
    upload.file = open(words[1], O_RDONLY);
    if (upload.file < 0 || fstat(upload.file, &about) != 0)
        return bf_error_set(err, BF_E_INPUT, "no file");
    upload.bucket = words[2];
    upload.name = words[3];
    upload.size_bytes = about.st_size;
    upload.chunk_bytes = BF_RESUMABLE_UNIT_BYTES;
    upload.replace = atoi(words[4]) != 0;
    upload.progress = progress;
    bf_status st = bf_crc32c_file(&upload.crc32c, upload.file, upload.size_bytes,
                                  bf_service_hooks(service), err);
    if (st == BF_OK)
        st = bf_storage_send(&object, &sent, service, &upload, err);
    if (st == BF_OK)
        printf("ok %s %" PRId64 " %s\n", sent ? "sent" : "there", object.size_bytes, object.crc32c);
    (void)close(upload.file);
    return st;
}

static bf_status print_rows(bf_query *query, int64_t rows, bf_error *err)
{
    const char *text;
    size_t size;
    for (int64_t row = 0; row < rows; row++) {
        for (int column = 0; column < bf_query_column_count(query); column++) {
            BF_TRY(bf_query_cell(&text, &size, query, row, column, err));
            printf("cell %.*s\n", text != NULL ? (int)size : 4, text != NULL ? text : "null");
        }
    }
    return BF_OK;
}

static bf_status run_query(bf_service *service, char **words, bf_error *err)
{
    bf_query_options options = {
        .project = "p", .text = words[1], .page_rows = 100, .what = "the test's query"};
    bf_query *query;
    int64_t rows;
    bf_status st = bf_query_open(&query, service, &options, err);
    while (st == BF_OK && (st = bf_query_next(&rows, query, err)) == BF_OK && rows > 0)
        st = print_rows(query, rows, err);
    if (st == BF_OK)
        printf("ok %" PRId64 " rows\n", bf_query_total_rows(query));
    bf_query_close(query);
    return st;
}

static bf_status carry_out(bf_service *service, char *line, bf_error *err)
{
    char *words[WORDS_MAX], *rest = NULL;
    int count = 0;
    for (char *word = strtok_r(line, " \n", &rest); word != NULL && count < WORDS_MAX;
         word = strtok_r(NULL, " \n", &rest))
        words[count++] = word;
    if (count >= 3 && strcmp(words[0], "call") == 0)
        return call(service, words, count, err);
    if (count == 6 && strcmp(words[0], "send") == 0)
        return send_file(service, words, err);
    if (count == 5 && strcmp(words[0], "object") == 0)
        return send_object(service, words, err);
    if (count == 2 && strcmp(words[0], "query") == 0)
        return run_query(service, words, err);
    if (count == 2 && strcmp(words[0], "pause") == 0)
        return bf_retry_sleep(strtod(words[1], NULL), bf_service_hooks(service), err);
    return bf_error_set(err, BF_E_USAGE, "not a command");
}

int main(void)
{
    char line[4096];
    bf_service *service;
    bf_error err = BF_ERROR_INIT;
    bf_service_options options = BF_SERVICE_OPTIONS_INIT;
    (void)signal(SIGUSR1, on_signal);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    options.base = getenv("CLOUD_CLIENT_BASE");
    options.emulator = getenv("BIGQUERY_EMULATOR_HOST");
    options.scope = BF_SCOPE_BIGQUERY " " BF_SCOPE_STORAGE;
    options.source = (bf_credentials_source){.key_file = getenv("GOOGLE_APPLICATION_CREDENTIALS"),
                                             .gcloud_dir = getenv("CLOUDSDK_CONFIG"),
                                             .home = getenv("HOME"),
                                             .metadata_host = getenv("GCE_METADATA_HOST")};
    options.http.ca_file = getenv("SSL_CERT_FILE");
    options.http.stall_limit_s = seconds("CLOUD_CLIENT_STALL", 5);
    options.http.hooks = (bf_http_hooks){.stop = stop, .note = note};
    options.retry.first_wait_s = seconds("CLOUD_CLIENT_WAIT", 0.02);
    options.retry.limit_s = seconds("CLOUD_CLIENT_LIMIT", 5);
    bf_status st = bf_service_open(&service, &options, &err);
    if (st != BF_OK) {
        printf("error %d %s\n", bf_status_exit_code(st), err.message);
        return 0;
    }
    printf("account %s\n", bf_service_account(service));
    while (fgets(line, sizeof line, stdin) != NULL) {
        st = carry_out(service, line, &err);
        if (st != BF_OK)
            printf("error %d %s\n", bf_status_exit_code(st), err.message);
    }
    bf_service_close(service);
    return 0;
}

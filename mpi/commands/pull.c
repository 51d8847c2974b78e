/* backfill pull: the input tables from BigQuery -> snapshot. Rank 0 pulls every table season by
 * season into files beside the snapshot, each of which is there only when it is whole; all ranks
 * import them. What is there already is not pulled again, so an interrupted pull goes on where it
 * was. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "compute/history/season.h"
#include "io/cloud/pull.h"
#include "io/text/file.h"
#include "mpi/cloud.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/import.h"
#include "mpi/log.h"
#include "mpi/run/agree.h"
#include "mpi/run/lock.h"
#include "mpi/run/stop.h"
#include "mpi/seasons.h"

enum {
    PATH_BYTES = 4096,
    SOURCE_LIMIT_BYTES = 1 << 16,
    GOOD_FOR_S =
        24 * 3600 /* older files are pulled anew, so that a snapshot is of about one time */
};
static const char suffix[] = ".ndjson.gz";

typedef struct pull {
    const bf_options *options;
    int first_season, last_season;
    char folder[PATH_BYTES - 512]; /* of the files: <out>.pull */
    char lock_path[PATH_BYTES];
    int lock; /* -1: not held */
    bf_pull_table tables[BF_INPUT_COUNT];
    bf_pull pull;
    int parts, done; /* files: in all, there */
    char part[128];  /* the present one, for the log */
    double told_s;
} pull;

/* Local. Takes the names of the tables out of the options. */
static bf_status name_tables(pull *p, bf_error *err)
{
    const char *given[BF_INPUT_COUNT] = {[BF_INPUT_schedule] = p->options->schedule_table,
                                         [BF_INPUT_players] = p->options->players_table,
                                         [BF_INPUT_attempts] = p->options->attempts_table};
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        char text[2 * BF_PULL_NAME_BYTES];
        (void)snprintf(text, sizeof text, "%s.%s", p->options->dataset, bf_inputs[t].name);
        BF_TRY(bf_pull_name(&p->tables[t], (bf_input)t, given[t] != NULL ? given[t] : text,
                            p->options->project, err));
    }
    return BF_OK;
}

/* Local. What the options say; sends nothing. */
static bf_status prepare(pull *p, bf_error *err)
{
    const bf_options *options = p->options;
    if (options->project == NULL || options->out == NULL)
        return bf_error_set(err, BF_E_USAGE, "pull needs --project P and --out DIR");
    p->first_season = 2021;
    p->last_season = 2024;
    if (options->seasons != NULL)
        BF_TRY(bf_seasons_parse(&p->first_season, &p->last_season, options->seasons, err));
    size_t size = strlen(options->out);
    while (size > 1 && options->out[size - 1] == '/')
        size--;
    if (size > sizeof p->folder - 16)
        return bf_error_set(err, BF_E_USAGE, "--out: the path is too long");
    (void)snprintf(p->folder, sizeof p->folder, "%.*s.pull", (int)size, options->out);
    (void)snprintf(p->lock_path, sizeof p->lock_path, "%s/lock", p->folder);
    return name_tables(p, err);
}

/* Local. Path of a table's file of a season; 0: of a table that has no seasons. */
static void part_path(char out[PATH_BYTES], const pull *p, int t, int season)
{
    if (season == 0)
        (void)snprintf(out, PATH_BYTES, "%s/%s%s", p->folder, bf_inputs[t].name, suffix);
    else
        (void)snprintf(out, PATH_BYTES, "%s/%s-%d%s", p->folder, bf_inputs[t].name, season, suffix);
}

/* Local. Seasons of a table: *first to *last, both 0 if it has none. */
static void seasons_of(int *first, int *last, const pull *p, int t)
{
    bool dated = bf_input_date_column((bf_input)t) >= 0;
    *first = dated ? p->first_season : 0;
    *last = dated ? p->last_season : 0;
}

static bool is_fresh(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && difftime(time(NULL), found.st_mtime) < GOOD_FOR_S;
}

/* Local. Whether the file is one that this pull would make, of a table that is there. */
static bool is_wanted(const pull *p, const char *name)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        int first, last;
        seasons_of(&first, &last, p, t);
        for (int season = first; season <= last && p->tables[t].found; season++) {
            char path[PATH_BYTES];
            part_path(path, p, t, season);
            if (strcmp(path + strlen(p->folder) + 1, name) == 0)
                return true;
        }
    }
    return false;
}

/* Local. Removes the files of the folder that are not wanted; with `all` every one but the lock. */
static bf_status sweep(const pull *p, bool all, bf_error *err)
{
    bf_status st = BF_OK;
    DIR *stream = opendir(p->folder);
    const struct dirent *entry;
    if (stream == NULL)
        return bf_file_error(err, "read the directory", p->folder, errno);
    while (st == BF_OK && (entry = readdir(stream)) != NULL) {
        char path[PATH_BYTES];
        (void)snprintf(path, sizeof path, "%s/%.256s", p->folder, entry->d_name);
        bool kept = entry->d_name[0] == '.' || strcmp(entry->d_name, "lock") == 0 ||
                    (!all && (strcmp(entry->d_name, "source") == 0 ||
                              (is_wanted(p, entry->d_name) && is_fresh(path))));
        if (!kept && unlink(path) != 0)
            st = bf_file_error(err, "remove", path, errno);
    }
    (void)closedir(stream);
    return st;
}

/* Local. Files of other tables than these are forgotten: <folder>/source tells whose they are. */
static bf_status check_source(const pull *p, bf_error *err)
{
    char path[PATH_BYTES];
    bool found;
    bf_text wanted = BF_TEXT_INIT(SOURCE_LIMIT_BYTES), there = BF_TEXT_INIT(SOURCE_LIMIT_BYTES);
    (void)snprintf(path, sizeof path, "%s/source", p->folder);
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        const bf_pull_table *table = &p->tables[t];
        bf_text_format(&wanted, "%s = %s.%s.%s\n", bf_inputs[t].name, table->project,
                       table->dataset, table->name);
    }
    bf_status st = bf_text_status(&wanted, err);
    if (st == BF_OK)
        st = bf_file_read(&there, &found, path, err);
    if (st == BF_OK && (!found || there.size_bytes != wanted.size_bytes ||
                        memcmp(there.data, wanted.data, wanted.size_bytes) != 0)) {
        if (found)
            bf_log(BF_LOG_WARNING, "pull: %s is of other tables; they are pulled anew", p->folder);
        st = sweep(p, true, err);
        if (st == BF_OK)
            st = bf_file_write(path, wanted.data, wanted.size_bytes, err);
    }
    bf_text_free(&there);
    bf_text_free(&wanted);
    return st;
}

/* Local. Which of the tables there are, with which columns. */
static bf_status look(pull *p, bf_error *err)
{
    bf_status st = BF_OK;
    for (int t = 0; st == BF_OK && t < BF_INPUT_COUNT; t++) {
        bf_unused unused = {.names = NULL};
        bf_pull_table *table = &p->tables[t];
        char names[BF_ERROR_MESSAGE_BYTES];
        int first, last;
        st = bf_pull_look(table, &unused, p->pull.service, err);
        bf_unused_list(names, sizeof names, &unused);
        if (st == BF_OK && names[0] != '\0')
            bf_log(BF_LOG_INFO, "table %s: columns not used: %s", bf_inputs[t].name, names);
        if (st == BF_OK && !table->found)
            bf_log(BF_LOG_INFO, "table %s: there is no %s.%s.%s", bf_inputs[t].name, table->project,
                   table->dataset, table->name);
        seasons_of(&first, &last, p, t);
        p->parts += table->found ? last - first + 1 : 0;
        bf_unused_free(&unused);
    }
    return st;
}

/* Local. A line at most every interval. */
static void tell_progress(void *context, int64_t rows, int64_t total_rows)
{
    pull *p = context;
    double now_s = MPI_Wtime();
    if (p->options->progress <= 0 || now_s - p->told_s < p->options->progress)
        return;
    p->told_s = now_s;
    bf_log(BF_LOG_INFO, "pull: %s: %" PRId64 " of %" PRId64 " rows", p->part, rows, total_rows);
}

/* Local. Pulls one file, unless it is there. */
static bf_status pull_part(pull *p, int t, int season, bf_error *err)
{
    char path[PATH_BYTES];
    int64_t rows;
    double started_s = MPI_Wtime();
    part_path(path, p, t, season);
    (void)snprintf(p->part, sizeof p->part, "%s%s%.0d", bf_inputs[t].name, season == 0 ? "" : " ",
                   season);
    if (access(path, F_OK) == 0) {
        bf_log(BF_LOG_INFO, "pull: %s: is there already (%d of %d)", p->part, ++p->done, p->parts);
        return BF_OK;
    }
    if (bf_stop_asked())
        return bf_error_set(err, BF_E_STOPPED, "stopped");
    BF_TRY(bf_pull_rows(&rows, &p->pull, &p->tables[t], season, path, err));
    bf_log(BF_LOG_INFO, "pull: %s: %" PRId64 " rows in %.1f s (%d of %d)", p->part, rows,
           MPI_Wtime() - started_s, ++p->done, p->parts);
    return BF_OK;
}

static bf_status pull_parts(pull *p, bf_error *err)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        int first, last;
        seasons_of(&first, &last, p, t);
        for (int season = first; season <= last && p->tables[t].found; season++)
            BF_TRY(pull_part(p, t, season, err));
    }
    return BF_OK;
}

static bf_status pull_tables(pull *p, bf_error *err)
{
    BF_TRY(check_source(p, err));
    BF_TRY(look(p, err));
    BF_TRY(sweep(p, false, err));
    return pull_parts(p, err);
}

/* Local (rank 0). All files, in the folder. */
static bf_status pull_all(pull *p, bf_error *err)
{
    bf_service_options service;
    bf_cloud_options(&service, BF_CLOUD_BIGQUERY, p->options);
    BF_TRY(bf_service_open(&p->pull.service, &service, err));
    BF_TRY(bf_file_make_directory(p->folder, err));
    BF_TRY(bf_lock_take(&p->lock, p->lock_path, BF_E_OUTPUT, p->folder, "pull", err));
    bf_log(BF_LOG_INFO, "pull: %s, seasons %d to %d, as %s", bf_service_base(p->pull.service),
           p->first_season, p->last_season, bf_service_account(p->pull.service));
    p->pull.project = p->options->project;
    p->pull.location = p->options->location;
    p->pull.progress = tell_progress;
    p->pull.context = p;
    p->told_s = MPI_Wtime();
    bf_status st = pull_tables(p, err);
    if (st == BF_OK && bf_stop_asked())
        st = BF_E_STOPPED;
    if (st == BF_E_STOPPED)
        (void)bf_error_set(err, st,
                           "pull stopped by %s: %d of %d files are there; the same command goes on",
                           bf_stop_reason(), p->done, p->parts);
    return st;
}

/* Local (rank 0). Ends the pull. The files go when they have done their work, when there are none,
 * and when they cannot be imported: another pull has to read them anew, because only the source can
 * be mended. */
static bf_status finish(pull *p, bf_status st, bool imported, bf_error *err)
{
    if (p->lock >= 0 && (st == BF_OK || (imported && st == BF_E_INPUT) || p->done == 0)) {
        bf_error sweep_err = BF_ERROR_INIT;
        bf_status swept = sweep(p, true, &sweep_err);
        if (st == BF_OK && swept != BF_OK) {
            *err = sweep_err;
            st = swept;
        }
    }
    bf_lock_release(p->lock, p->lock_path);
    if (p->folder[0] != '\0' && p->lock >= 0)
        (void)rmdir(p->folder); /* stays if there is something in it */
    bf_service_close(p->pull.service);
    return st;
}

bf_status bf_command_pull(const bf_options *options, bf_error *err)
{
    pull p = {.options = options, .lock = -1};
    int rank;
    bool imported = false;
    BF_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    BF_TRY(prepare(&p, err));
    bf_stop_install(0); /* on every rank: a signal reaches all of them */
    bf_status st = bf_agree(MPI_COMM_WORLD, rank == 0 ? pull_all(&p, err) : BF_OK, err);
    if (st == BF_OK) {
        bf_stop_remove(); /* an import leaves nothing behind when it is ended */
        imported = true;
        st = bf_import_directory(p.folder, options->out, "pull", options->progress, err);
    }
    if (rank == 0)
        st = finish(&p, st, imported, err);
    return bf_agree(MPI_COMM_WORLD, st, err);
}

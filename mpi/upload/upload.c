#include "mpi/upload/upload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/text/file.h"
#include "mpi/run/lock.h"
#include "mpi/run/stop.h"

/* ---- the frame --------------------------------------------------------------------------- */

static bf_status name_files(bf_upload *upload, const char *path, bf_error *err)
{
    BF_TRY(bf_alloc_text(&upload->path, err, "%s", path));
    BF_TRY(bf_alloc_text(&upload->directory, err, "%s.upload", path));
    BF_TRY(bf_alloc_text(&upload->lock_path, err, "%s.upload/lock", path));
    return bf_alloc_text(&upload->state_path, err, "%s.upload.json", path);
}

/* Local. The results and the tables in them. */
static bf_status look(bf_upload *upload, const char *path, const char *url, bf_error *err)
{
    BF_TRY(bf_target_parse(&upload->target, url, err));
    BF_TRY(bf_results_open(&upload->results, path, err));
    const bf_layout *layout = bf_results_layout(upload->results);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (!layout->written[t])
            continue;
        bf_upload_table *table = &upload->tables[upload->table_count++];
        *table = (bf_upload_table){.schema = &bf_outputs[t], .output = t, .rows = layout->total[t]};
        bf_results_table_digest(table->digest, upload->results, (bf_output)t);
    }
    BF_TRY(bf_upload_make_records(upload, err));
    BF_TRY(name_files(upload, path, err));
    return bf_upload_cut(upload, err);
}

static void reset(bf_upload *upload)
{
    bf_upload_end_bigquery(upload);
    if (upload->lock >= 0) { /* files that are whole stay for the next try, and the directory */
        bf_lock_release(upload->lock, upload->lock_path);
        (void)rmdir(upload->directory);
    }
    for (int f = 0; f < upload->file_count; f++) {
        free(upload->files[f].name);
        free(upload->files[f].path);
    }
    free(upload->files);
    for (int r = 0; r < BF_RECORD_COUNT; r++)
        bf_columns_free(&upload->records[r]);
    bf_results_close(upload->results);
    free(upload->path);
    free(upload->directory);
    free(upload->lock_path);
    free(upload->state_path);
}

bf_status bf_upload_open_directory(bf_upload *upload, bf_error *err)
{
    BF_TRY(bf_file_make_directory(upload->directory, err));
    return bf_lock_take(&upload->lock, upload->lock_path, BF_E_UPLOAD, upload->path, "upload", err);
}

bf_status bf_upload_close_directory(bf_upload *upload, bf_error *err)
{
    bf_lock_release(upload->lock, upload->lock_path);
    upload->lock = -1;
    return rmdir(upload->directory) == 0 || errno == ENOENT || errno == ENOTEMPTY
               ? BF_OK
               : bf_file_error(err, "remove", upload->directory, errno);
}

/* ---- what rank 0 does alone -------------------------------------------------------------- */

/* Collective. While rank 0 works, which may take an hour, the others sleep instead of turning in a
 * collective call. */
static bf_status agree_after(const bf_upload *upload, bf_status st, bf_error *err)
{
    if (st == BF_E_STOPPED)
        st = bf_error_set(err, BF_E_STOPPED,
                          "the upload was stopped by %s; the same command goes on",
                          bf_stop_reason());
    MPI_Request arrived;
    int done = 0;
    BF_MPI(MPI_Ibarrier(upload->comm, &arrived));
    while (!done) {
        BF_MPI(MPI_Test(&arrived, &done, MPI_STATUS_IGNORE));
        if (!done)
            (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return bf_agree(upload->comm, st, err);
}

/* What can be found out before the files are made; *done: nothing is left to do. */
static bf_status begin_target(bool *done, bf_upload *upload, bf_error *err)
{
    *done = false;
    if (upload->target.kind != BF_TARGET_BIGQUERY)
        return BF_OK;
    BF_TRY(bf_upload_begin_bigquery(done, upload, err));
    if (*done)
        bf_log(BF_LOG_INFO, "already uploaded: run %s is in %s; --again uploads it once more",
               bf_results_facts(upload->results)->run_id, upload->target.url);
    return BF_OK;
}

static bf_status begin(bf_upload *upload, bool *done, bool *formatted, bf_error *err)
{
    BF_TRY(bf_upload_open_directory(upload, err));
    BF_TRY(bf_upload_state_read(upload, err));
    bf_status st = begin_target(done, upload, err);
    if (*done) {
        bf_error ignored = BF_ERROR_INIT;
        bf_status removed = bf_upload_state_remove(upload, st == BF_OK ? err : &ignored);
        return st == BF_OK ? removed : st;
    }
    BF_TRY(st);
    *formatted = true;
    for (int f = 0; f < upload->file_count; f++)
        *formatted &= upload->files[f].size_bytes >= 0;
    if (*formatted)
        bf_log(BF_LOG_INFO, "the files in %s are whole; the upload goes on", upload->directory);
    return bf_upload_state_write(upload, err);
}

static bf_status send(bf_upload *upload, bf_error *err)
{
    bool over = true;
    bf_status st = bf_upload_state_write(upload, err);
    if (st == BF_OK && upload->target.kind == BF_TARGET_DIRECTORY)
        st = bf_upload_to_directory(upload, err);
    else if (st == BF_OK && upload->target.kind == BF_TARGET_STORAGE)
        st = bf_upload_to_storage(upload, err);
    else if (st == BF_OK)
        st = bf_upload_to_bigquery(&over, upload, err);
    if (st == BF_OK)
        bf_log(BF_LOG_INFO, "uploaded %s%s to %s", upload->path,
               bf_results_facts(upload->results)->synthetic ? " (synthetic data)" : "",
               upload->target.url);
    bf_error other = BF_ERROR_INIT;
    bf_status removed = st == BF_OK ? bf_upload_state_remove(upload, err)
                        : over && upload->target.kind == BF_TARGET_BIGQUERY
                            ? bf_upload_state_remove(upload, &other)
                            : BF_OK;
    return st == BF_OK ? removed : st;
}

/* Collective. */
static bf_status upload_all(bf_upload *upload, bf_error *err)
{
    bool is[2] = {false, false}; /* done, formatted */
    bool root = upload->rank == 0;
    BF_TRY(agree_after(upload, root ? begin(upload, &is[0], &is[1], err) : BF_OK, err));
    BF_MPI(MPI_Bcast(is, 2, MPI_C_BOOL, 0, upload->comm));
    if (is[0])
        return BF_OK;
    if (!is[1])
        BF_TRY(bf_upload_format(upload, err));
    return agree_after(upload, root ? send(upload, err) : BF_OK, err);
}

bf_status bf_upload_results(const bf_options *options, const char *path, const char *url,
                            bf_error *err)
{
    bf_upload upload = {.options = options, .comm = MPI_COMM_WORLD, .lock = -1};
    BF_MPI(MPI_Comm_rank(upload.comm, &upload.rank));
    BF_MPI(MPI_Comm_size(upload.comm, &upload.ranks));
    bf_status st = bf_agree(upload.comm, look(&upload, path, url, err), err);
    if (st == BF_OK && options->dry_run)
        st = bf_agree(upload.comm, upload.rank == 0 ? bf_upload_dry_run(&upload, err) : BF_OK, err);
    else if (st == BF_OK)
        st = upload_all(&upload, err);
    reset(&upload);
    return st;
}

/* define: the lock, what an earlier session left, and the file at its final size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/hdf5/snapshot.h"
#include "io/text/file.h"
#include "mpi/log.h"
#include "mpi/run/checkpoint.h"
#include "mpi/run/fill.h"
#include "mpi/run/identity.h"
#include "mpi/run/lock.h"
#include "mpi/run/run.h"

static bf_status name_files(bf_run *run, bf_error *err)
{
    const char *path = run->options->out == NULL ? "results.h5" : run->options->out;
    BF_TRY(bf_alloc_text(&run->path, err, "%s", path));
    BF_TRY(bf_alloc_text(&run->part_path, err, "%s.part", path));
    BF_TRY(bf_alloc_text(&run->checkpoint_path, err, "%s.checkpoint.json", path));
    return bf_alloc_text(&run->lock_path, err, "%s.lock", path);
}

/* Local (rank 0). What is not replaced, --no-resume or not: input, a directory, a device. */
static bf_status check_name(const bf_run *run, bf_error *err)
{
    struct stat about;
    if (stat(run->path, &about) != 0)
        return BF_OK;
    const char *kind = !S_ISREG(about.st_mode)            ? "no file"
                       : bf_snapshot_is_season(run->path) ? "a season of a snapshot"
                                                          : NULL;
    return kind == NULL
               ? BF_OK
               : bf_error_set(err, BF_E_USAGE,
                              "--out: %s is there and is %s, so it is not replaced; give the "
                              "results another name",
                              run->path, kind);
}

/* Local (rank 0). A complete results file under the name: of this run, nothing is left to do; of
 * another, refused. */
static bf_status look_at_results(bf_run *run, bf_error *err)
{
    if (access(run->path, F_OK) != 0 || run->options->no_resume)
        return BF_OK;
    bf_results *results = NULL;
    bf_status st = bf_results_open(&results, run->path, err);
    if (st != BF_OK) {
        bf_error_prefix(
            err, "there is a file in the way, and it is no results file (--no-resume replaces it)");
        return st;
    }
    const bf_run_facts *facts = bf_results_facts(results);
    if (strcmp(facts->fingerprint, run->facts.fingerprint) == 0)
        run->nothing_to_do = true;
    else
        st = bf_identity_refuse(run, run->path, facts->options_json, facts->inputs_json, err);
    bf_results_close(results);
    return st;
}

/* Local (rank 0). What each unit is by the counts; rank and seconds follow when it is computed. */
static bf_status begin_records(bf_run *run, bf_error *err)
{
    BF_TRY(BF_ALLOC(&run->units, (size_t)run->date_count * BF_PROCESSOR_COUNT, err));
    for (int32_t i = 0; i < run->date_count; i++) {
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            bool written = run->counts[i].status[p] != BF_UNIT_NOT_RUN;
            run->units[(size_t)i * BF_PROCESSOR_COUNT + (size_t)p] =
                (bf_unit){.processor = (int8_t)p,
                          .status = run->counts[i].status[p],
                          .rank = -1,
                          .rows = written ? run->counts[i].rows[bf_processors[p].table] : 0,
                          .failures = run->counts[i].failures[p],
                          .day = run->dates[i]};
        }
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        BF_TRY(BF_ALLOC(&run->digests[t], (size_t)run->date_count, err));
        BF_TRY(BF_ALLOC(&run->nulled[t], (size_t)bf_outputs[t].column_count, err));
    }
    return BF_OK;
}

/* Local (rank 0). Reads, without changing anything, what is there under the run's names. */
static bf_status look_for_earlier(bf_run *run, bf_error *err)
{
    BF_TRY(check_name(run, err));
    BF_TRY(look_at_results(run, err));
    if (run->nothing_to_do)
        return BF_OK;
    BF_TRY(begin_records(run, err));
    if (!run->options->no_resume)
        BF_TRY(bf_checkpoint_read(&run->resumed, run, err));
    if (run->resumed && access(run->part_path, F_OK) != 0)
        return bf_error_set(
            err, BF_E_INPUT,
            "checkpoint %s is there, but its file %s is not; remove the checkpoint to start over",
            run->checkpoint_path, run->part_path);
    return BF_OK;
}

/* Local (rank 0). What there is to do, with the lock taken. */
static bf_status look(bf_run *run, bf_error *err)
{
    BF_TRY(name_files(run, err));
    BF_TRY(bf_lock_take(&run->lock, run->lock_path, BF_E_OUTPUT, run->path, "run", err));
    BF_TRY(look_for_earlier(run, err));
    return run->nothing_to_do ? bf_run_remove_leftovers(run, err) : BF_OK;
}

/* Local (rank 0). */
static bf_status make_file(bf_run *run, bf_error *err)
{
    if (run->resumed)
        return BF_OK;
    if (run->options->no_resume)
        (void)unlink(run->checkpoint_path);
    BF_TRY(bf_results_define(run->part_path, &run->layout, &run->facts, err));
    bf_status st = bf_checkpoint_write(run, err);
    if (st != BF_OK) { /* with both the file is resumed, without them made again */
        (void)unlink(run->checkpoint_path); /* first: alone it would be refused */
        (void)unlink(run->part_path);
    }
    return st;
}

/* Collective. All ranks learn what is done already and when, and divide the rest. */
static bf_status share_earlier(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    BF_MPI(MPI_Bcast(&run->nothing_to_do, 1, MPI_C_BOOL, 0, topology->world));
    BF_MPI(MPI_Bcast(&run->resumed, 1, MPI_C_BOOL, 0, topology->world));
    BF_MPI(MPI_Bcast(&run->facts.run_timestamp_us, 1, MPI_INT64_T, 0, topology->world));
    if (run->nothing_to_do || !run->resumed)
        return BF_OK;
    BF_MPI(MPI_Bcast(run->done, (int)run->date_count, MPI_C_BOOL, 0, topology->world));
    return bf_run_divide(run, err);
}

bf_status bf_run_preview(bf_run *run, char *refusal, size_t size, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bf_status st = BF_OK;
    refusal[0] = '\0';
    if (topology->rank == 0) {
        st = name_files(run, err);
        if (st == BF_OK)
            st = look_for_earlier(run, err);
        if (st == BF_E_USAGE) { /* of another run: worth saying, and the plan is that of this one */
            (void)snprintf(refusal, size, "%s", err->message);
            st = BF_OK;
        }
    }
    BF_TRY(bf_agree(topology->world, st, err));
    return share_earlier(run, err);
}

/* Collective. Rank 0 makes the file; in the meantime the others begin to compute. */
static bf_status make_file_meanwhile(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bool root = topology->rank == 0;
    MPI_Request made;
    BF_TRY(bf_fill_create(&run->fill, run, err));
    bf_status st = root ? make_file(run, err) : BF_OK;
    if (root && st == BF_OK && topology->node_count == 1) /* alone among the leaders */
        st = bf_fill_open(run->fill, err);
    BF_MPI(MPI_Ibarrier(topology->world, &made));
    if (!root)
        st = bf_fill_ahead(run->fill, &made, err);
    BF_MPI(MPI_Wait(&made, MPI_STATUS_IGNORE));
    return bf_agree(topology->world, st, err);
}

/* Collective. All of define but the file. */
static bf_status prepare(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bool root = topology->rank == 0;
    BF_TRY(bf_agree(topology->world, root ? look(run, err) : BF_OK, err));
    BF_TRY(share_earlier(run, err));
    if (run->nothing_to_do)
        return BF_OK;
    if (run->resumed && root)
        bf_log(BF_LOG_INFO, "RESUMING from checkpoint: %d of %d dates are done",
               run->date_count - run->todo_count, run->date_count);
    BF_TRY(bf_agree(topology->world, root ? BF_OK : name_files(run, err), err));
    bool asks = topology->leaders != MPI_COMM_NULL && topology->node_count > 1;
    bf_status st =
        asks ? bf_lock_seen_by_all(run->lock, run->lock_path, topology->leaders, err) : BF_OK;
    return bf_agree(topology->world, st, err);
}

bf_status bf_run_define(bf_run *run, bf_error *err)
{
    BF_TRY(prepare(run, err));
    return run->nothing_to_do ? BF_OK : make_file_meanwhile(run, err);
}

bf_status bf_run_define_alone(bf_run *run, bf_error *err)
{
    BF_TRY(prepare(run, err));
    return run->nothing_to_do ? BF_OK : make_file(run, err);
}

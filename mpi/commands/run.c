/* backfill [run]: the job, phase by phase. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compute/features/context.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/report.h"
#include "mpi/log.h"
#include "mpi/run/run.h"
#include "mpi/run/status.h"
#include "mpi/run/stop.h"
#include "mpi/upload/upload.h"

/* ---- options
 * -------------------------------------------------------------------------------------- */

/* --processors LIST or --start-from N: whose tables are written. */
static bf_status choose_processors(bf_run *run, bf_error *err)
{
    const bf_options *options = run->options;
    if (options->start_from < 1 || options->start_from > 5)
        return bf_error_set(err, BF_E_USAGE, "--start-from: expected 1 to 5, found %lld",
                            (long long)options->start_from);
    if (options->processors != NULL && options->start_from != 1)
        return bf_error_set(err, BF_E_USAGE, "--processors and --start-from exclude each other");
    BF_TRY(bf_processors_parse(&run->processors, options->processors, err));
    run->processors &= ~0u << (options->start_from - 1);
    run->needed = bf_processors_needed(run->processors);
    return BF_OK;
}

static const char *results_path(const bf_options *options)
{
    return options->out == NULL ? "results.h5" : options->out;
}

static bf_status check_options(bf_run *run, bf_error *err)
{
    const bf_options *options = run->options;
    bf_day today = (bf_day)(time(NULL) / 86400);
    if (options->argument_count > 0)
        return bf_error_set(err, BF_E_USAGE, "run takes no arguments, found '%s'",
                            options->arguments[0]);
    if (options->json && options->dry_run)
        return bf_error_set(err, BF_E_USAGE, "--json is for --status; --dry-run prints text");
    bool has_range = options->start_date != BF_DAY_NONE || options->end_date != BF_DAY_NONE;
    if (options->dates != NULL && (has_range || options->seasons != NULL))
        return bf_error_set(err, BF_E_USAGE,
                            "--dates excludes --start-date, --end-date and --seasons");
    if (options->end_date != BF_DAY_NONE && options->end_date > today)
        return bf_error_set(err, BF_E_USAGE, "--end-date lies in the future");
    if (has_range && options->start_date != BF_DAY_NONE && options->end_date != BF_DAY_NONE &&
        options->start_date > options->end_date)
        return bf_error_set(err, BF_E_USAGE, "--start-date lies after --end-date");
    bf_target target;
    if (options->upload != NULL)
        BF_TRY(bf_target_parse(&target, options->upload, err));
    if (options->report != NULL && run->topology.rank == 0)
        BF_TRY(bf_report_check(options->report, results_path(options), err));
    run->context_mode = bf_context_mode_find(options->context);
    return choose_processors(run, err);
}

/* ---- the job
 * -------------------------------------------------------------------------------------- */

/* Seconds until the run should stop: --time-limit, else what is left of the Slurm job less a
 * margin, where Slurm tells (SLURM_JOB_END_TIME); 0 for no limit. */
static double time_limit_s(const bf_options *options)
{
    enum {
        MARGIN_S = 60
    }; /* Slurm enforces limits up to 30 s late, never early; the round and the write need some */
    const char *end = getenv("SLURM_JOB_END_TIME");
    if (options->time_limit > 0 || end == NULL)
        return options->time_limit;
    double left = strtod(end, NULL) - (double)time(NULL) - MARGIN_S;
    return left > 1 ? left : 1;
}

/* Collective. */
static bf_status print_status(const bf_options *options, bf_error *err)
{
    int rank;
    BF_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    bf_status st =
        rank == 0 ? bf_run_print_status(results_path(options), options->json, err) : BF_OK;
    return bf_agree(MPI_COMM_WORLD, st, err);
}

/* Collective. Report and upload of complete results, as far as they are asked for. Neither keeps
 * the other from being tried, and the worst of them and of the run itself (`st`) is the exit code.
 */
static bf_status follow_up(bf_status st, const bf_run *run, bf_error *err)
{
    const bf_options *options = run->options;
    bf_error failure = BF_ERROR_INIT;
    const char *results = results_path(options); /* run->path is not known on every rank */
    bf_status worst = st, followed = BF_OK;
    if (options->report != NULL) {
        if (run->topology.rank == 0)
            followed = bf_report_results(options, results, NULL, options->report, &failure);
        followed = bf_agree(run->topology.world, followed, &failure);
        worst = bf_status_worst(worst, followed);
        if (worst != st)
            *err = failure;
    }
    if (options->upload != NULL) {
        st = worst;
        followed = bf_upload_results(options, results, options->upload, &failure);
        worst = bf_status_worst(worst, followed);
        if (worst != st)
            *err = failure;
    }
    return worst;
}

bf_status bf_command_run(const bf_options *options, bf_error *err)
{
    if (options->status)
        return print_status(options, err);
    bf_stop_install(time_limit_s(options));
    bf_run run = {.options = options,
                  .lock = -1,
                  .history_block = {.window = MPI_WIN_NULL},
                  .start_us = (int64_t)time(NULL) * 1000000};
    bf_status st = bf_topology_init(&run.topology, MPI_COMM_WORLD, err);
    if (st == BF_OK)
        st = bf_agree(run.topology.world, check_options(&run, err), err);
    if (st == BF_OK)
        st = bf_run_phases(&run, err);
    if (st == BF_OK && run.topology.rank == 0 && !options->dry_run) {
        if (!run.nothing_to_do)
            bf_run_log_reprocess(&run, BF_LOG_INFO, run.reprocess_skipped, run.breakers_tripped);
        st = bf_run_conclude(&run, err);
    }
    st = bf_agree(run.topology.world, st, err);
    if ((st == BF_OK || st == BF_E_ATTENTION) && !options->dry_run)
        st = follow_up(st, &run, err);
    bf_run_reset(&run);
    return st;
}

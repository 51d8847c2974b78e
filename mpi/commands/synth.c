/* backfill synth: the made-up league, as a snapshot or as exports. Everything says that it is made
 * up. */
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "compute/synth/league.h"
#include "io/text/exports_write.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/write_snapshot.h"
#include "mpi/log.h"
#include "mpi/seasons.h"

static void warn(void *context, const char *message)
{
    (void)context;
    bf_log(BF_LOG_WARNING, "%s", message);
}

static bf_status write_snapshot(const bf_raw_tables *tables, const char *directory, bf_error *err)
{
    static const bf_warnings warnings = {warn, NULL};
    bf_snapshot_source source = {"synth", true};
    return bf_write_snapshot(tables, directory, &source, &warnings, err);
}

static bf_status write_exports(const bf_raw_tables *tables, const char *directory, bf_error *err)
{
    BF_TRY(bf_exports_write_synthetic(tables->raw, directory, err));
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (tables->raw[t].present)
            (void)printf("%s: %" PRId64 " rows\n", bf_inputs[t].name, tables->raw[t].columns.rows);
    }
    (void)printf("%s: synthetic exports\n", directory);
    return BF_OK;
}

bf_status bf_command_synth(const bf_options *options, bf_error *err)
{
    bf_raw_tables tables = {.texts = NULL};
    bf_synth_options synth = BF_SYNTH_OPTIONS_INIT;
    bool as_exports = strcmp(options->as, "exports") == 0;
    double started_s = MPI_Wtime();
    if (options->out == NULL)
        return bf_error_set(err, BF_E_USAGE, "synth needs --out DIR");
    if (options->seasons != NULL)
        BF_TRY(bf_seasons_parse(&synth.first_season, &synth.last_season, options->seasons, err));
    synth.scale = (int)options->scale;
    synth.seed = (uint64_t)options->seed;
    if (!as_exports)
        BF_TRY(bf_check_snapshot_target(options->out, true, err));
    bf_log(BF_LOG_INFO, "SYNTHETIC data: %d made-up league%s of seed %" PRIu64 ", seasons %d to %d",
           synth.scale, synth.scale == 1 ? "" : "s", synth.seed, synth.first_season,
           synth.last_season);
    bf_status st = BF_OK;
    BF_TRY_GOTO(bf_raw_tables_init(&tables, err));
    BF_TRY_GOTO(bf_synth_league(tables.raw, &synth, err));
    double made_s = MPI_Wtime();
    BF_TRY_GOTO(as_exports ? write_exports(&tables, options->out, err)
                           : write_snapshot(&tables, options->out, err));
    bf_log(BF_LOG_INFO, "synth: %" PRId64 " player rows made in %.2f s, written in %.2f s",
           tables.raw[BF_INPUT_pgs].columns.rows, made_s - started_s, MPI_Wtime() - made_s);
done:
    bf_raw_tables_reset(&tables);
    return st;
}

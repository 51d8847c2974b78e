/* backfill import: table exports -> snapshot. Every rank parses its share of the rows; rank 0
 * gathers, cleans and writes. */
#include <inttypes.h>
#include <mpi.h>

#include "io/text/exports.h"
#include "io/text/exports_write.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/import.h"
#include "mpi/commands/import_gather.h"
#include "mpi/commands/write_snapshot.h"
#include "mpi/log.h"
#include "mpi/run/agree.h"

static void warn(void *context, const char *message)
{
    (void)context;
    bf_log(BF_LOG_WARNING, "%s", message);
}

static const bf_warnings warnings = {warn, NULL};

typedef struct progress {
    double started_s, told_s, interval_s; /* interval 0: none */
} progress;

/* Local. A line at most every interval. */
static void tell_progress(void *context, const char *path, int64_t rows, int64_t bytes)
{
    progress *at = context;
    double now_s = MPI_Wtime(), elapsed_s = now_s - at->started_s, megabytes = (double)bytes / 1e6;
    if (at->interval_s <= 0 || now_s - at->told_s < at->interval_s)
        return;
    at->told_s = now_s;
    bf_log(BF_LOG_INFO, "import: %" PRId64 " rows, %.0f MB | Rate: %.0f rows/sec, %.1f MB/sec | %s",
           rows, megabytes, (double)rows / elapsed_s, megabytes / elapsed_s, path);
}

/* Collective. The files, divided among the ranks, which have to see the same ones. */
static bf_status find_files(bf_exports *out, const char *directory, int rank, int ranks,
                            bf_error *err)
{
    bf_status st = bf_exports_find(out, directory, rank == 0 ? &warnings : NULL, err);
    if (st == BF_OK)
        st = bf_exports_divide(out, ranks, err);
    BF_TRY(bf_agree(MPI_COMM_WORLD, st, err));
    int64_t mine[] = {(int64_t)out->count, -(int64_t)out->count}, least[2];
    BF_MPI(MPI_Allreduce(mine, least, 2, MPI_INT64_T, MPI_MIN, MPI_COMM_WORLD));
    if (least[0] != -least[1])
        return bf_error_set(err, BF_E_INPUT,
                            "%s: the ranks see different files: %" PRId64 " to %" PRId64, directory,
                            least[0], -least[1]);
    return BF_OK;
}

/* Collective. Of errors in several files the one in the first file is told, as one rank would. */
static bf_status agree_on_first(bf_status st, const bf_exports_reader *reader, bf_error *err)
{
    int64_t mine = st == BF_E_INPUT ? reader->failed_file : INT64_MAX, first;
    BF_MPI(MPI_Allreduce(&mine, &first, 1, MPI_INT64_T, MPI_MIN, MPI_COMM_WORLD));
    return bf_agree(MPI_COMM_WORLD, st == BF_E_INPUT && mine > first ? BF_OK : st, err);
}

/* Local. */
static void tell_unused(const bf_raw_tables *tables)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        char names[BF_ERROR_MESSAGE_BYTES];
        bf_unused_list(names, sizeof names, &tables->unused[t]);
        if (names[0] != '\0')
            bf_log(BF_LOG_INFO, "table %s: columns not used: %s", bf_inputs[t].name, names);
    }
}

bf_status bf_import_directory(const char *from, const char *out, const char *origin,
                              double progress_s, bf_error *err)
{
    bf_raw_tables tables = {.texts = NULL};
    bf_exports exports = BF_EXPORTS_INIT;
    bf_exports_reader reader = BF_EXPORTS_READER_INIT;
    int ranks;
    progress at = {MPI_Wtime(), MPI_Wtime(), progress_s};
    BF_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &reader.index));
    BF_MPI(MPI_Comm_size(MPI_COMM_WORLD, &ranks));
    reader.unused = tables.unused;
    reader.progress = tell_progress;
    reader.progress_context = &at;
    bf_status st;
    BF_TRY_GOTO(find_files(&exports, from, reader.index, ranks, err));
    st = bf_raw_tables_init(&tables, err);
    if (st == BF_OK)
        st = bf_exports_read(tables.raw, &exports, &reader, err);
    BF_TRY_GOTO(agree_on_first(st, &reader, err));
    BF_TRY_GOTO(bf_raw_tables_gather(&tables, &exports, MPI_COMM_WORLD, err));
    int64_t mine[] = {reader.rows, reader.bytes}, all[2];
    BF_MPI(MPI_Allreduce(mine, all, 2, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD));
    double read_s = MPI_Wtime();
    if (reader.index == 0)
        tell_unused(&tables);
    bf_snapshot_source source = {origin, bf_exports_are_synthetic(from)};
    st = reader.index == 0 ? bf_write_snapshot(&tables, out, &source, &warnings, err) : BF_OK;
    BF_TRY_GOTO(bf_agree(MPI_COMM_WORLD, st, err));
    if (reader.index == 0)
        bf_log(BF_LOG_INFO,
               "%s: %" PRId64
               " rows, %.1f MB of text read in %.2f s, cleaned and written in %.2f s",
               origin, all[0], (double)all[1] / 1e6, read_s - at.started_s, MPI_Wtime() - read_s);
done:
    bf_raw_tables_reset(&tables);
    bf_exports_free(&exports);
    return st;
}

bf_status bf_command_import(const bf_options *options, bf_error *err)
{
    if (options->from == NULL || options->out == NULL)
        return bf_error_set(err, BF_E_USAGE, "import needs --from DIR and --out DIR");
    return bf_import_directory(options->from, options->out, "import", options->progress, err);
}

/* backfill merge: results files of separate dates -> one, as one run over all of them would have
 * written it. It is such a run, whose rows are copied instead of computed: plan, define and publish
 * are the run's own. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compute/audit/coverage.h"
#include "mpi/commands/commands.h"
#include "mpi/commands/merge_read.h"
#include "mpi/progress.h"
#include "mpi/run/stop.h"

typedef struct merge {
    bf_run run;
    bf_pieces pieces;
    bf_results_writer *writer;
    int64_t copied_bytes;
} merge;

/* The table's dates of the piece being copied: how they get from the one file into the other. */
typedef struct copying {
    bf_results *from;
    const int32_t *place; /* [dates of the piece] among those of the run */
    bf_output table;
    bf_slab *slabs; /* [dates of the piece] of a block */
    int64_t later_us;
} copying;

/* What follows from the run's timestamp, which is the same for all rows of a file. */
static void move_run_times(bf_columns *columns, int64_t later_us)
{
    for (int c = 0; c < columns->schema->column_count; c++) {
        const bf_column *column = &columns->schema->columns[c];
        if (column->kind != BF_KIND_TIMESTAMP || (column->mode & BF_MODE_RUN_FACT) == 0)
            continue;
        for (int64_t i = 0; i < columns->rows; i++) {
            if (!bf_column_is_null(column, columns->data[c], i))
                bf_column_set_integer(column, columns->data[c], i,
                                      bf_column_integer(column, columns->data[c], i) + later_us);
        }
    }
}

/* Writes the rows of dates from .. to - 1 of the piece to their places. */
static bf_status write_block(merge *it, copying *at, bf_columns *columns, int32_t from, int32_t to,
                             bf_error *err)
{
    const bf_layout *layout = bf_results_layout(at->from);
    const bf_output t = at->table;
    for (int32_t d = from; d < to; d++) {
        int64_t row = layout->first[t][d] - layout->first[t][from];
        at->slabs[d - from] = (bf_slab){.first = it->run.first[t][at->place[d]],
                                        .rows = layout->rows[t][d],
                                        .memory_first = row};
        if (t == BF_OUTPUT_failure)
            it->run.counts[at->place[d]].to_investigate =
                bf_failures_to_investigate(columns, row, layout->rows[t][d], layout->dates[d]);
    }
    move_run_times(columns, at->later_us);
    BF_TRY(bf_results_write(it->writer, t, columns, at->slabs, to - from, err));
    bf_results_write_behind(it->writer);
    it->copied_bytes += columns->rows * it->run.row_bytes[t];
    bf_progress_update(it->copied_bytes);
    return BF_OK;
}

/* Every date is compared with its digest, every row with its data_hash. */
static bf_status copy_table(merge *it, copying *at, bf_error *err)
{
    int32_t dates = bf_results_layout(at->from)->date_count;
    for (int32_t from = 0, to; from < dates; from = to) {
        bf_columns columns;
        if (bf_stop_asked())
            return bf_error_set(err, BF_E_STOPPED,
                                "the merge was stopped by %s; the same command starts over",
                                bf_stop_reason());
        BF_TRY(bf_results_read_dates(&columns, &to, at->from, at->table, from,
                                     BF_RESULTS_BLOCK_BYTES, err));
        bf_status st = bf_results_check_hashes(at->from, &columns, err);
        if (st == BF_OK)
            st = write_block(it, at, &columns, from, to, err);
        bf_columns_free(&columns);
        BF_TRY(st);
    }
    return BF_OK;
}

static bf_status copy_piece(merge *it, int32_t piece, bf_error *err)
{
    copying at = {.from = NULL};
    int32_t *place = NULL;
    BF_TRY(bf_pieces_open(&at.from, &place, &it->pieces, piece, err));
    const bf_layout *layout = bf_results_layout(at.from);
    bf_status st = BF_ALLOC(&at.slabs, (size_t)layout->date_count, err);
    at.place = place;
    at.later_us = it->run.facts.run_timestamp_us - bf_results_facts(at.from)->run_timestamp_us;
    for (int t = 0; t < BF_OUTPUT_COUNT && st == BF_OK; t++) {
        at.table = (bf_output)t;
        if (layout->written[t])
            st = copy_table(it, &at, err);
    }
    free(at.slabs);
    free(place);
    bf_results_close(at.from);
    return st;
}

static bf_status copy_pieces(merge *it, bf_error *err)
{
    int64_t bytes = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bytes += it->run.layout.total[t] * it->run.row_bytes[t];
    BF_TRY(bf_results_writer_open(&it->writer, it->run.part_path, &it->run.layout, MPI_COMM_SELF,
                                  err));
    bf_progress_init_bytes(bytes, it->run.options->progress, isatty(STDERR_FILENO));
    bf_status st = BF_OK;
    for (int32_t k = 0; k < it->pieces.count && st == BF_OK; k++)
        st = copy_piece(it, k, err);
    bf_progress_end();
    if (st == BF_OK)
        st = bf_results_sync(it->writer, err);
    bf_error later = BF_ERROR_INIT;
    bf_status closed = bf_results_writer_close(it->writer, st == BF_OK ? err : &later);
    return st == BF_OK ? closed : st;
}

/* What a run finds out while it fills the file. */
static bf_status take_records(merge *it, bf_error *err)
{
    bf_run *run = &it->run;
    for (int32_t i = 0; i < run->date_count; i++) {
        const bf_piece_date *date = &it->pieces.dates[i];
        memcpy(&run->units[(size_t)i * BF_PROCESSOR_COUNT], date->units, sizeof date->units);
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            memcpy(run->digests[t][i], date->digests[t], BF_SHA256_BYTES);
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        memcpy(run->nulled[t], it->pieces.nulled[t],
               (size_t)bf_outputs[t].column_count * sizeof *run->nulled[t]);
    free(run->earlier_sessions);
    run->earlier_sessions = json_dumps(it->pieces.sessions, JSON_COMPACT);
    return run->earlier_sessions == NULL
               ? bf_error_set(err, BF_E_MEMORY, "out of memory for the session records")
               : BF_OK;
}

/* The phases behind define. Nothing is left behind when they fail, unless a killed merge or run had
 * left it before. */
static bf_status fill_and_publish(merge *it, bf_error *err)
{
    bf_run *run = &it->run;
    double start = MPI_Wtime();
    bf_status st = copy_pieces(it, err);
    run->phase_s[BF_PHASE_fill] = MPI_Wtime() - start;
    if (st == BF_OK)
        st = take_records(it, err);
    if (st == BF_OK)
        st = bf_run_publish(run, err);
    if (st != BF_OK && !run->resumed) {
        bf_error later = BF_ERROR_INIT;
        if (bf_run_remove_leftovers(run, &later) != BF_OK)
            bf_log(BF_LOG_WARNING, "%s", later.message);
    }
    return st;
}

static bf_status merge_all(merge *it, const bf_options *options, bf_error *err)
{
    bf_run *run = &it->run;
    double start = MPI_Wtime();
    BF_TRY(bf_topology_init(&run->topology, MPI_COMM_SELF, err));
    BF_TRY(bf_pieces_read(&it->pieces, run, options, err));
    run->phase_s[BF_PHASE_open] = MPI_Wtime() - start;
    if (run->facts.synthetic)
        bf_log(BF_LOG_WARNING, "the files are SYNTHETIC: their games are made up");
    BF_TRY(bf_run_plan(run, err));
    start = MPI_Wtime();
    BF_TRY(bf_run_define_alone(run, err));
    run->phase_s[BF_PHASE_define] = MPI_Wtime() - start;
    if (!run->nothing_to_do)
        BF_TRY(fill_and_publish(it, err));
    return bf_run_conclude(run, err);
}

bf_status bf_command_merge(const bf_options *options, bf_error *err)
{
    if (options->out == NULL)
        return bf_error_set(err, BF_E_USAGE, "merge needs --out FILE");
    bf_stop_install(0);
    merge *it = NULL;
    BF_TRY(BF_ALLOC(&it, 1, err));
    it->run = (bf_run){.lock = -1,
                       .history_block = {.window = MPI_WIN_NULL},
                       .start_us = (int64_t)time(NULL) * 1000000};
    bf_status st = merge_all(it, options, err);
    bf_run_reset(&it->run);
    bf_pieces_reset(&it->pieces);
    free(it);
    return st;
}

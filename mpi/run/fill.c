/* fill: rounds of computing into a team's buffer and writing it, and between checkpoints the word
 * that they are durable. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/features/context.h"
#include "compute/features/reprocess.h"
#include "io/text/file.h"
#include "mpi/log.h"
#include "mpi/progress.h"
#include "mpi/run/checkpoint.h"
#include "mpi/run/claim.h"
#include "mpi/run/fill.h"
#include "mpi/run/records.h"
#include "mpi/run/round.h"
#include "mpi/run/run.h"
#include "mpi/run/stop.h"

struct bf_fill {
    bf_run *run;
    bf_round round;
    bool in_round;                /* it was begun, and maybe computed in part */
    int64_t row[BF_OUTPUT_COUNT]; /* of each table of the round: where the next date's rows go */
    MPI_Request *meanwhile;       /* while it lasts, no rank writes; NULL for none */
    bf_shared buffer;             /* the team's */
    bf_shared board;              /* a fill_board, the node's */
    bf_date *date;
    bf_columns
        scratch[BF_OUTPUT_COUNT]; /* tables computed only for the sake of others: one date's rows */
    bf_results_writer *writer;    /* leaders, and the other ranks of the only node */
    bf_date_record *records;      /* of the dates computed since the last checkpoint */
    int32_t record_count;
    int32_t *reached;   /* [team_size] */
    int32_t dates_done; /* by all ranks, until the last checkpoint; rank 0 */
    double start_s;     /* of the rounds since then; MPI_Wtime */
};

/* What the ranks of a node tell each other without meeting. */
typedef struct fill_board {
    atomic_int dates;  /* computed since the last checkpoint */
    atomic_bool meet;  /* some rank cannot go on or was asked to stop, so nobody should go on */
    bf_claim claims[]; /* [node_size]; used on the only node */
} fill_board;

/* ---- one date
 * ------------------------------------------------------------------------------------- */

static bf_status check_count(int64_t found, int64_t planned, const char *table, bf_error *err)
{
    if (found == planned)
        return BF_OK;
    return bf_error_set(err, BF_E_INTERNAL, "table %s: %lld rows were planned, %lld selected",
                        table, (long long)planned, (long long)found);
}

bool bf_run_records_attempts(const bf_run *run)
{
    return strcmp(run->options->mode, "daily") == 0 && (run->processors >> BF_PROCESSOR_pdc & 1u);
}

void bf_run_log_reprocess(const bf_run *run, bf_log_level level, int64_t count, int64_t tripped)
{
    if (bf_run_records_attempts(run))
        bf_log(level, "Batch recorded %lld reprocess attempts (%lld circuit breakers tripped)",
               (long long)count, (long long)tripped);
    else
        bf_log(level, "BACKFILL MODE: Skipping %lld reprocess attempt recordings",
               (long long)count);
}

static void log_date(const bf_fill *fill, int32_t i)
{
    static const char *const texts[] = {"Success", "Skipped: bootstrap period", "Skipped: no games",
                                        "Success with a whole-date record"};
    const bf_run *run = fill->run;
    char text[BF_DATE_TEXT_BYTES];
    bf_day_format(text, run->dates[i]);
    int8_t status = (int8_t)fill->date->status;
    for (int p = 0; p < BF_PROCESSOR_COUNT && status == BF_UNIT_SUCCESS; p++) {
        if (run->counts[i].status[p] == BF_UNIT_FAILED)
            status = BF_UNIT_FAILED;
    }
    int64_t rows = 0;
    for (int t = 0; t < BF_OUTPUT_failure; t++)
        rows += run->layout.written[t] ? run->rows[t][i] : 0;
    const bf_context *context = fill->date->context; /* NULL where no processor asked for it */
    bf_log(isatty(STDERR_FILENO) ? BF_LOG_DEBUG : BF_LOG_INFO,
           "Processing game date %d/%d: %s: %s rows=%lld records=%d context=%s", i + 1,
           run->date_count, text, texts[status], (long long)rows,
           run->counts[i].rows[BF_OUTPUT_failure],
           context == NULL ? "none" : bf_context_mode_name(context->mode));
    if (context != NULL && context->active_without_row > 0)
        bf_log(BF_LOG_INFO,
               "%s: %lld active players are not in upcoming_player_game_context and get no row",
               text, (long long)context->active_without_row);
    if (fill->date->reprocess_skipped > 0)
        bf_run_log_reprocess(run, BF_LOG_DEBUG, fill->date->reprocess_skipped,
                             bf_reprocess_tripped(fill->date));
}

/* Computes date todo[at]. */
static bf_status compute_date(bf_fill *fill, int32_t at, bf_error *err)
{
    bf_run *run = fill->run;
    int64_t *row = fill->row;
    int32_t i = run->todo[at];
    bf_date_record *record = &fill->records[fill->record_count++];
    memset(record, 0, sizeof *record);
    record->date = i;
    bf_date_begin(fill->date, run->dates[i]);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_output t = bf_processors[p].table;
        if ((run->needed >> p & 1u) == 0)
            continue;
        double start = MPI_Wtime();
        BF_TRY(bf_date_select(fill->date, (bf_processor_id)p, err));
        BF_TRY(
            check_count(fill->date->selections[p].count, run->rows[t][i], bf_outputs[t].name, err));
        if (run->layout.written[t])
            BF_TRY(bf_date_compute(fill->date, (bf_processor_id)p, &fill->round.tables[t], row[t],
                                   err));
        else
            BF_TRY(bf_date_compute(fill->date, (bf_processor_id)p, &fill->scratch[t], 0, err));
        record->seconds[p] = MPI_Wtime() - start;
    }
    bf_date_store_failures(fill->date, run->processors, &fill->round.tables[BF_OUTPUT_failure],
                           row[BF_OUTPUT_failure]);
    if (run->layout.written[BF_OUTPUT_reprocess]) {
        BF_TRY(check_count(fill->date->attempt_count, run->rows[BF_OUTPUT_reprocess][i],
                           bf_outputs[BF_OUTPUT_reprocess].name, err));
        bf_reprocess_store_date(fill->date, &fill->round.tables[BF_OUTPUT_reprocess],
                                row[BF_OUTPUT_reprocess]);
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        row[t] += run->rows[t][i];
    memcpy(record->digests, fill->date->digests, sizeof record->digests);
    record->reprocess_skipped = fill->date->reprocess_skipped;
    record->breakers_tripped = bf_reprocess_tripped(fill->date);
    log_date(fill, i);
    return BF_OK;
}

static fill_board *board(const bf_fill *fill)
{
    return (fill_board *)fill->board.base;
}

/* Local. Ranks go on until they have something to agree on. */
static bool must_meet(const bf_fill *fill)
{
    int over = 0;
    if (fill->meanwhile != NULL) {
        BF_MPI(MPI_Test(fill->meanwhile, &over, MPI_STATUS_IGNORE));
        return over;
    }
    if (bf_stop_asked())
        atomic_store(&board(fill)->meet, true);
    return MPI_Wtime() - fill->start_s >= fill->run->options->checkpoint ||
           atomic_load(&board(fill)->meet);
}

/* Local. Counts a date; rank 0 tells how far all have come (of other nodes, when they meet). */
static void count_date(bf_fill *fill)
{
    int done = atomic_fetch_add(&board(fill)->dates, 1) + 1;
    if (fill->run->topology.rank == 0)
        bf_progress_update(fill->dates_done + done);
}

/* Local. False: this rank has nothing to compute and, on the only node, nobody else has. */
static bool has_dates(bf_fill *fill)
{
    bf_round *round = &fill->round;
    int me = fill->run->topology.team_rank;
    return round->next[me] < round->end[me] ||
           (fill->run->topology.node_count == 1 &&
            bf_claims_take(board(fill)->claims, fill->run, round->share_bytes, &round->next[me],
                           &round->end[me]));
}

/* Local. */
static void begin_round(bf_fill *fill)
{
    int me = fill->run->topology.team_rank;
    (void)has_dates(fill); /* where there are none, the round is empty */
    bf_round_begin(&fill->round, fill->run, fill->buffer.base);
    fill->reached[me] = fill->round.next[me];
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        fill->row[t] = fill->round.base[t][me];
    fill->in_round = true;
}

/* Local. This rank's dates of the round, oldest first, as many as there are before all must meet.
 */
static bf_status compute_round(bf_fill *fill, bf_error *err)
{
    const bf_run *run = fill->run;
    int me = run->topology.team_rank;
    if (!fill->in_round)
        begin_round(fill);
    while (fill->reached[me] < fill->round.until[me]) {
        bf_status st = compute_date(fill, fill->reached[me], err);
        if (st != BF_OK) {
            char text[BF_DATE_TEXT_BYTES];
            bf_day_format(text, run->dates[run->todo[fill->reached[me]]]);
            bf_error_prefix(err, "date %s", text);
            return st;
        }
        fill->reached[me]++;
        count_date(fill);
        if (must_meet(fill))
            break;
    }
    return BF_OK;
}

/* ---- one round
 * ------------------------------------------------------------------------------------ */

/* Local on the only node. Of several, collective over the leaders, and nothing on other ranks.
 * Takes part in every write, whatever fails. */
static bf_status write_rows(bf_fill *fill, bf_error *err)
{
    bf_run *run = fill->run;
    bf_status st = BF_OK;
    for (int t = 0; t < BF_OUTPUT_COUNT && fill->writer != NULL; t++) {
        if (!run->layout.written[t])
            continue;
        bf_error later;
        bf_slab *slabs = NULL;
        int count = 0;
        bf_status own = bf_round_slabs(&slabs, &count, &fill->round, run, (bf_output)t,
                                       fill->reached, st == BF_OK ? err : &later);
        bf_status written =
            bf_results_write(fill->writer, (bf_output)t, &fill->round.tables[t], slabs, count,
                             st == BF_OK && own == BF_OK ? err : &later);
        free(slabs);
        st = st != BF_OK ? st : own != BF_OK ? own : written;
    }
    return st;
}

/* Local on the only node, where each rank writes what it computed. Collective over the world if
 * there are several: their leaders write together. */
static bf_status run_round(bf_fill *fill, bf_error *err)
{
    const bf_topology *topology = &fill->run->topology;
    bf_status st = compute_round(fill, err);
    if (topology->node_count > 1) {
        BF_TRY(bf_agree(topology->world, st, err));
        int32_t mine = fill->reached[topology->team_rank];
        BF_MPI(MPI_Allgather(&mine, 1, MPI_INT32_T, fill->reached, 1, MPI_INT32_T, topology->team));
        bf_shared_fence(&fill->buffer, topology->team);
    }
    if (st == BF_OK)
        st = write_rows(fill, err);
    if (st == BF_OK && topology->leaders != MPI_COMM_NULL)
        bf_results_write_behind(fill->writer);
    memcpy(fill->round.next, fill->reached, (size_t)topology->team_size * sizeof *fill->reached);
    fill->in_round = false;
    return st;
}

/* As run_round: on the only node a rank goes on without the others. */
static bf_status run_rounds(bf_fill *fill, bf_error *err)
{
    const bf_topology *topology = &fill->run->topology;
    bf_status st = BF_OK;
    bf_log_hold(true);
    do
        st = run_round(fill, err);
    while (st == BF_OK && topology->node_count == 1 && !must_meet(fill) && has_dates(fill));
    bf_log_hold(false);
    if (st != BF_OK)
        atomic_store(&board(fill)->meet, true);
    return st;
}

/* Collective. Dates that no rank has computed yet; *stopping: a rank was asked to stop. */
static int32_t count_left(const bf_fill *fill, bool *stopping)
{
    const bf_topology *topology = &fill->run->topology;
    int me = topology->team_rank;
    int32_t mine[2] = {fill->round.end[me] - fill->round.next[me], bf_stop_asked()};
    if (topology->node_count == 1)
        mine[0] += bf_claims_left(board(fill)->claims, fill->run);
    int32_t all[2];
    BF_MPI(MPI_Allreduce(mine, all, 2, MPI_INT32_T, MPI_SUM, topology->world));
    *stopping = all[1] > 0;
    return all[0];
}

/* Collective. Nothing is computed since a checkpoint. */
static void start_over(bf_fill *fill)
{
    const bf_topology *topology = &fill->run->topology;
    if (topology->node_rank == 0) {
        atomic_store(&board(fill)->dates, 0);
        atomic_store(&board(fill)->meet, false);
    }
    bf_shared_fence(&fill->board, topology->node);
    fill->record_count = 0;
    fill->start_s = MPI_Wtime();
}

/* Collective. What was computed since the last checkpoint becomes durable, and then a checkpoint
 * says so. The disk works while the ranks tell what they did. */
static bf_status make_durable(bf_fill *fill, bf_error *err)
{
    bf_run *run = fill->run;
    const bf_topology *topology = &run->topology;
    bool root = topology->rank == 0, leads = topology->leaders != MPI_COMM_NULL;
    bf_text text = BF_TEXT_INIT(0);
    double start = MPI_Wtime();
    if (leads)
        bf_results_write_behind(fill->writer);
    BF_TRY(bf_records_gather(run, fill->records, fill->record_count, fill->date->nulled, err));
    bf_error later = BF_ERROR_INIT;
    bf_status st = root ? bf_checkpoint_describe(&text, run, err) : BF_OK;
    bf_status synced = leads ? bf_results_sync(fill->writer, st == BF_OK ? err : &later) : BF_OK;
    st = bf_agree(topology->world, st != BF_OK ? st : synced, err);
    if (root && st == BF_OK) {
        bf_log(BF_LOG_DEBUG, "rounds: written in %.3f s, durable %.3f s later",
               start - fill->start_s, MPI_Wtime() - start);
        st = bf_file_write(run->checkpoint_path, text.data, text.size_bytes, err);
    }
    bf_text_free(&text);
    return bf_agree(topology->world, st, err);
}

/* Collective. Rounds, and a checkpoint. *left: dates that no rank has computed yet. BF_E_STOPPED
 * behind the checkpoint if one was asked to. */
static bf_status advance(bf_fill *fill, int32_t *left, bf_error *err)
{
    bf_run *run = fill->run;
    const bf_topology *topology = &run->topology;
    bool stopping;
    BF_TRY(bf_agree(topology->world, run_rounds(fill, err), err));
    BF_TRY(make_durable(fill, err));
    *left = count_left(fill, &stopping);
    fill->dates_done = run->todo_count - *left;
    start_over(fill);
    if (!stopping || *left == 0)
        return BF_OK;
    bf_status st =
        bf_stop_asked()
            ? bf_error_set(err, BF_E_STOPPED,
                           "stopped by %s: %d of %d dates are durable, the same command goes on",
                           bf_stop_reason(), run->date_count - *left, run->date_count)
            : BF_OK;
    return bf_agree(topology->world, st, err);
}

/* ---- the phase
 * ------------------------------------------------------------------------------------ */

/* Local. Memory of this rank's own: scratch tables for one date, records of a round. */
static bf_status allocate(bf_fill *fill, bf_error *err)
{
    const bf_run *run = fill->run;
    BF_TRY(bf_round_init(&fill->round, run, err));
    BF_TRY(bf_date_create(&fill->date, &run->history, run->context_mode, err));
    if (bf_run_records_attempts(run))
        fill->date->attempts_at_us = run->facts.run_timestamp_us;
    BF_TRY(BF_ALLOC(&fill->reached, (size_t)run->topology.team_size, err));
    BF_TRY(BF_ALLOC(&fill->records, (size_t)run->todo_count, err)); /* at most; touched as needed */
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_output t = bf_processors[p].table;
        if ((run->needed & ~run->processors) >> p & 1u) {
            int64_t most = 0;
            for (int32_t i = 0; i < run->date_count; i++)
                most = run->rows[t][i] > most ? run->rows[t][i] : most;
            BF_TRY(bf_columns_alloc(&fill->scratch[t], &bf_outputs[t], most, err));
        }
    }
    return BF_OK;
}

bf_status bf_fill_create(bf_fill **out, bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bf_fill *fill = NULL;
    bf_status st = BF_ALLOC(&fill, 1, err);
    if (st == BF_OK) {
        *fill = (bf_fill){
            .run = run, .buffer = {.window = MPI_WIN_NULL}, .board = {.window = MPI_WIN_NULL}};
        st = allocate(fill, err);
    }
    *out = fill;
    BF_TRY(bf_agree(topology->world, st, err));
    BF_TRY(bf_agree(
        topology->world,
        bf_shared_create(&fill->buffer, topology->team, fill->round.buffer_bytes, "a round", err),
        err));
    size_t board_bytes = sizeof(fill_board) + (size_t)topology->node_size * sizeof(bf_claim);
    BF_TRY(bf_agree(topology->world,
                    bf_shared_create(&fill->board, topology->node, board_bytes, "a counter", err),
                    err));
    if (topology->node_rank == 0 && topology->node_count == 1)
        bf_claims_init(board(fill)->claims, run);
    start_over(fill);
    return BF_OK;
}

bf_status bf_fill_ahead(bf_fill *fill, MPI_Request *meanwhile, bf_error *err)
{
    fill->meanwhile = meanwhile;
    bf_log_hold(true);
    bf_status st = compute_round(fill, err);
    bf_log_hold(false);
    fill->meanwhile = NULL;
    return st;
}

void bf_fill_free(bf_fill *fill)
{
    if (fill == NULL)
        return;
    bf_error later = BF_ERROR_INIT;
    if (fill->writer != NULL) /* of a run that failed before it began to write */
        (void)!bf_results_writer_close(fill->writer, &later);
    bf_shared_free(&fill->buffer);
    bf_shared_free(&fill->board);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_columns_free(&fill->scratch[t]);
    free(fill->records);
    free(fill->reached);
    bf_date_free(fill->date);
    bf_round_reset(&fill->round);
    free(fill);
}

bf_status bf_fill_open(bf_fill *fill, bf_error *err)
{
    const bf_run *run = fill->run;
    return bf_results_writer_open(&fill->writer, run->part_path, &run->layout,
                                  run->topology.leaders, err);
}

/* Collective. */
static bf_status share_writer(bf_fill *fill, bf_error *err)
{
    const bf_run *run = fill->run;
    const bf_topology *topology = &run->topology;
    bool leads = topology->leaders != MPI_COMM_NULL;
    bf_status st = leads && fill->writer == NULL ? bf_fill_open(fill, err) : BF_OK;
    BF_TRY(bf_agree(topology->world, st, err));
    st = bf_results_writer_share(&fill->writer, run->part_path, topology->node, err);
    return bf_agree(topology->world, st, err);
}

bf_status bf_run_fill(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bf_fill *fill = run->fill;
    int32_t left = run->todo_count;
    bf_status st = share_writer(fill, err);
    if (topology->rank == 0)
        bf_progress_init(left, run->options->progress, isatty(STDERR_FILENO));
    while (st == BF_OK && left > 0)
        st = advance(fill, &left, err);
    if (fill->writer != NULL) {
        bf_error later = BF_ERROR_INIT;
        bf_status closed = bf_results_writer_close(fill->writer, st == BF_OK ? err : &later);
        fill->writer = NULL;
        st = st != BF_OK ? st : closed;
    }
    if (topology->rank == 0) {
        bf_progress_update(run->todo_count -
                           left); /* also what other ranks finished after rank 0's last date */
        bf_progress_end();
    }
    st = bf_agree(topology->world, st, err);
    bf_fill_free(fill);
    run->fill = NULL;
    return st;
}

#include "mpi/run/round.h"

#include <stdlib.h>

enum {
    COLUMN_ALIGN = 64,
    CACHED_BYTES = 8 << 20 /* a rank's rows that stay in its cache until written (docs/adr/0007) */
};

int64_t bf_round_date_bytes(const bf_run *run, int32_t at)
{
    int64_t bytes = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bytes += run->rows[t][run->todo[at]] * run->row_bytes[t];
    return bytes;
}

/* Ranges of the team's ranks: those of their places. On the only node a rank claims its dates. */
static void take_ranges(bf_round *round, const bf_run *run)
{
    const bf_topology *topology = &run->topology;
    if (topology->node_count == 1)
        return;
    int32_t leader_place = topology->place[topology->rank] - topology->team_rank;
    for (int k = 0; k < topology->team_size; k++) {
        round->next[k] = round->until[k] = run->range[leader_place + k];
        round->end[k] = run->range[leader_place + k + 1];
    }
}

/* The option, less if all dates need less, more if one of them does. */
static int64_t share_bytes(const bf_run *run)
{
    const bf_topology *topology = &run->topology;
    int64_t share = run->options->buffer / topology->node_size, all = 0, most = 0;
    if (topology->node_count == 1 && share > CACHED_BYTES)
        share = CACHED_BYTES;
    for (int32_t i = 0; i < run->todo_count; i++) {
        int64_t bytes = bf_round_date_bytes(run, i);
        all += bytes;
        most = bytes > most ? bytes : most;
    }
    share = all < share ? all : share;
    return most > share ? most : share;
}

bf_status bf_round_init(bf_round *round, const bf_run *run, bf_error *err)
{
    size_t team_size = (size_t)run->topology.team_size;
    BF_TRY(BF_ALLOC(&round->next, team_size, err));
    BF_TRY(BF_ALLOC(&round->end, team_size, err));
    BF_TRY(BF_ALLOC(&round->until, team_size, err));
    size_t columns = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        BF_TRY(BF_ALLOC(&round->base[t], team_size, err));
        columns += (size_t)bf_outputs[t].column_count;
    }
    take_ranges(round, run);
    round->share_bytes = share_bytes(run);
    round->buffer_bytes = (size_t)round->share_bytes * team_size + columns * COLUMN_ALIGN;
    return BF_OK;
}

void bf_round_reset(bf_round *round)
{
    free(round->next);
    free(round->end);
    free(round->until);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        free(round->base[t]);
}

void bf_round_begin(bf_round *round, const bf_run *run, unsigned char *buffer)
{
    int64_t rows[BF_OUTPUT_COUNT] = {0};
    for (int k = 0; k < run->topology.team_size; k++) {
        int64_t bytes = 0;
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            round->base[t][k] = rows[t];
        for (round->until[k] = round->next[k]; round->until[k] < round->end[k]; round->until[k]++) {
            int64_t added = bf_round_date_bytes(run, round->until[k]);
            if (round->until[k] > round->next[k] && bytes + added > round->share_bytes)
                break;
            bytes += added;
            for (int t = 0; t < BF_OUTPUT_COUNT; t++)
                rows[t] += run->rows[t][run->todo[round->until[k]]];
        }
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        round->tables[t] = (bf_columns){.schema = &bf_outputs[t], .rows = rows[t]};
        if (!run->layout.written[t])
            continue;
        for (int c = 0; c < bf_outputs[t].column_count; c++) {
            size_t row_bytes = bf_column_row_bytes(&bf_outputs[t].columns[c]);
            round->tables[t].data[c] = row_bytes == 0 ? NULL : buffer;
            buffer +=
                ((size_t)rows[t] * row_bytes + COLUMN_ALIGN - 1) / COLUMN_ALIGN * COLUMN_ALIGN;
        }
    }
}

bf_status bf_round_slabs(bf_slab **slabs, int *count, const bf_round *round, const bf_run *run,
                         bf_output table, const int32_t *reached, bf_error *err)
{
    size_t dates = 0;
    for (int k = 0; k < run->topology.team_size; k++)
        dates += (size_t)(reached[k] - round->next[k]);
    *count = 0;
    BF_TRY(BF_ALLOC(slabs, dates, err));
    for (int k = 0; k < run->topology.team_size; k++) {
        int64_t at = round->base[table][k];
        for (int32_t i = round->next[k]; i < reached[k]; i++) {
            int32_t date = run->todo[i];
            bf_slab added = {run->first[table][date], run->rows[table][date], at};
            bf_slab *last = *count == 0 ? NULL : &(*slabs)[*count - 1];
            at += added.rows;
            if (added.rows == 0)
                continue;
            if (last != NULL && last->first + last->rows == added.first &&
                last->memory_first + last->rows == added.memory_first)
                last->rows += added.rows;
            else
                (*slabs)[(*count)++] = added;
        }
    }
    return BF_OK;
}

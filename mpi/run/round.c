#include "mpi/run/round.h"

#include <stdlib.h>

enum { COLUMN_ALIGN = 64 };

static int64_t date_bytes(const bf_run *run, int32_t todo)
{
    int64_t bytes = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bytes += run->rows[t][run->todo[todo]] * run->row_bytes[t];
    return bytes;
}

/* Ranges of the node's ranks: those of their places. */
static void take_ranges(bf_round *round, const bf_run *run)
{
    const bf_topology *topology = &run->topology;
    int32_t leader_place = topology->place[topology->rank] - topology->node_rank;
    for (int k = 0; k < topology->node_size; k++) {
        round->next[k] = round->until[k] = run->range[leader_place + k];
        round->end[k] = run->range[leader_place + k + 1];
    }
}

bf_status bf_round_init(bf_round *round, const bf_run *run, bf_error *err)
{
    size_t node_size = (size_t)run->topology.node_size;
    BF_TRY(BF_ALLOC(&round->next, node_size, err));
    BF_TRY(BF_ALLOC(&round->end, node_size, err));
    BF_TRY(BF_ALLOC(&round->until, node_size, err));
    size_t columns = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        BF_TRY(BF_ALLOC(&round->base[t], node_size, err));
        columns += (size_t)bf_outputs[t].column_count;
    }
    take_ranges(round, run);
    int64_t node_bytes = 0, largest_date = 0;
    for (int32_t i = round->next[0]; i < round->end[node_size - 1]; i++) {
        int64_t bytes = date_bytes(run, i);
        node_bytes += bytes;
        largest_date = bytes > largest_date ? bytes : largest_date;
    }
    if (node_bytes <= run->options->buffer) {
        round->share_bytes = node_bytes; /* one round */
    } else {
        round->share_bytes = run->options->buffer / (int64_t)node_size;
        if (round->share_bytes < largest_date)
            round->share_bytes = largest_date;
        if (node_bytes > round->share_bytes * (int64_t)node_size)
            node_bytes = round->share_bytes * (int64_t)node_size;
    }
    round->buffer_bytes = (size_t)node_bytes + columns * COLUMN_ALIGN;
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
    for (int k = 0; k < run->topology.node_size; k++) {
        int64_t bytes = 0;
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            round->base[t][k] = rows[t];
        for (round->until[k] = round->next[k]; round->until[k] < round->end[k]; round->until[k]++) {
            int64_t added = date_bytes(run, round->until[k]);
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
    for (int k = 0; k < run->topology.node_size; k++)
        dates += (size_t)(reached[k] - round->next[k]);
    *count = 0;
    BF_TRY(BF_ALLOC(slabs, dates, err));
    for (int k = 0; k < run->topology.node_size; k++) {
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

#include "mpi/run/records.h"

#include <stdlib.h>
#include <string.h>

/* Local (rank 0). */
static void enter(bf_run *run, const bf_date_record *record, int rank)
{
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_unit *unit = &run->units[(size_t)record->date * BF_PROCESSOR_COUNT + (size_t)p];
        unit->rank = rank;
        unit->seconds = record->seconds[p];
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        memcpy(run->digests[t][record->date], record->digests[t], BF_SHA256_BYTES);
    run->done[record->date] = true;
    run->reprocess_skipped += record->reprocess_skipped;
    run->breakers_tripped += record->breakers_tripped;
}

/* Collective. */
static void gather_nulled(bf_run *run, int64_t *const nulled[BF_OUTPUT_COUNT])
{
    const bf_topology *topology = &run->topology;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        int64_t sums[BF_MAX_COLUMNS];
        int columns = bf_outputs[t].column_count;
        BF_MPI(MPI_Reduce(nulled[t], sums, columns, MPI_INT64_T, MPI_SUM, 0, topology->world));
        for (int c = 0; topology->rank == 0 && c < columns; c++)
            run->nulled[t][c] += sums[c];
        memset(nulled[t], 0, (size_t)columns * sizeof *nulled[t]);
    }
}

bf_status bf_records_gather(bf_run *run, const bf_date_record *records, int32_t count,
                            int64_t *const nulled[BF_OUTPUT_COUNT], bf_error *err)
{
    const bf_topology *topology = &run->topology;
    bool root = topology->rank == 0;
    int mine = (int)((size_t)count * sizeof *records);
    int *sizes = NULL, *offsets = NULL;
    bf_date_record *all = NULL;
    bf_status st = root ? BF_ALLOC(&sizes, (size_t)topology->size, err) : BF_OK;
    if (root && st == BF_OK)
        st = BF_ALLOC(&offsets, (size_t)topology->size, err);
    if (root && st == BF_OK)
        st = BF_ALLOC(&all, (size_t)run->todo_count, err);
    BF_TRY_GOTO(bf_agree(topology->world, st, err));
    BF_MPI(MPI_Gather(&mine, 1, MPI_INT, sizes, 1, MPI_INT, 0, topology->world));
    int total = 0;
    for (int r = 0; root && r < topology->size; r++) {
        offsets[r] = total;
        total += sizes[r];
    }
    BF_MPI(MPI_Gatherv(records, mine, MPI_BYTE, all, sizes, offsets, MPI_BYTE, 0, topology->world));
    for (int r = 0; root && r < topology->size; r++) {
        const bf_date_record *of_rank = all + (size_t)offsets[r] / sizeof *all;
        for (size_t k = 0; k < (size_t)sizes[r] / sizeof *all; k++)
            enter(run, &of_rank[k], r);
    }
    gather_nulled(run, nulled);
done:
    free(sizes);
    free(offsets);
    free(all);
    return st;
}

#include "mpi/commands/validate_read.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"

enum { BLOCK_BYTES = 4 << 20 }; /* of each of the six tables */

/* The rows of dates from .. to - 1 of a table. */
typedef struct block {
    bf_columns columns;
    int32_t from, to;
    int32_t single_until; /* dates before this are read one by one: a block with them failed */
    bool readable;
} block;

struct bf_date_reader {
    bf_results *results;
    block blocks[BF_OUTPUT_COUNT];
};

bf_status bf_date_reader_create(bf_date_reader **out, bf_results *results, bf_error *err)
{
    BF_TRY(BF_ALLOC(out, 1, err));
    (*out)->results = results;
    return BF_OK;
}

void bf_date_reader_free(bf_date_reader *reader)
{
    if (reader == NULL)
        return;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_columns_free(&reader->blocks[t].columns);
    free(reader);
}

/* The first date after `from` that does not fit the block any more. */
static int32_t end_of_block(const bf_layout *layout, bf_output table, int32_t from)
{
    int64_t most = (int64_t)(BLOCK_BYTES / bf_table_row_bytes(&bf_outputs[table]));
    int64_t rows = layout->rows[table][from];
    int32_t to = from + 1;
    while (to < layout->date_count && rows + layout->rows[table][to] <= most)
        rows += layout->rows[table][to++];
    return to;
}

static bf_status read_block(block *it, bf_results *results, bf_output table, int32_t from,
                            int32_t to, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(results);
    int64_t rows = 0;
    for (int32_t d = from; d < to; d++)
        rows += layout->rows[table][d];
    bf_columns_free(&it->columns);
    it->from = from;
    it->to = to;
    bf_status st =
        bf_results_read(&it->columns, results, table, layout->first[table][from], rows, err);
    it->readable = st == BF_OK;
    return st;
}

/* What bf_error says behind the path of the file, which the report names once. */
static const char *reason(const bf_error *err, const bf_results *results)
{
    size_t size = strlen(bf_results_path(results));
    bool named = strncmp(err->message, bf_results_path(results), size) == 0 &&
                 strncmp(err->message + size, ": ", 2) == 0;
    return err->message + (named ? size + 2 : 0);
}

/* Sees to it that the block holds the date. A block that cannot be read is read again date by date,
 * so that only the damaged ones are lost. */
static bf_status advance(block *it, bf_results *results, bf_output table, int32_t index,
                         bf_issues *issues, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(results);
    bf_error failure = BF_ERROR_INIT;
    if (index < it->to)
        return BF_OK;
    int32_t to = index < it->single_until ? index + 1 : end_of_block(layout, table, index);
    bf_status st = read_block(it, results, table, index, to, &failure);
    if (st == BF_E_INPUT && to > index + 1) {
        it->single_until = to;
        st = read_block(it, results, table, index, index + 1, &failure);
    }
    if (st == BF_E_INPUT) {
        bf_issues_add(issues, BF_ISSUE_unreadable, (int)table, layout->dates[index],
                      layout->rows[table][index], "%s", reason(&failure, results));
        return BF_OK;
    }
    if (st != BF_OK && err != NULL)
        *err = failure;
    return st;
}

bf_status bf_date_reader_next(bf_audit_date *out, bf_date_reader *reader, int32_t index,
                              bf_issues *issues, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(reader->results);
    const bf_run_outcome *outcome = bf_results_outcome(reader->results);
    *out = (bf_audit_date){.index = index,
                           .day = layout->dates[index],
                           .dictionaries = layout->dictionaries,
                           .units = outcome->units + (int64_t)index * BF_UNIT_PROCESSORS};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        block *it = &reader->blocks[t];
        if (!layout->written[t])
            continue;
        BF_TRY(advance(it, reader->results, (bf_output)t, index, issues, err));
        out->written[t] = true;
        out->rows[t] = layout->rows[t][index];
        out->digests[t] = outcome->digests[t][index];
        out->nulled[t] = outcome->nulled[t];
        out->damaged[t] = !it->readable;
        out->columns[t] = it->readable ? &it->columns : NULL;
        out->first[t] = layout->first[t][index] - layout->first[t][it->from];
    }
    return BF_OK;
}

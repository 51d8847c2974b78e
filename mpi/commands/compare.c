/* backfill compare: differences between two results files by table, column and key. */
#include <inttypes.h>
#include <stdio.h>

#include "compute/audit/compare.h"
#include "io/hdf5/results.h"
#include "io/text/spell.h"
#include "mpi/commands/commands.h"

enum { EXAMPLES = 3, EXAMPLE_BYTES_MAX = 1 << 20 };

/* The comparison of one table, and examples of its differences as text. */
typedef struct table_comparison {
    bf_results *files[2];
    bf_output table;
    bf_comparison comparison;
    bf_columns columns[2]; /* rows of the date under comparison */
    bf_spell *spells[2];
    bf_text examples[BF_MAX_COLUMNS + 2]; /* by column; rows only in A, rows only in B */
    int example_count[BF_MAX_COLUMNS + 2];
    bf_arena scratch;
} table_comparison;

static void append_key(bf_text *out, const table_comparison *it, int side, int64_t row)
{
    const bf_table_schema *schema = &bf_outputs[it->table];
    int columns[2], count = bf_table_identity(columns, schema);
    bf_spell_cell(out, it->spells[side], &it->columns[side], schema->date_column, row);
    for (int i = 0; i < count; i++) {
        bf_text_string(out, " ");
        bf_spell_cell(out, it->spells[side], &it->columns[side], columns[i], row);
    }
}

static void append_value(bf_text *out, const table_comparison *it, int side, int column,
                         int64_t row)
{
    bf_text_string(out, side == 0 ? ": A " : "  B ");
    size_t start = out->size_bytes;
    bf_spell_cell(out, it->spells[side], &it->columns[side], column, row);
    if (out->size_bytes == start)
        bf_text_string(out, "null");
}

/* Keeps the first few differences of each column. */
static void keep_example(void *context, int column, int64_t row_a, int64_t row_b)
{
    table_comparison *it = context;
    int slot = column >= 0 ? column : row_b < 0 ? BF_MAX_COLUMNS : BF_MAX_COLUMNS + 1;
    bf_text *out = &it->examples[slot];
    if (it->example_count[slot]++ >= EXAMPLES)
        return;
    bf_text_string(out, "    ");
    append_key(out, it, row_a < 0 ? 1 : 0, row_a < 0 ? row_b : row_a);
    if (column >= 0) {
        append_value(out, it, 0, column, row_a);
        append_value(out, it, 1, column, row_b);
    }
    bf_text_string(out, "\n");
}

/* Reads the rows of a date of one side; none if the file does not have the date. */
static bf_status read_side(table_comparison *it, int side, int32_t date, bf_error *err)
{
    int32_t to;
    if (date >= 0)
        return bf_results_read_dates(&it->columns[side], &to, it->files[side], it->table, date, 0,
                                     err);
    return bf_results_read(&it->columns[side], it->files[side], it->table, 0, 0, err);
}

static bf_status compare_date(table_comparison *it, const int32_t date[2], bf_error *err)
{
    it->columns[0] = it->columns[1] = (bf_columns){.schema = &bf_outputs[it->table]};
    bf_status st = read_side(it, 0, date[0], err);
    if (st == BF_OK)
        st = read_side(it, 1, date[1], err);
    if (st == BF_OK) {
        bf_compare_side sides[2];
        for (int s = 0; s < 2; s++)
            sides[s] =
                (bf_compare_side){&it->columns[s], bf_results_layout(it->files[s])->dictionaries};
        st = bf_compare_date(&it->comparison, sides, keep_example, it, &it->scratch, err);
    }
    bf_columns_free(&it->columns[0]);
    bf_columns_free(&it->columns[1]);
    return st;
}

/* Every date that one of the files has, ascending. */
static bf_status compare_dates(table_comparison *it, bf_error *err)
{
    const bf_layout *layout[2] = {bf_results_layout(it->files[0]), bf_results_layout(it->files[1])};
    int32_t at[2] = {0, 0};
    while (at[0] < layout[0]->date_count || at[1] < layout[1]->date_count) {
        int32_t date[2] = {-1, -1};
        bf_day day[2], earliest;
        for (int s = 0; s < 2; s++)
            day[s] = at[s] < layout[s]->date_count ? layout[s]->dates[at[s]] : INT32_MAX;
        earliest = day[0] < day[1] ? day[0] : day[1];
        for (int s = 0; s < 2; s++) {
            if (day[s] == earliest)
                date[s] = at[s]++;
        }
        BF_TRY(compare_date(it, date, err));
    }
    return BF_OK;
}

static void print_examples(const table_comparison *it, int slot)
{
    (void)fputs(it->examples[slot].data == NULL ? "" : it->examples[slot].data, stdout);
}

static void print_table(const table_comparison *it)
{
    const bf_table_schema *schema = &bf_outputs[it->table];
    const bf_comparison *found = &it->comparison;
    for (int s = 0; s < 2; s++) {
        if (found->alone[s] > 0)
            (void)printf("%s: %" PRId64 " rows only in %s\n", schema->name, found->alone[s],
                         s == 0 ? "A" : "B");
        print_examples(it, BF_MAX_COLUMNS + s);
    }
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        bool member = column->parent >= 0;
        if (found->cells[c] == 0)
            continue;
        (void)printf("%s.%s%s%s: %" PRId64 " of %" PRId64 " cells differ\n", schema->name,
                     member ? schema->columns[column->parent].name : "", member ? "/" : "",
                     column->name, found->cells[c], found->matched);
        print_examples(it, c);
    }
    (void)printf("%s: %" PRId64 " rows compared\n", schema->name, found->matched);
}

static bf_status compare_table(int64_t *differences, bf_results *files[2], bf_output table,
                               bool tolerant, bf_error *err)
{
    table_comparison it = {.files = {files[0], files[1]},
                           .table = table,
                           .comparison = {.schema = &bf_outputs[table], .tolerant = tolerant},
                           .scratch = BF_ARENA_INIT};
    bf_status st = BF_OK;
    for (int i = 0; i < BF_MAX_COLUMNS + 2; i++)
        it.examples[i] = (bf_text)BF_TEXT_INIT(EXAMPLE_BYTES_MAX);
    for (int s = 0; s < 2 && st == BF_OK; s++) {
        const bf_run_facts *facts = bf_results_facts(files[s]);
        st = bf_spell_create(&it.spells[s], &bf_outputs[table],
                             bf_results_layout(files[s])->dictionaries, facts->run_id,
                             facts->run_timestamp_us, err);
    }
    if (st == BF_OK)
        st = compare_dates(&it, err);
    if (st == BF_OK)
        print_table(&it);
    *differences += bf_comparison_total(&it.comparison);
    for (int i = 0; i < BF_MAX_COLUMNS + 2; i++)
        bf_text_free(&it.examples[i]);
    bf_spell_free(it.spells[0]);
    bf_spell_free(it.spells[1]);
    bf_arena_free(&it.scratch);
    return st;
}

static bf_status compare_tables(bf_results *files[2], bool tolerant, bf_error *err)
{
    int64_t differences = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        bool in_a = bf_results_layout(files[0])->written[t],
             in_b = bf_results_layout(files[1])->written[t];
        if (in_a && in_b) {
            BF_TRY(compare_table(&differences, files, (bf_output)t, tolerant, err));
        } else if (in_a || in_b) {
            (void)printf("%s: only in %s\n", bf_outputs[t].name, in_a ? "A" : "B");
            differences++;
        }
    }
    if (differences == 0) {
        (void)puts("same");
        return BF_OK;
    }
    (void)printf("%" PRId64 " differences\n", differences);
    return bf_error_set(err, BF_E_ATTENTION, "%s and %s differ", bf_results_path(files[0]),
                        bf_results_path(files[1]));
}

bf_status bf_command_compare(const bf_options *options, bf_error *err)
{
    bf_results *files[2] = {NULL, NULL};
    bf_status st = bf_results_open(&files[0], options->arguments[0], err);
    if (st == BF_OK)
        st = bf_results_open(&files[1], options->arguments[1], err);
    if (st == BF_OK)
        st = compare_tables(files, options->tolerance_last_digit, err);
    bf_results_close(files[0]);
    bf_results_close(files[1]);
    return st;
}

#include "compute/audit/compare.h"

#include <stdlib.h>
#include <string.h>

static const double RELATIVE = 1e-9;

int bf_table_identity(int out[2], const bf_table_schema *schema)
{
    int count = 0;
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if (c != schema->key_column && column->kind == BF_KIND_KEY &&
            column->dictionary == BF_DICT_PROCESSORS)
            out[count++] = c;
    }
    out[count++] = schema->key_column;
    return count;
}

static const char *key_text(const bf_compare_side *side, int column, int64_t row)
{
    int32_t code = ((const int32_t *)side->columns->data[column])[row];
    const bf_dictionary *dictionary =
        &side->dictionaries[side->columns->schema->columns[column].dictionary];
    return code == BF_NULL_I32 ? NULL : bf_dictionary_text(dictionary, code);
}

/* Order of two rows, each of any side, by the texts of their identity; null comes first. */
static int order_of(const bf_compare_side *a, int64_t row_a, const bf_compare_side *b,
                    int64_t row_b)
{
    int columns[2], count = bf_table_identity(columns, a->columns->schema), order = 0;
    for (int i = 0; i < count && order == 0; i++) {
        const char *x = key_text(a, columns[i], row_a), *y = key_text(b, columns[i], row_b);
        order = x == NULL || y == NULL ? (x != NULL) - (y != NULL) : strcmp(x, y);
    }
    return order;
}

static int compare_rows(const void *a, const void *b, void *side)
{
    return order_of(side, *(const int64_t *)a, side, *(const int64_t *)b);
}

/* Rows of a side in the order of their identity; mostly that is how they lie. */
static bf_status sorted_rows(int64_t **out, const bf_compare_side *side, bf_arena *scratch,
                             bf_error *err)
{
    int64_t rows = side->columns->rows;
    bool ordered = true;
    BF_TRY(BF_ARENA_ALLOC(out, scratch, (size_t)rows, err));
    for (int64_t i = 0; i < rows; i++) {
        (*out)[i] = i;
        ordered &= i == 0 || order_of(side, i - 1, side, i) <= 0;
    }
    if (!ordered)
        qsort_r(*out, (size_t)rows, sizeof **out, compare_rows, (void *)side);
    return BF_OK;
}

static bool same_double(double a, double b, bool tolerant)
{
    if (a == b || (isnan(a) && isnan(b)))
        return true;
    return tolerant && fabs(a - b) <= RELATIVE * fmax(fabs(a), fabs(b));
}

static bool same_cell(const bf_column *column, int index, const bf_compare_side sides[2], int64_t a,
                      int64_t b, bool tolerant)
{
    const void *data[] = {sides[0].columns->data[index], sides[1].columns->data[index]};
    if (column->kind == BF_KIND_KEY) {
        const char *x = key_text(&sides[0], index, a), *y = key_text(&sides[1], index, b);
        return x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
    }
    if (column->type == BF_TYPE_F64) {
        bool same = true;
        for (int i = 0; i < column->length; i++)
            same &= same_double(((const double *)data[0])[a * column->length + i],
                                ((const double *)data[1])[b * column->length + i], tolerant);
        return same;
    }
    int64_t x = bf_column_integer(column, data[0], a), y = bf_column_integer(column, data[1], b);
    if (x == y || (column->kind == BF_KIND_HASH && tolerant))
        return true;
    int64_t null_value = bf_column_null(column);
    return column->kind == BF_KIND_NUMERIC && tolerant && x != null_value && y != null_value &&
           ((uint64_t)x - (uint64_t)y + 1 <= 2); /* apart by one at most, either way */
}

static void compare_cells(bf_comparison *out, const bf_compare_side sides[2], int64_t a, int64_t b,
                          bf_compare_report *report, void *context)
{
    for (int c = 0; c < out->schema->column_count; c++) {
        const bf_column *column = &out->schema->columns[c];
        if (!bf_column_is_stored(column) || same_cell(column, c, sides, a, b, out->tolerant))
            continue;
        out->cells[c]++;
        report(context, c, a, b);
    }
}

bf_status bf_compare_date(bf_comparison *out, const bf_compare_side sides[2],
                          bf_compare_report *report, void *context, bf_arena *scratch,
                          bf_error *err)
{
    int64_t *order[2], at[2] = {0, 0};
    const int64_t rows[2] = {sides[0].columns->rows, sides[1].columns->rows};
    bf_arena_reset(scratch);
    for (int s = 0; s < 2; s++)
        BF_TRY(sorted_rows(&order[s], &sides[s], scratch, err));
    while (at[0] < rows[0] || at[1] < rows[1]) {
        int64_t a = at[0] < rows[0] ? order[0][at[0]] : -1,
                b = at[1] < rows[1] ? order[1][at[1]] : -1;
        int which = a < 0 ? 1 : b < 0 ? -1 : order_of(&sides[0], a, &sides[1], b);
        if (which == 0) {
            out->matched++;
            compare_cells(out, sides, a, b, report, context);
        } else {
            out->alone[which > 0]++;
            report(context, -1, which < 0 ? a : -1, which < 0 ? -1 : b);
        }
        at[0] += which <= 0;
        at[1] += which >= 0;
    }
    return BF_OK;
}

int64_t bf_comparison_total(const bf_comparison *comparison)
{
    int64_t total = comparison->alone[0] + comparison->alone[1];
    for (int c = 0; c < comparison->schema->column_count; c++)
        total += comparison->cells[c];
    return total;
}

#include "compute/audit/difference.h"

#include <string.h>

#include "compute/schema/ids.h"

/* Text of a key, NULL for null. */
static const char *text_of(const bf_rows *rows, int column, int64_t i)
{
    const bf_column *it = &rows->columns->schema->columns[column];
    int32_t code = ((const int32_t *)rows->columns->data[column])[rows->first + i];
    return code == BF_NULL_I32 ? NULL
                               : bf_dictionary_text(&rows->dictionaries[it->dictionary], code);
}

static int compare_texts(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

/* Order of the rows of a date: failure records by processor first. */
static int compare_keys(const bf_rows *a, int64_t i, const bf_rows *b, int64_t k)
{
    const bf_table_schema *schema = a->columns->schema;
    if (schema == &bf_outputs[BF_OUTPUT_failure]) {
        int by_processor = compare_texts(text_of(a, BF_failure_processor_name, i),
                                         text_of(b, BF_failure_processor_name, k));
        if (by_processor != 0)
            return by_processor;
    }
    return compare_texts(text_of(a, schema->key_column, i), text_of(b, schema->key_column, k));
}

static bool same_value(const bf_rows *a, int64_t i, const bf_rows *b, int64_t k, int column)
{
    const bf_column *it = &a->columns->schema->columns[column];
    size_t bytes = bf_column_row_bytes(it);
    if (it->kind == BF_KIND_KEY)
        return compare_texts(text_of(a, column, i), text_of(b, column, k)) == 0;
    return memcmp((const char *)a->columns->data[column] + (size_t)(a->first + i) * bytes,
                  (const char *)b->columns->data[column] + (size_t)(b->first + k) * bytes,
                  bytes) == 0;
}

/* The first column that differs, -1 if none does. */
static int differing_column(const bf_rows *a, int64_t i, const bf_rows *b, int64_t k)
{
    const bf_table_schema *schema = a->columns->schema;
    for (int c = 0; c < schema->column_count; c++) {
        if (bf_column_is_stored(&schema->columns[c]) &&
            strcmp(schema->columns[c].name, "data_hash") != 0 && !same_value(a, i, b, k, c))
            return c;
    }
    return -1;
}

void bf_difference_of(bf_difference *out, const bf_rows *a, const bf_rows *b)
{
    *out = (bf_difference){.row_a = -1, .row_b = -1, .column = -1};
    for (int64_t i = 0, k = 0; i < a->rows || k < b->rows;) {
        int order = i == a->rows ? 1 : k == b->rows ? -1 : compare_keys(a, i, b, k);
        int column = order == 0 ? differing_column(a, i, b, k) : -1;
        bool is_first = out->only_a + out->only_b + out->changed == 0;
        if (is_first && (order != 0 || column >= 0))
            *out = (bf_difference){
                .row_a = order <= 0 ? i : -1, .row_b = order >= 0 ? k : -1, .column = column};
        out->only_a += order < 0;
        out->only_b += order > 0;
        out->changed += column >= 0;
        i += order <= 0;
        k += order >= 0;
    }
}

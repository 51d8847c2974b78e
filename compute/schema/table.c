#include "compute/schema/table.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/schema/ids.h"

/* 10^n for constant expressions. */
#define bf_pow10_of(n)                                                                             \
    ((n) == 0   ? INT64_C(1)                                                                       \
     : (n) == 1 ? INT64_C(10)                                                                      \
     : (n) == 2 ? INT64_C(100)                                                                     \
     : (n) == 3 ? INT64_C(1000)                                                                    \
     : (n) == 4 ? INT64_C(10000)                                                                   \
     : (n) == 5 ? INT64_C(100000)                                                                  \
     : (n) == 6 ? INT64_C(1000000)                                                                 \
     : (n) == 7 ? INT64_C(10000000)                                                                \
     : (n) == 8 ? INT64_C(100000000)                                                               \
                : INT64_C(1000000000) * ((n) == 9    ? 1                                           \
                                         : (n) == 10 ? 10                                          \
                                         : (n) == 11 ? 100                                         \
                                                     : 1000))

#define BF_EACH "compute/schema/expand/describe.inc"
#include "compute/schema/expand/each_input.inc"
#include "compute/schema/expand/each_output.inc"
#include "compute/schema/expand/each_record.inc"
#undef BF_EACH

const bf_table_schema bf_inputs[BF_INPUT_COUNT] = {
#define INPUT(short_name, name_, dataset_, keys_, required_, text)                                 \
    {.name = #name_,                                                                               \
     .dataset = dataset_,                                                                          \
     .keys = keys_,                                                                                \
     .description = text,                                                                          \
     .columns = columns_##short_name,                                                              \
     .column_count = BF_##short_name##_COLUMNS,                                                    \
     .date_column = -1,                                                                            \
     .key_column = -1,                                                                             \
     .required = required_},
#include "compute/schema/tables.def"
#undef INPUT
};

/* A table that is written, from its row in tables.def. */
#define WRITTEN(short_name, name_, dataset_, date_, key_, cluster_, text)                          \
    {.name = #name_,                                                                               \
     .dataset = dataset_,                                                                          \
     .keys = #key_,                                                                                \
     .cluster = cluster_,                                                                          \
     .description = text,                                                                          \
     .columns = columns_##short_name,                                                              \
     .column_count = BF_##short_name##_COLUMNS,                                                    \
     .date_column = BF_##short_name##_##date_,                                                     \
     .key_column = BF_##short_name##_##key_,                                                       \
     .required = true},

const bf_table_schema bf_outputs[BF_OUTPUT_COUNT] = {
#define OUTPUT(...) WRITTEN(__VA_ARGS__)
#include "compute/schema/tables.def"
#undef OUTPUT
};

const bf_table_schema bf_records[BF_RECORD_COUNT] = {
#define RECORD(...) WRITTEN(__VA_ARGS__)
#include "compute/schema/tables.def"
#undef RECORD
};

static const char *const output_short_names[] = {
#define OUTPUT(short_name, ...) #short_name,
#include "compute/schema/tables.def"
#undef OUTPUT
};

int bf_table_find_column(const bf_table_schema *schema, const char *name)
{
    const char *slash = strchr(name, '/');
    size_t object_size = slash == NULL ? 0 : (size_t)(slash - name);
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if (slash == NULL && column->parent < 0 && strcmp(column->name, name) == 0)
            return c;
        if (slash == NULL || column->parent < 0)
            continue;
        const char *object = schema->columns[column->parent].name;
        if (strlen(object) == object_size && memcmp(object, name, object_size) == 0 &&
            strcmp(column->name, slash + 1) == 0)
            return c;
    }
    return -1;
}

int bf_output_find(const char *name)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (strcmp(bf_outputs[t].name, name) == 0 || strcmp(output_short_names[t], name) == 0)
            return t;
    }
    return -1;
}

int bf_input_find(const char *name)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        if (strcmp(bf_inputs[t].name, name) == 0)
            return t;
    }
    return -1;
}

size_t bf_table_row_bytes(const bf_table_schema *schema)
{
    size_t bytes = 0;
    for (int c = 0; c < schema->column_count; c++)
        bytes += bf_column_row_bytes(&schema->columns[c]);
    return bytes;
}

bf_status bf_columns_alloc(bf_columns *out, const bf_table_schema *schema, int64_t rows,
                           bf_error *err)
{
    *out = (bf_columns){.schema = schema, .rows = rows};
    for (int c = 0; c < schema->column_count; c++) {
        if (!bf_column_is_stored(&schema->columns[c]))
            continue;
        bf_status st =
            bf_alloc(&out->data[c], (size_t)rows, bf_column_row_bytes(&schema->columns[c]), err);
        if (st != BF_OK) {
            bf_columns_free(out);
            return st;
        }
    }
    return BF_OK;
}

void bf_columns_free(bf_columns *columns)
{
    for (int c = 0; c < BF_MAX_COLUMNS; c++) {
        free(columns->data[c]);
        columns->data[c] = NULL;
    }
}

int32_t bf_dictionary_find(const bf_dictionary *dictionary, const char *text)
{
    int32_t low = 0, high = dictionary->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        int order = strcmp(bf_dictionary_text(dictionary, middle), text);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

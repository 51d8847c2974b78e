#include "io/text/exports.h"

#include <stdlib.h>
#include <string.h>

#include "io/text/csv.h"
#include "io/text/ndjson.h"
#include "io/text/unused.h"

enum { ROWS_BETWEEN_PROGRESS = 4096 };

/* Reading the files of one table. */
typedef struct table_reader {
    bf_raw *raw;
    bf_exports_reader *reader;
    bf_unused *unused; /* of this table */
} table_reader;

static void count_row(table_reader *table, const bf_lines *lines)
{
    bf_exports_reader *reader = table->reader;
    if (++reader->rows % ROWS_BETWEEN_PROGRESS == 0 && reader->progress != NULL)
        reader->progress(reader->progress_context, bf_lines_path(lines), reader->rows,
                         reader->bytes + bf_lines_bytes(lines));
}

/* Names file, line and table of an error in a row. */
static bf_status failed_in_row(const table_reader *table, const bf_lines *lines, int64_t line,
                               bf_status st, bf_error *err)
{
    if (st == BF_E_INPUT)
        bf_error_prefix(err, "%s: line %lld: table %s", bf_lines_path(lines), (long long)line,
                        table->raw->columns.schema->name);
    return st;
}

static bf_status read_ndjson(table_reader *table, bf_lines *lines, bf_error *err)
{
    bf_ndjson json;
    bf_slice line;
    bf_status st;
    bf_ndjson_init(&json, table->raw, table->unused);
    while ((st = bf_lines_next(&line, lines, err)) == BF_OK && line.text != NULL) {
        if (line.size == 0)
            continue;
        count_row(table, lines);
        st = bf_ndjson_add(&json, line, err);
        if (st != BF_OK) {
            st = failed_in_row(table, lines, bf_lines_number(lines), st, err);
            break;
        }
    }
    bf_ndjson_reset(&json);
    return st;
}

/* Columns of the header's fields (-1: none of the table), in *out. */
static bf_status map_header(int **out, table_reader *table, const bf_csv *csv, bf_error *err)
{
    const bf_table_schema *schema = table->raw->columns.schema;
    bool seen[BF_MAX_COLUMNS] = {false};
    BF_TRY(BF_ALLOC(out, csv->field_count, err));
    for (size_t i = 0; i < csv->field_count; i++) {
        bf_slice field = csv->fields[i];
        char name[BF_KEY_TEXT_MAX + 1];
        size_t size = field.size < BF_KEY_TEXT_MAX ? field.size : BF_KEY_TEXT_MAX;
        memcpy(name, field.text, size);
        name[size] = '\0';
        int column = bf_table_find_column(schema, name);
        (*out)[i] = column;
        if (column < 0)
            BF_TRY(bf_unused_add(table->unused, name, size, err));
        else if (seen[column])
            return bf_error_set(err, BF_E_INPUT, "column %s: is there twice", name);
        else
            seen[column] = true;
    }
    for (int c = 0; c < schema->column_count; c++) {
        if ((schema->columns[c].mode & BF_MODE_REQUIRED) != 0 && !seen[c])
            return bf_error_set(err, BF_E_INPUT, "column %s: is missing", schema->columns[c].name);
    }
    return BF_OK;
}

static bf_status add_csv_row(table_reader *table, bf_csv *csv, bf_slice record, const int *columns,
                             size_t column_count, bf_error *err)
{
    int64_t row;
    BF_TRY(bf_csv_split(csv, record, err));
    if (csv->field_count != column_count)
        return bf_error_set(err, BF_E_INPUT, "expected %zu fields, found %zu", column_count,
                            csv->field_count);
    BF_TRY(bf_raw_add_row(&row, table->raw, err));
    for (size_t i = 0; i < column_count; i++) {
        if (columns[i] >= 0 && csv->fields[i].size > 0)
            BF_TRY(bf_raw_set_text(table->raw, columns[i], csv->fields[i].text, csv->fields[i].size,
                                   err));
    }
    return bf_raw_check_row(table->raw, err);
}

static bf_status read_csv_rows(table_reader *table, bf_csv *csv, int **columns, bf_error *err)
{
    bf_slice record;
    BF_TRY(bf_csv_next(&record, csv, err));
    if (record.text == NULL)
        return bf_error_set(err, BF_E_INPUT,
                            "%s: line 1: table %s: expected a header line, found an empty file",
                            bf_lines_path(csv->lines), table->raw->columns.schema->name);
    bf_status st = bf_csv_split(csv, record, err);
    if (st == BF_OK)
        st = map_header(columns, table, csv, err);
    size_t column_count = csv->field_count;
    while (st == BF_OK) {
        BF_TRY(bf_csv_next(&record, csv, err));
        if (record.text == NULL)
            return BF_OK;
        count_row(table, csv->lines);
        st = add_csv_row(table, csv, record, *columns, column_count, err);
    }
    return failed_in_row(table, csv->lines, csv->line, st, err);
}

static bf_status read_csv(table_reader *table, bf_lines *lines, bf_error *err)
{
    bf_csv csv;
    int *columns = NULL;
    bf_csv_init(&csv, lines);
    bf_status st = read_csv_rows(table, &csv, &columns, err);
    free(columns);
    bf_csv_reset(&csv);
    return st;
}

static bf_status read_file(table_reader *table, bf_export_file *file, bf_error *err)
{
    bf_lines *lines = NULL;
    int64_t rows_before = table->raw->columns.rows;
    BF_TRY(bf_lines_open(&lines, file->path, err));
    bf_status st = file->is_csv ? read_csv(table, lines, err) : read_ndjson(table, lines, err);
    file->rows = table->raw->columns.rows - rows_before;
    table->reader->bytes += bf_lines_bytes(lines);
    bf_lines_close(lines);
    return st;
}

bf_status bf_exports_read(bf_raw raw[BF_INPUT_COUNT], bf_exports *exports,
                          bf_exports_reader *reader, bf_error *err)
{
    for (size_t i = 0; i < exports->count; i++) {
        bf_export_file *file = &exports->files[i];
        table_reader table = {&raw[file->table], reader, &reader->unused[file->table]};
        raw[file->table].present = true;
        if (file->reader != reader->index)
            continue;
        bf_status st = read_file(&table, file, err);
        if (st != BF_OK) {
            reader->failed_file = (int64_t)i;
            return st;
        }
    }
    return BF_OK;
}

#include <string.h>

#include "compute/schema/digest.h"
#include "io/hdf5/results_reader.h"

bool bf_results_is_date(bf_day day)
{
    return day >= -25567 && day < 84006; /* 1900 to 2199, as bf_day_parse reads them */
}

/* The date that row `row` of a table belongs to, for messages. */
static bf_day day_of_row(const bf_layout *layout, bf_output table, int64_t row)
{
    int32_t date = 0;
    while (date + 1 < layout->date_count && layout->first[table][date + 1] <= row)
        date++;
    return layout->dates[date];
}

/* True if what is read can be looked up: codes in their set or dictionary, masks without unknown
 * bits, dates that can be printed. */
static bool is_sound(const bf_column *column, int64_t value, const bf_dictionary *dictionaries)
{
    switch (column->kind) {
    case BF_KIND_KEY:
        return value == BF_NULL_I32 ||
               (value >= 0 && value < dictionaries[column->dictionary].count);
    case BF_KIND_DATE:
        return value == BF_NULL_I32 || bf_results_is_date((bf_day)value);
    case BF_KIND_CODE:
    case BF_KIND_PHRASE:
    case BF_KIND_BOOL:
    case BF_KIND_ALONE:
        return value == BF_NULL_I8 || (value >= 0 && value <= column->high);
    case BF_KIND_SPELLED:
    case BF_KIND_LIST:
        return value >= 0 && value <= column->high;
    default:
        return true;
    }
}

static bool needs_check(const bf_column *column)
{
    return column->kind == BF_KIND_KEY || column->kind == BF_KIND_DATE ||
           column->type == BF_TYPE_I8 || column->type == BF_TYPE_U8;
}

static bf_status check_column(const bf_results *results, bf_output table, int column,
                              const void *data, int64_t first, int64_t rows, bf_error *err)
{
    const bf_column *it = &bf_outputs[table].columns[column];
    if (!needs_check(it))
        return BF_OK;
    for (int64_t i = 0; i < rows; i++) {
        if (is_sound(it, bf_column_integer(it, data, i), results->dictionaries))
            continue;
        char date[BF_DATE_TEXT_BYTES];
        bf_day_format(date, day_of_row(&results->layout, table, first + i));
        return bf_results_damaged(results, err,
                                  "table %s, date %s, column %s: row %lld has no valid value",
                                  bf_outputs[table].name, date, it->name, (long long)(first + i));
    }
    return BF_OK;
}

static bf_status read_column(void *data, bf_results *results, bf_output table, int column,
                             int64_t first, int64_t rows, bf_error *err)
{
    const bf_column *it = &bf_outputs[table].columns[column];
    char name[BF_RESULTS_NAME_BYTES];
    hid_t dataset = -1;
    int64_t total = results->layout.total[table];
    int rank = it->length > 1 ? 2 : 1;
    bf_results_column_name(name, table, column);
    BF_TRY(
        bf_results_dataset(&dataset, results, name, bf_h5_type(it->type), &total, it->length, err));
    const hsize_t start[] = {(hsize_t)first, 0}, count[] = {(hsize_t)rows, (hsize_t)it->length};
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(rank, count, NULL);
    bool good =
        space >= 0 && memory >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
        BF_H5(H5Dread(dataset, bf_h5_type(it->type), memory, space, H5P_DEFAULT, data)) >= 0;
    if (memory >= 0)
        (void)H5Sclose(memory);
    if (space >= 0)
        (void)H5Sclose(space);
    (void)H5Dclose(dataset);
    if (!good)
        return bf_results_damaged(results, err, "%s: cannot be read", name);
    return check_column(results, table, column, data, first, rows, err);
}

bf_status bf_results_read(bf_columns *out, bf_results *results, bf_output table, int64_t first,
                          int64_t rows, bf_error *err)
{
    *out = (bf_columns){.schema = &bf_outputs[table]};
    if (!results->layout.written[table] || first < 0 || rows < 0 ||
        rows > results->layout.total[table] - first)
        return bf_error_set(err, BF_E_INTERNAL, "%s: rows %lld + %lld of %s are not in the file",
                            results->path, (long long)first, (long long)rows,
                            bf_outputs[table].name);
    BF_TRY(bf_columns_alloc(out, &bf_outputs[table], rows, err));
    bf_status st = BF_OK;
    for (int c = 0; c < bf_outputs[table].column_count && rows > 0 && st == BF_OK; c++) {
        if (bf_column_is_stored(&bf_outputs[table].columns[c]))
            st = read_column(out->data[c], results, table, c, first, rows, err);
    }
    if (st != BF_OK)
        bf_columns_free(out);
    return st;
}

/* The rows of a date against its digest, and that they are of that date. */
static bf_status check_date(const bf_results *results, bf_output table, int32_t date,
                            const bf_columns *columns, int64_t at, bf_error *err)
{
    const int64_t rows = results->layout.rows[table][date];
    const int32_t *days = (const int32_t *)columns->data[bf_outputs[table].date_column] + at;
    uint8_t digest[BF_SHA256_BYTES];
    bool same = true;
    for (int64_t i = 0; i < rows; i++)
        same &= days[i] == results->dates[date];
    bf_digest_rows(digest, results->hash, columns, at, rows, results->dictionaries);
    if (same && memcmp(digest, results->digests[table][date], sizeof digest) == 0)
        return BF_OK;
    char text[BF_DATE_TEXT_BYTES];
    bf_day_format(text, results->dates[date]);
    return bf_results_damaged(results, err, "table %s, date %s: the rows do not match their digest",
                              bf_outputs[table].name, text);
}

bf_status bf_results_read_dates(bf_columns *out, int32_t *to, bf_results *results, bf_output table,
                                int32_t from, size_t block_bytes, bf_error *err)
{
    const bf_layout *layout = &results->layout;
    int64_t rows = 0, most = (int64_t)(block_bytes / bf_table_row_bytes(&bf_outputs[table]));
    int32_t end = from;
    while (layout->written[table] && end < layout->date_count &&
           (end == from || rows + layout->rows[table][end] <= most))
        rows += layout->rows[table][end++];
    *to = end;
    BF_TRY(bf_results_read(out, results, table, from < end ? layout->first[table][from] : 0, rows,
                           err));
    for (int32_t d = from; d < end; d++) {
        bf_status st = layout->rows[table][d] == 0
                           ? BF_OK
                           : check_date(results, table, d, out,
                                        layout->first[table][d] - layout->first[table][from], err);
        if (st != BF_OK) {
            bf_columns_free(out);
            return st;
        }
    }
    return BF_OK;
}

bf_status bf_results_check_hashes(bf_results *results, const bf_columns *columns, bf_error *err)
{
    const bf_table_schema *schema = columns->schema;
    int c = bf_table_find_column(schema, "data_hash");
    bf_hash_start start;
    if (c < 0)
        return BF_OK;
    bf_row_hash_start(&start, results->hash, schema);
    for (int64_t i = 0; i < columns->rows; i++) {
        uint64_t found = ((const uint64_t *)columns->data[c])[i];
        if (found == bf_row_hash(&start, columns, i, results->dictionaries))
            continue;
        char date[BF_DATE_TEXT_BYTES];
        bf_day_format(date, ((const int32_t *)columns->data[schema->date_column])[i]);
        return bf_results_damaged(results, err,
                                  "table %s, date %s: data_hash does not match its row",
                                  schema->name, date);
    }
    return BF_OK;
}

void bf_results_table_digest(uint8_t out[BF_SHA256_BYTES], bf_results *results, bf_output table)
{
    const bf_layout *layout = &results->layout;
    bf_table_digest_begin(results->hash);
    for (int32_t d = 0; d < layout->date_count; d++) {
        if (layout->rows[table][d] > 0)
            bf_table_digest_date(results->hash, layout->dates[d], results->digests[table][d]);
    }
    bf_table_digest_end(results->hash, out);
}

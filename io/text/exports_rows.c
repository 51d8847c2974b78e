#include "io/text/exports_rows.h"

#include <inttypes.h>
#include <string.h>

#include "compute/base/date.h"

static bool is_exported(const bf_raw *raw, int column)
{
    return raw->has_column[column] && bf_column_is_stored(&raw->columns.schema->columns[column]);
}

/* scaled / 10^digits, without zeros behind the point. */
static void put_decimal(bf_text *out, int64_t scaled, int digits)
{
    for (; digits > 0 && scaled % 10 == 0; digits--)
        scaled /= 10;
    bf_text_decimal(out, scaled, digits);
}

/* The text of a value that is not null, without quotes. */
static void put_value(bf_text *out, const bf_raw *raw, int c, int64_t row)
{
    const bf_column *column = &raw->columns.schema->columns[c];
    const void *data = raw->columns.data[c];
    int64_t value = bf_column_integer(column, data, row);
    char text[BF_TIMESTAMP_TEXT_BYTES];
    switch (column->kind) {
    case BF_KIND_KEY:
        bf_text_string(out, bf_intern_text(raw->texts, column->dictionary, (int32_t)value));
        break;
    case BF_KIND_DATE:
        bf_day_format(text, (bf_day)value);
        bf_text_string(out, text);
        break;
    case BF_KIND_TIMESTAMP:
        bf_timestamp_format(text, value);
        bf_text_string(out, text);
        break;
    case BF_KIND_BOOL:
        bf_text_string(out, value != 0 ? "true" : "false");
        break;
    case BF_KIND_CODE:
        bf_text_string(out, bf_set_text(column->set, (int)value));
        break;
    case BF_KIND_HASH:
        bf_text_format(out, "%016" PRIx64, (uint64_t)value);
        break;
    default: /* whole numbers and decimals: inputs have no other kind */
        put_decimal(out, value, column->decimals);
        break;
    }
}

static bool is_null(const bf_raw *raw, int column, int64_t row)
{
    return bf_column_is_null(&raw->columns.schema->columns[column], raw->columns.data[column], row);
}

void bf_export_csv_header(bf_text *out, const bf_raw *raw)
{
    const char *comma = "";
    for (int c = 0; c < raw->columns.schema->column_count; c++) {
        if (!is_exported(raw, c))
            continue;
        bf_text_format(out, "%s%s", comma, raw->columns.schema->columns[c].name);
        comma = ",";
    }
    bf_text_string(out, "\n");
}

/* Quotes the field that begins at `first` if it needs it. */
static void quote_field(bf_text *out, size_t first)
{
    if (out->failed || out->size_bytes == first ||
        strcspn(out->data + first, ",\"\r\n") == out->size_bytes - first)
        return;
    bf_text plain = BF_TEXT_INIT(out->limit_bytes);
    bf_text_string(&plain, out->data + first);
    out->size_bytes = first;
    bf_text_string(out, "\"");
    for (size_t i = 0; i < plain.size_bytes; i++)
        bf_text_append(out, plain.data[i] == '"' ? "\"\"" : plain.data + i,
                       plain.data[i] == '"' ? 2 : 1);
    bf_text_string(out, "\"");
    out->failed |= plain.failed;
    bf_text_free(&plain);
}

void bf_export_csv_row(bf_text *out, const bf_raw *raw, int64_t row)
{
    const char *comma = "";
    for (int c = 0; c < raw->columns.schema->column_count; c++) {
        if (!is_exported(raw, c))
            continue;
        bf_text_string(out, comma);
        comma = ",";
        size_t first = out->size_bytes;
        if (!is_null(raw, c, row))
            put_value(out, raw, c, row);
        quote_field(out, first);
    }
    bf_text_string(out, "\n");
}

void bf_export_ndjson_row(bf_text *out, const bf_raw *raw, int64_t row)
{
    const char *before = "{";
    for (int c = 0; c < raw->columns.schema->column_count; c++) {
        const bf_column *column = &raw->columns.schema->columns[c];
        if (!is_exported(raw, c) || is_null(raw, c, row))
            continue;
        bf_text_string(out, before);
        bf_text_string(out, "\"");
        bf_text_string(out, column->name);
        bf_text_string(out, "\":");
        before = ",";
        if (column->kind == BF_KIND_KEY) {
            int32_t code = (int32_t)bf_column_integer(column, raw->columns.data[c], row);
            bf_text_json_string(out, bf_intern_text(raw->texts, column->dictionary, code));
        } else if (column->kind == BF_KIND_BOOL) {
            put_value(out, raw, c, row);
        } else {
            bf_text_string(out, "\"");
            put_value(out, raw, c, row);
            bf_text_string(out, "\"");
        }
    }
    bf_text_string(out, *before == '{' ? "{}\n" : "}\n");
}

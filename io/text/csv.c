#include "io/text/csv.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"

void bf_csv_init(bf_csv *csv, bf_lines *lines)
{
    *csv = (bf_csv){.lines = lines};
}

void bf_csv_reset(bf_csv *csv)
{
    free(csv->record);
    free(csv->fields);
    *csv = (bf_csv){.lines = NULL};
}

/* Whether the text ends inside quotes, given whether it began inside. A doubled quote changes it
 * twice. */
static bool inside_quotes(bool inside, const char *text, size_t size)
{
    const char *end = text + size;
    while ((text = memchr(text, '"', (size_t)(end - text))) != NULL) {
        inside = !inside;
        text++;
    }
    return inside;
}

static bf_status append(bf_csv *csv, size_t *used, const char *text, size_t size, bf_error *err)
{
    if (*used + size > BF_LINE_BYTES_MAX)
        return bf_error_set(err, BF_E_INPUT, "%s: line %lld: the record is too long",
                            bf_lines_path(csv->lines), (long long)csv->line);
    BF_TRY(BF_GROW(&csv->record, &csv->record_capacity, *used + size + 1, err));
    memcpy(csv->record + *used, text, size);
    *used += size;
    return BF_OK;
}

/* A record that goes on over several lines: collects them in csv->record. */
static bf_status collect(bf_slice *out, bf_csv *csv, bf_slice line, bf_error *err)
{
    size_t used = 0;
    bool inside = true;
    BF_TRY(append(csv, &used, line.text, line.size, err));
    while (inside) {
        BF_TRY(bf_lines_next(&line, csv->lines, err));
        if (line.text == NULL)
            return bf_error_set(err, BF_E_INPUT, "%s: line %lld: the file ends inside quotes",
                                bf_lines_path(csv->lines), (long long)csv->line);
        BF_TRY(append(csv, &used, "\n", 1, err));
        BF_TRY(append(csv, &used, line.text, line.size, err));
        inside = inside_quotes(inside, line.text, line.size);
    }
    *out = (bf_slice){csv->record, used};
    return BF_OK;
}

bf_status bf_csv_next(bf_slice *out, bf_csv *csv, bf_error *err)
{
    bf_slice line;
    do {
        BF_TRY(bf_lines_next(&line, csv->lines, err));
    } while (line.text != NULL && line.size == 0);
    csv->line = bf_lines_number(csv->lines);
    *out = line;
    if (line.text != NULL && inside_quotes(false, line.text, line.size))
        return collect(out, csv, line, err);
    return BF_OK;
}

static bf_status malformed(const bf_csv *csv, const char *what, bf_error *err)
{
    return bf_error_set(err, BF_E_INPUT, "field %zu: %s", csv->field_count + 1, what);
}

/* Unquotes the field that begins behind the quote at `at`, in place, and returns where it ended. */
static bf_status unquote(bf_slice *field, char **at, const char *end, const bf_csv *csv,
                         bf_error *err)
{
    char *from = *at + 1, *to = from;
    *field = (bf_slice){to, 0};
    for (; from < end && (*from != '"' || (from + 1 < end && from[1] == '"')); from++) {
        from += *from == '"';
        *to++ = *from;
    }
    field->size = (size_t)(to - field->text);
    *at = from + 1; /* bf_csv_next saw to it that quotes are closed */
    if (*at < end && **at != ',')
        return malformed(csv, "expected a comma behind a quoted field", err);
    return BF_OK;
}

bf_status bf_csv_split(bf_csv *csv, bf_slice record, bf_error *err)
{
    if (record.text != csv->record) { /* quoted fields are changed in place: in memory of our own */
        size_t used = 0;
        BF_TRY(append(csv, &used, record.text, record.size, err));
    }
    char *at = csv->record, *end = csv->record + record.size;
    csv->field_count = 0;
    for (bool more = true; more; csv->field_count++) {
        BF_TRY(BF_GROW(&csv->fields, &csv->field_capacity, csv->field_count + 1, err));
        bf_slice *field = &csv->fields[csv->field_count];
        if (at < end && *at == '"') {
            BF_TRY(unquote(field, &at, end, csv, err));
        } else {
            const char *comma = memchr(at, ',', (size_t)(end - at));
            size_t size = (size_t)((comma == NULL ? end : comma) - at);
            if (memchr(at, '"', size) != NULL)
                return malformed(csv, "a quote inside a field that is not quoted", err);
            *field = (bf_slice){at, size};
            at += size;
        }
        more = at < end;
        at += more;
    }
    return BF_OK;
}

/* CSV as RFC 4180 has it: fields with commas, quotes or line breaks are quoted, quotes in them
 * doubled. */
#ifndef BF_IO_CSV_H
#define BF_IO_CSV_H

#include "io/text/lines.h"

typedef struct bf_csv {
    bf_lines *lines; /* borrowed */
    char *record;    /* owned: a record of several lines, unquoted in place */
    size_t record_capacity;
    bf_slice *fields; /* owned: fields of the newest record */
    size_t field_capacity, field_count;
    int64_t line; /* number of the first line of the newest record */
} bf_csv;

void bf_csv_init(bf_csv *csv, bf_lines *lines);
void bf_csv_reset(bf_csv *csv);

/* Reads the next record that is not an empty line; its raw text is in *out (NULL at the end), valid
 * until the next call. BF_E_INPUT if the file ends inside quotes. */
BF_CHECK_RESULT bf_status bf_csv_next(bf_slice *out, bf_csv *csv, bf_error *err);

/* Splits that record into csv->fields. BF_E_INPUT for a quote in the middle of a field, or text
 * behind a quoted one; the caller names file and line. */
BF_CHECK_RESULT bf_status bf_csv_split(bf_csv *csv, bf_slice record, bf_error *err);

#endif

/* Rows of raw tables as text: NDJSON and CSV in the forms of BigQuery's exports. INT64 and NUMERIC
 * of NDJSON are strings, decimals have no zeros at the end, a null is left out (CSV: an empty
 * field). Columns that the source does not have are left out. */
#ifndef BF_IO_EXPORTS_ROWS_H
#define BF_IO_EXPORTS_ROWS_H

#include "compute/base/text.h"
#include "compute/history/raw.h"

void bf_export_csv_header(bf_text *out, const bf_raw *raw);
void bf_export_csv_row(bf_text *out, const bf_raw *raw, int64_t row);
void bf_export_ndjson_row(bf_text *out, const bf_raw *raw, int64_t row);

#endif

/* Rows of results as text: CSV, and NDJSON as BigQuery loads it (docs/results-format.md). */
#ifndef BF_IO_SPELL_H
#define BF_IO_SPELL_H

#include "compute/base/text.h"
#include "compute/schema/table.h"

/* What does not change from row to row: the texts of constants, the names of the columns. */
typedef struct bf_spell bf_spell;

/* `dictionaries` is borrowed. `run_id` and `run_timestamp_us` are those of the run that wrote the
 * rows. */
BF_CHECK_RESULT bf_status bf_spell_create(bf_spell **out, const bf_table_schema *schema,
                                          const bf_dictionary *dictionaries, const char *run_id,
                                          int64_t run_timestamp_us, bf_error *err);

/* The same for tables that also tell what the run was (compute/schema/records/). Borrows. */
typedef struct bf_spell_run {
    const char *id, *program_version, *fingerprint;
    int64_t timestamp_us;
} bf_spell_run;
BF_CHECK_RESULT bf_status bf_spell_create_for_run(bf_spell **out, const bf_table_schema *schema,
                                                  const bf_dictionary *dictionaries,
                                                  const bf_spell_run *run, bf_error *err);
void bf_spell_free(bf_spell *spell);

/* A line with the names of the columns, and a line with the values of a row: nulls empty, booleans
 * true and false, decimals with all stored digits, doubles as short as reads back the same, lists
 * and objects as JSON. Quoted where RFC 4180 wants it. Lines end with LF. */
void bf_spell_csv_header(bf_text *out, const bf_table_schema *schema);
void bf_spell_csv_row(bf_text *out, bf_spell *spell, const bf_columns *columns, int64_t row);

/* A JSON object on a line: nulls are left out, lists never are. As with every bf_text,
 * bf_text_status(out) tells whether memory sufficed. */
void bf_spell_json_row(bf_text *out, bf_spell *spell, const bf_columns *columns, int64_t row);

/* The plain text of one cell, as between the commas of CSV before quoting; empty for null. */
void bf_spell_cell(bf_text *out, const bf_spell *spell, const bf_columns *columns, int column,
                   int64_t row);

/* The cell as the value of its column in the JSON row; null for null. */
void bf_spell_json_cell(bf_text *out, bf_spell *spell, const bf_columns *columns, int column,
                        int64_t row);

#endif

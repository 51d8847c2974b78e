/* Rows of an input table as they come from a source: typed, bounded, not yet cleaned. Every source
 * (exports, BigQuery, the made-up league) fills one of these a table; clean.h turns them into
 * seasons. */
#ifndef BF_HISTORY_RAW_H
#define BF_HISTORY_RAW_H

#include "compute/base/memory.h"
#include "compute/schema/ids.h"
#include "compute/schema/table.h"

/* Texts of the keys, given codes in order of first appearance, one set a dictionary. */
typedef struct bf_intern bf_intern;

BF_CHECK_RESULT bf_status bf_intern_create(bf_intern **out, bf_error *err);
void bf_intern_free(bf_intern *texts);
BF_CHECK_RESULT bf_status bf_intern_code(int32_t *out, bf_intern *texts, bf_dict dictionary,
                                         const char *text, size_t size, bf_error *err);
/* Code of a text, -1 if it is not there. */
int32_t bf_intern_find(const bf_intern *texts, bf_dict dictionary, const char *text, size_t size);
int32_t bf_intern_count(const bf_intern *texts, bf_dict dictionary);
const char *bf_intern_text(const bf_intern *texts, bf_dict dictionary, int32_t code);

/* A table under construction. Row numbers are the file order (files by name), which decides between
 * equal duplicates (spec/zones.md P5). */
typedef struct bf_raw {
    bf_columns columns; /* owned; codes of KEY columns are those of `texts` */
    size_t capacity_rows;
    bf_intern *texts;                /* borrowed */
    int date_column, season_column;  /* -1 where the table has none */
    bool present;                    /* the source has this table */
    bool has_column[BF_MAX_COLUMNS]; /* the source has this column */
    int64_t unusable_hashes;         /* source hashes that are not 16 lower-case hex digits */
} bf_raw;

BF_CHECK_RESULT bf_status bf_raw_init(bf_raw *raw, bf_input table, bf_intern *texts, bf_error *err);
void bf_raw_reset(bf_raw *raw); /* frees what it owns */

/* Adds a row of nulls and returns its number in *row. */
BF_CHECK_RESULT bf_status bf_raw_add_row(int64_t *row, bf_raw *raw, bf_error *err);

/* Makes it `rows` rows of nulls long, to be filled column by column. */
BF_CHECK_RESULT bf_status bf_raw_resize(bf_raw *raw, int64_t rows, bf_error *err);

/* Sets a cell of the newest row. A value of the wrong type, outside the column's bounds, with more
 * decimals than it has, a malformed date, a game_id not of the form YYYYMMDD_AWAY_HOME (schedule:
 * 10 digits), a text longer than BF_KEY_TEXT_MAX or with a control character: BF_E_INPUT, the
 * message says column, expected and found; the caller puts file and line before it. INT64 may be
 * written 28.0 (resolution 8); an empty text of a key is null, as in CSV exports. */
BF_CHECK_RESULT bf_status bf_raw_set_text(bf_raw *raw, int column, const char *text, size_t size,
                                          bf_error *err);
BF_CHECK_RESULT bf_status bf_raw_set_integer(bf_raw *raw, int column, int64_t value, bf_error *err);
BF_CHECK_RESULT bf_status bf_raw_set_double(bf_raw *raw, int column, double value, bf_error *err);
BF_CHECK_RESULT bf_status bf_raw_set_bool(bf_raw *raw, int column, bool value, bf_error *err);

/* Checks the newest row: REQUIRED columns not null, season_year that of the date (resolution 7). */
BF_CHECK_RESULT bf_status bf_raw_check_row(const bf_raw *raw, bf_error *err);

#endif

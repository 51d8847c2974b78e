#include "io/text/spell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/date.h"
#include "compute/base/memory.h"

enum { CELL_BYTES_MAX = 1 << 20, CONSTANT_BYTES_MAX = 1 << 20 };

struct bf_spell {
    const bf_table_schema *schema;
    const bf_dictionary *dictionaries;
    bf_spell_run run;
    bf_text cell;                   /* scratch */
    bf_text constants;              /* what the offsets below point into */
    size_t csv[BF_MAX_COLUMNS][2];  /* constants: first byte, size */
    size_t json[BF_MAX_COLUMNS][2]; /* constants: "name":value, empty for null; others: "name": */
};

/* One cell. */
typedef struct cell {
    const bf_spell *spell;
    const bf_column *column;
    const bf_columns *columns;
    int index; /* of the column */
    int64_t row;
} cell;

static int64_t stored(const cell *at)
{
    return bf_column_integer(at->column, at->columns->data[at->index], at->row);
}

static void spell_double(bf_text *out, double value, const char *otherwise)
{
    if (isfinite(value))
        bf_text_double(out, value);
    else
        bf_text_string(out, otherwise);
}

static void spell_key(bf_text *out, const cell *at)
{
    const bf_dictionary *dictionary = &at->spell->dictionaries[at->column->dictionary];
    int32_t code = (int32_t)stored(at);
    bf_text_append(out, bf_dictionary_text(dictionary, code),
                   bf_dictionary_length(dictionary, code));
}

static void spell_date(bf_text *out, const cell *at)
{
    char text[BF_DATE_TEXT_BYTES];
    bf_day_format(text, (bf_day)stored(at));
    bf_text_string(out, text);
}

static void spell_time(bf_text *out, int64_t us)
{
    char text[BF_TIMESTAMP_TEXT_BYTES];
    bf_timestamp_format(text, us);
    bf_text_string(out, text);
}

static void spell_timestamp(bf_text *out, const cell *at)
{
    spell_time(out, stored(at));
}

static void spell_int(bf_text *out, const cell *at)
{
    bf_text_integer(out, stored(at));
}

static void spell_numeric(bf_text *out, const cell *at)
{
    bf_text_decimal(out, stored(at), at->column->decimals);
}

static void spell_float(bf_text *out, const cell *at)
{
    spell_double(out, ((const double *)at->columns->data[at->index])[at->row], "");
}

static void spell_bool(bf_text *out, const cell *at)
{
    bf_text_string(out, stored(at) != 0 ? "true" : "false");
}

static void spell_code(bf_text *out, const cell *at)
{
    bf_text_string(out, bf_set_text(at->column->set, (int)stored(at)));
}

/* The template with the numbers of the same row: "Only {games} games" -> "Only 6 games". */
static void spell_phrase(bf_text *out, const cell *at)
{
    const char *text = bf_set_text(at->column->set, (int)stored(at));
    for (const char *brace; (brace = strchr(text, '{')) != NULL; text = strchr(brace, '}') + 1) {
        char name[64];
        size_t size = strcspn(brace + 1, "}");
        size = size < sizeof name ? size : sizeof name - 1;
        memcpy(name, brace + 1, size);
        name[size] = '\0';
        bf_text_append(out, text, (size_t)(brace - text));
        int column = bf_table_find_column(at->columns->schema, name);
        if (at->columns->schema->columns[column].kind == BF_KIND_FLOAT) /* in words: one decimal */
            bf_text_format(out, "%.1f", ((const double *)at->columns->data[column])[at->row]);
        else
            bf_spell_cell(out, at->spell, at->columns, column, at->row);
    }
    bf_text_string(out, text);
}

static void spell_joined(bf_text *out, const cell *at)
{
    bool first = true;
    for (int i = 0; i < bf_set_size(at->column->set); i++) {
        if ((stored(at) >> i & 1) == 0)
            continue;
        bf_text_string(out, first ? "" : at->column->separator);
        bf_text_string(out, bf_set_text(at->column->set, i));
        first = false;
    }
}

static void spell_mask(bf_text *out, bf_set set, int64_t mask)
{
    bool first = true;
    bf_text_append(out, "[", 1);
    for (int i = 0; i < bf_set_size(set); i++) {
        if ((mask >> i & 1) == 0)
            continue;
        bf_text_string(out, first ? "" : ", ");
        bf_text_json_string(out, bf_set_text(set, i));
        first = false;
    }
    bf_text_append(out, "]", 1);
}

static void spell_list(bf_text *out, const cell *at)
{
    spell_mask(out, at->column->set, stored(at));
}

/* BigQuery reads "NaN" into FLOAT64, and no null in a list. */
static void spell_vector(bf_text *out, const cell *at)
{
    int length = at->column->length;
    const double *values = (const double *)at->columns->data[at->index] + at->row * length;
    bf_text_append(out, "[", 1);
    for (int i = 0; i < length; i++) {
        bf_text_string(out, i == 0 ? "" : ", ");
        spell_double(out, values[i], "\"NaN\"");
    }
    bf_text_append(out, "]", 1);
}

static void spell_hash(bf_text *out, const cell *at)
{
    char digits[16];
    uint64_t rest = (uint64_t)stored(at);
    for (int i = 15; i >= 0; i--, rest >>= 4)
        digits[i] = "0123456789abcdef"[rest & 15];
    bf_text_append(out, digits, sizeof digits);
}

static void spell_member(bf_text *out, const cell *at);

/* The object of the members below the column. A member that stands alone, where it is true, is the
 * whole object, and is not written where it is false. */
static void spell_object(bf_text *out, const cell *at)
{
    const bf_column *columns = at->columns->schema->columns;
    int end = at->index + 1;
    cell member = *at;
    bool first = true;
    while (end < at->columns->schema->column_count && columns[end].parent == at->index)
        end++;
    bf_text_append(out, "{", 1);
    for (member.index = at->index + 1; member.index < end; member.index++) {
        member.column = &columns[member.index];
        bool alone = member.column->kind == BF_KIND_ALONE;
        if (alone && stored(&member) != 1)
            continue;
        bf_text_string(out, first ? "" : ", ");
        bf_text_json_string(out, member.column->name);
        bf_text_string(out, ": ");
        spell_member(out, &member);
        first = false;
        if (alone)
            break;
    }
    bf_text_append(out, "}", 1);
}

static void spell_constant_text(bf_text *out, const cell *at)
{
    bf_text_string(out, at->column->constant_text);
}

static void spell_constant_int(bf_text *out, const cell *at)
{
    bf_text_integer(out, at->column->constant);
}

static void spell_constant_bool(bf_text *out, const cell *at)
{
    bf_text_string(out, at->column->constant != 0 ? "true" : "false");
}

static void spell_constant_float(bf_text *out, const cell *at)
{
    bf_text_double(out, (double)at->column->constant);
}

static void spell_constant_numeric(bf_text *out, const cell *at)
{
    bf_text_decimal(out, at->column->constant, at->column->decimals);
}

static void spell_constant_list(bf_text *out, const cell *at)
{
    spell_mask(out, at->column->set, -1);
}

static void spell_nothing(bf_text *out, const cell *at)
{
    (void)out;
    (void)at;
}

static void spell_run_time(bf_text *out, const cell *at)
{
    spell_time(out, at->spell->run.timestamp_us);
}

static void spell_run_id(bf_text *out, const cell *at)
{
    bf_text_string(out, at->spell->run.id);
}

static void spell_run_version(bf_text *out, const cell *at)
{
    bf_text_string(out, at->spell->run.program_version);
}

static void spell_run_fingerprint(bf_text *out, const cell *at)
{
    bf_text_string(out, at->spell->run.fingerprint);
}

/* How a kind is spelled, and what that is in JSON: as it is, or a string. */
static const struct {
    void (*spell)(bf_text *out, const cell *at);
    bool is_json;
} kinds[] = {
    [BF_KIND_KEY] = {spell_key, false},
    [BF_KIND_DATE] = {spell_date, false},
    [BF_KIND_TIMESTAMP] = {spell_timestamp, false},
    [BF_KIND_INT] = {spell_int, true},
    [BF_KIND_NUMERIC] = {spell_numeric, true},
    [BF_KIND_FLOAT] = {spell_float, true},
    [BF_KIND_BOOL] = {spell_bool, true},
    [BF_KIND_CODE] = {spell_code, false},
    [BF_KIND_PHRASE] = {spell_phrase, false},
    [BF_KIND_SPELLED] = {spell_joined, false},
    [BF_KIND_LIST] = {spell_list, true},
    [BF_KIND_VECTOR] = {spell_vector, true},
    [BF_KIND_HASH] = {spell_hash, false},
    [BF_KIND_JSON] = {spell_object, false},
    [BF_KIND_ALONE] = {spell_bool, true},
    [BF_KIND_CONST_TEXT] = {spell_constant_text, false},
    [BF_KIND_CONST_INT] = {spell_constant_int, true},
    [BF_KIND_CONST_BOOL] = {spell_constant_bool, true},
    [BF_KIND_CONST_FLOAT] = {spell_constant_float, true},
    [BF_KIND_CONST_NUMERIC] = {spell_constant_numeric, true},
    [BF_KIND_CONST_LIST] = {spell_constant_list, true},
    [BF_KIND_CONST_NULL] = {spell_nothing, true},
    [BF_KIND_RUN_TIME] = {spell_run_time, false},
    [BF_KIND_RUN_ID] = {spell_run_id, false},
    [BF_KIND_RUN_VERSION] = {spell_run_version, false},
    [BF_KIND_RUN_FINGERPRINT] = {spell_run_fingerprint, false},
};

static bool is_null(const cell *at)
{
    const void *data = at->columns == NULL ? NULL : at->columns->data[at->index];
    if (at->column->kind == BF_KIND_FLOAT)
        return !isfinite(((const double *)data)[at->row]);
    return bf_column_is_null(at->column, data, at->row);
}

/* A value within an object; there nulls are written. */
static void spell_member(bf_text *out, const cell *at)
{
    bool is_json = kinds[at->column->kind].is_json;
    if (is_null(at)) {
        bf_text_string(out, "null");
        return;
    }
    bf_text_string(out, is_json ? "" : "\""); /* members are codes: nothing to escape */
    kinds[at->column->kind].spell(out, at);
    bf_text_string(out, is_json ? "" : "\"");
}

void bf_spell_cell(bf_text *out, const bf_spell *spell, const bf_columns *columns, int column,
                   int64_t row)
{
    const cell at = {spell, &spell->schema->columns[column], columns, column, row};
    if (!is_null(&at))
        kinds[at.column->kind].spell(out, &at);
}

static void append_quoted(bf_text *out, const char *bytes, size_t size)
{
    bool special = false;
    if (size == 0)
        return;
    for (size_t i = 0; i < size; i++)
        special |= bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r';
    if (!special) {
        bf_text_append(out, bytes, size);
        return;
    }
    bf_text_append(out, "\"", 1);
    for (const char *end = bytes + size, *quote; bytes < end; bytes = quote) {
        quote = memchr(bytes, '"', (size_t)(end - bytes));
        quote = quote == NULL ? end : quote + 1;
        bf_text_append(out, bytes, (size_t)(quote - bytes));
        if (quote[-1] == '"')
            bf_text_append(out, "\"", 1);
    }
    bf_text_append(out, "\"", 1);
}

static void append_csv(bf_text *out, bf_text *scratch, const cell *at)
{
    if (is_null(at))
        return;
    bool never_quoted = at->column->type != BF_TYPE_NONE && kinds[at->column->kind].is_json &&
                        at->column->kind != BF_KIND_LIST && at->column->kind != BF_KIND_VECTOR;
    if (never_quoted) {
        kinds[at->column->kind].spell(out, at);
        return;
    }
    bf_text_clear(scratch);
    kinds[at->column->kind].spell(scratch, at);
    append_quoted(out, scratch->data, scratch->size_bytes);
    out->failed |= scratch->failed;
}

static void append_json(bf_text *out, bf_text *scratch, const cell *at)
{
    if (kinds[at->column->kind].is_json) {
        kinds[at->column->kind].spell(out, at);
        return;
    }
    bf_text_clear(scratch);
    kinds[at->column->kind].spell(scratch, at);
    bf_text_json_string(out, scratch->size_bytes == 0 ? "" : scratch->data);
    out->failed |= scratch->failed;
}

void bf_spell_json_cell(bf_text *out, bf_spell *spell, const bf_columns *columns, int column,
                        int64_t row)
{
    const cell at = {spell, &spell->schema->columns[column], columns, column, row};
    if (is_null(&at))
        bf_text_string(out, "null");
    else
        append_json(out, &spell->cell, &at);
}

void bf_spell_csv_header(bf_text *out, const bf_table_schema *schema)
{
    for (int c = 0; c < schema->column_count; c++) {
        if (schema->columns[c].parent >= 0)
            continue;
        bf_text_string(out, c == 0 ? "" : ",");
        bf_text_string(out, schema->columns[c].name);
    }
    bf_text_append(out, "\n", 1);
}

void bf_spell_csv_row(bf_text *out, bf_spell *spell, const bf_columns *columns, int64_t row)
{
    for (int c = 0; c < spell->schema->column_count; c++) {
        const cell at = {spell, &spell->schema->columns[c], columns, c, row};
        if (at.column->parent >= 0)
            continue;
        if (c > 0)
            bf_text_append(out, ",", 1);
        if (spell->csv[c][1] > 0)
            bf_text_append(out, spell->constants.data + spell->csv[c][0], spell->csv[c][1]);
        else if (bf_column_is_stored(at.column) || at.column->kind == BF_KIND_JSON)
            append_csv(out, &spell->cell, &at);
    }
    bf_text_append(out, "\n", 1);
}

void bf_spell_json_row(bf_text *out, bf_spell *spell, const bf_columns *columns, int64_t row)
{
    const char *separator = "{";
    for (int c = 0; c < spell->schema->column_count; c++) {
        const cell at = {spell, &spell->schema->columns[c], columns, c, row};
        if (at.column->parent >= 0 || spell->json[c][1] == 0 || is_null(&at))
            continue;
        bf_text_append(out, separator, 1);
        bf_text_append(out, spell->constants.data + spell->json[c][0], spell->json[c][1]);
        if (bf_column_is_stored(at.column) || at.column->kind == BF_KIND_JSON)
            append_json(out, &spell->cell, &at);
        separator = ",";
    }
    bf_text_append(out, "}\n", 2);
}

/* Spells what is the same in every row once. */
static void spell_constants(bf_spell *spell)
{
    bf_text *texts = &spell->constants;
    for (int c = 0; c < spell->schema->column_count; c++) {
        const cell at = {spell, &spell->schema->columns[c], NULL, c, 0};
        bool constant = !bf_column_is_stored(at.column) && at.column->kind != BF_KIND_JSON;
        if (at.column->parent >= 0 || at.column->kind == BF_KIND_CONST_NULL)
            continue;
        spell->csv[c][0] = texts->size_bytes;
        if (constant)
            append_csv(texts, &spell->cell, &at);
        spell->csv[c][1] = texts->size_bytes - spell->csv[c][0];
        spell->json[c][0] = texts->size_bytes;
        bf_text_json_string(texts, at.column->name);
        bf_text_append(texts, ":", 1);
        if (constant)
            append_json(texts, &spell->cell, &at);
        spell->json[c][1] = texts->size_bytes - spell->json[c][0];
    }
}

bf_status bf_spell_create(bf_spell **out, const bf_table_schema *schema,
                          const bf_dictionary *dictionaries, const char *run_id,
                          int64_t run_timestamp_us, bf_error *err)
{
    const bf_spell_run run = {
        .id = run_id, .timestamp_us = run_timestamp_us, .program_version = "", .fingerprint = ""};
    return bf_spell_create_for_run(out, schema, dictionaries, &run, err);
}

bf_status bf_spell_create_for_run(bf_spell **out, const bf_table_schema *schema,
                                  const bf_dictionary *dictionaries, const bf_spell_run *run,
                                  bf_error *err)
{
    bf_spell *spell = NULL;
    BF_TRY(BF_ALLOC(&spell, 1, err));
    spell->schema = schema;
    spell->dictionaries = dictionaries;
    spell->run = *run;
    spell->cell = (bf_text)BF_TEXT_INIT(CELL_BYTES_MAX);
    spell->constants = (bf_text)BF_TEXT_INIT(CONSTANT_BYTES_MAX);
    spell_constants(spell);
    bf_status st = bf_text_status(&spell->constants, err);
    if (st == BF_OK)
        *out = spell;
    else
        bf_spell_free(spell);
    return st;
}

void bf_spell_free(bf_spell *spell)
{
    if (spell == NULL)
        return;
    bf_text_free(&spell->cell);
    bf_text_free(&spell->constants);
    free(spell);
}

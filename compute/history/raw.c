#include "compute/history/raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compute/base/date.h"
#include "compute/base/decimal.h"
#include "compute/history/league.h"
#include "compute/history/season.h"

bf_status bf_raw_init(bf_raw *raw, bf_input table, bf_intern *texts, bf_error *err)
{
    (void)err;
    *raw = (bf_raw){.columns = {.schema = &bf_inputs[table]},
                    .texts = texts,
                    .date_column = bf_input_date_column(table),
                    .season_column = bf_table_find_column(&bf_inputs[table], "season_year")};
    return BF_OK;
}

void bf_raw_reset(bf_raw *raw)
{
    bf_columns_free(&raw->columns);
    *raw = (bf_raw){.texts = NULL};
}

/* Room for `needed` rows or more, with nulls in all that is new. */
static bf_status grow(bf_raw *raw, size_t needed, bf_error *err)
{
    const bf_table_schema *schema = raw->columns.schema;
    size_t before = raw->capacity_rows, after = before;
    if (needed > INT32_MAX)
        return bf_error_set(err, BF_E_INPUT, "table %s has more than %d rows", schema->name,
                            INT32_MAX);
    for (int c = 0; c < schema->column_count; c++) {
        after = before;
        BF_TRY(bf_grow(&raw->columns.data[c], &after, needed,
                       bf_column_row_bytes(&schema->columns[c]), err));
    }
    for (int c = 0; c < schema->column_count; c++)
        bf_column_fill_null(&schema->columns[c], raw->columns.data[c], (int64_t)before,
                            (int64_t)(after - before));
    raw->capacity_rows = after;
    return BF_OK;
}

bf_status bf_raw_add_row(int64_t *row, bf_raw *raw, bf_error *err)
{
    if ((size_t)raw->columns.rows == raw->capacity_rows)
        BF_TRY(grow(raw, raw->capacity_rows + 1, err));
    *row = raw->columns.rows++;
    raw->present = true;
    return BF_OK;
}

bf_status bf_raw_resize(bf_raw *raw, int64_t rows, bf_error *err)
{
    if ((size_t)rows > raw->capacity_rows)
        BF_TRY(grow(raw, (size_t)rows, err));
    raw->columns.rows = rows;
    return BF_OK;
}

/* What a column may hold, for a message. */
static void describe(char *out, size_t size, const bf_column *column)
{
    switch (column->kind) {
    case BF_KIND_KEY:
        if (column->dictionary == BF_DICT_GAMES)
            (void)snprintf(out, size, "a game YYYYMMDD_AWAY_HOME");
        else if (column->dictionary == BF_DICT_NUMBERS)
            (void)snprintf(out, size, "a game number of 10 digits");
        else
            (void)snprintf(out, size, "text of at most %d bytes without control characters",
                           BF_KEY_TEXT_MAX);
        break;
    case BF_KIND_INT:
        (void)snprintf(out, size, "a whole number from %lld to %lld", (long long)column->low,
                       (long long)column->high);
        break;
    case BF_KIND_NUMERIC:
        (void)snprintf(out, size, "a number from %lld to %lld with at most %d decimal%s",
                       (long long)(column->low / bf_pow10_int[column->decimals]),
                       (long long)(column->high / bf_pow10_int[column->decimals]), column->decimals,
                       column->decimals == 1 ? "" : "s");
        break;
    case BF_KIND_BOOL:
        (void)snprintf(out, size, "true or false");
        break;
    case BF_KIND_DATE:
        (void)snprintf(out, size, "a date YYYY-MM-DD");
        break;
    case BF_KIND_TIMESTAMP:
        (void)snprintf(out, size, "a UTC time such as 2021-10-20 08:00:00 UTC");
        break;
    default:
        (void)snprintf(out, size, "text");
        break;
    }
}

/* BF_E_INPUT with what was expected and found. */
static bf_status wrong(const bf_column *column, const char *found, size_t size, bf_error *err)
{
    enum { SHOWN_BYTES = 60 };
    char expected[128], shown[SHOWN_BYTES + 1];
    size_t used = size < SHOWN_BYTES ? size : SHOWN_BYTES;
    for (size_t i = 0; i < used; i++)
        shown[i] = (unsigned char)found[i] < 0x20 || found[i] == 0x7f ? '?' : found[i];
    shown[used] = '\0';
    describe(expected, sizeof expected, column);
    return bf_error_set(err, BF_E_INPUT, "column %s: expected %s, found \"%s%s\"", column->name,
                        expected, shown, size > SHOWN_BYTES ? "..." : "");
}

static void store(bf_raw *raw, int column, int64_t value)
{
    bf_column_set_integer(&raw->columns.schema->columns[column], raw->columns.data[column],
                          raw->columns.rows - 1, value);
    raw->has_column[column] = true;
}

/* Reads "-12.50" or "1.25e1" as value * 10^decimals; false if it is no number, has more decimals
 * that are not 0, or more than 18 digits. */
static bool parse_decimal(int64_t *out, const char *text, size_t size, int decimals)
{
    enum { MOST_DIGITS = 18 };
    const char *at = text, *end = text + size;
    bool negative = at < end && *at == '-', point = false;
    int64_t digits = 0; /* without the zeros at the end, which are only counted */
    int used = 0, zeros = 0, fraction = 0, exponent = 0;
    at += negative;
    const char *first = at;
    for (; at < end && ((*at >= '0' && *at <= '9') || (*at == '.' && !point && at > first)); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        fraction += point;
        zeros += digits != 0 && *at == '0';
        if (*at == '0')
            continue;
        used += zeros + 1;
        if (used > MOST_DIGITS)
            return false;
        digits = digits * bf_pow10_int[zeros + 1] + (*at - '0');
        zeros = 0;
    }
    if (at == first || at[-1] == '.')
        return false;
    if (at < end && (*at == 'e' || *at == 'E')) {
        bool down = ++at < end && *at == '-';
        at += at < end && (*at == '-' || *at == '+');
        if (at == end || end - at > 3)
            return false;
        for (; at < end && *at >= '0' && *at <= '9'; at++)
            exponent = 10 * exponent + (*at - '0');
        exponent = down ? -exponent : exponent;
    }
    int shift = zeros - fraction + exponent + decimals;
    if (at != end || (digits != 0 && (shift < 0 || used + shift > MOST_DIGITS)))
        return false;
    *out = digits == 0 ? 0 : (negative ? -digits : digits) * bf_pow10_int[shift];
    return true;
}

static bf_status set_key(bf_raw *raw, int c, const char *text, size_t size, bf_error *err)
{
    const bf_column *column = &raw->columns.schema->columns[c];
    int32_t code;
    if (size == 0) /* a null of a CSV export */
        return BF_OK;
    bool valid = size <= BF_KEY_TEXT_MAX;
    for (size_t i = 0; valid && i < size; i++)
        valid = (unsigned char)text[i] >= 0x20 && text[i] != 0x7f;
    if (column->dictionary == BF_DICT_GAMES)
        valid = valid && bf_game_id_is_valid(text, size);
    else if (column->dictionary == BF_DICT_NUMBERS)
        valid = valid && bf_game_number_is_valid(text, size);
    if (!valid)
        return wrong(column, text, size, err);
    BF_TRY(bf_intern_code(&code, raw->texts, column->dictionary, text, size, err));
    store(raw, c, code);
    return BF_OK;
}

static bool parse_bool(int64_t *out, const char *text, size_t size)
{
    *out = size == 4 && strncasecmp(text, "true", 4) == 0;
    return *out == 1 || (size == 5 && strncasecmp(text, "false", 5) == 0);
}

/* 16 lower-case hex digits; 0, which means null, for anything else (resolution 8). */
static uint64_t parse_hash(const char *text, size_t size)
{
    enum { HASH_DIGITS = 16 };
    uint64_t hash = 0;
    for (size_t i = 0; i < size && size == HASH_DIGITS; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9', letter = text[i] >= 'a' && text[i] <= 'f';
        if (!digit && !letter)
            return 0;
        hash = hash << 4 | (uint64_t)(digit ? text[i] - '0' : text[i] - 'a' + 10);
    }
    return hash;
}

static void set_hash(bf_raw *raw, int c, const char *text, size_t size)
{
    uint64_t hash = parse_hash(text, size);
    raw->unusable_hashes += hash == BF_NULL_U64;
    store(raw, c, (int64_t)hash);
}

bf_status bf_raw_set_text(bf_raw *raw, int c, const char *text, size_t size, bf_error *err)
{
    const bf_column *column = &raw->columns.schema->columns[c];
    int64_t value = 0;
    bf_day day;
    bool valid = false;
    switch (column->kind) {
    case BF_KIND_KEY:
        return set_key(raw, c, text, size, err);
    case BF_KIND_HASH:
        set_hash(raw, c, text, size);
        return BF_OK;
    case BF_KIND_INT:
    case BF_KIND_NUMERIC:
        valid = parse_decimal(&value, text, size, column->decimals) && value >= column->low &&
                value <= column->high;
        break;
    case BF_KIND_BOOL:
        valid = parse_bool(&value, text, size);
        break;
    case BF_KIND_DATE:
        valid = bf_day_parse(&day, text, size);
        value = valid ? day : 0;
        break;
    case BF_KIND_TIMESTAMP:
        valid = bf_timestamp_parse(&value, text, size);
        break;
    case BF_KIND_CODE:
        if (size == 0) /* an empty text says nothing: spec/ml_features.md §3.3, bit 10 */
            return BF_OK;
        value = bf_set_find(column->set, text, size);
        valid = value >= 0;
        break;
    default: /* input tables have no other kinds */
        break;
    }
    if (!valid)
        return wrong(column, text, size, err);
    store(raw, c, value);
    return BF_OK;
}

bf_status bf_raw_set_integer(bf_raw *raw, int c, int64_t value, bf_error *err)
{
    const bf_column *column = &raw->columns.schema->columns[c];
    int64_t unit = bf_pow10_int[column->decimals];
    bool number = column->kind == BF_KIND_INT || column->kind == BF_KIND_NUMERIC;
    if (!number || value < column->low / unit || value > column->high / unit) {
        char found[32];
        int size = snprintf(found, sizeof found, "%lld", (long long)value);
        return wrong(column, found, (size_t)size, err);
    }
    store(raw, c, value * unit);
    return BF_OK;
}

bf_status bf_raw_set_double(bf_raw *raw, int c, double value, bf_error *err)
{
    const bf_column *column = &raw->columns.schema->columns[c];
    bool number = column->kind == BF_KIND_INT || column->kind == BF_KIND_NUMERIC;
    /* The double nearest to a decimal is that of its scaled integer, divided once. */
    int64_t scaled = number ? bf_round_even(value, column->decimals) : BF_DECIMAL_NONE;
    if (scaled == BF_DECIMAL_NONE || scaled < column->low || scaled > column->high ||
        bf_decimal_value(scaled, column->decimals) != value) {
        char found[64];
        int size = snprintf(found, sizeof found, "%.17g", value);
        return wrong(column, found, (size_t)size, err);
    }
    store(raw, c, scaled);
    return BF_OK;
}

bf_status bf_raw_set_bool(bf_raw *raw, int c, bool value, bf_error *err)
{
    const bf_column *column = &raw->columns.schema->columns[c];
    if (column->kind != BF_KIND_BOOL)
        return wrong(column, value ? "true" : "false", value ? 4 : 5, err);
    store(raw, c, value);
    return BF_OK;
}

/* Resolution 7: season_year has to be that of the date, where the row has one. */
static bf_status check_season(const bf_raw *raw, int64_t row, bf_error *err)
{
    if (raw->season_column < 0)
        return BF_OK;
    const bf_column *column = &raw->columns.schema->columns[raw->season_column];
    bf_day day = ((const bf_day *)raw->columns.data[raw->date_column])[row];
    int64_t found = bf_column_integer(column, raw->columns.data[raw->season_column], row);
    if (found == bf_column_null(column) || found == bf_season_year(day))
        return BF_OK;
    char text[BF_DATE_TEXT_BYTES];
    bf_day_format(text, day);
    return bf_error_set(err, BF_E_INPUT, "column %s: expected %d, the season of %s, found %lld",
                        column->name, bf_season_year(day), text, (long long)found);
}

bf_status bf_raw_check_row(const bf_raw *raw, bf_error *err)
{
    const bf_table_schema *schema = raw->columns.schema;
    int64_t row = raw->columns.rows - 1;
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if ((column->mode & BF_MODE_REQUIRED) != 0 &&
            bf_column_is_null(column, raw->columns.data[c], row))
            return bf_error_set(err, BF_E_INPUT, "column %s: expected a value, found none",
                                column->name);
    }
    return check_season(raw, row, err);
}

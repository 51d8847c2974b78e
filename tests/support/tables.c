#include "tests/support/tables.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t code_of(const bf_column *column, const char *text)
{
    for (int code = 0; code < bf_set_size(column->set); code++) {
        if (strcmp(bf_set_text(column->set, code), text) == 0)
            return code;
    }
    fail_msg("%s: no such text: %s", column->name, text);
    return 0;
}

/* Stored value of a cell that is not empty. */
static int64_t stored_value(const bf_column *column, const test_cases *cases, int64_t row,
                            const char *name)
{
    const char *text = test_text(cases, row, name);
    switch (column->kind) {
    case BF_KIND_BOOL:
    case BF_KIND_ALONE:
        return strcmp(text, "true") == 0;
    case BF_KIND_CODE:
    case BF_KIND_PHRASE:
        return code_of(column, text);
    case BF_KIND_DATE:
        return test_day(text);
    default:
        return test_scaled(cases, row, name, column->decimals, 0);
    }
}

void test_fill(test_league *league, bf_input table, const test_cases *cases, int64_t row)
{
    for (int c = 0; c < bf_inputs[table].column_count; c++) {
        const bf_column *column = &bf_inputs[table].columns[c];
        for (int h = 0; h < cases->columns; h++) {
            if (strcmp(cases->header[h], column->name) != 0 ||
                test_is_null(cases, row, column->name))
                continue;
            if (column->kind == BF_KIND_KEY)
                test_key(league, c, test_text(cases, row, column->name));
            else
                test_set(league, c, stored_value(column, cases, row, column->name));
        }
    }
}

void test_add_games(test_league *league, const char *player, const test_cases *games,
                    const char *example, bf_day as_of)
{
    bf_day day = as_of;
    for (int64_t row = 0; row < games->rows; row++) {
        if (strcmp(test_text(games, row, "example"), example) != 0)
            continue;
        for (int64_t n = test_scaled(games, row, "games", 0, 0); n > 0; n--) {
            test_player(league, player, test_game_id(--day, "NYK", "BOS"), "BOS");
            test_fill(league, BF_INPUT_pgs, games, row);
        }
    }
    assert_true(day < as_of);
}

static void expect_real(const test_cases *cases, int64_t row, const char *name, double got)
{
    double expected = test_real(cases, row, name);
    bool same = isnan(expected) ? isnan(got) : fabs(got - expected) <= 1e-9 * fabs(expected);
    if (!same)
        fail_msg("%s: %s is %.17g, expected %.17g", test_where(cases, row), name, got, expected);
}

static void expect_cell(const test_cases *cases, int64_t row, const char *name,
                        const bf_column *column, const void *data, int64_t at,
                        const bf_dictionary *dictionaries)
{
    if (column->kind == BF_KIND_FLOAT) {
        expect_real(cases, row, name, ((const double *)data)[at]);
        return;
    }
    if (bf_column_is_null(column, data, at) || test_is_null(cases, row, name)) {
        if (!bf_column_is_null(column, data, at) || !test_is_null(cases, row, name))
            fail_msg("%s: %s: expected '%s', only one side is null", test_where(cases, row), name,
                     test_text(cases, row, name));
        return;
    }
    int64_t got = bf_column_integer(column, data, at);
    if (column->kind == BF_KIND_KEY) {
        assert_string_equal(bf_dictionary_text(&dictionaries[column->dictionary], (int32_t)got),
                            test_text(cases, row, name));
        return;
    }
    int64_t expected = stored_value(column, cases, row, name);
    if (got != expected)
        fail_msg("%s: %s is %lld, expected %lld (scaled, or a code)", test_where(cases, row), name,
                 (long long)got, (long long)expected);
}

void test_expect(const test_cases *cases, int64_t row, const bf_columns *columns, int64_t at,
                 const bf_dictionary *dictionaries)
{
    for (int h = 0; h < cases->columns; h++) {
        const char *name = cases->header[h];
        if (strncmp(name, "features[", 9) == 0) {
            int c = bf_table_find_column(columns->schema, "features");
            const double *features =
                (const double *)columns->data[c] + at * columns->schema->columns[c].length;
            expect_real(cases, row, name, features[atoi(name + 9)]);
            continue;
        }
        int c = bf_table_find_column(columns->schema, name);
        if (c >= 0)
            expect_cell(cases, row, name, &columns->schema->columns[c], columns->data[c], at,
                        dictionaries);
    }
}

void test_expect_nulled(const test_cases *cases, int64_t row, const int64_t *nulled)
{
    int64_t expected = test_scaled(cases, row, "nulled", 0, 0), got = 0;
    for (int c = 0; c < BF_MAX_COLUMNS; c++)
        got += nulled[c];
    if (got != expected)
        fail_msg("%s: %lld values are too large, expected %lld", test_where(cases, row),
                 (long long)got, (long long)expected);
}

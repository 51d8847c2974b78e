#include "tests/support/cases.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_file(const char *processor, const char *name)
{
    char path[1024];
    const char *source = getenv("BF_SOURCE_DIR");
    (void)snprintf(path, sizeof path, "%s/tests/cases/%s/%s.csv", source == NULL ? "." : source,
                   processor, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("cannot open %s", path);
    enum { LIMIT_BYTES = 1 << 20 };
    char *text = calloc(LIMIT_BYTES, 1);
    assert_non_null(text);
    size_t size = fread(text, 1, LIMIT_BYTES - 1, file);
    assert_true(size < LIMIT_BYTES - 1);
    assert_int_equal(fclose(file), 0);
    return text;
}

/* Cuts a line into cells in place; returns their number. */
static int cut(char *line, const char *cells[TEST_MAX_COLUMNS])
{
    int count = 0;
    for (char *at = line; at != NULL;) {
        assert_true(count < TEST_MAX_COLUMNS);
        cells[count++] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return count;
}

test_cases test_cases_read(const char *processor, const char *name)
{
    test_cases out = {.text = read_file(processor, name), .file = name};
    char *rest = NULL;
    for (char *line = strtok_r(out.text, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        const char *cells[TEST_MAX_COLUMNS];
        if (line[0] == '#')
            continue;
        int count = cut(line, cells);
        if (out.columns == 0) {
            out.columns = count;
            memcpy(out.header, cells, sizeof cells);
            continue;
        }
        if (count != out.columns)
            fail_msg("%s row %lld: %d cells, expected %d", name, (long long)out.rows + 1, count,
                     out.columns);
        size_t bytes = (size_t)(out.rows + 1) * (size_t)out.columns * sizeof *out.cells;
        out.cells = realloc(out.cells, bytes);
        assert_non_null(out.cells);
        memcpy(out.cells + out.rows++ * out.columns, cells, (size_t)count * sizeof *cells);
    }
    assert_true(out.rows > 0);
    return out;
}

void test_cases_free(test_cases *cases)
{
    free(cases->cells);
    free(cases->text);
}

const char *test_text(const test_cases *cases, int64_t row, const char *column)
{
    for (int c = 0; c < cases->columns; c++) {
        if (strcmp(cases->header[c], column) == 0)
            return cases->cells[row * cases->columns + c];
    }
    fail_msg("%s has no column %s", cases->file, column);
    return "";
}

bool test_is_null(const test_cases *cases, int64_t row, const char *column)
{
    return test_text(cases, row, column)[0] == '\0';
}

double test_real(const test_cases *cases, int64_t row, const char *column)
{
    const char *text = test_text(cases, row, column);
    char *end = NULL;
    double value = strtod(text, &end);
    if (*end != '\0')
        fail_msg("%s: column %s: not a number: %s", test_where(cases, row), column, text);
    return text[0] == '\0' ? (double)NAN : value;
}

int64_t test_scaled(const test_cases *cases, int64_t row, const char *column, int digits,
                    int64_t null)
{
    double value = test_real(cases, row, column);
    return isnan(value) ? null : (int64_t)llround(value * pow(10, digits));
}

const char *test_where(const test_cases *cases, int64_t row)
{
    static char text[128];
    (void)snprintf(text, sizeof text, "%s row %lld", cases->file, (long long)row + 1);
    return text;
}

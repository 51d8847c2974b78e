/* Reads case files tests/cases/<processor>/<name>.csv: a header, then a row a case, cells without
 * quotes; lines that begin with # are remarks. An empty cell is null. */
#ifndef BF_TESTS_CASES_H
#define BF_TESTS_CASES_H

#include <stdbool.h>
#include <stdint.h>

enum { TEST_MAX_COLUMNS = 40 };

typedef struct test_cases {
    char *text;
    int columns;
    const char *header[TEST_MAX_COLUMNS];
    int64_t rows;
    const char **cells; /* [rows * columns] */
    const char *file;
} test_cases;

/* Fails the test if the file cannot be read or a row has another number of cells than the header.
 */
test_cases test_cases_read(const char *processor, const char *name);
void test_cases_free(test_cases *cases);

/* Cells by column name; an unknown name fails the test. */
const char *test_text(const test_cases *cases, int64_t row, const char *column);
bool test_is_null(const test_cases *cases, int64_t row, const char *column);
double test_real(const test_cases *cases, int64_t row, const char *column); /* NaN for null */

/* A decimal scaled by 10^digits; `null` for null. */
int64_t test_scaled(const test_cases *cases, int64_t row, const char *column, int digits,
                    int64_t null);

/* "<file> row <n>" for messages of failed cases. */
const char *test_where(const test_cases *cases, int64_t row);

#endif

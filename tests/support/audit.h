/* Rows of one date as the audits look at them, computed from a small season; tests alter them. */
#ifndef BF_TESTS_AUDIT_H
#define BF_TESTS_AUDIT_H

#include "compute/audit/audit.h"
#include "compute/audit/issues.h"
#include "compute/audit/look_ahead.h"
#include "tests/support/league.h"

/* Four teams of five players (ATL0 .. DAL4), all of whom play every day from 2024-01-01 to
 * 2024-02-09, and one game in the next season, on 2024-11-20. */
enum { TEST_SEASON_TEAMS = 4, TEST_SEASON_PLAYERS = 20, TEST_SEASON_DAYS = 40 };
test_league *test_season_create(void);

typedef struct test_audit {
    bf_audit_date date; /* borrows the rest */
    bf_recomputed made; /* owns the rows */
    bf_unit units[BF_PROCESSOR_COUNT];
    int64_t nulled[BF_OUTPUT_COUNT][BF_MAX_COLUMNS];
} test_audit;

/* All tables of a date, with units that fit. `index` of the date as in a file. */
void test_audit_init(test_audit *out, const bf_history *history, const char *day, int32_t index);
void test_audit_free(test_audit *audit);

/* Sets cell `row` of a table, without touching hashes and digests. */
void test_audit_set(test_audit *audit, bf_output table, int column, int64_t row, int64_t value);

/* Removes a row of a table; its digest, and what the unit tells, stay. */
void test_audit_remove(test_audit *audit, bf_output table, int64_t row);

/* Makes data_hash, digest and the units' rows and failures fit a table's rows again. */
void test_audit_mend(test_audit *audit, bf_output table);

/* Fails unless the issues are exactly these kinds about these tables, in this order. */
typedef struct test_issue {
    bf_issue_kind kind;
    int table;
} test_issue;
void test_expect_issues(const bf_issues *issues, const test_issue *expected, size_t count);

#endif

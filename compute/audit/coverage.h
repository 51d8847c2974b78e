/* Coverage and reconciliation (spec/backfill.md §12.1, §12.2, B29): does everybody who should have
 * it have a row, or a record that says why not? */
#ifndef BF_AUDIT_COVERAGE_H
#define BF_AUDIT_COVERAGE_H

#include "compute/audit/audit.h"
#include "compute/audit/expected.h"
#include "compute/audit/issues.h"
#include "compute/schema/sets.h"

typedef enum {
#define COVERAGE(name, ...) BF_COVERAGE_##name,
#include "compute/audit/coverage.def"
#undef COVERAGE
    BF_COVERAGE_STATUSES
} bf_coverage_status;

typedef struct bf_coverage_description {
    const char *name;
    bool wants_attention;
    const char *meaning;
} bf_coverage_description;

extern const bf_coverage_description bf_coverage_descriptions[BF_COVERAGE_STATUSES];

/* B21: false for records that somebody has to look at. MISSING_DEPENDENCY is expected on bootstrap
 * dates only. */
bool bf_failure_is_expected(int8_t category, bool is_bootstrap);

/* Records of a date, rows first .. first + rows - 1 of precompute_failures, that are not expected.
 */
int32_t bf_failures_to_investigate(const bf_columns *failures, int64_t first, int64_t rows,
                                   bf_day day);

/* A processor on a date. Sums of these are of the same type; their day, status and date_level
 * mean nothing. */
typedef struct bf_unit_coverage {
    bf_day day;
    int8_t status;    /* bf_coverage_status */
    bool date_level;  /* a record is about the whole date, so nobody is unaccounted for */
    int64_t expected; /* entities that should have a row or a record */
    int64_t rows;     /* entities with a row */
    int64_t records;  /* entities with a record only */
    int64_t unaccounted;
    int64_t skips, errors; /* records by class */
    int64_t categories[BF_FAILURE_COUNT];
    int64_t listed, listed_rows, listed_records; /* of these three, who is listed on the date */
} bf_unit_coverage;

/* First match of §12.2, with PARTIAL before SKIPPED, which would hide lost rows. `unit` has all but
 * its status. */
bf_coverage_status bf_coverage_judge(const bf_unit_coverage *unit, bool is_bootstrap);

/* A game date without rows where rows were due. */
bool bf_coverage_is_hole(const bf_unit_coverage *unit);

typedef struct bf_coverage bf_coverage;

/* `dictionaries` of the results are borrowed. */
BF_CHECK_RESULT bf_status bf_coverage_create(bf_coverage **out, int32_t date_count,
                                             const bf_dictionary *dictionaries, bf_error *err);
void bf_coverage_free(bf_coverage *coverage);

/* Adds a date; dates come oldest first. With `expected` (one a processor) it is exact; without it
 * (NULL) what the file says of itself is used: the unit's own counts; of TDZA and PSZA, who was
 * there earlier in the season; of PCF and PDC, whom the other one has. */
void bf_coverage_date(bf_coverage *coverage, const bf_audit_date *date, const bf_expected *expected,
                      bf_issues *issues);

/* Of a date added before. Borrowed. */
const bf_unit_coverage *bf_coverage_unit(const bf_coverage *coverage, int32_t date, int processor);

/* Sums over all dates, and how many have each status. */
void bf_coverage_total(bf_unit_coverage *out, int64_t statuses[BF_COVERAGE_STATUSES],
                       const bf_coverage *coverage, int processor);

/* Records of one category of a processor over all dates. */
typedef struct bf_record_sum {
    int64_t records, dates, not_expected;
    bf_day first, last;
} bf_record_sum;

bf_record_sum bf_coverage_records(const bf_coverage *coverage, int processor, int category);

#endif

/* Contamination (spec/backfill.md §12.3, B30): rows that exist and are worth nothing, by season and
 * table. */
#ifndef BF_AUDIT_CONTAMINATION_H
#define BF_AUDIT_CONTAMINATION_H

#include "compute/audit/audit.h"
#include "compute/audit/issues.h"
#include "compute/history/history.h"

/* By the share of valid rows. */
typedef enum {
    BF_GRADE_CLEAN,        /* 99 percent or more, and no date below 50 */
    BF_GRADE_PARTIAL,      /* 50 percent or more */
    BF_GRADE_CONTAMINATED, /* less */
    BF_GRADE_NO_DATA,
    BF_GRADES
} bf_grade;

const char *bf_grade_name(bf_grade grade);

/* Rows of a table in a season. Some values are innocent one by one and suspect as a large share:
 * PCF's mismatch of exactly 0 between two zone rows, ML's features from defaults after day 28. */
typedef struct bf_contamination_cell {
    int64_t rows, valid;      /* valid: by what a row says alone */
    int64_t watched, flagged; /* values where a share matters, and those that add to it */
    int64_t suspect;          /* valid rows that are not if the share is too large */
    int32_t bad_dates;        /* dates with fewer than 50 percent of their rows valid */
    bf_day first_bad;         /* the first of them */
} bf_contamination_cell;

typedef struct bf_contamination {
    int32_t season_count;
    int32_t seasons[BF_MAX_SEASONS]; /* with computed dates, ascending */
    bf_contamination_cell cells[BF_MAX_SEASONS][BF_OUTPUT_failure];
} bf_contamination;

/* Adds a date; dates come oldest first. Rows that cannot be read are left
 * out; those that do not match their digest are looked at as they are now. */
void bf_contamination_date(bf_contamination *sum, const bf_audit_date *date);

/* Share of `flagged` in `watched`, in percent; negative if nothing was watched. */
double bf_contamination_share_pct(const bf_contamination_cell *cell);

/* The share from which on it is too large, in percent; 0 for tables without one. A share of few
 * values says less: its limit is 50. */
double bf_contamination_limit_pct(const bf_contamination_cell *cell, bf_output table);

/* Grade, and the valid rows in percent (0 without rows). */
bf_grade bf_contamination_grade(double *valid_pct, const bf_contamination_cell *cell,
                                bf_output table);

/* Adds an issue for each season and table that is not clean. */
void bf_contamination_report(const bf_contamination *sum, bf_issues *issues);

#endif

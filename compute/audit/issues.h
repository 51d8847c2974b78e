/* The issues that audits of finished tables find (issues.def), in the order they were found. */
#ifndef BF_AUDIT_ISSUES_H
#define BF_AUDIT_ISSUES_H

#include <stdbool.h>
#include <stdint.h>

#include "compute/base/date.h"
#include "compute/base/error.h"

typedef enum {
#define ISSUE(id, ...) BF_ISSUE_##id,
#include "compute/audit/issues.def"
#undef ISSUE
    BF_ISSUE_KINDS
} bf_issue_kind;

typedef enum { BF_SEVERITY_NOTE, BF_SEVERITY_ATTENTION, BF_SEVERITY_DAMAGE } bf_issue_severity;

typedef struct bf_issue_description {
    const char *name; /* as in issues.def */
    bf_issue_severity severity;
    const char *title, *action;
} bf_issue_description;

extern const bf_issue_description bf_issue_descriptions[BF_ISSUE_KINDS];

enum {
    BF_ISSUE_TEXT_BYTES = 320,
    BF_ISSUE_NO_DAY = INT32_MIN,
    BF_ISSUES_KEPT = 2000 /* of a kind; more are only counted */
};

typedef struct bf_issue {
    int8_t kind;    /* bf_issue_kind */
    int8_t table;   /* bf_output: the table or its processor; -1 for none */
    int16_t season; /* 0 for none */
    bf_day day;     /* BF_ISSUE_NO_DAY for none */
    int64_t count;  /* entities, rows or values concerned */
    char text[BF_ISSUE_TEXT_BYTES];
} bf_issue;

typedef struct bf_issues {
    bf_issue *list; /* owned [count] */
    size_t count, capacity;
    int64_t found[BF_ISSUE_KINDS]; /* kept or not */
    bool failed;                   /* memory was out */
} bf_issues;

#define BF_ISSUES_INIT                                                                             \
    {                                                                                              \
        .list = NULL                                                                               \
    }
void bf_issues_free(bf_issues *issues);

/* Adds one; like bf_text, a failure is remembered for bf_issues_status. `table` and `day` as in
 * bf_issue. */
void bf_issues_add(bf_issues *issues, bf_issue_kind kind, int table, bf_day day, int64_t count,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same about a season. */
void bf_issues_add_season(bf_issues *issues, bf_issue_kind kind, int table, int season,
                          int64_t count, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Number of issues of a severity. */
int64_t bf_issues_of(const bf_issues *issues, bf_issue_severity severity);

/* BF_E_MEMORY if one could not be added. */
BF_CHECK_RESULT bf_status bf_issues_status(const bf_issues *issues, bf_error *err);

#endif

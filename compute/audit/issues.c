#include "compute/audit/issues.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "compute/base/memory.h"

const bf_issue_description bf_issue_descriptions[BF_ISSUE_KINDS] = {
#define ISSUE(id, severity, title, action) {#id, BF_SEVERITY_##severity, title, action},
#include "compute/audit/issues.def"
#undef ISSUE
};

void bf_issues_free(bf_issues *issues)
{
    free(issues->list);
    *issues = (bf_issues)BF_ISSUES_INIT;
}

static void add(bf_issues *issues, const bf_issue *issue, const char *format, va_list args)
{
    if (issues->found[issue->kind]++ >= BF_ISSUES_KEPT || issues->failed)
        return;
    if (BF_GROW(&issues->list, &issues->capacity, issues->count + 1, NULL) != BF_OK) {
        issues->failed = true;
        return;
    }
    bf_issue *kept = &issues->list[issues->count++];
    *kept = *issue;
    (void)vsnprintf(kept->text, sizeof kept->text, format, args);
}

void bf_issues_add(bf_issues *issues, bf_issue_kind kind, int table, bf_day day, int64_t count,
                   const char *format, ...)
{
    bf_issue issue = {
        .kind = (int8_t)kind, .table = (int8_t)table, .day = day, .count = count, .text = ""};
    va_list args;
    va_start(args, format);
    add(issues, &issue, format, args);
    va_end(args);
}

void bf_issues_add_season(bf_issues *issues, bf_issue_kind kind, int table, int season,
                          int64_t count, const char *format, ...)
{
    bf_issue issue = {.kind = (int8_t)kind,
                      .table = (int8_t)table,
                      .season = (int16_t)season,
                      .day = BF_ISSUE_NO_DAY,
                      .count = count,
                      .text = ""};
    va_list args;
    va_start(args, format);
    add(issues, &issue, format, args);
    va_end(args);
}

int64_t bf_issues_of(const bf_issues *issues, bf_issue_severity severity)
{
    int64_t count = 0;
    for (int kind = 0; kind < BF_ISSUE_KINDS; kind++)
        count += bf_issue_descriptions[kind].severity == severity ? issues->found[kind] : 0;
    return count;
}

bf_status bf_issues_status(const bf_issues *issues, bf_error *err)
{
    return issues->failed ? bf_error_set(err, BF_E_MEMORY, "out of memory for what was found")
                          : BF_OK;
}

/* The sections of the page, in their order, and what they share. */
#ifndef BF_IO_REPORT_SECTIONS_H
#define BF_IO_REPORT_SECTIONS_H

#include "io/report/html.h"
#include "io/report/report.h"

/* Lines, ended by NULL. */
extern const char *const bf_report_style[];  /* CSS */
extern const char *const bf_report_script[]; /* JavaScript: arrow keys in calendars, printing */

void bf_report_verdict(bf_text *out, const bf_report *report);
void bf_report_run(bf_text *out, const bf_report *report);
void bf_report_tables(bf_text *out, const bf_report *report);
void bf_report_calendar(bf_text *out, const bf_report *report);
void bf_report_coverage(bf_text *out, const bf_report *report);
void bf_report_failures(bf_text *out, const bf_report *report);
void bf_report_nulled(bf_text *out, const bf_report *report);
void bf_report_values(bf_text *out, const bf_report *report);
BF_CHECK_RESULT bf_status bf_report_time(bf_text *out, const bf_report *report, bf_error *err);

/* True if the table of the processor is in the file. */
bool bf_report_has(const bf_report *report, int processor);

/* "TDZA" for a processor; in a buffer that the next call overwrites. */
const char *bf_report_processor(int processor);

/* The processor that makes a table; -1 for tables of records and for -1. */
int bf_report_processor_of(int table);

#endif

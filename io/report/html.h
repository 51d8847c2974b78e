/* Pieces of HTML. Whatever comes from a file goes through bf_html_text. */
#ifndef BF_IO_REPORT_HTML_H
#define BF_IO_REPORT_HTML_H

#include "compute/base/text.h"

/* A text as content of an element or of a quoted attribute. Control characters become U+FFFD. */
void bf_html_text(bf_text *out, const char *text);

/* 3 decimals, thousands apart; a dash for what is no duration. */
void bf_html_seconds(bf_text *out, double seconds);

void bf_html_section(bf_text *out, const char *id, const char *title);
void bf_html_section_end(bf_text *out);

/* The head of a table and the start of its body. `columns` are titles separated by '|'; those that
 * begin with '#' stand above numbers, to the right. */
void bf_html_table(bf_text *out, const char *columns);
void bf_html_table_end(bf_text *out);

/* Cells; a row begins with bf_html_row, and ends where the next one begins. */
void bf_html_row(bf_text *out, const char *title);
void bf_html_cell(bf_text *out, const char *text);
void bf_html_count(bf_text *out, int64_t number);
void bf_html_seconds_cell(bf_text *out, double seconds);

#endif

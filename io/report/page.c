#include <string.h>

#include "compute/features/processor.h"
#include "io/report/sections.h"
#include "io/text/explain_layout.h"

bool bf_report_has(const bf_report *report, int processor)
{
    return report->layout->written[bf_processors[processor].table];
}

const char *bf_report_processor(int processor)
{
    return bf_layout_upper(bf_processors[processor].short_name);
}

int bf_report_processor_of(int table)
{
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        if ((int)bf_processors[p].table == table)
            return p;
    }
    return -1;
}

/* "845 dates, 2021-10-19 to 2025-06-22" */
static void print_range(bf_text *out, const bf_layout *layout)
{
    char first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES], number[BF_GROUPED_BYTES];
    bf_text_format(out, "%s date%s", bf_grouped(number, layout->date_count),
                   layout->date_count == 1 ? "" : "s");
    if (layout->date_count == 0)
        return;
    bf_day_format(first, layout->dates[0]);
    bf_day_format(last, layout->dates[layout->date_count - 1]);
    if (layout->date_count == 1)
        bf_text_format(out, ", %s", first);
    else
        bf_text_format(out, ", %s to %s", first, last);
}

static void print_head(bf_text *out, const bf_report *report)
{
    char number[BF_GROUPED_BYTES];
    int64_t rows = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        rows += report->layout->total[t];
    bf_text_string(out, "<header>\n<h1>Backfill report</h1>\n<p class=\"what\"><b>");
    bf_html_text(out, report->name);
    bf_text_string(out, "</b>: ");
    print_range(out, report->layout);
    bf_text_format(out, ", %s rows</p>\n", bf_grouped(number, rows));
    if (report->facts->synthetic)
        bf_text_string(out, "<p class=\"synthetic\"><b>SYNTHETIC</b> The games are made up, and so "
                            "is every value.</p>\n");
    bf_text_string(out, "</header>\n");
}

static void print_lines(bf_text *out, const char *const *lines)
{
    for (; *lines != NULL; lines++)
        bf_text_format(out, "%s\n", *lines);
}

/* The policy lets a browser load nothing at all, whatever a text of the file might contain. */
static void print_start(bf_text *out, const bf_report *report)
{
    bf_text_string(out,
                   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"generator\" content=\"backfill " BF_VERSION "\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<link rel=\"icon\" href=\"data:,\">\n<title>Backfill report: ");
    print_range(out, report->layout);
    bf_text_string(out, report->facts->synthetic ? ", synthetic" : "");
    bf_text_string(out, "</title>\n<style>\n");
    print_lines(out, bf_report_style);
    bf_text_string(out, "</style>\n</head>\n<body>\n");
}

bf_status bf_report_page(bf_text *out, const bf_report *report, bf_error *err)
{
    print_start(out, report);
    print_head(out, report);
    bf_text_string(out, "<main>\n");
    bf_report_verdict(out, report);
    bf_report_run(out, report);
    bf_report_tables(out, report);
    bf_report_calendar(out, report);
    bf_report_coverage(out, report);
    bf_report_failures(out, report);
    bf_report_nulled(out, report);
    bf_report_values(out, report);
    BF_TRY(bf_report_time(out, report, err));
    bf_text_string(out, "</main>\n<script>\n");
    print_lines(out, bf_report_script);
    bf_text_string(out, "</script>\n</body>\n</html>\n");
    return bf_text_status(out, err);
}

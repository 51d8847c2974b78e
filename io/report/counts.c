/* Counts over all dates: coverage by status and reconciliation, failure records, nulled values,
 * valid rows by season. */
#include <inttypes.h>
#include <stdio.h>

#include "compute/features/processor.h"
#include "io/report/sections.h"

/* ---- coverage -------------------------------------------------------------------------------- */

/* Statuses that no date of any processor has are left out, but for OK. */
static void find_statuses(bool shown[BF_COVERAGE_STATUSES], const bf_report *report)
{
    for (int s = 0; s < BF_COVERAGE_STATUSES; s++)
        shown[s] = s == BF_COVERAGE_OK;
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        int64_t statuses[BF_COVERAGE_STATUSES];
        bf_unit_coverage sum;
        bf_coverage_total(&sum, statuses, report->coverage, p);
        for (int s = 0; s < BF_COVERAGE_STATUSES; s++)
            shown[s] |= bf_report_has(report, p) && statuses[s] > 0;
    }
}

static void print_coverage(bf_text *out, const bf_report *report, int processor,
                           const bool shown[BF_COVERAGE_STATUSES])
{
    int64_t statuses[BF_COVERAGE_STATUSES];
    bf_unit_coverage sum;
    bf_coverage_total(&sum, statuses, report->coverage, processor);
    bf_html_row(out, bf_report_processor(processor));
    for (int s = 0; s < BF_COVERAGE_STATUSES; s++) {
        bool look = bf_coverage_descriptions[s].wants_attention && statuses[s] > 0;
        if (shown[s])
            bf_text_format(out, "<td class=\"n%s\">%" PRId64 "</td>", look ? " look" : "",
                           statuses[s]);
    }
    bf_html_count(out, sum.expected);
    bf_html_count(out, sum.rows);
    bf_html_count(out, sum.records);
    bf_html_count(out, sum.unaccounted);
    if (sum.expected > 0)
        bf_text_format(out, "<td class=\"n\">%.2f %%</td>",
                       100.0 * (double)(sum.expected - sum.unaccounted) / (double)sum.expected);
    else
        bf_text_string(out, "<td class=\"n\">–</td>");
}

void bf_report_coverage(bf_text *out, const bf_report *report)
{
    bool shown[BF_COVERAGE_STATUSES];
    bf_text columns = BF_TEXT_INIT(1 << 12);
    find_statuses(shown, report);
    bf_text_string(&columns, "processor");
    for (int s = 0; s < BF_COVERAGE_STATUSES; s++) {
        if (shown[s])
            bf_text_format(&columns, "|#%s", bf_coverage_descriptions[s].name);
    }
    bf_text_string(&columns, "|#expected|#rows|#records only|#unaccounted|#coverage");
    bf_html_section(out, "coverage", "Coverage");
    bf_text_string(out, "<p class=\"lead\">Dates by status, then entities: each that is expected "
                        "has a row, or a record that says why not.</p>\n");
    bf_html_table(out, columns.failed ? "" : columns.data);
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        if (bf_report_has(report, p))
            print_coverage(out, report, p, shown);
    }
    bf_html_table_end(out);
    bf_html_section_end(out);
    out->failed |= columns.failed;
    bf_text_free(&columns);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void print_records(bf_text *out, int processor, int category, const bf_record_sum *sum)
{
    char day[BF_DATE_TEXT_BYTES];
    bf_html_row(out, bf_report_processor(processor));
    bf_html_cell(out, bf_set_text(BF_SET_FAILURE, category));
    bf_text_string(out, sum->not_expected == 0 ? "<td>expected</td>"
                                               : "<td class=\"look\">investigate</td>");
    bf_html_count(out, sum->records);
    bf_html_count(out, sum->dates);
    bf_day_format(day, sum->first);
    bf_html_cell(out, day);
    bf_day_format(day, sum->last);
    bf_html_cell(out, day);
}

void bf_report_failures(bf_text *out, const bf_report *report)
{
    bool any = false;
    bf_html_section(out, "failures", "Failure records");
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        for (int c = 0; c < BF_FAILURE_COUNT; c++) {
            bf_record_sum sum = bf_coverage_records(report->coverage, p, c);
            if (sum.records == 0)
                continue;
            if (!any)
                bf_html_table(out, "processor|category|class|#records|#dates|first|last");
            any = true;
            print_records(out, p, c, &sum);
        }
    }
    if (any)
        bf_html_table_end(out);
    else
        bf_text_string(out, "<p>None.</p>\n");
    bf_html_section_end(out);
}

/* ---- nulled ---------------------------------------------------------------------------------- */

void bf_report_nulled(bf_text *out, const bf_report *report)
{
    bool any = false;
    bf_html_section(out, "nulled", "Nulled values");
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; report->layout->written[t] && c < bf_outputs[t].column_count; c++) {
            const bf_column *column = &bf_outputs[t].columns[c];
            char name[256];
            if (report->outcome->nulled[t][c] == 0)
                continue;
            if (!any)
                bf_html_table(out, "table|column|#values");
            any = true;
            (void)snprintf(name, sizeof name, "%s%s%s",
                           column->parent >= 0 ? bf_outputs[t].columns[column->parent].name : "",
                           column->parent >= 0 ? "/" : "", column->name);
            bf_html_row(out, bf_outputs[t].name);
            bf_html_cell(out, name);
            bf_html_count(out, report->outcome->nulled[t][c]);
        }
    }
    if (any)
        bf_html_table_end(out);
    else
        bf_text_string(out, "<p>None: every value fitted its column.</p>\n");
    bf_html_section_end(out);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void print_grade(bf_text *out, const bf_contamination_cell *cell, bf_output table)
{
    double valid;
    bf_grade grade = bf_contamination_grade(&valid, cell, table);
    bool look = grade == BF_GRADE_PARTIAL || grade == BF_GRADE_CONTAMINATED;
    bf_text_format(out, "<td class=\"n%s\">", look ? " look" : "");
    if (grade == BF_GRADE_NO_DATA)
        bf_text_string(out, "–");
    else
        bf_text_format(out, "%.2f %%%s%s", valid, look ? " " : "",
                       look ? bf_grade_name(grade) : "");
    bf_text_string(out, "</td>");
}

static void print_share(bf_text *out, const bf_contamination_cell *cell, bf_output table)
{
    double share = bf_contamination_share_pct(cell);
    if (share < 0)
        bf_text_string(out, "<td class=\"n\">–</td>");
    else
        bf_text_format(out, "<td class=\"n%s\">%.2f %% &lt; %.0f %%</td>",
                       share < bf_contamination_limit_pct(cell, table) ? "" : " look", share,
                       bf_contamination_limit_pct(cell, table));
}

void bf_report_values(bf_text *out, const bf_report *report)
{
    const bf_contamination *sum = report->contamination;
    bf_text columns = BF_TEXT_INIT(1 << 12);
    bf_html_section(out, "values", "Valid rows");
    bf_text_string(out,
                   "<p class=\"lead\">Share of rows whose critical values are there; clean from "
                   "99 %. Beside them the share of PCF's zone mismatches of exactly 0 and of "
                   "ML's features from defaults after day 28, with their limits.</p>\n");
    bf_text_string(&columns, "season");
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        if (bf_report_has(report, p))
            bf_text_format(&columns, "|#%s", bf_report_processor(p));
    }
    bf_text_string(&columns, "|#PCF exact 0|#ML defaults");
    bf_html_table(out, columns.failed ? "" : columns.data);
    for (int32_t s = 0; s < sum->season_count; s++) {
        char season[BF_SEASON_TEXT_BYTES];
        bf_season_format(season, sum->seasons[s]);
        bf_html_row(out, season);
        for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
            if (bf_report_has(report, p))
                print_grade(out, &sum->cells[s][bf_processors[p].table], bf_processors[p].table);
        }
        print_share(out, &sum->cells[s][BF_OUTPUT_pcf], BF_OUTPUT_pcf);
        print_share(out, &sum->cells[s][BF_OUTPUT_ml], BF_OUTPUT_ml);
    }
    bf_html_table_end(out);
    bf_html_section_end(out);
    out->failed |= columns.failed;
    bf_text_free(&columns);
}

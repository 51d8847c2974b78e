/* The verdict first: does something need looking into, what, and what to do about it. */
#include <inttypes.h>

#include "compute/features/processor.h"
#include "io/report/sections.h"

enum {
    EXAMPLES = 5,      /* of a kind and table that are shown at once */
    EXAMPLES_MAX = 200 /* that are in the page at all */
};

static void print_place(bf_text *out, const bf_report *report, const bf_issue *issue)
{
    char season[BF_SEASON_TEXT_BYTES], day[BF_DATE_TEXT_BYTES];
    int processor = bf_report_processor_of(issue->table);
    if (issue->day == BF_ISSUE_NO_DAY && issue->season == 0)
        return;
    if (issue->day == BF_ISSUE_NO_DAY) {
        bf_season_format(season, issue->season);
        bf_text_format(out, "<b>%s</b> ", season);
        return;
    }
    bf_day_format(day, issue->day);
    for (int32_t d = 0; processor >= 0 && d < report->layout->date_count; d++) {
        const bf_unit_coverage *unit = bf_coverage_unit(report->coverage, d, processor);
        if (unit->day == issue->day && bf_coverage_descriptions[unit->status].wants_attention) {
            bf_text_format(out, "<a href=\"#%s-%s\">%s</a> ", bf_processors[processor].short_name,
                           day, day);
            return;
        }
    }
    bf_text_format(out, "<b>%s</b> ", day);
}

/* Examples number from .. to - 1 of a kind and table. */
static void print_examples(bf_text *out, const bf_report *report, int kind, int table, int64_t from,
                           int64_t to)
{
    int64_t at = 0;
    bf_text_string(out, "<ul>\n");
    for (size_t i = 0; i < report->issues->count && at < to; i++) {
        const bf_issue *issue = &report->issues->list[i];
        if (issue->kind != kind || issue->table != table || at++ < from)
            continue;
        bf_text_string(out, "<li>");
        print_place(out, report, issue);
        bf_html_text(out, issue->text);
        bf_text_string(out, "</li>\n");
    }
    bf_text_string(out, "</ul>\n");
}

/* The issues of one kind and table. */
static void print_issues(bf_text *out, const bf_report *report, int kind, int table)
{
    const bf_issue_description *description = &bf_issue_descriptions[kind];
    int processor = bf_report_processor_of(table);
    int64_t count = 0;
    for (size_t i = 0; i < report->issues->count; i++)
        count += report->issues->list[i].kind == kind && report->issues->list[i].table == table;
    if (count == 0)
        return;
    bf_text_format(out, "<div class=\"finding\" data-kind=\"%s\" data-count=\"%" PRId64 "\"><h3>",
                   description->name, count);
    if (table >= 0)
        bf_text_format(
            out, "%s: ", processor >= 0 ? bf_report_processor(processor) : bf_outputs[table].name);
    bf_text_format(out, "%s <small>%s, %" PRId64 "</small></h3>\n", description->title,
                   description->name, count);
    print_examples(out, report, kind, table, 0, EXAMPLES);
    if (count > EXAMPLES) {
        bf_text_format(out, "<details><summary>%" PRId64 " more</summary>\n", count - EXAMPLES);
        print_examples(out, report, kind, table, EXAMPLES, EXAMPLES_MAX);
        if (count > EXAMPLES_MAX)
            bf_text_format(out,
                           "<p>… and %" PRId64
                           " more, which <code>backfill validate --details</code> prints.</p>\n",
                           count - EXAMPLES_MAX);
        bf_text_string(out, "</details>\n");
    }
    bf_text_format(out, "<p class=\"action\">%s</p></div>\n", description->action);
}

static void print_severity(bf_text *out, const bf_report *report, bf_issue_severity severity)
{
    for (int kind = 0; kind < BF_ISSUE_KINDS; kind++) {
        if (bf_issue_descriptions[kind].severity != severity || report->issues->found[kind] == 0)
            continue;
        for (int table = -1; table < BF_OUTPUT_COUNT; table++)
            print_issues(out, report, kind, table);
    }
}

/* What the verdict rests on. */
static void print_checked(bf_text *out, const bf_report *report)
{
    char digests[BF_GROUPED_BYTES], rows[BF_GROUPED_BYTES];
    bf_text_format(out, "<p>Looked at: %s digests of %s rows, all right. ",
                   bf_grouped(digests, report->integrity->digests),
                   bf_grouped(rows, report->integrity->rows));
    if (!report->with_snapshot)
        bf_text_string(out, "Who should have a row is known from the file itself; with the "
                            "snapshot of the run (<code>--snapshot DIR</code>) it is exact, and "
                            "dates are computed again to see whether they knew too much.</p>\n");
    else
        bf_text_format(
            out,
            "Who should have a row is known from the snapshot that the run read; %" PRId32
            " dates, computed again from the games before each, %s.</p>\n",
            report->look_ahead_dates,
            report->look_ahead_different == 0 ? "have the same rows" : "do not have the same rows");
}

/* How the run itself ended: with the reasons that are among the findings, or without one, where
 * only the audit found something. */
static void print_run(bf_text *out, const bf_report *report)
{
    char reasons[BF_ATTENTION_TEXT_BYTES];
    bool is_wanted = bf_attention_is_wanted(report->attention);
    bf_attention_describe(reasons, report->attention);
    bf_text_format(
        out,
        "<p id=\"run-ended\">The run that made these results ended with exit code %d: %s.</p>\n",
        bf_status_exit_code(is_wanted ? BF_E_ATTENTION : BF_OK),
        is_wanted ? reasons : "what is found here, the audit found in its rows");
}

void bf_report_verdict(bf_text *out, const bf_report *report)
{
    int64_t attention = bf_issues_of(report->issues, BF_SEVERITY_ATTENTION) +
                        bf_issues_of(report->issues, BF_SEVERITY_DAMAGE);
    int64_t notes = bf_issues_of(report->issues, BF_SEVERITY_NOTE);
    bf_text_format(out, "<section id=\"verdict\" class=\"%s\" data-findings=\"%" PRId64 "\">\n",
                   attention > 0 ? "attention" : "fine", attention);
    if (attention > 0)
        bf_text_format(out, "<h2>%" PRId64 " finding%s to be looked into</h2>\n", attention,
                       attention == 1 ? "" : "s");
    else
        bf_text_string(out, "<h2>Nothing needs looking into</h2>\n");
    if (attention > 0)
        print_run(out, report);
    print_checked(out, report);
    print_severity(out, report, BF_SEVERITY_DAMAGE);
    print_severity(out, report, BF_SEVERITY_ATTENTION);
    if (notes > 0) {
        bf_text_string(out, "<div class=\"notes\"><h3>Worth knowing, no fault</h3>\n");
        print_severity(out, report, BF_SEVERITY_NOTE);
        bf_text_string(out, "</div>\n");
    }
    bf_html_section_end(out);
}

/* The report of validate as text. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "compute/base/text.h"
#include "mpi/commands/validate.h"

enum {
    EXAMPLES = 5,     /* issues of a kind and table that are printed without --details */
    STATUS_WIDTH = 13 /* of a status in the table of dates */
};

/* ---- pieces ---------------------------------------------------------------------------------- */

enum { NAME_BYTES = 16 };

static void print_number(int width, int64_t number)
{
    char text[BF_GROUPED_BYTES];
    (void)printf("%*s", width, bf_grouped(text, number));
}

/* TDZA */
static const char *short_name(char out[NAME_BYTES], int table)
{
    bool is_processor = table < BF_OUTPUT_failure;
    const char *name = is_processor ? "" : table == BF_OUTPUT_failure ? "records" : "attempts";
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        name = (int)bf_processors[p].table == table ? bf_processors[p].short_name : name;
    (void)snprintf(out, NAME_BYTES, "%s", name);
    for (char *c = out; *c != '\0' && is_processor; c++)
        *c = (char)toupper((unsigned char)*c);
    return out;
}

static void print_title(const char *title, const char *explanation)
{
    (void)printf("\n%s%s%s\n", title, explanation[0] == '\0' ? "" : "  ", explanation);
}

static const char *day_text(char out[BF_DATE_TEXT_BYTES], bf_day day)
{
    bf_day_format(out, day);
    return out;
}

static bool is_in_file(const bf_validation *v, int processor)
{
    return v->processors >> processor & 1u;
}

/* ---- what is validated ----------------------------------------------------------------------- */

static void print_snapshot(const bf_validation *v)
{
    static const char *const names[BF_GAME_TYPE_COUNT] = {"regular season", "play-in", "playoffs"};
    const char *separator = "; dates with games of ";
    if (v->with.snapshot == NULL) {
        (void)printf("without a snapshot: expectations are those that the file itself has; "
                     "--snapshot DIR makes them "
                     "exact and audits look-ahead\n");
        return;
    }
    (void)printf("snapshot %s: the one that the run read", v->snapshot);
    for (int t = 0; t < BF_GAME_TYPE_OTHER; t++) {
        (void)printf("%s%s %" PRId64, separator, names[t], v->with.game_types[t]);
        separator = ", ";
    }
    (void)printf("\n");
}

static void print_head(const bf_validation *v)
{
    const bf_layout *layout = bf_results_layout(v->results);
    const bf_run_facts *facts = bf_results_facts(v->results);
    char time[BF_TIMESTAMP_TEXT_BYTES], first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES],
        rows[BF_GROUPED_BYTES];
    int64_t total = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        total += layout->total[t];
    bf_timestamp_format(time, facts->run_timestamp_us);
    (void)printf("%s%s\nrun %s of %s, backfill %s, context %s\n", bf_results_path(v->results),
                 facts->synthetic ? "  SYNTHETIC: its games are made up" : "", facts->run_id, time,
                 facts->program_version, facts->context_mode);
    (void)printf("%d dates", layout->date_count);
    if (layout->date_count > 0)
        (void)printf(", %s to %s", day_text(first, layout->dates[0]),
                     day_text(last, layout->dates[layout->date_count - 1]));
    (void)printf("; %s rows\n", bf_grouped(rows, total));
    print_snapshot(v);
}

/* ---- coverage -------------------------------------------------------------------------------- */

static void print_coverage(const bf_validation *v)
{
    int64_t any[BF_COVERAGE_STATUSES] = {0}, statuses[BF_PROCESSOR_COUNT][BF_COVERAGE_STATUSES];
    char name[NAME_BYTES];
    bf_unit_coverage total;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_coverage_total(&total, statuses[p], v->coverage, p);
        for (int s = 0; s < BF_COVERAGE_STATUSES; s++)
            any[s] += statuses[p][s];
    }
    print_title("COVERAGE", "dates by status");
    (void)printf("  %-8s", "");
    for (int s = 0; s < BF_COVERAGE_STATUSES; s++) {
        if (any[s] > 0 || (s != BF_COVERAGE_DAMAGED && s != BF_COVERAGE_NOT_RUN))
            (void)printf("  %*s", s == BF_COVERAGE_OK ? 6 : 0, bf_coverage_descriptions[s].name);
    }
    (void)printf("\n");
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bool look = false;
        (void)printf("  %-8s", short_name(name, (int)bf_processors[p].table));
        for (int s = 0; s < BF_COVERAGE_STATUSES; s++) {
            int width = s == BF_COVERAGE_OK ? 6 : (int)strlen(bf_coverage_descriptions[s].name);
            if (any[s] > 0 || (s != BF_COVERAGE_DAMAGED && s != BF_COVERAGE_NOT_RUN))
                (void)printf("  %*" PRId64, width, statuses[p][s]);
            look |= bf_coverage_descriptions[s].wants_attention && statuses[p][s] > 0;
        }
        (void)printf("%s\n", look ? "  <- look" : "");
    }
}

static void print_sum(const char *name, int64_t expected, int64_t rows, int64_t records,
                      int64_t unaccounted)
{
    (void)printf("  %-8s", name);
    print_number(12, expected);
    print_number(12, rows);
    print_number(14, records);
    print_number(13, unaccounted);
    if (expected > 0)
        (void)printf("%9.2f %%", 100.0 * (double)(expected - unaccounted) / (double)expected);
    (void)printf("%s\n", unaccounted > 0 ? "  <- look" : "");
}

static void print_reconciliation(const bf_validation *v)
{
    char name[NAME_BYTES];
    print_title("RECONCILIATION",
                v->with.snapshot != NULL
                    ? "entities expected by the snapshot: a row, or a record that says why not"
                    : "entities expected by the file: a row, or a record that says why not");
    (void)printf("  %-8s%12s%12s%14s%13s%11s\n", "", "expected", "rows", "records only",
                 "unaccounted", "coverage");
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        int64_t statuses[BF_COVERAGE_STATUSES];
        bf_unit_coverage sum;
        if (!is_in_file(v, p))
            continue;
        bf_coverage_total(&sum, statuses, v->coverage, p);
        print_sum(short_name(name, (int)bf_processors[p].table), sum.expected, sum.rows,
                  sum.records, sum.unaccounted);
        if (p == BF_PROCESSOR_psza &&
            sum.listed > 0) /* §12.1: separately, who is listed on the date */
            print_sum(" listed", sum.listed, sum.listed_rows, sum.listed_records,
                      sum.listed - sum.listed_rows - sum.listed_records);
    }
}

static void print_records(const bf_validation *v)
{
    char name[NAME_BYTES], first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES];
    bool any = false;
    print_title("FAILURE RECORDS", "by category");
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        for (int c = 0; c < BF_FAILURE_COUNT; c++) {
            bf_record_sum sum = bf_coverage_records(v->coverage, p, c);
            if (sum.records == 0)
                continue;
            if (!any)
                (void)printf("  %-8s%-22s%10s%8s  %-10s  %-10s  %s\n", "", "", "records", "dates",
                             "first", "last", "class");
            any = true;
            (void)printf("  %-8s%-22s", short_name(name, (int)bf_processors[p].table),
                         bf_set_text(BF_SET_FAILURE, c));
            print_number(10, sum.records);
            print_number(8, sum.dates);
            (void)printf("  %s  %s  %s\n", day_text(first, sum.first), day_text(last, sum.last),
                         sum.not_expected == 0 ? "expected" : "to be looked at  <- look");
        }
    }
    if (!any)
        (void)printf("  none\n");
}

/* ---- contamination --------------------------------------------------------------------------- */

static bf_grade grade_of(double *valid, const bf_validation *v, int32_t season, int processor)
{
    bf_output table = bf_processors[processor].table;
    return bf_contamination_grade(valid, &v->contamination.cells[season][table], table);
}

/* Room for the longest grade that is printed. */
static int grade_width(const bf_validation *v)
{
    int width = 0;
    for (int32_t s = 0; s < v->contamination.season_count; s++) {
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            double valid;
            int size = is_in_file(v, p) ? (int)strlen(bf_grade_name(grade_of(&valid, v, s, p))) : 0;
            width = size > width ? size : width;
        }
    }
    return width;
}

/* A share and its limit; "-" if there was nothing to look at. */
static void print_share(const bf_contamination_cell *cell, bf_output table)
{
    double share = bf_contamination_share_pct(cell);
    if (share < 0.0)
        (void)printf("%13s", "-");
    else
        (void)printf("%8.2f <%3.0f", share, bf_contamination_limit_pct(cell, table));
}

static void print_season(const bf_validation *v, int32_t season, int width)
{
    char text[BF_SEASON_TEXT_BYTES];
    const bf_contamination_cell *cells = v->contamination.cells[season];
    bool look = false;
    bf_season_format(text, v->contamination.seasons[season]);
    (void)printf("  %-7s", text);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        double valid;
        bf_grade grade = grade_of(&valid, v, season, p);
        if (!is_in_file(v, p))
            continue;
        if (grade == BF_GRADE_NO_DATA)
            (void)printf("%8s %-*s", "-", width, bf_grade_name(grade));
        else
            (void)printf("%8.2f %-*s", valid, width, bf_grade_name(grade));
        look |= grade == BF_GRADE_PARTIAL || grade == BF_GRADE_CONTAMINATED;
    }
    print_share(&cells[BF_OUTPUT_pcf], BF_OUTPUT_pcf);
    print_share(&cells[BF_OUTPUT_ml], BF_OUTPUT_ml);
    (void)printf("%s\n", look ? "  <- look" : "");
}

static void print_contamination(const bf_validation *v)
{
    char name[NAME_BYTES];
    int width = grade_width(v);
    print_title("CONTAMINATION", "in percent: valid rows; zone mismatches of exactly 0; features "
                                 "from defaults after day 28");
    (void)printf("  %-7s", "");
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        if (is_in_file(v, p))
            (void)printf("%8s %-*s", short_name(name, (int)bf_processors[p].table), width, "");
    }
    (void)printf("%13s%13s\n", "PCF exact 0", "ML defaults");
    for (int32_t s = 0; s < v->contamination.season_count; s++)
        print_season(v, s, width);
}

/* ---- integrity and look-ahead ---------------------------------------------------------------- */

static void print_integrity(const bf_validation *v)
{
    char digests[BF_GROUPED_BYTES], rows[BF_GROUPED_BYTES], hashes[BF_GROUPED_BYTES];
    int64_t wrong = v->issues.found[BF_ISSUE_digest] + v->issues.found[BF_ISSUE_unreadable];
    int64_t wrong_hashes = v->issues.found[BF_ISSUE_data_hash];
    print_title("INTEGRITY", "");
    (void)printf("  %s digests, one a date and table, of %s rows: ",
                 bf_grouped(digests, v->integrity.digests), bf_grouped(rows, v->integrity.rows));
    if (wrong == 0)
        (void)printf("all right\n");
    else
        (void)printf("%" PRId64 " WRONG or unreadable  <- look\n", wrong);
    (void)printf("  %s rows with a data_hash: ", bf_grouped(hashes, v->integrity.hashes));
    if (wrong_hashes == 0)
        (void)printf("all right\n");
    else
        (void)printf("WRONG on %" PRId64 " dates and tables  <- look\n", wrong_hashes);
}

static void print_look_ahead(const bf_validation *v)
{
    char first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES];
    const bf_validate_snapshot *with = &v->with;
    const bf_day *dates = bf_results_layout(v->results)->dates;
    print_title("LOOK-AHEAD", "");
    if (with->snapshot == NULL) {
        (void)printf("  not audited: it takes the snapshot of the run, --snapshot DIR\n");
        return;
    }
    if (with->sample_count == 0) {
        (void)printf("  not audited: no date was sampled\n");
        return;
    }
    (void)printf("  %d dates, %s to %s, computed again from the games before each: ",
                 with->sample_count, day_text(first, dates[with->samples[0]]),
                 day_text(last, dates[with->samples[with->sample_count - 1]]));
    if (with->differences == 0)
        (void)printf("same rows in all tables\n");
    else
        (void)printf("OTHER ROWS in %" PRId64 " of %" PRId64 " tables of a date  <- look\n",
                     with->differences, with->compared);
}

/* ---- holes ----------------------------------------------------------------------------------- */

/* Runs of dates of the file that follow each other: 2022-01-03..2022-01-07 (5). */
static void print_holes(const bf_validation *v)
{
    const bf_layout *layout = bf_results_layout(v->results);
    char name[NAME_BYTES], first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES];
    bool any = false;
    print_title("HOLES", "game dates without rows where rows were due");
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const char *separator = NULL;
        for (int32_t d = 0; d < layout->date_count; d++) {
            int32_t end = d;
            while (end < layout->date_count &&
                   bf_coverage_is_hole(bf_coverage_unit(v->coverage, end, p)))
                end++;
            if (end == d)
                continue;
            if (separator == NULL)
                (void)printf("  %-8s", short_name(name, (int)bf_processors[p].table));
            (void)printf("%s%s", separator == NULL ? "" : separator,
                         day_text(first, layout->dates[d]));
            if (end > d + 1)
                (void)printf("..%s (%d)", day_text(last, layout->dates[end - 1]), end - d);
            separator = ", ";
            d = end;
            any = true;
        }
        (void)printf("%s", separator == NULL ? "" : "\n");
    }
    if (!any)
        (void)printf("  none\n");
}

/* ---- each date ------------------------------------------------------------------------------- */

static void print_date(const bf_validation *v, int32_t date)
{
    char text[BF_DATE_TEXT_BYTES];
    int64_t categories[BF_FAILURE_COUNT] = {0};
    const char *separator = "  ";
    bool look = false;
    (void)printf("  %s", day_text(text, bf_results_layout(v->results)->dates[date]));
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const bf_unit_coverage *unit = bf_coverage_unit(v->coverage, date, p);
        char counts[2 * BF_GROUPED_BYTES];
        if (!is_in_file(v, p))
            continue;
        (void)snprintf(counts, sizeof counts, "%" PRId64 "+%" PRId64, unit->rows, unit->records);
        if (unit->unaccounted > 0)
            (void)snprintf(counts + strlen(counts), sizeof counts - strlen(counts), "-%" PRId64,
                           unit->unaccounted);
        (void)printf("  %-*s%-9s", STATUS_WIDTH, bf_coverage_descriptions[unit->status].name,
                     unit->expected + unit->rows + unit->records > 0 ? counts : "");
        for (int c = 0; c < BF_FAILURE_COUNT; c++)
            categories[c] += unit->categories[c];
        look |= bf_coverage_descriptions[unit->status].wants_attention;
    }
    for (int c = 0; c < BF_FAILURE_COUNT; c++) {
        if (categories[c] == 0)
            continue;
        (void)printf("%s%s %" PRId64, separator, bf_set_text(BF_SET_FAILURE, c), categories[c]);
        separator = ", ";
    }
    (void)printf("%s\n", look ? "  <- look" : "");
}

static void print_dates(const bf_validation *v)
{
    char name[NAME_BYTES];
    print_title("DATES", "status, rows + records only - unaccounted; records by category");
    (void)printf("  %-10s", "");
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        if (is_in_file(v, p))
            (void)printf("  %-*s", STATUS_WIDTH + 9, short_name(name, (int)bf_processors[p].table));
    }
    (void)printf("\n");
    for (int32_t d = 0; d < bf_results_layout(v->results)->date_count; d++)
        print_date(v, d);
}

/* ---- issues ---------------------------------------------------------------------------------- */

static void print_issue(const bf_issue *issue)
{
    char place[BF_DATE_TEXT_BYTES] = "";
    if (issue->day != BF_ISSUE_NO_DAY)
        bf_day_format(place, issue->day);
    else if (issue->season != 0)
        bf_season_format(place, issue->season);
    (void)printf("      %s%s%s\n", place, place[0] == '\0' ? "" : "  ", issue->text);
}

/* Those of one kind and table: how many, what they mean, the first of them. */
static void print_issues_of(const bf_validation *v, bf_issue_kind kind, int table)
{
    const bf_issue_description *description = &bf_issue_descriptions[kind];
    char name[NAME_BYTES];
    int64_t count = 0, printed = 0;
    for (size_t i = 0; i < v->issues.count; i++)
        count += v->issues.list[i].kind == (int8_t)kind && v->issues.list[i].table == table;
    if (count == 0)
        return;
    (void)printf("  %s%s%s: %s (%" PRId64 ")\n", description->name, table < 0 ? "" : "  ",
                 short_name(name, table), description->title, count);
    for (size_t i = 0; i < v->issues.count; i++) {
        const bf_issue *issue = &v->issues.list[i];
        if (issue->kind != (int8_t)kind || issue->table != table)
            continue;
        if (printed++ < EXAMPLES || v->options->details)
            print_issue(issue);
    }
    if (count > EXAMPLES && !v->options->details)
        (void)printf("      ... and %" PRId64 " more; --details and --json have them\n",
                     count - EXAMPLES);
}

static void print_severity(const bf_validation *v, bf_issue_severity severity, const char *title)
{
    if (bf_issues_of(&v->issues, severity) == 0)
        return;
    print_title(title, "");
    for (int kind = 0; kind < BF_ISSUE_KINDS; kind++) {
        const bf_issue_description *description = &bf_issue_descriptions[kind];
        if (description->severity != severity || v->issues.found[kind] == 0)
            continue;
        for (int table = -1; table < BF_OUTPUT_COUNT; table++)
            print_issues_of(v, (bf_issue_kind)kind, table);
        (void)printf("      -> %s\n", description->action);
        if (v->issues.found[kind] > BF_ISSUES_KEPT)
            (void)printf("      %" PRId64 " in all, of which the first %d are kept\n",
                         v->issues.found[kind], BF_ISSUES_KEPT);
    }
}

static void print_verdict(const bf_validation *v)
{
    int64_t damage = bf_issues_of(&v->issues, BF_SEVERITY_DAMAGE);
    int64_t attention = bf_issues_of(&v->issues, BF_SEVERITY_ATTENTION);
    if (damage > 0)
        (void)printf("\nDAMAGED: %" PRId64 " findings of damage, %" PRId64 " others to look into\n",
                     damage, attention);
    else if (attention > 0)
        (void)printf("\nATTENTION: %" PRId64
                     " findings to look into; docs/validation.md says how\n",
                     attention);
    else
        (void)printf("\nOK: nothing needs looking into\n");
}

void bf_validate_print_text(const bf_validation *v)
{
    print_head(v);
    print_coverage(v);
    print_reconciliation(v);
    print_records(v);
    print_contamination(v);
    print_integrity(v);
    print_look_ahead(v);
    print_holes(v);
    if (v->options->details)
        print_dates(v);
    print_severity(v, BF_SEVERITY_DAMAGE, "DAMAGE");
    print_severity(v, BF_SEVERITY_ATTENTION, "TO BE LOOKED INTO");
    print_severity(v, BF_SEVERITY_NOTE, "NOTES");
    print_verdict(v);
}

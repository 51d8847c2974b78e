/* A calendar a season and processor: a line a month, a cell a date of the file. */
#include <inttypes.h>
#include <string.h>

#include "compute/features/processor.h"
#include "io/report/sections.h"

typedef enum {
#define CELL(name, ...) CELL_##name,
#include "io/report/cells.def"
#undef CELL
    CELLS
} cell;

static const struct {
    const char *name, *legend;
} cells[CELLS] = {
#define CELL(name, legend) {#name, legend},
#include "io/report/cells.def"
#undef CELL
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Dates first .. end - 1 of the file. */
typedef struct season_dates {
    int season;
    int32_t first, end;
} season_dates;

static const bf_unit *unit_of(const bf_report *report, int32_t date, int processor)
{
    return &report->outcome->units[(int64_t)date * BF_UNIT_PROCESSORS + processor];
}

static cell cell_of(const bf_report *report, int32_t date, int processor)
{
    const bf_unit_coverage *unit = bf_coverage_unit(report->coverage, date, processor);
    if (unit_of(report, date, processor)->status == BF_UNIT_FAILED)
        return CELL_fail;
    switch ((bf_coverage_status)unit->status) {
    case BF_COVERAGE_OK:
        return unit->records > 0 ? CELL_rec : CELL_ok;
    case BF_COVERAGE_SKIPPED:
        return CELL_skip;
    case BF_COVERAGE_BOOTSTRAP:
        return CELL_boot;
    case BF_COVERAGE_NO_GAMES:
        return CELL_none;
    case BF_COVERAGE_NOT_RUN:
        return CELL_off;
    default:
        return CELL_look;
    }
}

/* ---- a cell ---------------------------------------------------------------------------------- */

/* "2022-11-02 TDZA: failed; 0 rows, 30 failure records (INSUFFICIENT_DATA 30)" */
static void cell_text(bf_text *out, const bf_report *report, int32_t date, int processor, cell kind)
{
    const bf_unit_coverage *unit = bf_coverage_unit(report->coverage, date, processor);
    const bf_coverage_description *judged = &bf_coverage_descriptions[unit->status];
    char day[BF_DATE_TEXT_BYTES], rows[BF_GROUPED_BYTES], records[BF_GROUPED_BYTES];
    const char *separator = " (";
    bf_day_format(day, report->layout->dates[date]);
    bf_text_format(out, "%s %s: %s", day, bf_report_processor(processor), cells[kind].legend);
    if (judged->wants_attention)
        bf_text_format(out, "; %s, %s", judged->name, judged->meaning);
    if (kind == CELL_boot || kind == CELL_none || kind == CELL_off)
        return;
    bf_text_format(out, "; %s rows, %s failure records", bf_grouped(rows, unit->rows),
                   bf_grouped(records, unit->skips + unit->errors));
    for (int c = 0; c < BF_FAILURE_COUNT; c++) {
        if (unit->categories[c] == 0)
            continue;
        bf_text_format(out, "%s%s %" PRId64, separator, bf_set_text(BF_SET_FAILURE, c),
                       unit->categories[c]);
        separator = ", ";
    }
    bf_text_string(out, separator[0] == ',' ? ")" : "");
    if (unit->unaccounted > 0)
        bf_text_format(out, ", %" PRId64 " unaccounted for", unit->unaccounted);
}

static void print_cell(bf_text *out, const bf_report *report, int32_t date, int processor)
{
    cell kind = cell_of(report, date, processor);
    bf_text_format(out, "<td class=\"%s\" tabindex=\"0\"", cells[kind].name);
    if (kind == CELL_fail || kind == CELL_look) { /* findings point here */
        char day[BF_DATE_TEXT_BYTES];
        bf_day_format(day, report->layout->dates[date]);
        bf_text_format(out, " id=\"%s-%s\"", bf_processors[processor].short_name, day);
    }
    bf_text_string(out, "><span>");
    cell_text(out, report, date, processor, kind);
    bf_text_string(out, "</span></td>");
}

/* ---- a season -------------------------------------------------------------------------------- */

static season_dates season_from(const bf_layout *layout, int32_t first)
{
    season_dates it = {
        .season = bf_season_year(layout->dates[first]), .first = first, .end = first};
    while (it.end < layout->date_count && bf_season_year(layout->dates[it.end]) == it.season)
        it.end++;
    return it;
}

/* A line of a month; `*date` is its first date, and then the next month's. */
static void print_month(bf_text *out, const bf_report *report, int processor, bf_day first,
                        int32_t *date, int32_t end)
{
    int year, month, day_of_month;
    bf_day_to_civil(first, &year, &month, &day_of_month);
    bf_day next = bf_day_from_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1);
    bf_text_format(out, "<tr><th scope=\"row\">%s</th>", months[month - 1]);
    for (bf_day day = first; day < next; day++) {
        if (*date < end && report->layout->dates[*date] == day)
            print_cell(out, report, (*date)++, processor);
        else
            bf_text_string(out, "<td></td>");
    }
    bf_text_string(out, "</tr>\n");
}

static bf_day first_of_month(bf_day day)
{
    int year, month, day_of_month;
    bf_day_to_civil(day, &year, &month, &day_of_month);
    return day - day_of_month + 1;
}

static void print_processor(bf_text *out, const bf_report *report, season_dates season,
                            int processor)
{
    const bf_day *dates = report->layout->dates;
    char text[BF_SEASON_TEXT_BYTES];
    int32_t date = season.first;
    bf_season_format(text, season.season);
    bf_text_format(out,
                   "<table class=\"cal\" role=\"grid\" data-processor=\"%s\" data-season=\"%s\">"
                   "<caption>%s</caption>\n<thead aria-hidden=\"true\"><tr><td></td>",
                   bf_processors[processor].short_name, text, bf_report_processor(processor));
    for (int day = 1; day <= 31; day++) {
        if (day == 1 || day % 10 == 0)
            bf_text_format(out, "<td>%d</td>", day);
        else
            bf_text_string(out, "<td></td>");
    }
    bf_text_string(out, "</tr></thead><tbody>\n");
    for (bf_day month = first_of_month(dates[season.first]); month <= dates[season.end - 1];
         month = first_of_month(month + 31))
        print_month(out, report, processor, month, &date, season.end);
    bf_text_string(out, "</tbody></table>\n");
}

static void print_season(bf_text *out, const bf_report *report, season_dates season)
{
    char text[BF_SEASON_TEXT_BYTES];
    int32_t bootstrap = 0;
    for (int32_t d = season.first; d < season.end; d++)
        bootstrap += bf_day_is_bootstrap(report->layout->dates[d]);
    bf_season_format(text, season.season);
    bf_text_format(out,
                   "<div class=\"season\"><h3>%s <small>%" PRId32 " date%s, %" PRId32
                   " bootstrap</small></h3><div class=\"cals\">\n",
                   text, season.end - season.first, season.end - season.first == 1 ? "" : "s",
                   bootstrap);
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        if (bf_report_has(report, p))
            print_processor(out, report, season, p);
    }
    bf_text_string(out, "</div></div>\n");
}

/* ---- the section ----------------------------------------------------------------------------- */

static void print_legend(bf_text *out, const bf_report *report)
{
    int64_t counts[CELLS] = {0};
    char number[BF_GROUPED_BYTES];
    for (int32_t d = 0; d < report->layout->date_count; d++) {
        for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
            if (bf_report_has(report, p))
                counts[cell_of(report, d, p)]++;
        }
    }
    bf_text_string(out, "<ul class=\"legend\">");
    for (int c = 0; c < CELLS; c++) {
        if (counts[c] > 0 || c != CELL_off)
            bf_text_format(out, "<li%s><i class=\"%s\"></i>%s <b>%s</b></li>",
                           counts[c] == 0 ? " class=\"zero\"" : "", cells[c].name, cells[c].legend,
                           bf_grouped(number, counts[c]));
    }
    bf_text_string(out, "</ul>\n");
}

void bf_report_calendar(bf_text *out, const bf_report *report)
{
    const bf_layout *layout = report->layout;
    bf_html_section(out, "calendar", "Calendar");
    if (layout->date_count == 0) {
        bf_text_string(out, "<p>The range has no game dates, and the file no rows.</p>\n");
    } else {
        bf_text_string(out,
                       "<p class=\"lead\">A cell is a date of the run; point at it, or go there "
                       "with Tab and the arrow keys, to read its counts.</p>\n");
        print_legend(out, report);
    }
    for (int32_t d = 0; d < layout->date_count;) {
        season_dates season = season_from(layout, d);
        print_season(out, report, season);
        d = season.end;
    }
    bf_html_section_end(out);
}

/* Where the time went: phases of each session, computing by processor and by rank. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/features/processor.h"
#include "io/report/sections.h"

/* ---- sessions -------------------------------------------------------------------------------- */

enum { PHASES_MAX = 16, HOSTS_MOST = 4 /* that are named */ };

typedef struct phases {
    const char *names[PHASES_MAX];
    int count;
} phases;

/* The phases that any session names, in their order. Borrows from `sessions`. */
static phases find_phases(const json_t *sessions)
{
    phases it = {.count = 0};
    size_t i;
    json_t *session, *value;
    const char *name;
    json_array_foreach(sessions, i, session)
    {
        json_object_foreach(json_object_get(session, "phases"), name, value)
        {
            int at = 0;
            while (at < it.count && strcmp(it.names[at], name) != 0)
                at++;
            if (at == it.count && it.count < PHASES_MAX && json_is_number(value))
                it.names[it.count++] = name;
        }
    }
    return it;
}

static double seconds_of(const json_t *session, const char *phase)
{
    return json_number_value(json_object_get(json_object_get(session, "phases"), phase));
}

static void print_hosts(bf_text *out, const json_t *hosts)
{
    size_t count = json_array_size(hosts), named = count <= HOSTS_MOST ? count : HOSTS_MOST - 1;
    for (size_t i = 0; i < named; i++) {
        const char *host = json_string_value(json_array_get(hosts, i));
        bf_text_string(out, i == 0 ? "" : ", ");
        bf_html_text(out, host == NULL ? "–" : host);
    }
    if (count == 0)
        bf_text_string(out, "–");
    else if (named < count)
        bf_text_format(out, " and %zu more", count - named);
}

static void print_session(bf_text *out, const json_t *session, size_t number, const phases *of)
{
    static const char *const counts[] = {"ranks", "nodes"};
    const char *start = json_string_value(json_object_get(session, "start"));
    double sum = 0;
    bf_text_format(out, "\n<tr><th scope=\"row\">%zu</th>", number);
    bf_html_cell(out, start == NULL ? "–" : start);
    int64_t merged = json_integer_value(json_object_get(session, "merged_files"));
    bf_text_string(out, "<td>");
    print_hosts(out, json_object_get(session, "hosts"));
    if (merged > 0)
        bf_text_format(out, ", merged %" PRId64 " files", merged);
    bf_text_string(out, "</td>");
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        bf_html_count(out, json_integer_value(json_object_get(session, counts[c])));
    for (int p = 0; p < of->count; p++) {
        double seconds = seconds_of(session, of->names[p]);
        sum += seconds;
        /* not reached; or publish, which is still going on when its session is written */
        bf_html_seconds_cell(out, seconds > 0 ? seconds : -1);
    }
    bf_html_seconds_cell(out, sum);
}

static void print_sessions(bf_text *out, const json_t *sessions)
{
    phases of = find_phases(sessions);
    size_t i;
    json_t *session;
    bf_text columns = BF_TEXT_INIT(1 << 16);
    bf_text_string(&columns, "session|start|hosts|#ranks|#nodes");
    for (int p = 0; p < of.count; p++) {
        bf_text_string(&columns, "|#");
        bf_html_text(&columns, of.names[p]);
    }
    bf_text_string(&columns, "|#all");
    bf_text_string(out, "<h3>Phases <small>seconds</small></h3>\n");
    if (json_array_size(sessions) == 0) {
        bf_text_string(out, "<p>The file names no session.</p>\n");
    } else {
        bf_html_table(out, columns.failed ? "" : columns.data);
        json_array_foreach(sessions, i, session) print_session(out, session, i + 1, &of);
        bf_html_table_end(out);
    }
    out->failed |= columns.failed;
    bf_text_free(&columns);
}

/* ---- processors ------------------------------------------------------------------------------ */

static bool is_computed(const bf_unit *unit)
{
    return unit->rank >= 0 && (unit->status == BF_UNIT_SUCCESS || unit->status == BF_UNIT_FAILED);
}

static void print_processors(bf_text *out, const bf_report *report)
{
    bf_text_string(out, "<h3>Computing, by processor <small>seconds of all ranks, without "
                        "writing</small></h3>\n");
    bf_html_table(out, "processor|#dates|#rows|#failure records|#seconds|#ms a date");
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        int64_t dates = 0, rows = 0, failures = 0;
        double seconds = 0;
        for (int64_t i = p; i < report->outcome->unit_count; i += BF_UNIT_PROCESSORS) {
            const bf_unit *unit = &report->outcome->units[i];
            dates += is_computed(unit);
            rows += unit->rows;
            failures += unit->failures;
            seconds += unit->seconds;
        }
        if (!bf_report_has(report, p))
            continue;
        bf_html_row(out, bf_report_processor(p));
        bf_html_count(out, dates);
        bf_html_count(out, rows);
        bf_html_count(out, failures);
        bf_html_seconds_cell(out, seconds);
        bf_html_seconds_cell(out, dates > 0 ? 1e3 * seconds / (double)dates : -1);
    }
    bf_html_table_end(out);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

typedef struct rank_sum {
    int32_t rank;
    int32_t dates;
    double seconds[BF_UNIT_PROCESSORS], all;
} rank_sum;

typedef struct ranks {
    rank_sum *list; /* owned [count] ascending */
    size_t count;
    int64_t dates;
    double seconds;
    const rank_sum *slowest, *fastest;
} ranks;

static int by_rank(const void *a, const void *b)
{
    const bf_unit *x = *(const bf_unit *const *)a, *y = *(const bf_unit *const *)b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x < y ? -1 : x > y; /* units are in order of dates */
}

static void add_units(ranks *out, const bf_unit **units, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bf_unit *unit = units[i];
        bool is_new = i == 0 || units[i - 1]->rank != unit->rank;
        out->count += is_new;
        rank_sum *sum = &out->list[out->count - 1];
        sum->rank = unit->rank;
        sum->dates += is_new || units[i - 1]->day != unit->day;
        sum->seconds[unit->processor] += unit->seconds;
        sum->all += unit->seconds;
    }
    out->slowest = out->fastest = out->list;
    for (size_t r = 0; r < out->count; r++) {
        const rank_sum *sum = &out->list[r];
        out->dates += sum->dates;
        out->seconds += sum->all;
        out->slowest = sum->all > out->slowest->all ? sum : out->slowest;
        out->fastest = sum->all < out->fastest->all ? sum : out->fastest;
    }
}

static bf_status sum_ranks(ranks *out, const bf_run_outcome *outcome, bf_error *err)
{
    const bf_unit **units = NULL;
    size_t count = 0;
    *out = (ranks){.count = 0};
    BF_TRY(BF_ALLOC(&units, (size_t)outcome->unit_count, err));
    for (int64_t i = 0; i < outcome->unit_count; i++) {
        if (is_computed(&outcome->units[i]))
            units[count++] = &outcome->units[i];
    }
    qsort(units, count, sizeof *units, by_rank);
    bf_status st = BF_ALLOC(&out->list, count, err);
    if (st == BF_OK)
        add_units(out, units, count);
    free(units);
    return st;
}

static void print_summary(bf_text *out, const ranks *it, size_t sessions)
{
    char number[BF_GROUPED_BYTES];
    double mean = it->seconds / (double)it->count;
    bf_text_format(out, "<p>%zu rank%s computed %s dates in ", it->count, it->count == 1 ? "" : "s",
                   bf_grouped(number, it->dates));
    bf_html_seconds(out, it->seconds);
    bf_text_string(out, " s of computing.");
    if (it->count > 1) {
        bf_text_format(out, " Slowest: rank %" PRId32 ", ", it->slowest->rank);
        bf_html_seconds(out, it->slowest->all);
        bf_text_format(out, " s; fastest: rank %" PRId32 ", ", it->fastest->rank);
        bf_html_seconds(out, it->fastest->all);
        bf_text_string(out, " s");
        if (mean > 0)
            bf_text_format(out, "; the slowest takes %.2f times the mean", it->slowest->all / mean);
        bf_text_string(out, ".");
    }
    bf_text_string(out, sessions > 1 ? " Ranks of several sessions that have the same number are "
                                       "added together.</p>\n"
                                     : "</p>\n");
}

/* A bar: a piece a processor, as long as its share of the slowest rank's seconds. */
static void print_bar(bf_text *out, const rank_sum *sum, double longest)
{
    bf_text_string(out, "<td class=\"bar\">");
    for (int p = 0; p < BF_UNIT_PROCESSORS && longest > 0; p++) {
        if (sum->seconds[p] > 0)
            bf_text_format(out, "<i class=\"p%d\" style=\"width:%.2f%%\"></i>", p,
                           100.0 * sum->seconds[p] / longest);
    }
    bf_text_string(out, "</td>");
}

static void print_rank(bf_text *out, const bf_report *report, const ranks *it, const rank_sum *sum)
{
    bf_text_format(out, "\n<tr><th scope=\"row\">%" PRId32 "</th>", sum->rank);
    bf_html_count(out, sum->dates);
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        if (bf_report_has(report, p))
            bf_html_seconds_cell(out, sum->seconds[p]);
    }
    bf_html_seconds_cell(out, sum->all);
    print_bar(out, sum, it->slowest->all);
    bf_text_string(out, it->count == 1       ? "<td></td>"
                        : sum == it->slowest ? "<td>slowest</td>"
                        : sum == it->fastest ? "<td>fastest</td>"
                                             : "<td></td>");
}

static void print_ranks(bf_text *out, const bf_report *report, const ranks *it, size_t sessions)
{
    bf_text columns = BF_TEXT_INIT(1 << 12);
    bf_text_string(&columns, "rank|#dates");
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++) {
        if (bf_report_has(report, p))
            bf_text_format(&columns, "|#<i class=\"p%d\"></i>%s", p, bf_report_processor(p));
    }
    bf_text_string(&columns, "|#all||");
    bf_text_string(out, "<h3>Computing, by rank <small>seconds, without writing</small></h3>\n");
    if (it->count == 0) {
        bf_text_string(out, "<p>No rank had a date to compute.</p>\n");
    } else {
        print_summary(out, it, sessions);
        bf_html_table(out, columns.failed ? "" : columns.data);
        for (size_t r = 0; r < it->count; r++)
            print_rank(out, report, it, &it->list[r]);
        bf_html_table_end(out);
    }
    out->failed |= columns.failed;
    bf_text_free(&columns);
}

bf_status bf_report_time(bf_text *out, const bf_report *report, bf_error *err)
{
    ranks it;
    json_t *sessions = json_loads(report->outcome->sessions_json, 0, NULL);
    bf_status st = sum_ranks(&it, report->outcome, err);
    if (st == BF_OK) {
        bf_html_section(out, "time", "Time");
        print_sessions(out, sessions);
        print_processors(out, report);
        print_ranks(out, report, &it, json_array_size(sessions));
        bf_html_section_end(out);
    }
    free(it.list);
    json_decref(sessions);
    return st;
}

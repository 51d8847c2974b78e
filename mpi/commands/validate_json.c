/* The report of validate as JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "mpi/commands/validate.h"

static json_t *day_json(bf_day day)
{
    char text[BF_DATE_TEXT_BYTES];
    bf_day_format(text, day);
    return json_string(text);
}

static json_t *season_text(int season)
{
    char text[BF_SEASON_TEXT_BYTES];
    bf_season_format(text, season);
    return json_string(text);
}

static void set(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

static json_t *records_json(const bf_unit_coverage *unit)
{
    json_t *object = json_object();
    for (int c = 0; c < BF_FAILURE_COUNT; c++) {
        if (unit->categories[c] > 0)
            set(object, bf_set_text(BF_SET_FAILURE, c), json_integer(unit->categories[c]));
    }
    return object;
}

static json_t *counts_json(const bf_unit_coverage *unit)
{
    json_t *object =
        json_pack("{s:I, s:I, s:I, s:I}", "expected", (json_int_t)unit->expected, "rows",
                  (json_int_t)unit->rows, "records_only", (json_int_t)unit->records, "unaccounted",
                  (json_int_t)unit->unaccounted);
    if (unit->expected > 0)
        set(object, "coverage_pct",
            json_real(100.0 * (double)(unit->expected - unit->unaccounted) /
                      (double)unit->expected));
    return object;
}

/* ---- coverage -------------------------------------------------------------------------------- */

static json_t *processor_json(const bf_validation *v, int processor)
{
    int64_t statuses[BF_COVERAGE_STATUSES];
    bf_unit_coverage sum;
    bf_coverage_total(&sum, statuses, v->coverage, processor);
    json_t *object = counts_json(&sum), *dates = json_object(), *holes = json_array();
    for (int s = 0; s < BF_COVERAGE_STATUSES; s++)
        set(dates, bf_coverage_descriptions[s].name, json_integer(statuses[s]));
    for (int32_t d = 0; d < bf_results_layout(v->results)->date_count; d++) {
        if (bf_coverage_is_hole(bf_coverage_unit(v->coverage, d, processor)))
            (void)json_array_append_new(holes, day_json(bf_results_layout(v->results)->dates[d]));
    }
    set(object, "table", json_string(bf_outputs[bf_processors[processor].table].name));
    set(object, "dates", dates);
    set(object, "holes", holes);
    if (processor == BF_PROCESSOR_psza && sum.listed > 0)
        set(object, "listed",
            json_pack("{s:I, s:I, s:I}", "expected", (json_int_t)sum.listed, "rows",
                      (json_int_t)sum.listed_rows, "records_only", (json_int_t)sum.listed_records));
    return object;
}

static json_t *processors_json(const bf_validation *v)
{
    json_t *object = json_object();
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        if (v->processors >> p & 1u)
            set(object, bf_processors[p].short_name, processor_json(v, p));
    }
    return object;
}

static json_t *failures_json(const bf_validation *v)
{
    json_t *array = json_array();
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        for (int c = 0; c < BF_FAILURE_COUNT; c++) {
            bf_record_sum sum = bf_coverage_records(v->coverage, p, c);
            if (sum.records == 0)
                continue;
            (void)json_array_append_new(
                array,
                json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:b}", "processor",
                          bf_processors[p].short_name, "category", bf_set_text(BF_SET_FAILURE, c),
                          "records", (json_int_t)sum.records, "dates", (json_int_t)sum.dates,
                          "first_date", day_json(sum.first), "last_date", day_json(sum.last),
                          "expected", sum.not_expected == 0));
        }
    }
    return array;
}

static json_t *dates_json(const bf_validation *v)
{
    const bf_layout *layout = bf_results_layout(v->results);
    json_t *array = json_array();
    for (int32_t d = 0; d < layout->date_count; d++) {
        json_t *date = json_object();
        set(date, "date", day_json(layout->dates[d]));
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            const bf_unit_coverage *unit = bf_coverage_unit(v->coverage, d, p);
            if ((v->processors >> p & 1u) == 0)
                continue;
            json_t *object = counts_json(unit);
            set(object, "status", json_string(bf_coverage_descriptions[unit->status].name));
            set(object, "records", records_json(unit));
            set(date, bf_processors[p].short_name, object);
        }
        (void)json_array_append_new(array, date);
    }
    return array;
}

/* ---- values ---------------------------------------------------------------------------------- */

static json_t *cell_json(const bf_contamination_cell *cell, bf_output table)
{
    double valid_pct;
    bf_grade grade = bf_contamination_grade(&valid_pct, cell, table);
    json_t *object =
        json_pack("{s:s, s:I}", "grade", bf_grade_name(grade), "rows", (json_int_t)cell->rows);
    if (cell->rows > 0)
        set(object, "valid_pct", json_real(valid_pct));
    if (cell->watched > 0)
        set(object, table == BF_OUTPUT_pcf ? "exact_zero_pct" : "defaults_pct",
            json_real(bf_contamination_share_pct(cell)));
    return object;
}

static json_t *contamination_json(const bf_validation *v)
{
    json_t *object = json_object();
    for (int32_t s = 0; s < v->contamination.season_count; s++) {
        char season[BF_SEASON_TEXT_BYTES];
        json_t *tables = json_object();
        bf_season_format(season, v->contamination.seasons[s]);
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            bf_output table = bf_processors[p].table;
            if (v->processors >> p & 1u)
                set(tables, bf_processors[p].short_name,
                    cell_json(&v->contamination.cells[s][table], table));
        }
        set(object, season, tables);
    }
    return object;
}

static json_t *look_ahead_json(const bf_validation *v)
{
    const bf_validate_snapshot *with = &v->with;
    json_t *dates = json_array();
    if (with->snapshot == NULL) {
        json_decref(dates);
        return json_null();
    }
    for (int32_t i = 0; i < with->sample_count; i++)
        (void)json_array_append_new(
            dates, day_json(bf_results_layout(v->results)->dates[with->samples[i]]));
    return json_pack("{s:o, s:I, s:I}", "dates", dates, "compared", (json_int_t)with->compared,
                     "different", (json_int_t)with->differences);
}

/* ---- issues ---------------------------------------------------------------------------------- */

static json_t *issue_json(const bf_issue *issue)
{
    static const char *const severities[] = {"note", "attention", "damage"};
    const bf_issue_description *description = &bf_issue_descriptions[issue->kind];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "kind", description->name, "severity",
                  severities[description->severity], "title", description->title, "text",
                  issue->text, "action", description->action, "count", (json_int_t)issue->count);
    if (issue->table >= 0)
        set(object, "table", json_string(bf_outputs[issue->table].name));
    if (issue->day != BF_ISSUE_NO_DAY)
        set(object, "date", day_json(issue->day));
    if (issue->season != 0)
        set(object, "season", season_text(issue->season));
    return object;
}

static json_t *findings_json(const bf_validation *v)
{
    json_t *array = json_array();
    for (size_t i = 0; i < v->issues.count; i++)
        (void)json_array_append_new(array, issue_json(&v->issues.list[i]));
    return array;
}

static const char *verdict(const bf_validation *v)
{
    if (bf_issues_of(&v->issues, BF_SEVERITY_DAMAGE) > 0)
        return "damaged";
    return bf_issues_of(&v->issues, BF_SEVERITY_ATTENTION) > 0 ? "attention" : "ok";
}

static json_t *head_json(const bf_validation *v)
{
    const bf_run_facts *facts = bf_results_facts(v->results);
    const bf_layout *layout = bf_results_layout(v->results);
    char time[BF_TIMESTAMP_TEXT_BYTES];
    bf_timestamp_format(time, facts->run_timestamp_us);
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i}", "kind", "validation",
                             "path", bf_results_path(v->results), "verdict", verdict(v), "run_id",
                             facts->run_id, "run_timestamp", time, "program_version",
                             facts->program_version, "context", facts->context_mode, "synthetic",
                             facts->synthetic, "date_count", layout->date_count);
    if (layout->date_count > 0) {
        set(root, "first_date", day_json(layout->dates[0]));
        set(root, "last_date", day_json(layout->dates[layout->date_count - 1]));
    }
    set(root, "snapshot", v->with.snapshot == NULL ? json_null() : json_string(v->snapshot));
    if (v->with.snapshot != NULL)
        set(root, "game_dates",
            json_pack("{s:I, s:I, s:I}", "regular",
                      (json_int_t)v->with.game_types[BF_GAME_TYPE_REGULAR], "play_in",
                      (json_int_t)v->with.game_types[BF_GAME_TYPE_PLAY_IN], "playoff",
                      (json_int_t)v->with.game_types[BF_GAME_TYPE_PLAYOFF]));
    return root;
}

bf_status bf_validate_print_json(const bf_validation *v, bf_error *err)
{
    json_t *root = head_json(v);
    set(root, "processors", processors_json(v));
    set(root, "failures", failures_json(v));
    set(root, "contamination", contamination_json(v));
    set(root, "integrity",
        json_pack("{s:I, s:I, s:I}", "digests", (json_int_t)v->integrity.digests, "rows",
                  (json_int_t)v->integrity.rows, "data_hashes", (json_int_t)v->integrity.hashes));
    set(root, "look_ahead", look_ahead_json(v));
    set(root, "findings", findings_json(v));
    if (v->options->details)
        set(root, "dates", dates_json(v));
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(root);
    if (text == NULL)
        return bf_error_set(err, BF_E_MEMORY, "%s: out of memory for the report",
                            bf_results_path(v->results));
    (void)puts(text);
    free(text);
    return BF_OK;
}

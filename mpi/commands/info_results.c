#include "mpi/commands/info_results.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5/results.h"

/* One description of the file, as a JSON document: --json prints it, the text is made of it. */

static json_t *day_json(bf_day day)
{
    char text[BF_DATE_TEXT_BYTES];
    bf_day_format(text, day);
    return json_string(text);
}

static json_t *table_json(const bf_layout *layout, int table)
{
    json_t *out = json_object();
    int32_t first = -1, last = -1, dates = 0;
    for (int32_t d = 0; d < layout->date_count; d++) {
        if (layout->rows[table][d] == 0)
            continue;
        first = first < 0 ? d : first;
        last = d;
        dates++;
    }
    (void)json_object_set_new(out, "name", json_string(bf_outputs[table].name));
    (void)json_object_set_new(out, "rows", json_integer(layout->total[table]));
    (void)json_object_set_new(out, "dates", json_integer(dates));
    (void)json_object_set_new(out, "first_date",
                              first < 0 ? json_null() : day_json(layout->dates[first]));
    (void)json_object_set_new(out, "last_date",
                              last < 0 ? json_null() : day_json(layout->dates[last]));
    return out;
}

static json_t *tables_json(const bf_layout *layout)
{
    json_t *out = json_array();
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (layout->written[t])
            (void)json_array_append_new(out, table_json(layout, t));
    }
    return out;
}

/* Units of one processor: how many of each status, rows, failures, seconds of computing. */
static json_t *processor_json(const bf_run_outcome *outcome, int processor)
{
    int64_t count[BF_UNIT_STATUS_COUNT] = {0}, rows = 0, failures = 0;
    double seconds = 0;
    for (int64_t i = 0; i < outcome->unit_count; i++) {
        const bf_unit *unit = &outcome->units[i];
        if (unit->processor != processor)
            continue;
        count[unit->status]++;
        rows += unit->rows;
        failures += unit->failures;
        seconds += unit->seconds;
    }
    json_t *out = json_object();
    (void)json_object_set_new(out, "processor", json_string(bf_unit_processor_names[processor]));
    for (int s = 0; s < BF_UNIT_STATUS_COUNT; s++)
        (void)json_object_set_new(out, bf_unit_status_names[s], json_integer(count[s]));
    (void)json_object_set_new(out, "rows", json_integer(rows));
    (void)json_object_set_new(out, "failures", json_integer(failures));
    (void)json_object_set_new(out, "seconds", json_real(seconds));
    return out;
}

static json_t *units_json(const bf_run_outcome *outcome)
{
    json_t *out = json_array();
    for (int p = 0; p < BF_UNIT_PROCESSORS; p++)
        (void)json_array_append_new(out, processor_json(outcome, p));
    return out;
}

static json_t *nulled_json(const bf_layout *layout, const bf_run_outcome *outcome)
{
    json_t *out = json_object();
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++) {
            const bf_column *column = &bf_outputs[t].columns[c];
            bool member = column->parent >= 0;
            char name[256];
            if (outcome->nulled[t][c] == 0)
                continue;
            (void)snprintf(name, sizeof name, "%s/%s%s%s", bf_outputs[t].name,
                           member ? bf_outputs[t].columns[column->parent].name : "",
                           member ? "/" : "", column->name);
            (void)json_object_set_new(out, name, json_integer(outcome->nulled[t][c]));
        }
    }
    return out;
}

/* A JSON text of the file; what does not parse is shown as text. */
static json_t *embedded_json(const char *text)
{
    json_t *out = json_loads(text, JSON_DECODE_ANY, NULL);
    return out == NULL ? json_string(text) : out;
}

static json_t *describe(const bf_results *results)
{
    const bf_layout *layout = bf_results_layout(results);
    const bf_run_facts *facts = bf_results_facts(results);
    const bf_run_outcome *outcome = bf_results_outcome(results);
    char time[BF_TIMESTAMP_TEXT_BYTES];
    int32_t last = layout->date_count - 1;
    bf_timestamp_format(time, facts->run_timestamp_us);
    return json_pack(
        "{s:s, s:s, s:i, s:b, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, "
        "s:o}",
        "kind", "results", "path", bf_results_path(results), "format_version",
        (int)BF_RESULTS_FORMAT_VERSION, "synthetic", facts->synthetic, "program_version",
        facts->program_version, "run_id", facts->run_id, "run_timestamp", time, "context",
        facts->context_mode, "fingerprint", facts->fingerprint, "options",
        embedded_json(facts->options_json), "inputs", embedded_json(facts->inputs_json), "dates",
        layout->date_count, "first_date", last < 0 ? json_null() : day_json(layout->dates[0]),
        "last_date", last < 0 ? json_null() : day_json(layout->dates[last]), "tables",
        tables_json(layout), "units", units_json(outcome), "nulled", nulled_json(layout, outcome),
        "sessions", embedded_json(outcome->sessions_json));
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "-" : text;
}

static long long number_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

/* JSON on one line. */
static void print_compact(const char *title, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    (void)printf("%s: %s\n", title, text == NULL ? "?" : text);
    free(text);
}

static void print_units(const json_t *units)
{
    size_t i;
    json_t *unit;
    (void)printf("\nunits (processor and date)\n");
    json_array_foreach(units, i, unit)
    {
        (void)printf("  %-5s", text_of(unit, "processor"));
        for (int s = 0; s < BF_UNIT_STATUS_COUNT; s++) {
            if (number_of(unit, bf_unit_status_names[s]) > 0)
                (void)printf(" %s=%lld", bf_unit_status_names[s],
                             number_of(unit, bf_unit_status_names[s]));
        }
        (void)printf(" rows=%lld failures=%lld, %.3f s\n", number_of(unit, "rows"),
                     number_of(unit, "failures"),
                     json_real_value(json_object_get(unit, "seconds")));
    }
}

static void print_sessions(const json_t *sessions)
{
    size_t i, h;
    json_t *session, *value;
    const char *name;
    json_array_foreach(sessions, i, session)
    {
        (void)printf("\nsession %s to %s, %lld ranks on %lld nodes", text_of(session, "start"),
                     text_of(session, "end"), number_of(session, "ranks"),
                     number_of(session, "nodes"));
        json_array_foreach(json_object_get(session, "hosts"), h, value)(void) printf(
            "%s%s", h == 0 ? ": " : ", ", json_is_string(value) ? json_string_value(value) : "-");
        if (number_of(session, "merged_files") > 0)
            (void)printf(", merged %lld files", number_of(session, "merged_files"));
        (void)printf("\n ");
        json_object_foreach(json_object_get(session, "phases"), name, value)(void)
            printf(" %s %.3f s", name, json_number_value(value));
        (void)printf("\n");
    }
}

static void print_text(const json_t *root)
{
    size_t i;
    json_t *value;
    const char *name;
    (void)printf("results %s: format version %lld%s\n", text_of(root, "path"),
                 number_of(root, "format_version"),
                 json_is_true(json_object_get(root, "synthetic"))
                     ? ", SYNTHETIC: the games are made up"
                     : "");
    (void)printf("run %s of %s by backfill %s, context %s, fingerprint %s\n",
                 text_of(root, "run_id"), text_of(root, "run_timestamp"),
                 text_of(root, "program_version"), text_of(root, "context"),
                 text_of(root, "fingerprint"));
    (void)printf("dates %lld, %s to %s\n", number_of(root, "dates"), text_of(root, "first_date"),
                 text_of(root, "last_date"));
    print_compact("options", json_object_get(root, "options"));
    json_array_foreach(json_object_get(root, "inputs"), i, value) print_compact("input", value);
    (void)printf("\n%-28s %10s %6s  %-10s  %-10s\n", "table", "rows", "dates", "first", "last");
    json_array_foreach(json_object_get(root, "tables"), i, value)(void) printf(
        "%-28s %10lld %6lld  %-10s  %-10s\n", text_of(value, "name"), number_of(value, "rows"),
        number_of(value, "dates"), text_of(value, "first_date"), text_of(value, "last_date"));
    print_units(json_object_get(root, "units"));
    (void)printf("\nvalues nulled because they did not fit: %s\n",
                 json_object_size(json_object_get(root, "nulled")) == 0 ? "none" : "");
    json_object_foreach(json_object_get(root, "nulled"), name, value)(void)
        printf("  %s %lld\n", name, (long long)json_integer_value(value));
    print_sessions(json_object_get(root, "sessions"));
}

bf_status bf_info_results(const char *path, bool json, bf_error *err)
{
    bf_results *results = NULL;
    BF_TRY(bf_results_open(&results, path, err));
    json_t *root = describe(results);
    char *text =
        root == NULL || !json ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    bf_status st = BF_OK;
    if (root == NULL || (json && text == NULL))
        st = bf_error_set(err, BF_E_MEMORY, "%s: out of memory for its description", path);
    else if (json)
        (void)puts(text);
    else
        print_text(root);
    free(text);
    json_decref(root);
    bf_results_close(results);
    return st;
}

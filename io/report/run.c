/* What run it is: identity, options, input; and the tables it made. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "io/report/sections.h"

/* ---- facts ----------------------------------------------------------------------------------- */

static void print_fact(bf_text *out, const char *name, const char *value)
{
    bf_text_string(out, "<dt>");
    bf_html_text(out, name);
    bf_text_string(out, "</dt><dd>");
    bf_html_text(out, value);
    bf_text_string(out, "</dd>\n");
}

/* A JSON value as a person would write it: texts as they are, lists with commas. */
static void print_value(bf_text *out, const json_t *value)
{
    size_t i;
    json_t *element;
    if (json_is_string(value)) {
        bf_html_text(out, json_string_value(value));
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, element)
        {
            bf_text_string(out, i == 0 ? "" : ", ");
            print_value(out, element);
        }
    } else {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        bf_html_text(out, text == NULL ? "?" : text);
        free(text);
    }
}

/* The options that change values, as the run wrote them. */
static void print_options(bf_text *out, const bf_report *report)
{
    json_t *options = json_loads(report->facts->options_json, 0, NULL), *value;
    const char *name;
    if (!json_is_object(options))
        print_fact(out, "options", report->facts->options_json);
    json_object_foreach(options, name, value)
    {
        bf_text_string(out, "<dt>");
        bf_html_text(out, name);
        bf_text_string(out, strcmp(name, "dates") == 0 ? " (SHA-256)</dt><dd class=\"hash\">"
                                                       : "</dt><dd>");
        print_value(out, value);
        bf_text_string(out, "</dd>\n");
    }
    json_decref(options);
}

static void print_seasons(bf_text *out, const bf_layout *layout)
{
    char text[BF_SEASON_TEXT_BYTES];
    int last = -1;
    bf_text_string(out, "<dt>seasons</dt><dd>");
    for (int32_t d = 0; d < layout->date_count; d++) {
        int season = bf_season_year(layout->dates[d]);
        if (season == last)
            continue;
        bf_season_format(text, season);
        bf_text_format(out, "%s%s", last == -1 ? "" : ", ", text);
        last = season;
    }
    bf_text_string(out, last == -1 ? "none</dd>\n" : "</dd>\n");
}

/* ---- input ----------------------------------------------------------------------------------- */

static int64_t sum_of(const json_t *rows)
{
    const char *name;
    json_t *value;
    int64_t sum = 0;
    json_object_foreach((json_t *)rows, name, value) sum += json_integer_value(value);
    return sum;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "–" : text;
}

static void print_inputs(bf_text *out, const bf_report *report)
{
    json_t *inputs = json_loads(report->facts->inputs_json, 0, NULL), *input;
    size_t i;
    bf_text_string(out, "<div><h3>Input</h3>\n");
    bf_html_table(out, "season|origin|#rows|SHA-256");
    json_array_foreach(inputs, i, input)
    {
        char season[BF_SEASON_TEXT_BYTES];
        bf_season_format(season, (int)json_integer_value(json_object_get(input, "season")));
        bf_html_row(out, season);
        bf_text_string(out, "<td>");
        bf_html_text(out, text_of(input, "origin"));
        bf_text_string(out, json_is_true(json_object_get(input, "synthetic")) ? ", synthetic</td>"
                                                                              : "</td>");
        bf_html_count(out, sum_of(json_object_get(input, "rows")));
        bf_text_string(out, "<td class=\"hash\">");
        bf_html_text(out, text_of(input, "sha256"));
        bf_text_string(out, "</td>");
    }
    bf_html_table_end(out);
    bf_text_string(out, "</div>\n");
    json_decref(inputs);
}

void bf_report_run(bf_text *out, const bf_report *report)
{
    const bf_run_facts *facts = report->facts;
    char time[BF_TIMESTAMP_TEXT_BYTES];
    bf_timestamp_format(time, facts->run_timestamp_us);
    bf_html_section(out, "run", "The run");
    bf_text_string(out, "<dl>\n");
    print_fact(out, "run id", facts->run_id);
    print_fact(out, "run timestamp", time);
    print_seasons(out, report->layout);
    print_options(out, report);
    bf_text_format(out, "<dt>file format</dt><dd>%d</dd>\n", (int)BF_RESULTS_FORMAT_VERSION);
    bf_text_string(out, "<dt>fingerprint</dt><dd class=\"hash\">");
    bf_html_text(out, facts->fingerprint);
    bf_text_string(out, "</dd>\n");
    bf_text_string(out, "</dl>\n");
    print_inputs(out, report);
    bf_html_section_end(out);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static int32_t dates_with_rows(const bf_layout *layout, bf_output table)
{
    int32_t dates = 0;
    for (int32_t d = 0; d < layout->date_count; d++)
        dates += layout->rows[table][d] > 0;
    return dates;
}

void bf_report_tables(bf_text *out, const bf_report *report)
{
    const bf_layout *layout = report->layout;
    int64_t rows = 0, bytes = 0;
    bf_html_section(out, "tables", "Tables");
    bf_html_table(out, "table|#rows|#bytes|#bytes a row|#dates with rows|digest (SHA-256)");
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        int64_t row_bytes = (int64_t)bf_table_row_bytes(&bf_outputs[t]);
        char hex[BF_SHA256_HEX_BYTES];
        if (!layout->written[t])
            continue;
        bf_hash_hex(hex, report->digests[t]);
        bf_html_row(out, bf_outputs[t].name);
        bf_html_count(out, layout->total[t]);
        bf_html_count(out, layout->total[t] * row_bytes);
        bf_html_count(out, row_bytes);
        bf_html_count(out, dates_with_rows(layout, (bf_output)t));
        bf_text_format(out, "<td class=\"hash\">%s</td>", hex);
        rows += layout->total[t];
        bytes += layout->total[t] * row_bytes;
    }
    bf_text_string(out, "\n</tbody><tfoot>");
    bf_html_row(out, "all");
    bf_html_count(out, rows);
    bf_html_count(out, bytes);
    bf_text_string(out, "<td></td><td></td><td></td>\n</tfoot></table></div>\n");
    bf_html_section_end(out);
}

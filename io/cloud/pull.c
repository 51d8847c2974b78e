#include "io/cloud/pull.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "compute/base/date.h"
#include "compute/history/season.h"
#include "io/cloud/query.h"
#include "io/text/out.h"

enum {
    PAGE_ROWS = 5000, /* some 5 MB of JSON */
    TEXT_LIMIT_BYTES = 1 << 16,
    ROWS_LIMIT_BYTES = 1 << 26
};

/* Letters, digits, _ and -; of a project also . and : (domains). */
static bool is_name(const char *text, size_t size, bool is_project)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:";
    size_t valid = 0;
    while (valid < size && text[valid] != '\0' &&
           memchr(plain, text[valid], sizeof plain - (is_project ? 1 : 3)) != NULL)
        valid++;
    return size > 0 && size < BF_PULL_NAME_BYTES && valid == size;
}

bf_status bf_pull_name(bf_pull_table *out, bf_input input, const char *text, const char *project,
                       bf_error *err)
{
    const char *table = strrchr(text, '.'), *dataset = table;
    *out = (bf_pull_table){.input = input};
    while (dataset != NULL && dataset > text && dataset[-1] != '.')
        dataset--;
    size_t project_bytes = dataset != NULL && dataset > text ? (size_t)(dataset - 1 - text) : 0;
    if (dataset == NULL || !is_name(table + 1, strlen(table + 1), false) ||
        !is_name(dataset, (size_t)(table - dataset), false) ||
        (dataset > text && !is_name(text, project_bytes, true)) ||
        !is_name(project, strlen(project), true))
        return bf_error_set(err, BF_E_USAGE,
                            "table %s: expected [PROJECT.]DATASET.TABLE, found '%.100s' in project "
                            "'%.100s'",
                            bf_inputs[input].name, text, project);
    if (dataset > text)
        (void)snprintf(out->project, sizeof out->project, "%.*s", (int)project_bytes, text);
    else
        (void)snprintf(out->project, sizeof out->project, "%s", project);
    (void)snprintf(out->dataset, sizeof out->dataset, "%.*s", (int)(table - dataset), dataset);
    (void)snprintf(out->name, sizeof out->name, "%s", table + 1);
    return BF_OK;
}

static void full_name(bf_text *out, const bf_pull_table *table)
{
    bf_text_format(out, "%s.%s.%s", table->project, table->dataset, table->name);
}

/* Which columns of the input table BigQuery has. */
static bf_status take_columns(bf_pull_table *table, bf_unused *unused, const json_t *fields,
                              bf_error *err)
{
    const bf_table_schema *schema = &bf_inputs[table->input];
    bool seen[BF_MAX_COLUMNS] = {false};
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(fields, i), "name"));
        int column = name != NULL ? bf_table_find_column(schema, name) : -1;
        if (column >= 0)
            seen[column] = true;
        else if (name != NULL)
            BF_TRY(bf_unused_add(unused, name, strlen(name), err));
    }
    table->column_count = 0;
    for (int c = 0; c < schema->column_count; c++) {
        if (seen[c])
            table->columns[table->column_count++] = c;
        else if ((schema->columns[c].mode & BF_MODE_REQUIRED) != 0)
            return bf_error_set(err, BF_E_INPUT, "column %s: is missing", schema->columns[c].name);
    }
    return BF_OK;
}

static bf_status take_table(bf_pull_table *table, bf_unused *unused, const json_t *reply,
                            bf_error *err)
{
    const json_t *fields = json_object_get(json_object_get(reply, "schema"), "fields");
    const char *location = json_string_value(json_object_get(reply, "location"));
    if (!json_is_array(fields))
        return bf_error_set(err, BF_E_UPLOAD,
                            "the server's reply is not as expected: \"schema\" with \"fields\"");
    if (location != NULL)
        (void)snprintf(table->location, sizeof table->location, "%s", location);
    table->found = true;
    return take_columns(table, unused, fields, err);
}

bf_status bf_pull_look(bf_pull_table *table, bf_unused *unused, bf_service *service, bf_error *err)
{
    bf_text path = BF_TEXT_INIT(TEXT_LIMIT_BYTES), what = BF_TEXT_INIT(TEXT_LIMIT_BYTES);
    json_t *reply = NULL;
    bool needed = bf_inputs[table->input].required;
    full_name(&what, table);
    bf_text_string(&path, "/bigquery/v2/projects/");
    bf_http_escape(&path, table->project);
    bf_text_format(&path, "/datasets/%s/tables/%s", table->dataset, table->name);
    bf_status st = bf_text_status(&path, err);
    if (st == BF_OK)
        st = bf_text_status(&what, err);
    if (st == BF_OK) {
        bf_call call = {.takes = {404},
                        .what = what.data,
                        .permission = "bigquery.tables.get",
                        .http = {.method = "GET", .url = path.data}};
        st = bf_service_json(&reply, NULL, service, &call, NULL, err);
    }
    table->found = false;
    if (st == BF_OK && reply != NULL) {
        st = take_table(table, unused, reply, err);
        if (st != BF_OK)
            bf_error_prefix(err, "%s", what.data);
    } else if (st == BF_OK && needed) {
        st = bf_error_set(err, BF_E_INPUT, "%s: there is no such table, or no such dataset",
                          what.data);
    }
    json_decref(reply);
    bf_text_free(&what);
    bf_text_free(&path);
    return st;
}

/* SELECT of the table's columns, of a season by its dates. */
static bf_status query_text(bf_text *out, const bf_pull_table *table, int season, bf_error *err)
{
    const bf_table_schema *schema = &bf_inputs[table->input];
    int date = bf_input_date_column(table->input);
    for (int i = 0; i < table->column_count; i++)
        bf_text_format(out, "%s`%s`", i == 0 ? "SELECT " : ", ",
                       schema->columns[table->columns[i]].name);
    bf_text_string(out, " FROM `");
    full_name(out, table);
    bf_text_string(out, "`");
    if (season != 0 && date >= 0) {
        char first[BF_DATE_TEXT_BYTES], after[BF_DATE_TEXT_BYTES];
        const char *name = schema->columns[date].name;
        bf_day_format(first, bf_season_first(season));
        bf_day_format(after, bf_season_first(season + 1));
        bf_text_format(out, " WHERE `%s` >= DATE '%s' AND `%s` < DATE '%s'", name, first, name,
                       after);
    }
    return bf_text_status(out, err);
}

/* Checks a row as an import would, and appends it as a line. */
static bf_status take_row(bf_text *out, bf_raw *raw, bf_query *query, const bf_pull_table *table,
                          int64_t row, bf_error *err)
{
    int64_t place;
    bool first = true;
    BF_TRY(bf_raw_add_row(&place, raw, err));
    bf_text_string(out, "{");
    for (int i = 0; i < table->column_count; i++) {
        const char *text;
        size_t size;
        BF_TRY(bf_query_cell(&text, &size, query, row, i, err));
        if (text == NULL)
            continue;
        BF_TRY(bf_raw_set_text(raw, table->columns[i], text, size, err));
        bf_text_format(out, "%s\"%s\":", first ? "" : ",",
                       raw->columns.schema->columns[table->columns[i]].name);
        bf_text_json_string(out, text);
        first = false;
    }
    bf_text_string(out, "}\n");
    BF_TRY(bf_raw_check_row(raw, err));
    return bf_text_status(out, err);
}

/* One page: checked, and written as lines. before: rows of earlier pages. */
static bf_status take_rows(bf_out *out, bf_text *lines, bf_intern *texts, bf_query *query,
                           const bf_pull_table *table, int64_t before, int64_t rows, bf_error *err)
{
    bf_raw raw;
    bf_text_clear(lines);
    bf_status st = bf_raw_init(&raw, table->input, texts, err);
    for (int64_t row = 0; st == BF_OK && row < rows; row++) {
        st = take_row(lines, &raw, query, table, row, err);
        if (st == BF_E_INPUT)
            bf_error_prefix(err, "row %" PRId64, before + row + 1);
    }
    bf_raw_reset(&raw);
    return st == BF_OK ? bf_out_write(out, lines->data, lines->size_bytes, err) : st;
}

static bf_status take_pages(int64_t *total, bf_out *out, const bf_pull *pull, bf_query *query,
                            const bf_pull_table *table, bf_error *err)
{
    bf_text lines = BF_TEXT_INIT(ROWS_LIMIT_BYTES);
    bf_intern *texts = NULL;
    int64_t rows;
    bf_status st = bf_intern_create(&texts, err);
    *total = 0;
    if (st == BF_OK && bf_query_column_count(query) != table->column_count)
        st = bf_error_set(err, BF_E_UPLOAD, "expected %d columns, found %d", table->column_count,
                          bf_query_column_count(query));
    while (st == BF_OK && (st = bf_query_next(&rows, query, err)) == BF_OK && rows > 0) {
        st = take_rows(out, &lines, texts, query, table, *total, rows, err);
        *total += rows;
        if (st == BF_OK && pull->progress != NULL)
            pull->progress(pull->context, *total, bf_query_total_rows(query));
    }
    bf_intern_free(texts);
    bf_text_free(&lines);
    return st;
}

bf_status bf_pull_rows(int64_t *rows, const bf_pull *pull, const bf_pull_table *table, int season,
                       const char *path, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(TEXT_LIMIT_BYTES), what = BF_TEXT_INIT(TEXT_LIMIT_BYTES);
    bf_query *query = NULL;
    bf_out *out = NULL;
    full_name(&what, table);
    if (season != 0) {
        char season_text[BF_SEASON_TEXT_BYTES];
        bf_season_format(season_text, season);
        bf_text_format(&what, ", season %s", season_text);
    }
    bf_status st = bf_text_status(&what, err);
    BF_TRY_GOTO(st);
    BF_TRY_GOTO(query_text(&text, table, season, err));
    bf_query_options options = {
        .project = pull->project,
        .location = pull->location != NULL ? pull->location : table->location,
        .text = text.data,
        .page_rows = PAGE_ROWS,
        .what = what.data,
        .permission =
            "bigquery.jobs.create on the project and bigquery.tables.getData on the table",
        .resource = what.data};
    BF_TRY_GOTO(bf_query_open(&query, pull->service, &options, err));
    BF_TRY_GOTO(bf_out_create(&out, path, true, err));
    st = take_pages(rows, out, pull, query, table, err);
    if (st == BF_OK) {
        st = bf_out_commit(out, err);
        out = NULL;
    } else if (st == BF_E_INPUT) {
        bf_error_prefix(err, "%s", what.data);
    }
done:
    bf_out_abandon(out);
    bf_query_close(query);
    bf_text_free(&what);
    bf_text_free(&text);
    return st;
}

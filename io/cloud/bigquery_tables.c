/* Datasets and tables: https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables,
 * https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/datasets */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "io/cloud/bigquery_internal.h"
#include "io/text/definition.h"

enum { PATH_BYTES = 4096, DEFINITION_BYTES = 1 << 20, DAY_S = 86400 };

/* ---- requests ---------------------------------------------------------------------------- */

/* "/bigquery/v2/projects/P/datasets/D/tables/T"; without the last parts where they are NULL. */
static void table_path(bf_text *out, const bf_bigquery *bigquery, const char *dataset,
                       const char *table, bool tables)
{
    bf_text_string(out, "/bigquery/v2/projects/");
    bf_http_escape(out, bigquery->upload->target->project);
    bf_text_string(out, "/datasets/");
    bf_http_escape(out, dataset);
    bf_text_string(out, tables ? "/tables" : "");
    if (table == NULL)
        return;
    bf_text_string(out, "/");
    bf_http_escape(out, table);
}

/* What messages call it: "dataset nba_precompute of project p". */
static void describe_dataset(char out[BF_BIGQUERY_NAME_BYTES], const bf_bigquery *bigquery,
                             const char *dataset)
{
    (void)snprintf(out, BF_BIGQUERY_NAME_BYTES, "dataset %.160s of project %.160s", dataset,
                   bigquery->upload->target->project);
}

static bf_status request(json_t **out, int *status, bf_bigquery *bigquery, const char *method,
                         const char *dataset, const char *table, bool tables,
                         const char *permission, const json_t *body, int takes, bf_error *err)
{
    char resource[BF_BIGQUERY_NAME_BYTES], what[BF_BIGQUERY_NAME_BYTES];
    bf_text path = BF_TEXT_INIT(PATH_BYTES);
    table_path(&path, bigquery, dataset, table, tables);
    describe_dataset(resource, bigquery, dataset);
    (void)snprintf(what, sizeof what, "%.190s%s%.190s", dataset, table == NULL ? "" : ".",
                   table == NULL ? "" : table);
    *out = NULL;
    bf_status st = bf_text_status(&path, err);
    const bf_call call = {
        .http = {.method = method, .url = path.data, .reply_limit_bytes = BF_BIGQUERY_TEXT_BYTES},
        .takes = {takes},
        .what = what,
        .permission = permission,
        .resource = resource};
    if (st == BF_OK)
        st = bf_service_json(out, status, bigquery->service, &call, body, err);
    bf_text_free(&path);
    return st;
}

bf_status bf_bigquery_table_get(json_t **out, bf_bigquery *bigquery, const char *dataset,
                                const char *table, bf_error *err)
{
    return request(out, NULL, bigquery, "GET", dataset, table, true, "bigquery.tables.get", NULL,
                   404, err);
}

bf_status bf_bigquery_table_insert(json_t **out, bf_bigquery *bigquery, const char *dataset,
                                   const char *table, json_t *resource, bf_error *err)
{
    int status = 0;
    json_t *reference = json_pack("{s:s, s:s, s:s}", "projectId", bigquery->upload->target->project,
                                  "datasetId", dataset, "tableId", table);
    bf_status st = BF_OK;
    *out = NULL;
    if (resource == NULL || json_object_set_new(resource, "tableReference", reference) != 0)
        st = bf_error_set(err, BF_E_MEMORY, "out of memory while describing a table");
    if (st == BF_OK)
        st = request(out, &status, bigquery, "POST", dataset, NULL, true, "bigquery.tables.create",
                     resource, 409, err);
    json_decref(resource);
    if (st == BF_OK && status == 409) /* made by a request whose reply was lost */
        st = bf_bigquery_table_get(out, bigquery, dataset, table, err);
    if (st == BF_OK && *out == NULL)
        st = bf_error_set(err, BF_E_UPLOAD, "%s.%s: the table exists and cannot be found", dataset,
                          table);
    return st;
}

bf_status bf_bigquery_table_drop(bf_bigquery *bigquery, const char *dataset, const char *table,
                                 bf_error *err)
{
    /* That it is gone is believed the second time: nobody else drops it, and left over it costs. */
    int status = 404;
    bf_status st = BF_OK;
    for (int tries = 0; st == BF_OK && status == 404 && tries < 2; tries++) {
        json_t *reply = NULL;
        st = request(&reply, &status, bigquery, "DELETE", dataset, table, true,
                     "bigquery.tables.delete", NULL, 404, err);
        json_decref(reply);
    }
    return st;
}

bf_status bf_bigquery_locate(bf_bigquery *bigquery, bf_error *err)
{
    const char *first = NULL; /* dataset that the location was taken from */
    (void)snprintf(bigquery->location, sizeof bigquery->location, "%s",
                   bigquery->upload->target->location);
    for (int t = 0; t < bigquery->table_count && bigquery->upload->target->location[0] == '\0';
         t++) {
        const char *dataset = bigquery->tables[t].dataset;
        bool known = false;
        for (int before = 0; before < t; before++)
            known |= strcmp(bigquery->tables[before].dataset, dataset) == 0;
        if (known)
            continue;
        json_t *about = NULL;
        BF_TRY(request(&about, NULL, bigquery, "GET", dataset, NULL, false, "bigquery.datasets.get",
                       NULL, 0, err));
        const json_t *told = json_object_get(about, "location");
        const char *location = told == NULL ? "US" : json_string_value(told); /* the default */
        bf_status st = BF_OK;
        if (location == NULL || strlen(location) >= sizeof bigquery->location)
            st = bf_error_set(err, BF_E_UPLOAD, "dataset %s: its location is no location", dataset);
        else if (first == NULL)
            (void)snprintf(bigquery->location, sizeof bigquery->location, "%s", location);
        else if (strcasecmp(bigquery->location, location) != 0)
            st = bf_error_set(err, BF_E_UPLOAD,
                              "dataset %s is in %s, dataset %s in %s: one transaction cannot reach "
                              "both; choose datasets of one location in the URL",
                              first, bigquery->location, dataset, location);
        json_decref(about);
        BF_TRY(st);
        first = first == NULL ? dataset : first;
    }
    return BF_OK;
}

/* ---- columns ----------------------------------------------------------------------------- */

static const char *text_of(const json_t *field, const char *member)
{
    const char *text = json_string_value(json_object_get(field, member));
    return text == NULL ? "" : text;
}

/* One name for each type: tables.get calls INT64 INTEGER. */
static const char *canonical(const char *type)
{
    static const char *const names[][2] = {{"INTEGER", "INT64"},
                                           {"FLOAT", "FLOAT64"},
                                           {"BOOLEAN", "BOOL"},
                                           {"DECIMAL", "NUMERIC"},
                                           {"BIGDECIMAL", "BIGNUMERIC"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(type, names[i][0]) == 0)
            return names[i][1];
    }
    return type;
}

/* True if every value of type `ours` can be loaded into a column of type `theirs`. */
static bool fits(const char *ours, const char *theirs)
{
    static const char *const wider[][2] = {{"INT64", "NUMERIC"},
                                           {"INT64", "BIGNUMERIC"},
                                           {"INT64", "FLOAT64"},
                                           {"NUMERIC", "BIGNUMERIC"},
                                           {"NUMERIC", "FLOAT64"}};
    if (strcasecmp(ours, theirs) == 0)
        return true;
    for (size_t i = 0; i < sizeof wider / sizeof *wider; i++) {
        if (strcasecmp(ours, wider[i][0]) == 0 && strcasecmp(theirs, wider[i][1]) == 0)
            return true;
    }
    return false;
}

static bool is_repeated(const json_t *field)
{
    return strcasecmp(text_of(field, "mode"), "REPEATED") == 0;
}

static json_t *find_field(const json_t *fields, const char *name)
{
    json_t *field;
    size_t i;
    json_array_foreach((json_t *)fields, i, field)
    {
        if (strcasecmp(text_of(field, "name"), name) == 0) /* names differ in more than case */
            return field;
    }
    return NULL;
}

/* Our own fields of the table; a new reference, NULL when memory is out. */
static json_t *own_fields(const bf_table_schema *schema)
{
    bf_text text = BF_TEXT_INIT(DEFINITION_BYTES);
    bf_definition_bigquery(&text, schema);
    json_t *fields = text.failed ? NULL : json_loadb(text.data, text.size_bytes, 0, NULL);
    bf_text_free(&text);
    return fields;
}

json_t *bf_bigquery_staging_fields(const bf_bigquery_state *state)
{
    static const char *const taken[] = {"type", "precision", "scale", "maxLength"};
    json_t *fields = own_fields(state->table->schema), *field;
    size_t i;
    json_array_foreach(fields, i, field)
    {
        const json_t *target = find_field(state->fields, text_of(field, "name"));
        json_object_del(field, "description");
        if (!is_repeated(field))
            json_object_set_new(field, "mode", json_string("NULLABLE"));
        for (size_t m = 0; target != NULL && m < sizeof taken / sizeof *taken; m++) {
            json_object_del(field, taken[m]);
            if (json_object_get(target, taken[m]) != NULL)
                json_object_set(field, taken[m], json_object_get(target, taken[m]));
        }
    }
    return fields;
}

static bf_status check_field(bf_bigquery_state *state, const json_t *ours, const json_t *theirs,
                             bf_error *err)
{
    const char *our_type = canonical(text_of(ours, "type"));
    const char *their_type = canonical(text_of(theirs, "type"));
    if (is_repeated(ours) == is_repeated(theirs) && fits(our_type, their_type))
        return BF_OK;
    return bf_error_set(err, BF_E_UPLOAD,
                        "%s: column %s is %s%s%s there, the results have %s%s%s; nothing was "
                        "changed",
                        state->name, text_of(ours, "name"), is_repeated(theirs) ? "ARRAY<" : "",
                        their_type, is_repeated(theirs) ? ">" : "",
                        is_repeated(ours) ? "ARRAY<" : "", our_type, is_repeated(ours) ? ">" : "");
}

/* A column that only the target has must do without a value. */
static bf_status check_others(const bf_bigquery_state *state, const json_t *ours, bf_error *err)
{
    json_t *field;
    size_t i;
    json_array_foreach(state->fields, i, field)
    {
        if (find_field(ours, text_of(field, "name")) == NULL &&
            strcasecmp(text_of(field, "mode"), "REQUIRED") == 0 &&
            text_of(field, "defaultValueExpression")[0] == '\0')
            return bf_error_set(err, BF_E_UPLOAD,
                                "%s: column %s is REQUIRED there, and the results have none; "
                                "nothing was changed",
                                state->name, text_of(field, "name"));
    }
    return BF_OK;
}

static bf_status match_columns(const bf_bigquery *bigquery, bf_bigquery_state *state, bf_error *err)
{
    const bf_table_schema *schema = state->table->schema;
    json_t *ours = own_fields(schema);
    bf_text left_out = BF_TEXT_INIT(DEFINITION_BYTES);
    bf_status st = ours == NULL ? bf_error_set(err, BF_E_MEMORY, "out of memory: columns") : BF_OK;
    for (int c = 0; c < schema->column_count && st == BF_OK; c++) {
        const char *name = schema->columns[c].name;
        if (schema->columns[c].parent >= 0)
            continue;
        const json_t *theirs = find_field(state->fields, name);
        state->used[c] = theirs != NULL;
        if (theirs != NULL)
            st = check_field(state, find_field(ours, name), theirs, err);
        else
            bf_text_format(&left_out, "%s%s", left_out.size_bytes > 0 ? ", " : "", name);
    }
    if (st == BF_OK)
        st = check_others(state, ours, err);
    if (st == BF_OK && left_out.size_bytes > 0)
        bf_bigquery_tell(bigquery, true, "%s lacks columns, which are left out: %s", state->name,
                         left_out.data);
    bf_text_free(&left_out);
    json_decref(ours);
    return st;
}

/* ---- tables ------------------------------------------------------------------------------ */

/* The oldest date that is a partition of the table; false if there is none. */
static bool oldest_partition(bf_day *out, const bf_bigquery_state *state,
                             const json_t *partitioning)
{
    const char *field = text_of(partitioning, "field");
    const bf_bigquery_table *table = state->table;
    bool by_date = strcasecmp(field, table->date_column) == 0;
    *out = (bf_day)(time(NULL) / DAY_S); /* by the time of loading, or of the run */
    for (int s = 0; s < table->scope_count && by_date; s++) {
        for (int32_t d = 0; d < table->scopes[s].date_count; d++)
            *out = table->scopes[s].dates[d] < *out ? table->scopes[s].dates[d] : *out;
    }
    return by_date;
}

/* spec/backfill.md B28: rows in a partition that is older than the limit vanish at once. */
static bf_status check_expiration(const bf_bigquery_state *state, const json_t *resource,
                                  bf_error *err)
{
    const json_t *partitioning = json_object_get(resource, "timePartitioning");
    int64_t limit_ms = bf_call_int64(json_object_get(partitioning, "expirationMs"), 0);
    bf_day oldest;
    char day[BF_DATE_TEXT_BYTES];
    if (limit_ms <= 0 || !oldest_partition(&oldest, state, partitioning) ||
        ((int64_t)time(NULL) - (int64_t)oldest * DAY_S) * 1000 < limit_ms)
        return BF_OK;
    bf_day_format(day, oldest);
    return bf_error_set(err, BF_E_UPLOAD,
                        "%s: its partitions expire after %.4g days, so rows of %s would be dropped "
                        "at once; nothing was changed. Remove the limit: ALTER TABLE `%s` SET "
                        "OPTIONS (partition_expiration_days = NULL)",
                        state->name, (double)limit_ms / 1000 / DAY_S, day, state->name);
}

static json_t *new_table(const bf_table_schema *schema)
{
    json_t *cluster = json_array();
    for (const char *at = schema->cluster; *at != '\0'; at += strspn(at, ", ")) {
        size_t size = strcspn(at, ", ");
        json_array_append_new(cluster, json_stringn(at, size));
        at += size;
    }
    return json_pack("{s:{s:o}, s:{s:s, s:s}, s:{s:o}, s:s}", "schema", "fields",
                     own_fields(schema), "timePartitioning", "type", "DAY", "field",
                     schema->columns[schema->date_column].name, "clustering", "fields", cluster,
                     "description", schema->description);
}

static bf_status missing(bf_bigquery *bigquery, bf_bigquery_state *state, bf_error *err)
{
    if (state->table->optional) {
        bf_bigquery_tell(bigquery, true,
                         "%s does not exist; its %" PRId64 " rows are left out (--create-tables "
                         "makes it)",
                         state->name, state->table->rows);
        state->left_out = true;
        return BF_OK;
    }
    return bf_error_set(err, BF_E_UPLOAD,
                        "table %s does not exist; --create-tables makes what is missing, or use "
                        "what 'backfill schema --table %s --format ddl' prints",
                        state->name, state->table->schema->name);
}

/* Takes what the table's resource says; `resource` NULL: there is no such table. */
static bf_status take_table(bf_bigquery *bigquery, bf_bigquery_state *state, const json_t *resource,
                            bf_error *err)
{
    json_t *fields = json_object_get(json_object_get(resource, "schema"), "fields");
    if (!json_is_array(fields))
        return bf_error_set(err, BF_E_UPLOAD, "%s: the table has no schema", state->name);
    json_decref(state->fields);
    state->fields = json_incref(fields);
    BF_TRY(check_expiration(state, resource, err));
    return match_columns(bigquery, state, err);
}

bf_status bf_bigquery_check_tables(bf_bigquery *bigquery, bf_error *err)
{
    bool absent[BF_BIGQUERY_TABLES_MAX] = {false};
    json_t *resource = NULL;
    for (int t = 0; t < bigquery->table_count; t++) {
        bf_bigquery_state *state = &bigquery->tables[t];
        BF_TRY(bf_bigquery_table_get(&resource, bigquery, state->dataset,
                                     state->table->schema->name, err));
        absent[t] = resource == NULL;
        bf_status st = absent[t] && !bigquery->upload->create_tables ? missing(bigquery, state, err)
                       : absent[t]                                   ? BF_OK
                                   : take_table(bigquery, state, resource, err);
        json_decref(resource);
        BF_TRY(st);
    }
    for (int t = 0; t < bigquery->table_count; t++) {
        bf_bigquery_state *state = &bigquery->tables[t];
        if (!absent[t] || state->left_out)
            continue;
        BF_TRY(bf_bigquery_table_insert(&resource, bigquery, state->dataset,
                                        state->table->schema->name, new_table(state->table->schema),
                                        err));
        bf_status st = take_table(bigquery, state, resource, err);
        json_decref(resource);
        BF_TRY(st);
        bf_bigquery_tell(bigquery, false, "made the table %s", state->name);
    }
    return BF_OK;
}

/* The transaction over all tables, and the count afterwards:
 * https://docs.cloud.google.com/bigquery/docs/transactions */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "io/cloud/bigquery_internal.h"

enum { FAILURES_MAX = 8 }; /* transactions that may fail before this process gives up */

/* ---- statements -------------------------------------------------------------------------- */

/* (`processor_name` = 'X' AND `analysis_date` IN ('2021-11-02', ...)) */
static void append_scope(bf_text *out, const bf_bigquery_table *table,
                         const bf_bigquery_scope *scope)
{
    const char *separator = "";
    bf_text_string(out, "(");
    if (scope->column != NULL)
        bf_text_format(out, "`%s` = '%s'%s", scope->column, scope->value,
                       scope->dates == NULL ? "" : " AND ");
    if (scope->dates != NULL)
        bf_text_format(out, "`%s` IN (", table->date_column);
    for (int32_t d = 0; d < scope->date_count && scope->dates != NULL; d++) {
        char day[BF_DATE_TEXT_BYTES];
        bf_day_format(day, scope->dates[d]);
        bf_text_format(out, "%s'%s'", separator, day);
        separator = ", ";
    }
    bf_text_string(out, scope->dates != NULL ? "))" : ")");
}

/* WHERE with all scopes; false, and nothing, if they are of no row at all. */
static bool append_where(bf_text *out, const bf_bigquery_table *table)
{
    const char *separator = " WHERE ";
    for (int s = 0; s < table->scope_count; s++) {
        if (table->scopes[s].dates != NULL && table->scopes[s].date_count == 0)
            continue;
        bf_text_string(out, separator);
        append_scope(out, table, &table->scopes[s]);
        separator = " OR ";
    }
    return separator[1] == 'O';
}

static bool has_scope(const bf_bigquery_table *table)
{
    for (int s = 0; s < table->scope_count; s++) {
        if (table->scopes[s].dates == NULL || table->scopes[s].date_count > 0)
            return true;
    }
    return false;
}

static void append_columns(bf_text *out, const bf_bigquery_state *state)
{
    const bf_table_schema *schema = state->table->schema;
    const char *separator = "";
    for (int c = 0; c < schema->column_count; c++) {
        if (!state->used[c])
            continue;
        bf_text_format(out, "%s`%s`", separator, schema->columns[c].name);
        separator = ", ";
    }
}

static void append_insert(bf_text *out, const bf_bigquery *bigquery, const bf_bigquery_state *state,
                          const bf_bigquery_part *part)
{
    char staging[BF_BIGQUERY_NAME_BYTES];
    bf_bigquery_name_staging(staging, bigquery, state, part);
    bf_text_format(out, "INSERT INTO `%s` (", state->name);
    append_columns(out, state);
    bf_text_string(out, ")\nSELECT ");
    append_columns(out, state);
    bf_text_format(out, "\nFROM `%s.%s.%s`;\n", bigquery->upload->target->project, state->dataset,
                   staging);
}

static void append_transaction(bf_text *out, const bf_bigquery *bigquery)
{
    bf_text_string(out, "BEGIN TRANSACTION;\n");
    for (int t = 0; t < bigquery->table_count; t++) {
        const bf_bigquery_state *state = &bigquery->tables[t];
        if (state->left_out)
            continue;
        if (has_scope(state->table)) {
            bf_text_format(out, "DELETE FROM `%s`", state->name);
            (void)append_where(out, state->table);
            bf_text_string(out, ";\n");
        }
        for (int p = 0; p < state->table->part_count && state->table->rows > 0; p++)
            append_insert(out, bigquery, state, &state->table->parts[p]);
    }
    bf_text_string(out, "COMMIT TRANSACTION;\n");
}

/* ---- the transaction ---------------------------------------------------------------------- */

static void name_job(char out[BF_BIGQUERY_NAME_BYTES], const bf_bigquery *bigquery)
{
    (void)snprintf(out, BF_BIGQUERY_NAME_BYTES, "backfill_%s_commit_%s_%d",
                   bigquery->upload->run_id, bigquery->id, bigquery->number);
}

/* --again, and no transaction was asked for yet: what was committed before is passed by. */
static bool is_anew(const bf_bigquery *bigquery)
{
    return bigquery->upload->again && bigquery->upload->number == 0;
}

bf_status bf_bigquery_is_committed(bool *out, bf_bigquery *bigquery, bf_error *err)
{
    const bf_bigquery_upload *upload = bigquery->upload;
    bool anew = is_anew(bigquery);
    *out = false;
    for (bigquery->number = upload->number > 0 ? upload->number : 1;; bigquery->number++) {
        char id[BF_BIGQUERY_NAME_BYTES];
        json_t *job = NULL;
        bf_bigquery_end end;
        name_job(id, bigquery);
        BF_TRY(bf_bigquery_job_get(&job, bigquery, id, err));
        if (job == NULL)
            return BF_OK;
        BF_TRY(bf_bigquery_job_wait(&end, bigquery, id, job, err));
        if (end.ok && !anew) {
            *out = true;
            return BF_OK;
        }
    }
}

/* Asks for the transaction that bigquery->number names, or finds that it was asked for. */
static bf_status try_transaction(bf_bigquery_end *end, bool *found, bf_bigquery *bigquery,
                                 const char *statements, bf_error *err)
{
    char id[BF_BIGQUERY_NAME_BYTES];
    const bf_bigquery_hooks *hooks = &bigquery->upload->hooks;
    json_t *job = NULL;
    name_job(id, bigquery);
    BF_TRY(bf_bigquery_job_get(&job, bigquery, id, err));
    *found = job != NULL;
    if (!*found) {
        BF_TRY(hooks->number(hooks->context, bigquery->number, err));
        json_t *query =
            json_pack("{s:{s:s, s:b}}", "query", "query", statements, "useLegacySql", 0);
        if (query == NULL)
            return bf_error_set(err, BF_E_MEMORY, "out of memory while describing the transaction");
        BF_TRY(bf_bigquery_job_insert(&job, bigquery, id, query, err));
    }
    BF_TRY(bf_bigquery_job_wait(end, bigquery, id, job, err));
    if (!end->ok)
        (void)bf_error_set(err, BF_E_UPLOAD_AGAIN,
                           "the transaction %s failed, and nothing was changed: %s", id,
                           end->reason);
    return BF_OK;
}

bf_status bf_bigquery_commit(bf_bigquery *bigquery, bf_error *err)
{
    bf_text statements = BF_TEXT_INIT(BF_BIGQUERY_TEXT_BYTES);
    bf_retry retry;
    int failures = 0;
    bf_retry_begin(&retry, bf_service_retry(bigquery->service),
                   bf_service_hooks(bigquery->service));
    append_transaction(&statements, bigquery);
    bf_status st = bf_text_status(&statements, err);
    for (; st == BF_OK; bigquery->number++) {
        bf_bigquery_end end;
        bool found;
        st = try_transaction(&end, &found, bigquery, statements.data, err);
        if (st != BF_OK || (end.ok && !(found && is_anew(bigquery))))
            break;
        if (!found && (!end.again || ++failures == FAILURES_MAX))
            st = err->status = BF_E_UPLOAD;
        else if (!found)
            st = bf_retry_wait(&retry, 0, err);
    }
    bf_text_free(&statements);
    return st;
}

/* ---- afterwards -------------------------------------------------------------------------- */

typedef struct counts {
    const bf_bigquery_state *state;
    int64_t *found; /* by the table's dates */
    int64_t elsewhere;
} counts;

static bf_status take_count(void *context, const char *const *cells, size_t size, bf_error *err)
{
    counts *it = context;
    bf_day day;
    char *end;
    if (size != 2 || cells[0] == NULL || cells[1] == NULL ||
        !bf_day_parse(&day, cells[0], strlen(cells[0])))
        return bf_error_set(err, BF_E_UPLOAD, "%s: a count that is none", it->state->name);
    int64_t count = strtoll(cells[1], &end, 10);
    for (int32_t d = 0; d < it->state->table->date_count; d++) {
        if (it->state->table->dates[d] != day)
            continue;
        it->found[d] += count;
        return BF_OK;
    }
    it->elsewhere += count;
    return BF_OK;
}

static bf_status judge(const counts *it, bf_error *err)
{
    const bf_bigquery_table *table = it->state->table;
    for (int32_t d = 0; d < table->date_count; d++) {
        char day[BF_DATE_TEXT_BYTES];
        if (it->found[d] == table->date_rows[d])
            continue;
        bf_day_format(day, table->dates[d]);
        return bf_error_set(err, BF_E_UPLOAD,
                            "%s has %" PRId64
                            " rows of %s after the commit, the results have %" PRId64
                            ": something else wrote to it; --again loads these results anew",
                            it->state->name, it->found[d], day, table->date_rows[d]);
    }
    return it->elsewhere == 0
               ? BF_OK
               : bf_error_set(err, BF_E_UPLOAD,
                              "%s has %" PRId64 " rows of other dates than the results have",
                              it->state->name, it->elsewhere);
}

static bf_status compare_table(bool *known, bf_bigquery *bigquery, const bf_bigquery_state *state,
                               bf_error *err)
{
    counts it = {.state = state};
    *known = false;
    bf_text query = BF_TEXT_INIT(BF_BIGQUERY_TEXT_BYTES);
    const char *date = state->table->date_column;
    BF_TRY(BF_ALLOC(&it.found, (size_t)state->table->date_count, err));
    bf_text_format(&query, "SELECT `%s` AS day, COUNT(*) AS n FROM `%s`", date, state->name);
    bool any = append_where(&query, state->table);
    bf_text_format(&query, " GROUP BY `%s`", date);
    bf_status st = bf_text_status(&query, err);
    if (st == BF_OK && any)
        st = bf_bigquery_query(bigquery, query.data, take_count, &it, err);
    *known = st == BF_OK;
    if (st == BF_OK && any)
        st = judge(&it, err);
    bf_text_free(&query);
    free(it.found);
    return st;
}

bf_status bf_bigquery_compare(bool *known, bf_bigquery *bigquery, bf_error *err)
{
    *known = true;
    for (int t = 0; t < bigquery->table_count; t++) {
        if (!bigquery->tables[t].left_out)
            BF_TRY(compare_table(known, bigquery, &bigquery->tables[t], err));
    }
    return BF_OK;
}

#include "io/cloud/bigquery.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "io/cloud/bigquery_internal.h"

void bf_bigquery_tell(const bf_bigquery *bigquery, bool warning, const char *format, ...)
{
    char message[BF_ERROR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    bigquery->upload->hooks.tell(bigquery->upload->hooks.context, warning, message);
}

static void first_digits(char out[17], bf_hash *hash)
{
    uint8_t digest[BF_SHA256_BYTES];
    char hex[BF_SHA256_HEX_BYTES];
    bf_hash_end(hash, digest);
    bf_hash_hex(hex, digest);
    memcpy(out, hex, 16);
    out[16] = '\0';
}

/* Names of the tables, and what job ids are made of: rows and where they go. */
static bf_status name_tables(bf_bigquery *bigquery, bf_error *err)
{
    const bf_bigquery_upload *upload = bigquery->upload;
    bf_hash *hash = NULL;
    bf_text all = BF_TEXT_INIT(1 << 16);
    BF_TRY(bf_hash_create(&hash, err));
    for (int t = 0; t < upload->table_count; t++) {
        bf_bigquery_state *state = &bigquery->tables[t];
        const bf_table_schema *schema = upload->tables[t].schema;
        state->table = &upload->tables[t];
        state->dataset = bf_target_dataset(upload->target, schema->dataset);
        (void)snprintf(state->name, sizeof state->name, "%s.%s.%s", upload->target->project,
                       state->dataset, schema->name);
        bf_hash_begin(hash);
        bf_hash_update(hash, state->table->digest, BF_SHA256_BYTES);
        bf_hash_text(hash, state->name);
        first_digits(state->id, hash);
        bf_text_string(&all, state->id);
    }
    bf_hash_begin(hash);
    bf_hash_update(hash, all.data, all.size_bytes);
    first_digits(bigquery->id, hash);
    bf_hash_free(hash);
    bf_status st = bf_text_status(&all, err);
    bf_text_free(&all);
    return st;
}

void bf_bigquery_name_staging(char out[BF_BIGQUERY_NAME_BYTES], const bf_bigquery *bigquery,
                              const bf_bigquery_state *state, const bf_bigquery_part *part)
{
    char which[64] = ""; /* rows, from 1 */
    if (state->table->part_count > 1)
        (void)snprintf(which, sizeof which, "_%" PRId64 "_%" PRId64, part->first_row + 1,
                       part->first_row + part->rows);
    (void)snprintf(out, BF_BIGQUERY_NAME_BYTES, "backfill_%s_%s%s", bigquery->upload->run_id,
                   state->table->schema->name, which);
}

bf_status bf_bigquery_drop_staging(bf_bigquery *bigquery, bf_error *err)
{
    char staging[BF_BIGQUERY_NAME_BYTES];
    for (int t = 0; t < bigquery->table_count; t++) {
        const bf_bigquery_state *state = &bigquery->tables[t];
        for (int p = 0; p < state->table->part_count; p++) {
            bf_bigquery_name_staging(staging, bigquery, state, &state->table->parts[p]);
            BF_TRY(bf_bigquery_table_drop(bigquery, state->dataset, staging, err));
        }
    }
    return BF_OK;
}

static bf_status begin(bool *done, bf_bigquery *bigquery, bf_error *err)
{
    BF_TRY(name_tables(bigquery, err));
    BF_TRY(bf_bigquery_locate(bigquery, err));
    BF_TRY(bf_bigquery_is_committed(done, bigquery, err));
    if (!*done)
        return bf_bigquery_check_tables(bigquery, err);
    BF_TRY(bf_bigquery_drop_staging(bigquery, err));
    return bigquery->upload->resumed ? bf_bigquery_compare(done, bigquery, err) : BF_OK;
}

bf_status bf_bigquery_begin(bf_bigquery **out, bool *done, bf_service *service,
                            const bf_bigquery_upload *upload, bf_error *err)
{
    bf_bigquery *bigquery = NULL;
    *out = NULL;
    *done = false;
    if (upload->table_count > BF_BIGQUERY_TABLES_MAX)
        return bf_error_set(err, BF_E_INTERNAL, "more than %d tables", BF_BIGQUERY_TABLES_MAX);
    BF_TRY(BF_ALLOC(&bigquery, 1, err));
    bigquery->service = service;
    bigquery->upload = upload;
    bigquery->table_count = upload->table_count;
    bf_status st = begin(done, bigquery, err);
    if (st == BF_OK)
        *out = bigquery;
    else
        bf_bigquery_free(bigquery);
    return st;
}

bf_status bf_bigquery_send(bool *over, bf_bigquery *bigquery, bf_error *err)
{
    *over = false;
    for (int t = 0; t < bigquery->table_count; t++) {
        bf_bigquery_state *state = &bigquery->tables[t];
        for (int p = 0; p < state->table->part_count && !state->left_out; p++)
            BF_TRY(bf_bigquery_stage(bigquery, state, &state->table->parts[p], err));
    }
    bf_bigquery_tell(bigquery, false,
                     "all rows are staged; the transaction that replaces the run's dates begins");
    BF_TRY(bf_bigquery_commit(bigquery, err));
    bf_bigquery_tell(bigquery, false, "committed; counting the rows of each date");
    BF_TRY(bf_bigquery_drop_staging(bigquery, err));
    return bf_bigquery_compare(over, bigquery, err);
}

void bf_bigquery_free(bf_bigquery *bigquery)
{
    if (bigquery == NULL)
        return;
    for (int t = 0; t < bigquery->table_count; t++)
        json_decref(bigquery->tables[t].fields);
    free(bigquery);
}

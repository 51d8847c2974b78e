#include "compute/audit/integrity.h"

#include <string.h>

#include "compute/schema/digest.h"
#include "compute/schema/ids.h"

/* ---- damage ---------------------------------------------------------------------------------- */

static bool matches_digest(const bf_audit_date *date, bf_output table, bf_hash *hash)
{
    const bf_columns *columns = date->columns[table];
    const bf_day *days =
        (const bf_day *)columns->data[columns->schema->date_column] + date->first[table];
    uint8_t digest[BF_SHA256_BYTES];
    bool same = true;
    for (int64_t i = 0; i < date->rows[table]; i++)
        same &= days[i] == date->day;
    bf_digest_rows(digest, hash, columns, date->first[table], date->rows[table],
                   date->dictionaries);
    return same && memcmp(digest, date->digests[table], sizeof digest) == 0;
}

/* Rows whose data_hash is that of another row. */
static int64_t count_wrong_hashes(const bf_audit_date *date, bf_output table, int column,
                                  bf_hash *hash)
{
    const bf_columns *columns = date->columns[table];
    const uint64_t *found = (const uint64_t *)columns->data[column] + date->first[table];
    bf_hash_start start;
    int64_t wrong = 0;
    bf_row_hash_start(&start, hash, columns->schema);
    for (int64_t i = 0; i < date->rows[table]; i++)
        wrong +=
            found[i] != bf_row_hash(&start, columns, date->first[table] + i, date->dictionaries);
    return wrong;
}

void bf_integrity_check(bf_integrity *sum, bf_audit_date *date, bf_output table, bf_hash *hash,
                        bf_issues *issues)
{
    int64_t rows = date->rows[table];
    int column = bf_table_find_column(&bf_outputs[table], "data_hash");
    if (rows == 0 || date->columns[table] == NULL)
        return;
    sum->digests++;
    sum->rows += rows;
    if (!matches_digest(date, table, hash)) {
        date->damaged[table] = true;
        bf_issues_add(issues, BF_ISSUE_digest, (int)table, date->day, rows,
                      "one or more of %lld rows are not as they were written", (long long)rows);
        return; /* the hashes of such rows say nothing more */
    }
    if (column < 0)
        return;
    sum->hashes += rows;
    int64_t wrong = count_wrong_hashes(date, table, column, hash);
    if (wrong > 0)
        bf_issues_add(issues, BF_ISSUE_data_hash, (int)table, date->day, wrong,
                      "data_hash of %lld of %lld rows", (long long)wrong, (long long)rows);
}

/* ---- order of keys --------------------------------------------------------------------------- */

/* Below 0, 0 or above: row i against the one before it. Codes sort like their texts. */
static int64_t step(const bf_audit_date *date, bf_output table, int64_t i)
{
    int key = bf_outputs[table].key_column;
    int64_t by_processor = 0;
    if (table == BF_OUTPUT_failure)
        by_processor = bf_audit_integer(date, table, BF_failure_processor_name, i) -
                       bf_audit_integer(date, table, BF_failure_processor_name, i - 1);
    return by_processor != 0
               ? by_processor
               : bf_audit_integer(date, table, key, i) - bf_audit_integer(date, table, key, i - 1);
}

void bf_integrity_check_order(const bf_audit_date *date, bf_output table, bf_issues *issues)
{
    int64_t twice = 0, unordered = 0;
    if (!bf_audit_has(date, table))
        return;
    for (int64_t i = 1; i < date->rows[table]; i++) {
        int64_t difference = step(date, table, i);
        twice += difference == 0;
        unordered += difference < 0;
    }
    if (twice + unordered > 0)
        bf_issues_add(issues, BF_ISSUE_order, (int)table, date->day, twice + unordered,
                      "%lld keys given twice, %lld out of order", (long long)twice,
                      (long long)unordered);
}

/* ---- what ML was made from ------------------------------------------------------------------- */

static const struct {
    bf_output table;
    int rows_found, hash;
} sources[] = {
    {BF_OUTPUT_tdza, BF_ml_source_team_defense_rows_found, BF_ml_source_team_defense_hash},
    {BF_OUTPUT_psza, BF_ml_source_shot_zones_rows_found, BF_ml_source_shot_zones_hash},
    {BF_OUTPUT_pcf, BF_ml_source_composite_rows_found, BF_ml_source_composite_hash},
    {BF_OUTPUT_pdc, BF_ml_source_daily_cache_rows_found, BF_ml_source_daily_cache_hash},
};

void bf_integrity_check_upstream(const bf_audit_date *date, bf_issues *issues)
{
    for (size_t s = 0; s < sizeof sources / sizeof *sources; s++) {
        bf_output table = sources[s].table;
        if (!bf_audit_has(date, BF_OUTPUT_ml) || !date->written[table] || date->damaged[table])
            continue;
        int64_t rows = date->rows[table], others = 0, example = 0;
        uint64_t hash = rows == 0 ? BF_NULL_U64 : bf_hash_first_64(date->digests[table]);
        for (int64_t i = 0; i < date->rows[BF_OUTPUT_ml]; i++) {
            int64_t found = bf_audit_integer(date, BF_OUTPUT_ml, sources[s].rows_found, i);
            bool same = found == rows &&
                        (uint64_t)bf_audit_integer(date, BF_OUTPUT_ml, sources[s].hash, i) == hash;
            example = others == 0 && !same ? found : example;
            others += !same;
        }
        if (others > 0)
            bf_issues_add(issues, BF_ISSUE_upstream, (int)table, date->day, others,
                          "%lld ML rows were made from %lld other rows of %s; the file has %lld",
                          (long long)others, (long long)example, bf_outputs[table].name,
                          (long long)rows);
    }
}

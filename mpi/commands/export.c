/* backfill export: rows of a results file as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/hdf5/results.h"
#include "io/text/file.h"
#include "io/text/out.h"
#include "io/text/spell.h"
#include "mpi/commands/commands.h"
#include "mpi/log.h"

enum { FLUSH_BYTES = 1 << 20, TEXT_BYTES_MAX = 1 << 28, PATH_BYTES = 4096 };

typedef struct export
{
    const bf_options *options;
    bf_results *results;
    bool json;
    bool *chosen; /* [date_count] dates to write; NULL: all */
    bf_text text; /* rows not yet written */
}
export;

/* --dates: marks those that the file has; of the others the user is told. */
static bf_status choose_dates(export *it, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(it->results);
    if (it->options->dates == NULL)
        return BF_OK;
    BF_TRY(BF_ALLOC(&it->chosen, (size_t)layout->date_count, err));
    for (const char *at = it->options->dates; *at != '\0'; at += *at == ',') {
        size_t size = strcspn(at, ",");
        bf_day day;
        if (!bf_day_parse(&day, at, size))
            return bf_error_set(err, BF_E_USAGE, "--dates: expected YYYY-MM-DD, found '%.*s'",
                                (int)size, at);
        bool found = false;
        for (int32_t d = 0; d < layout->date_count; d++) {
            found |= layout->dates[d] == day;
            it->chosen[d] |= layout->dates[d] == day;
        }
        if (!found)
            bf_log(BF_LOG_WARNING, "%s has no date %.*s", bf_results_path(it->results), (int)size,
                   at);
        at += size;
    }
    return BF_OK;
}

static bf_status flush(export *it, bf_out *out, bf_error *err)
{
    BF_TRY(bf_text_status(&it->text, err));
    if (it->text.size_bytes > 0)
        BF_TRY(bf_out_write(out, it->text.data, it->text.size_bytes, err));
    bf_text_clear(&it->text);
    return BF_OK;
}

static bf_status write_rows(export *it, bf_spell *spell, const bf_columns *columns, bf_out *out,
                            bf_error *err)
{
    BF_TRY(bf_results_check_hashes(it->results, columns, err));
    for (int64_t i = 0; i < columns->rows; i++) {
        if (it->json)
            bf_spell_json_row(&it->text, spell, columns, i);
        else
            bf_spell_csv_row(&it->text, spell, columns, i);
        if (it->text.size_bytes >= FLUSH_BYTES)
            BF_TRY(flush(it, out, err));
    }
    return BF_OK;
}

/* Whole dates at a time, as many as a block holds; single ones where dates were chosen. */
static bf_status write_dates(export *it, bf_output table, bf_spell *spell, bf_out *out,
                             bf_error *err)
{
    const bf_layout *layout = bf_results_layout(it->results);
    bf_status st = BF_OK;
    for (int32_t from = 0, to; st == BF_OK && from < layout->date_count; from = to) {
        bf_columns columns;
        to = from + 1;
        if (it->chosen != NULL && !it->chosen[from])
            continue;
        st = bf_results_read_dates(&columns, &to, it->results, table, from,
                                   it->chosen == NULL ? BF_RESULTS_BLOCK_BYTES : 0, err);
        if (st == BF_OK)
            st = write_rows(it, spell, &columns, out, err);
        bf_columns_free(&columns);
    }
    return st == BF_OK ? flush(it, out, err) : st;
}

static bf_status open_out(bf_out **out, const export *it, bf_output table, bf_error *err)
{
    bool gzip = it->options->gzip;
    if (it->options->out == NULL)
        return bf_out_open(out, STDOUT_FILENO, "standard output", gzip, err);
    char path[PATH_BYTES];
    int size = snprintf(path, sizeof path, "%s/%s.%s%s", it->options->out, bf_outputs[table].name,
                        it->json ? "ndjson" : "csv", gzip ? ".gz" : "");
    if (size < 0 || (size_t)size >= sizeof path)
        return bf_error_set(err, BF_E_USAGE, "--out: the path is too long");
    return bf_out_create(out, path, gzip, err);
}

static bf_status export_table(export *it, bf_output table, bf_error *err)
{
    const bf_run_facts *facts = bf_results_facts(it->results);
    bf_spell *spell = NULL;
    bf_out *out = NULL;
    bf_status st =
        bf_spell_create(&spell, &bf_outputs[table], bf_results_layout(it->results)->dictionaries,
                        facts->run_id, facts->run_timestamp_us, err);
    if (st == BF_OK)
        st = open_out(&out, it, table, err);
    if (st == BF_OK && !it->json)
        bf_spell_csv_header(&it->text, &bf_outputs[table]);
    if (st == BF_OK)
        st = write_dates(it, table, spell, out, err);
    if (st == BF_OK)
        st = bf_out_commit(out, err);
    else
        bf_out_abandon(out);
    bf_spell_free(spell);
    return st;
}

static bf_status export_chosen(export *it, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(it->results);
    BF_TRY(choose_dates(it, err));
    if (!it->options->all) {
        int table = bf_output_find(it->options->table);
        if (!layout->written[table])
            return bf_error_set(err, BF_E_USAGE, "%s has no table %s: the run did not write it",
                                bf_results_path(it->results), bf_outputs[table].name);
        return export_table(it, (bf_output)table, err);
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (layout->written[t])
            BF_TRY(export_table(it, (bf_output)t, err));
    }
    return BF_OK;
}

static bf_status check_options(const bf_options *options, bool *json, bf_error *err)
{
    if (options->all == (options->table != NULL))
        return bf_error_set(err, BF_E_USAGE, "export: one of --table T and --all is needed");
    if (options->table != NULL && bf_output_find(options->table) < 0)
        return bf_command_unknown_table(options->table, err);
    if (options->all && options->out == NULL)
        return bf_error_set(err, BF_E_USAGE,
                            "export --all: --out DIR is needed, a file a table goes there");
    *json = options->format != NULL && strcmp(options->format, "ndjson") == 0;
    if (options->format != NULL && !*json && strcmp(options->format, "csv") != 0)
        return bf_error_set(err, BF_E_USAGE, "--format: expected ndjson or csv, found '%s'",
                            options->format);
    return BF_OK;
}

bf_status bf_command_export(const bf_options *options, bf_error *err)
{
    export it = {.options = options, .text = BF_TEXT_INIT(TEXT_BYTES_MAX)};
    BF_TRY(check_options(options, &it.json, err));
    BF_TRY(bf_results_open(&it.results, options->arguments[0], err));
    bf_status st = options->out == NULL ? BF_OK : bf_file_make_directory(options->out, err);
    if (st == BF_OK)
        st = export_chosen(&it, err);
    free(it.chosen);
    bf_text_free(&it.text);
    bf_results_close(it.results);
    return st;
}

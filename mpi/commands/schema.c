/* backfill schema: the table definitions. */
#include <stdio.h>
#include <string.h>

#include "io/text/definition.h"
#include "mpi/commands/commands.h"

enum { TEXT_BYTES_MAX = 1 << 24, TABLE_COUNT = BF_OUTPUT_COUNT + BF_RECORD_COUNT };

typedef void append_definition(bf_text *out, const bf_table_schema *schema);

/* The tables that results are uploaded to. */
static const bf_table_schema *table_at(int t)
{
    return t < BF_OUTPUT_COUNT ? &bf_outputs[t] : &bf_records[t - BF_OUTPUT_COUNT];
}

/* Index of --table's table; -1 if there is none. */
static int find_table(const char *name)
{
    int found = bf_output_find(name);
    for (int t = BF_OUTPUT_COUNT; t < TABLE_COUNT && found < 0; t++)
        found = strcmp(table_at(t)->name, name) == 0 ? t : -1;
    return found;
}

/* --table's one table, or all. BigQuery's JSON of all tables is an object by table, else what the
 * pages or statements are one after the other. */
static void append_tables(bf_text *out, append_definition *append, int only)
{
    bool object = append == bf_definition_bigquery && only < 0;
    for (int t = 0; t < TABLE_COUNT; t++) {
        const bf_table_schema *schema = table_at(t);
        if (only >= 0 && t != only)
            continue;
        if (object)
            bf_text_format(out, "%s\"%s.%s\": ", t == 0 ? "{\n" : ",\n", schema->dataset,
                           schema->name);
        else if (only < 0 && t > 0)
            bf_text_string(out, "\n");
        append(out, schema);
    }
    if (object)
        bf_text_string(out, "}\n");
}

bf_status bf_command_schema(const bf_options *options, bf_error *err)
{
    static const struct {
        const char *name;
        append_definition *append;
    } formats[] = {
        {"bq", bf_definition_bigquery}, {"ddl", bf_definition_ddl}, {"md", bf_definition_markdown}};
    append_definition *append = NULL;
    int only = options->table == NULL ? -1 : find_table(options->table);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (options->format != NULL && strcmp(formats[i].name, options->format) == 0)
            append = formats[i].append;
    }
    if (options->format == NULL)
        return bf_error_set(err, BF_E_USAGE, "schema needs --format bq, ddl or md");
    if (append == NULL)
        return bf_error_set(err, BF_E_USAGE, "--format: expected bq, ddl or md, found '%s'",
                            options->format);
    if (options->table != NULL && only < 0)
        return bf_command_unknown_table(options->table, err);
    bf_text text = BF_TEXT_INIT(TEXT_BYTES_MAX);
    append_tables(&text, append, only);
    bf_status st = bf_text_status(&text, err);
    if (st == BF_OK)
        (void)fwrite(text.data, 1, text.size_bytes, stdout);
    bf_text_free(&text);
    return st;
}

/* backfill schema: the table definitions. */
#include <stdio.h>
#include <string.h>

#include "io/text/definition.h"
#include "mpi/commands/commands.h"

enum { TEXT_BYTES_MAX = 1 << 24 };

typedef void append_definition(bf_text *out, const bf_table_schema *schema);

/* --table's one table, or all. BigQuery's JSON of all tables is an object by table, else what the
 * pages or statements are one after the other. */
static void append_tables(bf_text *out, append_definition *append, int only)
{
    bool object = append == bf_definition_bigquery && only < 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (only >= 0 && t != only)
            continue;
        if (object)
            bf_text_format(out, "%s\"%s.%s\": ", t == 0 ? "{\n" : ",\n", bf_outputs[t].dataset,
                           bf_outputs[t].name);
        else if (only < 0 && t > 0)
            bf_text_string(out, "\n");
        append(out, &bf_outputs[t]);
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
    int only = options->table == NULL ? -1 : bf_output_find(options->table);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (options->format != NULL && strcmp(formats[i].name, options->format) == 0)
            append = formats[i].append;
    }
    if (append == NULL)
        return bf_error_set(err, BF_E_USAGE, "--format: expected bq, ddl or md, found '%s'",
                            options->format == NULL ? "" : options->format);
    if (options->table != NULL && only < 0)
        return bf_error_set(err, BF_E_USAGE, "--table: there is no table '%s'", options->table);
    bf_text text = BF_TEXT_INIT(TEXT_BYTES_MAX);
    append_tables(&text, append, only);
    bf_status st = bf_text_status(&text, err);
    if (st == BF_OK)
        (void)fwrite(text.data, 1, text.size_bytes, stdout);
    bf_text_free(&text);
    return st;
}

#include "io/text/definition.h"

#include <string.h>

static bool is_list(const bf_column *column)
{
    return strncmp(column->sql_type, "ARRAY<", 6) == 0;
}

/* The type without its decoration: NUMERIC(5,1) -> NUMERIC, ARRAY<STRING> -> STRING. */
static void append_base_type(bf_text *out, const bf_column *column)
{
    const char *type = column->sql_type + (is_list(column) ? strlen("ARRAY<") : 0);
    bf_text_append(out, type, strcspn(type, "(>"));
}

static const char *mode_of(const bf_column *column)
{
    if (is_list(column))
        return "REPEATED";
    return (column->mode & BF_MODE_REQUIRED) != 0 ? "REQUIRED" : "NULLABLE";
}

static void append_field(bf_text *out, const bf_column *column)
{
    const char *precision = strchr(column->sql_type, '('), *scale = strchr(column->sql_type, ',');
    bf_text_string(out, "{\"name\": ");
    bf_text_json_string(out, column->name);
    bf_text_string(out, ", \"type\": \"");
    append_base_type(out, column);
    bf_text_string(out, "\"");
    if (precision != NULL && scale != NULL) {
        bf_text_string(out, ", \"precision\": \"");
        bf_text_append(out, precision + 1, strspn(precision + 1, "0123456789"));
        bf_text_string(out, "\", \"scale\": \"");
        bf_text_append(out, scale + 1, strspn(scale + 1, "0123456789"));
        bf_text_string(out, "\"");
    }
    bf_text_format(out, ", \"mode\": \"%s\", \"description\": ", mode_of(column));
    bf_text_json_string(out, column->description);
    bf_text_string(out, "}");
}

void bf_definition_bigquery(bf_text *out, const bf_table_schema *schema)
{
    const char *separator = "[\n  ";
    for (int c = 0; c < schema->column_count; c++) {
        if (schema->columns[c].parent >= 0)
            continue;
        bf_text_string(out, separator);
        append_field(out, &schema->columns[c]);
        separator = ",\n  ";
    }
    bf_text_string(out, "\n]\n");
}

/* A string literal of BigQuery's SQL; its escapes are those of JSON. */
static void append_option(bf_text *out, const char *description)
{
    bf_text_string(out, " OPTIONS(description=");
    bf_text_json_string(out, description);
    bf_text_string(out, ")");
}

void bf_definition_ddl(bf_text *out, const bf_table_schema *schema)
{
    const char *separator = " (\n  ";
    bf_text_format(out, "CREATE TABLE IF NOT EXISTS `%s.%s`", schema->dataset, schema->name);
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if (column->parent >= 0)
            continue;
        bool required = (column->mode & BF_MODE_REQUIRED) != 0 && !is_list(column);
        bf_text_format(out, "%s`%s` %s%s", separator, column->name, column->sql_type,
                       required ? " NOT NULL" : "");
        append_option(out, column->description);
        separator = ",\n  ";
    }
    const bf_column *date = &schema->columns[schema->date_column];
    bool is_day = date->kind == BF_KIND_DATE;
    bf_text_format(out, "\n)\nPARTITION BY %s`%s`%s\nCLUSTER BY %s\n", is_day ? "" : "DATE(",
                   date->name, is_day ? "" : ")", schema->cluster);
    append_option(out, schema->description);
    bf_text_string(out, ";\n");
}

/* "`paint`, `mid_range`". */
static void append_set(bf_text *out, bf_set set)
{
    for (int i = 0; i < bf_set_size(set); i++)
        bf_text_format(out, "%s`%s`", i > 0 ? ", " : "", bf_set_text(set, i));
}

static void append_constant(bf_text *out, const bf_column *column)
{
    switch (column->kind) {
    case BF_KIND_CONST_TEXT:
        bf_text_format(out, "always `%s`", column->constant_text);
        return;
    case BF_KIND_CONST_BOOL:
        bf_text_string(out, column->constant != 0 ? "always `true`" : "always `false`");
        return;
    case BF_KIND_CONST_NUMERIC:
        bf_text_string(out, "always `");
        bf_text_decimal(out, column->constant, column->decimals);
        bf_text_string(out, "`");
        return;
    case BF_KIND_CONST_LIST:
        bf_text_string(out, bf_set_size(column->set) == 0 ? "always empty" : "always ");
        append_set(out, column->set);
        return;
    case BF_KIND_CONST_NULL:
        bf_text_string(out, "always null");
        return;
    case BF_KIND_RUN_TIME:
        bf_text_string(out, "time of the run");
        return;
    case BF_KIND_RUN_ID:
        bf_text_string(out, "id of the run");
        return;
    case BF_KIND_RUN_VERSION:
        bf_text_string(out, "version of the program that made the run");
        return;
    case BF_KIND_RUN_FINGERPRINT:
        bf_text_string(out, "fingerprint of the run");
        return;
    default:
        bf_text_string(out, "always `");
        bf_text_integer(out, column->constant);
        bf_text_string(out, "`");
        return;
    }
}

static const char *type_name(bf_type type)
{
    static const char *const names[] = {
        [BF_TYPE_NONE] = "",      [BF_TYPE_I8] = "int8",     [BF_TYPE_I16] = "int16",
        [BF_TYPE_I32] = "int32",  [BF_TYPE_I64] = "int64",   [BF_TYPE_U8] = "uint8",
        [BF_TYPE_U64] = "uint64", [BF_TYPE_F64] = "float64",
    };
    return names[type];
}

/* How the column lies in the results file, and which values it can have. */
static void append_storage(bf_text *out, const bf_column *column)
{
    bf_text_string(out, type_name(column->type));
    switch (column->kind) {
    case BF_KIND_KEY:
        bf_text_string(out, " code of a dictionary");
        return;
    case BF_KIND_DATE:
        bf_text_string(out, " days since 1970-01-01");
        return;
    case BF_KIND_TIMESTAMP:
        bf_text_string(out, " microseconds since 1970-01-01");
        return;
    case BF_KIND_NUMERIC:
        bf_text_format(out, ", value x 10^%d", column->decimals);
        return;
    case BF_KIND_CODE:
    case BF_KIND_PHRASE:
        bf_text_string(out, " code: ");
        append_set(out, column->set);
        return;
    case BF_KIND_SPELLED:
    case BF_KIND_LIST:
        bf_text_string(out, " bits: ");
        append_set(out, column->set);
        return;
    case BF_KIND_VECTOR:
        bf_text_format(out, " x %d", column->length);
        return;
    case BF_KIND_HASH:
        bf_text_string(out, ", 16 hexadecimal digits");
        return;
    case BF_KIND_JSON:
        bf_text_string(out, "object of the columns below");
        return;
    case BF_KIND_ALONE:
        bf_text_string(out,
                       "; where true the object holds nothing else, where false it is not written");
        return;
    case BF_KIND_INT:
    case BF_KIND_FLOAT:
    case BF_KIND_BOOL:
        return;
    default:
        append_constant(out, column);
        return;
    }
}

void bf_definition_markdown(bf_text *out, const bf_table_schema *schema)
{
    int count = 0;
    for (int c = 0; c < schema->column_count; c++)
        count += schema->columns[c].parent < 0;
    bf_text_format(out,
                   "# %s.%s\n\n%s. %d columns; partitioned by `%s`, clustered by %s; the rows of a "
                   "date are sorted"
                   " by key.\nMade by `backfill schema --format md`; the source is "
                   "`%s.def` in `compute/schema/`.\n\n",
                   schema->dataset, schema->name, schema->description, count,
                   schema->columns[schema->date_column].name, schema->cluster, schema->name);
    bf_text_string(out, "| column | type | mode | unit | in the results file | description |\n"
                        "|---|---|---|---|---|---|\n");
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        bool member = column->parent >= 0;
        bf_text_format(out, "| %s%s%s | %s | %s | %s | ",
                       member ? schema->columns[column->parent].name : "", member ? "/" : "",
                       column->name, column->sql_type, member ? "" : mode_of(column),
                       column->unit == NULL ? "" : column->unit);
        append_storage(out, column);
        bf_text_format(out, " | %s |\n", column->description);
    }
}

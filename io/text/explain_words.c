#include "io/text/explain_words.h"

#include <stdio.h>
#include <string.h>

#include "compute/features/processor.h"
#include "compute/history/season.h"

bf_status bf_words_init(bf_words *out, const bf_explanation *explanation, bf_error *err)
{
    const bf_dictionary *dictionaries = explanation->history->dictionaries;
    *out = (bf_words){.e = explanation};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        BF_TRY(bf_spell_create(&out->outputs[t], &bf_outputs[t], dictionaries, "", 0, err));
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        BF_TRY(bf_spell_create(&out->inputs[t], &bf_inputs[t], dictionaries, "", 0, err));
    return BF_OK;
}

void bf_words_reset(bf_words *words)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_spell_free(words->outputs[t]);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        bf_spell_free(words->inputs[t]);
}

/* ---- values ---------------------------------------------------------------------------------- */

const char *bf_words_string(const bf_text *scratch)
{
    return scratch->data == NULL ? "" : scratch->data;
}

void bf_words_done(bf_text *out, bf_text *scratch)
{
    out->failed |= scratch->failed;
    bf_text_free(scratch);
}

static const void *member(const bf_fact *fact, const void *facts)
{
    return (const char *)facts + fact->offset;
}

void bf_words_double(bf_text *out, double value)
{
    char text[400];
    size_t size = (size_t)snprintf(text, sizeof text, "%.6f", value);
    while (size > 2 && text[size - 1] == '0' && text[size - 2] != '.')
        size--;
    text[size] = '\0';
    bf_text_string(out, strcmp(text, "-0.0") == 0 ? "0.0" : text);
}

void bf_words_fact(bf_text *out, const bf_fact *fact, const void *facts, bool json)
{
    size_t unit_size;
    if (bf_fact_is_null(fact, facts)) {
        bf_text_string(out, "null");
        return;
    }
    switch (fact->kind) {
    case BF_FACT_REAL:
        if (json)
            bf_text_double(out, *(const double *)member(fact, facts));
        else
            bf_words_double(out, *(const double *)member(fact, facts));
        return;
    case BF_FACT_INTEGER:
        bf_text_decimal(out, *(const int32_t *)member(fact, facts),
                        bf_fact_digits(fact, &unit_size));
        return;
    case BF_FACT_CODE:
        bf_text_string(out, json ? "\"" : "");
        bf_text_string(out, bf_set_text(fact->set, *(const int32_t *)member(fact, facts)));
        bf_text_string(out, json ? "\"" : "");
        return;
    }
}

static bool cell_is_null(const bf_columns *columns, int column, int64_t row)
{
    return bf_column_is_null(&columns->schema->columns[column], columns->data[column], row);
}

static void cell(bf_text *out, bf_spell *spell, const bf_columns *columns, int column, int64_t row,
                 bool json)
{
    if (json)
        bf_spell_json_cell(out, spell, columns, column, row);
    else if (cell_is_null(columns, column, row))
        bf_text_string(out, "null");
    else
        bf_spell_cell(out, spell, columns, column, row);
}

void bf_words_cell(bf_text *out, const bf_words *words, bf_output table, int column, int64_t row,
                   bool json)
{
    if (bf_column_is_of_run(&bf_outputs[table].columns[column]))
        bf_text_string(out, "null"); /* no run has been */
    else
        cell(out, words->outputs[table], &words->e->tables[table], column, row, json);
}

void bf_words_input(bf_text *out, const bf_words *words, bf_input table, int column, int64_t row,
                    bool json)
{
    cell(out, words->inputs[table], &words->e->history->inputs[table], column, row, json);
}

void bf_words_operand(bf_text *out, const bf_words *words, const bf_operand *operand, bool json)
{
    switch (operand->kind) {
    case BF_OPERAND_FACT:
        bf_words_fact(out, operand->fact, operand->facts, json);
        return;
    case BF_OPERAND_CELL:
        bf_words_cell(out, words, operand->table, operand->column, operand->row, json);
        return;
    case BF_OPERAND_COUNT:
        bf_text_integer(out, operand->count);
        return;
    case BF_OPERAND_NONE:
    case BF_OPERAND_UNKNOWN:
        bf_text_string(out, "null");
        return;
    }
}

bool bf_words_operand_is_null(const bf_words *words, const bf_operand *operand)
{
    switch (operand->kind) {
    case BF_OPERAND_FACT:
        return bf_fact_is_null(operand->fact, operand->facts);
    case BF_OPERAND_CELL:
        return cell_is_null(&words->e->tables[operand->table], operand->column, operand->row);
    case BF_OPERAND_COUNT:
        return false;
    case BF_OPERAND_NONE:
    case BF_OPERAND_UNKNOWN:
        break;
    }
    return true;
}

void bf_words_day(bf_text *out, bf_day day)
{
    char text[BF_DATE_TEXT_BYTES];
    if (day != BF_NULL_I32)
        bf_day_format(text, day);
    bf_text_string(out, day == BF_NULL_I32 ? "null" : text);
}

/* ---- texts of the _values.def files ---------------------------------------------------------- */

bf_template bf_template_of(const char *text)
{
    bf_template out = {.formula = NULL, .note = text, .note_size = strlen(text)};
    if (strncmp(text, "= ", 2) != 0)
        return out;
    out.formula = text + 2;
    out.formula_size = strcspn(out.formula, ";");
    out.note = out.formula[out.formula_size] == ';' ? out.formula + out.formula_size + 2 : NULL;
    out.note_size = out.note == NULL ? 0 : strlen(out.note);
    return out;
}

const char *bf_template_next(const char **at, const char *end, size_t *size)
{
    const char *brace = memchr(*at, '{', (size_t)(end - *at));
    if (brace == NULL)
        return NULL;
    *size = strcspn(brace + 1, "}");
    *at = brace + *size + 2;
    return brace + 1;
}

bool bf_words_are_windows_used(const bf_words *words, const char *windows)
{
    return strncmp(windows, "context.", 8) != 0 || words->e->mode != BF_CONTEXT_AUTO;
}

void bf_words_name(bf_text *out, const char *name, size_t size)
{
    size_t skip = size > 4 && memcmp(name, "row.", 4) == 0 ? 4 : 0;
    bf_text_append(out, name + skip, size - skip);
}

void bf_words_template(bf_text *out, const bf_words *words, const bf_explain_part *part,
                       const char *text, size_t size, bf_template_style style)
{
    const char *at = text, *plain = text, *end = text + size, *name;
    size_t length;
    while ((name = bf_template_next(&at, end, &length)) != NULL) {
        bf_operand operand = bf_explain_operand(words->e, part, name, length);
        bf_text_append(out, plain, (size_t)(name - 1 - plain));
        if (style != BF_TEMPLATE_NUMBERS)
            bf_words_name(out, name, length);
        bf_text_string(out, style == BF_TEMPLATE_BOTH ? " " : "");
        if (style != BF_TEMPLATE_NAMES)
            bf_words_operand(out, words, &operand, false);
        plain = at;
    }
    bf_text_append(out, plain, (size_t)(end - plain));
}

/* ---- who ------------------------------------------------------------------------------------- */

static const char *key_text(const bf_words *words, bf_dict dictionary, int32_t code)
{
    return bf_dictionary_text(&words->e->history->dictionaries[dictionary], code);
}

const char *bf_words_entity(const bf_words *words, const bf_explain_part *part)
{
    return key_text(words, part->processor == BF_PROCESSOR_tdza ? BF_DICT_TEAMS : BF_DICT_PLAYERS,
                    part->entity);
}

const char *bf_words_owner(const bf_words *words, const bf_explain_games *games)
{
    if (games->entity < 0)
        return "all teams";
    const bf_column *column =
        &bf_inputs[games->table].columns[bf_input_entity_column(games->table)];
    return key_text(words, column->dictionary, games->entity);
}

const char *bf_words_game_id(const bf_words *words, int32_t game)
{
    return key_text(words, BF_DICT_GAMES, game);
}

void bf_words_opponent(bf_text *out, const bf_words *words, int32_t game, int32_t team)
{
    char away[16] = "", home[16] = ""; /* of YYYYMMDD_AWAY_HOME */
    const char *own = key_text(words, BF_DICT_TEAMS, team);
    if (sscanf(bf_words_game_id(words, game), "%*8[0-9]_%15[^_]_%15s", away, home) != 2)
        return;
    if (strcmp(own, away) == 0)
        bf_text_format(out, "at %s", home);
    else if (strcmp(own, home) == 0)
        bf_text_format(out, "vs %s", away);
}

/* The first column of team codes is the row's own team. */
int32_t bf_words_team_of(const bf_words *words, bf_input table, int64_t row)
{
    const bf_columns *columns = &words->e->history->inputs[table];
    int c = 0;
    while (columns->schema->columns[c].kind != BF_KIND_KEY ||
           columns->schema->columns[c].dictionary != BF_DICT_TEAMS)
        c++;
    return ((const int32_t *)columns->data[c])[row];
}

int32_t bf_words_game_of(const bf_words *words, bf_input table, int64_t row)
{
    return (
        (const int32_t *)words->e->history->inputs[table].data[bf_input_tie_column(table)])[row];
}

/* ---- why ------------------------------------------------------------------------------------- */

void bf_words_reason(bf_text *out, const bf_words *words, const bf_explain_part *part)
{
    const bf_table_schema *schema = &bf_outputs[BF_OUTPUT_failure];
    if (part->failure < 0) {
        bf_text_string(out, bf_explain_outcome_text(part->outcome));
        return;
    }
    bf_text_string(out, part->outcome == BF_EXPLAIN_DATE_FAILED ? "the whole date: " : "");
    bf_words_cell(out, words, BF_OUTPUT_failure, bf_table_find_column(schema, "failure_category"),
                  part->failure, false);
    bf_text_string(out, ": ");
    bf_words_cell(out, words, BF_OUTPUT_failure, bf_table_find_column(schema, "failure_reason"),
                  part->failure, false);
}

bool bf_column_is_constant(const bf_column *column)
{
    return column->type == BF_TYPE_NONE && column->kind != BF_KIND_JSON &&
           !bf_column_is_of_run(column);
}

bool bf_column_is_of_run(const bf_column *column)
{
    return column->kind >= BF_KIND_RUN_TIME;
}

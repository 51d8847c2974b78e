#include <string.h>

#include "compute/features/processor.h"
#include "io/text/explain_layout.h"
#include "io/text/explain_print.h"
#include "io/text/explain_text_games.h"

enum { INDENT = 6 };

bool bf_explain_is_chosen(const bf_explain_part *part, unsigned processors)
{
    const unsigned of_context =
        1u << BF_PROCESSOR_pcf | 1u << BF_PROCESSOR_pdc | 1u << BF_PROCESSOR_ml;
    if (part->processor == BF_DESCRIPTION_CONTEXT)
        return (processors & of_context) != 0;
    return (processors >> part->processor & 1u) != 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool any_operand_is_null(const bf_words *words, const bf_explain_part *part,
                                const char *text)
{
    const char *at = text, *end = text + strlen(text), *name;
    size_t size;
    while ((name = bf_template_next(&at, end, &size)) != NULL) {
        bf_operand operand = bf_explain_operand(words->e, part, name, size);
        if (bf_words_operand_is_null(words, &operand))
            return true;
    }
    return false;
}

/* Whether a formula is a name alone, or a number. */
static bool is_copy(const bf_template *from)
{
    return from->formula != NULL && from->formula[0] == '{' &&
           strcspn(from->formula, "}") + 1 == from->formula_size;
}

static bool is_number(const bf_template *from)
{
    return from->formula != NULL && memchr(from->formula, '{', from->formula_size) == NULL;
}

/* Notes that tell what a null means are of interest where there is one. */
static bool is_note_shown(const bf_words *words, const bf_explain_part *part, const char *text,
                          const bf_template *from, bool is_null)
{
    if (from->note == NULL)
        return false;
    bool is_for_nulls =
        strncmp(from->note, "null ", 5) == 0 || strstr(from->note, " where ") != NULL;
    return from->formula == NULL || !is_for_nulls || is_null ||
           any_operand_is_null(words, part, text);
}

/* What the text says in names: "Mean points, last 5 games = points_5 / games_5 [last_5]". */
static void sentence(bf_text *out, const bf_words *words, const bf_explain_part *part,
                     const char *description, const char *text, const char *windows, bool is_null)
{
    bf_template from = bf_template_of(text);
    const char *separator = *description == '\0' ? "" : ": ";
    bf_text_string(out, description);
    if (from.formula != NULL) {
        bf_text_string(out, *description == '\0' ? "= " : " = ");
        bf_words_template(out, words, part, from.formula, from.formula_size, BF_TEMPLATE_NAMES);
        separator = "; ";
    }
    if (is_note_shown(words, part, text, &from, is_null)) {
        bf_text_string(out, separator);
        bf_words_template(out, words, part, from.note, from.note_size, BF_TEMPLATE_BOTH);
    }
    if (*windows != '\0' && bf_words_are_windows_used(words, windows))
        bf_text_format(out, " [%s]", windows);
}

/* Name, value, and where it comes from: a formula with its numbers, and in names below; all else on
 * one line. */
static void sourced_row(bf_text *out, const bf_words *words, const bf_explain_part *part,
                        const char *indent, const char *name, const char *cell,
                        const char *description, const char *text, const char *windows,
                        bool is_null)
{
    bf_template from = bf_template_of(text);
    bf_text names = BF_TEXT_INIT(BF_LAYOUT_TEXT_MAX), numbers = BF_TEXT_INIT(BF_LAYOUT_TEXT_MAX);
    sentence(&names, words, part, description, text, windows, is_null);
    bool has_numbers = from.formula != NULL && !is_copy(&from) && !is_number(&from);
    if (has_numbers) {
        bf_text_string(&numbers, "= ");
        bf_words_template(&numbers, words, part, from.formula, from.formula_size,
                          BF_TEMPLATE_NUMBERS);
    }
    bf_layout_row(out, indent, name, BF_LAYOUT_NAME_WIDTH, cell, BF_LAYOUT_VALUE_WIDTH,
                  has_numbers ? bf_words_string(&numbers) : bf_words_string(&names));
    if (has_numbers)
        bf_layout_wrapped(out, bf_words_string(&names), INDENT);
    bf_words_done(out, &names);
    bf_words_done(out, &numbers);
}

static bool is_shown_unit(const char *unit)
{
    return unit != NULL && strcmp(unit, "1") != 0 && strcmp(unit, "year") != 0;
}

static bool cell_is_null(const bf_words *words, const bf_explain_part *part, bf_output table,
                         int index)
{
    const bf_columns *columns = &words->e->tables[table];
    return bf_column_is_null(&columns->schema->columns[index], columns->data[index], part->row);
}

/* The value with its unit, as export spells it. */
static void value(bf_text *line, const bf_words *words, const bf_explain_part *part,
                  bf_output table, int index)
{
    const bf_column *column = &bf_outputs[table].columns[index];
    if (bf_column_is_of_run(column)) {
        bf_text_string(line, "(of the run)");
        return;
    }
    if (column->kind == BF_KIND_JSON || column->kind == BF_KIND_VECTOR ||
        column->set == BF_SET_FEATURE) {
        bf_text_string(line, column->kind == BF_KIND_JSON ? "{...}" : "[...]"); /* told below */
        return;
    }
    bf_words_cell(line, words, table, index, part->row, false);
    if (part->nulled != NULL && part->nulled[index] > 0)
        bf_text_format(line, ": does not fit %s", column->sql_type);
    else if (is_shown_unit(column->unit) && !cell_is_null(words, part, table, index))
        bf_text_format(line, " %s", column->unit);
}

static void column(bf_text *out, const bf_words *words, const bf_explain_part *part,
                   bf_output table, int index)
{
    const bf_column *about = &bf_outputs[table].columns[index];
    const bf_value_source *from = bf_value_source_of(part->about, index);
    const char *indent = about->parent < 0 ? "  " : "    .";
    bf_text cell = BF_TEXT_INIT(BF_LAYOUT_TEXT_MAX), right = BF_TEXT_INIT(BF_LAYOUT_TEXT_MAX);
    value(&cell, words, part, table, index);
    if (from != NULL) {
        sourced_row(out, words, part, indent, about->name, bf_words_string(&cell),
                    about->description, from->text, from->windows,
                    cell_is_null(words, part, table, index));
    } else {
        bf_text_format(&right, "%s%s", bf_column_is_constant(about) ? "constant: " : "",
                       about->description);
        bf_layout_row(out, indent, about->name, BF_LAYOUT_NAME_WIDTH, bf_words_string(&cell),
                      BF_LAYOUT_VALUE_WIDTH, bf_words_string(&right));
    }
    bf_words_done(out, &cell);
    bf_words_done(out, &right);
}

static void features(bf_text *out, const bf_words *words, const bf_explain_part *part)
{
    const bf_ml_vector *vector = words->e->vector;
    for (int f = 0; f < BF_FEATURE_COUNT; f++) {
        bool constant = vector->constants >> f & 1u;
        const bf_feature_source *from =
            bf_feature_source_of(f, constant ? BF_LABEL_DEFAULT : vector->label[f]);
        bf_text name = BF_TEXT_INIT(256), cell = BF_TEXT_INIT(256);
        bf_text_format(&name, "%2d %s", f, bf_set_text(BF_SET_FEATURE, f));
        bf_text_double(&cell, vector->value[f]);
        bf_text_format(&cell, " %s", bf_label_name(vector->label[f]));
        sourced_row(out, words, part, "    ", bf_words_string(&name), bf_words_string(&cell),
                    constant ? "constant" : "", from->text, from->windows, false);
        bf_words_done(out, &name);
        bf_words_done(out, &cell);
    }
}

static void values(bf_text *out, const bf_words *words, const bf_explain_part *part)
{
    bf_output table = bf_processors[part->processor].table;
    bf_text_string(out, "\nValues, in the order of the table\n");
    for (int c = 0; c < bf_outputs[table].column_count; c++) {
        column(out, words, part, table, c);
        if (bf_outputs[table].columns[c].kind == BF_KIND_VECTOR)
            features(out, words, part);
    }
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void facts(bf_text *out, const bf_explain_part *part)
{
    bf_text_string(out, "\nFacts\n");
    for (int i = 0; i < part->about->fact_count; i++) {
        const bf_fact *fact = &part->about->facts[i];
        bf_text cell = BF_TEXT_INIT(256);
        size_t unit_size;
        (void)bf_fact_digits(fact, &unit_size);
        bf_words_fact(&cell, fact, part->facts, false);
        if (!bf_fact_is_null(fact, part->facts) && !(unit_size == 1 && fact->unit[0] == '1'))
            bf_text_format(&cell, " %.*s", (int)unit_size, fact->unit);
        bf_layout_row(out, "  ", fact->name, BF_LAYOUT_NAME_WIDTH, bf_words_string(&cell),
                      BF_LAYOUT_VALUE_WIDTH, fact->text);
        bf_words_done(out, &cell);
    }
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* The row of the context table, where it is what the context is. */
static void context_source(bf_text *out, const bf_words *words)
{
    const bf_table_schema *schema = &bf_inputs[BF_INPUT_upgc];
    bf_text_format(out, "\nRow of %s, used as it is\n", schema->name);
    for (int c = 0; c < schema->column_count; c++) {
        bf_text cell = BF_TEXT_INIT(BF_LAYOUT_TEXT_MAX);
        bf_words_input(&cell, words, BF_INPUT_upgc, c, words->e->context->source_row, false);
        bf_layout_row(out, "  ", schema->columns[c].name, BF_LAYOUT_NAME_WIDTH,
                      bf_words_string(&cell), BF_LAYOUT_VALUE_WIDTH,
                      schema->columns[c].description);
        bf_words_done(out, &cell);
    }
}

static void title(bf_text *out, const bf_words *words, const bf_explain_part *part)
{
    bf_text text = BF_TEXT_INIT(1024);
    if (part->processor == BF_DESCRIPTION_CONTEXT)
        bf_text_format(&text, "CONTEXT of %s, %s", bf_words_entity(words, part),
                       bf_context_mode_name(words->e->mode));
    else
        bf_text_format(
            &text, "%s: %s of %s", bf_layout_upper(bf_processors[part->processor].short_name),
            bf_outputs[bf_processors[part->processor].table].name, bf_words_entity(words, part));
    bf_layout_title(out, bf_words_string(&text));
    bf_words_done(out, &text);
}

/* Nothing for a part whose line of the summary says all. */
static void print_part(bf_text *out, const bf_words *words, const bf_explain_part *part)
{
    bf_text reason = BF_TEXT_INIT(2048);
    if (part->facts == NULL)
        return;
    title(out, words, part);
    bf_words_reason(&reason, words, part);
    if (part->row < 0 && part->processor != BF_DESCRIPTION_CONTEXT)
        bf_text_format(out, "No row. %s\n", bf_words_string(&reason));
    if (part->row >= 0)
        values(out, words, part);
    if (part->processor == BF_DESCRIPTION_CONTEXT && words->e->mode == BF_CONTEXT_AUTO)
        context_source(out, words);
    facts(out, part);
    bf_explain_text_games(out, words, part);
    bf_words_done(out, &reason);
}

/* ---- the head -------------------------------------------------------------------------------- */

static void who(bf_text *out, const bf_words *words)
{
    const bf_explanation *e = words->e;
    const bf_dictionary *dictionaries = e->history->dictionaries;
    bf_dict dictionary = e->is_team ? BF_DICT_TEAMS : BF_DICT_PLAYERS;
    char season[BF_SEASON_TEXT_BYTES];
    bf_text_format(out, "%s on ", bf_dictionary_text(&dictionaries[dictionary], e->entity));
    bf_words_day(out, e->day);
    if (e->team >= 0 && !e->is_team)
        bf_text_format(out, ", %s", bf_dictionary_text(&dictionaries[BF_DICT_TEAMS], e->team));
    if (e->game >= 0) {
        int8_t type = e->history->game_type[e->game];
        bf_text_string(out, e->is_team ? ", " : " ");
        bf_words_opponent(out, words, e->game, e->team);
        bf_text_format(out, ", game %s", bf_words_game_id(words, e->game));
        if (type != BF_NULL_I8)
            bf_text_format(out, ", %s", bf_set_text(BF_SET_GAME_TYPE, type));
    } else if (e->date->status != BF_UNIT_NO_GAMES) {
        bf_text_string(out, e->is_team ? ", no game" : ", not listed");
    }
    bf_season_format(season, bf_season_year(e->day));
    bf_text_format(out, ", season %s\n", season);
}

static void near_day(bf_text *out, const char *before_words, bf_day before, const char *after_words,
                     bf_day after)
{
    const char *separator = "";
    if (before != BF_NULL_I32) {
        bf_text_string(out, before_words);
        bf_words_day(out, before);
        separator = "; ";
    }
    if (after != BF_NULL_I32) {
        bf_text_string(out, separator);
        bf_text_string(out, after_words);
        bf_words_day(out, after);
    }
    bf_text_string(out, "\n");
}

/* What helps to go on from a date that has nothing to explain. */
static void hints(bf_text *out, const bf_words *words)
{
    const bf_explanation *e = words->e;
    if (e->date->status == BF_UNIT_SKIPPED_BOOTSTRAP) {
        bf_day first = bf_season_opening(bf_season_year(e->day)) + BF_BOOTSTRAP_DAYS;
        bf_text_format(out, "Day %d of the season; rows begin on day %d, ",
                       (int)(e->day - bf_season_opening(bf_season_year(e->day))),
                       BF_BOOTSTRAP_DAYS);
        bf_words_day(out, first);
        bf_text_string(out, "\n");
    }
    if (e->date->status == BF_UNIT_NO_GAMES)
        near_day(out, "Game date before: ", e->game_date_before, "after: ", e->game_date_after);
    if (!e->is_team && (e->context == NULL || !e->context->listed))
        near_day(out, "Listed last before the date on ", e->listed_before, "next after it on ",
                 e->listed_after);
    if (e->context != NULL)
        bf_text_format(out, "%s and %s on the date; context: %s\n",
                       e->context->listed ? "Listed" : "Not listed",
                       e->context->active ? "active" : "not active", bf_context_mode_name(e->mode));
}

static void summary(bf_text *out, const bf_words *words, unsigned processors)
{
    bf_text_string(out, "\n");
    for (int i = 0; i < words->e->part_count; i++) {
        const bf_explain_part *part = &words->e->parts[i];
        if (part->processor == BF_DESCRIPTION_CONTEXT || !bf_explain_is_chosen(part, processors))
            continue;
        bf_text reason = BF_TEXT_INIT(2048);
        bf_words_reason(&reason, words, part);
        bf_text_format(out, "  %-5s %-8s %s of %s%s%s\n",
                       bf_layout_upper(bf_processors[part->processor].short_name),
                       bf_explain_outcome_word(part->outcome),
                       bf_outputs[bf_processors[part->processor].table].name,
                       bf_words_entity(words, part), reason.size_bytes == 0 ? "" : ": ",
                       reason.size_bytes == 0 ? "" : bf_words_string(&reason));
        bf_words_done(out, &reason);
    }
}

void bf_explain_text(bf_text *out, const bf_words *words, const char *snapshot, unsigned processors)
{
    const bf_explanation *e = words->e;
    who(out, words);
    hints(out, words);
    bf_text_format(out, "Snapshot %s%s\n", snapshot,
                   e->history->sizes.synthetic ? " (synthetic data)" : "");
    summary(out, words, processors);
    for (int i = 0; i < e->part_count && e->date->status == BF_UNIT_SUCCESS; i++) {
        if (bf_explain_is_chosen(&e->parts[i], processors))
            print_part(out, words, &e->parts[i]);
    }
}

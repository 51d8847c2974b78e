#include <string.h>

#include "compute/features/processor.h"
#include "io/text/explain_print.h"
#include "io/text/json_out.h"

/* The writer and what it writes about. */
typedef struct json_page {
    bf_json_out out;
    const bf_words *words;
    const bf_explanation *e;
} json_page;

static void text_of_size(json_page *page, const char *key, const char *bytes, size_t size)
{
    bf_text copy = BF_TEXT_INIT(1 << 16);
    bf_text_append(&copy, bytes, size);
    bf_json_string(&page->out, key, bf_words_string(&copy));
    bf_words_done(page->out.text, &copy);
}

static void day(json_page *page, const char *key, bf_day value)
{
    char text[BF_DATE_TEXT_BYTES];
    if (value != BF_NULL_I32)
        bf_day_format(text, value);
    bf_json_string(&page->out, key, value == BF_NULL_I32 ? NULL : text);
}

/* A code's text, null for a negative code. */
static void code(json_page *page, const char *key, bf_dict dictionary, int32_t value)
{
    const bf_dictionary *texts = &page->e->history->dictionaries[dictionary];
    bf_json_string(&page->out, key, value < 0 ? NULL : bf_dictionary_text(texts, value));
}

/* ---- windows and games ----------------------------------------------------------------------- */

static const char *owner_of_window(const json_page *page, const bf_explain_part *part, int window)
{
    for (int g = 0; g < part->games_count; g++) {
        if (part->games[g].windows >> window & 1u)
            return bf_words_owner(page->words, &part->games[g]);
    }
    return NULL;
}

static void windows(json_page *page, const bf_explain_part *part)
{
    bf_json_open(&page->out, "windows", '[');
    for (int w = 0; part->windows != NULL && w < part->about->window_count; w++) {
        const bf_window_info *info = &part->about->windows[w];
        int64_t count = bf_window_games(part->windows[w]);
        bf_json_open_line(&page->out, NULL, '{');
        bf_json_string(&page->out, "name", info->name);
        bf_json_string(&page->out, "table", bf_inputs[info->table].name);
        bf_json_string(&page->out, "of", owner_of_window(page, part, w));
        bf_json_integer(&page->out, "games", count);
        day(page, "first_date",
            count == 0 ? BF_NULL_I32 : bf_window_day(part->windows[w], count - 1));
        day(page, "last_date", count == 0 ? BF_NULL_I32 : bf_window_day(part->windows[w], 0));
        bf_json_string(&page->out, "description", info->text);
        bf_json_close(&page->out, '}');
    }
    bf_json_close(&page->out, ']');
}

static void game(json_page *page, const bf_explain_part *part, const bf_explain_games *games,
                 const bf_explain_game *at)
{
    const bf_table_schema *schema = &bf_inputs[games->table];
    bf_text opponent = BF_TEXT_INIT(64);
    int32_t team = bf_words_team_of(page->words, games->table, at->row);
    int32_t id = bf_words_game_of(page->words, games->table, at->row);
    bf_words_opponent(&opponent, page->words, id, team);
    bf_json_open_line(&page->out, NULL, '{');
    day(page, "game_date", at->day);
    bf_json_string(&page->out, "game_id", bf_words_game_id(page->words, id));
    code(page, "team", BF_DICT_TEAMS, team);
    bf_json_string(&page->out, "opponent",
                   opponent.size_bytes == 0 ? NULL : opponent.data + strlen("at "));
    bf_json_open(&page->out, "windows", '[');
    for (int w = 0; w < part->about->window_count; w++) {
        if (at->windows >> w & 1u)
            bf_json_string(&page->out, NULL, part->about->windows[w].name);
    }
    bf_json_close(&page->out, ']');
    bf_json_open(&page->out, "numbers", '{');
    for (int c = 0; c < schema->column_count; c++) {
        if (!bf_explain_uses(part, at->windows, c))
            continue;
        bf_json_key(&page->out, schema->columns[c].name);
        bf_words_input(page->out.text, page->words, games->table, c, at->row, true);
    }
    bf_json_close(&page->out, '}');
    bf_json_close(&page->out, '}');
    bf_words_done(page->out.text, &opponent);
}

static void games(json_page *page, const bf_explain_part *part)
{
    bf_json_open(&page->out, "games", '[');
    for (int g = 0; g < part->games_count; g++) {
        const bf_explain_games *group = &part->games[g];
        bf_json_open(&page->out, NULL, '{');
        bf_json_string(&page->out, "table", bf_inputs[group->table].name);
        bf_json_string(&page->out, "of", bf_words_owner(page->words, group));
        bf_json_open(&page->out, "rows", '[');
        for (int64_t i = 0; i < group->count; i++)
            game(page, part, group, &group->games[i]);
        bf_json_close(&page->out, ']');
        bf_json_close(&page->out, '}');
    }
    bf_json_close(&page->out, ']');
}

static void league_zone(json_page *page, const char *key, const bf_tdza_league_team *team, int zone)
{
    bf_json_open(&page->out, key, '{');
    bf_json_integer(&page->out, "makes", team->makes[zone]);
    bf_json_integer(&page->out, "attempts", team->attempts[zone]);
    bf_json_key(&page->out, "share");
    if (isnan(team->share[zone]))
        bf_text_string(page->out.text, "null");
    else
        bf_text_double(page->out.text, team->share[zone]);
    bf_json_close(&page->out, '}');
}

/* What the league's averages of the date are made of. */
static void league(json_page *page)
{
    bf_json_open(&page->out, "league", '[');
    for (int32_t i = 0; i < page->e->league_count; i++) {
        const bf_explain_league_team *team = &page->e->league[i];
        int64_t count = bf_window_games(team->part.games);
        bf_json_open_line(&page->out, NULL, '{');
        code(page, "team", BF_DICT_TEAMS, team->team);
        bf_json_integer(&page->out, "games", count);
        day(page, "first_date", bf_window_day(team->part.games, count - 1));
        day(page, "last_date", bf_window_day(team->part.games, 0));
        bf_json_bool(&page->out, "counts", team->part.counts);
        league_zone(page, "paint", &team->part, BF_ZONE_PAINT);
        league_zone(page, "mid_range", &team->part, BF_ZONE_MID_RANGE);
        league_zone(page, "three_pt", &team->part, BF_ZONE_PERIMETER);
        bf_json_close(&page->out, '}');
    }
    bf_json_close(&page->out, ']');
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void facts(json_page *page, const bf_explain_part *part)
{
    bf_json_open(&page->out, "facts", '[');
    for (int i = 0; part->facts != NULL && i < part->about->fact_count; i++) {
        const bf_fact *fact = &part->about->facts[i];
        size_t unit_size;
        (void)bf_fact_digits(fact, &unit_size);
        bf_json_open_line(&page->out, NULL, '{');
        bf_json_string(&page->out, "name", fact->name);
        bf_json_key(&page->out, "value");
        bf_words_fact(page->out.text, fact, part->facts, true);
        text_of_size(page, "unit", fact->unit, unit_size);
        bf_json_string(&page->out, "description", fact->text);
        bf_json_close(&page->out, '}');
    }
    bf_json_close(&page->out, ']');
}

/* ---- values ---------------------------------------------------------------------------------- */

static void template_string(json_page *page, const bf_explain_part *part, const char *key,
                            const char *text, size_t size, bf_template_style style)
{
    bf_text filled = BF_TEXT_INIT(1 << 16);
    if (text != NULL)
        bf_words_template(&filled, page->words, part, text, size, style);
    bf_json_string(&page->out, key, filled.data);
    bf_words_done(page->out.text, &filled);
}

static void words_list(json_page *page, const char *key, const char *words)
{
    bf_json_open(&page->out, key, '[');
    for (const char *at = words; *at != '\0';) {
        size_t size = strcspn(at, " ");
        text_of_size(page, NULL, at, size);
        at += size + strspn(at + size, " ");
    }
    bf_json_close(&page->out, ']');
}

/* formula, calculation, note, operands, windows: where a value comes from. */
static void source(json_page *page, const bf_explain_part *part, const char *text,
                   const char *windows_used)
{
    bf_template template = bf_template_of(text);
    const char *at = text, *end = text + strlen(text), *name;
    size_t size;
    template_string(page, part, "formula", template.formula, template.formula_size,
                    BF_TEMPLATE_NAMES);
    template_string(page, part, "calculation", template.formula, template.formula_size,
                    BF_TEMPLATE_NUMBERS);
    template_string(page, part, "note", template.note, template.note_size, BF_TEMPLATE_BOTH);
    bf_json_open(&page->out, "operands", '{');
    while ((name = bf_template_next(&at, end, &size)) != NULL) {
        const char *brace = name - 1;
        if (memmem(text, (size_t)(brace - text), brace, size + 2) != NULL)
            continue; /* was there before */
        bf_operand operand = bf_explain_operand(page->e, part, name, size);
        bf_text key = BF_TEXT_INIT(256);
        bf_words_name(&key, name, size);
        bf_json_key(&page->out, bf_words_string(&key));
        bf_words_operand(page->out.text, page->words, &operand, true);
        bf_words_done(page->out.text, &key);
    }
    bf_json_close(&page->out, '}');
    words_list(page, "windows",
               bf_words_are_windows_used(page->words, windows_used) ? windows_used : "");
}

static void features(json_page *page, const bf_explain_part *part)
{
    const bf_ml_vector *vector = page->e->vector;
    bf_json_open(&page->out, "features", '[');
    for (int f = 0; f < BF_FEATURE_COUNT; f++) {
        bool constant = vector->constants >> f & 1u;
        const bf_feature_source *from =
            bf_feature_source_of(f, constant ? BF_LABEL_DEFAULT : vector->label[f]);
        bf_json_open_line(&page->out, NULL, '{');
        bf_json_integer(&page->out, "index", f);
        bf_json_string(&page->out, "name", bf_set_text(BF_SET_FEATURE, f));
        bf_json_key(&page->out, "value");
        bf_text_double(page->out.text, vector->value[f]);
        bf_json_string(&page->out, "label", bf_label_name(vector->label[f]));
        bf_json_bool(&page->out, "constant", constant);
        source(page, part, from->text, from->windows);
        bf_json_close(&page->out, '}');
    }
    bf_json_close(&page->out, ']');
}

static const char *kind_of(const bf_column *column)
{
    if (bf_column_is_of_run(column))
        return "run";
    return bf_column_is_constant(column) ? "constant" : "row";
}

static void column(json_page *page, const bf_explain_part *part, bf_output table, int index);

static void members(json_page *page, const bf_explain_part *part, bf_output table, int parent)
{
    bf_json_open(&page->out, "members", '[');
    for (int c = parent + 1;
         c < bf_outputs[table].column_count && bf_outputs[table].columns[c].parent == parent; c++)
        column(page, part, table, c);
    bf_json_close(&page->out, ']');
}

static void column(json_page *page, const bf_explain_part *part, bf_output table, int index)
{
    const bf_column *about = &bf_outputs[table].columns[index];
    const bf_value_source *from = bf_value_source_of(part->about, index);
    if (about->kind == BF_KIND_JSON || about->kind == BF_KIND_VECTOR)
        bf_json_open(&page->out, NULL, '{');
    else
        bf_json_open_line(&page->out, NULL, '{');
    bf_json_string(&page->out, "name", about->name);
    bf_json_key(&page->out, "value");
    bf_words_cell(page->out.text, page->words, table, index, part->row, true);
    bf_json_string(&page->out, "unit", about->unit);
    bf_json_string(&page->out, "type", about->sql_type);
    bf_json_string(&page->out, "kind", kind_of(about));
    bf_json_string(&page->out, "description", about->description);
    if (from != NULL)
        source(page, part, from->text, from->windows);
    if (part->nulled != NULL && part->nulled[index] > 0)
        bf_json_bool(&page->out, "does_not_fit", true);
    if (about->kind == BF_KIND_VECTOR)
        features(page, part);
    if (about->kind == BF_KIND_JSON)
        members(page, part, table, index);
    bf_json_close(&page->out, '}');
}

static void columns(json_page *page, const bf_explain_part *part)
{
    bf_output table = bf_processors[part->processor].table;
    bf_json_open(&page->out, "columns", '[');
    for (int c = 0; part->row >= 0 && c < bf_outputs[table].column_count; c++) {
        if (bf_outputs[table].columns[c].parent < 0)
            column(page, part, table, c);
    }
    bf_json_close(&page->out, ']');
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* The failure record as export writes it, but for what the run sets. */
static void failure(json_page *page, const bf_explain_part *part)
{
    const bf_table_schema *schema = &bf_outputs[BF_OUTPUT_failure];
    if (part->failure < 0) {
        bf_json_string(&page->out, "failure", NULL);
        return;
    }
    bf_json_open(&page->out, "failure", '{');
    for (int c = 0; c < schema->column_count; c++) {
        bf_json_key(&page->out, schema->columns[c].name);
        bf_words_cell(page->out.text, page->words, BF_OUTPUT_failure, c, part->failure, true);
    }
    bf_json_close(&page->out, '}');
}

static void processor(json_page *page, const bf_explain_part *part)
{
    bf_text reason = BF_TEXT_INIT(2048);
    bf_words_reason(&reason, page->words, part);
    bf_json_open(&page->out, NULL, '{');
    bf_json_string(&page->out, "processor", bf_processors[part->processor].short_name);
    bf_json_string(&page->out, "processor_name", bf_processors[part->processor].class_name);
    bf_json_string(&page->out, "table", bf_outputs[bf_processors[part->processor].table].name);
    bf_json_string(&page->out, "of", bf_words_entity(page->words, part));
    bf_json_string(&page->out, "outcome", bf_explain_outcome_word(part->outcome));
    bf_json_string(&page->out, "reason", reason.size_bytes == 0 ? NULL : reason.data);
    failure(page, part);
    windows(page, part);
    games(page, part);
    if (part->processor == BF_PROCESSOR_tdza)
        league(page);
    facts(page, part);
    columns(page, part);
    bf_json_close(&page->out, '}');
    bf_words_done(page->out.text, &reason);
}

/* The row of the context table, where it is what the context is. */
static void context_source(json_page *page)
{
    const bf_table_schema *schema = &bf_inputs[BF_INPUT_upgc];
    if (page->e->mode != BF_CONTEXT_AUTO)
        return;
    bf_json_open(&page->out, "source", '{');
    bf_json_string(&page->out, "table", schema->name);
    bf_json_open(&page->out, "row", '{');
    for (int c = 0; c < schema->column_count; c++) {
        bf_json_key(&page->out, schema->columns[c].name);
        bf_words_input(page->out.text, page->words, BF_INPUT_upgc, c, page->e->context->source_row,
                       true);
    }
    bf_json_close(&page->out, '}');
    bf_json_close(&page->out, '}');
}

static void context(json_page *page, const bf_explain_part *part)
{
    bf_json_open(&page->out, "context", '{');
    bf_json_string(&page->out, "mode", bf_context_mode_name(page->e->mode));
    context_source(page);
    windows(page, part);
    games(page, part);
    facts(page, part);
    bf_json_close(&page->out, '}');
}

static void game_type(json_page *page)
{
    int8_t type = page->e->game < 0 ? BF_NULL_I8 : page->e->history->game_type[page->e->game];
    bf_json_string(&page->out, "game_type",
                   type == BF_NULL_I8 ? NULL : bf_set_text(BF_SET_GAME_TYPE, type));
}

static void who(json_page *page)
{
    const bf_explanation *e = page->e;
    bf_text opponent = BF_TEXT_INIT(64);
    if (e->game >= 0 && e->team >= 0)
        bf_words_opponent(&opponent, page->words, e->game, e->team);
    code(page, e->is_team ? "team" : "player", e->is_team ? BF_DICT_TEAMS : BF_DICT_PLAYERS,
         e->entity);
    bf_json_open(&page->out, "game", '{');
    code(page, "game_id", BF_DICT_GAMES, e->game);
    game_type(page);
    code(page, "team", BF_DICT_TEAMS, e->team);
    bf_json_string(&page->out, "opponent",
                   opponent.size_bytes == 0 ? NULL : opponent.data + strlen("at "));
    bf_json_close(&page->out, '}');
    if (!e->is_team) {
        bf_json_bool(&page->out, "listed", e->context != NULL && e->context->listed);
        bf_json_bool(&page->out, "active", e->context != NULL && e->context->active);
        day(page, "listed_before", e->listed_before);
        day(page, "listed_after", e->listed_after);
    }
    day(page, "game_date_before", e->game_date_before);
    day(page, "game_date_after", e->game_date_after);
    bf_words_done(page->out.text, &opponent);
}

void bf_explain_json(bf_text *out, const bf_words *words, const char *snapshot, unsigned processors)
{
    const bf_explanation *e = words->e;
    json_page page = {.out = BF_JSON_OUT_INIT(out), .words = words, .e = e};
    bf_json_open(&page.out, NULL, '{');
    bf_json_string(&page.out, "snapshot", snapshot);
    bf_json_bool(&page.out, "synthetic", e->history->sizes.synthetic);
    day(&page, "date", e->day);
    bf_json_integer(&page.out, "season", bf_season_year(e->day));
    bf_json_bool(&page.out, "computed", e->date->status == BF_UNIT_SUCCESS);
    who(&page);
    const bf_explain_part *of_context = bf_explanation_part(e, BF_DESCRIPTION_CONTEXT);
    if (of_context != NULL && bf_explain_is_chosen(of_context, processors))
        context(&page, of_context);
    bf_json_open(&page.out, "processors", '[');
    for (int i = 0; i < e->part_count; i++) {
        if (&e->parts[i] != of_context && bf_explain_is_chosen(&e->parts[i], processors))
            processor(&page, &e->parts[i]);
    }
    bf_json_close(&page.out, ']');
    bf_json_close(&page.out, '}');
    bf_text_string(out, "\n");
}

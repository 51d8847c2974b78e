#include "compute/audit/explain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compute/audit/explain_games.h"
#include "compute/features/pcf.h"
#include "compute/features/pdc.h"
#include "compute/features/processor.h"
#include "compute/features/psza.h"

static const struct {
    const char *word, *text;
} outcomes[BF_EXPLAIN_OUTCOMES] = {
#define OUTCOME(symbol, word_, text_) {word_, text_},
#include "compute/audit/explain_outcomes.def"
#undef OUTCOME
};

const char *bf_explain_outcome_word(bf_explain_outcome outcome)
{
    return outcomes[outcome].word;
}

const char *bf_explain_outcome_text(bf_explain_outcome outcome)
{
    return outcomes[outcome].text;
}

/* ---- the date's work, as the run does it ----------------------------------------------------- */

/* Selects and computes the processors of the set (a bit each); all selections come before the rows.
 */
static bf_status compute(bf_explanation *e, unsigned processors, bf_error *err)
{
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        if (processors >> p & 1u)
            BF_TRY(bf_date_select(e->date, (bf_processor_id)p, err));
    }
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_output table = bf_processors[p].table;
        if ((processors >> p & 1u) == 0)
            continue;
        BF_TRY(bf_columns_alloc(&e->tables[table], &bf_outputs[table], e->date->selections[p].count,
                                err));
        BF_TRY(bf_date_compute(e->date, (bf_processor_id)p, &e->tables[table], 0, err));
    }
    return bf_columns_alloc(&e->tables[BF_OUTPUT_failure], &bf_outputs[BF_OUTPUT_failure],
                            BF_PROCESSOR_COUNT, err);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static bf_explain_part *begin_part(bf_explanation *e, int processor, int32_t entity)
{
    bf_explain_part *part = &e->parts[e->part_count++];
    *part = (bf_explain_part){.about = &bf_descriptions[processor],
                              .processor = processor,
                              .entity = entity,
                              .row = -1,
                              .failure = -1};
    return part;
}

/* A copy that lives as long as the explanation; for structs of facts and of windows. */
static bf_status keep(const void **out, bf_explanation *e, const void *data, size_t size,
                      bf_error *err)
{
    void *copy;
    BF_TRY(bf_arena_alloc(&copy, &e->date->arena, 1, size, err));
    memcpy(copy, data, size);
    *out = copy;
    return BF_OK;
}

#define KEEP_FACTS(part, e, data, err) keep(&(part)->facts, e, data, sizeof *(data), err)

/* A struct of windows is an array of them (windows.h). */
static bf_status keep_windows(bf_explain_part *part, bf_explanation *e, const void *windows,
                              size_t size, bf_error *err)
{
    const void *copy;
    assert(size == (size_t)part->about->window_count * sizeof(bf_window) &&
           part->about->window_count <= BF_EXPLAIN_WINDOWS_MAX);
    BF_TRY(keep(&copy, e, windows, size, err));
    part->windows = copy;
    return bf_explain_gather(part, e->history, &e->date->arena, err);
}

#define KEEP_WINDOWS(part, e, data, err) keep_windows(part, e, data, sizeof *(data), err)

static bf_status alloc_nulled(int64_t **out, bf_explain_part *part, bf_explanation *e,
                              bf_error *err)
{
    BF_TRY(BF_ARENA_ALLOC(out, &e->date->arena, BF_MAX_COLUMNS, err));
    part->nulled = *out;
    return BF_OK;
}

static bf_explain_outcome outcome_of_status(bf_unit_status status)
{
    return status == BF_UNIT_NO_GAMES ? BF_EXPLAIN_NO_GAMES : BF_EXPLAIN_BOOTSTRAP;
}

/* Why an entity has neither row nor record. */
static bf_explain_outcome nothing(const bf_explanation *e, int processor)
{
    if (processor == BF_PROCESSOR_tdza || processor == BF_PROCESSOR_psza)
        return BF_EXPLAIN_NO_GAMES_BEFORE;
    if (e->context != NULL)
        return BF_EXPLAIN_NOT_ACTIVE;
    return e->mode == BF_CONTEXT_AUTO ? BF_EXPLAIN_NOT_IN_CONTEXT : BF_EXPLAIN_NOT_LISTED;
}

/* Row, record or neither, from the selection. `failure_entity`: code of the entity among those of
 * records. */
static void settle(bf_explain_part *part, bf_explanation *e, int32_t failure_entity)
{
    const bf_selection *selection = &e->date->selections[part->processor];
    bf_columns *failures = &e->tables[BF_OUTPUT_failure];
    if (e->date->status != BF_UNIT_SUCCESS) {
        part->outcome = outcome_of_status(e->date->status);
        return;
    }
    part->outcome = nothing(e, part->processor);
    for (int64_t i = 0; i < selection->count; i++) {
        if (selection->entities[i] == part->entity) {
            part->row = i;
            part->outcome = BF_EXPLAIN_ROW;
        }
    }
    for (int64_t i = 0; i < selection->failure_count; i++) {
        int32_t entity = selection->failures[i].entity_id;
        if (entity != failure_entity && entity != e->history->date_level)
            continue;
        part->failure = part->processor;
        part->outcome = entity == failure_entity ? BF_EXPLAIN_FAILURE : BF_EXPLAIN_DATE_FAILED;
        bf_failure_store(failures, part->failure, &selection->failures[i], 1);
    }
}

/* ---- zones ----------------------------------------------------------------------------------- */

static bf_status add_league(bf_explanation *e, bf_error *err)
{
    int32_t teams = e->history->series[BF_SERIES_DEFENSE].entities;
    BF_TRY(BF_ARENA_ALLOC(&e->league, &e->date->arena, (size_t)teams, err));
    for (int32_t team = 0; team < teams; team++) {
        bf_tdza_league_team part = bf_tdza_league_team_of(e->history, e->day, team);
        if (bf_window_games(part.games) > 0)
            e->league[e->league_count++] = (bf_explain_league_team){team, part};
    }
    return BF_OK;
}

static bf_status add_tdza(bf_explanation *e, int32_t team, bf_error *err)
{
    bf_explain_part *part = begin_part(e, BF_PROCESSOR_tdza, team);
    bf_tdza_facts facts;
    bf_tdza_row row;
    int64_t *nulled;
    settle(part, e, e->history->team_entity[team]);
    if (part->row < 0 && part->outcome != BF_EXPLAIN_FAILURE)
        return BF_OK;
    bf_tdza_league league = bf_tdza_league_of(e->history, e->day);
    bf_tdza_windows windows = bf_tdza_windows_of(e->history, e->day, team);
    bf_tdza_facts_of(&facts, e->history, e->day, team, &league);
    BF_TRY(KEEP_WINDOWS(part, e, &windows, err));
    BF_TRY(KEEP_FACTS(part, e, &facts, err));
    BF_TRY(alloc_nulled(&nulled, part, e, err));
    if (part->row >= 0)
        bf_tdza_values_of(&row, &facts, e->history, e->day, team, nulled);
    return add_league(e, err);
}

static bf_status add_psza(bf_explanation *e, int32_t player, bf_error *err)
{
    bf_explain_part *part = begin_part(e, BF_PROCESSOR_psza, player);
    bf_psza_facts facts;
    bf_psza_row row;
    int64_t *nulled;
    settle(part, e, e->history->player_entity[player]);
    if (part->row < 0 && part->outcome != BF_EXPLAIN_FAILURE)
        return BF_OK;
    bf_psza_windows windows = bf_psza_windows_of(e->history, e->day, player);
    bf_psza_facts_of(&facts, &windows);
    BF_TRY(KEEP_WINDOWS(part, e, &windows, err));
    BF_TRY(KEEP_FACTS(part, e, &facts, err));
    BF_TRY(alloc_nulled(&nulled, part, e, err));
    if (part->row >= 0)
        bf_psza_values_of(&row, &facts, &windows, e->history, e->day, player, nulled);
    return BF_OK;
}

/* ---- the context and what starts from it ----------------------------------------------------- */

static bf_status add_context(bf_explanation *e, bf_context *context, bf_error *err)
{
    if (e->context == NULL || e->date->status != BF_UNIT_SUCCESS)
        return BF_OK;
    bf_explain_part *part = begin_part(e, BF_DESCRIPTION_CONTEXT, e->entity);
    bf_context_windows windows = bf_context_windows_of(e->context, context, e->date);
    part->outcome = BF_EXPLAIN_ROW;
    part->facts = &e->context->facts;
    return KEEP_WINDOWS(part, e, &windows, err);
}

static bf_status add_pcf(bf_explanation *e, bf_error *err)
{
    bf_explain_part *part = begin_part(e, BF_PROCESSOR_pcf, e->entity);
    bf_pcf_facts facts;
    bf_pcf_row row;
    int64_t *nulled;
    settle(part, e, e->history->player_entity[e->entity]);
    if (part->row < 0)
        return BF_OK;
    const bf_psza_row *zones = bf_psza_find(e->date, e->entity);
    const bf_tdza_row *defense = bf_tdza_find(e->date, e->opponent);
    bf_pcf_facts_of(&facts, e->context, zones, defense);
    BF_TRY(KEEP_FACTS(part, e, &facts, err));
    BF_TRY(alloc_nulled(&nulled, part, e, err));
    bf_pcf_values_of(&row, &facts, e->context, zones, defense, e->day, nulled);
    return BF_OK;
}

static bf_status add_pdc(bf_explanation *e, bf_context *context, bf_error *err)
{
    bf_explain_part *part = begin_part(e, BF_PROCESSOR_pdc, e->entity);
    bf_pdc_facts facts;
    bf_pdc_row row;
    int64_t *nulled;
    settle(part, e, e->history->player_entity[e->entity]);
    if (part->row < 0 && part->outcome != BF_EXPLAIN_FAILURE)
        return BF_OK;
    const bf_context_team *team = bf_context_team_of(context, e->date, e->team);
    const bf_psza_row *zones = bf_psza_find(e->date, e->entity);
    bf_pdc_windows windows = bf_pdc_windows_of(e->context, team);
    bf_pdc_facts_of(&facts, e->day, e->context, team, zones);
    BF_TRY(KEEP_WINDOWS(part, e, &windows, err));
    BF_TRY(KEEP_FACTS(part, e, &facts, err));
    BF_TRY(alloc_nulled(&nulled, part, e, err));
    if (part->row >= 0)
        bf_pdc_values_of(&row, &facts, e->context, zones, e->day, nulled);
    return BF_OK;
}

static bf_status add_ml(bf_explanation *e, bf_context *context, bf_error *err)
{
    bf_explain_part *part = begin_part(e, BF_PROCESSOR_ml, e->entity);
    bf_ml_facts facts;
    bf_ml_vector *vector;
    settle(part, e, e->history->player_entity[e->entity]);
    if (part->row < 0)
        return BF_OK;
    const bf_ml_upstream upstream = {
        bf_pdc_find(e->date, e->entity), bf_pcf_find(e->date, e->entity),
        bf_psza_find(e->date, e->entity), bf_tdza_find(e->date, e->opponent)};
    const bf_context_team *team = bf_context_team_of(context, e->date, e->team);
    bf_ml_windows windows = bf_ml_windows_of(e->context, team);
    bf_ml_facts_of(&facts, e->history, e->context, team);
    BF_TRY(KEEP_WINDOWS(part, e, &windows, err));
    BF_TRY(KEEP_FACTS(part, e, &facts, err));
    BF_TRY(BF_ARENA_ALLOC(&vector, &e->date->arena, 1, err));
    bf_ml_vector_of(vector, &facts, &e->context->facts, &upstream);
    e->vector = vector;
    return BF_OK;
}

/* ---- who it is ------------------------------------------------------------------------------- */

static void find_game_dates(bf_explanation *e)
{
    const bf_day *dates = e->history->game_dates;
    int32_t count = *e->history->game_date_count, at = 0;
    while (at < count && dates[at] < e->day)
        at++;
    e->game_date_before = at > 0 ? dates[at - 1] : BF_NULL_I32;
    at += at < count && dates[at] == e->day;
    e->game_date_after = at < count ? dates[at] : BF_NULL_I32;
}

static void find_listings(bf_explanation *e)
{
    const bf_series *listed = &e->history->series[BF_SERIES_LISTED];
    bf_window before = bf_window_before(listed, e->entity, e->day);
    bf_window with_day = bf_window_before(listed, e->entity, e->day + 1);
    int64_t end = listed->first[((int64_t)e->entity + 1) * listed->seasons];
    e->listed_before = bf_window_games(before) > 0 ? bf_window_day(before, 0) : BF_NULL_I32;
    e->listed_after = with_day.end < end ? listed->day[with_day.end] : BF_NULL_I32;
}

/* The team's game of the date, by its row of it: nothing but the game is read of that row. */
static void find_team_game(bf_explanation *e)
{
    bf_day_rows rows = bf_history_day_rows(&e->history->team_games, e->day);
    for (int64_t i = 0; i < rows.count; i++) {
        if (BF_INPUT_COLUMN(e->history, tog, team_abbr, int32_t)[rows.row[i]] == e->entity)
            e->game = BF_INPUT_COLUMN(e->history, tog, game_id, int32_t)[rows.row[i]];
    }
}

static bf_status find_player(bf_explanation *e, bf_context **context, bf_error *err)
{
    find_listings(e);
    BF_TRY(e->date->status == BF_UNIT_SUCCESS ? bf_context_of(context, e->date, err)
                                              : bf_context_list(context, e->date, err));
    e->mode = (*context)->mode;
    e->context = bf_context_find(*context, e->entity);
    if (e->context != NULL) {
        e->team = e->context->team;
        e->opponent = e->context->opponent;
        e->game = e->context->game;
    }
    return BF_OK;
}

static bf_status begin(bf_explanation **out, const bf_history *history, bf_context_mode mode,
                       bf_day day, int32_t entity, bf_error *err)
{
    BF_TRY(BF_ALLOC(out, 1, err));
    bf_explanation *e = *out;
    *e = (bf_explanation){.history = history,
                          .day = day,
                          .entity = entity,
                          .team = -1,
                          .opponent = -1,
                          .game = -1,
                          .mode = mode,
                          .listed_before = BF_NULL_I32,
                          .listed_after = BF_NULL_I32};
    find_game_dates(e);
    BF_TRY(bf_date_create(&e->date, history, mode, err));
    bf_date_begin(e->date, day);
    return BF_OK;
}

static bf_status add_player_parts(bf_explanation *e, bf_error *err)
{
    bf_context *context;
    BF_TRY(compute(e, (1u << BF_PROCESSOR_COUNT) - 1, err));
    BF_TRY(find_player(e, &context, err));
    BF_TRY(add_psza(e, e->entity, err));
    if (e->context != NULL)
        BF_TRY(add_tdza(e, e->opponent, err));
    BF_TRY(add_pcf(e, err));
    BF_TRY(add_pdc(e, context, err));
    BF_TRY(add_ml(e, context, err));
    return add_context(e, context, err);
}

static bf_status add_team_parts(bf_explanation *e, bf_error *err)
{
    BF_TRY(compute(e, 1u << BF_PROCESSOR_tdza, err));
    e->is_team = true;
    e->team = e->entity;
    find_team_game(e);
    return add_tdza(e, e->entity, err);
}

static bf_status finish(bf_explanation **out, bf_status st)
{
    if (st != BF_OK) {
        bf_explanation_free(*out);
        *out = NULL;
    }
    return st;
}

bf_status bf_explain_player(bf_explanation **out, const bf_history *history, bf_context_mode mode,
                            bf_day day, int32_t player, bf_error *err)
{
    bf_status st = begin(out, history, mode, day, player, err);
    return finish(out, st == BF_OK ? add_player_parts(*out, err) : st);
}

bf_status bf_explain_team(bf_explanation **out, const bf_history *history, bf_day day, int32_t team,
                          bf_error *err)
{
    bf_status st = begin(out, history, BF_CONTEXT_DERIVED, day, team, err);
    return finish(out, st == BF_OK ? add_team_parts(*out, err) : st);
}

void bf_explanation_free(bf_explanation *explanation)
{
    if (explanation == NULL)
        return;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_columns_free(&explanation->tables[t]);
    bf_date_free(explanation->date);
    free(explanation);
}

const bf_explain_part *bf_explanation_part(const bf_explanation *explanation, int processor)
{
    for (int i = 0; i < explanation->part_count; i++) {
        if (explanation->parts[i].processor == processor)
            return &explanation->parts[i];
    }
    return NULL;
}

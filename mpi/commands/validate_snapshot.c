/* The part of validate that needs the snapshot: exact expectations, and the look-ahead audit. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/audit/difference.h"
#include "compute/audit/look_ahead.h"
#include "compute/audit/preflight.h"
#include "compute/base/memory.h"
#include "compute/features/context.h"
#include "compute/history/cut.h"
#include "io/text/spell.h"
#include "mpi/commands/validate.h"

/* ---- the snapshot that the run read ---------------------------------------------------------- */

/* BF_E_USAGE unless season i of the snapshot is season i of the inputs that the results name. */
static bf_status check_season(const bf_validation *v, const json_t *input, int32_t i, bf_error *err)
{
    const bf_history_sizes *sizes = bf_snapshot_sizes(v->with.snapshot);
    char season[BF_SEASON_TEXT_BYTES];
    const char *refusal = "are not of this snapshot; give the one that the run read";
    if (i >= sizes->season_count) {
        bf_season_format(season, (int)json_integer_value(json_object_get(input, "season")));
        return bf_error_set(err, BF_E_USAGE, "%s: the results %s: it lacks season %s", v->snapshot,
                            refusal, season);
    }
    const bf_snapshot_season_facts *facts = bf_snapshot_season(v->with.snapshot, i);
    bf_season_format(season, facts->season);
    if (input == NULL || json_integer_value(json_object_get(input, "season")) != facts->season)
        return bf_error_set(err, BF_E_USAGE, "%s: the results %s: they know no season %s there",
                            v->snapshot, refusal, season);
    const char *sha256 = json_string_value(json_object_get(input, "sha256"));
    if (sha256 == NULL || strcmp(sha256, facts->sha256) != 0)
        return bf_error_set(
            err, BF_E_USAGE,
            "%s: the results %s: season %s has SHA-256 %.12s..., the run read %.12s...",
            v->snapshot, refusal, season, facts->sha256, sha256 == NULL ? "none" : sha256);
    return BF_OK;
}

static bf_status check_inputs(const bf_validation *v, bf_error *err)
{
    json_t *inputs = json_loads(bf_results_facts(v->results)->inputs_json, 0, NULL);
    int32_t seasons = bf_snapshot_sizes(v->with.snapshot)->season_count;
    bf_status st = BF_OK;
    if (!json_is_array(inputs))
        st = bf_error_set(err, BF_E_INPUT, "%s: /run: inputs are not a JSON list: damaged",
                          bf_results_path(v->results));
    for (int32_t i = 0; st == BF_OK && (i < seasons || i < (int32_t)json_array_size(inputs)); i++)
        st = check_season(v, json_array_get(inputs, (size_t)i), i, err);
    json_decref(inputs);
    return st;
}

/* What the pre-flight has to say about the input, as notes: the run has already judged it. */
static bf_status note_input(bf_validation *v, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    bf_preflight *preflight;
    BF_TRY(BF_ALLOC(&preflight, 1, err));
    bf_status st =
        bf_preflight_check(preflight, &v->with.history, layout->dates, layout->date_count, err);
    for (int32_t i = 0; st == BF_OK && i < preflight->count; i++) {
        if (preflight->findings[i].severity != BF_FINDING_NOTE)
            bf_issues_add(&v->issues, BF_ISSUE_input, -1, BF_ISSUE_NO_DAY, 1, "%s",
                          preflight->findings[i].text);
    }
    free(preflight);
    return st;
}

bf_status bf_validate_open_snapshot(bf_validation *v, bf_error *err)
{
    bf_validate_snapshot *with = &v->with;
    const bf_layout *layout = bf_results_layout(v->results);
    if (v->snapshot == NULL)
        return BF_OK;
    BF_TRY(bf_snapshot_open(&with->snapshot, v->snapshot, err));
    BF_TRY(check_inputs(v, err));
    BF_TRY(bf_snapshot_load_whole(&with->history, &with->block, with->snapshot, err));
    BF_TRY(bf_expected_map(&with->map, &with->history.dictionaries[BF_DICT_ENTITIES],
                           &layout->dictionaries[BF_DICT_ENTITIES], err));
    BF_TRY(bf_date_create(&with->date, &with->history,
                          bf_context_mode_find(bf_results_facts(v->results)->context_mode), err));
    if (layout->written[BF_OUTPUT_reprocess])
        with->date->attempts_at_us = bf_results_facts(v->results)->run_timestamp_us;
    BF_TRY(bf_expected_game_types(with->game_types, &with->history, layout->dates,
                                  layout->date_count, err));
    return note_input(v, err);
}

void bf_validate_close_snapshot(bf_validate_snapshot *with)
{
    bf_date_free(with->date);
    bf_snapshot_close(with->snapshot);
    free(with->block);
    free(with->map);
    free(with->samples);
}

bf_status bf_validate_expected(const bf_expected **out, bf_expected room[BF_PROCESSOR_COUNT],
                               bf_validation *v, bf_day day, bf_error *err)
{
    *out = NULL;
    if (v->with.snapshot == NULL)
        return BF_OK;
    BF_TRY(bf_expected_date(room, v->with.date, day, v->processors, v->with.map, err));
    *out = room;
    return BF_OK;
}

/* ---- dates of the snapshot that the file lacks ----------------------------------------------- */

static void check_calendar(bf_validation *v)
{
    const bf_layout *layout = bf_results_layout(v->results);
    const bf_history *history = &v->with.history;
    int64_t missing = 0;
    char first[BF_DATE_TEXT_BYTES] = "", last[BF_DATE_TEXT_BYTES] = "";
    for (int32_t i = 0, at = 0; layout->date_count > 0 && i < *history->game_date_count; i++) {
        bf_day day = history->game_dates[i];
        while (at < layout->date_count && layout->dates[at] < day)
            at++;
        if (at < layout->date_count && layout->dates[at] == day)
            continue;
        bf_day_format(last, day);
        if (missing++ == 0)
            memcpy(first, last, sizeof first);
    }
    if (missing > 0)
        bf_issues_add(&v->issues, BF_ISSUE_not_asked, -1, BF_ISSUE_NO_DAY, missing,
                      "%lld, from %s to %s", (long long)missing, first, last);
}

/* ---- the look-ahead audit -------------------------------------------------------------------- */

/* --sample dates, spread over those that were computed. */
static bf_status choose_samples(bf_validation *v, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    int32_t *computed, count = 0;
    BF_TRY(BF_ALLOC(&computed, (size_t)layout->date_count, err));
    for (int32_t d = 0; d < layout->date_count; d++) {
        bool is_computed = bf_history_is_game_date(&v->with.history, layout->dates[d]) &&
                           !bf_day_is_bootstrap(layout->dates[d]);
        if (is_computed)
            computed[count++] = d;
    }
    int32_t samples = v->options->sample < count ? (int32_t)v->options->sample : count;
    bf_status st = BF_ALLOC(&v->with.samples, (size_t)samples, err);
    for (int32_t i = 0; st == BF_OK && i < samples; i++)
        v->with.samples[i] = computed[bf_look_ahead_pick(i, samples, count)];
    v->with.sample_count = st == BF_OK ? samples : 0;
    free(computed);
    return st;
}

/* Bit t: the rows of table t are those of the file. */
static unsigned compare_digests(const bf_validation *v, int32_t date,
                                const bf_recomputed *recomputed)
{
    const bf_layout *layout = bf_results_layout(v->results);
    unsigned same = 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (layout->written[t] && recomputed->tables[t].rows == layout->rows[t][date] &&
            memcmp(recomputed->digests[t], bf_results_outcome(v->results)->digests[t][date],
                   BF_SHA256_BYTES) == 0)
            same |= 1u << t;
    }
    return same;
}

/* The value of a cell; of a vector the element that differs from the other row's. */
static void spell_value(bf_text *out, const bf_rows *rows, const bf_rows *other,
                        const bf_difference *at, bool is_a, bf_spell *spell)
{
    const bf_column *column = &rows->columns->schema->columns[at->column];
    int64_t row = rows->first + (is_a ? at->row_a : at->row_b);
    int64_t other_row = other->first + (is_a ? at->row_b : at->row_a);
    bf_text_clear(out);
    if (column->kind != BF_KIND_VECTOR) {
        bf_spell_cell(out, spell, rows->columns, at->column, row);
        if (out->size_bytes == 0)
            bf_text_string(out, "null");
        return;
    }
    const double *own = (const double *)rows->columns->data[at->column] + row * column->length;
    const double *others =
        (const double *)other->columns->data[at->column] + other_row * column->length;
    int k = 0;
    while (k + 1 < column->length && memcmp(&own[k], &others[k], sizeof own[k]) == 0)
        k++;
    bf_text_format(out, "[%d] ", k);
    bf_text_double(out, own[k]);
}

/* "lukadoncic, column points_avg_last_5: 23.4 in the file, 22.1 without the later games" */
static bf_status describe_value(bf_text *out, const bf_validation *v, const bf_rows *file,
                                const bf_rows *fresh, const bf_difference *at, bf_error *err)
{
    const bf_run_facts *facts = bf_results_facts(v->results);
    const bf_table_schema *schema = file->columns->schema;
    const bf_column *column = &schema->columns[at->column];
    const bf_rows *sides[] = {file, fresh};
    static const char *const said[] = {" in the file, ", " without the later games"};
    bf_text value = BF_TEXT_INIT(1 << 16);
    bf_text_format(
        out, ", column %s%s%s: ", column->parent < 0 ? "" : schema->columns[column->parent].name,
        column->parent < 0 ? "" : "/", column->name);
    bf_status st = BF_OK;
    for (int s = 0; s < 2 && st == BF_OK; s++) {
        bf_spell *spell = NULL;
        st = bf_spell_create(&spell, schema, sides[s]->dictionaries, facts->run_id,
                             facts->run_timestamp_us, err);
        if (st != BF_OK)
            break;
        spell_value(&value, sides[s], sides[1 - s], at, s == 0, spell);
        bf_text_format(out, "%s%s", value.data == NULL ? "" : value.data, said[s]);
        bf_spell_free(spell);
    }
    bf_text_free(&value);
    return st;
}

static bf_status describe_difference(bf_text *out, const bf_validation *v, const bf_rows *file,
                                     const bf_rows *fresh, const bf_difference *at, bf_error *err)
{
    const bf_rows *rows = at->row_a >= 0 ? file : fresh;
    int64_t row = rows->first + (at->row_a >= 0 ? at->row_a : at->row_b);
    int key = rows->columns->schema->key_column;
    int32_t code = ((const int32_t *)rows->columns->data[key])[row];
    const bf_dictionary *names =
        &rows->dictionaries[rows->columns->schema->columns[key].dictionary];
    bf_text_format(out, "%lld of %lld rows, first %s",
                   (long long)(at->only_a + at->only_b + at->changed),
                   (long long)(file->rows > fresh->rows ? file->rows : fresh->rows),
                   code == BF_NULL_I32 ? "null" : bf_dictionary_text(names, code));
    if (at->column >= 0)
        return describe_value(out, v, file, fresh, at, err);
    bf_text_format(out, ": a row %s", at->row_a >= 0 ? "in the file only" : "that the file lacks");
    return BF_OK;
}

/* The rows of a date and table that differ become an issue that names the first. */
static bf_status report_table(bf_validation *v, int32_t date, bf_output table,
                              const bf_recomputed *recomputed, bool whole_is_same, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    const char *cause = whole_is_same ? "they use games of the date or later"
                                      : "nor those that the whole snapshot gives";
    bf_columns columns;
    bf_difference at;
    bf_error failure = BF_ERROR_INIT;
    bf_text text = BF_TEXT_INIT(1 << 16);
    bf_status st = bf_results_read(&columns, v->results, table, layout->first[table][date],
                                   layout->rows[table][date], &failure);
    if (st == BF_E_INPUT) { /* unreadable, which is an issue of its own */
        bf_issues_add(&v->issues, BF_ISSUE_look_ahead, (int)table, layout->dates[date], 1, "%s",
                      cause);
        return BF_OK;
    }
    if (st != BF_OK)
        return bf_error_set(err, st, "%s", failure.message);
    bf_rows file = {&columns, 0, columns.rows, layout->dictionaries};
    bf_rows fresh = {&recomputed->tables[table], 0, recomputed->tables[table].rows,
                     v->with.history.dictionaries};
    bf_difference_of(&at, &file, &fresh);
    if (at.row_a >= 0 || at.row_b >= 0)
        st = describe_difference(&text, v, &file, &fresh, &at, err);
    if (st == BF_OK)
        st = bf_text_status(&text, err);
    if (st == BF_OK)
        bf_issues_add(&v->issues, BF_ISSUE_look_ahead, (int)table, layout->dates[date],
                      at.only_a + at.only_b + at.changed, "%s; %s", cause,
                      text.data == NULL ? "digest" : text.data);
    bf_text_free(&text);
    bf_columns_free(&columns);
    return st;
}

/* Computes a sampled date from the history cut off before it. `whole`: bit t, table t is what the
 * whole history gives. */
static bf_status audit_date(bf_validation *v, int32_t date, unsigned whole, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    bf_validate_snapshot *with = &v->with;
    bf_recomputed recomputed;
    BF_TRY(bf_history_cut(&with->history, with->block, layout->dates[date], err));
    BF_TRY(
        bf_look_ahead_recompute(&recomputed, with->date, layout->dates[date], v->processors, err));
    unsigned same = compare_digests(v, date, &recomputed);
    bf_status st = BF_OK;
    for (int t = 0; t < BF_OUTPUT_COUNT && st == BF_OK; t++) {
        if (!layout->written[t])
            continue;
        with->compared++;
        if (same >> t & 1u)
            continue;
        with->differences++;
        st = report_table(v, date, (bf_output)t, &recomputed, whole >> t & 1u, err);
    }
    bf_recomputed_free(&recomputed);
    return st;
}

bf_status bf_validate_look_ahead(bf_validation *v, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(v->results);
    bf_validate_snapshot *with = &v->with;
    unsigned *whole = NULL;
    if (with->snapshot == NULL)
        return BF_OK;
    check_calendar(v);
    BF_TRY(choose_samples(v, err));
    bf_status st = BF_ALLOC(&whole, (size_t)with->sample_count, err);
    for (int32_t i = 0; i < with->sample_count && st == BF_OK; i++) {
        bf_recomputed recomputed;
        st = bf_look_ahead_recompute(&recomputed, with->date, layout->dates[with->samples[i]],
                                     v->processors, err);
        if (st != BF_OK)
            break;
        whole[i] = compare_digests(v, with->samples[i], &recomputed);
        bf_recomputed_free(&recomputed);
    }
    for (int32_t i = with->sample_count - 1; i >= 0 && st == BF_OK;
         i--) /* each cut is shorter than the last */
        st = audit_date(v, with->samples[i], whole[i], err);
    free(whole);
    return st;
}

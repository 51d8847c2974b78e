#include "mpi/commands/merge_read.h"

#include <stdlib.h>
#include <string.h>

#include "mpi/run/checkpoint.h"
#include "mpi/run/identity.h"

/* ---- the first piece, which says what run it is ---------------------------------------------- */

static const char *option_text(const json_t *described, const char *name)
{
    const char *text = json_string_value(json_object_get(described, name));
    return text == NULL ? "" : text;
}

/* What an option says that is not so shows when the pieces are compared with the run made here. */
static bf_status adopt(bf_pieces *out, bf_run *run, const bf_options *options, bf_error *err)
{
    const bf_run_facts *facts = bf_results_facts(out->first);
    const bf_layout *layout = bf_results_layout(out->first);
    out->described = json_loads(facts->options_json, 0, NULL);
    out->options = *options;
    out->options.mode = option_text(out->described, "mode");
    out->options.context = option_text(out->described, "context");
    out->options.run_timestamp = out->run_timestamp;
    out->options.snapshot = "that of the files to merge"; /* what a refusal calls it */
    run->options = &out->options;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        run->processors |= layout->written[bf_processors[p].table] ? 1u << p : 0;
    memcpy(run->history.dictionaries, layout->dictionaries, sizeof run->history.dictionaries);
    run->history.sizes.synthetic = facts->synthetic;
    return bf_alloc_text(&run->inputs_json, err, "%s", facts->inputs_json);
}

/* ---- each piece ------------------------------------------------------------------------------ */

/* Codes of the same inputs are the same, so no code has to be changed when rows are copied. */
static bf_status check_dictionaries(const bf_pieces *pieces, const bf_results *piece, bf_error *err)
{
    const bf_dictionary *mine = bf_results_layout(pieces->first)->dictionaries,
                        *its = bf_results_layout(piece)->dictionaries;
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        bool same = mine[d].count == its[d].count;
        if (same && mine[d].count > 0)
            same = mine[d].offset[mine[d].count] == its[d].offset[mine[d].count] &&
                   memcmp(mine[d].bytes, its[d].bytes, (size_t)mine[d].offset[mine[d].count]) == 0;
        if (!same)
            return bf_error_set(err, BF_E_INPUT,
                                "%s and %s are of the same snapshot, but their dictionaries "
                                "differ: one of them is damaged",
                                bf_results_path(piece), pieces->paths[0]);
    }
    return BF_OK;
}

static bf_status check_tables(const bf_pieces *pieces, const bf_results *piece, bf_error *err)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        bool mine = bf_results_layout(pieces->first)->written[t],
             its = bf_results_layout(piece)->written[t];
        if (mine != its)
            return bf_error_set(err, BF_E_USAGE, "%s does not fit %s: only %s has the table %s",
                                bf_results_path(piece), pieces->paths[0],
                                mine ? pieces->paths[0] : bf_results_path(piece),
                                bf_outputs[t].name);
    }
    return BF_OK;
}

static bf_status add_dates(bf_pieces *out, int32_t piece, const bf_results *results, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(results);
    const bf_run_outcome *outcome = bf_results_outcome(results);
    BF_TRY(
        BF_GROW(&out->dates, &out->capacity, (size_t)(out->date_count + layout->date_count), err));
    for (int32_t d = 0; d < layout->date_count; d++) {
        bf_piece_date *date = &out->dates[out->date_count++];
        *date = (bf_piece_date){.day = layout->dates[d], .piece = piece, .index = d};
        memcpy(date->units, outcome->units + (int64_t)d * BF_UNIT_PROCESSORS, sizeof date->units);
        for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
            if (!layout->written[t])
                continue;
            date->rows[t] = layout->rows[t][d];
            memcpy(date->digests[t], outcome->digests[t][d], BF_SHA256_BYTES);
        }
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        for (int c = 0; layout->written[t] && c < bf_outputs[t].column_count; c++)
            out->nulled[t][c] += outcome->nulled[t][c];
    }
    return BF_OK;
}

static bf_status add_sessions(bf_pieces *out, bf_run *run, const bf_results *piece, bf_error *err)
{
    const char *text = bf_results_outcome(piece)->sessions_json;
    json_t *sessions = json_loads(text, 0, NULL);
    bf_sessions_contaminated(&run->attention, text);
    bool good = json_is_array(sessions) && json_array_extend(out->sessions, sessions) == 0;
    json_decref(sessions);
    return good ? BF_OK
                : bf_error_set(err, BF_E_INPUT, "%s: /run/sessions: not a JSON array: damaged",
                               bf_results_path(piece));
}

static bf_status add(bf_pieces *out, bf_run *run, int32_t index, bf_results *piece, bf_error *err)
{
    const char *whole = index == 0 ? "this program" : out->paths[0];
    int64_t timestamp_us = bf_results_facts(piece)->run_timestamp_us;
    BF_TRY(bf_identity_check_piece(run, piece, whole, err));
    BF_TRY(check_tables(out, piece, err));
    BF_TRY(check_dictionaries(out, piece, err));
    BF_TRY(add_sessions(out, run, piece, err));
    if (index == 0 || timestamp_us > out->run_timestamp_us)
        out->run_timestamp_us = timestamp_us;
    return add_dates(out, index, piece, err);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static int compare_dates(const void *a, const void *b)
{
    const bf_piece_date *x = a, *y = b;
    return x->day != y->day ? (x->day > y->day) - (x->day < y->day)
                            : (x->piece > y->piece) - (x->piece < y->piece);
}

/* Puts the dates of all pieces into their order. */
static bf_status sort_dates(bf_pieces *out, bf_error *err)
{
    qsort(out->dates, (size_t)out->date_count, sizeof *out->dates, compare_dates);
    for (int32_t i = 1; i < out->date_count; i++) {
        const bf_piece_date *one = &out->dates[i - 1], *other = &out->dates[i];
        char day[BF_DATE_TEXT_BYTES];
        if (one->day != other->day)
            continue;
        bf_day_format(day, one->day);
        return bf_error_set(err, BF_E_USAGE, "%s does not fit %s: both have the date %s",
                            out->paths[other->piece], out->paths[one->piece], day);
    }
    return BF_OK;
}

static int compare_sessions(const void *a, const void *b)
{
    json_t *const *x = a, *const *y = b;
    int order = strcmp(option_text(*x, "start"), option_text(*y, "start"));
    return order != 0 ? order : strcmp(option_text(*x, "end"), option_text(*y, "end"));
}

/* Oldest first, as the sessions of one run follow each other. */
static bf_status sort_sessions(bf_pieces *out, bf_error *err)
{
    size_t count = json_array_size(out->sessions);
    json_t **sorted = NULL, *array = json_array();
    bf_status st = BF_ALLOC(&sorted, count, err);
    for (size_t i = 0; i < count && st == BF_OK; i++)
        sorted[i] = json_array_get(out->sessions, i);
    if (st == BF_OK)
        qsort(sorted, count, sizeof *sorted, compare_sessions);
    for (size_t i = 0; i < count && st == BF_OK; i++) {
        if (json_array_append(array, sorted[i]) != 0)
            st = bf_error_set(err, BF_E_MEMORY, "out of memory for the session records");
    }
    free(sorted);
    json_decref(out->sessions);
    out->sessions = array;
    return st;
}

/* What select finds out, the files say. */
static bf_status fill_counts(bf_run *run, const bf_pieces *pieces, bf_error *err)
{
    run->date_count = pieces->date_count;
    BF_TRY(BF_ALLOC(&run->dates, (size_t)run->date_count, err));
    BF_TRY(BF_ALLOC(&run->counts, (size_t)run->date_count, err));
    for (int32_t i = 0; i < run->date_count; i++) {
        const bf_piece_date *date = &pieces->dates[i];
        bf_date_counts *counts = &run->counts[i];
        run->dates[i] = date->day;
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            counts->rows[t] = (int32_t)date->rows[t];
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            counts->status[p] = date->units[p].status;
            counts->failures[p] = date->units[p].failures;
        }
    }
    return BF_OK;
}

bf_status bf_pieces_read(bf_pieces *out, bf_run *run, const bf_options *options, bf_error *err)
{
    *out = (bf_pieces){
        .paths = options->arguments, .count = options->argument_count, .sessions = json_array()};
    BF_TRY(bf_results_open(&out->first, out->paths[0], err));
    BF_TRY(adopt(out, run, options, err));
    for (int k = 0; k < out->count; k++) {
        bf_results *piece = out->first;
        if (k > 0)
            BF_TRY(bf_results_open(&piece, out->paths[k], err));
        bf_status st = add(out, run, k, piece, err);
        if (k > 0)
            bf_results_close(piece);
        BF_TRY(st);
    }
    BF_TRY(sort_dates(out, err));
    BF_TRY(sort_sessions(out, err));
    bf_timestamp_format(out->run_timestamp, out->run_timestamp_us);
    run->merged_files = out->count;
    BF_TRY(fill_counts(run, out, err));
    return bf_identity_facts(run, err);
}

void bf_pieces_reset(bf_pieces *pieces)
{
    bf_results_close(pieces->first);
    json_decref(pieces->described);
    json_decref(pieces->sessions);
    free(pieces->dates);
}

/* True if date `d` of a piece that was opened again is what it was at first. */
static bool is_as_before(const bf_piece_date *date, const bf_pieces *pieces,
                         const bf_results *piece, int32_t d)
{
    const bf_layout *layout = bf_results_layout(piece);
    const bf_run_outcome *outcome = bf_results_outcome(piece);
    bool same = d == date->index && d < layout->date_count && layout->dates[d] == date->day;
    for (int t = 0; t < BF_OUTPUT_COUNT && same; t++) {
        same = layout->written[t] == bf_results_layout(pieces->first)->written[t];
        if (same && layout->written[t])
            same = layout->rows[t][d] == date->rows[t] &&
                   memcmp(outcome->digests[t][d], date->digests[t], BF_SHA256_BYTES) == 0;
    }
    return same;
}

bf_status bf_pieces_open(bf_results **out, int32_t **place, const bf_pieces *pieces, int32_t piece,
                         bf_error *err)
{
    *place = NULL;
    BF_TRY(bf_results_open(out, pieces->paths[piece], err));
    int32_t count = bf_results_layout(*out)->date_count, d = 0;
    bf_status st = BF_ALLOC(place, (size_t)count, err);
    bool same = true;
    for (int32_t i = 0; i < pieces->date_count && st == BF_OK && same; i++) {
        if (pieces->dates[i].piece != piece)
            continue;
        same = is_as_before(&pieces->dates[i], pieces, *out, d);
        if (same)
            (*place)[d++] = i;
    }
    if (st == BF_OK && (!same || d != count))
        st = bf_error_set(err, BF_E_INPUT, "%s was changed while it was being merged",
                          pieces->paths[piece]);
    if (st == BF_OK)
        return BF_OK;
    bf_results_close(*out);
    free(*place);
    *out = NULL;
    *place = NULL;
    return st;
}

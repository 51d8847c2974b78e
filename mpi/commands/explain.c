/* backfill explain: why the values of a player or a team on a date are what they are. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/audit/explain.h"
#include "compute/base/suggest.h"
#include "compute/features/processor.h"
#include "io/hdf5/snapshot.h"
#include "io/text/explain_print.h"
#include "mpi/commands/commands.h"

enum { TEXT_BYTES_MAX = 1 << 28, NEAREST_MAX = 8, FEW_KEYS = 40 };

/* ---- keys that are meant --------------------------------------------------------------------- */

/* The keys nearest to a mistyped one, nearest first. */
typedef struct nearest {
    const char *keys[NEAREST_MAX];
    size_t distance[NEAREST_MAX];
    int count;
} nearest;

/* As keys are written: "LeBron James" -> lebronjames. Teams are capitals. */
static size_t normalise(char out[BF_SUGGEST_NAME_MAX + 1], const char *typed, bool is_team)
{
    size_t size = 0;
    for (; *typed != '\0' && size < BF_SUGGEST_NAME_MAX; typed++) {
        if (isalnum((unsigned char)*typed))
            out[size++] =
                (char)(is_team ? toupper((unsigned char)*typed) : tolower((unsigned char)*typed));
    }
    out[size] = '\0';
    return size;
}

static void offer(nearest *list, const char *typed, size_t size, const char *key)
{
    size_t distance =
        strstr(key, typed) != NULL ? strlen(key) != size : bf_suggest_distance(typed, size, key);
    int at = list->count;
    if (size < 2 || distance > size / 3 + 1)
        return;
    while (at > 0 && list->distance[at - 1] > distance)
        at--;
    if (at == NEAREST_MAX)
        return;
    int last = list->count < NEAREST_MAX ? list->count++ : NEAREST_MAX - 1;
    for (; last > at; last--) {
        list->keys[last] = list->keys[last - 1];
        list->distance[last] = list->distance[last - 1];
    }
    list->keys[at] = key;
    list->distance[at] = distance;
}

/* Where there are few keys and none is near: all of them. */
static void list_keys(char *out, size_t size, const bf_dictionary *keys)
{
    size_t written = 0;
    for (int32_t i = 0; i < keys->count && written < size; i++)
        written += (size_t)snprintf(out + written, size - written, "%s%s",
                                    i == 0 ? "; it has " : ", ", bf_dictionary_text(keys, i));
}

static bf_status unknown_key(const bf_options *options, const bf_dictionary *keys,
                             const char *typed, bool is_team, bf_error *err)
{
    char normal[BF_SUGGEST_NAME_MAX + 1],
        suggestion[NEAREST_MAX * (BF_SUGGEST_NAME_MAX + 4) + 32] = "";
    size_t size = normalise(normal, typed, is_team), written = 0;
    nearest list = {.count = 0};
    for (int32_t i = 0; i < keys->count; i++)
        offer(&list, normal, size, bf_dictionary_text(keys, i));
    if (list.count > 0 && list.distance[0] == 0) /* as keys are written, it is this one */
        list.count = 1;
    for (int i = 0; i < list.count && written < sizeof suggestion; i++)
        written += (size_t)snprintf(suggestion + written, sizeof suggestion - written, "%s%s",
                                    i == 0                ? "; did you mean "
                                    : i == list.count - 1 ? " or "
                                                          : ", ",
                                    list.keys[i]);
    if (list.count == 0 && keys->count <= FEW_KEYS)
        list_keys(suggestion, sizeof suggestion, keys);
    return bf_error_set(err, BF_E_USAGE, "--%s: snapshot %s has no %s '%.100s'%s%s",
                        is_team ? "team" : "player", options->snapshot, is_team ? "team" : "player",
                        typed, suggestion, list.count > 0 ? "?" : "");
}

/* ---- the command ----------------------------------------------------------------------------- */

static bf_status check_options(const bf_options *options, bf_error *err)
{
    if (options->date == BF_DAY_NONE)
        return bf_error_set(err, BF_E_USAGE, "explain needs --date D, a date YYYY-MM-DD");
    if ((options->player == NULL) == (options->team == NULL))
        return bf_error_set(err, BF_E_USAGE, "explain needs one of --player KEY and --team ABC");
    return BF_OK;
}

static bf_status check_date(const bf_options *options, const bf_history *history, bf_error *err)
{
    char asked[BF_DATE_TEXT_BYTES], first[BF_DATE_TEXT_BYTES], last[BF_DATE_TEXT_BYTES];
    const bf_history_sizes *sizes = &history->sizes;
    if (options->date >= sizes->first_day && options->date <= sizes->last_day)
        return BF_OK;
    bf_day_format(asked, options->date);
    bf_day_format(first, sizes->first_day);
    bf_day_format(last, sizes->last_day);
    return bf_error_set(err, BF_E_USAGE,
                        "--date: %s is outside of snapshot %s, which holds %s to %s", asked,
                        options->snapshot, first, last);
}

static bf_status make(bf_explanation **out, const bf_history *history, const bf_options *options,
                      bf_error *err)
{
    bool is_team = options->team != NULL;
    const char *key = is_team ? options->team : options->player;
    const bf_dictionary *keys = &history->dictionaries[is_team ? BF_DICT_TEAMS : BF_DICT_PLAYERS];
    int32_t code = bf_dictionary_find(keys, key);
    if (code < 0)
        return unknown_key(options, keys, key, is_team, err);
    BF_TRY(check_date(options, history, err));
    if (is_team)
        return bf_explain_team(out, history, options->date, code, err);
    return bf_explain_player(out, history, bf_context_mode_find(options->context), options->date,
                             code, err);
}

static bf_status print(const bf_explanation *explanation, const bf_options *options,
                       unsigned processors, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(TEXT_BYTES_MAX);
    bf_words words;
    bf_status st = bf_words_init(&words, explanation, err);
    if (st == BF_OK && options->json)
        bf_explain_json(&text, &words, options->snapshot, processors);
    else if (st == BF_OK)
        bf_explain_text(&text, &words, options->snapshot, processors);
    if (st == BF_OK)
        st = bf_text_status(&text, err);
    if (st == BF_OK)
        (void)fputs(text.data, stdout); /* main.c tells if it could not be written */
    bf_words_reset(&words);
    bf_text_free(&text);
    return st;
}

bf_status bf_command_explain(const bf_options *options, bf_error *err)
{
    bf_snapshot *snapshot = NULL;
    bf_explanation *explanation = NULL;
    bf_history history;
    void *block = NULL;
    unsigned processors;
    BF_TRY(check_options(options, err));
    BF_TRY(bf_processors_parse(&processors, options->processors, err));
    if (options->team != NULL && (processors >> BF_PROCESSOR_tdza & 1u) == 0)
        return bf_error_set(err, BF_E_USAGE, "--processors: a team has the table of tdza alone");
    BF_TRY(bf_snapshot_open(&snapshot, options->snapshot, err));
    bf_status st = bf_snapshot_load_whole(&history, &block, snapshot, err);
    bf_snapshot_close(snapshot);
    if (st == BF_OK)
        st = make(&explanation, &history, options, err);
    if (st == BF_OK)
        st = print(explanation, options, processors, err);
    bf_explanation_free(explanation);
    free(block);
    return st;
}

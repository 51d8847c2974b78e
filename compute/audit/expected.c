#include "compute/audit/expected.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/features/context.h"
#include "compute/history/derive.h"

bf_status bf_expected_map(int32_t **out, const bf_dictionary *history, const bf_dictionary *results,
                          bf_error *err)
{
    BF_TRY(BF_ALLOC(out, (size_t)history->count, err));
    for (int32_t code = 0; code < history->count; code++)
        (*out)[code] = bf_dictionary_find(results, bf_dictionary_text(history, code));
    return BF_OK;
}

/* Entities on their way into a bf_expected: code and flags in one number, so that they sort
 * together. */
typedef struct collection {
    const int32_t *map;
    int64_t *packed;
    int64_t count, unknown;
} collection;

enum { FLAG_BITS = 8 };

static void collect(collection *to, int32_t history_entity, int64_t flags)
{
    int64_t code = to->map[history_entity];
    if (code < 0)
        to->unknown++;
    else
        to->packed[to->count++] = code << FLAG_BITS | flags;
}

static int compare_packed(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bf_status unpack(bf_expected *out, collection *from, bf_date *date, bf_error *err)
{
    qsort(from->packed, (size_t)from->count, sizeof *from->packed, compare_packed);
    BF_TRY(BF_ARENA_ALLOC(&out->entities, &date->arena, (size_t)from->count, err));
    BF_TRY(BF_ARENA_ALLOC(&out->flags, &date->arena, (size_t)from->count, err));
    for (int64_t i = 0; i < from->count; i++) {
        out->entities[i] = (int32_t)(from->packed[i] >> FLAG_BITS);
        out->flags[i] = (uint8_t)(from->packed[i] & ((1 << FLAG_BITS) - 1));
    }
    out->count = from->count;
    out->unknown = from->unknown;
    return BF_OK;
}

static void collect_selection(collection *to, const bf_date *date, bf_processor_id processor)
{
    const bf_selection *selection = &date->selections[processor];
    const int32_t *entity =
        processor == BF_PROCESSOR_tdza ? date->history->team_entity : date->history->player_entity;
    for (int64_t i = 0; i < selection->count; i++)
        collect(to, entity[selection->entities[i]], BF_EXPECTED_ROW);
    for (int64_t i = 0; i < selection->failure_count; i++)
        collect(to, selection->failures[i].entity_id, 0);
}

/* Resolution 6: ML owes a row to every active player, also where the context table lacks him. */
static bf_status collect_without_context(collection *to, bf_expected *out, bf_date *date,
                                         bf_error *err)
{
    const bf_history *history = date->history;
    const int32_t *player = BF_INPUT_COLUMN(history, pgs, player_lookup, int32_t);
    const int8_t *active = BF_INPUT_COLUMN(history, pgs, is_active, int8_t);
    bf_day_rows listed = bf_history_day_rows(&history->listed, date->day);
    bf_context *context;
    BF_TRY(bf_context_list(&context, date, err));
    int32_t last = -1;
    for (int64_t i = 0; i < listed.count && context->active_without_row > 0; i++) {
        int32_t code = player[listed.row[i]];
        if (active[listed.row[i]] != 1 || code == last || bf_context_find(context, code) != NULL)
            continue;
        last = code;
        out->without_context++;
        collect(to, history->player_entity[code], BF_EXPECTED_ROW);
    }
    return BF_OK;
}

/* Marks those who are listed on the date; both lists ascend. */
static void mark_listed(bf_expected *out, const bf_date *date, const int32_t *map)
{
    const bf_history *history = date->history;
    const int32_t *player = BF_INPUT_COLUMN(history, pgs, player_lookup, int32_t);
    bf_day_rows listed = bf_history_day_rows(&history->listed, date->day);
    int64_t at = 0;
    for (int64_t i = 0; i < listed.count; i++) {
        int32_t code = map[history->player_entity[player[listed.row[i]]]];
        while (at < out->count && out->entities[at] < code)
            at++;
        if (at < out->count && out->entities[at] == code)
            out->flags[at] |= BF_EXPECTED_LISTED;
    }
}

static bf_status expect(bf_expected *out, bf_date *date, bf_processor_id processor,
                        const int32_t *map, bf_error *err)
{
    const bf_selection *selection = &date->selections[processor];
    int64_t listed = bf_history_day_rows(&date->history->listed, date->day).count;
    collection all = {.map = map};
    *out = (bf_expected){.status = selection->status};
    BF_TRY(BF_ARENA_ALLOC(&all.packed, &date->arena,
                          (size_t)(selection->count + selection->failure_count + listed), err));
    collect_selection(&all, date, processor);
    if (processor == BF_PROCESSOR_ml && selection->status == BF_UNIT_SUCCESS)
        BF_TRY(collect_without_context(&all, out, date, err));
    BF_TRY(unpack(out, &all, date, err));
    mark_listed(out, date, map);
    return BF_OK;
}

bf_status bf_expected_date(bf_expected out[BF_PROCESSOR_COUNT], bf_date *date, bf_day day,
                           unsigned processors, const int32_t *map, bf_error *err)
{
    bf_date_begin(date, day);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        out[p] = (bf_expected){.status = BF_UNIT_NOT_RUN};
        if ((processors >> p & 1u) == 0)
            continue;
        BF_TRY(bf_date_select(date, (bf_processor_id)p, err));
        BF_TRY(expect(&out[p], date, (bf_processor_id)p, map, err));
    }
    return BF_OK;
}

bf_status bf_expected_game_types(int64_t out[BF_GAME_TYPE_COUNT], const bf_history *history,
                                 const bf_day *dates, int32_t date_count, bf_error *err)
{
    const bf_day *days = BF_INPUT_COLUMN(history, schedule, game_date, bf_day);
    bf_day first_day = history->sizes.first_day, last_day = history->sizes.last_day;
    uint8_t *types; /* [days] bit t: a game of type t */
    memset(out, 0, BF_GAME_TYPE_COUNT * sizeof *out);
    if (last_day < first_day)
        return BF_OK;
    BF_TRY(BF_ALLOC(&types, (size_t)(last_day - first_day + 1), err));
    for (int64_t i = 0; i < history->inputs[BF_INPUT_schedule].rows; i++)
        types[days[i] - first_day] |= (uint8_t)(1u << bf_schedule_game_type(history, i));
    for (int32_t d = 0; d < date_count; d++) {
        bool inside = dates[d] >= first_day && dates[d] <= last_day &&
                      bf_history_is_game_date(history, dates[d]);
        for (int t = 0; inside && t < BF_GAME_TYPE_COUNT; t++)
            out[t] += (types[dates[d] - first_day] >> t) & 1;
    }
    free(types);
    return BF_OK;
}

/* A season's tables and dictionaries, from the kept rows of clean.c. */
#include <stdlib.h>
#include <string.h>

#include "compute/history/clean_rows.h"
#include "compute/history/order.h"

/* Kept rows of a table that belong into the season; tables without a date are the same in every
 * one. */
typedef struct row_range {
    const int32_t *rows;
    int64_t count;
} row_range;

static row_range rows_of_season(const bf_clean *clean, int t, int slot)
{
    const bf_clean_table *table = &clean->tables[t];
    if (clean->raw[t].date_column < 0)
        return (row_range){table->rows, table->count};
    return (row_range){table->rows + table->first[slot],
                       table->first[slot + 1] - table->first[slot]};
}

/* New codes by those of the raw rows: -1 for a text that the season does not use. */
typedef struct code_maps {
    int32_t *code[BF_DICT_COUNT];
} code_maps;

static void mark_used(code_maps *maps, const bf_clean *clean, int t, row_range range)
{
    for (int c = 0; c < bf_inputs[t].column_count; c++) {
        const bf_column *column = &bf_inputs[t].columns[c];
        const int32_t *codes = clean->raw[t].columns.data[c];
        if (column->kind != BF_KIND_KEY)
            continue;
        for (int64_t i = 0; i < range.count; i++) {
            if (codes[range.rows[i]] != BF_NULL_I32)
                maps->code[column->dictionary][codes[range.rows[i]]] = 0;
        }
    }
}

/* Dictionary of the texts marked in `map`, which becomes the map to its codes. */
static bf_status make_dictionary(bf_text_list *out, int32_t *map, const bf_clean *clean, bf_dict d,
                                 bf_error *err)
{
    const bf_ranking *ranking = &clean->rankings[d];
    const char **texts = NULL;
    int32_t count = 0;
    BF_TRY(BF_ALLOC(&texts, (size_t)ranking->count, err));
    for (int32_t place = 0; place < ranking->count; place++) {
        int32_t code = ranking->code[place];
        if (map[code] < 0)
            continue;
        texts[count] = bf_intern_text(clean->texts, d, code);
        map[code] = count++;
    }
    bf_status st = bf_text_list_copy(out, texts, count, err);
    free(texts);
    return st;
}

/* Processors are named by class or by table; a season has the class names. */
static bf_status make_processors(bf_text_list *out, int32_t *map, const bf_clean *clean,
                                 bf_error *err)
{
    for (int32_t code = 0; code < clean->rankings[BF_DICT_PROCESSORS].count; code++)
        map[code] = bf_processor_name_find(bf_intern_text(clean->texts, BF_DICT_PROCESSORS, code));
    return bf_text_list_copy(out, bf_processor_names, BF_PROCESSOR_NAMES, err);
}

static bf_status make_dictionaries(bf_season *season, code_maps *maps, const bf_clean *clean,
                                   int slot, bf_error *err)
{
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        size_t count = (size_t)clean->rankings[d].count;
        BF_TRY(BF_ALLOC(&maps->code[d], count, err));
        memset(maps->code[d], 0xff, count * sizeof *maps->code[d]); /* -1 */
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        mark_used(maps, clean, t, rows_of_season(clean, t, slot));
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        if (d == BF_DICT_PROCESSORS && clean->rankings[d].count > 0)
            BF_TRY(make_processors(&season->dictionaries[d], maps->code[d], clean, err));
        else
            BF_TRY(
                make_dictionary(&season->dictionaries[d], maps->code[d], clean, (bf_dict)d, err));
    }
    return BF_OK;
}

#define GATHER(type)                                                                               \
    for (int64_t i = 0; i < range.count; i++)                                                      \
    ((type *)out)[i] = ((const type *)raw)[range.rows[i]]

static void gather(void *out, const void *raw, size_t row_bytes, row_range range)
{
    switch (row_bytes) {
    case 1:
        GATHER(uint8_t);
        break;
    case 2:
        GATHER(uint16_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    default:
        GATHER(uint64_t);
        break;
    }
}

static bool all_null(const bf_column *column, const void *data, row_range range)
{
    for (int64_t i = 0; i < range.count; i++) {
        if (!bf_column_is_null(column, data, range.rows[i]))
            return false;
    }
    return true;
}

static bf_status make_columns(bf_season *season, const code_maps *maps, const bf_clean *clean,
                              int t, row_range range, bf_error *err)
{
    bf_columns *out = &season->tables[t];
    *out = (bf_columns){.schema = &bf_inputs[t], .rows = range.count};
    for (int c = 0; c < bf_inputs[t].column_count; c++) {
        const bf_column *column = &bf_inputs[t].columns[c];
        const void *raw = clean->raw[t].columns.data[c];
        if (all_null(column, raw, range))
            continue;
        BF_TRY(bf_alloc(&out->data[c], (size_t)range.count, bf_column_row_bytes(column), err));
        gather(out->data[c], raw, bf_column_row_bytes(column), range);
        int32_t *codes = out->data[c];
        for (int64_t i = 0; column->kind == BF_KIND_KEY && i < range.count; i++)
            codes[i] =
                codes[i] == BF_NULL_I32 ? BF_NULL_I32 : maps->code[column->dictionary][codes[i]];
    }
    return BF_OK;
}

static bf_status make_entity_first(bf_season *season, int t, bf_error *err)
{
    int entity = bf_input_entity_column((bf_input)t);
    if (entity < 0)
        return BF_OK;
    const bf_columns *columns = &season->tables[t];
    const int32_t *codes = columns->data[entity];
    int32_t entities = season->dictionaries[bf_inputs[t].columns[entity].dictionary].view.count;
    BF_TRY(BF_ALLOC(&season->entity_first[t], (size_t)entities + 1, err));
    for (int64_t i = 0; i < columns->rows; i++)
        season->entity_first[t][codes[i] + 1]++;
    for (int32_t e = 0; e < entities; e++)
        season->entity_first[t][e + 1] += season->entity_first[t][e];
    return BF_OK;
}

static bf_status make_by_date(bf_season *season, int t, bf_error *err)
{
    int date = bf_input_date_column((bf_input)t);
    int64_t rows = season->tables[t].rows;
    if (date < 0)
        return BF_OK;
    const bf_day *days = season->tables[t].data[date];
    for (int64_t i = 0; i < rows; i++) {
        bool none = season->last_day < season->first_day;
        season->first_day = none || days[i] < season->first_day ? days[i] : season->first_day;
        season->last_day = none || days[i] > season->last_day ? days[i] : season->last_day;
    }
    if (bf_input_entity_column((bf_input)t) < 0)
        return BF_OK;
    BF_TRY(BF_ALLOC(&season->by_date[t], (size_t)rows, err));
    for (int64_t i = 0; i < rows; i++)
        season->by_date[t][i] = (int32_t)i;
    bf_order_key key = {days, NULL, bf_season_first(season->season),
                        bf_season_first(season->season + 1) - bf_season_first(season->season)};
    return bf_order_rows(season->by_date[t], rows, &key, err);
}

bf_status bf_clean_season(bf_season *out, const bf_clean *clean, int i, bf_error *err)
{
    int slot = clean->seasons[i] - BF_FIRST_SEASON;
    code_maps maps = {{NULL}};
    *out = (bf_season){.season = clean->seasons[i], .first_day = 0, .last_day = -1};
    bf_status st = make_dictionaries(out, &maps, clean, slot, err);
    for (int t = 0; st == BF_OK && t < BF_INPUT_COUNT; t++) {
        out->present[t] = clean->raw[t].present;
        out->counts[t] = clean->tables[t].counts[clean->raw[t].date_column < 0 ? 0 : slot];
        if (!out->present[t])
            continue;
        st = make_columns(out, &maps, clean, t, rows_of_season(clean, t, slot), err);
        if (st == BF_OK)
            st = make_entity_first(out, t, err);
        if (st == BF_OK)
            st = make_by_date(out, t, err);
    }
    for (int d = 0; d < BF_DICT_COUNT; d++)
        free(maps.code[d]);
    if (st != BF_OK)
        bf_season_free(out);
    return st;
}

#include "compute/history/history.h"

#include "compute/history/window.h"

enum { BLOCK_ALIGN = 64 };

/* Takes pieces from a block one after the other; with a NULL block it only counts. */
typedef struct layout {
    unsigned char *block;
    size_t used_bytes;
} layout;

static void *take(layout *at, int64_t count, size_t size)
{
    void *piece = at->block == NULL ? NULL : at->block + at->used_bytes;
    size_t bytes = (size_t)count * size;
    at->used_bytes += (bytes + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
    return piece;
}

/* Number of entities of a table's rows; -1 where rows have none. */
static int32_t entities_of(const bf_history_sizes *sizes, bf_input table)
{
    switch (table) {
    case BF_INPUT_pgs:
    case BF_INPUT_upgc:
    case BF_INPUT_players:
        return sizes->dict_count[BF_DICT_PLAYERS];
    case BF_INPUT_tog:
    case BF_INPUT_tdg:
    case BF_INPUT_utgc:
        return sizes->dict_count[BF_DICT_TEAMS];
    case BF_INPUT_schedule:
    case BF_INPUT_attempts:
    case BF_INPUT_COUNT:
        break;
    }
    return -1;
}

static const struct {
    bf_input table;
    int measures;
    bool one_entity; /* all entities of the table together */
} series_shapes[BF_SERIES_COUNT] = {
#define SERIES(name, table_, text)                                                                 \
    {BF_INPUT_##table_, BF_##name##_MEASURES, BF_SERIES_##name == BF_SERIES_LEAGUE},
#define SUM(...)
#define COUNT(...)
#define SPECIAL(...)
#define END(...)
#include "compute/history/series.def"
#undef SERIES
#undef SUM
#undef COUNT
#undef SPECIAL
#undef END
};

static void lay_out_by_day(bf_by_day *out, layout *at, int64_t days, int64_t rows)
{
    out->count = take(at, 1, sizeof *out->count);
    out->days = take(at, days, sizeof *out->days);
    out->first = take(at, days + 1, sizeof *out->first);
    out->row = take(at, rows, sizeof *out->row);
}

static void lay_out_series(bf_history *out, layout *at)
{
    int32_t seasons = out->sizes.season_count;
    for (int s = 0; s < BF_SERIES_COUNT; s++) {
        bf_series *series = &out->series[s];
        int64_t rows = out->sizes.rows[series_shapes[s].table];
        series->entities =
            series_shapes[s].one_entity ? 1 : entities_of(&out->sizes, series_shapes[s].table);
        series->seasons = seasons;
        series->measures = series_shapes[s].measures;
        series->season = out->season_days;
        series->first = take(at, (int64_t)series->entities * seasons + 1, sizeof *series->first);
        series->row = take(at, rows, sizeof *series->row);
        series->day = take(at, rows, sizeof *series->day);
        series->sums = take(at, (rows + 1) * series->measures, sizeof *series->sums);
    }
    int64_t player_seasons = (int64_t)out->sizes.dict_count[BF_DICT_PLAYERS] * seasons;
    int64_t rows = out->sizes.rows[BF_INPUT_pgs];
    out->shooters_first = take(at, seasons + 1, sizeof *out->shooters_first);
    out->shooters = take(at, rows < player_seasons ? rows : player_seasons, sizeof *out->shooters);
}

static void lay_out(bf_history *out, const bf_history_sizes *sizes, layout *at)
{
    *out = (bf_history){.sizes = *sizes};
    for (int32_t s = 0; s < sizes->season_count; s++)
        out->season_days[s] = (bf_season_days){bf_season_first(sizes->seasons[s]),
                                               bf_season_first(sizes->seasons[s] + 1)};
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        int64_t *offset = take(at, sizes->dict_count[d] + 1, sizeof *offset);
        char *bytes = take(at, sizes->dict_bytes[d], 1);
        out->dictionaries[d] = (bf_dictionary){sizes->dict_count[d], offset, bytes};
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        bf_columns *columns = &out->inputs[t];
        *columns = (bf_columns){.schema = &bf_inputs[t], .rows = sizes->rows[t]};
        for (int c = 0; c < bf_inputs[t].column_count; c++)
            columns->data[c] =
                take(at, sizes->rows[t], bf_column_row_bytes(&bf_inputs[t].columns[c]));
        int32_t entities = entities_of(sizes, (bf_input)t);
        if (entities >= 0)
            out->entity_first[t] = take(at, entities + 1, sizeof *out->entity_first[t]);
    }
    int64_t days = sizes->last_day < sizes->first_day ? 0 : sizes->last_day - sizes->first_day + 1;
    out->player_entity = take(at, sizes->dict_count[BF_DICT_PLAYERS], sizeof *out->player_entity);
    out->team_entity = take(at, sizes->dict_count[BF_DICT_TEAMS], sizeof *out->team_entity);
    out->team_is_league = take(at, sizes->dict_count[BF_DICT_TEAMS], sizeof *out->team_is_league);
    out->game_type = take(at, sizes->dict_count[BF_DICT_GAMES], sizeof *out->game_type);
    out->game_home = take(at, sizes->dict_count[BF_DICT_GAMES], sizeof *out->game_home);
    out->game_redated = take(at, sizes->dict_count[BF_DICT_GAMES], sizeof *out->game_redated);
    out->game_date_count = take(at, 1, sizeof *out->game_date_count);
    out->game_dates = take(at, days, sizeof *out->game_dates);
    lay_out_by_day(&out->listed, at, days, sizes->rows[BF_INPUT_pgs]);
    lay_out_by_day(&out->context, at, days, sizes->rows[BF_INPUT_upgc]);
    lay_out_by_day(&out->team_games, at, days, sizes->rows[BF_INPUT_tog]);
    lay_out_series(out, at);
    out->newest_player_hash = take(at, days + 1, sizeof *out->newest_player_hash);
    out->newest_defense_hash = take(at, days + 1, sizeof *out->newest_defense_hash);
}

size_t bf_history_bytes(const bf_history_sizes *sizes)
{
    bf_history unused;
    layout at = {NULL, 0};
    lay_out(&unused, sizes, &at);
    return at.used_bytes;
}

void bf_history_layout(bf_history *out, const bf_history_sizes *sizes, void *block)
{
    layout at = {block, 0};
    lay_out(out, sizes, &at);
}

void bf_history_attach(bf_history *history)
{
    history->date_level =
        bf_dictionary_find(&history->dictionaries[BF_DICT_ENTITIES], "DATE_LEVEL");
}

bf_day_rows bf_history_day_rows(const bf_by_day *by_day, bf_day day)
{
    int32_t low = 0, high = *by_day->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (by_day->days[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == *by_day->count || by_day->days[low] != day)
        return (bf_day_rows){NULL, 0};
    return (bf_day_rows){by_day->row + by_day->first[low],
                         by_day->first[low + 1] - by_day->first[low]};
}

bf_shooters bf_history_shooters(const bf_history *history, bf_day as_of)
{
    const bf_series *shots = &history->series[BF_SERIES_SHOTS];
    int32_t season = bf_window_season_at(shots, as_of);
    if (season == shots->seasons)
        return (bf_shooters){NULL, 0};
    const int64_t *first = history->shooters_first + season;
    return (bf_shooters){history->shooters + first[0], first[1] - first[0]};
}

bool bf_history_is_game_date(const bf_history *history, bf_day day)
{
    int32_t low = 0, high = *history->game_date_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (history->game_dates[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < *history->game_date_count && history->game_dates[low] == day;
}

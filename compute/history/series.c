#include "compute/history/derive.h"

#include <assert.h>
#include <string.h>

typedef enum { KIND_SUM, KIND_COUNT, KIND_SPECIAL } measure_kind;

typedef struct series_measure {
    measure_kind kind;
    int column; /* SUM, COUNT: of the series' table; SPECIAL: the measure's own number */
} series_measure;

/* The measures of each series, in the order of series.def. */
#define COLUMN_SHOTS(name) BF_pgs_##name
#define COLUMN_PLAYED(name) BF_pgs_##name
#define COLUMN_DEFENSE(name) BF_tdg_##name
#define COLUMN_OFFENSE(name) BF_tog_##name
#define COLUMN_LEAGUE(name) BF_tog_##name
#define SERIES(name, ...) static const series_measure measures_##name[] = {
#define SUM(series, column) {KIND_SUM, COLUMN_##series(column)},
#define COUNT(series, column) {KIND_COUNT, COLUMN_##series(column)},
#define SPECIAL(series, symbol) {KIND_SPECIAL, BF_##series##_##symbol},
#define END(series)                                                                                \
    {                                                                                              \
        KIND_SPECIAL, -1                                                                           \
    }                                                                                              \
    }                                                                                              \
    ;
#include "compute/history/series.def"
#undef SERIES
#undef SUM
#undef COUNT
#undef SPECIAL
#undef END

enum { BLOCK = 256 };

/* Appends positions to one series. Their sums follow a block of positions at a time, measure by
 * measure, so that a loop does one thing. */
typedef struct series_builder {
    const bf_history *history;
    bf_series *series;
    const bf_columns *columns;
    const series_measure *measures;
    /* value of a SPECIAL measure at a position of the block */
    uint32_t (*special)(const struct series_builder *builder, int symbol, int64_t position);
    int64_t count;        /* positions so far */
    int64_t summed;       /* positions with sums: the block are those from here on */
    int64_t begin;        /* first position of the entity */
    int64_t cells;        /* cells (entity, season) of series->first filled so far */
    bool negative[BLOCK]; /* a count among the SUM columns is negative there (P12) */
} series_builder;

/* Positions from here on belong to the cell of that number, or a later one. */
static void advance(series_builder *builder, int64_t cell)
{
    while (builder->cells <= cell)
        builder->series->first[builder->cells++] = builder->count;
}

/* Sums of a SUM or COUNT measure over the block. Means of decimals (rating, pace) are no counts
 * that could be negative. */
#define SUM_COLUMN(type, null)                                                                     \
    for (int64_t at = builder->summed; at < builder->count; at++) {                                \
        const type value = ((const type *)data)[series->row[at]];                                  \
        const bool known = value != (null);                                                        \
        const int32_t added = counts ? 1 : value;                                                  \
        sum += known ? (uint32_t)added : 0u;                                                       \
        builder->negative[at - builder->summed] |= is_count && known && value < 0;                 \
        sums[(at + 1) * series->measures] = sum;                                                   \
    }

static void sum_column(series_builder *builder, int m)
{
    const bf_series *series = builder->series;
    const series_measure *measure = &builder->measures[m];
    const bf_column *column = &builder->columns->schema->columns[measure->column];
    const void *data = builder->columns->data[measure->column];
    const bool counts = measure->kind == KIND_COUNT;
    const bool is_count = !counts && column->kind == BF_KIND_INT;
    uint32_t *sums = series->sums + m, sum = sums[builder->summed * series->measures];
    if (column->type == BF_TYPE_I16)
        SUM_COLUMN(int16_t, BF_NULL_I16)
    else
        SUM_COLUMN(int32_t, BF_NULL_I32)
}

static void sum_special(series_builder *builder, int m)
{
    const bf_series *series = builder->series;
    uint32_t *sums = series->sums + m, sum = sums[builder->summed * series->measures];
    for (int64_t at = builder->summed; at < builder->count; at++) {
        sum += builder->special(builder, builder->measures[m].column, at);
        sums[(at + 1) * series->measures] = sum;
    }
}

static void sum_block(series_builder *builder)
{
    memset(builder->negative, 0, sizeof builder->negative);
    for (int m = 0; m < builder->series->measures; m++) {
        if (builder->measures[m].kind == KIND_SPECIAL) /* behind the columns that it may look at */
            sum_special(builder, m);
        else
            sum_column(builder, m);
    }
    builder->summed = builder->count;
}

static void append(series_builder *builder, int64_t row, bf_day day)
{
    bf_series *series = builder->series;
    while (day >= series->season[(builder->cells - 1) % series->seasons].end)
        advance(builder, builder->cells);
    series->row[builder->count] = (int32_t)row;
    series->day[builder->count++] = day;
    if (builder->count - builder->summed == BLOCK)
        sum_block(builder);
}

static uint32_t negative_only(const series_builder *builder, int symbol, int64_t position)
{
    (void)symbol;
    return builder->negative[position - builder->summed];
}

static uint32_t played_special(const series_builder *builder, int symbol, int64_t position)
{
    const bf_history *history = builder->history;
    const bf_series *series = builder->series;
    int32_t row = series->row[position];
    int16_t points = BF_INPUT_COLUMN(history, pgs, points, int16_t)[row];
    int16_t makes = BF_INPUT_COLUMN(history, pgs, fg_makes, int16_t)[row];
    int16_t assisted = BF_INPUT_COLUMN(history, pgs, assisted_fg_makes, int16_t)[row];
    bool both = makes != BF_NULL_I16 && assisted != BF_NULL_I16;
    switch (symbol) {
    case BF_PLAYED_points_squared:
        return (uint32_t)(points * points);
    case BF_PLAYED_both_fg_makes:
        return both ? (uint32_t)(int32_t)makes : 0;
    case BF_PLAYED_both_assisted:
        return both ? (uint32_t)(int32_t)assisted : 0;
    case BF_PLAYED_both_count:
        return both;
    default: /* BF_PLAYED_next_day */
        return position > builder->begin && series->day[position - 1] == series->day[position] - 1;
    }
}

static uint32_t offense_special(const series_builder *builder, int symbol, int64_t position)
{
    (void)symbol;
    return BF_INPUT_COLUMN(builder->history, tog, win_flag,
                           int8_t)[builder->series->row[position]] == 1;
}

static series_builder begin_series(bf_history *history, bf_series_id id, bf_input table,
                                   const series_measure *measures,
                                   uint32_t (*special)(const series_builder *, int, int64_t))
{
    series_builder builder = {.history = history,
                              .series = &history->series[id],
                              .columns = &history->inputs[table],
                              .measures = measures,
                              .special = special};
    for (int m = 0; m < builder.series->measures; m++) {
        assert(measures[m].kind == KIND_SPECIAL ||
               builder.columns->schema->columns[measures[m].column].type == BF_TYPE_I16 ||
               builder.columns->schema->columns[measures[m].column].type == BF_TYPE_I32);
    }
    return builder;
}

static void begin_entity(series_builder *builder, int32_t entity)
{
    sum_block(builder);
    advance(builder, (int64_t)entity * builder->series->seasons);
    builder->begin = builder->count;
}

/* Eligible for shot zones (spec/zones.md §3.2): active, and minutes or attempts above 0. */
static bool is_eligible(const bf_history *history, int64_t row)
{
    return BF_INPUT_COLUMN(history, pgs, is_active, int8_t)[row] == 1 &&
           (BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t)[row] > 0 ||
            BF_INPUT_COLUMN(history, pgs, fg_attempts, int16_t)[row] > 0); /* null is below 0 */
}

/* A played game (spec/players.md §1.4). */
static bool is_played(const bf_history *history, int64_t row)
{
    int16_t points = BF_INPUT_COLUMN(history, pgs, points, int16_t)[row];
    return BF_INPUT_COLUMN(history, pgs, is_active, int8_t)[row] == 1 &&
           BF_INPUT_COLUMN(history, pgs, is_dnp, int8_t)[row] != 1 && points != BF_NULL_I16 &&
           (BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t)[row] > 0 || points > 0);
}

/* Of the rows first .. end - 1 of one player and date the one that stands for the date: more
 * minutes (null lowest), then the smaller game id, which comes first (spec/players.md §1.4). */
static int64_t row_of_date(const bf_history *history, int64_t first, int64_t end)
{
    const int16_t *minutes = BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t);
    int64_t best = first;
    for (int64_t i = first + 1; i < end; i++) {
        if (minutes[i] > minutes[best])
            best = i;
    }
    return best;
}

/* Appends, entity by entity, the rows of a table that count; without a condition all do. */
static void append_rows(series_builder *builder, const int64_t *first, const bf_day *dates,
                        int32_t entities, bool (*counts)(const bf_history *, int64_t))
{
    for (int32_t e = 0; e < entities; e++) {
        begin_entity(builder, e);
        for (int64_t i = first[e]; i < first[e + 1]; i++) {
            if (counts == NULL || counts(builder->history, i))
                append(builder, i, dates[i]);
        }
    }
    begin_entity(builder, entities);
}

static void derive_shots(bf_history *history)
{
    series_builder shots =
        begin_series(history, BF_SERIES_SHOTS, BF_INPUT_pgs, measures_SHOTS, negative_only);
    append_rows(&shots, history->entity_first[BF_INPUT_pgs],
                BF_INPUT_COLUMN(history, pgs, game_date, bf_day),
                history->dictionaries[BF_DICT_PLAYERS].count, is_eligible);
}

void bf_series_derive_played(bf_history *history)
{
    series_builder played =
        begin_series(history, BF_SERIES_PLAYED, BF_INPUT_pgs, measures_PLAYED, played_special);
    series_builder listed =
        begin_series(history, BF_SERIES_LISTED, BF_INPUT_pgs, measures_LISTED, negative_only);
    const int64_t *first = history->entity_first[BF_INPUT_pgs];
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    int32_t players = history->dictionaries[BF_DICT_PLAYERS].count;
    for (int32_t p = 0; p < players; p++) {
        begin_entity(&played, p);
        begin_entity(&listed, p);
        for (int64_t i = first[p], end; i < first[p + 1]; i = end) {
            for (end = i; end < first[p + 1] && dates[end] == dates[i];)
                end++;
            int64_t row = row_of_date(history, i, end);
            append(&listed, row, dates[i]);
            if (is_played(history, row))
                append(&played, row, dates[i]);
        }
    }
    begin_entity(&played, players);
    begin_entity(&listed, players);
}

static void derive_defense(bf_history *history)
{
    series_builder defense =
        begin_series(history, BF_SERIES_DEFENSE, BF_INPUT_tdg, measures_DEFENSE, negative_only);
    append_rows(&defense, history->entity_first[BF_INPUT_tdg],
                BF_INPUT_COLUMN(history, tdg, game_date, bf_day),
                history->dictionaries[BF_DICT_TEAMS].count, NULL);
}

/* One row a team and date, the smaller game id; then the same rows of all teams together by date.
 */
static void derive_offense(bf_history *history)
{
    series_builder offense =
        begin_series(history, BF_SERIES_OFFENSE, BF_INPUT_tog, measures_OFFENSE, offense_special);
    series_builder league =
        begin_series(history, BF_SERIES_LEAGUE, BF_INPUT_tog, measures_LEAGUE, offense_special);
    const int64_t *first = history->entity_first[BF_INPUT_tog];
    const bf_day *dates = BF_INPUT_COLUMN(history, tog, game_date, bf_day);
    int32_t teams = history->dictionaries[BF_DICT_TEAMS].count;
    for (int32_t t = 0; t < teams; t++) {
        begin_entity(&offense, t);
        for (int64_t i = first[t]; i < first[t + 1]; i++) {
            if (i == first[t] || dates[i] != dates[i - 1])
                append(&offense, i, dates[i]);
        }
    }
    begin_entity(&offense, teams);
    begin_entity(&league, 0);
    for (int32_t d = 0; d < *history->team_games.count; d++) {
        for (int64_t k = history->team_games.first[d]; k < history->team_games.first[d + 1]; k++) {
            int64_t i = history->team_games.row[k];
            const int32_t *team = BF_INPUT_COLUMN(history, tog, team_abbr, int32_t);
            if (i == first[team[i]] || dates[i] != dates[i - 1])
                append(&league, i, dates[i]);
        }
    }
    begin_entity(&league, 1);
}

/* Players with a game in SHOTS, a list for each season. */
static void derive_shooters(bf_history *history)
{
    const bf_series *shots = &history->series[BF_SERIES_SHOTS];
    int64_t count = 0;
    for (int32_t s = 0; s < shots->seasons; s++) {
        history->shooters_first[s] = count;
        for (int32_t p = 0; p < shots->entities; p++) {
            const int64_t *first = shots->first + (int64_t)p * shots->seasons + s;
            if (first[0] < first[1])
                history->shooters[count++] = p;
        }
    }
    history->shooters_first[shots->seasons] = count;
}

void bf_series_derive_shots(bf_history *history)
{
    derive_shots(history);
    derive_shooters(history);
}

void bf_series_derive_teams(bf_history *history)
{
    derive_defense(history);
    derive_offense(history);
}

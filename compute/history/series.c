#include "compute/history/derive.h"

#include <assert.h>

typedef enum { KIND_SUM, KIND_COUNT, KIND_SPECIAL } measure_kind;

typedef struct series_measure {
    measure_kind kind;
    int column; /* SUM, COUNT: of the series' table; SPECIAL: the measure's own number */
} series_measure;

enum { MAX_MEASURES = 32 };

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

/* Appends positions to one series. */
typedef struct series_builder {
    const bf_history *history;
    bf_series *series;
    const bf_columns *columns;
    const series_measure *measures;
    bf_type type[MAX_MEASURES];     /* of the measure's column, SUM and COUNT */
    const void *data[MAX_MEASURES]; /* its values */
    int64_t (*special)(const struct series_builder *builder, int symbol, int64_t row);
    bf_day day;    /* of the row being added */
    int64_t count; /* positions so far */
    int64_t begin; /* first position of the entity */
    int64_t cells; /* cells (entity, season) of series->first filled so far */
} series_builder;

/* Positions from here on belong to the cell of that number, or a later one. */
static void advance(series_builder *builder, int64_t cell)
{
    while (builder->cells <= cell)
        builder->series->first[builder->cells++] = builder->count;
}

/* Value of measure m's column in a row; false for null. Every measured column is an int16 or an
 * int32. */
static inline bool read_value(int32_t *out, const series_builder *builder, int m, int64_t row)
{
    if (builder->type[m] == BF_TYPE_I16) {
        int16_t value = ((const int16_t *)builder->data[m])[row];
        *out = value;
        return value != BF_NULL_I16;
    }
    *out = ((const int32_t *)builder->data[m])[row];
    return *out != BF_NULL_I32;
}

static void append(series_builder *builder, int64_t row, bf_day day)
{
    bf_series *series = builder->series;
    while (day >= series->season[(builder->cells - 1) % series->seasons].end)
        advance(builder, builder->cells);
    const uint32_t *before = series->sums + builder->count * series->measures;
    uint32_t *after = series->sums + (builder->count + 1) * series->measures;
    builder->day = day;
    for (int m = 0; m < series->measures; m++) {
        const series_measure *measure = &builder->measures[m];
        int32_t value;
        if (measure->kind == KIND_SPECIAL) {
            value = (int32_t)builder->special(builder, measure->column, row);
        } else {
            bool known = read_value(&value, builder, m, row);
            value = !known ? 0 : measure->kind == KIND_COUNT ? 1 : value;
        }
        after[m] = before[m] + (uint32_t)value;
    }
    series->row[builder->count] = (int32_t)row;
    series->day[builder->count++] = day;
}

/* 1 if a SUM column of role SUM0 is negative in the row (P12): those before the first COUNT that
 * are integers. Means of decimals (rating, pace) are no counts. */
static int64_t negative_count(const series_builder *builder, int64_t row)
{
    for (int m = 0; builder->measures[m].kind == KIND_SUM; m++) {
        int32_t value;
        if (read_value(&value, builder, m, row) && value < 0 &&
            builder->columns->schema->columns[builder->measures[m].column].kind == BF_KIND_INT)
            return 1;
    }
    return 0;
}

static int64_t negative_only(const series_builder *builder, int symbol, int64_t row)
{
    (void)symbol;
    return negative_count(builder, row);
}

static int64_t played_special(const series_builder *builder, int symbol, int64_t row)
{
    const bf_history *history = builder->history;
    int16_t points = BF_INPUT_COLUMN(history, pgs, points, int16_t)[row];
    int16_t makes = BF_INPUT_COLUMN(history, pgs, fg_makes, int16_t)[row];
    int16_t assisted = BF_INPUT_COLUMN(history, pgs, assisted_fg_makes, int16_t)[row];
    bool both = makes != BF_NULL_I16 && assisted != BF_NULL_I16;
    switch (symbol) {
    case BF_PLAYED_points_squared:
        return (int64_t)points * points;
    case BF_PLAYED_both_fg_makes:
        return both ? makes : 0;
    case BF_PLAYED_both_assisted:
        return both ? assisted : 0;
    case BF_PLAYED_both_count:
        return both;
    default: /* BF_PLAYED_next_day */
        return builder->count > builder->begin &&
               builder->series->day[builder->count - 1] == builder->day - 1;
    }
}

static int64_t offense_special(const series_builder *builder, int symbol, int64_t row)
{
    (void)symbol;
    return BF_INPUT_COLUMN(builder->history, tog, win_flag, int8_t)[row] == 1;
}

static series_builder begin_series(bf_history *history, bf_series_id id, bf_input table,
                                   const series_measure *measures,
                                   int64_t (*special)(const series_builder *, int, int64_t))
{
    series_builder builder = {.history = history,
                              .series = &history->series[id],
                              .columns = &history->inputs[table],
                              .measures = measures,
                              .special = special};
    assert(builder.series->measures <= MAX_MEASURES);
    for (int m = 0; m < builder.series->measures; m++) {
        if (measures[m].kind == KIND_SPECIAL)
            continue;
        builder.type[m] = builder.columns->schema->columns[measures[m].column].type;
        builder.data[m] = builder.columns->data[measures[m].column];
        assert(builder.type[m] == BF_TYPE_I16 || builder.type[m] == BF_TYPE_I32);
    }
    return builder;
}

static void begin_entity(series_builder *builder, int32_t entity)
{
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

static void derive_players(bf_history *history)
{
    series_builder shots =
        begin_series(history, BF_SERIES_SHOTS, BF_INPUT_pgs, measures_SHOTS, negative_only);
    series_builder played =
        begin_series(history, BF_SERIES_PLAYED, BF_INPUT_pgs, measures_PLAYED, played_special);
    series_builder listed =
        begin_series(history, BF_SERIES_LISTED, BF_INPUT_pgs, measures_LISTED, negative_only);
    const int64_t *first = history->entity_first[BF_INPUT_pgs];
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    int32_t players = history->dictionaries[BF_DICT_PLAYERS].count;
    for (int32_t p = 0; p < players; p++) {
        begin_entity(&shots, p);
        begin_entity(&played, p);
        begin_entity(&listed, p);
        for (int64_t i = first[p], end; i < first[p + 1]; i = end) {
            for (end = i; end < first[p + 1] && dates[end] == dates[i]; end++) {
                if (is_eligible(history, end))
                    append(&shots, end, dates[end]);
            }
            int64_t row = row_of_date(history, i, end);
            append(&listed, row, dates[i]);
            if (is_played(history, row))
                append(&played, row, dates[i]);
        }
    }
    begin_entity(&shots, players);
    begin_entity(&played, players);
    begin_entity(&listed, players);
}

static void derive_defense(bf_history *history)
{
    series_builder defense =
        begin_series(history, BF_SERIES_DEFENSE, BF_INPUT_tdg, measures_DEFENSE, negative_only);
    const int64_t *first = history->entity_first[BF_INPUT_tdg];
    const bf_day *dates = BF_INPUT_COLUMN(history, tdg, game_date, bf_day);
    int32_t teams = history->dictionaries[BF_DICT_TEAMS].count;
    for (int32_t t = 0; t < teams; t++) {
        begin_entity(&defense, t);
        for (int64_t i = first[t]; i < first[t + 1]; i++)
            append(&defense, i, dates[i]);
    }
    begin_entity(&defense, teams);
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

void bf_series_derive(bf_history *history)
{
    derive_players(history);
    derive_defense(history);
    derive_offense(history);
    derive_shooters(history);
}

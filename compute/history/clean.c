#include "compute/history/clean.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/history/clean_rows.h"
#include "compute/history/league.h"
#include "compute/history/order.h"

enum { MAX_KEYS = 4, NONE = -1 };

/* How rows of a table are kept: columns that make the key, the one that decides between equal keys
 * (the greatest wins, null is lowest; NONE: the first row), and those that P3 looks at. */
static const struct {
    int keys[MAX_KEYS];
    int stamp, team, game;
    bool is_limited; /* too many duplicates or foreign rows are an error */
} rules[BF_INPUT_COUNT] = {
    [BF_INPUT_pgs] = {{BF_pgs_player_lookup, BF_pgs_game_id, NONE, NONE},
                      BF_pgs_processed_at,
                      BF_pgs_team_abbr,
                      BF_pgs_game_id,
                      true},
    [BF_INPUT_tog] = {{BF_tog_team_abbr, BF_tog_game_id, NONE, NONE},
                      BF_tog_processed_at,
                      BF_tog_team_abbr,
                      BF_tog_game_id,
                      true},
    [BF_INPUT_tdg] = {{BF_tdg_defending_team_abbr, BF_tdg_game_id, NONE, NONE},
                      BF_tdg_processed_at,
                      BF_tdg_defending_team_abbr,
                      BF_tdg_game_id,
                      true},
    [BF_INPUT_schedule] = {{BF_schedule_game_id, NONE, NONE, NONE}, NONE, NONE, NONE, false},
    [BF_INPUT_upgc] = {{BF_upgc_player_lookup, BF_upgc_game_date, NONE, NONE},
                       BF_upgc_created_at,
                       BF_upgc_team_abbr,
                       BF_upgc_game_id,
                       false},
    [BF_INPUT_utgc] = {{BF_utgc_team_abbr, BF_utgc_game_date, NONE, NONE},
                       BF_utgc_created_at,
                       BF_utgc_team_abbr,
                       BF_utgc_game_id,
                       false},
    [BF_INPUT_players] = {{BF_players_player_lookup, NONE, NONE, NONE}, NONE, NONE, NONE, false},
    [BF_INPUT_attempts] = {{BF_attempts_processor_name, BF_attempts_entity_id,
                            BF_attempts_analysis_date, BF_attempts_attempt_number},
                           NONE,
                           NONE,
                           NONE,
                           false},
};

void bf_warn(const bf_warnings *warnings, const char *format, ...)
{
    char message[BF_ERROR_MESSAGE_BYTES];
    if (warnings == NULL || warnings->warn == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    warnings->warn(warnings->context, message);
}

static int by_text(const void *a, const void *b, void *texts)
{
    return strcmp(((const char **)texts)[*(const int32_t *)a],
                  ((const char **)texts)[*(const int32_t *)b]);
}

static bf_status rank_texts(bf_ranking *out, const bf_intern *texts, bf_dict dictionary,
                            bf_error *err)
{
    const char **text = NULL;
    int32_t count = bf_intern_count(texts, dictionary);
    out->count = count;
    BF_TRY(BF_ALLOC(&out->rank, (size_t)count, err));
    BF_TRY(BF_ALLOC(&out->code, (size_t)count, err));
    BF_TRY(BF_ALLOC(&text, (size_t)count, err));
    for (int32_t code = 0; code < count; code++) {
        out->code[code] = code;
        text[code] = bf_intern_text(texts, dictionary, code);
    }
    qsort_r(out->code, (size_t)count, sizeof *out->code, by_text, text);
    for (int32_t place = 0; place < count; place++)
        out->rank[out->code[place]] = place;
    free(text);
    return BF_OK;
}

typedef enum { TEAM_OURS, TEAM_FOREIGN, TEAM_UNKNOWN } team_kind;

/* Kind of every team code, and room to count the rows of unknown ones. */
static bf_status classify_teams(team_kind **out, int64_t **unknown_rows, const bf_intern *texts,
                                bf_error *err)
{
    int32_t count = bf_intern_count(texts, BF_DICT_TEAMS);
    BF_TRY(BF_ALLOC(out, (size_t)count, err));
    BF_TRY(BF_ALLOC(unknown_rows, (size_t)count, err));
    for (int32_t t = 0; t < count; t++) {
        const char *code = bf_intern_text(texts, BF_DICT_TEAMS, t);
        if (!bf_team_is_league(code))
            (*out)[t] = bf_team_is_known_foreign(code) ? TEAM_FOREIGN : TEAM_UNKNOWN;
    }
    return BF_OK;
}

/* P3: the game is of the league; or, without a type, on or after opening night. */
static bool is_league_game(const bf_clean *clean, int32_t game, bf_day day)
{
    int8_t type = clean->game_type[game];
    return type == BF_NULL_I8 ? day >= bf_season_opening(bf_season_year(day))
                              : type != BF_GAME_TYPE_OTHER;
}

/* Applies P3 to every row: those that pass are in table->rows, in file order. */
static bf_status filter_rows(bf_clean *clean, bf_input t, bf_error *err)
{
    bf_clean_table *table = &clean->tables[t];
    const bf_raw *raw = &clean->raw[t];
    const int32_t *teams = rules[t].team == NONE ? NULL : bf_raw_i32(raw, rules[t].team);
    const int32_t *games = rules[t].game == NONE ? NULL : bf_raw_i32(raw, rules[t].game);
    team_kind *kinds = NULL;
    int64_t *unknown_rows = NULL;
    bf_status st = BF_ALLOC(&table->rows, (size_t)raw->columns.rows, err);
    if (st == BF_OK)
        st = classify_teams(&kinds, &unknown_rows, clean->texts, err);
    for (int64_t i = 0; st == BF_OK && i < raw->columns.rows; i++) {
        bf_row_counts *counts = &table->counts[bf_raw_slot(raw, i)];
        counts->read++;
        if (teams != NULL && kinds[teams[i]] != TEAM_OURS) {
            counts->foreign++;
            unknown_rows[teams[i]] += kinds[teams[i]] == TEAM_UNKNOWN;
        } else if (games != NULL &&
                   !is_league_game(clean, games[i], bf_raw_i32(raw, raw->date_column)[i])) {
            counts->no_league_game++;
        } else if (t == BF_INPUT_attempts &&
                   bf_processor_name_find(
                       bf_intern_text(clean->texts, BF_DICT_PROCESSORS,
                                      bf_raw_i32(raw, BF_attempts_processor_name)[i])) < 0) {
            counts->other_processor++;
        } else {
            table->rows[table->count++] = (int32_t)i;
        }
    }
    for (int32_t code = 0; st == BF_OK && code < bf_intern_count(clean->texts, BF_DICT_TEAMS);
         code++) {
        if (unknown_rows[code] > 0)
            bf_warn(clean->warnings, "table %s: team code %s is not known: %lld row%s dropped",
                    bf_inputs[t].name, bf_intern_text(clean->texts, BF_DICT_TEAMS, code),
                    (long long)unknown_rows[code], unknown_rows[code] == 1 ? "" : "s");
    }
    free(kinds);
    free(unknown_rows);
    return st;
}

static uint64_t key_hash(const bf_raw *raw, bf_input t, int64_t row)
{
    uint64_t hash = 0;
    for (int k = 0; k < MAX_KEYS && rules[t].keys[k] != NONE; k++) {
        hash = (hash ^ (uint32_t)bf_raw_i32(raw, rules[t].keys[k])[row]) *
               UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

static bool same_key(const bf_raw *raw, bf_input t, int64_t a, int64_t b)
{
    for (int k = 0; k < MAX_KEYS && rules[t].keys[k] != NONE; k++) {
        const int32_t *values = bf_raw_i32(raw, rules[t].keys[k]);
        if (values[a] != values[b])
            return false;
    }
    return true;
}

/* P5: whether `later` in file order takes the place of `earlier` under the same key. */
static bool replaces(const bf_raw *raw, bf_input t, int64_t later, int64_t earlier)
{
    const int64_t *stamps = rules[t].stamp == NONE ? NULL : raw->columns.data[rules[t].stamp];
    return stamps != NULL && stamps[later] > stamps[earlier]; /* null is the smallest integer */
}

/* Keeps one row of each key in table->rows, which stay in file order but for replaced rows. */
static bf_status remove_duplicates(bf_clean *clean, bf_input t, bf_error *err)
{
    bf_clean_table *table = &clean->tables[t];
    const bf_raw *raw = &clean->raw[t];
    int32_t *slots = NULL; /* place in table->rows + 1 */
    size_t slot_count = 64;
    while (slot_count < 2 * (size_t)table->count)
        slot_count *= 2;
    BF_TRY(BF_ALLOC(&slots, slot_count, err));
    int64_t kept = 0;
    for (int64_t i = 0; i < table->count; i++) {
        int32_t row = table->rows[i], dropped = row;
        size_t slot = key_hash(raw, t, row) & (slot_count - 1);
        while (slots[slot] != 0 && !same_key(raw, t, table->rows[slots[slot] - 1], row))
            slot = (slot + 1) & (slot_count - 1);
        if (slots[slot] == 0) {
            table->rows[kept++] = row;
            slots[slot] = (int32_t)kept;
            continue;
        }
        int32_t *place = &table->rows[slots[slot] - 1];
        if (replaces(raw, t, row, *place)) {
            dropped = *place;
            *place = row;
        }
        table->counts[bf_raw_slot(raw, dropped)].duplicate++;
    }
    table->count = kept;
    free(slots);
    return BF_OK;
}

static bf_status order_by_text(bf_clean *clean, bf_input t, int column, bf_error *err)
{
    if (column < 0)
        return BF_OK;
    const bf_ranking *ranking = &clean->rankings[bf_inputs[t].columns[column].dictionary];
    bf_order_key key = {bf_raw_i32(&clean->raw[t], column), ranking->rank, 0, ranking->count};
    return bf_order_rows(clean->tables[t].rows, clean->tables[t].count, &key, err);
}

/* By date, entity and season; rows come sorted by game. */
static bf_status order_dated(bf_clean *clean, bf_input t, bf_error *err)
{
    bf_clean_table *table = &clean->tables[t];
    bf_day low = bf_season_first(BF_FIRST_SEASON),
           end = bf_season_first(BF_FIRST_SEASON + BF_SEASON_SLOTS);
    bf_order_key by_day = {bf_raw_i32(&clean->raw[t], clean->raw[t].date_column), NULL, low,
                           end - low};
    int32_t *slots = NULL;
    BF_TRY(bf_order_rows(table->rows, table->count, &by_day, err));
    BF_TRY(order_by_text(clean, t, bf_input_entity_column(t), err));
    BF_TRY(BF_ALLOC(&slots, (size_t)(end - low), err));
    for (bf_day day = low; day < end; day++)
        slots[day - low] = bf_season_slot(day);
    bf_order_key by_season = {by_day.values, slots, low, BF_SEASON_SLOTS};
    bf_status st = bf_order_rows(table->rows, table->count, &by_season, err);
    free(slots);
    return st;
}

/* Sorts table->rows by (season, entity, date, game) and finds the seasons in them. */
static bf_status order_table(bf_clean *clean, bf_input t, bf_error *err)
{
    bf_clean_table *table = &clean->tables[t];
    const bf_raw *raw = &clean->raw[t];
    BF_TRY(order_by_text(clean, t, bf_input_tie_column(t), err));
    if (raw->date_column >= 0)
        BF_TRY(order_dated(clean, t, err));
    else
        BF_TRY(order_by_text(clean, t, bf_input_entity_column(t), err));
    for (int64_t i = 0; i < table->count; i++) {
        int32_t slot = bf_raw_slot(raw, table->rows[i]);
        table->counts[slot].kept++;
        table->first[slot + 1]++;
    }
    for (int s = 0; s < BF_SEASON_SLOTS; s++)
        table->first[s + 1] += table->first[s];
    return BF_OK;
}

/* Type of each game that the schedule has. Of several rows for one game the first by number holds.
 */
static bf_status type_games(bf_clean *clean, bf_error *err)
{
    const bf_raw *raw = &clean->raw[BF_INPUT_schedule];
    const bf_clean_table *table = &clean->tables[BF_INPUT_schedule];
    int32_t games = bf_intern_count(clean->texts, BF_DICT_GAMES);
    BF_TRY(BF_ALLOC(&clean->game_type, (size_t)games, err));
    memset(clean->game_type, BF_NULL_I8, (size_t)games);
    for (int64_t i = 0; i < table->count; i++) {
        int32_t row = table->rows[i];
        char game_id[2 * BF_KEY_TEXT_MAX + 32];
        int year, month, day;
        bf_day_to_civil(bf_raw_i32(raw, BF_schedule_game_date)[row], &year, &month, &day);
        int size = snprintf(game_id, sizeof game_id, "%04d%02d%02d_%s_%s", year, month, day,
                            bf_intern_text(clean->texts, BF_DICT_TEAMS,
                                           bf_raw_i32(raw, BF_schedule_away_team_tricode)[row]),
                            bf_intern_text(clean->texts, BF_DICT_TEAMS,
                                           bf_raw_i32(raw, BF_schedule_home_team_tricode)[row]));
        int32_t game = bf_intern_find(clean->texts, BF_DICT_GAMES, game_id, (size_t)size);
        if (game >= 0 && clean->game_type[game] == BF_NULL_I8)
            clean->game_type[game] = bf_clean_schedule_type(clean, row);
    }
    return BF_OK;
}

static bf_status check_share(const bf_table_schema *schema, int64_t dropped, int64_t read,
                             const char *what, bf_error *err)
{
    if ((double)dropped <= BF_MAX_DROPPED_SHARE * (double)read)
        return BF_OK;
    return bf_error_set(
        err, BF_E_INPUT, "table %s: %lld of %lld rows are %s; at most %g %% are accepted",
        schema->name, (long long)dropped, (long long)read, what, 100 * BF_MAX_DROPPED_SHARE);
}

static bf_status check_table(const bf_clean *clean, bf_input t, bf_error *err)
{
    const bf_table_schema *schema = &bf_inputs[t];
    bf_row_counts counts = bf_clean_counts(clean, t);
    char duplicates[160];
    (void)snprintf(duplicates, sizeof duplicates, "duplicate rows (equal %s)", schema->keys);
    if (rules[t].is_limited) {
        BF_TRY(check_share(schema, counts.duplicate, counts.read, duplicates, err));
        BF_TRY(
            check_share(schema, counts.foreign, counts.read, "of teams outside the league", err));
    }
    if (schema->required && counts.kept == 0)
        return bf_error_set(err, BF_E_INPUT, "table %s: %s", schema->name,
                            !clean->raw[t].present ? "is missing"
                            : counts.read == 0     ? "has no rows"
                                                   : "has no row of a league game");
    return BF_OK;
}

static bf_status clean_table(bf_clean *clean, bf_input t, bf_error *err)
{
    if (clean->raw[t].columns.rows > 0) {
        BF_TRY(filter_rows(clean, t, err));
        BF_TRY(remove_duplicates(clean, t, err));
        BF_TRY(order_table(clean, t, err));
        if (rules[t].is_limited)
            BF_TRY(bf_clean_count_remarks(clean, t, err));
    }
    return check_table(clean, t, err);
}

bf_status bf_clean_create(bf_clean **out, const bf_raw raw[BF_INPUT_COUNT], const bf_intern *texts,
                          const bf_warnings *warnings, bf_error *err)
{
    bf_clean *clean = NULL;
    BF_TRY(BF_ALLOC(&clean, 1, err));
    clean->raw = raw;
    clean->texts = texts;
    clean->warnings = warnings;
    bf_status st = BF_OK;
    if (!raw[BF_INPUT_schedule].present)
        bf_warn(warnings, "table schedule is missing: games count from opening night on, and game "
                          "dates come from player_game_summary");
    for (int d = 0; st == BF_OK && d < BF_DICT_COUNT; d++)
        st = rank_texts(&clean->rankings[d], texts, (bf_dict)d, err);
    if (st == BF_OK)
        st = clean_table(clean, BF_INPUT_schedule, err); /* first: it says which games count */
    if (st == BF_OK)
        st = type_games(clean, err);
    for (int t = 0; st == BF_OK && t < BF_INPUT_COUNT; t++)
        st = t == BF_INPUT_schedule ? BF_OK : clean_table(clean, (bf_input)t, err);
    if (st == BF_OK)
        st = bf_clean_find_seasons(clean, err);
    if (st == BF_OK)
        *out = clean;
    else
        bf_clean_free(clean);
    return st;
}

void bf_clean_free(bf_clean *clean)
{
    if (clean == NULL)
        return;
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        free(clean->rankings[d].rank);
        free(clean->rankings[d].code);
    }
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        free(clean->tables[t].rows);
    free(clean->game_type);
    free(clean);
}

int bf_clean_season_count(const bf_clean *clean)
{
    return clean->season_count;
}

bf_row_counts bf_clean_counts(const bf_clean *clean, bf_input table)
{
    bf_row_counts sum = {.read = 0};
    for (int s = 0; s < BF_SEASON_SLOTS; s++)
        bf_row_counts_add(&sum, &clean->tables[table].counts[s]);
    return sum;
}

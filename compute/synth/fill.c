#include "compute/synth/fill.h"

#include <stdio.h>
#include <string.h>

#include "compute/synth/names.h"
#include "compute/synth/schedule.h"

enum {
    FULL_HUNDREDTHS = 10000, /* 100 percent */
    PROCESSED_HOUR = 8       /* UTC, the day after the game */
};

/* The newest row's cell. Values are scaled as the column stores them; codes are those of the texts.
 * They come from play, not from outside, so there is nothing to refuse. */
static void set(bf_raw *raw, int column, int64_t value)
{
    bf_column_set_integer(&raw->columns.schema->columns[column], raw->columns.data[column],
                          raw->columns.rows - 1, value);
    raw->has_column[column] = true;
}

static bf_status add_row(bf_raw *raw, bf_error *err)
{
    int64_t row;
    return bf_raw_add_row(&row, raw, err);
}

/* numerator / denominator, both positive, to the nearest whole number, halves up. */
static int64_t ratio(int64_t numerator, int64_t denominator)
{
    return (2 * numerator + denominator) / (2 * denominator);
}

static int64_t processed_us(bf_day day)
{
    return ((int64_t)(day + 1) * 24 + PROCESSED_HOUR) * 3600 * 1000000;
}

static int game_tenths(const bf_synth_box *box)
{
    return 480 + 50 * box->overtimes;
}

/* --- keys --- */

void bf_synth_game_number(char out[BF_SYNTH_NUMBER_BYTES], bf_synth_game_kind kind, int season,
                          int league, int code)
{
    /* Leagues that share a year's two digits; the next ones take years 25 later. */
    enum { LEAGUES_A_YEAR = 75, YEARS_APART = 25 };
    int at = (league - 1) % LEAGUES_A_YEAR;
    int year = (season + YEARS_APART * ((league - 1) / LEAGUES_A_YEAR)) % 100;
    int rest = at * (kind == BF_SYNTH_REGULAR ? BF_SYNTH_REGULAR_GAMES : 1000) + code;
    (void)snprintf(out, BF_SYNTH_NUMBER_BYTES, "%03d%02d%05d", (int)kind, year, rest % 100000);
}

static bf_status game_code(int32_t *out, bf_intern *texts, const bf_synth_game *game, bf_error *err)
{
    char id[64];
    int year, month, day;
    bf_day_to_civil(game->day, &year, &month, &day);
    int size = snprintf(id, sizeof id, "%04d%02d%02d_%s_%s", year, month, day,
                        bf_intern_text(texts, BF_DICT_TEAMS, game->team_codes[BF_SYNTH_AWAY]),
                        bf_intern_text(texts, BF_DICT_TEAMS, game->team_codes[BF_SYNTH_HOME]));
    return bf_intern_code(out, texts, BF_DICT_GAMES, id, (size_t)size, err);
}

/* Gives a player who is listed for the first time his codes. */
static bf_status name_player(bf_synth_roster *roster, int index, bf_intern *texts, bf_error *err)
{
    enum { FIRST_ID = 9000000, IDS_A_LEAGUE = 10000 }; /* above the real league's ids */
    bf_synth_player *player = &roster->players[index];
    if (player->code >= 0)
        return BF_OK;
    char name[BF_SYNTH_NAME_BYTES], universal[2 * BF_SYNTH_NAME_BYTES];
    uint32_t place = (uint32_t)(roster->seed % BF_SYNTH_NAMES) + (uint32_t)index;
    bf_synth_name(name, place % BF_SYNTH_NAMES, roster->league);
    int size = snprintf(universal, sizeof universal, "%s_%d", name,
                        FIRST_ID + IDS_A_LEAGUE * (roster->league - 1) + index);
    BF_TRY(bf_intern_code(&player->universal_code, texts, BF_DICT_UNIVERSAL, universal,
                          (size_t)size, err));
    return bf_intern_code(&player->code, texts, BF_DICT_PLAYERS, name, strlen(name), err);
}

/* --- player_game_summary --- */

/* A row to be: a player of side `side`, with his line, or listed without one. */
typedef struct entry {
    const char *name;
    const bf_synth_player *player;
    const bf_synth_line *line; /* NULL: did not play */
    int side;
} entry;

enum { MAX_ENTRIES = 2 * (BF_SYNTH_LINEUP_MAX + BF_SYNTH_TEAM_MAX) };

static void insert_by_name(entry *entries, int count, entry added)
{
    int at = count;
    for (; at > 0 && strcmp(entries[at - 1].name, added.name) > 0; at--)
        entries[at] = entries[at - 1];
    entries[at] = added;
}

/* All who are listed, by name. */
static bf_status list_players(entry entries[MAX_ENTRIES], int *count, const bf_synth_game *game,
                              bf_intern *texts, bf_error *err)
{
    for (int s = 0; s < 2; s++) {
        const bf_synth_lineup *lineup = &game->lineups[s];
        for (int i = 0; i < lineup->count; i++)
            BF_TRY(name_player(game->roster, lineup->players[i], texts, err));
        for (int i = 0; i < lineup->listed_count; i++)
            BF_TRY(name_player(game->roster, lineup->listed[i], texts, err));
    }
    *count = 0;
    for (int s = 0; s < 2; s++) {
        const bf_synth_lineup *lineup = &game->lineups[s];
        for (int i = 0; i < lineup->count + lineup->listed_count; i++) {
            bool plays = i < lineup->count;
            int index = plays ? lineup->players[i] : lineup->listed[i - lineup->count];
            const bf_synth_player *player = &game->roster->players[index];
            entry added = {.name = bf_intern_text(texts, BF_DICT_PLAYERS, player->code),
                           .player = player,
                           .line = plays ? &game->box->sides[s].lines[i] : NULL,
                           .side = s};
            insert_by_name(entries, (*count)++, added);
        }
    }
    return BF_OK;
}

static void set_usage(bf_raw *raw, const bf_synth_line *line, const bf_synth_totals *team,
                      int tenths)
{
    int64_t usage = ratio((int64_t)FULL_HUNDREDTHS * bf_synth_line_plays_hundredths(line) * tenths,
                          (int64_t)line->minutes_tenths * team->plays_hundredths);
    if (usage <= FULL_HUNDREDTHS) /* above 100 percent the sources have none */
        set(raw, BF_pgs_usage_rate, usage);
}

static void set_line(bf_raw *raw, const bf_synth_line *line)
{
    const int *attempts = line->attempts, *makes = line->makes;
    int shots = attempts[BF_SYNTH_PAINT] + attempts[BF_SYNTH_MID] + attempts[BF_SYNTH_THREE];
    int made = makes[BF_SYNTH_PAINT] + makes[BF_SYNTH_MID] + makes[BF_SYNTH_THREE];
    set(raw, BF_pgs_minutes_played, line->minutes_tenths);
    set(raw, BF_pgs_points, bf_synth_line_points(line));
    set(raw, BF_pgs_fg_attempts, shots);
    set(raw, BF_pgs_fg_makes, made);
    set(raw, BF_pgs_paint_attempts, attempts[BF_SYNTH_PAINT]);
    set(raw, BF_pgs_paint_makes, makes[BF_SYNTH_PAINT]);
    set(raw, BF_pgs_mid_range_attempts, attempts[BF_SYNTH_MID]);
    set(raw, BF_pgs_mid_range_makes, makes[BF_SYNTH_MID]);
    set(raw, BF_pgs_three_pt_attempts, attempts[BF_SYNTH_THREE]);
    set(raw, BF_pgs_three_pt_makes, makes[BF_SYNTH_THREE]);
    set(raw, BF_pgs_assisted_fg_makes, line->assisted_makes);
    set(raw, BF_pgs_unassisted_fg_makes, made - line->assisted_makes);
    set(raw, BF_pgs_ft_makes, line->free_throws_made);
    if (shots > 0)
        set(raw, BF_pgs_ts_pct,
            ratio((int64_t)1000 * 100 * bf_synth_line_points(line),
                  2 * (100 * shots + 44 * line->free_throws)));
}

static bf_status fill_players(bf_raw *raw, const bf_synth_game *game, int32_t code,
                              const bf_synth_totals totals[2], bf_error *err)
{
    entry entries[MAX_ENTRIES];
    int count;
    BF_TRY(list_players(entries, &count, game, raw->texts, err));
    for (int i = 0; i < count; i++) {
        const entry *e = &entries[i];
        BF_TRY(add_row(raw, err));
        set(raw, BF_pgs_player_lookup, e->player->code);
        set(raw, BF_pgs_game_id, code);
        set(raw, BF_pgs_game_date, game->day);
        set(raw, BF_pgs_season_year, game->season);
        set(raw, BF_pgs_team_abbr, game->team_codes[e->side]);
        set(raw, BF_pgs_opponent_team_abbr, game->team_codes[1 - e->side]);
        set(raw, BF_pgs_universal_player_id, e->player->universal_code);
        set(raw, BF_pgs_is_active, e->line != NULL);
        set(raw, BF_pgs_is_dnp, e->line == NULL);
        set(raw, BF_pgs_processed_at, processed_us(game->day));
        if (e->line != NULL) {
            set_line(raw, e->line);
            set_usage(raw, e->line, &totals[e->side], game_tenths(game->box));
        }
        BF_TRY(bf_raw_check_row(raw, err));
    }
    return BF_OK;
}

/* --- team tables and schedule --- */

static bf_status fill_offense(bf_raw *raw, const bf_synth_game *game, int32_t code, int side,
                              const bf_synth_totals totals[2], bf_error *err)
{
    int64_t possessions = totals[side].possessions_hundredths;
    BF_TRY(add_row(raw, err));
    set(raw, BF_tog_team_abbr, game->team_codes[side]);
    set(raw, BF_tog_game_id, code);
    set(raw, BF_tog_game_date, game->day);
    set(raw, BF_tog_season_year, game->season);
    set(raw, BF_tog_pace, ratio(480 * possessions, 10 * game_tenths(game->box)));
    set(raw, BF_tog_offensive_rating, ratio((int64_t)1000000 * totals[side].points, possessions));
    set(raw, BF_tog_win_flag, totals[side].points > totals[1 - side].points);
    set(raw, BF_tog_processed_at, processed_us(game->day));
    return bf_raw_check_row(raw, err);
}

static bf_status fill_defense(bf_raw *raw, const bf_synth_game *game, int32_t code, int side,
                              const bf_synth_totals totals[2], bf_error *err)
{
    const bf_synth_totals *opponent = &totals[1 - side];
    const int *blocked = game->box->sides[1 - side].blocked;
    int64_t possessions = opponent->possessions_hundredths;
    BF_TRY(add_row(raw, err));
    set(raw, BF_tdg_defending_team_abbr, game->team_codes[side]);
    set(raw, BF_tdg_game_id, code);
    set(raw, BF_tdg_game_date, game->day);
    set(raw, BF_tdg_season_year, game->season);
    set(raw, BF_tdg_opp_paint_attempts, opponent->attempts[BF_SYNTH_PAINT]);
    set(raw, BF_tdg_opp_paint_makes, opponent->makes[BF_SYNTH_PAINT]);
    set(raw, BF_tdg_opp_mid_range_attempts, opponent->attempts[BF_SYNTH_MID]);
    set(raw, BF_tdg_opp_mid_range_makes, opponent->makes[BF_SYNTH_MID]);
    set(raw, BF_tdg_opp_three_pt_attempts, opponent->attempts[BF_SYNTH_THREE]);
    set(raw, BF_tdg_opp_three_pt_makes, opponent->makes[BF_SYNTH_THREE]);
    set(raw, BF_tdg_points_in_paint_allowed, 2 * opponent->makes[BF_SYNTH_PAINT]);
    set(raw, BF_tdg_blocks_paint, blocked[BF_SYNTH_PAINT]);
    set(raw, BF_tdg_blocks_mid_range, blocked[BF_SYNTH_MID]);
    set(raw, BF_tdg_blocks_three_pt, blocked[BF_SYNTH_THREE]);
    set(raw, BF_tdg_points_allowed, opponent->points);
    set(raw, BF_tdg_defensive_rating, ratio((int64_t)1000000 * opponent->points, possessions));
    set(raw, BF_tdg_opponent_pace, ratio(possessions, 10));
    set(raw, BF_tdg_processed_at, processed_us(game->day));
    return bf_raw_check_row(raw, err);
}

static bf_status fill_schedule(bf_raw *raw, const bf_synth_game *game, bf_error *err)
{
    enum { FINAL = 3 };
    int32_t number;
    BF_TRY(bf_intern_code(&number, raw->texts, BF_DICT_NUMBERS, game->number, strlen(game->number),
                          err));
    BF_TRY(add_row(raw, err));
    set(raw, BF_schedule_game_id, number);
    set(raw, BF_schedule_game_date, game->day);
    set(raw, BF_schedule_home_team_tricode, game->team_codes[BF_SYNTH_HOME]);
    set(raw, BF_schedule_away_team_tricode, game->team_codes[BF_SYNTH_AWAY]);
    set(raw, BF_schedule_is_regular_season, game->regular);
    set(raw, BF_schedule_is_playoffs, game->playoffs);
    set(raw, BF_schedule_game_status, FINAL);
    return bf_raw_check_row(raw, err);
}

bf_status bf_synth_fill_game(bf_raw raws[BF_INPUT_COUNT], const bf_synth_game *game, bf_error *err)
{
    bf_synth_totals totals[2];
    int32_t code;
    for (int s = 0; s < 2; s++)
        bf_synth_side_total(&totals[s], &game->box->sides[s]);
    BF_TRY(game_code(&code, raws[BF_INPUT_pgs].texts, game, err));
    BF_TRY(fill_players(&raws[BF_INPUT_pgs], game, code, totals, err));
    /* rows of a game by team code */
    int first =
        strcmp(bf_intern_text(raws[BF_INPUT_tog].texts, BF_DICT_TEAMS, game->team_codes[0]),
               bf_intern_text(raws[BF_INPUT_tog].texts, BF_DICT_TEAMS, game->team_codes[1])) < 0
            ? BF_SYNTH_AWAY
            : BF_SYNTH_HOME;
    for (int i = 0; i < 2; i++) {
        int side = i == 0 ? first : 1 - first;
        BF_TRY(fill_offense(&raws[BF_INPUT_tog], game, code, side, totals, err));
        BF_TRY(fill_defense(&raws[BF_INPUT_tdg], game, code, side, totals, err));
    }
    return fill_schedule(&raws[BF_INPUT_schedule], game, err);
}

bf_status bf_synth_fill_players(bf_raw raws[BF_INPUT_COUNT], const bf_synth_roster *roster,
                                bf_error *err)
{
    bf_raw *raw = &raws[BF_INPUT_players];
    for (size_t i = 0; i < roster->count; i++) {
        if (roster->players[i].code < 0)
            continue;
        BF_TRY(add_row(raw, err));
        set(raw, BF_players_player_lookup, roster->players[i].code);
        set(raw, BF_players_birth_date, roster->players[i].born);
        BF_TRY(bf_raw_check_row(raw, err));
    }
    return BF_OK;
}

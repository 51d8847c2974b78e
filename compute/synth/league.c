#include "compute/synth/league.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/synth/fill.h"
#include "compute/synth/playoffs.h"
#include "compute/synth/schedule.h"

/* A league in its season. */
typedef struct league {
    int number; /* from 1 */
    int32_t team_codes[BF_SYNTH_TEAMS];
    bf_synth_roster roster;
    bf_synth_fixture fixtures[BF_SYNTH_REGULAR_GAMES];
    int next_fixture;
    int wins[BF_SYNTH_TEAMS];
    bf_random games, schedule;
    bf_synth_playoffs playoffs;
} league;

/* A game about to be played. */
typedef struct pairing {
    int teams[2]; /* away, home */
    bool may_win[2];
    bf_synth_game_kind kind;
    int code; /* of its number, inside season and league */
} pairing;

/* Replays of a game until a team wins that may; each has a fair chance. */
enum { MOST_REPLAYS = 10000 };

/* Plays a game and adds its rows; tells whether the home team won. */
static bf_status play(bool *home_won, league *l, bf_raw *raws, const pairing *game, bf_day day,
                      bf_error *err)
{
    bf_synth_lineup lineups[2];
    bf_synth_box box;
    bf_synth_totals totals[2];
    int replays = 0, winner = 0;
    for (int s = 0; s < 2; s++)
        bf_synth_roster_lineup(&lineups[s], &l->roster, game->teams[s]);
    do {
        if (replays++ == MOST_REPLAYS)
            return bf_error_set(err, BF_E_INTERNAL, "made-up league %d: no end of replays",
                                l->number);
        bf_synth_box_play(&box, &l->roster, game->teams, lineups, &l->games);
        for (int s = 0; s < 2; s++)
            bf_synth_side_total(&totals[s], &box.sides[s]);
        winner = totals[BF_SYNTH_HOME].points > totals[BF_SYNTH_AWAY].points ? BF_SYNTH_HOME
                                                                             : BF_SYNTH_AWAY;
    } while (!game->may_win[winner]);
    bf_synth_game played = {
        .season = l->roster.season,
        .day = day,
        .team_codes = {l->team_codes[game->teams[0]], l->team_codes[game->teams[1]]},
        .playoffs = game->kind == BF_SYNTH_PLAYOFF,
        .regular = game->kind == BF_SYNTH_REGULAR,
        .lineups = lineups,
        .box = &box,
        .roster = &l->roster};
    bf_synth_game_number(played.number, game->kind, l->roster.season, l->number, game->code);
    *home_won = winner == BF_SYNTH_HOME;
    return bf_synth_fill_game(raws, &played, err);
}

static bf_status play_regular_date(league *l, bf_raw *raws, int date, bf_day day, bf_error *err)
{
    bf_synth_roster_begin_date(&l->roster, day);
    while (l->next_fixture < BF_SYNTH_REGULAR_GAMES && l->fixtures[l->next_fixture].date == date) {
        const bf_synth_fixture *fixture = &l->fixtures[l->next_fixture++];
        pairing game = {.teams = {fixture->away, fixture->home},
                        .may_win = {true, true},
                        .kind = BF_SYNTH_REGULAR,
                        .code = l->next_fixture};
        bool home_won;
        BF_TRY(play(&home_won, l, raws, &game, day, err));
        l->wins[home_won ? fixture->home : fixture->away]++;
    }
    return BF_OK;
}

static int compare_games(const void *left, const void *right)
{
    const bf_synth_playoff_game *a = left, *b = right;
    return a->away < b->away ? -1 : 1; /* a team plays once a date */
}

static bf_status play_late_date(league *l, bf_raw *raws, const bf_synth_calendar *calendar,
                                int date, bf_error *err)
{
    bf_synth_playoff_game games[BF_SYNTH_MAX_SERIES];
    if (date == calendar->regular_dates)
        bf_synth_playoffs_init(&l->playoffs, calendar, l->wins, &l->schedule);
    int count = bf_synth_playoffs_games(games, &l->playoffs, date);
    qsort(games, (size_t)count, sizeof *games, compare_games);
    for (int i = 0; i < count; i++) {
        pairing game = {.teams = {games[i].away, games[i].home},
                        .may_win = {games[i].may_win[0], games[i].may_win[1]},
                        .kind = l->playoffs.round < 0 ? BF_SYNTH_PLAY_IN : BF_SYNTH_PLAYOFF,
                        .code = games[i].code};
        bool home_won;
        BF_TRY(play(&home_won, l, raws, &game, calendar->days[date], err));
        bf_synth_playoffs_result(&l->playoffs, &games[i], home_won);
    }
    return BF_OK;
}

/* A season that nobody asked for: only who plays where goes on. */
static bf_status pass_season(league *l, const bf_synth_calendar *calendar, bf_error *err)
{
    BF_TRY(bf_synth_roster_begin_season(&l->roster, calendar->season, err));
    for (int date = 0; date < calendar->regular_dates; date++)
        bf_synth_roster_begin_date(&l->roster, calendar->days[date]);
    return BF_OK;
}

static bf_status begin_season(league *l, const bf_synth_calendar *calendar, bf_error *err)
{
    uint64_t seed = l->roster.seed;
    bf_random_init(&l->schedule, seed,
                   bf_synth_stream(l->number, calendar->season, BF_SYNTH_STREAM_SCHEDULE));
    bf_random_init(&l->games, seed,
                   bf_synth_stream(l->number, calendar->season, BF_SYNTH_STREAM_GAMES));
    memset(l->wins, 0, sizeof l->wins);
    l->next_fixture = 0;
    BF_TRY(bf_synth_roster_begin_season(&l->roster, calendar->season, err));
    return bf_synth_schedule_make(l->fixtures, calendar, &l->schedule, err);
}

static bf_status play_season(league *leagues, int scale, bf_raw *raws,
                             const bf_synth_calendar *calendar, bf_error *err)
{
    for (int k = 0; k < scale; k++)
        BF_TRY(begin_season(&leagues[k], calendar, err));
    for (int date = 0; date < calendar->dates; date++) {
        for (int k = 0; k < scale; k++) {
            if (date < calendar->regular_dates)
                BF_TRY(play_regular_date(&leagues[k], raws, date, calendar->days[date], err));
            else
                BF_TRY(play_late_date(&leagues[k], raws, calendar, date, err));
        }
    }
    return BF_OK;
}

static bf_status found(league *l, int number, uint64_t seed, bf_intern *texts, bf_error *err)
{
    l->number = number;
    bf_synth_roster_init(&l->roster, seed, number);
    for (int team = 0; team < BF_SYNTH_TEAMS; team++) {
        char code[16];
        int size = number == 1
                       ? snprintf(code, sizeof code, "%s", bf_synth_team_codes[team])
                       : snprintf(code, sizeof code, "%s%d", bf_synth_team_codes[team], number);
        BF_TRY(bf_intern_code(&l->team_codes[team], texts, BF_DICT_TEAMS, code, (size_t)size, err));
    }
    return BF_OK;
}

static bf_status check(const bf_synth_options *options, bf_error *err)
{
    if (options->first_season < BF_SYNTH_FIRST_SEASON ||
        options->last_season > BF_SYNTH_LAST_SEASON || options->first_season > options->last_season)
        return bf_error_set(err, BF_E_USAGE,
                            "the made-up league has the seasons %d to %d, not %d to %d",
                            BF_SYNTH_FIRST_SEASON, BF_SYNTH_LAST_SEASON, options->first_season,
                            options->last_season);
    if (options->scale < 1 || options->scale > BF_SYNTH_MAX_SCALE)
        return bf_error_set(err, BF_E_USAGE, "1 to %d leagues can be made up, not %d",
                            BF_SYNTH_MAX_SCALE, options->scale);
    return BF_OK;
}

bf_status bf_synth_league(bf_raw raws[BF_INPUT_COUNT], const bf_synth_options *options,
                          bf_error *err)
{
    league *leagues = NULL;
    BF_TRY(check(options, err));
    bf_status st = BF_ALLOC(&leagues, (size_t)options->scale, err);
    if (st != BF_OK)
        return st;
    for (int k = 0; k < options->scale; k++)
        BF_TRY_GOTO(found(&leagues[k], k + 1, options->seed, raws[BF_INPUT_pgs].texts, err));
    for (int season = BF_SYNTH_FIRST_SEASON; season <= options->last_season; season++) {
        bf_synth_calendar calendar;
        bf_synth_calendar_init(&calendar, season);
        if (season >= options->first_season)
            BF_TRY_GOTO(play_season(leagues, options->scale, raws, &calendar, err));
        for (int k = 0; season < options->first_season && k < options->scale; k++)
            BF_TRY_GOTO(pass_season(&leagues[k], &calendar, err));
    }
    for (int k = 0; k < options->scale; k++)
        BF_TRY_GOTO(bf_synth_fill_players(raws, &leagues[k].roster, err));
done:
    for (int k = 0; k < options->scale; k++)
        bf_synth_roster_reset(&leagues[k].roster);
    free(leagues);
    return st;
}

#include "compute/synth/roster.h"

#include <stdlib.h>
#include <string.h>

#include "compute/synth/player.h"

enum {
    LEAGUE_PLAYERS = 650, /* under contract or free on opening night */
    DEADLINE_MONTH_DAY = 210,
    SIGNINGS_POOL = 60, /* the best free players are signed */
    LINEUP_MIN = 8
};

static const double BALANCE = 0.15; /* value, for a size against the team's */
static const double TRADES_A_DATE = 0.14;
static const double SIGNINGS_A_DATE = 1.15;
static const double SUMMER_MOVE = 0.26; /* contracts that end and are not renewed */

uint64_t bf_synth_stream(int league, int season, int purpose)
{
    return ((uint64_t)league * 4096 + (uint64_t)season) * BF_SYNTH_STREAMS + (uint64_t)purpose;
}

void bf_synth_roster_init(bf_synth_roster *out, uint64_t seed, int league)
{
    *out = (bf_synth_roster){.seed = seed, .league = league};
}

void bf_synth_roster_reset(bf_synth_roster *roster)
{
    free(roster->players);
    roster->players = NULL;
    roster->count = roster->capacity = 0;
}

/* --- joining and leaving --- */

static void join(bf_synth_roster *roster, int player, int team)
{
    bf_synth_team *t = &roster->teams[team];
    t->players[t->count++] = player;
    roster->players[player].team = team;
}

/* Takes the player at `at` of a team's list off it; the order of the others stays. */
static int leave(bf_synth_roster *roster, int team, int at)
{
    bf_synth_team *t = &roster->teams[team];
    int player = t->players[at];
    t->count--;
    memmove(&t->players[at], &t->players[at + 1], (size_t)(t->count - at) * sizeof *t->players);
    roster->players[player].team = BF_SYNTH_FREE;
    return player;
}

static int worst_of(const bf_synth_roster *roster, int team)
{
    const bf_synth_team *t = &roster->teams[team];
    int worst = 0;
    for (int i = 1; i < t->count; i++) {
        if (roster->players[t->players[i]].value < roster->players[t->players[worst]].value)
            worst = i;
    }
    return worst;
}

/* The free player whom a team wants most after `skip` others, -1 if there are not so many: by
 * value, and by what balances big and small in the team. */
static int best_free(const bf_synth_roster *roster, int team, int skip)
{
    int best[SIGNINGS_POOL + 1], count = 0;
    double wanted[SIGNINGS_POOL + 1], lean = 0.0;
    for (int i = 0; i < roster->teams[team].count; i++)
        lean += roster->players[roster->teams[team].players[i]].size;
    for (size_t i = 0; i < roster->count; i++) {
        if (roster->players[i].team != BF_SYNTH_FREE)
            continue;
        double want = roster->players[i].value - BALANCE * lean * roster->players[i].size;
        int at = count <= skip ? count : skip + 1;
        for (; at > 0 && wanted[at - 1] < want; at--) {
            if (at <= skip) {
                best[at] = best[at - 1];
                wanted[at] = wanted[at - 1];
            }
        }
        if (at <= skip) {
            best[at] = (int)i;
            wanted[at] = want;
        }
        count += count <= skip ? 1 : 0;
    }
    return count > skip ? best[skip] : -1;
}

/* --- the summer --- */

static bf_status add_player(bf_synth_roster *roster, bf_day day, double age, bf_error *err)
{
    BF_TRY(BF_GROW(&roster->players, &roster->capacity, roster->count + 1, err));
    roster->players[roster->count++] = bf_synth_player_make(&roster->moves, day, age);
    return BF_OK;
}

static bf_status found_league(bf_synth_roster *roster, bf_day day, bf_error *err)
{
    for (int i = 0; i < LEAGUE_PLAYERS; i++) {
        double early = bf_random_uniform(&roster->moves);
        double late = bf_random_uniform(&roster->moves);
        BF_TRY(add_player(roster, day, 19.5 + 8.0 * early + 10.0 * early * late, err));
    }
    return BF_OK;
}

static bool retires(bf_random *random, const bf_synth_player *player, double age)
{
    double chance = age > 37.0 ? 0.7 : age > 34.0 ? 0.35 : age > 31.0 ? 0.12 : 0.03;
    if (player->value < -0.7)
        chance += 0.40;
    else if (player->value < -0.2)
        chance += 0.15;
    return bf_random_chance(random, chance);
}

/* Everyone becomes a year older; who has retired, or whose contract ends, leaves his team. */
static void end_contracts(bf_synth_roster *roster, bf_day day)
{
    for (size_t i = 0; i < roster->count; i++) {
        bf_synth_player *player = &roster->players[i];
        if (player->team == BF_SYNTH_RETIRED)
            continue;
        double age = bf_synth_player_age(player, day);
        bf_synth_player_age_year(player, &roster->moves, age);
        player->absent_games = 0;
        bool ends = retires(&roster->moves, player, age);
        bool moves = bf_random_chance(&roster->moves, SUMMER_MOVE);
        if ((ends || moves) && player->team >= 0) {
            int at = 0;
            while (roster->teams[player->team].players[at] != (int)i)
                at++;
            (void)leave(roster, player->team, at);
        }
        if (ends)
            player->team = BF_SYNTH_RETIRED;
    }
}

static bf_status add_newcomers(bf_synth_roster *roster, bf_day day, bf_error *err)
{
    int active = 0;
    for (size_t i = 0; i < roster->count; i++)
        active += roster->players[i].team != BF_SYNTH_RETIRED ? 1 : 0;
    for (; active < LEAGUE_PLAYERS; active++) {
        double early = bf_random_uniform(&roster->moves);
        double late = bf_random_uniform(&roster->moves);
        BF_TRY(add_player(roster, day, 19.3 + 3.5 * early + 2.0 * early * late, err));
    }
    return BF_OK;
}

/* Teams take turns in random order, each time the best player left, until all have their number. */
static void fill_teams(bf_synth_roster *roster)
{
    int order[BF_SYNTH_TEAMS];
    for (int size = 1; size <= BF_SYNTH_OPENING_SIZE; size++) {
        bf_random_permutation(&roster->moves, order, BF_SYNTH_TEAMS);
        for (int i = 0; i < BF_SYNTH_TEAMS; i++) {
            int chosen = roster->teams[order[i]].count < size ? best_free(roster, order[i], 0) : -1;
            if (chosen >= 0)
                join(roster, chosen, order[i]);
        }
    }
    for (int team = 0; team < BF_SYNTH_TEAMS; team++) { /* signed in the year before */
        while (roster->teams[team].count > BF_SYNTH_OPENING_SIZE)
            (void)leave(roster, team, worst_of(roster, team));
    }
}

/* Shifts the styles so that their means over the teams are 0: no seed makes a better league. */
static void centre_styles(bf_synth_roster *roster)
{
    double mean[7] = {0.0};
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < BF_SYNTH_TEAMS; i++) {
            bf_synth_team *t = &roster->teams[i];
            double *styles[7] = {&t->attack,
                                 &t->defence[BF_SYNTH_PAINT],
                                 &t->defence[BF_SYNTH_MID],
                                 &t->defence[BF_SYNTH_THREE],
                                 &t->paint_allowed,
                                 &t->blocks,
                                 &t->pace};
            for (int k = 0; k < 7; k++) {
                if (pass == 0)
                    mean[k] += *styles[k] / BF_SYNTH_TEAMS;
                else
                    *styles[k] -= mean[k];
            }
        }
    }
}

/* What coaching and fit add to the players' talents; part of it stays from year to year. */
static void draw_styles(bf_synth_roster *roster)
{
    bool first = roster->season == 0;
    bf_random *random = &roster->moves;
    for (int i = 0; i < BF_SYNTH_TEAMS; i++) {
        bf_synth_team *team = &roster->teams[i];
        double kept = first ? 0.0 : 0.6, added = first ? 1.0 : 0.8; /* variance 1 again */
        double attack = bf_random_normal(random);
        double defence = bf_random_normal(random);
        double paint_allowed = bf_random_normal(random);
        double blocks = bf_random_normal(random);
        double pace = bf_random_normal(random);
        team->attack = kept * team->attack + added * 0.020 * attack;
        for (int zone = 0; zone < BF_SYNTH_ZONES; zone++) {
            double own = bf_random_normal(random);
            team->defence[zone] =
                kept * team->defence[zone] + added * (0.018 * defence + 0.007 * own);
        }
        team->paint_allowed = kept * team->paint_allowed + added * 0.065 * paint_allowed;
        team->blocks = kept * team->blocks + added * 0.12 * blocks;
        team->pace = kept * team->pace + added * 1.8 * pace;
    }
    centre_styles(roster);
}

bf_status bf_synth_roster_begin_season(bf_synth_roster *roster, int season, bf_error *err)
{
    bf_day day = bf_season_first(season);
    bf_random_init(&roster->moves, roster->seed,
                   bf_synth_stream(roster->league, season, BF_SYNTH_STREAM_MOVES));
    bf_random_init(&roster->injuries, roster->seed,
                   bf_synth_stream(roster->league, season, BF_SYNTH_STREAM_INJURIES));
    if (roster->season == 0) {
        BF_TRY(found_league(roster, day, err));
    } else {
        end_contracts(roster, day);
        BF_TRY(add_newcomers(roster, day, err));
    }
    fill_teams(roster);
    draw_styles(roster);
    roster->season = season;
    return BF_OK;
}

/* --- during the season --- */

/* Two teams exchange one to three players each. */
static void trade(bf_synth_roster *roster)
{
    bf_random *random = &roster->moves;
    int a = bf_random_below(random, BF_SYNTH_TEAMS);
    int b = (a + 1 + bf_random_below(random, BF_SYNTH_TEAMS - 1)) % BF_SYNTH_TEAMS;
    int players = 1 + bf_random_below(random, 3);
    for (int i = 0; i < players; i++) {
        int at_a = bf_random_below(random, roster->teams[a].count - i);
        int at_b = bf_random_below(random, roster->teams[b].count - i);
        int from_a = leave(roster, a, at_a), from_b = leave(roster, b, at_b);
        join(roster, from_a, b); /* at the end, out of reach of the next exchange */
        join(roster, from_b, a);
    }
}

/* A team signs one of the better free players and, when it is full, lets its least go. */
static void sign(bf_synth_roster *roster)
{
    int team = bf_random_below(&roster->moves, BF_SYNTH_TEAMS);
    int skip = bf_random_below(&roster->moves, SIGNINGS_POOL);
    int signing = best_free(roster, team, skip);
    if (signing < 0)
        return;
    if (roster->teams[team].count > BF_SYNTH_OPENING_SIZE)
        (void)leave(roster, team, worst_of(roster, team));
    join(roster, signing, team);
}

void bf_synth_roster_begin_date(bf_synth_roster *roster, bf_day day)
{
    bf_day deadline =
        bf_day_from_civil(roster->season + 1, DEADLINE_MONTH_DAY / 100, DEADLINE_MONTH_DAY % 100);
    bool trades = bf_random_chance(&roster->moves, TRADES_A_DATE);
    bool signs = bf_random_chance(&roster->moves, SIGNINGS_A_DATE);
    if (trades && day < deadline)
        trade(roster);
    if (signs)
        sign(roster);
}

/* --- a game --- */

/* Team games that a player misses from now on; 0 for most. */
static int draw_absence(bf_random *random)
{
    double u = bf_random_uniform(random);
    if (u < 0.0026)
        return 12 + bf_random_below(random, 48);
    if (u < 0.0130)
        return 3 + bf_random_below(random, 9);
    if (u < 0.0600)
        return 1 + bf_random_below(random, 2);
    return 0;
}

/* Players of the team who could play, by value and the day's form, best first; who drops out now is
 * listed. Returns their number. */
static int available(int out[BF_SYNTH_TEAM_MAX], bf_synth_lineup *lineup, bf_synth_roster *roster,
                     int team)
{
    const bf_synth_team *t = &roster->teams[team];
    double order[BF_SYNTH_TEAM_MAX];
    int count = 0;
    for (int i = 0; i < t->count; i++) {
        bf_synth_player *player = &roster->players[t->players[i]];
        double form = bf_random_normal(&roster->injuries);
        if (player->absent_games > 0) {
            player->absent_games--;
            continue;
        }
        int missed = draw_absence(&roster->injuries);
        if (missed > 0) {
            player->absent_games = missed - 1;
            if (missed == 1)
                lineup->listed[lineup->listed_count++] = t->players[i];
            continue;
        }
        double value = player->value + 0.30 * form;
        int at = count++;
        for (; at > 0 && order[at - 1] < value; at--) {
            order[at] = order[at - 1];
            out[at] = out[at - 1];
        }
        order[at] = value;
        out[at] = t->players[i];
    }
    return count;
}

/* Players used: shares in the real games (README.md). */
static int draw_size(bf_random *random)
{
    static const double upto[] = {0.035, 0.267, 0.567, 0.730, 0.856, 0.945, 0.990};
    double u = bf_random_uniform(random);
    int size = LINEUP_MIN;
    for (int i = 0; i < (int)(sizeof upto / sizeof *upto) && u >= upto[i]; i++)
        size++;
    return size;
}

/* Brings back those who would return soonest until a team can be fielded. */
static int call_back(int out[BF_SYNTH_TEAM_MAX], int count, bf_synth_lineup *lineup,
                     bf_synth_roster *roster, int team)
{
    const bf_synth_team *t = &roster->teams[team];
    while (count < LINEUP_MIN) {
        int soonest = -1;
        for (int i = 0; i < t->count; i++) {
            bool plays = false;
            for (int k = 0; k < count; k++)
                plays |= out[k] == t->players[i];
            if (!plays && (soonest < 0 || roster->players[t->players[i]].absent_games <
                                              roster->players[soonest].absent_games))
                soonest = t->players[i];
        }
        roster->players[soonest].absent_games = 0;
        out[count++] = soonest;
        for (int i = 0; i < lineup->listed_count; i++) {
            if (lineup->listed[i] == soonest)
                lineup->listed[i--] = lineup->listed[--lineup->listed_count];
        }
    }
    return count;
}

void bf_synth_roster_lineup(bf_synth_lineup *out, bf_synth_roster *roster, int team)
{
    int ready[BF_SYNTH_TEAM_MAX];
    *out = (bf_synth_lineup){.count = 0};
    int count = available(ready, out, roster, team);
    count = call_back(ready, count, out, roster, team);
    int size = draw_size(&roster->injuries);
    out->count = size < count ? size : count;
    memcpy(out->players, ready, (size_t)out->count * sizeof *ready);
    if (out->count < count && out->count <= 9) /* the coach's decision */
        out->listed[out->listed_count++] = ready[out->count];
}

#include "compute/synth/playoffs.h"

#include <assert.h>

enum { WINS_NEEDED = 4, EAST = 0, WEST = 1 };

static int conference_of(int team)
{
    for (int d = 0; d < BF_SYNTH_DIVISIONS; d++) {
        for (int i = 0; i < BF_SYNTH_DIVISION_TEAMS; i++) {
            if (bf_synth_division_teams[d][i] == team)
                return d < BF_SYNTH_DIVISIONS / 2 ? EAST : WEST;
        }
    }
    return EAST;
}

void bf_synth_playoffs_init(bf_synth_playoffs *out, const bf_synth_calendar *calendar,
                            const int wins[BF_SYNTH_TEAMS], bf_random *random)
{
    int order[BF_SYNTH_TEAMS], seeded[2] = {0, 0};
    *out = (bf_synth_playoffs){.calendar = calendar, .random = random, .round = -1};
    bf_random_permutation(random, order, BF_SYNTH_TEAMS);
    for (int i = 1; i < BF_SYNTH_TEAMS; i++) { /* stable: lots decide between equal teams */
        int team = order[i], at = i;
        for (; at > 0 && wins[order[at - 1]] < wins[team]; at--)
            order[at] = order[at - 1];
        order[at] = team;
    }
    for (int i = 0; i < BF_SYNTH_TEAMS; i++) {
        int conference = conference_of(order[i]);
        out->place[order[i]] = i;
        if (seeded[conference] < BF_SYNTH_PLAY_IN_SEEDS)
            out->seeds[conference][seeded[conference]++] = (uint8_t)order[i];
    }
}

/* --- play-in: 7 against 8, 9 against 10, then the loser of the first and the winner of the second
 * --- */

static void play_in_games(bf_synth_playoff_game *out, const bf_synth_playoffs *p, int date)
{
    for (int c = EAST; c <= WEST; c++) {
        const uint8_t *seeds = p->seeds[c];
        uint8_t home = date == 0 ? seeds[6] : date == 1 ? seeds[8] : p->last_chance[c][0];
        uint8_t away = date == 0 ? seeds[7] : date == 1 ? seeds[9] : p->last_chance[c][1];
        out[c] = (bf_synth_playoff_game){.home = home,
                                         .away = away,
                                         .may_win = {true, true},
                                         .code = (date + 1) * 100 + c * 10 + 1,
                                         .slot = date * 2 + c};
    }
}

static void play_in_result(bf_synth_playoffs *p, const bf_synth_playoff_game *game, bool home_won)
{
    int date = game->slot / 2, c = game->slot % 2;
    uint8_t winner = home_won ? game->home : game->away, loser = home_won ? game->away : game->home;
    if (date == 0) {
        p->seeds[c][6] = winner;
        p->last_chance[c][0] = loser;
    } else if (date == 1) {
        p->last_chance[c][1] = winner;
    } else {
        p->seeds[c][7] = winner;
    }
}

/* --- playoffs --- */

static uint8_t winner_of(const bf_synth_series *series)
{
    return series->team[series->wins[1] == WINS_NEEDED ? 1 : 0];
}

static bf_synth_series series_of(const bf_synth_playoffs *p, uint8_t a, uint8_t b)
{
    bool a_first = p->place[a] < p->place[b];
    return (bf_synth_series){.team = {a_first ? a : b, a_first ? b : a}};
}

/* Pairs the teams of the next round: 1-8, 4-5, 3-6, 2-7 of each conference, then neighbouring
 * winners. */
static void pair_teams(bf_synth_playoffs *p)
{
    static const int pairs[4][2] = {{0, 7}, {3, 4}, {2, 5}, {1, 6}};
    if (p->round == 0) {
        p->series_count = BF_SYNTH_MAX_SERIES;
        for (int s = 0; s < BF_SYNTH_MAX_SERIES; s++) {
            const uint8_t *seeds = p->seeds[s / 4];
            p->series[s] = series_of(p, seeds[pairs[s % 4][0]], seeds[pairs[s % 4][1]]);
        }
        return;
    }
    p->series_count /= 2;
    for (int s = 0; s < p->series_count; s++)
        p->series[s] = series_of(p, winner_of(&p->series[2 * s]), winner_of(&p->series[2 * s + 1]));
}

/* The round's dates of the conference that begins, or of the other. */
static int turns(int round_dates, bool begins)
{
    return (round_dates + (begins ? 1 : 0)) / 2;
}

static void begin_round(bf_synth_playoffs *p)
{
    const int *dates = p->calendar->round_dates;
    if (p->round >= 0) {
        p->first_date += dates[p->round];
        if (dates[p->round] % 2 != 0) /* who played on the last date rests on the next */
            p->first_conference = 1 - p->first_conference;
    }
    p->round++;
    pair_teams(p);
    if (p->series_count == 1) {
        p->series[0].length = (uint8_t)dates[p->round];
        p->series[0].exact = true;
        return;
    }
    int half = p->series_count / 2;
    for (int c = EAST; c <= WEST; c++) {
        int longest = bf_random_below(p->random, half);
        for (int s = 0; s < half; s++) {
            p->series[c * half + s].length =
                (uint8_t)turns(dates[p->round], c == p->first_conference);
            p->series[c * half + s].exact = s == longest;
        }
    }
}

/* True if the series can still have its length when `side` wins the next game. */
static bool may_win(const bf_synth_series *series, int side)
{
    int wins = series->wins[side] + 1, other = series->wins[1 - side];
    int fewer = wins < other ? wins : other;
    bool early = wins == WINS_NEEDED && series->exact && wins + other < series->length;
    return fewer <= series->length - WINS_NEEDED && !early;
}

static bf_synth_playoff_game series_game(const bf_synth_playoffs *p, int s)
{
    const bf_synth_series *series = &p->series[s];
    int game = series->wins[0] + series->wins[1] + 1;
    int host = game == 3 || game == 4 || game == 6 ? 1 : 0;
    return (bf_synth_playoff_game){
        .home = series->team[host],
        .away = series->team[1 - host],
        .may_win = {may_win(series, 1 - host), may_win(series, host)},
        .code = (p->round + 1) * 100 + s * 10 + game,
        .slot = s,
    };
}

int bf_synth_playoffs_games(bf_synth_playoff_game out[BF_SYNTH_MAX_SERIES],
                            bf_synth_playoffs *playoffs, int date)
{
    bf_synth_playoffs *p = playoffs;
    int at = date - p->calendar->regular_dates, count = 0;
    if (at < BF_SYNTH_PLAY_IN_DATES) {
        play_in_games(out, p, at);
        return 2;
    }
    at -= BF_SYNTH_PLAY_IN_DATES;
    if (p->round < 0 || at - p->first_date >= p->calendar->round_dates[p->round])
        begin_round(p);
    int turn = at - p->first_date, half = p->series_count / 2;
    int conference = turn % 2 == 0 ? p->first_conference : 1 - p->first_conference;
    for (int s = 0; s < p->series_count; s++) {
        bool over = p->series[s].wins[0] == WINS_NEEDED || p->series[s].wins[1] == WINS_NEEDED;
        bool on_turn = half == 0 || s / half == conference;
        if (on_turn && !over)
            out[count++] = series_game(p, s);
    }
    assert(count > 0);
    return count;
}

void bf_synth_playoffs_result(bf_synth_playoffs *playoffs, const bf_synth_playoff_game *game,
                              bool home_won)
{
    if (playoffs->round < 0) {
        play_in_result(playoffs, game, home_won);
        return;
    }
    bf_synth_series *series = &playoffs->series[game->slot];
    uint8_t winner = home_won ? game->home : game->away;
    series->wins[winner == series->team[0] ? 0 : 1]++;
}

#include "compute/synth/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Costs of a date for a game, in one unit; chosen so that back-to-backs, rest and games a date come
 * out as in the real schedules (README.md). */
enum {
    COST_BACK_TO_BACK = 24,
    COST_THREE_IN_A_ROW = 4000,
    COST_FOUR_IN_FIVE = 50,
    COST_FIVE_IN_SEVEN = 4,
    COST_EMPTY_DATE = -8000, /* every date has a game */
    COST_LOAD = 20,          /* times games above the date's target */
    COST_JITTER = 24,        /* random, so that seeds differ */
    PASSES = 5               /* over all games; later ones change hardly anything */
};

enum {
    WINDOW_DAYS = 13, /* the date and six days on either side */
    MARGIN_DAYS = 8,  /* before the first day, so that windows need no bounds */
    BUSY_WORDS = 4,   /* of 64 days: more than a regular season with both margins */
    LAST_DATE_GAMES = BF_SYNTH_TEAMS / 2
};

typedef struct placing {
    const bf_synth_calendar *calendar;
    bf_random *random;
    bf_synth_fixture *games;
    uint64_t busy[BF_SYNTH_TEAMS][BUSY_WORDS]; /* bit: the team plays on that day */
    int load[BF_SYNTH_MAX_DATES], target[BF_SYNTH_MAX_DATES];
    bool is_fixed[BF_SYNTH_MAX_DATES]; /* never more games than its target */
    int16_t window_cost[1 << WINDOW_DAYS];
} placing;

/* --- who meets whom --- */

static void add_games(bf_synth_fixture *games, int *count, int a, int b, int at_a, int at_b)
{
    for (int i = 0; i < at_a + at_b; i++) {
        bool home_a = i < at_a;
        assert(*count < BF_SYNTH_REGULAR_GAMES);
        games[(*count)++] = (bf_synth_fixture){
            .date = -1, .home = (uint8_t)(home_a ? a : b), .away = (uint8_t)(home_a ? b : a)};
    }
}

/* Games between two divisions of a conference. `turn` says which two of the five pairings of a team
 * have three games: one with two at home, one with two away. */
static void add_divisions(bf_synth_fixture *games, int *count, const int *x, const int *y, int turn)
{
    for (int i = 0; i < BF_SYNTH_DIVISION_TEAMS; i++) {
        for (int j = 0; j < BF_SYNTH_DIVISION_TEAMS; j++) {
            int kind = (j - i + turn + BF_SYNTH_DIVISION_TEAMS) % BF_SYNTH_DIVISION_TEAMS;
            add_games(games, count, x[i], y[j], kind == 1 ? 1 : 2, kind == 0 ? 1 : 2);
        }
    }
}

static void make_matchups(bf_synth_fixture *games, int season)
{
    int count = 0;
    for (int d = 0; d < BF_SYNTH_DIVISIONS; d++) {
        const int *own = bf_synth_division_teams[d];
        for (int i = 0; i < BF_SYNTH_DIVISION_TEAMS; i++) {
            for (int j = i + 1; j < BF_SYNTH_DIVISION_TEAMS; j++)
                add_games(games, &count, own[i], own[j], 2, 2);
        }
        for (int e = d + 1; e < BF_SYNTH_DIVISIONS; e++) {
            const int *other = bf_synth_division_teams[e];
            if (d / 3 == e / 3) {
                add_divisions(games, &count, own, other, season % BF_SYNTH_DIVISION_TEAMS);
                continue;
            }
            for (int i = 0; i < BF_SYNTH_DIVISION_TEAMS; i++) {
                for (int j = 0; j < BF_SYNTH_DIVISION_TEAMS; j++)
                    add_games(games, &count, own[i], other[j], 1, 1);
            }
        }
    }
    assert(count == BF_SYNTH_REGULAR_GAMES);
}

/* --- games a date --- */

/* Mean games a date by weekday from Monday, in tenths: 2021-22 to 2023-24. */
static const int weekday_tenths[7] = {81, 58, 99, 48, 96, 70, 76};

/* Games of the dates that are the same every year, 0 for the others. */
static int fixed_target(const bf_synth_calendar *calendar, int date)
{
    int year, month, day;
    bf_day_to_civil(calendar->days[date], &year, &month, &day);
    if (date == 0)
        return 2;
    if (date == 1)
        return 12;
    if (date == calendar->regular_dates - 1)
        return LAST_DATE_GAMES;
    if (month == 12 && day == 25)
        return 5;
    if (month == 11 && calendar->days[date + 1] == calendar->days[date] + 2 && day >= 21)
        return 14; /* eve of Thanksgiving */
    return 0;
}

static void set_targets(placing *p)
{
    int weight[BF_SYNTH_MAX_DATES], dates = p->calendar->regular_dates;
    int total = 0, left = BF_SYNTH_REGULAR_GAMES;
    for (int d = 0; d < dates; d++) {
        p->target[d] = fixed_target(p->calendar, d);
        p->is_fixed[d] = p->target[d] != 0;
        left -= p->target[d];
        int weekday = (p->calendar->days[d] + 3) % 7; /* 1970-01-01 was a Thursday */
        double noise = bf_random_normal(p->random);
        int tenths = weekday_tenths[weekday] + (int)(22.0 * noise);
        weight[d] = p->is_fixed[d] ? 0 : tenths < 20 ? 20 : tenths > 140 ? 140 : tenths;
        total += weight[d];
    }
    int seen = 0, given = 0;
    for (int d = 0; d < dates; d++) {
        seen += weight[d];
        int upto = (int)((int64_t)left * seen / total);
        if (!p->is_fixed[d])
            p->target[d] = upto - given;
        given = upto;
    }
}

/* --- dates of the games --- */

static int bits_set(unsigned bits)
{
    int count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Cost of a game in the middle of a window of days on which the team plays already. */
static int16_t cost_of_window(unsigned window)
{
    enum { MIDDLE = WINDOW_DAYS / 2 };
    unsigned with = window | 1u << MIDDLE;
    int cost = 0;
    for (int side = -1; side <= 1; side += 2)
        cost += (with >> (MIDDLE + side) & 1) != 0 ? COST_BACK_TO_BACK : 0;
    for (int first = MIDDLE - 2; first <= MIDDLE; first++)
        cost += (with >> first & 7u) == 7u ? COST_THREE_IN_A_ROW : 0;
    for (int first = MIDDLE - 4; first <= MIDDLE; first++)
        cost += bits_set(with >> first & 31u) >= 4 ? COST_FOUR_IN_FIVE : 0;
    for (int first = MIDDLE - 6; first <= MIDDLE; first++)
        cost += bits_set(with >> first & 127u) >= 5 ? COST_FIVE_IN_SEVEN : 0;
    return (int16_t)cost;
}

static int bit_of(const placing *p, int date)
{
    return p->calendar->days[date] - p->calendar->days[0] + MARGIN_DAYS;
}

static unsigned window_at(const uint64_t busy[BUSY_WORDS], int bit)
{
    int first = bit - WINDOW_DAYS / 2, word = first / 64, shift = first % 64;
    uint64_t bits = busy[word] >> shift;
    if (shift != 0)
        bits |= busy[word + 1] << (64 - shift);
    return (unsigned)bits & ((1u << WINDOW_DAYS) - 1);
}

static void put(placing *p, bf_synth_fixture *game, int date)
{
    int bit = bit_of(p, date);
    game->date = (int16_t)date;
    p->busy[game->home][bit / 64] |= UINT64_C(1) << (bit % 64);
    p->busy[game->away][bit / 64] |= UINT64_C(1) << (bit % 64);
    p->load[date]++;
}

static void take(placing *p, bf_synth_fixture *game)
{
    int bit = bit_of(p, game->date);
    p->busy[game->home][bit / 64] &= ~(UINT64_C(1) << (bit % 64));
    p->busy[game->away][bit / 64] &= ~(UINT64_C(1) << (bit % 64));
    p->load[game->date]--;
    game->date = -1;
}

/* Puts the game on the cheapest date on which both teams are free. Without one it stays without a
 * date until the next pass; each team is free on half of the dates, so that hardly happens. */
static void put_cheapest(placing *p, bf_synth_fixture *game)
{
    int best = -1, best_cost = INT32_MAX;
    for (int d = 0; d < p->calendar->regular_dates - 1; d++) {
        int bit = bit_of(p, d);
        unsigned home = window_at(p->busy[game->home], bit),
                 away = window_at(p->busy[game->away], bit);
        bool busy = ((home | away) >> (WINDOW_DAYS / 2) & 1) != 0;
        bool full = p->is_fixed[d] && p->load[d] >= p->target[d];
        if (busy || full)
            continue;
        int cost = p->window_cost[home] + p->window_cost[away] +
                   (p->load[d] == 0 ? COST_EMPTY_DATE : 0) +
                   COST_LOAD * (2 * (p->load[d] - p->target[d]) + 1) +
                   bf_random_below(p->random, COST_JITTER);
        if (cost < best_cost) {
            best = d;
            best_cost = cost;
        }
    }
    if (best >= 0)
        put(p, game, best);
}

/* On the last day all teams play, inside their conference but for one game. Puts these games on it
 * and at the front of the list. */
static void place_last_day(placing *p)
{
    int order[2][BF_SYNTH_CONFERENCE_TEAMS], placed = 0;
    for (int c = 0; c < 2; c++)
        bf_random_permutation(p->random, order[c], BF_SYNTH_CONFERENCE_TEAMS);
    for (int pair = 0; pair < LAST_DATE_GAMES; pair++) {
        int c = pair % 2, at = pair / 2 * 2;
        bool across = pair == LAST_DATE_GAMES - 1;
        int one = order[c][at], two = across ? order[1][at] : order[c][at + 1];
        int a = bf_synth_division_teams[c * 3 + one / 5][one % 5];
        int b = bf_synth_division_teams[(across ? 1 : c) * 3 + two / 5][two % 5];
        int i = placed;
        while (p->games[i].home + p->games[i].away != a + b ||
               (p->games[i].home != a && p->games[i].home != b))
            i++;
        bf_synth_fixture found = p->games[i];
        p->games[i] = p->games[placed];
        put(p, &found, p->calendar->regular_dates - 1);
        p->games[placed++] = found;
    }
}

static int compare_fixtures(const void *left, const void *right)
{
    const bf_synth_fixture *a = left, *b = right;
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    if (a->away != b->away)
        return a->away < b->away ? -1 : 1;
    return (a->home > b->home) - (a->home < b->home);
}

static bf_status check(const placing *p, bf_error *err)
{
    for (int d = 0; d < p->calendar->regular_dates; d++) {
        if (p->load[d] == 0)
            return bf_error_set(err, BF_E_INTERNAL, "made-up schedule %d: date %d has no game",
                                p->calendar->season, d);
    }
    for (int i = 0; i < BF_SYNTH_REGULAR_GAMES; i++) {
        if (p->games[i].date < 0)
            return bf_error_set(err, BF_E_INTERNAL, "made-up schedule %d: a game has no date",
                                p->calendar->season);
    }
    return BF_OK;
}

bf_status bf_synth_schedule_make(bf_synth_fixture out[BF_SYNTH_REGULAR_GAMES],
                                 const bf_synth_calendar *calendar, bf_random *random,
                                 bf_error *err)
{
    placing p = {.calendar = calendar, .random = random, .games = out};
    for (unsigned window = 0; window < 1u << WINDOW_DAYS; window++)
        p.window_cost[window] = cost_of_window(window);
    set_targets(&p);
    make_matchups(out, calendar->season);
    for (int i = BF_SYNTH_REGULAR_GAMES - 1; i > 0; i--) {
        int at = bf_random_below(random, i + 1);
        bf_synth_fixture moved = out[i];
        out[i] = out[at];
        out[at] = moved;
    }
    place_last_day(&p);
    for (int i = LAST_DATE_GAMES; i < BF_SYNTH_REGULAR_GAMES; i++)
        put_cheapest(&p, &out[i]);
    for (int pass = 0; pass < PASSES; pass++) {
        for (int i = LAST_DATE_GAMES; i < BF_SYNTH_REGULAR_GAMES; i++) {
            if (out[i].date >= 0)
                take(&p, &out[i]);
            put_cheapest(&p, &out[i]);
        }
    }
    BF_TRY(check(&p, err));
    qsort(out, BF_SYNTH_REGULAR_GAMES, sizeof *out, compare_fixtures);
    return BF_OK;
}

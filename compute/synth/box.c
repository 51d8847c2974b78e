#include "compute/synth/box.h"

#include <string.h>

/* A side's chances in this game. */
typedef struct chances {
    double weight[BF_SYNTH_LINEUP_MAX]; /* summed up: of being the one who uses a play */
    double turnover[BF_SYNTH_LINEUP_MAX],
        fouled[BF_SYNTH_LINEUP_MAX];                             /* the second includes the first */
    double paint[BF_SYNTH_LINEUP_MAX], mid[BF_SYNTH_LINEUP_MAX]; /* of a shot, summed up */
    double make[BF_SYNTH_LINEUP_MAX][BF_SYNTH_ZONES];
    double block[BF_SYNTH_ZONES];
} chances;

typedef struct game {
    const bf_synth_roster *roster;
    bf_random *random;
    bf_synth_box *box;
    chances sides[2];
    double share[2][BF_SYNTH_LINEUP_MAX]; /* of the team's minutes; sum 1 */
    int points[2];
} game;

static const int zone_points[BF_SYNTH_ZONES] = {2, 2, 3};

/* League means a game; where they are measured is in README.md. */
static const double POSSESSIONS = 100.8;       /* a team in 48 minutes */
static const double POSSESSIONS_SPREAD = 4.1;  /* of a game, beside the teams' styles */
static const double TEAM_TURNOVER = 0.0070;    /* of a possession, charged to no player */
static const double OFFENSIVE_REBOUND = 0.220; /* of a miss */
static const double THREE_FREE_THROWS = 0.025; /* of the trips to the line */
static const double HOME_ADVANTAGE = 0.0075;   /* of a shot's chance, for and against */
static const double LEAD_PULL = 0.0011; /* of a shot's chance, a point behind: leaders ease off */
static const double LATE_SHOT = 0.17;   /* a team behind by 1 to 3 evens it at the end */
static const double block_of_miss[BF_SYNTH_ZONES] = {0.262, 0.053, 0.0131};
static const double and_one[BF_SYNTH_ZONES] = {0.090, 0.030, 0.008}; /* of a make */

int bf_synth_line_points(const bf_synth_line *line)
{
    int points = line->free_throws_made;
    for (int zone = 0; zone < BF_SYNTH_ZONES; zone++)
        points += zone_points[zone] * line->makes[zone];
    return points;
}

int bf_synth_line_plays_hundredths(const bf_synth_line *line)
{
    int shots = line->attempts[BF_SYNTH_PAINT] + line->attempts[BF_SYNTH_MID] +
                line->attempts[BF_SYNTH_THREE];
    return 100 * shots + 44 * line->free_throws + 100 * line->turnovers;
}

void bf_synth_side_total(bf_synth_totals *out, const bf_synth_side *side)
{
    *out = (bf_synth_totals){.turnovers = side->team_turnovers};
    for (int i = 0; i < side->count; i++) {
        const bf_synth_line *line = &side->lines[i];
        out->points += bf_synth_line_points(line);
        out->free_throws += line->free_throws;
        out->turnovers += line->turnovers;
        for (int zone = 0; zone < BF_SYNTH_ZONES; zone++) {
            out->attempts[zone] += line->attempts[zone];
            out->makes[zone] += line->makes[zone];
            out->field_goals += line->attempts[zone];
            out->field_goals_made += line->makes[zone];
        }
    }
    out->plays_hundredths = 100 * out->field_goals + 44 * out->free_throws + 100 * out->turnovers;
    out->possessions_hundredths = out->plays_hundredths - 100 * side->offensive_rebounds;
}

/* --- before the game --- */

/* Shares of the minutes by place in the lineup, with the day's noise. */
static void share_minutes(game *g, int s)
{
    static const double minutes[BF_SYNTH_LINEUP_MAX] = {
        34.6, 33.2, 31.6, 29.6, 27.0, 23.4, 20.0, 16.4, 12.4, 8.2, 5.0, 4.2, 3.9, 3.7, 3.6};
    double *share = g->share[s], sum = 0.0;
    int count = g->box->sides[s].count;
    double lean = 0.17 * bf_random_normal(g->random); /* on the best players */
    for (int i = 0; i < count; i++) {
        double z = bf_random_normal(g->random);
        double spread = 1.4 + 0.085 * minutes[i];
        share[i] = minutes[i] * (1.0 + lean * (minutes[i] - 23.0) / 23.0) + spread * z;
        if (share[i] < 0.3)
            share[i] = 0.3;
        sum += share[i];
    }
    for (int i = 0; i < count; i++)
        share[i] /= sum;
}

static void prepare_player(game *g, int s, int i, double court)
{
    const bf_synth_side *side = &g->box->sides[s];
    const bf_synth_player *player = &g->roster->players[side->lines[i].player];
    const bf_synth_team *own = &g->roster->teams[side->team];
    const bf_synth_team *opponent = &g->roster->teams[g->box->sides[1 - s].team];
    chances *c = &g->sides[s];
    double form = 1.0 + 0.12 * bf_random_normal(g->random);
    double weight = player->usage * g->share[s][i] * (form < 0.15 ? 0.15 : form);
    c->weight[i] = weight + (i > 0 ? c->weight[i - 1] : 0.0);
    c->turnover[i] = player->turnover;
    c->fouled[i] = player->turnover + player->fouled;
    c->paint[i] = player->zone_share[BF_SYNTH_PAINT] * (1.0 + opponent->paint_allowed);
    double others = (1.0 - c->paint[i]) / (1.0 - player->zone_share[BF_SYNTH_PAINT] + 1e-9);
    c->mid[i] = c->paint[i] + player->zone_share[BF_SYNTH_MID] * (others < 0.0 ? 0.0 : others);
    for (int zone = 0; zone < BF_SYNTH_ZONES; zone++)
        c->make[i][zone] = player->make[zone] + own->attack + opponent->defence[zone] + court;
}

static void prepare_side(game *g, int s)
{
    const bf_synth_team *opponent = &g->roster->teams[g->box->sides[1 - s].team];
    double court = s == BF_SYNTH_HOME ? HOME_ADVANTAGE : -HOME_ADVANTAGE;
    share_minutes(g, s);
    for (int i = 0; i < g->box->sides[s].count; i++)
        prepare_player(g, s, i, court);
    for (int zone = 0; zone < BF_SYNTH_ZONES; zone++)
        g->sides[s].block[zone] = block_of_miss[zone] * (1.0 + opponent->blocks);
}

/* --- plays --- */

static int pick_player(game *g, int s)
{
    const double *weight = g->sides[s].weight;
    int last = g->box->sides[s].count - 1, i = 0;
    double at = bf_random_uniform(g->random) * weight[last];
    while (i < last && at >= weight[i])
        i++;
    return i;
}

/* True if the side keeps the ball after a miss. */
static bool rebounds(game *g, int s)
{
    if (!bf_random_chance(g->random, OFFENSIVE_REBOUND))
        return false;
    g->box->sides[s].offensive_rebounds++;
    return true;
}

/* True if the side keeps the ball after the last of `tries`. */
static bool shoot_free_throws(game *g, int s, bf_synth_line *line, int tries)
{
    bool made = false;
    line->free_throws += tries;
    for (int i = 0; i < tries; i++) {
        made = bf_random_chance(g->random, g->roster->players[line->player].free_throw);
        line->free_throws_made += made ? 1 : 0;
        g->points[s] += made ? 1 : 0;
    }
    return !made && rebounds(g, s);
}

/* A shot by player `i`; true if the side keeps the ball. */
static bool shoot(game *g, int s, int i)
{
    const chances *c = &g->sides[s];
    bf_synth_side *side = &g->box->sides[s];
    bf_synth_line *line = &side->lines[i];
    double place = bf_random_uniform(g->random);
    int zone = place < c->paint[i] ? BF_SYNTH_PAINT
               : place < c->mid[i] ? BF_SYNTH_MID
                                   : BF_SYNTH_THREE;
    line->attempts[zone]++;
    double make = c->make[i][zone] + LEAD_PULL * (double)(g->points[1 - s] - g->points[s]);
    if (!bf_random_chance(g->random, make)) {
        if (bf_random_chance(g->random, c->block[zone]))
            side->blocked[zone]++;
        return rebounds(g, s);
    }
    line->makes[zone]++;
    g->points[s] += zone_points[zone];
    if (bf_random_chance(g->random, g->roster->players[line->player].assisted[zone]))
        line->assisted_makes++;
    return bf_random_chance(g->random, and_one[zone]) && shoot_free_throws(g, s, line, 1);
}

static void play_possession(game *g, int s)
{
    const chances *c = &g->sides[s];
    bf_synth_side *side = &g->box->sides[s];
    bool keeps = true;
    while (keeps) {
        if (bf_random_chance(g->random, TEAM_TURNOVER)) {
            side->team_turnovers++;
            return;
        }
        int i = pick_player(g, s);
        double what = bf_random_uniform(g->random);
        if (what < c->turnover[i]) {
            side->lines[i].turnovers++;
            keeps = false;
        } else if (what < c->fouled[i]) {
            int tries = bf_random_chance(g->random, THREE_FREE_THROWS) ? 3 : 2;
            keeps = shoot_free_throws(g, s, &side->lines[i], tries);
        } else {
            keeps = shoot(g, s, i);
        }
    }
}

/* Points of home minus away. */
static int margin(const game *g)
{
    return g->points[BF_SYNTH_HOME] - g->points[BF_SYNTH_AWAY];
}

/* The last seconds: a team that is 1 to 3 points behind sometimes evens the score. */
static void play_last_shot(game *g)
{
    int lead = margin(g), behind = lead > 0 ? BF_SYNTH_AWAY : BF_SYNTH_HOME;
    int needed = lead > 0 ? lead : -lead;
    if (needed < 1 || needed > 3 || !bf_random_chance(g->random, LATE_SHOT))
        return;
    bf_synth_line *line = &g->box->sides[behind].lines[pick_player(g, behind)];
    g->points[behind] += needed;
    if (needed == 1) {
        line->free_throws += 2;
        line->free_throws_made++;
        return;
    }
    int zone = needed == 2 ? BF_SYNTH_PAINT : BF_SYNTH_THREE;
    line->attempts[zone]++;
    line->makes[zone]++;
}

/* --- after the game --- */

/* Minutes in tenths that sum to five players' game time, none above the game's length less a rest.
 */
static void settle_minutes(game *g, int s)
{
    bf_synth_side *side = &g->box->sides[s];
    int game_tenths = 480 + 50 * g->box->overtimes, most = game_tenths - 30, left = 5 * game_tenths;
    for (int i = 0; i < side->count; i++) {
        int tenths = (int)(g->share[s][i] * 5.0 * (double)game_tenths);
        side->lines[i].minutes_tenths = tenths < 2 ? 2 : tenths > most ? most : tenths;
        left -= side->lines[i].minutes_tenths;
    }
    for (int i = 0; left != 0; i = (i + 1) % side->count) {
        int *tenths = &side->lines[i].minutes_tenths;
        if (left > 0 && *tenths < most) {
            ++*tenths;
            left--;
        } else if (left < 0 && *tenths > 2) {
            --*tenths;
            left++;
        }
    }
}

static void begin(game *g, const int teams[2], const bf_synth_lineup lineups[2])
{
    memset(g->box, 0, sizeof *g->box);
    for (int s = 0; s < 2; s++) {
        g->box->sides[s].team = teams[s];
        g->box->sides[s].count = lineups[s].count;
        for (int i = 0; i < lineups[s].count; i++)
            g->box->sides[s].lines[i].player = lineups[s].players[i];
    }
    for (int s = 0; s < 2; s++)
        prepare_side(g, s);
}

void bf_synth_box_play(bf_synth_box *out, const bf_synth_roster *roster, const int teams[2],
                       const bf_synth_lineup lineups[2], bf_random *random)
{
    game g = {.roster = roster, .random = random, .box = out};
    begin(&g, teams, lineups);
    double z = bf_random_normal(random);
    int possessions = (int)(POSSESSIONS + roster->teams[teams[0]].pace +
                            roster->teams[teams[1]].pace + POSSESSIONS_SPREAD * z + 0.5);
    for (int i = 0; i < possessions; i++) {
        play_possession(&g, BF_SYNTH_AWAY);
        play_possession(&g, BF_SYNTH_HOME);
    }
    play_last_shot(&g);
    while (margin(&g) == 0) {
        out->overtimes++;
        for (int i = 0; i < possessions * 5 / 48; i++) {
            play_possession(&g, BF_SYNTH_AWAY);
            play_possession(&g, BF_SYNTH_HOME);
        }
    }
    for (int s = 0; s < 2; s++)
        settle_minutes(&g, s);
}

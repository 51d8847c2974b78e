/* Players of a league and the teams they play for: careers over seasons, trades, signings,
 * injuries. All of it depends on seed, league and dates only, never on results: so seasons can be
 * made without those before them being played. */
#ifndef BF_SYNTH_ROSTER_H
#define BF_SYNTH_ROSTER_H

#include "compute/base/memory.h"
#include "compute/synth/calendar.h"
#include "compute/synth/random.h"
#include "compute/synth/teams.h"

typedef enum { BF_SYNTH_PAINT, BF_SYNTH_MID, BF_SYNTH_THREE, BF_SYNTH_ZONES } bf_synth_zone;

enum {
    BF_SYNTH_OPENING_SIZE = 16, /* players of a team on opening night */
    BF_SYNTH_TEAM_MAX = 18,
    BF_SYNTH_FREE = -1, /* team of a player without one */
    BF_SYNTH_RETIRED = -2
};

typedef struct bf_synth_player {
    bf_day born;
    int team;
    int absent_games;                  /* team games still to be missed */
    double value;                      /* standard deviations of the league; orders a team */
    double size;                       /* the same; centres are big: near the basket, few threes */
    double usage;                      /* percent of plays while on the floor */
    double zone_share[BF_SYNTH_ZONES]; /* of his shots; sum 1 */
    double make[BF_SYNTH_ZONES];       /* probability */
    double assisted[BF_SYNTH_ZONES];   /* of his makes */
    double turnover, fouled, free_throw; /* a play, a play, a shot */
    int32_t code, universal_code;        /* in the raw tables' texts; -1 before he is listed */
} bf_synth_player;

typedef struct bf_synth_team {
    int count;
    int players[BF_SYNTH_TEAM_MAX]; /* indexes into the roster's players */
    double attack;                  /* added to the probability of every make */
    double defence[BF_SYNTH_ZONES]; /* added to that of opponents, by zone */
    double paint_allowed;           /* by what part opponents shoot more from the paint */
    double blocks;                  /* by what part more misses are blocks */
    double pace;                    /* possessions above the league's */
} bf_synth_team;

typedef struct bf_synth_roster {
    uint64_t seed;
    int league; /* from 1 */
    int season; /* of the newest begun; 0 before the first */
    bf_random moves, injuries;
    bf_synth_player *players; /* owned; of all seasons */
    size_t count, capacity;
    bf_synth_team teams[BF_SYNTH_TEAMS];
} bf_synth_roster;

/* Who plays for a team in a game, and who is listed without playing. */
enum { BF_SYNTH_LINEUP_MAX = 15 };
typedef struct bf_synth_lineup {
    int count; /* at least 8, best first */
    int players[BF_SYNTH_LINEUP_MAX];
    int listed_count;
    int listed[BF_SYNTH_TEAM_MAX];
} bf_synth_lineup;

/* Purposes of the random streams of a league's season. */
enum {
    BF_SYNTH_STREAM_MOVES,
    BF_SYNTH_STREAM_INJURIES,
    BF_SYNTH_STREAM_SCHEDULE,
    BF_SYNTH_STREAM_GAMES,
    BF_SYNTH_STREAMS
};
uint64_t bf_synth_stream(int league, int season, int purpose);

void bf_synth_roster_init(bf_synth_roster *out, uint64_t seed, int league);
void bf_synth_roster_reset(bf_synth_roster *roster);

/* The summer before a season: players age, retire, change teams, new ones come. The first call
 * founds the league. Seasons follow each other without gaps. */
BF_CHECK_RESULT bf_status bf_synth_roster_begin_season(bf_synth_roster *roster, int season,
                                                       bf_error *err);

/* Trades and signings in the morning of a regular-season date. */
void bf_synth_roster_begin_date(bf_synth_roster *roster, bf_day day);

/* Who plays the team's next game. */
void bf_synth_roster_lineup(bf_synth_lineup *out, bf_synth_roster *roster, int team);

#endif

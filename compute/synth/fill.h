/* Box scores -> rows of the input tables. */
#ifndef BF_SYNTH_FILL_H
#define BF_SYNTH_FILL_H

#include "compute/history/raw.h"
#include "compute/synth/box.h"

enum { BF_SYNTH_NUMBER_BYTES = 16 };

typedef enum {
    BF_SYNTH_REGULAR = 2,
    BF_SYNTH_PLAYOFF = 4,
    BF_SYNTH_PLAY_IN = 5
} bf_synth_game_kind;

/* The league's ten digits for a game: kind, year, and `code` (1..1230 in the regular season, else
 * below 1000). Different for different games of all seasons and of BF_SYNTH_MAX_SCALE leagues, and
 * for league 1 of the real form. */
void bf_synth_game_number(char out[BF_SYNTH_NUMBER_BYTES], bf_synth_game_kind kind, int season,
                          int league, int code);

typedef struct bf_synth_game {
    int season;
    bf_day day;
    int32_t team_codes[2];              /* away, home; in the texts */
    char number[BF_SYNTH_NUMBER_BYTES]; /* the league's, ten digits */
    bool playoffs, regular;             /* neither: play-in */
    const bf_synth_lineup *lineups;     /* away, home */
    const bf_synth_box *box;
    bf_synth_roster *roster; /* players get their codes here when they are first listed */
} bf_synth_game;

/* Adds the game's rows to the tables. */
BF_CHECK_RESULT bf_status bf_synth_fill_game(bf_raw raws[BF_INPUT_COUNT], const bf_synth_game *game,
                                             bf_error *err);

/* Adds a row of `players` for each player of the roster who was listed. */
BF_CHECK_RESULT bf_status bf_synth_fill_players(bf_raw raws[BF_INPUT_COUNT],
                                                const bf_synth_roster *roster, bf_error *err);

#endif

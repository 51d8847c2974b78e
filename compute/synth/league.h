/* The made-up league: seasons with the real ones' shape in the input tables (README.md says what is
 * made up, after which real figures). The same options make the same rows on every machine. */
#ifndef BF_SYNTH_LEAGUE_H
#define BF_SYNTH_LEAGUE_H

#include "compute/history/raw.h"
#include "compute/synth/calendar.h"

enum {
    BF_SYNTH_MAX_SCALE = 300
}; /* leagues; the ten digits of a game's number have room for so many */

typedef struct bf_synth_options {
    int first_season, last_season; /* within BF_SYNTH_FIRST_SEASON .. BF_SYNTH_LAST_SEASON */
    int scale;                     /* leagues: 1 has the 30 codes, league 2 BOS2 and so on */
    uint64_t seed;
} bf_synth_options;

#define BF_SYNTH_OPTIONS_INIT                                                                      \
    {                                                                                              \
        .first_season = BF_SYNTH_FIRST_SEASON, .last_season = BF_SYNTH_LAST_SEASON, .scale = 1,    \
        .seed = 1                                                                                  \
    }

/* Fills player_game_summary, the two team tables, schedule and players of `raws`, which were
 * initialised with one set of texts and hold no rows, in the order date, league, game, player or
 * team. A league and a season have the same rows whatever the scale and the other seasons asked
 * for. BF_E_USAGE for options out of bounds. */
BF_CHECK_RESULT bf_status bf_synth_league(bf_raw raws[BF_INPUT_COUNT],
                                          const bf_synth_options *options, bf_error *err);

#endif

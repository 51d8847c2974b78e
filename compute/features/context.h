/* The player context of a date (spec/context.md, players.md §3): a row for each player listed, with
 * the circumstances before the game. PCF, PDC and ML start from it; it is made once a date. */
#ifndef BF_FEATURES_CONTEXT_H
#define BF_FEATURES_CONTEXT_H

#include "compute/features/completeness.h"
#include "compute/features/date.h"
#include "compute/features/facts.h"
#include "compute/features/windows.h"

typedef struct bf_context_row {
    int32_t player, universal_player_id, game, team, opponent; /* codes */
    int32_t
        source_row;   /* of player_game_summary, or of the context table where its rows are used */
    bool listed;      /* has a row of player_game_summary on the date */
    bool active;      /* and is active in one of them: the roster of ML */
    bf_window played; /* the player's played games of the season before the date */
    bf_completeness_base completeness; /* filled with the facts */
    bf_context_facts facts;
} bf_context_row;

/* A team's games before the date: one a date (spec/players.md §1.4). */
typedef struct bf_context_team {
    bool known;         /* filled */
    bf_window season;   /* games of the season before the date */
    bf_window last10;   /* the 10 newest before the date, of any season */
    bf_window season10; /* the 10 newest of the season */
    bool ready;         /* the context table's flag of the date */
} bf_context_team;

typedef struct bf_context {
    bf_context_mode mode; /* AUTO: the table's rows as they are */
    bf_context_row *rows; /* ascending in player */
    int64_t count;
    int64_t listed;             /* players with a row of player_game_summary on the date */
    int64_t active_without_row; /* active players whom the context table lacks (resolution 12) */
    bool filled;
    bf_window league; /* team games of the last 30 days; none unless derived */
    double league_pace;
    bf_context_team *teams; /* [teams], filled when asked for */
} bf_context;

/* auto, derived, parity. */
const char *bf_context_mode_name(bf_context_mode mode);

/* Who is listed, and the mode used. Everything but `facts` and `completeness`. */
BF_CHECK_RESULT bf_status bf_context_list(bf_context **out, bf_date *date, bf_error *err);

/* The same with `facts` and `completeness`. */
BF_CHECK_RESULT bf_status bf_context_of(bf_context **out, bf_date *date, bf_error *err);

/* The games of a team before the date. */
const bf_context_team *bf_context_team_of(bf_context *context, const bf_date *date, int32_t team);

/* The games that the facts of a row of the context are made of. */
bf_context_windows bf_context_windows_of(const bf_context_row *row, bf_context *context,
                                         const bf_date *date);

/* Row of a player, NULL if there is none. */
const bf_context_row *bf_context_find(const bf_context *context, int32_t player);

/* Mode by its word as in --context; AUTO for any other text. */
bf_context_mode bf_context_mode_find(const char *word);

/* Full years from a birth date to `as_of`; born on 29 February, a year older on 1 March (resolution
 * 22). */
int32_t bf_context_age(bf_day birth_date, bf_day as_of);

#endif

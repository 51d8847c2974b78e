/* Why the values of a player or a team on a date are what they are: the selection, windows, facts
 * and values of the run's own code, and where each value comes from. A plain description;
 * io/text/explain_* spells it. */
#ifndef BF_AUDIT_EXPLAIN_H
#define BF_AUDIT_EXPLAIN_H

#include "compute/features/context.h"
#include "compute/features/description.h"
#include "compute/features/ml.h"
#include "compute/features/tdza.h"

typedef enum {
#define OUTCOME(symbol, word, text) BF_EXPLAIN_##symbol,
#include "compute/audit/explain_outcomes.def"
#undef OUTCOME
    BF_EXPLAIN_OUTCOMES
} bf_explain_outcome;

const char *bf_explain_outcome_word(bf_explain_outcome outcome); /* row, failure, skipped, none */
const char *bf_explain_outcome_text(bf_explain_outcome outcome);

/* A row of an input table that windows hold. */
typedef struct bf_explain_game {
    bf_day day;
    int32_t row;
    unsigned windows; /* bit i: window i of the part holds it */
} bf_explain_game;

/* The games of those windows of a part that hold rows of one player or team. */
typedef struct bf_explain_games {
    bf_input table;
    int32_t entity;         /* code of the player or team, -1 for all teams */
    unsigned windows;       /* bit i: holds games of window i of the part */
    bf_explain_game *games; /* newest first */
    int64_t count;
} bf_explain_games;

enum { BF_EXPLAIN_WINDOWS_MAX = 8 };

/* One processor, or the player context. */
typedef struct bf_explain_part {
    const bf_description *about;
    int processor;              /* BF_PROCESSOR_*; BF_DESCRIPTION_CONTEXT */
    int32_t entity;             /* code of the player or team */
    bf_explain_outcome outcome; /* ROW for a context that there is */
    const void *facts;          /* NULL if there are none */
    const bf_window *windows;   /* [about->window_count]; NULL if there are none */
    bf_explain_games games[BF_EXPLAIN_WINDOWS_MAX];
    int games_count;
    int64_t row;           /* in the explanation's table of the processor; -1 without one */
    int64_t failure;       /* in its table of failures; -1 without a record */
    const int64_t *nulled; /* [columns] 1 where a value did not fit its column; NULL if not known */
} bf_explain_part;

typedef struct bf_explain_league_team {
    int32_t team;
    bf_tdza_league_team part;
} bf_explain_league_team;

typedef struct bf_explanation {
    const bf_history *history;
    bf_day day;
    bool is_team;
    int32_t entity; /* code of the player or team */
    bf_date *date;
    bf_columns tables[BF_OUTPUT_COUNT]; /* the rows of the date; failures: those of the parts */

    /* who it is on the date; -1 where there is no game, no listing */
    int32_t team, opponent, game;
    const bf_context_row *context;            /* NULL without one */
    bf_context_mode mode;                     /* used on the date */
    bf_day game_date_before, game_date_after; /* BF_NULL_I32: none */
    bf_day listed_before, listed_after;       /* of a player; BF_NULL_I32: none */

    bf_explain_part parts[BF_DESCRIPTION_COUNT];
    int part_count;
    bf_explain_league_team
        *league; /* teams with games in the days of the league's averages (TDZA) */
    int32_t league_count;
    const bf_ml_vector *vector; /* NULL without a row of ML */
} bf_explanation;

/* `mode` as asked for. `history` is borrowed; the day lies within its days. Owned:
 * bf_explanation_free. */
BF_CHECK_RESULT bf_status bf_explain_player(bf_explanation **out, const bf_history *history,
                                            bf_context_mode mode, bf_day day, int32_t player,
                                            bf_error *err);
BF_CHECK_RESULT bf_status bf_explain_team(bf_explanation **out, const bf_history *history,
                                          bf_day day, int32_t team, bf_error *err);
void bf_explanation_free(bf_explanation *explanation);

const bf_explain_part *bf_explanation_part(const bf_explanation *explanation,
                                           int processor); /* NULL: none */

/* Whether facts are made of a column in the windows of the set. */
bool bf_explain_uses(const bf_explain_part *part, unsigned windows, int column);

/* What a {name} of a _values.def stands for. */
typedef enum {
    BF_OPERAND_NONE, /* null: there is no such row */
    BF_OPERAND_FACT,
    BF_OPERAND_CELL,
    BF_OPERAND_COUNT,
    BF_OPERAND_UNKNOWN /* our mistake */
} bf_operand_kind;

typedef struct bf_operand {
    bf_operand_kind kind;
    const bf_fact *fact; /* FACT: described here, a member of */
    const void *facts;
    bf_output table; /* CELL */
    int column;
    int64_t row;
    int64_t count; /* COUNT */
} bf_operand;

bf_operand bf_explain_operand(const bf_explanation *explanation, const bf_explain_part *part,
                              const char *name, size_t size);

#endif

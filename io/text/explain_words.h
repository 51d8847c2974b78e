/* The words and numbers of an explanation, which its text and its JSON share. */
#ifndef BF_IO_EXPLAIN_WORDS_H
#define BF_IO_EXPLAIN_WORDS_H

#include "compute/audit/explain.h"
#include "io/text/spell.h"

typedef struct bf_words {
    const bf_explanation *e;
    bf_spell *outputs[BF_OUTPUT_COUNT], *inputs[BF_INPUT_COUNT];
} bf_words;

BF_CHECK_RESULT bf_status bf_words_init(bf_words *out, const bf_explanation *explanation,
                                        bf_error *err);
void bf_words_reset(bf_words *words);

/* What was appended, "" where nothing was; and the end of a scratch text, whose failure is `out`'s.
 */
const char *bf_words_string(const bf_text *scratch);
void bf_words_done(bf_text *out, bf_text *scratch);

/* Values are plain text, or with `json` JSON; nulls are the word null. */
void bf_words_fact(bf_text *out, const bf_fact *fact, const void *facts, bool json);
void bf_words_double(bf_text *out, double value); /* for people: at most 6 decimals */
void bf_words_cell(bf_text *out, const bf_words *words, bf_output table, int column, int64_t row,
                   bool json);
void bf_words_input(bf_text *out, const bf_words *words, bf_input table, int column, int64_t row,
                    bool json);
void bf_words_operand(bf_text *out, const bf_words *words, const bf_operand *operand, bool json);
bool bf_words_operand_is_null(const bf_words *words, const bf_operand *operand);

/* The day, or the word null. */
void bf_words_day(bf_text *out, bf_day day);

/* A text of a _values.def: a formula (behind "= ") with a note (behind ";"), or words alone. */
typedef struct bf_template {
    const char *formula, *note; /* NULL where there is none */
    size_t formula_size, note_size;
} bf_template;

bf_template bf_template_of(const char *text);

/* Whether the windows that a _values.def names made the value: a context taken from its table has
 * none. */
bool bf_words_are_windows_used(const bf_words *words, const char *windows);

/* A name as it is shown: a column of the row itself needs no "row." before it. */
void bf_words_name(bf_text *out, const char *name, size_t size);

/* The next {name} in the text before `end`; NULL if there is no more. Moves *at behind it. */
const char *bf_template_next(const char **at, const char *end, size_t *size);

typedef enum {
    BF_TEMPLATE_NAMES,   /* paint_makes / paint_attempts */
    BF_TEMPLATE_NUMBERS, /* 300 / 529 */
    BF_TEMPLATE_BOTH     /* the smaller of paint_makes 300 and paint_attempts 529 */
} bf_template_style;

void bf_words_template(bf_text *out, const bf_words *words, const bf_explain_part *part,
                       const char *text, size_t size, bf_template_style style);

/* Key of the player or team of a part, or of a group of games ("all teams"). */
const char *bf_words_entity(const bf_words *words, const bf_explain_part *part);
const char *bf_words_owner(const bf_words *words, const bf_explain_games *games);

/* The game's id and its team's side of it: "at DEN", "vs DEN"; "" for a team that the id does not
 * name. */
const char *bf_words_game_id(const bf_words *words, int32_t game);
void bf_words_opponent(bf_text *out, const bf_words *words, int32_t game, int32_t team);
int32_t bf_words_team_of(const bf_words *words, bf_input table,
                         int64_t row); /* the row's own team */
int32_t bf_words_game_of(const bf_words *words, bf_input table, int64_t row);

/* Why a part has no row: the reason of its record, or of its outcome; "" where it has one. */
void bf_words_reason(bf_text *out, const bf_words *words, const bf_explain_part *part);

/* Columns that are the same in every row, and those that the run sets. */
bool bf_column_is_constant(const bf_column *column);
bool bf_column_is_of_run(const bf_column *column);

#endif

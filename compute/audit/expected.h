/* Who should have a row or a record on a date, by the processors' own select (spec/backfill.md
 * §12.1, resolution 6). */
#ifndef BF_AUDIT_EXPECTED_H
#define BF_AUDIT_EXPECTED_H

#include "compute/features/date.h"

enum {
    BF_EXPECTED_ROW = 1,   /* a row; without it a record */
    BF_EXPECTED_LISTED = 2 /* has a row of player_game_summary on the date */
};

/* Entities of one processor. In the arena of the date's work. */
typedef struct bf_expected {
    bf_unit_status status;
    int32_t *entities; /* [count] ascending: codes of the results' dictionary of entities */
    uint8_t *flags;    /* [count] BF_EXPECTED_* */
    int64_t count;
    int64_t unknown; /* more, whom that dictionary lacks: they have nothing in the results */
    int64_t without_context; /* ML: of `entities`, active players whom the context table lacks
                              * (resolution 12) */
} bf_expected;

/* Codes of the history's entities in the results' dictionary: map[code], -1 for none. Owned by the
 * caller. */
BF_CHECK_RESULT bf_status bf_expected_map(int32_t **out, const bf_dictionary *history,
                                          const bf_dictionary *results, bf_error *err);

/* Selects the date for every processor in `processors` (a bit each) and tells who that is. */
BF_CHECK_RESULT bf_status bf_expected_date(bf_expected out[BF_PROCESSOR_COUNT], bf_date *date,
                                           bf_day day, unsigned processors, const int32_t *map,
                                           bf_error *err);

/* Counts the dates of a list that have a game of each type, as the schedule has it; none without
 * one. */
BF_CHECK_RESULT bf_status bf_expected_game_types(int64_t out[BF_GAME_TYPE_COUNT],
                                                 const bf_history *history, const bf_day *dates,
                                                 int32_t date_count, bf_error *err);

#endif

/* Parts of deriving a history that have a file of their own or a test. */
#ifndef BF_HISTORY_DERIVE_H
#define BF_HISTORY_DERIVE_H

#include "compute/history/history.h"

/* BF_GAME_TYPE_* of a row of the schedule (spec/backfill.md §2.2). */
int8_t bf_schedule_game_type(const bf_history *history, int64_t row);

/* Fills all series of a loaded history whose rows are sorted. */
void bf_series_derive(bf_history *history);

#endif

/* The history as it was on the morning of a day: what was played from that day on is gone. */
#ifndef BF_HISTORY_CUT_H
#define BF_HISTORY_CUT_H

#include "compute/history/history.h"

/* Cuts a loaded history in its own `block` and derives it anew; it can be cut again for an earlier
 * day. Dropped: rows dated after `day`, the day's rows of teams, seasons that had not begun. Of the
 * day's player rows remains who is listed: keys, date and is_active; everything else becomes null.
 * The day's games of the schedule and its rows of the context tables are known before and stay. */
BF_CHECK_RESULT bf_status bf_history_cut(bf_history *history, void *block, bf_day day,
                                         bf_error *err);

#endif

/* The games of the windows of a part of an explanation, each game once. */
#ifndef BF_AUDIT_EXPLAIN_GAMES_H
#define BF_AUDIT_EXPLAIN_GAMES_H

#include "compute/audit/explain.h"

/* Fills part->games from part->windows. */
BF_CHECK_RESULT bf_status bf_explain_gather(bf_explain_part *part, const bf_history *history,
                                            bf_arena *arena, bf_error *err);

#endif

/* The log: stderr, one line an event, "2026-01-31T12:00:00Z INFO rank=0 message" (DESIGN §7). A
 * line is one write(2), so that lines of different ranks do not mix. */
#ifndef BF_MPI_LOG_H
#define BF_MPI_LOG_H

#include "compute/base/error.h"

typedef enum { BF_LOG_DEBUG, BF_LOG_INFO, BF_LOG_WARNING, BF_LOG_ERROR } bf_log_level;

/* Level by its name as in --log-level; INFO for any other text. */
bf_log_level bf_log_level_find(const char *name);

void bf_log_init(int rank, bf_log_level least);
/* A line over a progress bar on the terminal clears it first; the bar is drawn anew by its owner.
 */
/* Lines up to INFO are written together, a few at a time and after a second at the latest; false
 * writes those that wait. */
void bf_log_hold(bool holds);

void bf_log_set_bar(bool is_shown);

void bf_log(bf_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

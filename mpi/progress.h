/* Progress of a run, told by rank 0 on stderr: a bar on a terminal, else a log line per interval
 * and one at the end (spec/backfill.md §10, B25). The clock of progress lives here. */
#ifndef BF_MPI_PROGRESS_H
#define BF_MPI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Local. Starts the clock. `total`: dates this run has to compute (without those a resumed run
 * finds done). `interval_s` between lines; 0 for no progress at all. */
void bf_progress_init(int64_t total, double interval_s, bool is_terminal);

/* Local. The same for bytes that are sent: "progress: 12.5/82.7 MB | Rate: 3.1 MB/sec | ETA:
 * 0.4min".
 */
void bf_progress_init_bytes(int64_t total, double interval_s, bool is_terminal);

/* Local. `done` of the total are finished, by all ranks. Prints if the interval has passed; may be
 * called as often as one likes. */
void bf_progress_update(int64_t done);

/* Local. The last line, whatever the interval, unless it was just printed. */
void bf_progress_end(void);

/* Local. "progress: 120/845 dates | Rate: 14.2 dates/sec | ETA: 0.9min" after `elapsed_s` seconds
 * of computing. */
enum { BF_PROGRESS_LINE_BYTES = 160 };
void bf_progress_line(char out[BF_PROGRESS_LINE_BYTES], int64_t done, int64_t total,
                      double elapsed_s);

#endif

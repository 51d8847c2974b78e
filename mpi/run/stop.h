/* Stopping in time: signals and the time limit end the round that is being computed; what is
 * computed is written, a checkpoint made, and the run ends with BF_E_STOPPED, to be resumed
 * (spec/backfill.md §5, B17). */
#ifndef BF_RUN_STOP_H
#define BF_RUN_STOP_H

#include <stdbool.h>

/* Local. From here on SIGUSR1, SIGINT and SIGTERM ask for a stop; a second one ends the process at
 * once, which loses at most the round. time_limit_s: seconds from now after which to stop, 0 for
 * none. */
void bf_stop_install(double time_limit_s);

/* Local. From here on a signal ends the process, as it did before bf_stop_install. */
void bf_stop_remove(void);

/* Local. Whether this rank was asked to stop. */
bool bf_stop_asked(void);

/* Local. Why, for the message: "SIGTERM", "the time limit". */
const char *bf_stop_reason(void);

#endif

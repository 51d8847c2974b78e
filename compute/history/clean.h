/* Raw tables -> cleaned seasons (spec/zones.md P3, P5; README resolutions 7, 17-22): rows of the
 * league's teams and games, one a key, sorted, with dictionaries sorted by bytes. Pure: every
 * source (exports, BigQuery, the made-up league) goes through here. */
#ifndef BF_HISTORY_CLEAN_H
#define BF_HISTORY_CLEAN_H

#include "compute/history/raw.h"
#include "compute/history/season.h"

/* Told something that a person should know but that is no error. One line without its end. */
typedef struct bf_warnings {
    void (*warn)(void *context, const char *message); /* may be NULL */
    void *context;
} bf_warnings;

void bf_warn(const bf_warnings *warnings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Largest share of duplicate rows, and of rows of foreign teams, in a table of games (DESIGN §3).
 */
#define BF_MAX_DROPPED_SHARE 0.01

typedef struct bf_clean bf_clean;

/* Filters, removes duplicates and sorts; `raw` is borrowed until bf_clean_free. BF_E_INPUT if a
 * required table is absent or empty, or too large a share of a table is duplicate or foreign. */
BF_CHECK_RESULT bf_status bf_clean_create(bf_clean **out, const bf_raw raw[BF_INPUT_COUNT],
                                          const bf_intern *texts, const bf_warnings *warnings,
                                          bf_error *err);
void bf_clean_free(bf_clean *clean);

int bf_clean_season_count(const bf_clean *clean);

/* Counts of a table over everything read, seasons that make no file included. */
bf_row_counts bf_clean_counts(const bf_clean *clean, bf_input table);

/* Makes season `i` (ascending from 0); the caller frees it with bf_season_free. One at a time, so
 * that memory holds the raw rows and one season. */
BF_CHECK_RESULT bf_status bf_clean_season(bf_season *out, const bf_clean *clean, int i,
                                          bf_error *err);

#endif

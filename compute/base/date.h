/* Calendar days, and the constants of the seasons (spec/backfill.md §2.1). */
#ifndef BF_BASE_DATE_H
#define BF_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t bf_day; /* days since 1970-01-01, Gregorian */

enum {
    BF_BOOTSTRAP_DAYS = 14, /* days; days 0..13 of a season are skipped (spec/backfill.md §2.4) */
    BF_DATE_TEXT_BYTES = 16 /* room for YYYY-MM-DD and the NUL */
};

bf_day bf_day_from_civil(int year, int month, int day);
void bf_day_to_civil(bf_day day, int *year, int *month, int *day_of_month);
int bf_day_month(bf_day day);

/* Reads exactly YYYY-MM-DD (a valid date of the years 1900 to 2199) from `size` bytes. */
bool bf_day_parse(bf_day *out, const char *text, size_t size);
void bf_day_format(char out[BF_DATE_TEXT_BYTES], bf_day day);

/* Reads "YYYY-MM-DD[ T]hh:mm:ss[.fraction][ UTC|Z|+00[:00]]"; microseconds since 1970-01-01 UTC.
 * A fraction finer than a microsecond is cut. */
bool bf_timestamp_parse(int64_t *out_us, const char *text, size_t size);

enum { BF_TIMESTAMP_TEXT_BYTES = 40 };
/* "YYYY-MM-DD hh:mm:ss[.ffffff] UTC", as BigQuery prints it. */
void bf_timestamp_format(char out[BF_TIMESTAMP_TEXT_BYTES], int64_t us);

/* Season of a day: its year from October on, else the year before (spec/backfill.md §2.1). */
int bf_season_year(bf_day day);
bf_day bf_season_first(int season);   /* 1 October: lower bound of every season window */
bf_day bf_season_opening(int season); /* opening night O(Y) */
enum { BF_SEASON_TEXT_BYTES = 16 };
void bf_season_format(char out[BF_SEASON_TEXT_BYTES], int season); /* "2021-22" */
bool bf_season_is_known(int season); /* false: opening is the assumed 22 October */

/* First playoff date, used where no game type is known (spec/ml_features.md §2.2 feature 17). For
 * seasons outside the table: 20 April, the latest of those in it. */
bf_day bf_season_playoffs(int season);

/* Month is October, November or April (spec/players.md §1.2, ml_features.md §4 row 44). */
bool bf_day_is_season_boundary(bf_day day);

/* Dates before day 14 of the season, negative days included (spec/zones.md P1, B7). */
bool bf_day_is_bootstrap(bf_day day);

#endif

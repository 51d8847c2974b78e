#include "compute/base/date.h"

#include <stdio.h>
#include <string.h>

/* Opening night and first playoff date by season (spec/backfill.md §2.1). */
static const struct {
    int season;
    int opening_month, opening_day;
    int playoffs_month, playoffs_day;
} seasons[] = {
    {2021, 10, 19, 4, 16}, {2022, 10, 18, 4, 15}, {2023, 10, 24, 4, 20},
    {2024, 10, 22, 4, 19}, {2025, 10, 21, 4, 18},
};
enum { SEASONS = sizeof seasons / sizeof *seasons };

/* Civil calendar by eras of 400 years, years beginning in March so that the leap day comes last. */
bf_day bf_day_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void bf_day_to_civil(bf_day day, int *year, int *month, int *day_of_month)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

int bf_day_month(bf_day day)
{
    int year, month, day_of_month;
    bf_day_to_civil(day, &year, &month, &day_of_month);
    return month;
}

static bool digits(int *out, const char *text, int count)
{
    *out = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

bool bf_day_parse(bf_day *out, const char *text, size_t size)
{
    int year, month, day;
    if (size != 10 || text[4] != '-' || text[7] != '-' || !digits(&year, text, 4) ||
        !digits(&month, text + 5, 2) || !digits(&day, text + 8, 2))
        return false;
    if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1)
        return false;
    *out = bf_day_from_civil(year, month, day);
    int y, m, d;
    bf_day_to_civil(*out, &y, &m, &d);
    return y == year && m == month && d == day;
}

void bf_day_format(char out[BF_DATE_TEXT_BYTES], bf_day day)
{
    int year, month, day_of_month;
    bf_day_to_civil(day, &year, &month, &day_of_month);
    (void)snprintf(out, BF_DATE_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000u,
                   (unsigned)month % 100u, (unsigned)day_of_month % 100u);
}

bool bf_timestamp_parse(int64_t *out_us, const char *text, size_t size)
{
    static const char *const zones[] = {"", "Z", " UTC", "+00", "+00:00", " +00:00", " Z", "UTC"};
    bf_day day;
    int hour, minute, second;
    if (size < 19 || !bf_day_parse(&day, text, 10) || (text[10] != ' ' && text[10] != 'T') ||
        text[13] != ':' || text[16] != ':' || !digits(&hour, text + 11, 2) ||
        !digits(&minute, text + 14, 2) || !digits(&second, text + 17, 2) || hour > 23 ||
        minute > 59 || second > 59)
        return false;
    size_t at = 19;
    int64_t fraction_us = 0;
    if (at < size && text[at] == '.') {
        int64_t unit = 100000;
        size_t first = ++at;
        for (; at < size && text[at] >= '0' && text[at] <= '9'; at++, unit /= 10)
            fraction_us += unit * (text[at] - '0');
        if (at == first)
            return false;
    }
    bool known_zone = false;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        known_zone |= strlen(zones[i]) == size - at && memcmp(zones[i], text + at, size - at) == 0;
    *out_us = ((int64_t)day * 86400 + hour * 3600 + minute * 60 + second) * 1000000 + fraction_us;
    return known_zone;
}

void bf_timestamp_format(char out[BF_TIMESTAMP_TEXT_BYTES], int64_t us)
{
    int64_t day = us / 86400000000, rest = us % 86400000000;
    if (rest < 0) {
        rest += 86400000000;
        day--;
    }
    char date[BF_DATE_TEXT_BYTES];
    bf_day_format(date, (bf_day)day);
    int seconds = (int)(rest / 1000000), fraction = (int)(rest % 1000000);
    int used = snprintf(out, BF_TIMESTAMP_TEXT_BYTES, "%s %02d:%02d:%02d", date, seconds / 3600,
                        seconds / 60 % 60, seconds % 60);
    if (fraction != 0)
        used += snprintf(out + used, (size_t)(BF_TIMESTAMP_TEXT_BYTES - used), ".%06d", fraction);
    (void)snprintf(out + used, (size_t)(BF_TIMESTAMP_TEXT_BYTES - used), " UTC");
}

int bf_season_year(bf_day day)
{
    int year, month, day_of_month;
    bf_day_to_civil(day, &year, &month, &day_of_month);
    return month >= 10 ? year : year - 1;
}

bf_day bf_season_first(int season)
{
    return bf_day_from_civil(season, 10, 1);
}

bool bf_season_is_known(int season)
{
    return season >= seasons[0].season && season <= seasons[SEASONS - 1].season;
}

void bf_season_format(char out[BF_SEASON_TEXT_BYTES], int season)
{
    (void)snprintf(out, BF_SEASON_TEXT_BYTES, "%d-%02d", season, (season + 1) % 100);
}

bf_day bf_season_opening(int season)
{
    for (int i = 0; i < SEASONS; i++) {
        if (seasons[i].season == season)
            return bf_day_from_civil(season, seasons[i].opening_month, seasons[i].opening_day);
    }
    return bf_day_from_civil(season, 10, 22);
}

bf_day bf_season_playoffs(int season)
{
    for (int i = 0; i < SEASONS; i++) {
        if (seasons[i].season == season)
            return bf_day_from_civil(season + 1, seasons[i].playoffs_month,
                                     seasons[i].playoffs_day);
    }
    return bf_day_from_civil(season + 1, 4, 20);
}

bool bf_day_is_bootstrap(bf_day day)
{
    return day - bf_season_opening(bf_season_year(day)) < BF_BOOTSTRAP_DAYS;
}

bool bf_day_is_season_boundary(bf_day day)
{
    int month = bf_day_month(day);
    return month == 10 || month == 11 || month == 4;
}

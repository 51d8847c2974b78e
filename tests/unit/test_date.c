/* Calendar and season constants against facts of spec/backfill.md §2. */
#include <stdio.h>
#include <string.h>

#include "compute/base/date.h"
#include "tests/support/unit.h"

static bf_day day(const char *text)
{
    bf_day out = 0;
    assert_true(bf_day_parse(&out, text, strlen(text)));
    return out;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Every day of 1900 to 2199, counted on from 1900-01-01 (25,567 days before 1970). */
static void test_every_day_round_trips(void **state)
{
    (void)state;
    bf_day expected = -25567;
    for (int year = 1900; year <= 2199; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int d = 1; d <= days_of_month(year, month); d++, expected++) {
                char text[BF_DATE_TEXT_BYTES], formatted[BF_DATE_TEXT_BYTES];
                int y, m, dom;
                (void)snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)year % 10000u,
                               (unsigned)month % 100u, (unsigned)d % 100u);
                assert_int_equal(bf_day_from_civil(year, month, d), expected);
                assert_int_equal(day(text), expected);
                bf_day_to_civil(expected, &y, &m, &dom);
                assert_true(y == year && m == month && dom == d);
                assert_int_equal(bf_day_month(expected), month);
                bf_day_format(formatted, expected);
                assert_string_equal(formatted, text);
                assert_int_equal(bf_season_year(expected), month >= 10 ? year : year - 1);
            }
        }
    }
    assert_int_equal(expected, bf_day_from_civil(2200, 1, 1));
}

static void test_malformed_days_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "2022-02-30", "2023-02-29",  "1900-02-29",  "2021-13-01",
        "2021-00-10", "2021-01-00", "2021-04-31",  "1899-12-31",  "2200-01-01",
        "2021/10/19", "2021-10-1",  "2021-10-191", " 2021-10-19", "+021-10-19",
        "20211019",   "2021-1O-19", "2021-10-19 "};
    bf_day out;
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(bf_day_parse(&out, bad[i], strlen(bad[i])));
    assert_int_equal(day("2000-02-29") + 1, day("2000-03-01"));
    assert_int_equal(day("1970-01-01"), 0);
}

static void test_timestamps(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {{"1970-01-01 00:00:00", 0},
                {"1970-01-01T00:00:01Z", 1000000},
                {"1969-12-31 23:59:59.5 UTC", -500000},
                {"2024-02-29 12:34:56.789012+00:00", 1709210096789012},
                {"2024-02-29 12:34:56.7890129 UTC", 1709210096789012},
                {"2024-02-29 12:34:56+00", 1709210096000000}};
    static const char *const bad[] = {
        "2024-02-29",          "2024-02-29 24:00:00",     "2024-02-29 12:60:00",
        "2024-02-29 12:00:60", "2024-02-29 12:00:00.",    "2024-02-29 12:00:00+01:00",
        "2024-02-29x12:00:00", "2024-02-29 12:00:00 PST", "2023-02-29 12:00:00",
        "2024-02-29 12:00",    "2024-02-29 12:00:00 UTC "};
    int64_t us;
    for (size_t i = 0; i < LENGTH(good); i++) {
        char text[BF_TIMESTAMP_TEXT_BYTES];
        assert_true(bf_timestamp_parse(&us, good[i].text, strlen(good[i].text)));
        assert_int_equal(us, good[i].us);
        bf_timestamp_format(text, us);
        int64_t again;
        assert_true(bf_timestamp_parse(&again, text, strlen(text)));
        assert_int_equal(again, us);
    }
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(bf_timestamp_parse(&us, bad[i], strlen(bad[i])));
    char text[BF_TIMESTAMP_TEXT_BYTES];
    bf_timestamp_format(text, -500000);
    assert_string_equal(text, "1969-12-31 23:59:59.500000 UTC");
}

/* spec/backfill.md §2.1: opening nights, first playoff dates, first eligible game dates. */
static void test_season_constants(void **state)
{
    (void)state;
    static const struct {
        int season;
        const char *opening, *playoffs, *last_bootstrap_day;
    } seasons[] = {{2021, "2021-10-19", "2022-04-16", "2021-11-01"},
                   {2022, "2022-10-18", "2023-04-15", "2022-10-31"},
                   {2023, "2023-10-24", "2024-04-20", "2023-11-06"},
                   {2024, "2024-10-22", "2025-04-19", "2024-11-04"}};
    for (size_t i = 0; i < LENGTH(seasons); i++) {
        assert_true(bf_season_is_known(seasons[i].season));
        assert_int_equal(bf_season_opening(seasons[i].season), day(seasons[i].opening));
        assert_int_equal(bf_season_playoffs(seasons[i].season), day(seasons[i].playoffs));
        bf_day last = day(seasons[i].last_bootstrap_day);
        assert_int_equal(last, bf_season_opening(seasons[i].season) + BF_BOOTSTRAP_DAYS - 1);
        assert_true(bf_day_is_bootstrap(last));
        assert_false(bf_day_is_bootstrap(last + 1));
        assert_true(bf_day_is_bootstrap(bf_season_opening(seasons[i].season) - 1));
    }
    assert_true(bf_season_is_known(2025));
    assert_int_equal(bf_season_opening(2025), day("2025-10-21"));
}

static void test_unknown_seasons_get_the_assumed_dates(void **state)
{
    (void)state;
    assert_false(bf_season_is_known(2020));
    assert_false(bf_season_is_known(2026));
    assert_int_equal(bf_season_opening(2030), day("2030-10-22"));
    assert_int_equal(bf_season_playoffs(2030), day("2031-04-20"));
    char text[BF_SEASON_TEXT_BYTES];
    bf_season_format(text, 1999);
    assert_string_equal(text, "1999-00");
    assert_int_equal(bf_season_first(2021), day("2021-10-01"));
    assert_int_equal(bf_season_year(day("2021-09-30")), 2020);
    assert_int_equal(bf_season_year(day("2021-10-01")), 2021);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_round_trips),
        cmocka_unit_test(test_malformed_days_are_refused),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_season_constants),
        cmocka_unit_test(test_unknown_seasons_get_the_assumed_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

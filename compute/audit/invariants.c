#include "compute/audit/invariants.h"

#include <stdlib.h>

#include "compute/schema/ids.h"

enum {
    ONE = 1000,            /* a share of 1 as NUMERIC(5,3) stores it */
    HUNDRED_PCT = 10000,   /* 100 percent as NUMERIC(5,2) stores it */
    RATE_TOLERANCE = 2,    /* hundredths of a percent: three rounded rates */
    LEAGUE_TOLERANCE = 11, /* hundredths of a point between two teams: both values are rounded */
    SHORT_GAMES = 10,
    LONG_MIN_GAMES = 15,
    LONG_GAMES = 20 /* games of PSZA's windows (§3.2) */
};

/* Integers of one row. */
#define TDZA_NULL(column) bf_audit_is_null(date, BF_OUTPUT_tdza, BF_tdza_##column, i)
#define PSZA(column) bf_audit_integer(date, BF_OUTPUT_psza, BF_psza_##column, i)
#define PSZA_NULL(column) bf_audit_is_null(date, BF_OUTPUT_psza, BF_psza_##column, i)

typedef struct invariant {
    bf_output table;
    const char *text; /* what rows of the table do that they must not */
    bool (*breaks)(const bf_audit_date *date, int64_t i);
} invariant;

/* ---- TDZA ------------------------------------------------------------------------------------ */

static const struct {
    int pct, vs_league;
} zones[] = {
    {BF_tdza_paint_pct_allowed_last_15, BF_tdza_paint_defense_vs_league_avg},
    {BF_tdza_mid_range_pct_allowed_last_15, BF_tdza_mid_range_defense_vs_league_avg},
    {BF_tdza_three_pt_pct_allowed_last_15, BF_tdza_three_pt_defense_vs_league_avg},
};
enum { ZONES = sizeof zones / sizeof *zones };

/* Values too large for a column are null, and reported as such (resolution 19). */
static bool may_be_nulled(const bf_audit_date *date, bf_output table, int column)
{
    return date->nulled[table] != NULL && date->nulled[table][column] > 0;
}

static bool tdza_nulls(const bf_audit_date *date, int64_t i)
{
    for (int z = 0; z < ZONES; z++) {
        if (bf_audit_is_null(date, BF_OUTPUT_tdza, zones[z].pct, i) !=
                bf_audit_is_null(date, BF_OUTPUT_tdza, zones[z].vs_league, i) &&
            !may_be_nulled(date, BF_OUTPUT_tdza, zones[z].vs_league))
            return true;
    }
    return false;
}

static bool tdza_ranks(const bf_audit_date *date, int64_t i)
{
    bool none = true;
    for (int z = 0; z < ZONES; z++)
        none &= bf_audit_is_null(date, BF_OUTPUT_tdza, zones[z].pct, i);
    return TDZA_NULL(strongest_zone) != none || TDZA_NULL(weakest_zone) != none;
}

static bool tdza_shares(const bf_audit_date *date, int64_t i)
{
    for (int z = 0; z < ZONES; z++) {
        int64_t pct = bf_audit_integer(date, BF_OUTPUT_tdza, zones[z].pct, i);
        if (!bf_audit_is_null(date, BF_OUTPUT_tdza, zones[z].pct, i) && (pct < 0 || pct > ONE))
            return true;
    }
    return false;
}

/* The league's mean that a row was compared with, in hundredths of a percentage point; INT64_MIN
 * for null. */
static int64_t league_of(const bf_audit_date *date, int zone, int64_t i)
{
    if (bf_audit_is_null(date, BF_OUTPUT_tdza, zones[zone].pct, i) ||
        bf_audit_is_null(date, BF_OUTPUT_tdza, zones[zone].vs_league, i))
        return INT64_MIN;
    return HUNDRED_PCT / ONE * bf_audit_integer(date, BF_OUTPUT_tdza, zones[zone].pct, i) -
           bf_audit_integer(date, BF_OUTPUT_tdza, zones[zone].vs_league, i);
}

/* All teams of a date are compared with the same mean: with that of the first row, here. */
static bool tdza_league(const bf_audit_date *date, int64_t i)
{
    for (int z = 0; z < ZONES; z++) {
        int64_t own = league_of(date, z, i), first = INT64_MIN;
        for (int64_t k = 0; k < i && first == INT64_MIN; k++)
            first = league_of(date, z, k);
        if (own != INT64_MIN && first != INT64_MIN && llabs(own - first) > LEAGUE_TOLERANCE)
            return true;
    }
    return false;
}

/* ---- PSZA ------------------------------------------------------------------------------------ */

static bool psza_rates(const bf_audit_date *date, int64_t i)
{
    int nulls = PSZA_NULL(paint_rate_last_10) + PSZA_NULL(mid_range_rate_last_10) +
                PSZA_NULL(three_pt_rate_last_10);
    int64_t sum =
        PSZA(paint_rate_last_10) + PSZA(mid_range_rate_last_10) + PSZA(three_pt_rate_last_10);
    return nulls == 0 ? llabs(sum - HUNDRED_PCT) > RATE_TOLERANCE : nulls != ZONES;
}

static bool psza_shares(const bf_audit_date *date, int64_t i)
{
    static const int columns[] = {BF_psza_paint_pct_last_10, BF_psza_mid_range_pct_last_10,
                                  BF_psza_three_pt_pct_last_10, BF_psza_paint_pct_last_20};
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        int64_t pct = bf_audit_integer(date, BF_OUTPUT_psza, columns[c], i);
        if (!bf_audit_is_null(date, BF_OUTPUT_psza, columns[c], i) && (pct < 0 || pct > ONE))
            return true;
    }
    return false;
}

static bool psza_games(const bf_audit_date *date, int64_t i)
{
    return PSZA_NULL(games_in_sample_20) || PSZA(games_in_sample_20) < SHORT_GAMES ||
           PSZA(games_in_sample_20) > LONG_GAMES;
}

static bool psza_long_window(const bf_audit_date *date, int64_t i)
{
    return PSZA(games_in_sample_20) < LONG_MIN_GAMES &&
           (!PSZA_NULL(paint_rate_last_20) || !PSZA_NULL(paint_pct_last_20));
}

/* Tenths of shots a game over 10 games are shots. */
static bool psza_shots(const bf_audit_date *date, int64_t i)
{
    int64_t shots = 0;
    static const int columns[] = {BF_psza_paint_attempts_per_game,
                                  BF_psza_mid_range_attempts_per_game,
                                  BF_psza_three_pt_attempts_per_game};
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        if (may_be_nulled(date, BF_OUTPUT_psza, columns[c]))
            return false;
        if (!bf_audit_is_null(date, BF_OUTPUT_psza, columns[c], i))
            shots += bf_audit_integer(date, BF_OUTPUT_psza, columns[c], i);
    }
    return shots != (PSZA_NULL(total_shots_last_10) ? 0 : PSZA(total_shots_last_10));
}

/* ---- all ------------------------------------------------------------------------------------- */

static const invariant invariants[] = {
    {BF_OUTPUT_tdza,
     "a value against the league is null without its percentage, or the other way round",
     tdza_nulls},
    {BF_OUTPUT_tdza, "strongest or weakest zone is null with a percentage, or not without any",
     tdza_ranks},
    {BF_OUTPUT_tdza, "a share of shots made is not between 0 and 1", tdza_shares},
    {BF_OUTPUT_tdza, "compared with another league mean than other teams of the date", tdza_league},
    {BF_OUTPUT_psza, "the rates of the three zones do not add up to 100", psza_rates},
    {BF_OUTPUT_psza, "a share of shots made is not between 0 and 1", psza_shares},
    {BF_OUTPUT_psza, "games_in_sample_20 is not between 10 and 20", psza_games},
    {BF_OUTPUT_psza, "values of the last 20 games with fewer than 15", psza_long_window},
    {BF_OUTPUT_psza, "shots a game do not add up to total_shots_last_10", psza_shots},
};

static const char *key_of(const bf_audit_date *date, bf_output table, int64_t i)
{
    const bf_column *key = &bf_outputs[table].columns[bf_outputs[table].key_column];
    if (bf_audit_is_null(date, table, bf_outputs[table].key_column, i))
        return "null";
    int64_t code = bf_audit_integer(date, table, bf_outputs[table].key_column, i);
    return bf_dictionary_text(&date->dictionaries[key->dictionary], (int32_t)code);
}

void bf_invariants_check(const bf_audit_date *date, bf_issues *issues)
{
    for (size_t n = 0; n < sizeof invariants / sizeof *invariants; n++) {
        const invariant *it = &invariants[n];
        int64_t broken = 0, first = 0;
        if (!bf_audit_has(date, it->table))
            continue;
        for (int64_t i = 0; i < date->rows[it->table]; i++) {
            if (!it->breaks(date, i))
                continue;
            first = broken == 0 ? i : first;
            broken++;
        }
        if (broken > 0)
            bf_issues_add(issues, BF_ISSUE_invariant, (int)it->table, date->day, broken,
                          "%s: %lld of %lld rows, first %s", it->text, (long long)broken,
                          (long long)date->rows[it->table], key_of(date, it->table, first));
    }
}

#include "compute/audit/contamination.h"

#include <math.h>
#include <stdio.h>

#include "compute/schema/ids.h"

/* Thresholds of §12.3. */
static const double CLEAN_PCT = 99.0, PARTIAL_PCT = 50.0;
static const double MAX_EXACT_ZERO_PCT = 5.0; /* of PCF rows with both zone rows */
static const double MAX_DEFAULTS_PCT = 30.0;  /* of ML's features */
static const double FEW_VALUES_PCT = 50.0;    /* the limit of both while there are few values */
enum {
    FEW_VALUES = 1000, /* single dates of real games reach 17 percent of exact zeros */
    FEW_ROWS = 10, /* a date with fewer says nothing: the first one or two players of a season */
    ONLY_THREES = 10000, /* hundredths of a percent: all shots of 10 games were three-pointers */
    DEFAULTS_AFTER_DAYS = 28 /* days since opening night; before it histories are short */
};

/* Features that have a default: those that are read from another table (spec/ml_features.md §2.1).
 * The others are calculated or come from the context. */
static const uint32_t HAS_DEFAULT =
    1u << BF_FEATURE_POINTS_AVG_LAST_5 | 1u << BF_FEATURE_POINTS_AVG_LAST_10 |
    1u << BF_FEATURE_POINTS_AVG_SEASON | 1u << BF_FEATURE_POINTS_STD_LAST_10 |
    1u << BF_FEATURE_GAMES_IN_LAST_7_DAYS | 1u << BF_FEATURE_FATIGUE_SCORE |
    1u << BF_FEATURE_SHOT_ZONE_MISMATCH | 1u << BF_FEATURE_PACE_SCORE |
    1u << BF_FEATURE_USAGE_SPIKE | 1u << BF_FEATURE_OPPONENT_DEF_RATING |
    1u << BF_FEATURE_OPPONENT_PACE | 1u << BF_FEATURE_PCT_PAINT | 1u << BF_FEATURE_PCT_MID_RANGE |
    1u << BF_FEATURE_PCT_THREE | 1u << BF_FEATURE_TEAM_PACE | 1u << BF_FEATURE_TEAM_OFF_RATING;

static const struct {
    bf_output table;
    int column;
} critical[] = {
#define CRITICAL(table, column) {BF_OUTPUT_##table, BF_##table##_##column},
#include "compute/audit/critical.def"
#undef CRITICAL
};

const char *bf_grade_name(bf_grade grade)
{
    static const char *const names[BF_GRADES] = {"CLEAN", "PARTIAL", "CONTAMINATED", "NO_DATA"};
    return names[grade];
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool has_critical_columns(const bf_audit_date *date, bf_output table, int64_t i)
{
    for (size_t c = 0; c < sizeof critical / sizeof *critical; c++) {
        if (critical[c].table == table && bf_audit_is_null(date, table, critical[c].column, i))
            return false;
    }
    return true;
}

static bool is_valid_pcf(bf_contamination_cell *cell, const bf_audit_date *date, int64_t i)
{
    int64_t fatigue = bf_audit_integer(date, BF_OUTPUT_pcf, BF_pcf_fatigue_score, i);
    int64_t mismatch = bf_audit_integer(date, BF_OUTPUT_pcf, BF_pcf_shot_zone_mismatch_score, i);
    bool both =
        bf_audit_integer(date, BF_OUTPUT_pcf, BF_pcf_shot_zone_context_json_missing_data, i) == 0;
    cell->watched += both;
    cell->flagged += both && mismatch == 0;
    cell->suspect += both && mismatch == 0;
    return fatigue >= 0 && fatigue <= 100;
}

static bool is_valid_ml(bf_contamination_cell *cell, const bf_audit_date *date, int64_t i)
{
    const bf_columns *columns = date->columns[BF_OUTPUT_ml];
    const double *features = (const double *)columns->data[BF_ml_features] +
                             (date->first[BF_OUTPUT_ml] + i) * BF_FEATURE_COUNT;
    bool valid = true;
    for (int f = 0; f < BF_FEATURE_COUNT; f++)
        valid &= !isnan(features[f]);
    if (date->day - bf_season_opening(bf_season_year(date->day)) <= DEFAULTS_AFTER_DAYS)
        return valid;
    int64_t mask = bf_audit_integer(date, BF_OUTPUT_ml, BF_ml_default_feature_mask, i);
    int defaults = __builtin_popcount((uint32_t)mask & HAS_DEFAULT);
    cell->watched += BF_FEATURE_COUNT;
    cell->flagged += defaults;
    cell->suspect += valid && 100.0 * defaults >= MAX_DEFAULTS_PCT * BF_FEATURE_COUNT;
    return valid;
}

static bool is_valid(bf_contamination_cell *cell, const bf_audit_date *date, bf_output table,
                     int64_t i)
{
    if (!has_critical_columns(date, table, i))
        return false;
    switch (table) {
    case BF_OUTPUT_psza:
        return bf_audit_integer(date, table, BF_psza_three_pt_rate_last_10, i) != ONLY_THREES;
    case BF_OUTPUT_pcf:
        return is_valid_pcf(cell, date, i);
    case BF_OUTPUT_ml:
        return is_valid_ml(cell, date, i);
    default:
        return true;
    }
}

static void add_rows(bf_contamination_cell *cell, const bf_audit_date *date, bf_output table)
{
    int64_t rows = date->rows[table], valid = 0;
    for (int64_t i = 0; i < rows; i++)
        valid += is_valid(cell, date, table, i);
    cell->rows += rows;
    cell->valid += valid;
    if (rows >= FEW_ROWS && 100.0 * (double)valid < PARTIAL_PCT * (double)rows) {
        cell->first_bad = cell->bad_dates == 0 ? date->day : cell->first_bad;
        cell->bad_dates++;
    }
}

static bool is_computed(const bf_audit_date *date)
{
    bool computed = false;
    for (int p = 0; p < BF_OUTPUT_failure; p++)
        computed |=
            date->units[p].status == BF_UNIT_SUCCESS || date->units[p].status == BF_UNIT_FAILED;
    return computed;
}

void bf_contamination_date(bf_contamination *sum, const bf_audit_date *date)
{
    int season = bf_season_year(date->day);
    if (!is_computed(date))
        return;
    if (sum->season_count == 0 || sum->seasons[sum->season_count - 1] != season) {
        if (sum->season_count == BF_MAX_SEASONS)
            return;
        sum->seasons[sum->season_count++] = season;
    }
    for (int t = 0; t < BF_OUTPUT_failure; t++) {
        if (date->columns[t] != NULL)
            add_rows(&sum->cells[sum->season_count - 1][t], date, (bf_output)t);
    }
}

/* ---- grades ---------------------------------------------------------------------------------- */

double bf_contamination_share_pct(const bf_contamination_cell *cell)
{
    return cell->watched == 0 ? -1.0 : 100.0 * (double)cell->flagged / (double)cell->watched;
}

double bf_contamination_limit_pct(const bf_contamination_cell *cell, bf_output table)
{
    if (table != BF_OUTPUT_pcf && table != BF_OUTPUT_ml)
        return 0.0;
    if (cell->watched < FEW_VALUES)
        return FEW_VALUES_PCT;
    return table == BF_OUTPUT_pcf ? MAX_EXACT_ZERO_PCT : MAX_DEFAULTS_PCT;
}

static bool share_is_too_large(const bf_contamination_cell *cell, bf_output table)
{
    double limit = bf_contamination_limit_pct(cell, table);
    return limit > 0.0 && bf_contamination_share_pct(cell) >= limit;
}

bf_grade bf_contamination_grade(double *valid_pct, const bf_contamination_cell *cell,
                                bf_output table)
{
    bool too_large = share_is_too_large(cell, table);
    *valid_pct = 0.0;
    if (cell->rows == 0)
        return BF_GRADE_NO_DATA;
    *valid_pct =
        100.0 * (double)(cell->valid - (too_large ? cell->suspect : 0)) / (double)cell->rows;
    if (*valid_pct < PARTIAL_PCT)
        return BF_GRADE_CONTAMINATED;
    bool clean = *valid_pct >= CLEAN_PCT && !too_large && cell->bad_dates == 0;
    return clean ? BF_GRADE_CLEAN : BF_GRADE_PARTIAL;
}

static void report_cell(const bf_contamination_cell *cell, bf_output table, int season,
                        bf_issues *issues)
{
    double valid_pct;
    bf_grade grade = bf_contamination_grade(&valid_pct, cell, table);
    bool too_large = share_is_too_large(cell, table);
    char share[128] = "", dates[96] = "", first[BF_DATE_TEXT_BYTES];
    if (grade == BF_GRADE_CLEAN || grade == BF_GRADE_NO_DATA)
        return;
    if (too_large)
        (void)snprintf(share, sizeof share, "; %.1f %% %s, below %.0f is normal",
                       bf_contamination_share_pct(cell),
                       table == BF_OUTPUT_pcf ? "of mismatches between two zone rows are exactly 0"
                                              : "of features come from defaults",
                       bf_contamination_limit_pct(cell, table));
    bf_day_format(first, cell->first_bad);
    if (cell->bad_dates > 0)
        (void)snprintf(dates, sizeof dates, "; below 50 %% on %d date%s, first %s", cell->bad_dates,
                       cell->bad_dates == 1 ? "" : "s", first);
    bf_issues_add_season(issues, BF_ISSUE_contaminated, (int)table, season,
                         cell->rows - cell->valid + (too_large ? cell->suspect : 0),
                         "%s: %.2f %% of rows are valid%s%s", bf_grade_name(grade), valid_pct,
                         share, dates);
}

void bf_contamination_report(const bf_contamination *sum, bf_issues *issues)
{
    for (int32_t s = 0; s < sum->season_count; s++) {
        for (int t = 0; t < BF_OUTPUT_failure; t++)
            report_cell(&sum->cells[s][t], (bf_output)t, sum->seasons[s], issues);
    }
}

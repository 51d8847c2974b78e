/* TDZA, team defense zone analysis (spec/zones.md §2): a row for each team with 15 games of the
 * season before the date. */
#ifndef BF_FEATURES_TDZA_H
#define BF_FEATURES_TDZA_H

#include "compute/features/date.h"
#include "compute/features/facts.h"
#include "compute/features/windows.h"

/* League averages of a date (§2.3); the defaults if fewer than ten teams count. */
typedef struct bf_tdza_league {
    int32_t teams;
    double paint, mid_range, three_pt; /* share of shots made, 0 to 1 */
} bf_tdza_league;

bf_tdza_league bf_tdza_league_of(const bf_history *history, bf_day as_of);

/* A team's part in them: its games of the 30 days before the date, of these shots tried and made by
 * zone, and the shares made. */
typedef struct bf_tdza_league_team {
    bf_window games;
    bool counts; /* has games enough, and all three shares */
    int32_t attempts[BF_ZONE_COUNT], makes[BF_ZONE_COUNT];
    double share[BF_ZONE_COUNT]; /* NaN where it is not known */
} bf_tdza_league_team;

bf_tdza_league_team bf_tdza_league_team_of(const bf_history *history, bf_day as_of, int32_t team);

bf_tdza_windows bf_tdza_windows_of(const bf_history *history, bf_day as_of, int32_t team);

void bf_tdza_facts_of(bf_tdza_facts *out, const bf_history *history, bf_day as_of, int32_t team,
                      const bf_tdza_league *league);

/* Fills all of the row but its data_hash. nulled: [columns], see bf_fit. */
void bf_tdza_values_of(bf_tdza_row *out, const bf_tdza_facts *facts, const bf_history *history,
                       bf_day as_of, int32_t team, int64_t *nulled);

#endif

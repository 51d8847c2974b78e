/* PSZA, player shot zone analysis (spec/zones.md §3): a row for each player with 10 eligible games
 * of the season before the date. */
#ifndef BF_FEATURES_PSZA_H
#define BF_FEATURES_PSZA_H

#include "compute/features/date.h"
#include "compute/features/facts.h"
#include "compute/features/windows.h"

bf_psza_windows bf_psza_windows_of(const bf_history *history, bf_day as_of, int32_t player);

void bf_psza_facts_of(bf_psza_facts *out, const bf_psza_windows *windows);

/* Fills all of the row but its data_hash. nulled: [columns], see bf_fit. */
void bf_psza_values_of(bf_psza_row *out, const bf_psza_facts *facts, const bf_psza_windows *windows,
                       const bf_history *history, bf_day as_of, int32_t player, int64_t *nulled);

/* BF_SCORING_ZONE_* from the rounded rates in hundredths of a percent, null read as 0 (§3.5); null
 * if all are 0. */
int8_t bf_psza_primary_zone(int32_t paint_rate, int32_t mid_range_rate, int32_t three_pt_rate);

/* BF_SAMPLE_QUALITY_* of a window for `window` games that holds `games` (§3.5). */
int8_t bf_psza_quality(int32_t games, int32_t window);

#endif

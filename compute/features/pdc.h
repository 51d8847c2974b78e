/* PDC, player daily cache (spec/players.md §5): a row for each player of the date's context who has
 * played 5 games of the season before the date. */
#ifndef BF_FEATURES_PDC_H
#define BF_FEATURES_PDC_H

#include "compute/features/context.h"

/* Sample standard deviation from a sum and a sum of squares; NaN for fewer than two (§1.3). */
double bf_pdc_deviation(int64_t sum, int64_t squares, int64_t count);

bf_pdc_windows bf_pdc_windows_of(const bf_context_row *context, const bf_context_team *team);

/* team: of the context row; zones: of the player, NULL if there are none. */
void bf_pdc_facts_of(bf_pdc_facts *out, bf_day as_of, const bf_context_row *context,
                     const bf_context_team *team, const bf_psza_row *zones);

/* Fills all of the row but its data_hash. nulled: [columns], see bf_fit. */
void bf_pdc_values_of(bf_pdc_row *out, const bf_pdc_facts *facts, const bf_context_row *context,
                      const bf_psza_row *zones, bf_day as_of, int64_t *nulled);

#endif

/* PCF, player composite factors (spec/players.md §4): a row for each player of the date's context.
 */
#ifndef BF_FEATURES_PCF_H
#define BF_FEATURES_PCF_H

#include "compute/features/context.h"

/* The circumstances of the fatigue score (§4.1). */
typedef enum {
    BF_PCF_CHANGE_BACK_TO_BACK,
    BF_PCF_CHANGE_EXTRA_REST,
    BF_PCF_CHANGE_FREQUENT_GAMES,
    BF_PCF_CHANGE_HEAVY_MINUTES,
    BF_PCF_CHANGE_LONG_GAMES,
    BF_PCF_CHANGE_BACK_TO_BACKS,
    BF_PCF_CHANGE_AGE,
    BF_PCF_CHANGES
} bf_pcf_change;

/* What the fatigue score is made of, after the defaults of §2, and the score (§4.1). */
typedef struct bf_pcf_fatigue {
    int32_t days_rest, games_7, back_to_backs_14, age;
    bool back_to_back;
    double minutes_7, avg_minutes_7;
    int32_t change[BF_PCF_CHANGES]; /* what each circumstance adds to 100 */
    uint8_t penalties, bonuses;     /* masks of BF_PENALTY_*, BF_BONUS_* (§4.7) */
    int32_t score;                  /* 0 to 100, higher is fresher */
} bf_pcf_fatigue;

bf_pcf_fatigue bf_pcf_fatigue_of(const bf_context_facts *context);
double bf_pcf_adjustment(int32_t fatigue_score);                           /* -5 to 0 */
double bf_pcf_mismatch(double rate_pct, double defense_pct_points);        /* §4.2 */
double bf_pcf_pace(double pace_differential);                              /* §4.3; NaN: null */
double bf_pcf_usage(double projected, double baseline, int32_t stars_out); /* §4.4; NaN: null */

/* zones: of the player, defense: of the opponent; NULL if there is none. */
void bf_pcf_facts_of(bf_pcf_facts *out, const bf_context_row *context, const bf_psza_row *zones,
                     const bf_tdza_row *defense);

/* Fills all of the row but its data_hash. nulled: [columns], see bf_fit. */
void bf_pcf_values_of(bf_pcf_row *out, const bf_pcf_facts *facts, const bf_context_row *context,
                      const bf_psza_row *zones, const bf_tdza_row *defense, bf_day as_of,
                      int64_t *nulled);

#endif

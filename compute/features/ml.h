/* ML, the feature store (spec/ml_features.md): a row of 25 features for each active player of the
 * date. */
#ifndef BF_FEATURES_ML_H
#define BF_FEATURES_ML_H

#include "compute/features/context.h"
#include "compute/features/quality.h"

/* Rows of the date that a feature row reads; NULL where there is none (§1.2). */
typedef struct bf_ml_upstream {
    const bf_pdc_row *cache;     /* of the player */
    const bf_pcf_row *composite; /* of the player */
    const bf_psza_row *zones;    /* of the player */
    const bf_tdza_row *defense;  /* of the opponent */
} bf_ml_upstream;

/* A calculated feature (§2.2); `constant` if it is the default rather than a result (§3.3). */
typedef struct bf_ml_feature {
    double value;
    bool constant;
} bf_ml_feature;

bf_ml_feature bf_ml_rest_advantage(int32_t days_rest, int32_t opponent_days_rest);
bf_ml_feature bf_ml_injury_risk(int32_t player_status); /* BF_PLAYER_STATUS_* or BF_NULL_I32 */
bf_ml_feature bf_ml_recent_trend(const bf_ml_facts *facts);
bf_ml_feature bf_ml_minutes_change(double recent_minutes, double season_minutes); /* NaN: missing */
bf_ml_feature bf_ml_free_throws(const bf_ml_facts *facts);
bf_ml_feature bf_ml_win_pct(const bf_ml_facts *facts);

bf_ml_windows bf_ml_windows_of(const bf_context_row *context, const bf_context_team *team);

/* The vector of features (§2): values, where each came from (§2.1), and which are constants (§3.3).
 */
typedef struct bf_ml_vector {
    double value[BF_FEATURE_COUNT];
    bf_label label[BF_FEATURE_COUNT];
    bf_quality quality;
    uint32_t constants; /* bit i: feature i is a constant */
} bf_ml_vector;

void bf_ml_vector_of(bf_ml_vector *out, const bf_ml_facts *facts, const bf_context_facts *context,
                     const bf_ml_upstream *upstream);

void bf_ml_facts_of(bf_ml_facts *out, const bf_history *history, const bf_context_row *context,
                    const bf_context_team *team);

/* Fills all of the row but its data_hash and the columns source_*, which are the date's. */
void bf_ml_values_of(bf_ml_row *out, const bf_ml_facts *facts, const bf_context_row *context,
                     const bf_ml_upstream *upstream, bf_day as_of);

#endif

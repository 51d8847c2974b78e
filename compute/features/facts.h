/* Facts: the integer sums, counts and borders of windows that a row is made of, a struct for each
 * processor listed in <processor>_facts.def: FACT(name, unit, text), FACT_REAL(name, unit, text)
 * for ratios, and FACT_CODE(name, set, text) for codes of a closed set. Null is BF_NULL_I32 or NaN.
 * `explain` prints them with these texts; those of the player context, which PCF, PDC and ML share,
 * from context_facts.def. */
#ifndef BF_FEATURES_FACTS_H
#define BF_FEATURES_FACTS_H

#include <stdint.h>

#define FACT(name, unit, text) int32_t name;
#define FACT_REAL(name, unit, text) double name;
#define FACT_CODE(name, set, text) int32_t name;
typedef struct bf_tdza_facts {
#include "compute/features/tdza_facts.def"
} bf_tdza_facts;
typedef struct bf_psza_facts {
#include "compute/features/psza_facts.def"
} bf_psza_facts;
typedef struct bf_context_facts {
#include "compute/features/context_facts.def"
} bf_context_facts;
typedef struct bf_pcf_facts {
#include "compute/features/pcf_facts.def"
} bf_pcf_facts;
typedef struct bf_pdc_facts {
#include "compute/features/pdc_facts.def"
} bf_pdc_facts;
typedef struct bf_ml_facts {
#include "compute/features/ml_facts.def"
} bf_ml_facts;
#undef FACT
#undef FACT_REAL
#undef FACT_CODE

#endif

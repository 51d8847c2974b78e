/* Facts: the integer sums, counts and borders of windows that a row is made of, a struct for each processor
 * listed in <processor>_facts.def: FACT(name, unit, text), and FACT_REAL(name, unit, text) for the few that are
 * ratios. `explain` prints them with these texts. */
#ifndef BF_FEATURES_FACTS_H
#define BF_FEATURES_FACTS_H

#include <stdint.h>

#define FACT(name, unit, text) int32_t name;
#define FACT_REAL(name, unit, text) double name;
typedef struct bf_tdza_facts {
#include "compute/features/tdza_facts.def"
} bf_tdza_facts;
typedef struct bf_psza_facts {
#include "compute/features/psza_facts.def"
} bf_psza_facts;
#undef FACT
#undef FACT_REAL

#endif

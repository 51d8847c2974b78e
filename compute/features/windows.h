/* Windows: the games that a row is made of, a struct for each processor listed in
 * <processor>_windows.def: WINDOW(name, series, text), then USES(window, table, column) for each
 * column of the series' input table that facts are made of in it. Facts and `explain` take the
 * windows from the same function. */
#ifndef BF_FEATURES_WINDOWS_H
#define BF_FEATURES_WINDOWS_H

#include "compute/history/window.h"

#define WINDOW(name, series, text) bf_window name;
#define USES(...)
typedef struct bf_tdza_windows {
#include "compute/features/tdza_windows.def"
} bf_tdza_windows;
typedef struct bf_psza_windows {
#include "compute/features/psza_windows.def"
} bf_psza_windows;
typedef struct bf_context_windows {
#include "compute/features/context_windows.def"
} bf_context_windows;
typedef struct bf_pdc_windows {
#include "compute/features/pdc_windows.def"
} bf_pdc_windows;
typedef struct bf_ml_windows {
#include "compute/features/ml_windows.def"
} bf_ml_windows;
#undef WINDOW
#undef USES

#endif

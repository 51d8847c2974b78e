/* What there is to tell about a processor's rows: its facts, its windows, and where the values of
 * its columns come from, as listed in <processor>_facts.def, _windows.def and _values.def.
 * `explain` prints it. */
#ifndef BF_FEATURES_DESCRIPTION_H
#define BF_FEATURES_DESCRIPTION_H

#include "compute/features/date.h"
#include "compute/features/quality.h"

typedef enum { BF_FACT_INTEGER, BF_FACT_REAL, BF_FACT_CODE } bf_fact_kind;

typedef struct bf_fact {
    const char *name, *text;
    const char *unit; /* "points/100" is points, of which the integer holds hundredths */
    bf_fact_kind kind;
    bf_set set;    /* CODE */
    size_t offset; /* in the struct of facts: int32_t, or double for REAL */
} bf_fact;

typedef struct bf_window_info {
    const char *name, *text;
    bf_input table; /* of the rows of its series */
} bf_window_info;

/* A column of a window's table that facts are made of. */
typedef struct bf_window_use {
    int window, column;
} bf_window_use;

/* windows: names of windows, divided by spaces; "context." before those of the context. text: see a
 * _values.def. */
typedef struct bf_value_source {
    int column;
    const char *windows, *text;
} bf_value_source;

typedef struct bf_feature_source {
    int feature;
    bf_label
        label; /* where the feature came from; DEFAULT also for the constant of a calculated one */
    const char *windows, *text;
} bf_feature_source;

typedef struct bf_description {
    const bf_fact *facts;
    int fact_count;
    const bf_window_info *windows; /* in the order of the bf_window in the struct of windows */
    int window_count;
    const bf_window_use *uses;
    int use_count;
    const bf_value_source *values;
    int value_count;
} bf_description;

/* By processor; the last one is the player context, which has no table. */
enum { BF_DESCRIPTION_CONTEXT = BF_PROCESSOR_COUNT, BF_DESCRIPTION_COUNT };
extern const bf_description bf_descriptions[BF_DESCRIPTION_COUNT];

/* NULL where nothing is told about a column, such as a key. */
const bf_value_source *bf_value_source_of(const bf_description *description, int column);
const bf_feature_source *bf_feature_source_of(int feature, bf_label label);

const bf_fact *bf_fact_find(const bf_description *description, const char *name, size_t size);

/* Digits of an integer behind the decimal point, and the length of the unit without its scale. */
int bf_fact_digits(const bf_fact *fact, size_t *unit_size);

bool bf_fact_is_null(const bf_fact *fact, const void *facts);

#endif

#include "compute/features/description.h"

#include <string.h>

#include "compute/features/facts.h"
#include "compute/features/windows.h"
#include "compute/schema/ids.h"

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

/* ---- facts ----------------------------------------------------------------------------------- */

#define FACT(name_, unit_, text_)                                                                  \
    {.name = #name_,                                                                               \
     .unit = unit_,                                                                                \
     .text = text_,                                                                                \
     .kind = BF_FACT_INTEGER,                                                                      \
     .set = BF_SET_NONE,                                                                           \
     .offset = offsetof(FACTS, name_)},
#define FACT_REAL(name_, unit_, text_)                                                             \
    {.name = #name_,                                                                               \
     .unit = unit_,                                                                                \
     .text = text_,                                                                                \
     .kind = BF_FACT_REAL,                                                                         \
     .set = BF_SET_NONE,                                                                           \
     .offset = offsetof(FACTS, name_)},
#define FACT_CODE(name_, set_, text_)                                                              \
    {.name = #name_,                                                                               \
     .unit = "1",                                                                                  \
     .text = text_,                                                                                \
     .kind = BF_FACT_CODE,                                                                         \
     .set = BF_SET_##set_,                                                                         \
     .offset = offsetof(FACTS, name_)},

#define FACTS bf_tdza_facts
static const bf_fact facts_tdza[] = {
#include "compute/features/tdza_facts.def"
};
#undef FACTS
#define FACTS bf_psza_facts
static const bf_fact facts_psza[] = {
#include "compute/features/psza_facts.def"
};
#undef FACTS
#define FACTS bf_context_facts
static const bf_fact facts_context[] = {
#include "compute/features/context_facts.def"
};
#undef FACTS
#define FACTS bf_pcf_facts
static const bf_fact facts_pcf[] = {
#include "compute/features/pcf_facts.def"
};
#undef FACTS
#define FACTS bf_pdc_facts
static const bf_fact facts_pdc[] = {
#include "compute/features/pdc_facts.def"
};
#undef FACTS
#define FACTS bf_ml_facts
static const bf_fact facts_ml[] = {
#include "compute/features/ml_facts.def"
};
#undef FACTS

/* ---- windows --------------------------------------------------------------------------------- */

/* The input table of each series. */
enum {
#define SERIES(name, table, ...) TABLE_OF_##name = BF_INPUT_##table,
#define SUM(...)
#define COUNT(...)
#define SPECIAL(...)
#define END(...)
#include "compute/history/series.def"
#undef SERIES
#undef SUM
#undef COUNT
#undef SPECIAL
#undef END
};

/* Positions of the windows, by which USES names them. */
#define USES(...)
#define WINDOW(name, series, text) AT_tdza_##name,
enum {
#include "compute/features/tdza_windows.def"
};
#undef WINDOW
#define WINDOW(name, series, text) AT_psza_##name,
enum {
#include "compute/features/psza_windows.def"
};
#undef WINDOW
#define WINDOW(name, series, text) AT_context_##name,
enum {
#include "compute/features/context_windows.def"
};
#undef WINDOW
#define WINDOW(name, series, text) AT_pdc_##name,
enum {
#include "compute/features/pdc_windows.def"
};
#undef WINDOW
#define WINDOW(name, series, text) AT_ml_##name,
enum {
#include "compute/features/ml_windows.def"
};
#undef WINDOW

#define WINDOW(name_, series_, text_)                                                              \
    {.name = #name_, .text = text_, .table = (bf_input)TABLE_OF_##series_},
static const bf_window_info windows_tdza[] = {
#include "compute/features/tdza_windows.def"
};
static const bf_window_info windows_psza[] = {
#include "compute/features/psza_windows.def"
};
static const bf_window_info windows_context[] = {
#include "compute/features/context_windows.def"
};
static const bf_window_info windows_pdc[] = {
#include "compute/features/pdc_windows.def"
};
static const bf_window_info windows_ml[] = {
#include "compute/features/ml_windows.def"
};
#undef WINDOW
#undef USES

#define WINDOW(...)
#define USES(window_, table_, column_) {AT_tdza_##window_, BF_##table_##_##column_},
static const bf_window_use uses_tdza[] = {
#include "compute/features/tdza_windows.def"
};
#undef USES
#define USES(window_, table_, column_) {AT_psza_##window_, BF_##table_##_##column_},
static const bf_window_use uses_psza[] = {
#include "compute/features/psza_windows.def"
};
#undef USES
#define USES(window_, table_, column_) {AT_context_##window_, BF_##table_##_##column_},
static const bf_window_use uses_context[] = {
#include "compute/features/context_windows.def"
};
#undef USES
#define USES(window_, table_, column_) {AT_pdc_##window_, BF_##table_##_##column_},
static const bf_window_use uses_pdc[] = {
#include "compute/features/pdc_windows.def"
};
#undef USES
#define USES(window_, table_, column_) {AT_ml_##window_, BF_##table_##_##column_},
static const bf_window_use uses_ml[] = {
#include "compute/features/ml_windows.def"
};
#undef USES
#undef WINDOW

/* ---- values ---------------------------------------------------------------------------------- */

#define FEATURE(...)
#define FROM(column_, windows_, text_) {BF_tdza_##column_, windows_, text_},
static const bf_value_source values_tdza[] = {
#include "compute/features/tdza_values.def"
};
#undef FROM
#define FROM(column_, windows_, text_) {BF_psza_##column_, windows_, text_},
static const bf_value_source values_psza[] = {
#include "compute/features/psza_values.def"
};
#undef FROM
#define FROM(column_, windows_, text_) {BF_pcf_##column_, windows_, text_},
static const bf_value_source values_pcf[] = {
#include "compute/features/pcf_values.def"
};
#undef FROM
#define FROM(column_, windows_, text_) {BF_pdc_##column_, windows_, text_},
static const bf_value_source values_pdc[] = {
#include "compute/features/pdc_values.def"
};
#undef FROM
#define FROM(column_, windows_, text_) {BF_ml_##column_, windows_, text_},
static const bf_value_source values_ml[] = {
#include "compute/features/ml_values.def"
};
#undef FROM
#undef FEATURE

#define FROM(...)
#define FEATURE(symbol_, label_, windows_, text_)                                                  \
    {BF_FEATURE_##symbol_, BF_LABEL_##label_, windows_, text_},
static const bf_feature_source features[] = {
#include "compute/features/ml_values.def"
};
#undef FEATURE
#undef FROM

/* ---- the lists ------------------------------------------------------------------------------- */

#define FACTS(short_name) .facts = facts_##short_name, .fact_count = COUNT_OF(facts_##short_name)
#define WINDOWS(short_name)                                                                        \
    .windows = windows_##short_name, .window_count = COUNT_OF(windows_##short_name),               \
    .uses = uses_##short_name, .use_count = COUNT_OF(uses_##short_name)
#define VALUES(short_name)                                                                         \
    .values = values_##short_name, .value_count = COUNT_OF(values_##short_name)

const bf_description bf_descriptions[BF_DESCRIPTION_COUNT] = {
    [BF_PROCESSOR_tdza] = {FACTS(tdza), WINDOWS(tdza), VALUES(tdza)},
    [BF_PROCESSOR_psza] = {FACTS(psza), WINDOWS(psza), VALUES(psza)},
    [BF_PROCESSOR_pcf] = {FACTS(pcf), VALUES(pcf)},
    [BF_PROCESSOR_pdc] = {FACTS(pdc), WINDOWS(pdc), VALUES(pdc)},
    [BF_PROCESSOR_ml] = {FACTS(ml), WINDOWS(ml), VALUES(ml)},
    [BF_DESCRIPTION_CONTEXT] = {FACTS(context), WINDOWS(context)},
};

const bf_value_source *bf_value_source_of(const bf_description *description, int column)
{
    for (int i = 0; i < description->value_count; i++) {
        if (description->values[i].column == column)
            return &description->values[i];
    }
    return NULL;
}

const bf_feature_source *bf_feature_source_of(int feature, bf_label label)
{
    for (int i = 0; i < COUNT_OF(features); i++) {
        if (features[i].feature == feature && features[i].label == label)
            return &features[i];
    }
    return NULL;
}

const bf_fact *bf_fact_find(const bf_description *description, const char *name, size_t size)
{
    for (int i = 0; i < description->fact_count; i++) {
        const char *known = description->facts[i].name;
        if (strlen(known) == size && memcmp(known, name, size) == 0)
            return &description->facts[i];
    }
    return NULL;
}

int bf_fact_digits(const bf_fact *fact, size_t *unit_size)
{
    const char *scale = strstr(fact->unit, "/10");
    *unit_size = scale == NULL ? strlen(fact->unit) : (size_t)(scale - fact->unit);
    return scale == NULL ? 0 : (int)strlen(scale) - 2; /* a digit for each zero */
}

bool bf_fact_is_null(const bf_fact *fact, const void *facts)
{
    const char *at = (const char *)facts + fact->offset;
    return fact->kind == BF_FACT_REAL ? isnan(*(const double *)(const void *)at)
                                      : *(const int32_t *)(const void *)at == BF_NULL_I32;
}

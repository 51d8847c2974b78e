/* What is told about values is complete: every column and feature has its source, windows and names
 * are known. */
#include <stdio.h>
#include <string.h>

#include "compute/features/description.h"
#include "compute/features/processor.h"
#include "tests/support/unit.h"

/* Keys, dates and hashes speak for themselves; a vector and an object are told by their parts. */
static bool needs_source(const bf_column *column)
{
    return bf_column_is_stored(column) && column->kind != BF_KIND_KEY &&
           column->kind != BF_KIND_DATE && column->kind != BF_KIND_HASH &&
           column->kind != BF_KIND_VECTOR;
}

static int sources_of(const bf_description *description, int column)
{
    int count = 0;
    for (int i = 0; i < description->value_count; i++)
        count += description->values[i].column == column;
    return count;
}

static void test_every_column_has_one_source(void **state)
{
    (void)state;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const bf_table_schema *schema = &bf_outputs[bf_processors[p].table];
        for (int c = 0; c < schema->column_count; c++) {
            int expected = needs_source(&schema->columns[c]),
                found = sources_of(&bf_descriptions[p], c);
            if (found != expected)
                fail_msg("%s_values.def: column %s has %d rows instead of %d",
                         bf_processors[p].short_name, schema->columns[c].name, found, expected);
        }
    }
}

static void test_every_feature_has_a_source_and_a_constant(void **state)
{
    (void)state;
    for (int f = 0; f < BF_FEATURE_COUNT; f++) {
        int others = 0;
        for (int l = 0; l < BF_LABEL_COUNT; l++)
            others += l != BF_LABEL_DEFAULT && bf_feature_source_of(f, (bf_label)l) != NULL;
        if (others == 0 || bf_feature_source_of(f, BF_LABEL_DEFAULT) == NULL)
            fail_msg("ml_values.def: feature %s lacks a row", bf_set_text(BF_SET_FEATURE, f));
    }
}

static bool has_window(const bf_description *description, const char *name, size_t size)
{
    for (int w = 0; w < description->window_count; w++) {
        if (strlen(description->windows[w].name) == size &&
            memcmp(description->windows[w].name, name, size) == 0)
            return true;
    }
    return false;
}

/* "league" are the teams behind the averages of TDZA. */
static void check_windows(int processor, const char *windows)
{
    for (const char *at = windows; *at != '\0';) {
        size_t size = strcspn(at, " ");
        bool of_context = strncmp(at, "context.", 8) == 0;
        bool known = of_context
                         ? has_window(&bf_descriptions[BF_DESCRIPTION_CONTEXT], at + 8, size - 8)
                         : has_window(&bf_descriptions[processor], at, size) ||
                               (processor == BF_PROCESSOR_tdza && strncmp(at, "league", size) == 0);
        if (!known)
            fail_msg("%s_values.def: no window %.*s", bf_processors[processor].short_name,
                     (int)size, at);
        at += size + strspn(at + size, " ");
    }
}

static void test_windows_are_known(void **state)
{
    (void)state;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        for (int i = 0; i < bf_descriptions[p].value_count; i++)
            check_windows(p, bf_descriptions[p].values[i].windows);
    }
    for (int f = 0; f < BF_FEATURE_COUNT; f++) {
        for (int l = 0; l < BF_LABEL_COUNT; l++) {
            const bf_feature_source *source = bf_feature_source_of(f, (bf_label)l);
            if (source != NULL)
                check_windows(BF_PROCESSOR_ml, source->windows);
        }
    }
}

static void test_facts_are_described(void **state)
{
    (void)state;
    for (int d = 0; d < BF_DESCRIPTION_COUNT; d++) {
        for (int i = 0; i < bf_descriptions[d].fact_count; i++) {
            const bf_fact *fact = &bf_descriptions[d].facts[i];
            assert_true(strlen(fact->text) > 0 && strlen(fact->unit) > 0);
            assert_ptr_equal(bf_fact_find(&bf_descriptions[d], fact->name, strlen(fact->name)),
                             fact);
        }
        for (int w = 0; w < bf_descriptions[d].window_count; w++)
            assert_true(strlen(bf_descriptions[d].windows[w].text) > 0);
    }
    assert_null(bf_fact_find(&bf_descriptions[BF_PROCESSOR_tdza], "pace", 4));
}

static void test_units_hold_the_scale(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        int digits, unit_size;
    } cases[] = {
        {"points/100", 2, 6}, {"min/10", 1, 3}, {"1/1000", 3, 1}, {"games", 0, 5}, {"1", 0, 1}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bf_fact fact = {.unit = cases[i].unit};
        size_t unit_size;
        assert_int_equal(bf_fact_digits(&fact, &unit_size), cases[i].digits);
        assert_int_equal(unit_size, cases[i].unit_size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_column_has_one_source),
        cmocka_unit_test(test_every_feature_has_a_source_and_a_constant),
        cmocka_unit_test(test_windows_are_known),
        cmocka_unit_test(test_facts_are_described),
        cmocka_unit_test(test_units_hold_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

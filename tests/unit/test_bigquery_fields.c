/* Fields of staging tables: ours, with the types that the target's columns have. */
#include <string.h>

#include "io/cloud/bigquery_internal.h"
#include "tests/support/unit.h"

static json_t *fields_of(bf_output table, const char *target)
{
    bf_bigquery_table its = {.schema = &bf_outputs[table]};
    bf_bigquery_state state = {.table = &its};
    state.fields = json_loads(target, 0, NULL);
    assert_non_null(state.fields);
    json_t *fields = bf_bigquery_staging_fields(&state);
    assert_non_null(fields);
    json_decref(state.fields);
    return fields;
}

static json_t *field(json_t *fields, const char *name)
{
    json_t *one;
    size_t i;
    json_array_foreach(fields, i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
            return one;
    }
    fail_msg("no field %s", name);
    return NULL;
}

static void expect(const json_t *one, const char *member, const char *text)
{
    const char *found = json_string_value(json_object_get(one, member));
    if ((found == NULL) != (text == NULL) || (found != NULL && strcmp(found, text) != 0))
        fail_msg("%s: %s is %s instead of %s", json_string_value(json_object_get(one, "name")),
                 member, found == NULL ? "absent" : found, text == NULL ? "absent" : text);
}

static void types_are_the_targets(void **state)
{
    (void)state;
    json_t *fields = fields_of(
        BF_OUTPUT_pdc, "[{\"name\": \"CACHE_DATE\", \"type\": \"DATE\", \"mode\": \"REQUIRED\"},"
                       " {\"name\": \"points_avg_last_5\", \"type\": \"NUMERIC\"},"
                       " {\"name\": \"points_avg_last_10\", \"type\": \"BIGNUMERIC\", "
                       "\"precision\": \"40\", \"scale\": "
                       "\"2\", \"defaultValueExpression\": \"1\"}]");
    expect(field(fields, "cache_date"), "type", "DATE");
    expect(field(fields, "cache_date"), "mode", "NULLABLE"); /* the target is who insists */
    expect(field(fields, "points_avg_last_5"), "type", "NUMERIC");
    expect(field(fields, "points_avg_last_5"), "precision", NULL);
    expect(field(fields, "points_avg_last_10"), "type", "BIGNUMERIC");
    expect(field(fields, "points_avg_last_10"), "precision", "40");
    expect(field(fields, "points_avg_last_10"), "scale", "2");
    expect(field(fields, "points_avg_last_10"), "defaultValueExpression", NULL);
    expect(field(fields, "minutes_avg_last_10"), "type", "NUMERIC"); /* the target lacks it */
    assert_int_equal(json_array_size(fields), 72);
    json_decref(fields);
}

static void lists_stay_lists(void **state)
{
    (void)state;
    json_t *fields = fields_of(
        BF_OUTPUT_ml, "[{\"name\": \"features\", \"type\": \"FLOAT\", \"mode\": \"REPEATED\"}]");
    expect(field(fields, "features"), "type", "FLOAT");
    expect(field(fields, "features"), "mode", "REPEATED");
    expect(field(fields, "feature_names"), "mode", "REPEATED");
    json_decref(fields);
}

static void numbers_are_read_as_json_has_them(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int64_t number;
    } texts[] = {{"[\"12\"]", 12}, {"[7]", 7},     {"[\"12x\"]", -1}, {"[\"\"]", -1},
                 {"[null]", -1},   {"[true]", -1}, {"[]", -1},        {"[{}]", -1}};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        json_t *list = json_loads(texts[i].json, 0, NULL);
        assert_int_equal(bf_call_int64(json_array_get(list, 0), -1), texts[i].number);
        json_decref(list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_the_targets),
        cmocka_unit_test(lists_stay_lists),
        cmocka_unit_test(numbers_are_read_as_json_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

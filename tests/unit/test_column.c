/* Storage of one column: every type holds its bounds and its null, and tells them apart. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compute/schema/column.h"
#include "compute/schema/table.h"
#include "tests/support/unit.h"

static void test_every_type_holds_its_bounds_and_null(void **state)
{
    (void)state;
    static const struct {
        bf_type type;
        size_t size;
        int64_t low, high, null;
    } types[] = {
        {BF_TYPE_I8, 1, INT8_MIN + 1, INT8_MAX, INT8_MIN},
        {BF_TYPE_I16, 2, INT16_MIN + 1, INT16_MAX, INT16_MIN},
        {BF_TYPE_I32, 4, INT32_MIN + 1, INT32_MAX, INT32_MIN},
        {BF_TYPE_I64, 8, INT64_MIN + 1, INT64_MAX, INT64_MIN},
    };
    for (size_t i = 0; i < LENGTH(types); i++) {
        bf_column column = {.kind = BF_KIND_INT, .type = types[i].type, .length = 1, .parent = -1};
        int64_t data[8];
        assert_int_equal(bf_type_size(types[i].type), types[i].size);
        assert_int_equal(bf_column_row_bytes(&column), types[i].size);
        assert_true(bf_column_null(&column) == types[i].null);
        memset(data, 0x5a, sizeof data);
        bf_column_fill_null(&column, data, 0, 4);
        bf_column_set_integer(&column, data, 1, types[i].low);
        bf_column_set_integer(&column, data, 2, types[i].high);
        assert_true(bf_column_is_null(&column, data, 0));
        assert_false(bf_column_is_null(&column, data, 1));
        assert_false(bf_column_is_null(&column, data, 2));
        assert_true(bf_column_is_null(&column, data, 3));
        assert_true(bf_column_integer(&column, data, 1) == types[i].low);
        assert_true(bf_column_integer(&column, data, 2) == types[i].high);
        bf_column_set_integer(&column, data, 2, types[i].null);
        assert_true(bf_column_is_null(&column, data, 2));
    }
}

static void test_doubles_and_masks(void **state)
{
    (void)state;
    bf_column number = {.kind = BF_KIND_FLOAT, .type = BF_TYPE_F64, .length = 1};
    double values[2] = {1.0, 2.0};
    bf_column_fill_null(&number, values, 1, 1);
    assert_false(bf_column_is_null(&number, values, 0));
    assert_true(bf_column_is_null(&number, values, 1) && isnan(values[1]));

    bf_column spelled = {.kind = BF_KIND_SPELLED, .type = BF_TYPE_U8, .length = 1};
    bf_column list = {.kind = BF_KIND_LIST, .type = BF_TYPE_U8, .length = 1};
    const uint8_t masks[2] = {0, 5};
    assert_true(bf_column_is_null(&spelled, masks, 0));
    assert_false(bf_column_is_null(&spelled, masks, 1));
    assert_false(bf_column_is_null(&list, masks, 0));

    bf_column digits = {.kind = BF_KIND_HASH, .type = BF_TYPE_U64, .length = 1};
    const uint64_t hashes[2] = {0, UINT64_MAX};
    assert_true(bf_column_is_null(&digits, hashes, 0));
    assert_false(bf_column_is_null(&digits, hashes, 1));
}

static void test_tables_and_columns_are_found_by_name(void **state)
{
    (void)state;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        const bf_table_schema *schema = &bf_outputs[t];
        assert_int_equal(bf_output_find(schema->name), t);
        for (int c = 0; c < schema->column_count; c++) {
            const bf_column *column = &schema->columns[c];
            char name[200];
            int size = column->parent < 0
                           ? snprintf(name, sizeof name, "%s", column->name)
                           : snprintf(name, sizeof name, "%s/%s",
                                      schema->columns[column->parent].name, column->name);
            assert_in_range(size, 1, sizeof name - 1);
            assert_int_equal(bf_table_find_column(schema, name), c);
        }
        assert_int_equal(bf_table_find_column(schema, "no_such_column"), -1);
    }
    assert_int_equal(bf_output_find("pdc"), BF_OUTPUT_pdc);
    assert_int_equal(bf_output_find("no_such_table"), -1);
    assert_int_equal(bf_input_find("schedule"), BF_INPUT_schedule);
    assert_int_equal(bf_input_find("no_such_table"), -1);
}

static void test_columns_have_memory_where_they_are_stored(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_columns columns;
    const bf_table_schema *schema = &bf_outputs[BF_OUTPUT_ml];
    assert_int_equal(bf_columns_alloc(&columns, schema, 3, &err), BF_OK);
    size_t bytes = 0;
    for (int c = 0; c < schema->column_count; c++) {
        assert_int_equal(columns.data[c] != NULL, bf_column_is_stored(&schema->columns[c]));
        bytes += bf_column_row_bytes(&schema->columns[c]);
    }
    assert_int_equal(bf_table_row_bytes(schema), bytes);
    bf_columns_free(&columns);
    assert_null(columns.data[0]);
}

static void test_dictionaries(void **state)
{
    (void)state;
    static const int64_t offset[] = {0, 4, 6, 10};
    const bf_dictionary teams = {3, offset, "BOS\0C\0LAL"};
    assert_int_equal(bf_dictionary_find(&teams, "BOS"), 0);
    assert_int_equal(bf_dictionary_find(&teams, "C"), 1);
    assert_int_equal(bf_dictionary_find(&teams, "LAL"), 2);
    assert_int_equal(bf_dictionary_find(&teams, ""), -1);
    assert_int_equal(bf_dictionary_find(&teams, "BOS2"), -1);
    assert_int_equal(bf_dictionary_find(&teams, "ZZZ"), -1);
    assert_int_equal(bf_dictionary_length(&teams, 1), 1);
    assert_string_equal(bf_dictionary_text(&teams, 2), "LAL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_holds_its_bounds_and_null),
        cmocka_unit_test(test_doubles_and_masks),
        cmocka_unit_test(test_tables_and_columns_are_found_by_name),
        cmocka_unit_test(test_columns_have_memory_where_they_are_stored),
        cmocka_unit_test(test_dictionaries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The tables that the program is made of check out: options, commands, schemas. */
#include <stdio.h>
#include <string.h>

#include "compute/features/processor.h"
#include "compute/schema/table.h"
#include "mpi/commands/commands.h"
#include "tests/support/unit.h"

static void test_options_are_sorted_and_described(void **state)
{
    (void)state;
    for (int i = 0; i < BF_OPTION_IDS; i++) {
        bf_option_id id = (bf_option_id)i;
        const bf_option *option = &bf_option_list[id];
        if (i > 0 && strcmp(bf_option_name((bf_option_id)(i - 1)), bf_option_name(id)) >= 0)
            fail_msg("options.def: %s has to stand before %s", bf_option_name(id),
                     bf_option_name((bf_option_id)(i - 1)));
        assert_true(strlen(option->help) > 0);
        assert_true(strlen(option->commands) > 0);
        assert_int_equal(option->kind == BF_OPTION_KIND_FLAG, *option->argument == '\0');
    }
}

static void test_every_default_is_a_value(void **state)
{
    (void)state;
    static const bf_command commands[] = {{"run", BF_RANKS_ONE, "", "", NULL}, {.name = NULL}};
    static const char *const argv[] = {"backfill", NULL}, *const environment[] = {NULL};
    bf_options options;
    bf_error err = BF_ERROR_INIT;
    if (bf_options_parse(&options, commands, argv, environment, &err) != BF_OK)
        fail_msg("%s", err.message);
    bf_options_reset(&options);
}

static void test_commands_are_unique_and_described(void **state)
{
    (void)state;
    for (const bf_command *command = bf_commands; command->name != NULL; command++) {
        assert_ptr_equal(bf_command_find(bf_commands, command->name), command);
        assert_true(strlen(command->summary) > 0);
        assert_non_null(command->function);
    }
}

/* Nothing narrower holds low..high and leaves the smallest value for null. */
static bf_type narrowest(int64_t low, int64_t high)
{
    static const struct {
        bf_type type;
        int64_t null, max;
    } types[] = {{BF_TYPE_I8, INT8_MIN, INT8_MAX},
                 {BF_TYPE_I16, INT16_MIN, INT16_MAX},
                 {BF_TYPE_I32, INT32_MIN, INT32_MAX}};
    for (size_t i = 0; i < LENGTH(types); i++) {
        if (low > types[i].null && high <= types[i].max)
            return types[i].type;
    }
    return BF_TYPE_I64;
}

static void check_column(const bf_table_schema *table, const bf_column *column)
{
    char where[200];
    (void)snprintf(where, sizeof where, "%s: column %s", table->name, column->name);
    if (strlen(column->description) == 0)
        fail_msg("%s has no description", where);
    if (strlen(column->sql_type) == 0 || column->length < 1)
        fail_msg("%s has no type or no length", where);
    bool is_number = column->kind == BF_KIND_INT || column->kind == BF_KIND_NUMERIC;
    if (!is_number)
        return;
    if (column->low > column->high)
        fail_msg("%s: low %lld is above high %lld", where, (long long)column->low,
                 (long long)column->high);
    bf_type expected = narrowest(column->low, column->high);
    if (column->kind == BF_KIND_NUMERIC && expected < BF_TYPE_I32 && column->type == BF_TYPE_I32)
        return; /* a NUMERIC of an output is an int32 (DESIGN §4) */
    if (column->type != expected)
        fail_msg("%s: %lld..%lld fits type %d, stored as %d", where, (long long)column->low,
                 (long long)column->high, (int)expected, (int)column->type);
}

static void check_table(const bf_table_schema *table)
{
    assert_true(strlen(table->name) > 0 && strlen(table->description) > 0 &&
                strlen(table->dataset) > 0);
    assert_in_range(table->column_count, 1, BF_MAX_COLUMNS);
    for (int c = 0; c < table->column_count; c++) {
        const bf_column *column = &table->columns[c];
        check_column(table, column);
        assert_true(column->parent < c); /* members follow their object */
        for (int other = 0; other < c; other++) {
            if (table->columns[other].parent == column->parent &&
                strcmp(table->columns[other].name, column->name) == 0)
                fail_msg("%s: column %s stands there twice", table->name, column->name);
        }
    }
}

static void test_tables_are_consistent(void **state)
{
    (void)state;
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        check_table(&bf_inputs[t]);
        assert_int_equal(bf_input_find(bf_inputs[t].name), t);
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        check_table(&bf_outputs[t]);
        assert_int_equal(bf_output_find(bf_outputs[t].name), t);
        assert_int_equal(bf_outputs[t].columns[bf_outputs[t].date_column].kind, BF_KIND_DATE);
        assert_int_equal(bf_outputs[t].columns[bf_outputs[t].key_column].kind, BF_KIND_KEY);
    }
    for (int t = 0; t < BF_RECORD_COUNT; t++) {
        check_table(&bf_records[t]);
        assert_int_equal(bf_records[t].columns[bf_records[t].key_column].kind, BF_KIND_KEY);
    }
}

/* Every name of a list "a, b" is a column of the table. */
static void check_names(const bf_table_schema *table, const char *list)
{
    for (const char *word = list; *word != '\0';) {
        char name[100];
        size_t size = strcspn(word, ", ");
        (void)snprintf(name, sizeof name, "%.*s", (int)size, word);
        if (bf_table_find_column(table, name) < 0)
            fail_msg("%s: no column %s", table->name, name);
        word += size + strspn(word + size, ", ");
    }
}

static void test_keys_and_clusters_are_columns(void **state)
{
    (void)state;
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        check_names(&bf_inputs[t], bf_inputs[t].keys);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        check_names(&bf_outputs[t], bf_outputs[t].keys);
        check_names(&bf_outputs[t], bf_outputs[t].cluster);
    }
    for (int t = 0; t < BF_RECORD_COUNT; t++)
        check_names(&bf_records[t], bf_records[t].cluster);
}

/* The target tables' own counts (spec). */
static void test_column_counts(void **state)
{
    (void)state;
    static const int counts[] = {
        [BF_OUTPUT_tdza] = 46,     [BF_OUTPUT_psza] = 48, [BF_OUTPUT_pcf] = 63,
        [BF_OUTPUT_pdc] = 72,      [BF_OUTPUT_ml] = 51,   [BF_OUTPUT_failure] = 10,
        [BF_OUTPUT_reprocess] = 12};
    assert_int_equal(bf_records[BF_RECORD_runs].column_count, 21);
    assert_int_equal(bf_records[BF_RECORD_history].column_count, 32);
    for (size_t t = 0; t < LENGTH(counts); t++) {
        int top = 0;
        for (int c = 0; c < bf_outputs[t].column_count; c++)
            top += bf_outputs[t].columns[c].parent < 0;
        if (top != counts[t])
            fail_msg("%s has %d columns instead of %d", bf_outputs[t].name, top, counts[t]);
    }
}

/* processor_run_history spells what a processor writes from sets of their own. */
static void test_outputs_are_in_their_sets(void **state)
{
    (void)state;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const bf_table_schema *table = &bf_outputs[bf_processors[p].table];
        int name = bf_set_find(BF_SET_OUTPUT_TABLE, table->name, strlen(table->name));
        int dataset = bf_set_find(BF_SET_OUTPUT_DATASET, table->dataset, strlen(table->dataset));
        assert_int_equal(name, p);
        assert_in_range(dataset, 0, BF_OUTPUT_DATASET_COUNT - 1);
    }
    assert_int_equal(BF_OUTPUT_TABLE_COUNT, BF_PROCESSOR_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_are_sorted_and_described),
        cmocka_unit_test(test_every_default_is_a_value),
        cmocka_unit_test(test_commands_are_unique_and_described),
        cmocka_unit_test(test_tables_are_consistent),
        cmocka_unit_test(test_keys_and_clusters_are_columns),
        cmocka_unit_test(test_column_counts),
        cmocka_unit_test(test_outputs_are_in_their_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

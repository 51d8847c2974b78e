/* The JSON writer: commas, lines, indents. */
#include "io/text/json_out.h"
#include "tests/support/unit.h"

static void expect(void (*write)(bf_json_out *), const char *expected)
{
    bf_text text = BF_TEXT_INIT(4096);
    bf_json_out json = BF_JSON_OUT_INIT(&text);
    write(&json);
    assert_string_equal(text.data, expected);
    bf_text_free(&text);
}

static void write_empty(bf_json_out *json)
{
    bf_json_open(json, NULL, '{');
    bf_json_close(json, '}');
}

static void write_levels(bf_json_out *json)
{
    bf_json_open(json, NULL, '{');
    bf_json_string(json, "a", "x\"y");
    bf_json_open(json, "b", '[');
    bf_json_integer(json, NULL, -1);
    bf_json_bool(json, NULL, true);
    bf_json_close(json, ']');
    bf_json_open(json, "c", '[');
    bf_json_close(json, ']');
    bf_json_string(json, "d", NULL);
    bf_json_close(json, '}');
}

static void write_lines(bf_json_out *json)
{
    bf_json_open(json, NULL, '[');
    for (int i = 0; i < 2; i++) {
        bf_json_open_line(json, NULL, '{');
        bf_json_open_line(json, "a", '[');
        bf_json_integer(json, NULL, i);
        bf_json_integer(json, NULL, 9);
        bf_json_close(json, ']');
        bf_json_key(json, "b");
        bf_text_string(json->text, "1.50");
        bf_json_close(json, '}');
    }
    bf_json_close(json, ']');
}

static void test_layout(void **state)
{
    (void)state;
    expect(write_empty, "{}");
    expect(write_levels, "{\n  \"a\": \"x\\\"y\",\n  \"b\": [\n    -1,\n    true\n  ],\n  \"c\": "
                         "[],\n  \"d\": null\n}");
    expect(write_lines, "[\n  {\"a\": [0, 9], \"b\": 1.50},\n  {\"a\": [1, 9], \"b\": 1.50}\n]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_layout)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Error bodies of servers, friendly and otherwise. */
#include "io/cloud/refusal.h"

#include <stdio.h>
#include <string.h>

#include "io/cloud/retry.h"
#include "tests/support/unit.h"

static bf_refusal read_text(const char *text, size_t size)
{
    bf_text body = BF_TEXT_INIT(1 << 20);
    bf_refusal refusal;
    bf_text_append(&body, text, size);
    bf_refusal_read(&refusal, &body);
    bf_text_free(&body);
    return refusal;
}

static void bodies(void **state)
{
    (void)state;
    static const struct {
        const char *body, *reason, *message;
    } cases[] = {
        {"{\"error\":{\"code\":403,\"message\":\"No\",\"errors\":[{\"reason\":\"accessDenied\"}],"
         "\"status\":\"PERMISSION_DENIED\"}}",
         "accessDenied", "No"},
        {"{\"error\":{\"message\":\"No\",\"status\":\"PERMISSION_DENIED\"}}", "PERMISSION_DENIED",
         "No"},
        {"{\"error\":\"invalid_grant\",\"error_description\":\"Bad JWT\"}", "invalid_grant",
         "Bad JWT"},
        {"{\"error\":{\"message\":7,\"errors\":{\"reason\":[]},\"status\":null}}", "", ""},
        {"{\"error\":{\"message\":\"two\\nlines\\u0000\\u001b[31m\"}}", "", "two lines  [31m"},
        {"{\"error\":[]}", "", "the reply begins '{\"error\":[]}'"},
        {"<html>\r\n<b>Bad Gateway", "", "the reply begins '<html>  <b>Bad Gateway'"},
        {"\xff\xfe{", "", "the reply begins '?\?{'"},
        {"", "", ""},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bf_refusal refusal = read_text(cases[i].body, strlen(cases[i].body));
        assert_string_equal(refusal.reason, cases[i].reason);
        assert_string_equal(refusal.message, cases[i].message);
    }
}

static void long_ones(void **state)
{
    (void)state;
    static char body[100000];
    bf_refusal refusal;
    size_t n = (size_t)snprintf(body, sizeof body, "{\"error\":{\"message\":\"a");
    for (size_t i = 0; i < 40000; i++, n += 2)
        memcpy(body + n, "\xc3\xa4", 2);
    n += (size_t)snprintf(body + n, sizeof body - n, "\"}}");
    refusal = read_text(body, n);
    assert_int_equal(strlen(refusal.message), sizeof refusal.message - 1); /* odd: no half letter */
    memset(body, '[', sizeof body); /* deeper than the parser goes */
    refusal = read_text(body, sizeof body);
    assert_memory_equal(refusal.message, "the reply begins '[[[[", 22);
}

static void hiding(void **state)
{
    (void)state;
    char text[] = "token ya29.x and ya29.x again";
    bf_refusal_hide(text, NULL);
    bf_refusal_hide(text, "");
    bf_refusal_hide(text, "ya29.x");
    assert_string_equal(text, "token ****** and ****** again");
}

static void transient(void **state)
{
    (void)state;
    static const int again[] = {408, 429, 500, 502, 503, 504},
                     never[] = {200, 308, 400, 401, 403, 404, 409, 410, 412, 413};
    for (size_t i = 0; i < LENGTH(again); i++)
        assert_true(bf_retry_status_is_transient(again[i]));
    for (size_t i = 0; i < LENGTH(never); i++)
        assert_false(bf_retry_status_is_transient(never[i]));
    assert_true(bf_retry_reason_is_transient("rateLimitExceeded"));
    assert_false(bf_retry_reason_is_transient("accessDenied"));
    assert_false(bf_retry_reason_is_transient(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bodies), cmocka_unit_test(long_ones),
                                       cmocka_unit_test(hiding), cmocka_unit_test(transient)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

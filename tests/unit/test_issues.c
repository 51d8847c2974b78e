/* The list of issues: kept in order, capped by kind, counted by severity. */
#include <string.h>

#include "compute/audit/issues.h"
#include "compute/base/fault.h"
#include "tests/support/unit.h"

static void test_order_and_severity(void **state)
{
    (void)state;
    bf_issues issues = BF_ISSUES_INIT;
    bf_issues_add(&issues, BF_ISSUE_partial, 2, 19000, 7, "%d of %d", 7, 9);
    bf_issues_add_season(&issues, BF_ISSUE_share, 1, 2021, 3, "x");
    bf_issues_add(&issues, BF_ISSUE_digest, 0, BF_ISSUE_NO_DAY, 1, "y");
    assert_int_equal(issues.count, 3);
    assert_string_equal(issues.list[0].text, "7 of 9");
    assert_int_equal(issues.list[0].day, 19000);
    assert_int_equal(issues.list[1].season, 2021);
    assert_int_equal(issues.list[1].day, BF_ISSUE_NO_DAY);
    assert_int_equal(bf_issues_of(&issues, BF_SEVERITY_NOTE), 1);
    assert_int_equal(bf_issues_of(&issues, BF_SEVERITY_ATTENTION), 1);
    assert_int_equal(bf_issues_of(&issues, BF_SEVERITY_DAMAGE), 1);
    bf_issues_free(&issues);
}

static void test_many(void **state)
{
    (void)state;
    bf_issues issues = BF_ISSUES_INIT;
    bf_error err = BF_ERROR_INIT;
    char text[2 * BF_ISSUE_TEXT_BYTES];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < BF_ISSUES_KEPT + 5; i++)
        bf_issues_add(&issues, BF_ISSUE_partial, -1, i, 1, "%s", text);
    bf_issues_add(&issues, BF_ISSUE_unit, -1, 0, 1, "another kind");
    assert_int_equal(issues.count, BF_ISSUES_KEPT + 1);
    assert_int_equal(issues.found[BF_ISSUE_partial], BF_ISSUES_KEPT + 5);
    assert_int_equal(bf_issues_of(&issues, BF_SEVERITY_ATTENTION), BF_ISSUES_KEPT + 6);
    assert_int_equal(strlen(issues.list[0].text), BF_ISSUE_TEXT_BYTES - 1);
    assert_int_equal(bf_issues_status(&issues, &err), BF_OK);
    bf_issues_free(&issues);
}

static void test_memory(void **state)
{
    (void)state;
    bf_issues issues = BF_ISSUES_INIT;
    bf_error err = BF_ERROR_INIT;
    bf_fault_arm(BF_FAULT_ALLOC, 1);
    bf_issues_add(&issues, BF_ISSUE_unit, -1, 0, 1, "lost");
    assert_int_equal(bf_issues_status(&issues, &err), BF_E_MEMORY);
    assert_int_equal(issues.found[BF_ISSUE_unit], 1);
    bf_issues_free(&issues);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_severity),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

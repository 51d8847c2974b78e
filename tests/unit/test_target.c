/* URLs of upload targets: their parts, and what is refused. */
#include <string.h>

#include "io/cloud/target.h"
#include "tests/support/unit.h"

static bf_target read_url(const char *url)
{
    bf_target target;
    bf_error err = BF_ERROR_INIT;
    if (bf_target_parse(&target, url, &err) != BF_OK)
        fail_msg("%s: %s", url, err.message);
    assert_string_equal(target.url, url);
    return target;
}

static void refuse(const char *url, const char *words)
{
    bf_target target;
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_target_parse(&target, url, &err), BF_E_USAGE);
    if (strstr(err.message, words) == NULL)
        fail_msg("%s: '%s' does not say '%s'", url, err.message, words);
}

static void bigquery_has_project_place_and_datasets(void **state)
{
    (void)state;
    bf_target target = read_url("bigquery://my-project");
    assert_int_equal(target.kind, BF_TARGET_BIGQUERY);
    assert_string_equal(target.project, "my-project");
    assert_string_equal(target.location, "");
    assert_string_equal(bf_target_dataset(&target, "nba_precompute"), "nba_precompute");
    target = read_url("bigquery://example.com:p1/?location=us-west2&precompute=a_1&processing=b");
    assert_string_equal(target.project, "example.com:p1");
    assert_string_equal(target.location, "us-west2");
    assert_string_equal(bf_target_dataset(&target, "nba_precompute"), "a_1");
    assert_string_equal(bf_target_dataset(&target, "nba_processing"), "b");
    assert_string_equal(bf_target_dataset(&target, "nba_predictions"), "nba_predictions");
    assert_string_equal(bf_target_dataset(&target, "elsewhere"), "elsewhere");
    (void)read_url("bigquery://p?");
}

static void storage_has_bucket_and_prefix(void **state)
{
    (void)state;
    bf_target target = read_url("gs://bucket-1.x/a/b c/");
    assert_int_equal(target.kind, BF_TARGET_STORAGE);
    assert_string_equal(target.bucket, "bucket-1.x");
    assert_string_equal(target.prefix, "a/b c");
    assert_string_equal(read_url("gs://b").prefix, "");
    assert_string_equal(read_url("gs://b/").prefix, "");
}

static void directory_is_a_whole_path(void **state)
{
    (void)state;
    bf_target target = read_url("file:///a/b%20c/");
    assert_int_equal(target.kind, BF_TARGET_DIRECTORY);
    assert_string_equal(target.directory, "/a/b c");
    assert_string_equal(read_url("file:///").directory, "/");
}

static void wrong_urls_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *url, *words;
    } wrong[] = {
        {"", "expected bigquery://"},
        {"s3://bucket", "expected bigquery://"},
        {"bigquery:/p", "expected bigquery://"},
        {"bigquery://", "expected a project"},
        {"bigquery://p/x", "expected a project"},
        {"bigquery://p'x", "expected a project"},
        {"bigquery://1p", "expected a project"},
        {"bigquery://p?precompte=x", "did you mean precompute?"},
        {"bigquery://p?xyzzy=1", "known are location"},
        {"bigquery://p?precompute=a-b", "name of a dataset"},
        {"bigquery://p?predictions=", "name of a dataset"},
        {"bigquery://p?location=a`b", "expected a place"},
        {"bigquery://p?location", "expected a place"},
        {"gs://", "expected a bucket"},
        {"gs:///prefix", "expected a bucket"},
        {"gs://b/x?y", "prefix"},
        {"gs://b/a\nb", "prefix"},
        {"file://", "file:///DIR"},
        {"file://host/x", "file:///DIR"},
        {"file:///a%2", "hexadecimal"},
        {"file:///a%00", "hexadecimal"},
    };
    for (size_t i = 0; i < LENGTH(wrong); i++)
        refuse(wrong[i].url, wrong[i].words);
    static char url[BF_TARGET_PATH_BYTES + 1];
    memset(url, 'a', sizeof url - 1);
    memcpy(url, "file:///", 8);
    refuse(url, "longer than");
    char project[BF_TARGET_NAME_BYTES + 20] = "bigquery://";
    memset(project + 11, 'p', BF_TARGET_NAME_BYTES);
    refuse(project, "expected a project");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bigquery_has_project_place_and_datasets),
        cmocka_unit_test(storage_has_bucket_and_prefix),
        cmocka_unit_test(directory_is_a_whole_path),
        cmocka_unit_test(wrong_urls_are_refused_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

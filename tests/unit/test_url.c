/* Which URLs may get a secret. */
#include "io/cloud/url.h"

#include <string.h>

#include "io/cloud/http.h"
#include "tests/support/unit.h"

static void safe(void **state)
{
    (void)state;
    static const char *const good[] = {"https://bigquery.googleapis.com/x",
                                       "HTTPS://example.com",
                                       "http://localhost:9050",
                                       "http://127.0.0.1",
                                       "http://127.9.9.9:1/",
                                       "http://[::1]:80/",
                                       "http://LOCALHOST/"};
    static const char *const bad[] = {"http://example.com",
                                      "http://127.0.0.1.example.com",
                                      "http://localhost.example.com",
                                      "http://10.0.0.1",
                                      "http://0.0.0.0",
                                      "http://user:secret@localhost",
                                      "https://user@example.com",
                                      "ftp://localhost",
                                      "file:///etc/passwd",
                                      "localhost",
                                      "",
                                      "http://",
                                      "http://[::2]/",
                                      "http://metadata.google.internal"};
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_true(bf_url_is_safe(good[i]));
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(bf_url_is_safe(bad[i]));
}

static void follow(void **state)
{
    (void)state;
    static const struct {
        const char *base, *location, *expected; /* NULL: refused */
    } cases[] = {
        {"https://a.example.com", "https://a.example.com/up?upload_id=1",
         "https://a.example.com/up?upload_id=1"},
        {"https://a.example.com", "https://A.EXAMPLE.com/up", "https://A.EXAMPLE.com/up"},
        {"https://a.example.com", "/up?x=1", "https://a.example.com/up?x=1"},
        {"https://a.example.com", "https://a.example.com:444/up", NULL},
        {"https://a.example.com", "http://a.example.com/up", NULL},
        {"https://a.example.com", "https://b.example.com/up", NULL},
        {"https://a.example.com", "//b.example.com/up", NULL},
        {"https://a.example.com", "https://a.example.com@evil.example.com/", NULL},
        {"https://bigquery.googleapis.com", "https://www.googleapis.com/up",
         "https://www.googleapis.com/up"},
        {"https://bigquery.googleapis.com", "https://evilgoogleapis.com/up", NULL},
        {"https://bigquery.googleapis.com", "https://googleapis.com.example.com/up", NULL},
        {"https://a.example.com", "https://www.googleapis.com/up", NULL},
        {"http://localhost:9050", "http://127.0.0.1:9050/up", "http://127.0.0.1:9050/up"},
        {"http://localhost:9050", "http://127.0.0.1:9051/up", NULL},
        {"http://localhost:9050", "http://example.com:9050/up", NULL},
        {"https://a.example.com", "", "https://a.example.com/"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bf_text out = BF_TEXT_INIT(1 << 12);
        bool followed = bf_url_follow(&out, cases[i].base, cases[i].location);
        assert_int_equal(followed, cases[i].expected != NULL);
        if (followed)
            assert_string_equal(out.data, cases[i].expected);
        bf_text_free(&out);
    }
}

static void shown(void **state)
{
    (void)state;
    assert_int_equal(bf_url_shown_bytes("https://a/b?upload_id=secret"), strlen("https://a/b"));
    assert_int_equal(bf_url_shown_bytes("https://a/b#c"), strlen("https://a/b"));
    assert_int_equal(bf_url_shown_bytes("https://a/b"), strlen("https://a/b"));
}

static void escape(void **state)
{
    (void)state;
    bf_text out = BF_TEXT_INIT(1 << 12);
    bf_http_escape(&out, "az-AZ_0.9~ /?&=+%\xc3\xa4");
    assert_string_equal(out.data, "az-AZ_0.9~%20%2F%3F%26%3D%2B%25%C3%A4");
    bf_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(safe), cmocka_unit_test(follow),
                                       cmocka_unit_test(shown), cmocka_unit_test(escape)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The report: nothing of a file becomes markup, the same facts give the same bytes, and a page goes
 * only where it may. What it shows is compared in a browser (tests/browser). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/report/html.h"
#include "io/report/report.h"
#include "tests/support/made_results.h"
#include "tests/support/unit.h"

#define EVIL "<script>alert(\"1\" & '2')</script>"
#define TAME "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"

static void expect_text(bf_text *text, const char *expected)
{
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_text_status(text, &err), BF_OK);
    assert_string_equal(text->data, expected);
    bf_text_free(text);
}

static void test_escaping(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(1 << 12);
    bf_html_text(&text, "");
    bf_html_text(&text, "plain, J\xc3\xb3ki\xc4\x87 ");
    bf_html_text(&text, EVIL);
    bf_html_text(&text, "\x01\x7f\n.");
    expect_text(&text, "plain, J\xc3\xb3ki\xc4\x87 " TAME "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd.");
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0.000"},
                 {0.0004, "0.000"},
                 {0.0005001, "0.001"},
                 {1.9996, "2.000"},
                 {12345.678, "12,345.678"},
                 {-1, "–"},
                 {0.0 / 0.0, "–"},
                 {1e300, "–"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bf_text text = BF_TEXT_INIT(1 << 12);
        bf_html_seconds(&text, cases[i].seconds);
        expect_text(&text, cases[i].text);
    }
}

static void test_tables(void **state)
{
    (void)state;
    bf_text text = BF_TEXT_INIT(1 << 12);
    bf_html_table(&text, "name|#rows");
    bf_html_row(&text, "<a>");
    bf_html_count(&text, 1234);
    bf_html_table_end(&text);
    expect_text(&text, "<div class=\"scroll\"><table class=\"data\"><thead><tr>"
                       "<th scope=\"col\">name</th><th scope=\"col\" class=\"n\">rows</th>"
                       "</tr></thead><tbody>\n<tr><th scope=\"row\">&lt;a&gt;</th>"
                       "<td class=\"n\">1,234</td>\n</tbody></table></div>\n");
}

/* ---- the page -------------------------------------------------------------------------------- */

typedef struct fixture {
    bf_made made;
    bf_coverage *coverage;
    bf_contamination contamination;
    bf_attention attention;
    bf_integrity integrity;
    bf_issues issues;
    bf_report report;
} fixture;

static void open_fixture(fixture *f, int32_t dates)
{
    bf_error err = BF_ERROR_INIT;
    *f = (fixture){.issues = BF_ISSUES_INIT};
    bf_made_init(&f->made, dates, 40, 1);
    assert_int_equal(bf_coverage_create(&f->coverage, dates, f->made.layout.dictionaries, &err),
                     BF_OK);
    f->report = (bf_report){.name = "results.h5",
                            .layout = &f->made.layout,
                            .facts = &f->made.facts,
                            .outcome = &f->made.outcome,
                            .coverage = f->coverage,
                            .contamination = &f->contamination,
                            .integrity = &f->integrity,
                            .attention = &f->attention,
                            .issues = &f->issues};
}

static void close_fixture(fixture *f)
{
    bf_issues_free(&f->issues);
    bf_coverage_free(f->coverage);
    bf_made_free(&f->made);
}

static bf_text page_of(const fixture *f)
{
    bf_error err = BF_ERROR_INIT;
    bf_text page = BF_TEXT_INIT(BF_REPORT_BYTES_MAX);
    assert_int_equal(bf_report_page(&page, &f->report, &err), BF_OK);
    return page;
}

static int count(const char *text, const char *piece)
{
    int found = 0;
    for (const char *at = text; (at = strstr(at, piece)) != NULL; at += strlen(piece))
        found++;
    return found;
}

/* Every text that a file can bring, as markup: names, options, inputs, sessions, findings. */
static void test_nothing_of_a_file_is_markup(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, 3);
    f.report.name = EVIL;
    f.made.facts.program_version = EVIL;
    f.made.facts.options_json =
        "{\"<script>alert(1)\": [\"<script>alert(2)\", {\"<script>alert(3)\": 1}]}";
    f.made.facts.inputs_json = "[{\"season\": 2021, \"origin\": \"<script>alert(4)\", "
                               "\"sha256\": \"<script>alert(5)\", \"rows\": {\"a\": 1}}]";
    f.made.outcome.sessions_json =
        "[{\"start\": \"<script>alert(6)\", \"hosts\": [\"<script>alert(7)\"], "
        "\"phases\": {\"<script>alert(8)\": 1.5}}]";
    bf_issues_add(&f.issues, BF_ISSUE_investigate, 1, f.made.dates[1], 1, "%s", EVIL);
    bf_issues_add_season(&f.issues, BF_ISSUE_share, -1, 2021, 1, "%s", EVIL);
    bf_text page = page_of(&f);
    assert_int_equal(count(page.data, "<script"), 1); /* its own */
    assert_int_equal(count(page.data, "&lt;script&gt;alert"), 11);
    assert_int_equal(count(page.data, TAME), 3);
    bf_text_free(&page);
    close_fixture(&f);
}

/* The verdict says how the run itself ended, where something was found. */
static void test_how_the_run_ended(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, 3);
    bf_text page = page_of(&f);
    assert_int_equal(count(page.data, "run-ended"), 0);
    bf_text_free(&page);
    bf_issues_add(&f.issues, BF_ISSUE_zones, -1, BF_ISSUE_NO_DAY, 1, "x");
    page = page_of(&f);
    assert_int_equal(
        count(page.data,
              "<p id=\"run-ended\">The run that made these results ended with exit code 0: "
              "what is found here, the audit found in its rows.</p>"),
        1);
    bf_text_free(&page);
    f.attention = (bf_attention){.failed = 2, .nulled = 3};
    bf_attention_season(&f.attention, 2022);
    page = page_of(&f);
    assert_int_equal(count(page.data, "exit code 1: units without rows 2, records to investigate "
                                      "0, nulled values 3, contaminated seasons 1.</p>"),
                     1);
    bf_text_free(&page);
    close_fixture(&f);
}

/* What is no JSON at all, or of other shapes, is shown as it is, or as nothing. */
static void test_odd_texts(void **state)
{
    (void)state;
    static const char *const odd[] = {"",
                                      "<b>",
                                      "7",
                                      "[]",
                                      "{}",
                                      "[[]]",
                                      "[7]",
                                      "{\"phases\": 1}",
                                      "[{\"phases\": []}]",
                                      "[{\"rows\": 7, \"season\": \"x\"}]"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        fixture f;
        open_fixture(&f, 1);
        f.made.facts.options_json = f.made.facts.inputs_json = f.made.outcome.sessions_json =
            odd[i];
        bf_text page = page_of(&f);
        assert_int_equal(count(page.data, "</html>"), 1);
        assert_int_equal(count(page.data, "<b>&lt;"), 0);
        bf_text_free(&page);
        close_fixture(&f);
    }
}

static void test_cells_and_bytes(void **state)
{
    (void)state;
    static const int32_t sizes[] = {0, 1, 845};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fixture f;
        open_fixture(&f, sizes[i]);
        bf_text page = page_of(&f), again = page_of(&f);
        assert_int_equal(count(page.data, " tabindex=\"0\""), sizes[i] * BF_UNIT_PROCESSORS);
        assert_int_equal(page.size_bytes, again.size_bytes);
        assert_memory_equal(page.data, again.data, page.size_bytes);
        assert_non_null(strstr(page.data, "SYNTHETIC"));
        bf_text_free(&page);
        bf_text_free(&again);
        close_fixture(&f);
    }
}

/* Ranks and seconds as a mistaken program could have written them. */
static void test_odd_units(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, 10);
    for (int64_t i = 0; i < f.made.outcome.unit_count; i++) {
        f.made.units[i].rank = i % 3 == 0 ? -1 : i % 3 == 1 ? INT32_MAX : (int32_t)(i / 5);
        f.made.units[i].seconds = i % 7 == 0 ? -1.0 : i % 7 == 1 ? 0.0 / 0.0 : 0.5;
    }
    bf_text page = page_of(&f);
    assert_int_equal(count(page.data, "<th scope=\"row\">2147483647</th>"), 1);
    bf_text_free(&page);
    close_fixture(&f);
}

/* ---- where it goes --------------------------------------------------------------------------- */

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void expect_target(const char *path, bf_status expected)
{
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_report_check_target(path, &err), expected);
}

static void test_target(void **state)
{
    (void)state;
    char directory[] = "/tmp/backfill-report.XXXXXX";
    fixture f;
    assert_non_null(mkdtemp(directory));
    assert_int_equal(chdir(directory), 0);
    open_fixture(&f, 1);
    bf_text page = page_of(&f);
    write_file("report.html", page.data, page.size_bytes);
    write_file("empty", "", 0);
    write_file("notes.html", "<!DOCTYPE html><p>notes", 23);
    write_file("results.h5", "\x89HDF\r\n\x1a\n\0\0\0", 11);
    assert_int_equal(mkdir("directory", 0777), 0);
    expect_target("new.html", BF_OK);
    expect_target("directory/new.html", BF_OK);
    expect_target("report.html", BF_OK);
    expect_target("empty", BF_OK);
    expect_target("notes.html", BF_E_USAGE);
    expect_target("results.h5", BF_E_USAGE);
    expect_target("directory", BF_E_USAGE);
    expect_target("/dev/null", BF_E_USAGE);
    expect_target("missing/new.html", BF_E_OUTPUT);
    static const char *const made[] = {"report.html", "empty", "notes.html", "results.h5"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        assert_int_equal(unlink(made[i]), 0);
    assert_int_equal(rmdir("directory"), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(directory), 0);
    bf_text_free(&page);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escaping),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_nothing_of_a_file_is_markup),
        cmocka_unit_test(test_how_the_run_ended),
        cmocka_unit_test(test_odd_texts),
        cmocka_unit_test(test_cells_and_bytes),
        cmocka_unit_test(test_odd_units),
        cmocka_unit_test(test_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

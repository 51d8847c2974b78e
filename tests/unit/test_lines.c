/* Lines of plain and gzip files, CSV records, UTF-8. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "compute/base/text.h"
#include "io/text/csv.h"
#include "io/text/utf8.h"
#include "tests/support/unit.h"

static char path[64];
static bf_error err;

static int create(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/backfill-lines-%d.csv", (int)getpid());
    err = (bf_error)BF_ERROR_INIT;
    return 0;
}

static int destroy(void **state)
{
    (void)state;
    (void)unlink(path);
    return 0;
}

static void write_file(const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Appends a gzip member to `out` and returns its size. */
static size_t gzip(unsigned char *out, size_t room, const char *text, size_t size)
{
    z_stream zlib = {.next_in = (unsigned char *)(uintptr_t)text,
                     .avail_in = (uInt)size,
                     .next_out = out,
                     .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    size_t used = zlib.total_out;
    assert_int_equal(deflateEnd(&zlib), Z_OK);
    return used;
}

/* All lines, each followed by '|', or the error's message. */
static char *read_lines(void)
{
    static char out[1 << 20];
    bf_lines *lines = NULL;
    bf_slice line;
    size_t used = 0;
    bf_status st = bf_lines_open(&lines, path, &err);
    while (st == BF_OK && (st = bf_lines_next(&line, lines, &err)) == BF_OK && line.text != NULL) {
        assert_true(used + line.size + 2 < sizeof out);
        memcpy(out + used, line.text, line.size);
        used += line.size;
        out[used++] = '|';
    }
    out[used] = '\0';
    bf_lines_close(lines);
    assert_true(st == BF_OK || st == BF_E_INPUT);
    return st == BF_OK ? out : err.message;
}

static void lines_are(const char *text, const char *expected)
{
    write_file(text, strlen(text));
    assert_string_equal(read_lines(), expected);
}

static void test_ends_of_lines(void **state)
{
    (void)state;
    lines_are("", "");
    lines_are("a", "a|");
    lines_are("a\n", "a|");
    lines_are("a\r\nb\r\n", "a|b|");
    lines_are("a\n\nb", "a||b|");
    lines_are("\n", "|");
    lines_are("a\rb\n", "a\rb|");
    lines_are("a\n\r", "a|\r|");
    lines_are("\xef\xbb\xbf"
              "a\n\xef\xbb\xbf"
              "b\n",
              "a|\xef\xbb\xbf"
              "b|"); /* a byte order mark, and not one */
}

static void test_lines_longer_than_buffers(void **state)
{
    (void)state;
    size_t size = 3 << 20;
    char *text = malloc(size + 8);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text + size, "\nend\n", 6);
    write_file(text, size + 5);
    bf_lines *lines = NULL;
    bf_slice line;
    assert_int_equal(bf_lines_open(&lines, path, &err), BF_OK);
    assert_int_equal(bf_lines_next(&line, lines, &err), BF_OK);
    assert_int_equal(line.size, size);
    assert_memory_equal(line.text, text, size);
    assert_int_equal(bf_lines_next(&line, lines, &err), BF_OK);
    assert_int_equal(line.size, 3);
    assert_int_equal(bf_lines_number(lines), 2);
    assert_int_equal(bf_lines_bytes(lines), size + 5);
    bf_lines_close(lines);
    free(text);
}

static void test_gzip(void **state)
{
    (void)state;
    unsigned char bytes[512];
    size_t first = gzip(bytes, sizeof bytes, "a\nb", 3);
    write_file(bytes, first);
    assert_string_equal(read_lines(), "a|b|");
    size_t both = first + gzip(bytes + first, sizeof bytes - first, "c\nd\n", 4);
    write_file(bytes, both);
    assert_string_equal(read_lines(), "a|bc|d|"); /* members are one stream */
    size_t empty = gzip(bytes, sizeof bytes, "", 0);
    write_file(bytes, empty);
    assert_string_equal(read_lines(), "");
}

static void test_damaged_gzip(void **state)
{
    (void)state;
    unsigned char bytes[512], kept;
    size_t size = gzip(bytes, sizeof bytes, "first\nsecond\n", 13);
    for (size_t cut = 2; cut < size; cut++) {
        write_file(bytes, cut);
        assert_non_null(strstr(read_lines(), "the gzip stream is cut off"));
    }
    memcpy(bytes + size, "xy", 2);
    write_file(bytes, size + 2);
    assert_non_null(strstr(read_lines(), "followed by something that is not gzip"));
    write_file(bytes, size + 1);
    assert_non_null(strstr(read_lines(), "followed by something that is not gzip"));
    kept = bytes[size - 6];
    bytes[size - 6] ^= 1; /* in the checksum */
    write_file(bytes, size);
    assert_non_null(strstr(read_lines(), "the gzip stream is damaged"));
    bytes[size - 6] = kept;
    (void)snprintf(path + strlen(path), 4, ".gz");
    write_file("plain\n", 6);
    assert_non_null(strstr(read_lines(), "expected gzip, found something else"));
    write_file("", 0);
    assert_non_null(strstr(read_lines(), "expected gzip, found an empty file"));
}

static void test_what_is_no_text(void **state)
{
    (void)state;
    write_file("good\nb\0d\n", 9);
    assert_non_null(strstr(read_lines(), "line 2: expected UTF-8 text"));
    write_file("good\nb\xff\n", 8);
    assert_non_null(strstr(read_lines(), "line 2: expected UTF-8 text"));
    (void)unlink(path);
    assert_non_null(strstr(read_lines(), "cannot open: No such file"));
}

static void test_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "plain ascii, longer than eight",
                                       "\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x8f\x80",
                                       "\xed\x9f\xbf",
                                       "\xef\xbf\xbf",
                                       "\xf4\x8f\xbf\xbf",
                                       "12345678\xc3\xa9",
                                       "1234567\xc3\xa9"};
    static const char *const bad[] = {"\x80",
                                      "\xc3",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xf0\x9f\x8f",
                                      "\xc3(",
                                      "\xe2(\xac",
                                      "12345678\xff",
                                      "1234567\xc3"};
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_true(bf_utf8_is_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(bf_utf8_is_valid(bad[i], strlen(bad[i])));
    assert_false(bf_utf8_is_valid("a\0b", 3));
}

/* All records as [field][field]|, or the error's message. */
static char *read_csv(const char *text)
{
    static char out[4096];
    bf_lines *lines = NULL;
    bf_csv csv;
    bf_slice record;
    size_t used = 0;
    write_file(text, strlen(text));
    out[0] = '\0';
    assert_int_equal(bf_lines_open(&lines, path, &err), BF_OK);
    bf_csv_init(&csv, lines);
    bf_status st;
    while ((st = bf_csv_next(&record, &csv, &err)) == BF_OK && record.text != NULL) {
        st = bf_csv_split(&csv, record, &err);
        if (st != BF_OK)
            break;
        for (size_t i = 0; i < csv.field_count; i++)
            used += (size_t)snprintf(out + used, sizeof out - used, "[%.*s]",
                                     (int)csv.fields[i].size, csv.fields[i].text);
        used += (size_t)snprintf(out + used, sizeof out - used, "|");
    }
    bf_csv_reset(&csv);
    bf_lines_close(lines);
    return st == BF_OK ? out : err.message;
}

static void test_csv(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a,b\n1,2\n", "[a][b]|[1][2]|"},
        {"a,b\r\n1,2\r\n", "[a][b]|[1][2]|"},
        {",\n", "[][]|"},
        {"a,\n,b", "[a][]|[][b]|"},
        {"\"a\",\"b,c\"\n", "[a][b,c]|"},
        {"\"a \"\"b\"\" c\",\"\"\"\"\n", "[a \"b\" c][\"]|"},
        {"\"\",x\n", "[][x]|"},
        {"\"two\nlines\",x\ny,z\n", "[two\nlines][x]|[y][z]|"},
        {"\"two\r\nlines\",x\r\n", "[two\nlines][x]|"}, /* the end of a line is LF */
        {"\"a\n\nb\"\n", "[a\n\nb]|"},
        {"a\n\n\nb\n", "[a]|[b]|"},
        {"\xc3\xa9,\"\xe2\x82\xac,\"\n", "[\xc3\xa9][\xe2\x82\xac,]|"},
        {"a,b\n\"x\"\n", "[a][b]|[x]|"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_string_equal(read_csv(cases[i][0]), cases[i][1]);
}

static void test_malformed_csv(void **state)
{
    (void)state;
    assert_non_null(strstr(read_csv("a\nb,\"x\ny"), "line 2: the file ends inside quotes"));
    assert_non_null(
        strstr(read_csv("a,b\"c\"\n"), "field 2: a quote inside a field that is not quoted"));
    assert_non_null(
        strstr(read_csv("\"a\"b,c\n"), "field 1: expected a comma behind a quoted field"));
    assert_non_null(strstr(read_csv("x,\"a\" ,c\n"), "field 2: expected a comma"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ends_of_lines),
        TEST(test_lines_longer_than_buffers),
        TEST(test_gzip),
        TEST(test_damaged_gzip),
        TEST(test_what_is_no_text),
        TEST(test_utf8),
        TEST(test_csv),
        TEST(test_malformed_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

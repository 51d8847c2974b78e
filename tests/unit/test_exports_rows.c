/* Rows of raw tables as text, and gzip members. */
#include <string.h>
#include <zlib.h>

#include "tests/support/unit.h"

#include "io/text/exports_rows.h"
#include "io/text/gzip.h"

static bf_intern *texts;
static bf_raw raw;
static bf_text out = BF_TEXT_INIT(1 << 20);
static bf_error err;

static void begin(bf_input table)
{
    int64_t row;
    assert_int_equal(bf_intern_create(&texts, &err), BF_OK);
    assert_int_equal(bf_raw_init(&raw, table, texts, &err), BF_OK);
    assert_int_equal(bf_raw_add_row(&row, &raw, &err), BF_OK);
}

static void set(int column, const char *text)
{
    if (bf_raw_set_text(&raw, column, text, strlen(text), &err) != BF_OK)
        fail_msg("%s", err.message);
}

static int end(void **state)
{
    (void)state;
    bf_raw_reset(&raw);
    bf_intern_free(texts);
    bf_text_free(&out);
    texts = NULL;
    return 0;
}

static void set_player(void)
{
    set(BF_pgs_player_lookup, "o\"neal");
    set(BF_pgs_game_id, "20211019_BKN_MIL");
    set(BF_pgs_game_date, "2021-10-19");
    set(BF_pgs_season_year, "2021");
    set(BF_pgs_is_active, "true");
    set(BF_pgs_is_dnp, "false");
    set(BF_pgs_minutes_played, "30.0");
    set(BF_pgs_points, "-1");
    set(BF_pgs_usage_rate, "0.50");
    set(BF_pgs_ts_pct, "-0.125");
    set(BF_pgs_data_hash, "00c0ffee00000001");
    set(BF_pgs_processed_at, "2021-10-20 08:00:00 UTC");
}

static void test_ndjson(void **state)
{
    (void)state;
    begin(BF_INPUT_pgs);
    set_player();
    bf_export_ndjson_row(&out, &raw, 0);
    assert_string_equal(
        out.data,
        "{\"player_lookup\":\"o\\\"neal\",\"game_id\":\"20211019_BKN_MIL\","
        "\"game_date\":\"2021-10-19\",\"season_year\":\"2021\",\"is_active\":true,"
        "\"is_dnp\":false,\"minutes_played\":\"30\",\"points\":\"-1\",\"usage_rate\":\"0.5\","
        "\"ts_pct\":\"-0.125\",\"data_hash\":\"00c0ffee00000001\","
        "\"processed_at\":\"2021-10-20 08:00:00 UTC\"}\n");
}

/* Columns that no row has are left out; a null of one that some row has is an empty field. */
static void test_csv(void **state)
{
    (void)state;
    int64_t row;
    begin(BF_INPUT_pgs);
    set_player();
    assert_int_equal(bf_raw_add_row(&row, &raw, &err), BF_OK);
    set(BF_pgs_player_lookup, "one,two");
    bf_export_csv_header(&out, &raw);
    bf_export_csv_row(&out, &raw, 0);
    bf_export_csv_row(&out, &raw, 1);
    assert_string_equal(
        out.data,
        "player_lookup,game_id,game_date,season_year,is_active,is_dnp,minutes_played,points,"
        "usage_rate,ts_pct,data_hash,processed_at\n"
        "\"o\"\"neal\",20211019_BKN_MIL,2021-10-19,2021,true,false,30,-1,0.5,-0.125,"
        "00c0ffee00000001,2021-10-20 08:00:00 UTC\n"
        "\"one,two\",,,,,,,,,,,\n");
}

static void test_codes_are_texts(void **state)
{
    (void)state;
    begin(BF_INPUT_upgc);
    set(BF_upgc_season_phase, "playoffs");
    bf_export_csv_header(&out, &raw);
    bf_export_csv_row(&out, &raw, 0);
    assert_string_equal(out.data, "season_phase\nplayoffs\n");
}

/* --- gzip --- */

static size_t inflate_all(char *to, size_t size, const bf_text *from)
{
    z_stream stream = {.next_in = (Bytef *)from->data,
                       .avail_in = (uInt)from->size_bytes,
                       .next_out = (Bytef *)to,
                       .avail_out = (uInt)size};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    while (stream.avail_in > 0) {
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(inflateReset(&stream), Z_OK);
    }
    size_t used = size - stream.avail_out;
    (void)inflateEnd(&stream);
    return used;
}

static void test_gzip_members(void **state)
{
    (void)state;
    static char text[300000], back[3 * sizeof text];
    bf_gzip *gzip = NULL;
    bf_text again = BF_TEXT_INIT(1 << 20);
    uint64_t random = 1;
    begin(BF_INPUT_pgs);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + unit_random(&random) % 26);
    assert_int_equal(bf_gzip_create(&gzip, 3, &err), BF_OK);
    assert_int_equal(bf_gzip_add(&out, gzip, text, sizeof text, &err), BF_OK);
    assert_int_equal(bf_gzip_end(&out, gzip, &err), BF_OK);
    size_t first = out.size_bytes;
    for (size_t i = 0; i < sizeof text; i += 1000)
        assert_int_equal(bf_gzip_add(&again, gzip, text + i, 1000, &err), BF_OK);
    assert_int_equal(bf_gzip_end(&again, gzip, &err), BF_OK);
    assert_int_equal(again.size_bytes, first); /* in pieces the same, and without a time */
    assert_memory_equal(again.data, out.data, first);
    assert_memory_equal(out.data + 4, "\0\0\0\0", 4);
    assert_int_equal(bf_gzip_end(&out, gzip, &err), BF_OK); /* an empty member */
    bf_text_append(&out, again.data, again.size_bytes);
    assert_int_equal(inflate_all(back, sizeof back, &out), 2 * sizeof text);
    assert_memory_equal(back, text, sizeof text);
    assert_memory_equal(back + sizeof text, text, sizeof text);
    bf_text_free(&again);
    bf_gzip_free(gzip);
    bf_gzip_free(NULL);
}

static void test_text_over_the_limit(void **state)
{
    (void)state;
    static char text[100000];
    bf_gzip *gzip = NULL;
    bf_text small = BF_TEXT_INIT(50);
    uint64_t random = 1;
    begin(BF_INPUT_pgs);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)unit_random(&random);
    assert_int_equal(bf_gzip_create(&gzip, 1, &err), BF_OK);
    bf_status st = bf_gzip_add(&small, gzip, text, sizeof text, &err);
    assert_int_equal(st, BF_E_MEMORY);
    bf_text_free(&small);
    bf_gzip_free(gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_ndjson, end),
        cmocka_unit_test_teardown(test_csv, end),
        cmocka_unit_test_teardown(test_codes_are_texts, end),
        cmocka_unit_test_teardown(test_gzip_members, end),
        cmocka_unit_test_teardown(test_text_over_the_limit, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* CRC-32C: published values, and that pieces add up. */
#include <string.h>

#include "io/cloud/crc32c.h"
#include "tests/support/unit.h"

static void known_values(void **state)
{
    (void)state;
    unsigned char bytes[32] = {0};
    assert_int_equal(bf_crc32c(0, "", 0), 0);
    assert_int_equal(bf_crc32c(0, "123456789", 9), 0xe3069283);
    /* RFC 3720 B.4 */
    assert_int_equal(bf_crc32c(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(bf_crc32c(0, bytes, 32), 0x62a8ab43);
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(bf_crc32c(0, bytes, 32), 0x46dd794e);
    char text[BF_CRC32C_TEXT_BYTES];
    bf_crc32c_format(text, 0xe3069283);
    assert_string_equal(text, "4waSgw==");
}

static void pieces(void **state)
{
    (void)state;
    static const char text[] = "any piece of it, of any length, in any alignment, gives the same";
    uint32_t whole = bf_crc32c(0, text, sizeof text);
    for (size_t cut = 0; cut <= sizeof text; cut++)
        assert_int_equal(bf_crc32c(bf_crc32c(0, text, cut), text + cut, sizeof text - cut), whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_values), cmocka_unit_test(pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

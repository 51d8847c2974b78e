/* SHA-256 against the examples of NIST FIPS 180-4, and what is made of it. */
#include <string.h>

#include "compute/base/hash.h"
#include "tests/support/unit.h"

static bf_hash *hash;

static int create(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    return bf_hash_create(&hash, &err) == BF_OK ? 0 : -1;
}

static int destroy(void **state)
{
    (void)state;
    bf_hash_free(hash);
    return 0;
}

static void end_is(const char *expected)
{
    uint8_t digest[BF_SHA256_BYTES];
    char hex[BF_SHA256_HEX_BYTES];
    bf_hash_end(hash, digest);
    bf_hash_hex(hex, digest);
    assert_string_equal(hex, expected);
}

static void test_nist_examples(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bf_hash_begin(hash);
        bf_hash_update(hash, cases[i][0], strlen(cases[i][0]));
        end_is(cases[i][1]);
    }
    bf_hash_begin(hash);
    for (int i = 0; i < 1000000; i++)
        bf_hash_update(hash, "a", 1);
    end_is("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_texts_carry_their_length(void **state)
{
    (void)state;
    bf_hash_begin(hash);
    bf_hash_text(hash, "BOS");
    uint8_t as_text[BF_SHA256_BYTES], as_bytes[BF_SHA256_BYTES];
    bf_hash_end(hash, as_text);
    bf_hash_begin(hash);
    bf_hash_update(hash, "\3\0\0\0BOS", 7);
    bf_hash_end(hash, as_bytes);
    assert_memory_equal(as_text, as_bytes, BF_SHA256_BYTES);
}

static void test_first_sixteen_digits(void **state)
{
    (void)state;
    const uint8_t zero[BF_SHA256_BYTES] = {0};
    assert_true(bf_hash_first_64(zero) == 1); /* 0 is null */
}

/* Messages of every size around the ends of blocks, against the hash of the whole. */
static void test_messages_that_begin_alike(void **state)
{
    (void)state;
    uint8_t whole[BF_SHA256_BLOCK_BYTES + 200], message[200 + BF_SHA256_PADDING_BYTES];
    for (size_t i = 0; i < sizeof whole; i++)
        whole[i] = (uint8_t)(i * 7 + 3);
    bf_hash_start start;
    bf_hash_start_init(&start, whole);
    for (size_t size = 0; size <= 200; size++) {
        uint8_t digest[BF_SHA256_BYTES];
        memcpy(message, whole + BF_SHA256_BLOCK_BYTES, size);
        bf_hash_begin(hash);
        bf_hash_update(hash, whole, BF_SHA256_BLOCK_BYTES + size);
        bf_hash_end(hash, digest);
        assert_true(bf_hash_64(&start, message, size) == bf_hash_first_64(digest));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nist_examples),
        cmocka_unit_test(test_texts_carry_their_length),
        cmocka_unit_test(test_first_sixteen_digits),
        cmocka_unit_test(test_messages_that_begin_alike),
    };
    return cmocka_run_group_tests(tests, create, destroy);
}

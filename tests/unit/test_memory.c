/* Checked allocation, growing arrays, the arena, and the seam that makes them fail. */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/fault.h"
#include "compute/base/memory.h"
#include "tests/support/unit.h"

static void test_alloc_is_zeroed_and_never_null(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    int64_t *numbers;
    assert_int_equal(BF_ALLOC(&numbers, 100, &err), BF_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(numbers[i], 0);
    free(numbers);
    assert_int_equal(BF_ALLOC(&numbers, 0, &err), BF_OK);
    assert_non_null(numbers);
    free(numbers);
}

static void test_sizes_that_overflow(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    void *memory = NULL;
    size_t capacity = 0;
    bf_arena arena = BF_ARENA_INIT;
    assert_int_equal(bf_alloc(&memory, SIZE_MAX / 2, 4, &err), BF_E_MEMORY);
    assert_non_null(strstr(err.message, "out of memory"));
    assert_int_equal(bf_grow(&memory, &capacity, SIZE_MAX / 4, 8, &err), BF_E_MEMORY);
    assert_int_equal(bf_grow(&memory, &capacity, SIZE_MAX, 1, &err), BF_E_MEMORY);
    assert_int_equal(capacity, 0);
    assert_int_equal(bf_arena_alloc(&memory, &arena, SIZE_MAX / 4, 8, &err), BF_E_MEMORY);
    bf_arena_free(&arena);
}

static void test_grow_keeps_what_is_there(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    int32_t *values = NULL;
    size_t capacity = 0, moves = 0;
    for (size_t n = 0; n < 100000; n++) {
        size_t before = capacity;
        assert_int_equal(BF_GROW(&values, &capacity, n + 1, &err), BF_OK);
        moves += capacity != before;
        values[n] = (int32_t)n;
    }
    assert_true(moves < 20); /* doubling */
    for (size_t n = 0; n < 100000; n++)
        assert_int_equal(values[n], (int32_t)n);
    free(values);
}

/* Pieces of many sizes: aligned, zeroed, apart from each other. */
static void test_arena_pieces(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_arena arena = BF_ARENA_INIT;
    uint64_t seed = 1;
    unsigned char *pieces[3000];
    size_t sizes[3000];
    for (int date = 0; date < 3; date++) {
        for (size_t i = 0; i < LENGTH(pieces); i++) {
            sizes[i] = unit_random(&seed) % (i % 100 == 0 ? 300000 : 2000);
            assert_int_equal(BF_ARENA_ALLOC(&pieces[i], &arena, sizes[i], &err), BF_OK);
            assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
            for (size_t b = 0; b < sizes[i]; b++)
                assert_int_equal(pieces[i][b], 0);
            memset(pieces[i], (int)(i % 251), sizes[i]);
        }
        for (size_t i = 0; i < LENGTH(pieces); i++) {
            for (size_t b = 0; b < sizes[i]; b++)
                assert_int_equal(pieces[i][b], i % 251);
        }
        bf_arena_reset(&arena);
    }
    bf_arena_free(&arena);
    assert_null(arena.block);
    bf_arena_reset(&arena);
    bf_arena_free(&arena);
}

static void test_arena_keeps_its_largest_block(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_arena arena = BF_ARENA_INIT;
    char *small, *large, *again;
    assert_int_equal(BF_ARENA_ALLOC(&large, &arena, 5000000, &err), BF_OK);
    assert_int_equal(BF_ARENA_ALLOC(&small, &arena, 100, &err), BF_OK);
    bf_arena_reset(&arena);
    bf_fault_arm(BF_FAULT_ALLOC, 1); /* from here on nothing may be asked of the system */
    assert_int_equal(BF_ARENA_ALLOC(&again, &arena, 5000000, &err), BF_OK);
    assert_ptr_equal(again, large);
    bf_fault_arm(BF_FAULT_ALLOC, 0);
    bf_arena_free(&arena);
}

static void test_the_nth_call_fails_once(void **state)
{
    (void)state;
    bf_error err = BF_ERROR_INIT;
    bf_arena arena = BF_ARENA_INIT;
    char *memory = NULL;
    size_t capacity = 0;
    bf_fault_arm(BF_FAULT_ALLOC, 2);
    assert_int_equal(BF_ALLOC(&memory, 1, &err), BF_OK);
    free(memory);
    assert_int_equal(BF_ALLOC(&memory, 1, &err), BF_E_MEMORY);
    assert_null(memory);
    assert_int_equal(BF_ALLOC(&memory, 1, &err), BF_OK);
    capacity = 1;
    bf_fault_arm(BF_FAULT_ALLOC, 1);
    assert_int_equal(BF_GROW(&memory, &capacity, 100, &err), BF_E_MEMORY);
    assert_int_equal(capacity, 1);
    free(memory);
    bf_fault_arm(BF_FAULT_ALLOC, 1);
    assert_int_equal(BF_ARENA_ALLOC(&memory, &arena, 1, &err), BF_E_MEMORY);
    bf_arena_free(&arena);
    assert_string_equal(bf_fault_name(BF_FAULT_ALLOC), "alloc");
    assert_string_equal(bf_fault_name(BF_FAULT_MPI), "mpi");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_zeroed_and_never_null),
        cmocka_unit_test(test_sizes_that_overflow),
        cmocka_unit_test(test_grow_keeps_what_is_there),
        cmocka_unit_test(test_arena_pieces),
        cmocka_unit_test(test_arena_keeps_its_largest_block),
        cmocka_unit_test(test_the_nth_call_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

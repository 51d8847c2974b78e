/* Partition of dates: against trying every limit, on small random inputs; and its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compute/plan/plan.h"

enum { MOST = 12 };

static int64_t largest(const int32_t *begin, const int64_t *cost, int32_t parts)
{
    int64_t most = 0;
    for (int32_t p = 0; p < parts; p++) {
        int64_t sum = 0;
        for (int32_t i = begin[p]; i < begin[p + 1]; i++)
            sum += cost[i];
        most = sum > most ? sum : most;
    }
    return most;
}

/* Smallest possible largest cost, by recursion over the first range's end. */
static int64_t best(const int64_t *cost, int32_t count, int32_t parts)
{
    int64_t sum = 0, found = INT64_MAX;
    if (parts == 1) {
        for (int32_t i = 0; i < count; i++)
            sum += cost[i];
        return sum;
    }
    for (int32_t end = 0; end <= count; end++) {
        int64_t rest = best(cost + end, count - end, parts - 1);
        int64_t worst = rest > sum ? rest : sum;
        found = worst < found ? worst : found;
        if (end < count)
            sum += cost[end];
    }
    return found;
}

static void check(const int64_t *cost, int32_t count, int32_t parts)
{
    int32_t begin[MOST + 1];
    bf_plan_partition(begin, cost, count, parts);
    assert_int_equal(begin[0], 0);
    assert_int_equal(begin[parts], count);
    for (int32_t p = 0; p < parts; p++)
        assert_true(begin[p] <= begin[p + 1]);
    assert_int_equal(largest(begin, cost, parts), best(cost, count, parts));
}

static void test_partition_is_best(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int round = 0; round < 3000; round++) {
        int64_t cost[MOST];
        random = random * 6364136223846793005u + 1442695040888963407u;
        int32_t count = (int32_t)(random >> 33) % 9, parts = (int32_t)(random >> 40) % 4 + 1;
        for (int32_t i = 0; i < count; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            cost[i] = (int64_t)(random >> 33) % 20;
        }
        check(cost, count, parts);
    }
}

static void test_edges(void **state)
{
    (void)state;
    const int64_t ones[] = {1, 1, 1}, zeros[] = {0, 0, 0, 0}, one_large[] = {1, 100, 1};
    check(ones, 0, 3);  /* no dates */
    check(ones, 3, 7);  /* more ranks than dates */
    check(zeros, 4, 2); /* dates without rows */
    check(one_large, 3, 2);
}

static void test_share_covers_everything(void **state)
{
    (void)state;
    for (int32_t parts = 1; parts <= 9; parts++) {
        for (int32_t count = 0; count <= 20; count++) {
            int32_t at = 0;
            for (int32_t part = 0; part < parts; part++) {
                int32_t begin, end;
                bf_plan_share(&begin, &end, count, part, parts);
                assert_int_equal(begin, at);
                assert_true(end - begin >= count / parts && end - begin <= count / parts + 1);
                at = end;
            }
            assert_int_equal(at, count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_partition_is_best),
                                       cmocka_unit_test(test_edges),
                                       cmocka_unit_test(test_share_covers_everything)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

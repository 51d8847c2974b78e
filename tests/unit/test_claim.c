/* Claims: threads in the place of ranks take all dates, each of them once, however they meet. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mpi/run/claim.h"

enum { RANKS = 4, DATES = 3000, ROW_BYTES = 64 << 10, MOST_BYTES = 8 << 20 };

static int64_t rows[DATES];
static int32_t todo[DATES];
static atomic_int taken[DATES];

typedef struct rank_thread {
    bf_run run;
    bf_claim *claims;
    int64_t largest_bytes;
    int32_t others; /* dates that the plan gave to another rank */
} rank_thread;

static void *take_all(void *argument)
{
    rank_thread *me = argument;
    int rank = me->run.topology.rank;
    int32_t begin, end;
    while (bf_claims_take(me->claims, &me->run, MOST_BYTES, &begin, &end)) {
        int64_t bytes = 0;
        for (int32_t i = begin; i < end; i++) {
            bytes += rows[i] * ROW_BYTES;
            atomic_fetch_add(&taken[i], 1);
            me->others += i < me->run.range[rank] || i >= me->run.range[rank + 1];
        }
        me->largest_bytes =
            end - begin > 1 && bytes > me->largest_bytes ? bytes : me->largest_bytes;
    }
    return NULL;
}

/* Runs ranks first .. RANKS - 1 at once over the ranges of a plan. */
static void run_ranks(rank_thread threads[RANKS], bf_claim *claims, int32_t *range, int first)
{
    pthread_t ids[RANKS];
    for (int32_t i = 0; i < DATES; i++) {
        rows[i] = i % 7 == 0 ? 0 : i % 3 + 1;
        todo[i] = i;
        taken[i] = 0;
    }
    for (int r = 0; r < RANKS; r++) {
        threads[r] = (rank_thread){.claims = claims,
                                   .run = {.range = range,
                                           .todo = todo,
                                           .topology = {.rank = r, .size = RANKS},
                                           .rows = {[BF_OUTPUT_psza] = rows},
                                           .row_bytes = {[BF_OUTPUT_psza] = ROW_BYTES}}};
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            threads[r].run.rows[t] = rows;
    }
    bf_claims_init(claims, &threads[0].run);
    for (int r = first; r < RANKS; r++)
        assert_int_equal(pthread_create(&ids[r], NULL, take_all, &threads[r]), 0);
    for (int r = first; r < RANKS; r++)
        assert_int_equal(pthread_join(ids[r], NULL), 0);
    for (int32_t i = 0; i < DATES; i++)
        assert_int_equal(taken[i], 1);
    for (int r = 0; r < RANKS; r++) {
        assert_int_equal(bf_claims_left(claims, &threads[r].run), 0);
        assert_true(threads[r].largest_bytes <= MOST_BYTES);
    }
}

static void test_every_date_once(void **state)
{
    (void)state;
    rank_thread threads[RANKS];
    bf_claim claims[RANKS];
    for (int round = 0; round < 200; round++)
        run_ranks(threads, claims, (int32_t[]){0, 100, 100, 2900, DATES}, 0);
}

/* Rank 0 never comes: the others do its dates. */
static void test_a_rank_that_is_late(void **state)
{
    (void)state;
    rank_thread threads[RANKS];
    bf_claim claims[RANKS];
    run_ranks(threads, claims, (int32_t[]){0, 2000, 2500, 2600, DATES}, 1);
    assert_true(threads[1].others + threads[2].others + threads[3].others >= 2000);
}

/* A rank alone goes through its range from the front, in rounds that get smaller. */
static void test_order(void **state)
{
    (void)state;
    rank_thread alone = {.run = {.range = (int32_t[]){0, DATES},
                                 .todo = todo,
                                 .topology = {.size = 1},
                                 .row_bytes = {[BF_OUTPUT_psza] = ROW_BYTES}}};
    bf_claim claim;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        alone.run.rows[t] = rows;
    for (int32_t i = 0; i < DATES; i++) {
        rows[i] = 1;
        todo[i] = i;
    }
    bf_claims_init(&claim, &alone.run);
    int32_t begin, end, last = 0, longest = MOST_BYTES / ROW_BYTES;
    while (bf_claims_take(&claim, &alone.run, MOST_BYTES, &begin, &end)) {
        assert_int_equal(begin, last);
        assert_true(end - begin <= longest);
        assert_int_equal(bf_claims_left(&claim, &alone.run), DATES - end);
        longest = end - begin;
        last = end;
    }
    assert_int_equal(last, DATES);
    assert_true(longest <= (1 << 20) / ROW_BYTES + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_date_once),
        cmocka_unit_test(test_a_rank_that_is_late),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

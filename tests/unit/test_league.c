/* Which teams and games belong to the league. */
#include <string.h>

#include "compute/history/league.h"
#include "compute/schema/column.h"
#include "compute/schema/sets.h"
#include "tests/support/unit.h"

static void test_teams(void **state)
{
    (void)state;
    static const char *const ours[] = {"ATL", "BKN", "WAS", "UTA", "BOS2", "LAL10", "WAS100"};
    static const char *const not_ours[] = {"",      "BO",   "XYZ",   "bos",  "BOS1", "BOS0",
                                           "BOS02", "BOSX", "BOS2X", "XYZ2", "TMG",  "SEA"};
    for (size_t i = 0; i < LENGTH(ours); i++)
        assert_true(bf_team_is_league(ours[i]));
    for (size_t i = 0; i < LENGTH(not_ours); i++)
        assert_false(bf_team_is_league(not_ours[i]));
}

static void test_known_foreign_teams(void **state)
{
    (void)state;
    static const char *const known[] = {"WST", "EST", "TMG", "RIS", "RMD", "SHQ",
                                        "DRT", "LBN", "GNS", "BAR", "IAH"};
    for (size_t i = 0; i < LENGTH(known); i++) {
        assert_true(bf_team_is_known_foreign(known[i]));
        assert_false(bf_team_is_league(known[i]));
    }
    assert_false(bf_team_is_known_foreign("XYZ"));
    assert_false(bf_team_is_known_foreign("BOS"));
    assert_false(bf_team_is_known_foreign("TMG2"));
    assert_false(bf_team_is_known_foreign(""));
}

static void test_types_of_games(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        int playoffs, regular, type;
    } cases[] = {
        {"0012100001", 1, 1, BF_GAME_TYPE_OTHER},   /* preseason, whatever the flags */
        {"0022100001", 0, 0, BF_GAME_TYPE_REGULAR}, /* the number decides */
        {"0032100001", 0, 1, BF_GAME_TYPE_OTHER},   /* All-Star */
        {"0042100001", 0, 0, BF_GAME_TYPE_PLAYOFF},
        {"0052100001", 0, 0, BF_GAME_TYPE_PLAY_IN},
        {"0062100001", 0, 1, BF_GAME_TYPE_OTHER}, /* Cup final */
        {"0992100001", 1, 1, BF_GAME_TYPE_PLAYOFF},
        {"0992100001", 0, 1, BF_GAME_TYPE_REGULAR},
        {"0992100001", 0, 0, BF_GAME_TYPE_OTHER},
        {"0992100001", BF_NULL_I8, BF_NULL_I8, BF_GAME_TYPE_OTHER},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(
            bf_game_type_of(cases[i].number, (int8_t)cases[i].playoffs, (int8_t)cases[i].regular),
            cases[i].type);
}

static void test_game_ids(void **state)
{
    (void)state;
    static const char *const good[] = {"20211019_BKN_MIL", "20240229_XYZ_POR", "20211019_BKN2_MIL2",
                                       "20211019_BKN10_MIL10"};
    static const char *const bad[] = {"",
                                      "0022100001",
                                      "20211019",
                                      "20211019_",
                                      "20211019_BKN",
                                      "20211019_BKN_",
                                      "20211019_BKN_MI",
                                      "20211019_BKN_MILL",
                                      "20211019_bkn_MIL",
                                      "20211019-BKN-MIL",
                                      "20211319_BKN_MIL",
                                      "20230229_BKN_MIL",
                                      "20211019_BKN1_MIL",
                                      "20211019_BKN02_MIL",
                                      "20211019_BKN_MIL ",
                                      " 20211019_BKN_MIL",
                                      "2021101_BKN_MIL"};
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_true(bf_game_id_is_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(bf_game_id_is_valid(bad[i], strlen(bad[i])));
}

static void test_game_numbers(void **state)
{
    (void)state;
    assert_true(bf_game_number_is_valid("0022100001", 10));
    assert_false(bf_game_number_is_valid("22100001", 8));
    assert_false(bf_game_number_is_valid("002210000x", 10));
    assert_false(bf_game_number_is_valid("00221000011", 11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_teams),          cmocka_unit_test(test_known_foreign_teams),
        cmocka_unit_test(test_types_of_games), cmocka_unit_test(test_game_ids),
        cmocka_unit_test(test_game_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

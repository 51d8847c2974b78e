#include "compute/history/league.h"

#include <string.h>

#include "compute/base/date.h"
#include "compute/schema/column.h"
#include "compute/schema/sets.h"

enum { CODE_LETTERS = 3 }; /* of every team code, ours and foreign */

/* spec/backfill.md §13, each list sorted by bytes. */
static const char league_codes[][CODE_LETTERS + 1] = {
    "ATL", "BKN", "BOS", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW",
    "HOU", "IND", "LAC", "LAL", "MEM", "MIA", "MIL", "MIN", "NOP", "NYK",
    "OKC", "ORL", "PHI", "PHX", "POR", "SAC", "SAS", "TOR", "UTA", "WAS"};
static const char foreign_codes[][CODE_LETTERS + 1] = {
    "BAR", "CAN", "CHK", "CNS", "DLF", "DRT", "EST", "FLA", "GNS", "IAH",
    "JAL", "KEN", "LBN", "MRA", "NZB", "PAU", "RIS", "RMD", "SHQ", "TAM",
    "TMC", "TMD", "TMG", "TML", "TMM", "TMS", "ULM", "WOR", "WST"};

static bool is_listed(const char (*codes)[CODE_LETTERS + 1], size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(codes[i], code, CODE_LETTERS) == 0)
            return true;
    }
    return false;
}

/* The number of a made-up league: no zero in front, not 1. */
static bool is_league_number(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return size > 0 && text[0] != '0' && !(size == 1 && text[0] == '1');
}

bool bf_team_is_league(const char *code)
{
    size_t size = strlen(code);
    return size >= CODE_LETTERS &&
           is_listed(league_codes, sizeof league_codes / sizeof *league_codes, code) &&
           (size == CODE_LETTERS || is_league_number(code + CODE_LETTERS, size - CODE_LETTERS));
}

bool bf_team_is_known_foreign(const char *code)
{
    return strlen(code) == CODE_LETTERS &&
           is_listed(foreign_codes, sizeof foreign_codes / sizeof *foreign_codes, code);
}

int8_t bf_game_type_of(const char *number, int8_t is_playoffs, int8_t is_regular_season)
{
    static const struct {
        char prefix[4];
        int8_t type;
    } types[] = {{"001", BF_GAME_TYPE_OTHER},   {"002", BF_GAME_TYPE_REGULAR},
                 {"003", BF_GAME_TYPE_OTHER},   {"004", BF_GAME_TYPE_PLAYOFF},
                 {"005", BF_GAME_TYPE_PLAY_IN}, {"006", BF_GAME_TYPE_OTHER}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strncmp(number, types[i].prefix, 3) == 0)
            return types[i].type;
    }
    if (is_playoffs == 1)
        return BF_GAME_TYPE_PLAYOFF;
    return is_regular_season == 1 ? BF_GAME_TYPE_REGULAR : BF_GAME_TYPE_OTHER;
}

static bool all_digits(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return true;
}

/* Bytes of the team code at the start of `text`, 0 if there is none. */
static size_t team_code_size(const char *text, size_t size)
{
    if (size < CODE_LETTERS)
        return 0;
    for (size_t i = 0; i < CODE_LETTERS; i++) {
        if (text[i] < 'A' || text[i] > 'Z')
            return 0;
    }
    size_t used = CODE_LETTERS;
    while (used < size && text[used] >= '0' && text[used] <= '9')
        used++;
    return used == CODE_LETTERS || is_league_number(text + CODE_LETTERS, used - CODE_LETTERS) ? used
                                                                                              : 0;
}

bool bf_game_id_is_valid(const char *text, size_t size)
{
    enum { DATE_DIGITS = 8 };
    if (size < DATE_DIGITS + 1 || !all_digits(text, DATE_DIGITS) || text[DATE_DIGITS] != '_')
        return false;
    const char date[] = {text[0], text[1], text[2], text[3], '-',
                         text[4], text[5], '-',     text[6], text[7]};
    bf_day unused;
    if (!bf_day_parse(&unused, date, sizeof date))
        return false;
    const char *rest = text + DATE_DIGITS + 1;
    size_t left = size - DATE_DIGITS - 1, away = team_code_size(rest, left);
    if (away == 0 || away == left || rest[away] != '_')
        return false;
    left -= away + 1;
    return left > 0 && team_code_size(rest + away + 1, left) == left;
}

bool bf_game_number_is_valid(const char *text, size_t size)
{
    return size == 10 && all_digits(text, size);
}

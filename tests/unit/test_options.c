/* The command line, the environment and the configuration file: values, precedence, refusals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpi/commands/commands.h"
#include "mpi/config.h"
#include "mpi/help.h"
#include "tests/support/unit.h"

static bf_status nothing(const bf_options *options, bf_error *err)
{
    (void)options;
    (void)err;
    return BF_OK;
}

static const bf_command commands[] = {
    {"run", BF_RANKS_ALL, "[--snapshot DIR] [--out FILE]", "the job", nothing},
    {"info", BF_RANKS_ONE, "DIR|FILE [--json]", "what is in it", nothing},
    {"export", BF_RANKS_ONE, "FILE --table T|--all", "rows", nothing},
    {"compare", BF_RANKS_ONE, "A B [--tolerance-last-digit]", "differences", nothing},
    {"merge", BF_RANKS_ONE, "FILE FILE ... --out FILE", "one of several", nothing},
    {"explain", BF_RANKS_ONE, "--date D --player KEY|--team ABC", "why", nothing},
    {NULL, BF_RANKS_ONE, NULL, NULL, NULL},
};

static const char *const no_environment[] = {NULL};

/* A test's options and error, released at its end. */
static bf_options options;
static bf_error err;

static int reset(void **state)
{
    (void)state;
    bf_options_reset(&options);
    options = (bf_options){.memory = BF_ARENA_INIT};
    return 0;
}

#define WORDS(...) ((const char *const[]){"backfill", __VA_ARGS__, NULL})
#define ENVIRONMENT(...) ((const char *const[]){__VA_ARGS__, NULL})

static bf_status parse_in(const char *const *argv, const char *const *environment)
{
    bf_options_reset(&options);
    err = (bf_error)BF_ERROR_INIT;
    return bf_options_parse(&options, commands, argv, environment, &err);
}

#define PARSE(...) parse_in(WORDS(__VA_ARGS__), no_environment)

#define ASSERT_REFUSED(text, ...)                                                                  \
    do {                                                                                           \
        assert_int_equal(PARSE(__VA_ARGS__), BF_E_USAGE);                                          \
        if (strstr(err.message, text) == NULL)                                                     \
            fail_msg("expected '%s' in '%s'", text, err.message);                                  \
    } while (0)

static void test_nothing_is_the_run_with_defaults(void **state)
{
    (void)state;
    assert_int_equal(parse_in((const char *const[]){"backfill", NULL}, no_environment), BF_OK);
    assert_string_equal(options.command->name, "run");
    assert_true(options.command_is_default);
    assert_string_equal(options.snapshot, "snapshot");
    assert_null(options.out);
    assert_int_equal(options.start_date, BF_DAY_NONE);
    assert_int_equal(options.buffer, 256 * 1024 * 1024);
    assert_true(options.progress == 5.0);
    assert_false(options.dry_run);
    assert_int_equal(options.argument_count, 0);
}

static void test_both_spellings_of_a_value(void **state)
{
    (void)state;
    assert_int_equal(PARSE("run", "--out", "a.h5", "--start-date=2021-10-19", "--dry-run"), BF_OK);
    assert_false(options.command_is_default);
    assert_string_equal(options.out, "a.h5");
    assert_int_equal(options.start_date, bf_day_from_civil(2021, 10, 19));
    assert_true(options.dry_run);
    assert_int_equal(PARSE("--dry-run=no", "--out=x=y", "run"), BF_OK);
    assert_false(options.dry_run);
    assert_string_equal(options.out, "x=y");
}

static void test_numbers(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--buffer", "3k"), BF_OK);
    assert_int_equal(options.buffer, 3072);
    assert_int_equal(PARSE("--buffer", "2G"), BF_OK);
    assert_int_equal(options.buffer, INT64_C(2) << 30);
    assert_int_equal(PARSE("--progress", "0.5"), BF_OK);
    assert_true(options.progress == 0.5);
    ASSERT_REFUSED("--progress: expected seconds", "--progress", "-1");
    ASSERT_REFUSED("--progress", "--progress", "nan");
    ASSERT_REFUSED("--progress", "--progress", "1e3");
    ASSERT_REFUSED("--progress", "--progress", ".");
    ASSERT_REFUSED("--progress", "--progress", "1.2.3");
    ASSERT_REFUSED("--progress", "--progress", "99999999999");
    ASSERT_REFUSED("--buffer", "--buffer", "-5");
    ASSERT_REFUSED("--buffer", "--buffer", "K");
    ASSERT_REFUSED("--buffer", "--buffer", "9223372036854775808");
    ASSERT_REFUSED("--buffer", "--buffer", "9223372036854775807K");
    ASSERT_REFUSED("--buffer", "--buffer", "1T");
    ASSERT_REFUSED("--buffer", "--buffer", "12345678901234567890123456789012345678901");
    ASSERT_REFUSED("--start-from: expected 1..5, found '6'", "--start-from", "6");
    ASSERT_REFUSED("--start-from", "--start-from", "0");
    ASSERT_REFUSED("--start-from", "--start-from", "-1");
    ASSERT_REFUSED("--start-from", "--start-from", "2x");
}

static void test_dates_words_and_empty_values(void **state)
{
    (void)state;
    ASSERT_REFUSED("--end-date: expected a date YYYY-MM-DD, found '2022-02-30'", "--end-date",
                   "2022-02-30");
    ASSERT_REFUSED("--context: expected auto|derived|parity, found 'best'", "--context", "best");
    ASSERT_REFUSED("--context", "--context", "auto|derived");
    ASSERT_REFUSED("--context", "--context", "aut");
    ASSERT_REFUSED("--dry-run: expected true or false", "--dry-run=maybe");
    ASSERT_REFUSED("--out: expected a value, found nothing", "--out=");
    ASSERT_REFUSED("--out: expected a value, found nothing", "--out", "");
    ASSERT_REFUSED("--dry-run", "--dry-run=");
    ASSERT_REFUSED("--out needs a value", "--out");
    ASSERT_REFUSED("--out needs a value", "--out", "--dry-run");
}

static void test_unknown_names_get_the_nearest(void **state)
{
    (void)state;
    ASSERT_REFUSED("unknown option --snapshto; did you mean --snapshot?", "--snapshto", "x");
    ASSERT_REFUSED("unknown option --start; did you mean --start-date?", "--start=2021-10-19");
    ASSERT_REFUSED("did you mean --dry-run?", "--dryrun");
    ASSERT_REFUSED("unknown option -o", "-o", "x");
    ASSERT_REFUSED("unknown command 'exprot'; did you mean export?", "exprot", "x.h5");
    ASSERT_REFUSED("unknown command 'xyzzyxyzzy'; backfill --help", "xyzzyxyzzy");
    ASSERT_REFUSED("mpirun -np N", "--parallel");
    ASSERT_REFUSED("mpirun -np N", "--workers", "15");
    ASSERT_REFUSED("mpirun -np N", "--workers=15");
}

static void test_options_and_arguments_of_another_command(void **state)
{
    (void)state;
    ASSERT_REFUSED("run has no option --gzip", "--gzip");
    ASSERT_REFUSED("info has no option --out", "info", "x.h5", "--out", "y");
    ASSERT_REFUSED("run takes 0 arguments, found 1", "run", "x.h5");
    ASSERT_REFUSED("info takes 1 argument, found 0", "info");
    ASSERT_REFUSED("compare takes 2 arguments, found 3", "compare", "a", "b", "c");
    ASSERT_REFUSED("merge takes 2 arguments or more, found 1", "merge", "a");
    assert_int_equal(PARSE("compare", "a", "--", "--b"), BF_OK);
    assert_string_equal(options.arguments[1], "--b");
    assert_int_equal(PARSE("merge", "a", "b", "c"), BF_OK);
    assert_int_equal(options.argument_count, 3);
    assert_int_equal(PARSE("info", "--json", "-"), BF_OK);
    assert_string_equal(options.arguments[0], "-");
}

static void test_dates_add_up_and_have_an_alias(void **state)
{
    (void)state;
    assert_int_equal(PARSE("export", "f", "--date", "2022-01-15", "--dates=2022-01-16,2022-01-17",
                           "--date", "2022-01-18"),
                     BF_OK);
    assert_string_equal(options.dates, "2022-01-15,2022-01-16,2022-01-17,2022-01-18");
    assert_int_equal(
        parse_in(WORDS("--dates", "2022-01-15"), ENVIRONMENT("BACKFILL_DATES=2022-01-01")), BF_OK);
    assert_string_equal(options.dates, "2022-01-15");
    assert_int_equal(PARSE("--date", "2022-01-15"), BF_OK); /* before the command is known */
    assert_string_equal(options.dates, "2022-01-15");
    assert_int_equal(options.date, BF_DAY_NONE);
    assert_int_equal(PARSE("--date", "2022-01-15", "explain", "--team", "BOS"), BF_OK);
    assert_int_equal(options.date, bf_day_from_civil(2022, 1, 15));
    assert_null(options.dates);
    ASSERT_REFUSED("--date: expected a date YYYY-MM-DD, found '2022-1-5'", "explain", "--date",
                   "2022-1-5");
    ASSERT_REFUSED("explain has no option --dates", "explain", "--dates", "2022-01-05");
    ASSERT_REFUSED("info has no option --date", "info", "f", "--date", "2022-01-05");
    assert_int_equal(PARSE("--out", "a", "--out", "b"), BF_OK);
    assert_string_equal(options.out, "b");
}

/* Writes a configuration file and returns its name, the same for every call. */
static const char *config_file(const char *text)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "/tmp/test_options.%d.conf", (int)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
    return path;
}

static void test_precedence_and_origins(void **state)
{
    (void)state;
    const char *path = config_file("out = file.h5\nsnapshot = file\ncontext = parity\n");
    char setting[96];
    (void)snprintf(setting, sizeof setting, "BACKFILL_CONFIG=%s", path);
    bf_status st =
        parse_in(WORDS("--out", "line.h5"), ENVIRONMENT(setting, "BACKFILL_OUT=environment.h5",
                                                        "BACKFILL_SNAPSHOT=environment"));
    (void)unlink(path);
    assert_int_equal(st, BF_OK);
    assert_string_equal(options.out, "line.h5");
    assert_string_equal(options.snapshot, "environment");
    assert_string_equal(options.context, "parity");
    assert_int_equal(options.origins[BF_OPTION_ID_out], BF_FROM_COMMAND_LINE);
    assert_int_equal(options.origins[BF_OPTION_ID_snapshot], BF_FROM_ENVIRONMENT);
    assert_int_equal(options.origins[BF_OPTION_ID_context], BF_FROM_FILE);
    assert_int_equal(options.origins[BF_OPTION_ID_buffer], BF_FROM_DEFAULT);
    bf_text text = BF_TEXT_INIT(10000);
    bf_help_config(&text, &options);
    assert_non_null(
        strstr(text.data, "\nsnapshot               environment                    environment\n"));
    assert_non_null(
        strstr(text.data, "\nstart-date             -                              default\n"));
    bf_text_free(&text);
}

static void test_the_environment(void **state)
{
    (void)state;
    assert_int_equal(
        parse_in(WORDS("run"),
                 ENVIRONMENT("BACKFILL_NP=4", "BACKFILL_FAULT=alloc:1", "HOME=/", "BACKFILL_HELP=1",
                             "BACKFILL_VERSION=9", "BACKFILL_NO_RESUME=1", "BACKFILL_DRY_RUN=off")),
        BF_OK);
    assert_false(options.help || options.version);
    assert_true(options.no_resume);
    assert_false(options.dry_run);
    assert_int_equal(parse_in(WORDS("run"), ENVIRONMENT("BACKFILL_START_FROM=7")), BF_E_USAGE);
    assert_string_equal(err.message, "BACKFILL_START_FROM: expected 1..5, found '7'");
    assert_int_equal(parse_in(WORDS("run"), ENVIRONMENT("BACKFILL_DATES=")), BF_E_USAGE);
    assert_int_equal(parse_in(WORDS("run"), ENVIRONMENT("BACKFILL_CONFIG=")), BF_E_USAGE);
    assert_int_equal(parse_in(WORDS("run"), ENVIRONMENT("BACKFILL_CONFIG=/nonexistent/x")),
                     BF_E_USAGE);
    assert_non_null(strstr(err.message, "/nonexistent/x: No such file"));
    assert_int_equal(PARSE("--config", "/"), BF_E_USAGE);
}

static bf_status read_config(const char *text)
{
    bf_options_reset(&options);
    options = (bf_options){.memory = BF_ARENA_INIT};
    return bf_config_parse(&options, "x.conf", text, strlen(text), &err);
}

static void test_configuration_files(void **state)
{
    (void)state;
    assert_int_equal(
        read_config(
            "# a comment\n\n  out=a b#c  # why\r\n\tsnapshot = \" x # y \"\nno-resume = yes"),
        BF_OK);
    assert_string_equal(options.out, "a b#c");
    assert_string_equal(options.snapshot, " x # y ");
    assert_true(options.no_resume);
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"out\n", "x.conf line 1: expected 'option = value', found 'out'"},
        {"\nsnapshto = x",
         "x.conf line 2: 'snapshto' is not an option of a configuration file; did you mean"},
        {"help = true", "x.conf line 1: 'help' is not an option of a configuration file"},
        {"config = y", "x.conf line 1: 'config' is not an option"},
        {"= y", "x.conf line 1: '' is not an option"},
        {"out = ", "x.conf line 1: out: expected a value, found nothing"},
        {"out = # x", "x.conf line 1: out: expected a value, found nothing"},
        {"buffer = many", "x.conf line 1: buffer: expected a size"},
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(read_config(bad[i].text), BF_E_USAGE);
        if (strstr(err.message, bad[i].message) == NULL)
            fail_msg("expected '%s' in '%s'", bad[i].message, err.message);
    }
    assert_int_equal(bf_config_parse(&options, "x", "out = \0a", 8, &err), BF_E_USAGE);
}

/* Any bytes are either understood or refused with a message; the sanitizer build watches. */
static void test_random_configuration_files(void **state)
{
    (void)state;
    static const char *const pieces[] = {"out",     "=",         " = ",  "\n",   "#",    "\"",
                                         " ",       "no-resume", "true", "\r\n", "\t",   "buffer",
                                         "9999999", "seasons",   "-",    "2021", "\xff", "K"};
    uint64_t seed = 4;
    for (int i = 0; i < 20000; i++) {
        char text[256] = "";
        size_t count = unit_random(&seed) % 20;
        for (size_t p = 0; p < count; p++)
            strcat(text, pieces[unit_random(&seed) % LENGTH(pieces)]);
        err = (bf_error)BF_ERROR_INIT;
        bf_status st = read_config(text);
        assert_true(st == BF_OK ||
                    (st == BF_E_USAGE && strstr(err.message, "x.conf line ") != NULL));
    }
}

static void test_help_needs_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--help"), BF_OK);
    assert_true(options.help && options.command_is_default);
    assert_int_equal(PARSE("-h"), BF_OK);
    assert_int_equal(PARSE("info", "--help"), BF_OK);
    assert_true(options.help);
    assert_string_equal(options.command->name, "info");
    assert_int_equal(PARSE("--version"), BF_OK);
    assert_true(options.version);
    assert_int_equal(PARSE("info", "--show-config"), BF_OK);
}

static void test_packed_options_are_the_same(void **state)
{
    (void)state;
    assert_int_equal(
        parse_in(WORDS("compare", "a", "b", "--tolerance-last-digit", "--progress", "2"),
                 ENVIRONMENT("BACKFILL_LOG_LEVEL=debug")),
        BF_OK);
    bf_text packed = BF_TEXT_INIT(100000);
    bf_options_pack(&packed, &options);
    bf_options other;
    assert_int_equal(bf_options_unpack(&other, commands, packed.data, packed.size_bytes, &err),
                     BF_OK);
    assert_ptr_equal(other.command, options.command);
    assert_int_equal(other.argument_count, 2);
    assert_string_equal(other.arguments[1], "b");
    assert_true(other.tolerance_last_digit && other.progress == 2.0);
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        assert_string_equal(other.texts[id], options.texts[id]);
        assert_int_equal(other.origins[id], options.origins[id]);
    }
    bf_options_reset(&other);
    bf_text_free(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_nothing_is_the_run_with_defaults, reset),
        cmocka_unit_test_teardown(test_both_spellings_of_a_value, reset),
        cmocka_unit_test_teardown(test_numbers, reset),
        cmocka_unit_test_teardown(test_dates_words_and_empty_values, reset),
        cmocka_unit_test_teardown(test_unknown_names_get_the_nearest, reset),
        cmocka_unit_test_teardown(test_options_and_arguments_of_another_command, reset),
        cmocka_unit_test_teardown(test_dates_add_up_and_have_an_alias, reset),
        cmocka_unit_test_teardown(test_precedence_and_origins, reset),
        cmocka_unit_test_teardown(test_the_environment, reset),
        cmocka_unit_test_teardown(test_configuration_files, reset),
        cmocka_unit_test_teardown(test_random_configuration_files, reset),
        cmocka_unit_test_teardown(test_help_needs_nothing_else, reset),
        cmocka_unit_test_teardown(test_packed_options_are_the_same, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

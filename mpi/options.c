#include "mpi/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/suggest.h"
#include "mpi/commands/commands.h"

const bf_option bf_option_list[BF_OPTION_IDS] = {
#define OPTION(field, kind, default_text, argument, commands, help)                                \
    {#field, BF_OPTION_KIND_##kind,      default_text, argument, commands,                         \
     help,   offsetof(bf_options, field)},
#include "mpi/options.def"
#undef OPTION
};

const char *bf_option_name(bf_option_id id)
{
    static char names[BF_OPTION_IDS][BF_OPTION_NAME_BYTES];
    if (names[id][0] == '\0') {
        (void)snprintf(names[id], sizeof names[id], "%s", bf_option_list[id].field);
        for (char *c = names[id]; *c != '\0'; c++) {
            if (*c == '_')
                *c = '-';
        }
    }
    return names[id];
}

void bf_option_environment_name(char out[BF_OPTION_NAME_BYTES], bf_option_id id)
{
    (void)snprintf(out, BF_OPTION_NAME_BYTES, "BACKFILL_%s", bf_option_list[id].field);
    for (char *c = out; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
}

int bf_option_find(const char *name, size_t size)
{
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        const char *known = bf_option_name((bf_option_id)id);
        if (strlen(known) == size && memcmp(known, name, size) == 0)
            return id;
    }
    return -1;
}

void bf_option_suggest(char out[BF_SUGGESTION_BYTES], const char *typed, size_t size,
                       const char *dashes)
{
    bf_suggestion best = {NULL, 0};
    for (int id = 0; id < BF_OPTION_IDS; id++)
        bf_suggest_offer(&best, typed, size, bf_option_name((bf_option_id)id));
    out[0] = '\0';
    if (best.nearest != NULL)
        (void)snprintf(out, BF_SUGGESTION_BYTES, "; did you mean %s%s?", dashes, best.nearest);
}

bool bf_option_is_command_line_only(bf_option_id id)
{
    return id == BF_OPTION_ID_help || id == BF_OPTION_ID_show_config || id == BF_OPTION_ID_version;
}

/* True where `word` is one of the words of `list`, which `separator` divides. */
static bool has_word(const char *list, char separator, const char *word)
{
    size_t size = strlen(word);
    if (strchr(word, separator) != NULL)
        return false;
    for (const char *at = list; at != NULL; at = strchr(at, separator)) {
        at += at != list;
        if (strncmp(at, word, size) == 0 && (at[size] == separator || at[size] == '\0'))
            return true;
    }
    return false;
}

bool bf_option_is_for(bf_option_id id, const char *command)
{
    const char *commands = bf_option_list[id].commands;
    return strcmp(commands, "*") == 0 || has_word(commands, ' ', command);
}

const char *bf_origin_name(bf_origin origin)
{
    static const char *const texts[] = {"default", "file", "environment", "command line"};
    return texts[origin];
}

/* Whole number from 0 on; false if `text` is anything else or too large. */
static bool read_count(int64_t *out, const char *text)
{
    *out = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, *text - '0', out))
            return false;
    }
    return true;
}

static bool read_bounded_count(int64_t *out, const char *text, const char *argument)
{
    if (!read_count(out, text))
        return false;
    const char *dots = strstr(argument, "..");
    return dots == NULL ||
           (*out >= strtoll(argument, NULL, 10) && *out <= strtoll(dots + 2, NULL, 10));
}

static bool read_size(int64_t *out, const char *text)
{
    static const char units[] = "KMG";
    char number[32];
    size_t size = strlen(text);
    if (size == 0 || size >= sizeof number)
        return false;
    memcpy(number, text, size + 1);
    const char *unit = strchr(units, toupper((unsigned char)text[size - 1]));
    if (unit == NULL)
        return read_count(out, number);
    number[size - 1] = '\0';
    return read_count(out, number) &&
           !__builtin_mul_overflow(*out, INT64_C(1) << (10 * (unit - units + 1)), out);
}

/* Up to 30 years, so that sums with a clock cannot overflow. */
static bool read_seconds(double *out, const char *text)
{
    const double longest_s = 1e9;
    size_t size = strlen(text);
    if (size == 0 || strspn(text, "0123456789.") != size)
        return false;
    char *end;
    *out = strtod(text, &end);
    return *end == '\0' && *out <= longest_s;
}

static bool read_flag(bool *out, const char *text)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1", "off", "on"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i % 2 == 1;
            return true;
        }
    }
    return false;
}

static bool read_text(const char **out, const char *text, const char *argument)
{
    *out = *text == '\0' ? NULL : text;
    return strchr(argument, '|') == NULL || has_word(argument, '|', text);
}

static bool read_value(bf_options *options, const bf_option *option, const char *text)
{
    void *field = (char *)options + option->offset;
    switch (option->kind) {
    case BF_OPTION_KIND_TEXT:
        return read_text(field, text, option->argument);
    case BF_OPTION_KIND_FLAG:
        return read_flag(field, text);
    case BF_OPTION_KIND_COUNT:
        return read_bounded_count(field, text, option->argument);
    case BF_OPTION_KIND_SIZE:
        return read_size(field, text);
    case BF_OPTION_KIND_SECONDS:
        return read_seconds(field, text);
    case BF_OPTION_KIND_DAY:
        if (*text != '\0')
            return bf_day_parse(field, text, strlen(text));
        *(bf_day *)field = BF_DAY_NONE;
        return true;
    }
    return false;
}

/* What a value of the option looks like, for a message. */
static const char *expectation(const bf_option *option)
{
    static const char *const texts[] = {
        [BF_OPTION_KIND_TEXT] = "a value",
        [BF_OPTION_KIND_FLAG] = "true or false",
        [BF_OPTION_KIND_COUNT] = "a whole number, 0 or more",
        [BF_OPTION_KIND_SIZE] = "a size in bytes such as 64M",
        [BF_OPTION_KIND_SECONDS] = "seconds, 0 or more",
        [BF_OPTION_KIND_DAY] = "a date YYYY-MM-DD",
    };
    bool closed = strpbrk(option->argument, "|.") != NULL; /* words a|b|c or bounds 1..5 */
    return closed ? option->argument : texts[option->kind];
}

bf_status bf_options_set(bf_options *options, bf_option_id id, const char *text, bf_origin origin,
                         const char *where, bf_error *err)
{
    const bf_option *option = &bf_option_list[id];
    if (origin != BF_FROM_DEFAULT && *text == '\0')
        return bf_error_set(err, BF_E_USAGE, "%s: expected %s, found nothing", where,
                            expectation(option));
    if (!read_value(options, option, text))
        return bf_error_set(err, BF_E_USAGE, "%s: expected %s, found '%.100s'", where,
                            expectation(option), text);
    options->texts[id] = text;
    options->origins[id] = origin;
    return BF_OK;
}

void bf_options_pack(bf_text *out, const bf_options *options)
{
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        bf_text_format(out, "%d", (int)options->origins[id]);
        bf_text_append(out, options->texts[id], strlen(options->texts[id]) + 1);
    }
    const char *command = options->command == NULL ? "" : options->command->name;
    bf_text_append(out, command, strlen(command) + 1);
    for (int i = 0; i < options->argument_count; i++)
        bf_text_append(out, options->arguments[i], strlen(options->arguments[i]) + 1);
}

bf_status bf_options_unpack(bf_options *out, const bf_command *commands, const char *bytes,
                            size_t size, bf_error *err)
{
    char *at;
    const char **arguments;
    *out = (bf_options){.program = "backfill", .memory = BF_ARENA_INIT};
    BF_TRY(BF_ARENA_ALLOC(&at, &out->memory, size, err));
    BF_TRY(BF_ARENA_ALLOC(&arguments, &out->memory, size, err));
    memcpy(at, bytes, size);
    const char *end = at + size;
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        bf_origin origin = (bf_origin)(*at - '0');
        BF_TRY(bf_options_set(out, (bf_option_id)id, at + 1, origin, "options", err));
        at += strlen(at) + 1;
    }
    out->command = bf_command_find(commands, at);
    for (at += strlen(at) + 1; at < end; at += strlen(at) + 1)
        arguments[out->argument_count++] = at;
    out->arguments = arguments;
    return BF_OK;
}

void bf_options_reset(bf_options *options)
{
    bf_arena_free(&options->memory);
}

/* bf_options_parse: default < configuration file < environment < command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/suggest.h"
#include "mpi/commands/commands.h"
#include "mpi/config.h"

/* One option of the command line: its id, its value, and how it was written. */
typedef struct assignment {
    bf_option_id id;
    const char *text;
    const char *written;
} assignment;

typedef struct command_line {
    assignment *assignments;
    int count;
    const char **arguments; /* the command among them is the first */
    int argument_count;
} command_line;

/* Names that people know from elsewhere. */
static const char *alias(const char *name, size_t size)
{
    static const char *const pairs[][2] = {{"-h", "--help"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (strlen(pairs[i][0]) == size && strncmp(pairs[i][0], name, size) == 0)
            return pairs[i][1];
    }
    return NULL;
}

static bf_status unknown_option(const char *word, size_t size, bf_error *err)
{
    static const char *const hints[] = {"--parallel",
                                        "--workers"}; /* of the job this one replaces */
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (strlen(hints[i]) == size && strncmp(word, hints[i], size) == 0)
            return bf_error_set(
                err, BF_E_USAGE,
                "unknown option %s: the work is divided over MPI ranks; start it with "
                "mpirun -np N backfill",
                hints[i]);
    }
    char suggestion[BF_SUGGESTION_BYTES];
    size_t dashes = size > 2 && word[1] == '-' ? 2 : 1;
    bf_option_suggest(suggestion, word + dashes, size - dashes, "--");
    return bf_error_set(err, BF_E_USAGE, "unknown option %.*s%s", (int)size, word, suggestion);
}

/* Reads the option argv[*at]; *at moves on to its value if that is the next word. */
static bf_status read_option(assignment *out, const char *const *argv, int *at, bf_error *err)
{
    const char *word = argv[*at], *equals = strchr(word, '=');
    size_t size = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const char *name = alias(word, size);
    size_t name_size = name == NULL ? size : strlen(name);
    name = name == NULL ? word : name;
    int id = name_size > 2 && name[1] == '-' ? bf_option_find(name + 2, name_size - 2) : -1;
    if (id < 0)
        return unknown_option(word, size, err);
    out->id = (bf_option_id)id;
    out->written = bf_option_name(out->id);
    if (equals != NULL) {
        out->text = equals + 1;
    } else if (bf_option_list[id].kind == BF_OPTION_KIND_FLAG) {
        out->text = "true";
    } else {
        out->text = argv[*at + 1];
        if (out->text == NULL || strncmp(out->text, "--", 2) == 0)
            return bf_error_set(err, BF_E_USAGE, "--%s needs a value (%s)", out->written,
                                bf_option_list[id].argument);
        ++*at;
    }
    return BF_OK;
}

static bf_status read_command_line(command_line *line, const char *const *argv, bf_error *err)
{
    bool options_end = false;
    for (int i = 1; argv[0] != NULL && argv[i] != NULL; i++) {
        if (!options_end && strcmp(argv[i], "--") == 0)
            options_end = true;
        else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0')
            BF_TRY(read_option(&line->assignments[line->count++], argv, &i, err));
        else
            line->arguments[line->argument_count++] = argv[i];
    }
    return BF_OK;
}

/* True where the option, a flag, was given. */
static bool is_asked(const command_line *line, bf_option_id id)
{
    for (int i = 0; i < line->count; i++) {
        if (line->assignments[i].id == id && strcmp(line->assignments[i].text, "true") == 0)
            return true;
    }
    return false;
}

/* The command is the first argument, or run where there is none. */
static bf_status choose_command(bf_options *out, const bf_command *commands,
                                const command_line *line, bool is_needed, bf_error *err)
{
    const char *name = line->argument_count == 0 ? "run" : line->arguments[0];
    out->command = bf_command_find(commands, name);
    out->command_is_default = line->argument_count == 0;
    if (out->command != NULL || !is_needed)
        return BF_OK;
    bf_suggestion best = {NULL, 0};
    for (const bf_command *command = commands; command->name != NULL; command++)
        bf_suggest_offer(&best, name, strlen(name), command->name);
    if (best.nearest == NULL)
        return bf_error_set(err, BF_E_USAGE, "unknown command '%.100s'; backfill --help lists them",
                            name);
    return bf_error_set(err, BF_E_USAGE, "unknown command '%.100s'; did you mean %s?", name,
                        best.nearest);
}

/* The words of a synopsis before its first option or bracket are the arguments it needs. */
static bf_status check_arguments(const bf_options *options, bf_error *err)
{
    const char *synopsis = options->command->arguments;
    int needed = 0;
    bool more = false;
    for (const char *word = synopsis; *word != '\0' && *word != '[' && *word != '-';) {
        size_t size = strcspn(word, " ");
        if (size == 3 && strncmp(word, "...", size) == 0)
            more = true;
        else
            needed++;
        word += size + strspn(word + size, " ");
    }
    if (options->argument_count >= needed && (more || options->argument_count == needed))
        return BF_OK;
    return bf_error_set(
        err, BF_E_USAGE, "%s takes %d argument%s%s, found %d; usage: backfill %s %s",
        options->command->name, needed, needed == 1 ? "" : "s", more ? " or more" : "",
        options->argument_count, options->command->name, synopsis);
}

/* To commands with a list of dates, --date is one more of them. */
static void read_date_as_dates(command_line *line, const char *command)
{
    for (int i = 0; i < line->count; i++) {
        assignment *given = &line->assignments[i];
        if (given->id != BF_OPTION_ID_date || bf_option_is_for(BF_OPTION_ID_date, command) ||
            !bf_option_is_for(BF_OPTION_ID_dates, command))
            continue;
        given->id = BF_OPTION_ID_dates;
        given->written = bf_option_name(given->id);
    }
}

/* backfill help [COMMAND] is backfill [COMMAND] --help, as people know it from git. */
static void read_help_as_option(command_line *line)
{
    if (line->argument_count == 0 || strcmp(line->arguments[0], "help") != 0)
        return;
    line->arguments++;
    line->argument_count--;
    line->assignments[line->count++] = (assignment){BF_OPTION_ID_help, "true", "help"};
}

static bf_status set_defaults(bf_options *out, bf_error *err)
{
    for (int id = 0; id < BF_OPTION_IDS; id++)
        BF_TRY(bf_options_set(out, (bf_option_id)id, bf_option_list[id].default_text,
                              BF_FROM_DEFAULT, bf_option_name((bf_option_id)id), err));
    return BF_OK;
}

/* Value of `name`, or NULL. */
static const char *lookup(const char *const *environment, const char *name)
{
    size_t size = strlen(name);
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, size) == 0 && (*environment)[size] == '=')
            return *environment + size + 1;
    }
    return NULL;
}

/* The texts are copied: the environment may change under a long run. */
static bf_status set_from_environment(bf_options *out, const char *const *environment,
                                      bf_error *err)
{
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        char name[BF_OPTION_NAME_BYTES], *copy;
        bf_option_environment_name(name, (bf_option_id)id);
        const char *text = lookup(environment, name);
        if (text == NULL || bf_option_is_command_line_only((bf_option_id)id))
            continue;
        size_t size = strlen(text) + 1;
        BF_TRY(BF_ARENA_ALLOC(&copy, &out->memory, size, err));
        memcpy(copy, text, size);
        BF_TRY(bf_options_set(out, (bf_option_id)id, copy, BF_FROM_ENVIRONMENT, name, err));
    }
    return BF_OK;
}

/* --dates may be given more than once; of other options the last one counts. */
static bf_status joined_dates(const char **text, bf_options *out, bf_error *err)
{
    if (out->origins[BF_OPTION_ID_dates] != BF_FROM_COMMAND_LINE)
        return BF_OK;
    size_t size = strlen(out->dates) + strlen(*text) + 2;
    char *both;
    BF_TRY(BF_ARENA_ALLOC(&both, &out->memory, size, err));
    (void)snprintf(both, size, "%s,%s", out->dates, *text);
    *text = both;
    return BF_OK;
}

static bf_status set_from_command_line(bf_options *out, const command_line *line, bf_error *err)
{
    for (int i = 0; i < line->count; i++) {
        const assignment *given = &line->assignments[i];
        const char *text = given->text;
        char where[BF_OPTION_NAME_BYTES + 2];
        (void)snprintf(where, sizeof where, "--%s", given->written);
        if (given->id == BF_OPTION_ID_dates && *text != '\0')
            BF_TRY(joined_dates(&text, out, err));
        BF_TRY(bf_options_set(out, given->id, text, BF_FROM_COMMAND_LINE, where, err));
    }
    return BF_OK;
}

static bf_status check_options_of_command(const bf_options *options, const command_line *line,
                                          bf_error *err)
{
    for (int i = 0; i < line->count; i++) {
        if (!bf_option_is_for(line->assignments[i].id, options->command->name))
            return bf_error_set(
                err, BF_E_USAGE, "%s has no option --%s; backfill %s --help lists them",
                options->command->name, line->assignments[i].written, options->command->name);
    }
    return BF_OK;
}

static const char *config_path(const command_line *line, const char *const *environment)
{
    const char *path = lookup(environment, "BACKFILL_CONFIG");
    for (int i = 0; i < line->count; i++) {
        if (line->assignments[i].id == BF_OPTION_ID_config)
            path = line->assignments[i].text;
    }
    return path;
}

static bf_status parse(bf_options *out, const bf_command *commands, command_line *line,
                       const char *const *argv, const char *const *environment, bf_error *err)
{
    BF_TRY(read_command_line(line, argv, err));
    read_help_as_option(line);
    BF_TRY(set_defaults(out, err));
    out->argument_count = line->argument_count > 0 ? line->argument_count - 1 : 0;
    out->arguments = line->arguments + (line->argument_count > 0 ? 1 : 0);
    bool works = !is_asked(line, BF_OPTION_ID_help) && !is_asked(line, BF_OPTION_ID_version);
    BF_TRY(choose_command(out, commands, line, works, err));
    if (works) {
        read_date_as_dates(line, out->command->name);
        BF_TRY(check_options_of_command(out, line, err));
        if (!is_asked(line, BF_OPTION_ID_show_config))
            BF_TRY(check_arguments(out, err));
        const char *path = config_path(line, environment);
        if (path != NULL)
            BF_TRY(bf_config_read(out, path, err));
        BF_TRY(set_from_environment(out, environment, err));
    }
    return set_from_command_line(out, line, err);
}

bf_status bf_options_parse(bf_options *out, const bf_command *commands, const char *const *argv,
                           const char *const *environment, bf_error *err)
{
    *out = (bf_options){.program = argv[0] == NULL ? "backfill" : argv[0], .memory = BF_ARENA_INIT};
    size_t words = 0;
    while (argv[words] != NULL)
        words++;
    command_line line = {0};
    BF_TRY(BF_ARENA_ALLOC(&line.assignments, &out->memory, words, err));
    BF_TRY(BF_ARENA_ALLOC(&line.arguments, &out->memory, words, err));
    return parse(out, commands, &line, argv, environment, err);
}

#include "mpi/help.h"

#include <stdio.h>
#include <string.h>

#include "mpi/commands/commands.h"

enum { WIDTH = 100, COMMAND_INDENT = 12, OPTION_INDENT = 30 };

static void spaces(bf_text *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bf_text_append(out, " ", 1);
}

/* `head`, then `body` in a column of its own that begins at `indent`. */
static void entry(bf_text *out, const char *head, const char *body, size_t indent)
{
    size_t column = strlen(head);
    bf_text_string(out, head);
    if (column + 1 >= indent) {
        bf_text_string(out, "\n");
        column = 0;
    }
    spaces(out, indent - column);
    column = indent;
    for (const char *word = body; *word != '\0';) {
        size_t size = strcspn(word, " ");
        if (column + size > WIDTH && column > indent) {
            bf_text_string(out, "\n");
            spaces(out, indent);
            column = indent;
        }
        bf_text_append(out, word, size);
        column += size + 1;
        word += size + strspn(word + size, " ");
        if (*word != '\0' && column + strcspn(word, " ") <= WIDTH)
            bf_text_append(out, " ", 1);
    }
    bf_text_string(out, "\n");
}

static bool has_default(bf_option_id id)
{
    const bf_option *option = &bf_option_list[id];
    return option->kind != BF_OPTION_KIND_FLAG && *option->default_text != '\0';
}

static void option_entry(bf_text *out, bf_option_id id)
{
    const bf_option *option = &bf_option_list[id];
    char head[2 * BF_OPTION_NAME_BYTES + 4], body[512];
    (void)snprintf(head, sizeof head, "  --%s%s%s", bf_option_name(id),
                   *option->argument == '\0' ? "" : " ", option->argument);
    if (has_default(id))
        (void)snprintf(body, sizeof body, "%s [%s]", option->help, option->default_text);
    else
        (void)snprintf(body, sizeof body, "%s", option->help);
    entry(out, head, body, OPTION_INDENT);
}

/* Options of one command, or those of every command ("*"), under a title if there are any. */
static void options_for(bf_text *out, const char *command, const char *title)
{
    bool common = strcmp(command, "*") == 0;
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        bool is_common = strcmp(bf_option_list[id].commands, "*") == 0;
        if (is_common != common || !bf_option_is_for((bf_option_id)id, command))
            continue;
        bf_text_string(out, title);
        option_entry(out, (bf_option_id)id);
        title = "";
    }
}

static const char environment_help[] =
    "Options can also stand in a configuration file (lines option = value; --config FILE or\n"
    "$BACKFILL_CONFIG) and in the environment: BACKFILL_RUN_TIMESTAMP is --run-timestamp. "
    "Precedence:\n"
    "default, configuration file, environment, command line; --show-config tells which one it "
    "was.\n";

static void exit_codes(bf_text *out)
{
    static const bf_status codes[] = {BF_OK,       BF_E_ATTENTION, BF_E_USAGE,   BF_E_INPUT,
                                      BF_E_OUTPUT, BF_E_UPLOAD,    BF_E_STOPPED, BF_E_INTERNAL};
    bf_text_string(out, "\nExit codes:\n");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        bf_text_format(out, "  %2d  %s\n", bf_status_exit_code(codes[i]), bf_status_text(codes[i]));
}

void bf_help_general(bf_text *out, const bf_command *commands)
{
    bf_text_string(out, "Usage: backfill [COMMAND] [OPTION]...\n"
                        "       mpirun -np N backfill [OPTION]...\n\n"
                        "Recomputes per-date features of basketball seasons from a snapshot of the "
                        "box scores, as one\n"
                        "MPI job. Without a command it runs the backfill: it reads ./snapshot and "
                        "writes ./results.h5.\n\n"
                        "Commands (backfill COMMAND --help tells more):\n");
    for (const bf_command *command = commands; command->name != NULL; command++)
        entry(out, command->name, command->summary, COMMAND_INDENT);
    options_for(out, "run", "\nOptions of run:\n");
    options_for(out, "*", "\nOptions of every command:\n");
    bf_text_format(out, "\n%s", environment_help);
    exit_codes(out);
    bf_text_string(
        out, "\nExamples:\n"
             "  backfill synth --out snapshot            make a league to try it with\n"
             "  mpirun -np 4 backfill                    ./snapshot -> ./results.h5 on four ranks\n"
             "  backfill --dry-run --dates 2022-01-15    what a run would do\n"
             "  backfill export results.h5 --table player_daily_cache --format csv\n");
}

void bf_help_command(bf_text *out, const bf_command *command)
{
    bf_text_format(out, "Usage: backfill %s %s\n\n", command->name, command->arguments);
    entry(out, command->name, command->summary, COMMAND_INDENT);
    options_for(out, command->name, "\nOptions:\n");
    options_for(out, "*", "\nOptions of every command:\n");
    bf_text_format(out, "\n%s", environment_help);
    exit_codes(out);
}

void bf_help_config(bf_text *out, const bf_options *options)
{
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        if (!bf_option_is_for((bf_option_id)id, options->command->name) ||
            bf_option_is_command_line_only((bf_option_id)id))
            continue;
        const char *text = options->texts[id];
        bf_text_format(out, "%-22s %-30s %s\n", bf_option_name((bf_option_id)id),
                       *text == '\0' ? "-" : text, bf_origin_name(options->origins[id]));
    }
}

/* roff: a dash of an option must not become a hyphen, a backslash or a leading dot no request. */
static void roff(bf_text *out, const char *string)
{
    for (const char *c = string; *c != '\0'; c++) {
        if (*c == '-')
            bf_text_string(out, "\\-");
        else if (*c == '\\')
            bf_text_string(out, "\\e");
        else
            bf_text_append(out, c, 1);
    }
}

void bf_help_man_commands(bf_text *out, const bf_command *commands)
{
    for (const bf_command *command = commands; command->name != NULL; command++) {
        bf_text_string(out, ".TP\n\\fB");
        roff(out, command->name);
        bf_text_string(out, "\\fR ");
        roff(out, command->arguments);
        bf_text_string(out, "\n");
        roff(out, command->summary);
        bf_text_string(out, "\n");
    }
}

/* Commands that take the option, as far as the program has them: "run, export"; false if none does.
 */
static bool commands_with(bf_text *out, bf_option_id id, const bf_command *commands)
{
    if (strcmp(bf_option_list[id].commands, "*") == 0) {
        bf_text_string(out, "every command");
        return true;
    }
    bool any = false;
    for (const bf_command *command = commands; command->name != NULL; command++) {
        if (bf_option_is_for(id, command->name)) {
            bf_text_format(out, "%s%s", any ? ", " : "", command->name);
            any = true;
        }
    }
    return any;
}

static void man_option(bf_text *out, bf_option_id id, const char *taken_by)
{
    const bf_option *option = &bf_option_list[id];
    bf_text_string(out, ".TP\n\\fB\\-\\-");
    roff(out, bf_option_name(id));
    bf_text_string(out, "\\fR");
    if (*option->argument != '\0') {
        bf_text_string(out, " \\fI");
        roff(out, option->argument);
        bf_text_string(out, "\\fR");
    }
    bf_text_format(out, "\n(%s) ", taken_by);
    roff(out, option->help);
    if (has_default(id)) {
        bf_text_string(out, " [");
        roff(out, option->default_text);
        bf_text_string(out, "]");
    }
    bf_text_string(out, "\n");
}

void bf_help_man_options(bf_text *out, const bf_command *commands)
{
    for (int id = 0; id < BF_OPTION_IDS; id++) {
        bf_text taken_by = BF_TEXT_INIT(512);
        if (commands_with(&taken_by, (bf_option_id)id, commands))
            man_option(out, (bf_option_id)id, taken_by.data);
        bf_text_free(&taken_by);
    }
}

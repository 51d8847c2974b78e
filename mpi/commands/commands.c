#include "mpi/commands/commands.h"

#include <string.h>

#include "compute/base/suggest.h"
#include "compute/schema/table.h"

const bf_command bf_commands[] = {
#define COMMAND(name, ranks, arguments, summary)                                                   \
    {#name, BF_RANKS_##ranks, arguments, summary, bf_command_##name},
#include "mpi/commands/commands.def"
#undef COMMAND
    {NULL, BF_RANKS_ONE, NULL, NULL, NULL},
};

const bf_command *bf_command_find(const bf_command *commands, const char *name)
{
    for (const bf_command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

bf_status bf_command_unknown_table(const char *name, bf_error *err)
{
    bf_suggestion best = {NULL, 0};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_suggest_offer(&best, name, strlen(name), bf_outputs[t].name);
    if (best.nearest != NULL)
        return bf_error_set(err, BF_E_USAGE,
                            "--table: there is no table '%.100s'; did you mean %s?", name,
                            best.nearest);
    return bf_error_set(
        err, BF_E_USAGE,
        "--table: there is no table '%.100s'; 'backfill schema --format md' lists them", name);
}

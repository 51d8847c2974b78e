#include "mpi/commands/commands.h"

#include <string.h>

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

/* The subcommands: one function and one file each (commands.def). Results go to stdout; what went
 * wrong goes into `err`; main turns the status into the exit code. Functions marked ALL in
 * commands.def are Collective over MPI_COMM_WORLD, those marked ONE are Local, called on rank 0. */
#ifndef BF_MPI_COMMANDS_H
#define BF_MPI_COMMANDS_H

#include "mpi/options.h"

#define COMMAND(name, ...)                                                                         \
    BF_CHECK_RESULT bf_status bf_command_##name(const bf_options *options, bf_error *err);
#include "mpi/commands/commands.def"
#undef COMMAND

typedef enum { BF_RANKS_ONE, BF_RANKS_ALL } bf_command_ranks;

struct bf_command {
    const char *name;
    bf_command_ranks ranks;
    const char *arguments; /* synopsis behind the name */
    const char *summary;
    bf_status (*function)(const bf_options *options, bf_error *err);
};

/* In the order of --help; ends with a row without a name. */
extern const bf_command bf_commands[];

/* Local. The message for a --table that there is not; returns BF_E_USAGE. */
bf_status bf_command_unknown_table(const char *name, bf_error *err);

/* Local. NULL if there is none. */
const bf_command *bf_command_find(const bf_command *commands, const char *name);

#endif

/* The subcommands: one function and one file each (commands.def). Results go to stdout; what went wrong
 * goes into `err`; main turns the status into the exit code. Functions marked ALL in commands.def are
 * Collective over MPI_COMM_WORLD, those marked ONE are Local, called on rank 0. */
#ifndef BF_MPI_COMMANDS_H
#define BF_MPI_COMMANDS_H

#include "mpi/options.h"

#define COMMAND(name, ...)                                                                         \
    BF_CHECK_RESULT bf_status bf_command_##name(const bf_options *options, bf_error *err);
#include "mpi/commands/commands.def"
#undef COMMAND

#endif

/* What --help, --show-config and the man page say; all from options.def and commands.def. */
#ifndef BF_MPI_HELP_H
#define BF_MPI_HELP_H

#include "mpi/options.h"

/* Local. backfill --help. */
void bf_help_general(bf_text *out, const bf_command *commands);

/* Local. backfill COMMAND --help. */
void bf_help_command(bf_text *out, const bf_command *command);

/* Local. One line per option of the command: name, value ("-" if it has none), origin. */
void bf_help_config(bf_text *out, const bf_options *options);

/* Local. The parts of docs/backfill.1 between its BEGIN and END marks: commands and options. */
void bf_help_man_commands(bf_text *out, const bf_command *commands);
void bf_help_man_options(bf_text *out, const bf_command *commands);

#endif

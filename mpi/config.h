/* The configuration file: lines "option = value", # begins a comment. */
#ifndef BF_MPI_CONFIG_H
#define BF_MPI_CONFIG_H

#include "mpi/options.h"

/* Local. Sets the options that `text` gives; `name` is what messages call the file. BF_E_USAGE
 * names the line. */
BF_CHECK_RESULT bf_status bf_config_parse(bf_options *options, const char *name, const char *text,
                                          size_t size, bf_error *err);

/* Local. The same from a file. */
BF_CHECK_RESULT bf_status bf_config_read(bf_options *options, const char *path, bf_error *err);

#endif

/* backfill info: what a snapshot (a directory) or a results file holds. */
#include <sys/stat.h>

#include "mpi/commands/commands.h"
#include "mpi/commands/info_results.h"
#include "mpi/commands/info_snapshot.h"

bf_status bf_command_info(const bf_options *options, bf_error *err)
{
    struct stat about;
    const char *path = options->arguments[0];
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return bf_info_snapshot(path, options->json, err);
    return bf_info_results(path, options->json, err);
}

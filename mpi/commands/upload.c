/* backfill upload: results into BigQuery, Cloud Storage or a directory. */
#include "mpi/upload/upload.h"

#include "mpi/commands/commands.h"
#include "mpi/run/stop.h"

bf_status bf_command_upload(const bf_options *options, bf_error *err)
{
    if (options->to == NULL)
        return bf_error_set(err, BF_E_USAGE,
                            "upload: --to URL is needed: bigquery://PROJECT, gs://BUCKET/PREFIX or "
                            "file:///DIR");
    bf_stop_install(0);
    return bf_upload_results(options, options->arguments[0], options->to, err);
}

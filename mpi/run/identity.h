/* What a run is: input hashes, versions, dates, tables and the options that change values. Its
 * fingerprint decides whether a checkpoint or a results file belongs to the same run (DESIGN
 * guarantee 3). */
#ifndef BF_RUN_IDENTITY_H
#define BF_RUN_IDENTITY_H

#include "mpi/run/run.h"

/* Local. JSON array of the snapshot's seasons and hashes; owned by the caller. */
BF_CHECK_RESULT bf_status bf_identity_inputs(char **out, const bf_snapshot *snapshot,
                                             bf_error *err);

/* Local. JSON object of the options that change values, as they are in effect, of a run over these
 * dates; owned by the caller. Uses run->options and run->processors. */
BF_CHECK_RESULT bf_status bf_identity_options(char **out, const bf_run *run, const bf_day *days,
                                              int32_t count, bf_error *err);

/* Local. The fingerprint of what is described by these two texts. */
BF_CHECK_RESULT bf_status bf_identity_fingerprint(char out[BF_SHA256_HEX_BYTES],
                                                  const char *options_json, const char *inputs_json,
                                                  bf_error *err);

/* Local (rank 0). Fills run->facts and options_json from options, dates and inputs_json. */
BF_CHECK_RESULT bf_status bf_identity_facts(bf_run *run, bf_error *err);

/* Local. BF_E_USAGE with a message that names what differs between this run and the one `what` (a
 * file) belongs to, whose options and inputs are given. */
BF_CHECK_RESULT bf_status bf_identity_refuse(const bf_run *run, const char *what,
                                             const char *options_json, const char *inputs_json,
                                             bf_error *err);

/* Local. Whether a results file is of a run that differs from this one in its dates alone:
 * BF_E_USAGE names what else differs, the file and `whole`, which is what this run is called;
 * BF_E_INPUT if the file contradicts itself. Uses run->options, processors and inputs_json. */
BF_CHECK_RESULT bf_status bf_identity_check_piece(const bf_run *run, const bf_results *piece,
                                                  const char *whole, bf_error *err);

#endif

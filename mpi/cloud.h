/* What io/cloud needs to know: the environment, the options, when to stop, where to log. */
#ifndef BF_MPI_CLOUD_H
#define BF_MPI_CLOUD_H

#include "io/cloud/service.h"
#include "mpi/options.h"

typedef enum { BF_CLOUD_BIGQUERY, BF_CLOUD_STORAGE } bf_cloud_service;

/* Local. `out` borrows the environment. Whoever opens a service with it must have called
 * bf_stop_install; failures that are tried again are logged as warnings. From here on this process
 * leaves no core file, because keys and tokens would be in it. */
void bf_cloud_options(bf_service_options *out, bf_cloud_service service, const bf_options *options);

#endif

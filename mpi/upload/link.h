/* A service that an upload speaks with, and the progress of what it is sent. */
#ifndef BF_UPLOAD_LINK_H
#define BF_UPLOAD_LINK_H

#include "mpi/cloud.h"
#include "mpi/upload/upload.h"

typedef struct bf_upload_link {
    bf_service *service;
    int64_t stored_bytes; /* that the service has, of all files */
} bf_upload_link;

/* Local. The service then borrows `out` until it is closed. */
BF_CHECK_RESULT bf_status bf_upload_link_open(bf_upload_link *out, const bf_upload *upload,
                                              bf_cloud_service service, bf_error *err);
void bf_upload_link_close(bf_upload_link *link);

/* Local. The service has so many bytes of all files: told as progress. */
void bf_upload_link_stored(bf_upload_link *link, int64_t bytes);

#endif

#include "mpi/upload/link.h"

#include "mpi/progress.h"

/* Bytes of the present request, which the service may yet not keep. */
static void sent(void *context, int64_t bytes)
{
    const bf_upload_link *link = context;
    bf_progress_update(link->stored_bytes + bytes);
}

bf_status bf_upload_link_open(bf_upload_link *out, const bf_upload *upload,
                              bf_cloud_service service, bf_error *err)
{
    bf_service_options options;
    *out = (bf_upload_link){0};
    bf_cloud_options(&options, service, upload->options);
    options.http.hooks.context = out;
    options.http.hooks.sent = sent;
    BF_TRY(bf_service_open(&out->service, &options, err));
    bf_log(BF_LOG_INFO, "uploading to %s as %s", upload->target.url,
           bf_service_account(out->service));
    return BF_OK;
}

void bf_upload_link_close(bf_upload_link *link)
{
    bf_service_close(link->service);
    link->service = NULL;
}

void bf_upload_link_stored(bf_upload_link *link, int64_t bytes)
{
    link->stored_bytes = bytes;
    bf_progress_update(bytes);
}

#include "mpi/cloud.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "mpi/log.h"
#include "mpi/run/stop.h"

static const struct {
    const char *base;
    const char *emulator; /* name in the environment */
    const char *scope;
} services[] = {
    [BF_CLOUD_BIGQUERY] = {"https://bigquery.googleapis.com", "BIGQUERY_EMULATOR_HOST",
                           BF_SCOPE_BIGQUERY},
    [BF_CLOUD_STORAGE] = {"https://storage.googleapis.com", "STORAGE_EMULATOR_HOST",
                          BF_SCOPE_STORAGE},
};

static bool stop_asked(void *context)
{
    (void)context;
    return bf_stop_asked();
}

static void note(void *context, const char *message)
{
    (void)context;
    bf_log(BF_LOG_WARNING, "%s", message);
}

void bf_cloud_options(bf_service_options *out, bf_cloud_service service, const bf_options *options)
{
    static const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    (void)setrlimit(RLIMIT_CORE, &none); /* lowering it is always allowed */
    *out = (bf_service_options)BF_SERVICE_OPTIONS_INIT;
    out->base = services[service].base;
    out->emulator = getenv(services[service].emulator);
    out->scope = services[service].scope;
    out->source = (bf_credentials_source){
        .key_file = getenv("GOOGLE_APPLICATION_CREDENTIALS"),
        .gcloud_dir = getenv("CLOUDSDK_CONFIG"),
        .home = getenv("HOME"),
        .metadata_host = getenv("GCE_METADATA_HOST"),
    };
    out->http.ca_file = getenv("SSL_CERT_FILE");
    out->http.stall_limit_s = options->stall_limit;
    out->http.hooks.stop = stop_asked;
    out->http.hooks.note = note;
    out->retry.first_wait_s = options->retry_wait;
    out->retry.limit_s = options->retry_limit;
}

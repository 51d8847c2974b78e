/* Who we are for Google's services: an access token, by the first of these that is there
 * (https://docs.cloud.google.com/docs/authentication/application-default-credentials):
 *   1. the file that GOOGLE_APPLICATION_CREDENTIALS names: a service account's key (a JWT signed
 * with it is exchanged for a token) or an authorised user's refresh token;
 *   2. gcloud's application_default_credentials.json in $CLOUDSDK_CONFIG or ~/.config/gcloud;
 *   3. the metadata server of the virtual machine.
 * With an emulator only 1, and 3 if GCE_METADATA_HOST is set; else nobody asks for a token.
 *
 * A token is kept until shortly before it expires. Keys and tokens are in no message, and are
 * overwritten when they are released. */
#ifndef BF_CLOUD_CREDENTIALS_H
#define BF_CLOUD_CREDENTIALS_H

#include "io/cloud/retry.h"

typedef struct bf_credentials bf_credentials;

/* Values of the environment; NULL or "" where there is none. Borrowed for the call. */
typedef struct bf_credentials_source {
    const char *key_file;      /* GOOGLE_APPLICATION_CREDENTIALS */
    const char *gcloud_dir;    /* CLOUDSDK_CONFIG */
    const char *home;          /* HOME */
    const char *metadata_host; /* GCE_METADATA_HOST: host or host:port */
    bool emulator;             /* the service is an emulator */
} bf_credentials_source;

/* Finds and reads the credentials; sends nothing. scope: as OAuth has it, several with blanks
 * between. BF_E_UPLOAD names the file and what is wrong with it. */
BF_CHECK_RESULT bf_status bf_credentials_create(bf_credentials **out,
                                                const bf_credentials_source *source,
                                                const char *scope, bf_error *err);
void bf_credentials_free(bf_credentials *credentials);

/* A token that is good for a while, borrowed until the next call; NULL if none is needed. Fetched
 * over `http` when there is none, with retries. */
BF_CHECK_RESULT bf_status bf_credentials_token(const char **out, bf_credentials *credentials,
                                               bf_http *http, const bf_retry_policy *policy,
                                               bf_error *err);

/* The server did not accept the token: the next one is fetched. */
void bf_credentials_forget(bf_credentials *credentials);

/* For logs and advice: "service account a@b", "nobody (an emulator, without a key)". */
const char *bf_credentials_account(const bf_credentials *credentials);

/* The project that X-Goog-User-Project has to name for these credentials; NULL: none. */
const char *bf_credentials_quota_project(const bf_credentials *credentials);

#endif

#include "io/cloud/credentials.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compute/base/memory.h"
#include "io/cloud/call.h"
#include "io/cloud/jwt.h"
#include "io/cloud/refusal.h"
#include "io/cloud/url.h"
#include "io/text/file.h"

#define TOKEN_URI "https://oauth2.googleapis.com/token"
#define METADATA_HOST "metadata.google.internal"
#define METADATA_PATH "/computeMetadata/v1/instance/service-accounts/default/token"
#define ADC_FILE "application_default_credentials.json"

enum {
    FILE_LIMIT_BYTES = 1 << 18,
    ASSERTION_S = 3600,    /* the longest that a JWT may ask for */
    CLOCK_SKEW_S = 10,     /* this machine's clock may be that much ahead */
    EARLY_S = 120,         /* a token is renewed that long before it expires */
    METADATA_LIMIT_S = 10, /* of a request */
    METADATA_RETRY_S = 20  /* where there is none, that should be said soon */
};

typedef enum kind { NONE, SERVICE_ACCOUNT, AUTHORIZED_USER, METADATA } kind;

struct bf_credentials {
    kind kind;
    json_t *file; /* the credentials file */
    char *scope;
    char *metadata_host;
    char account[200];
    char *token;
    double renew_at_s; /* bf_retry_clock_s */
};

static void cleanse(char *text)
{
    if (text != NULL)
        OPENSSL_cleanse(text, strlen(text));
}

/* A member that is text; NULL if it is absent, empty or something else. */
static const char *member(const bf_credentials *c, const char *name)
{
    const char *text = json_string_value(json_object_get(c->file, name));
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static bf_status need(const bf_credentials *c, const char *const *names, const char *path,
                      bf_error *err)
{
    for (; *names != NULL; names++) {
        if (member(c, *names) == NULL)
            return bf_error_set(err, BF_E_UPLOAD, "%s: no text \"%s\" in this credentials file",
                                path, *names);
    }
    const char *token_uri = member(c, "token_uri");
    if (token_uri != NULL && !bf_url_is_safe(token_uri))
        return bf_error_set(err, BF_E_UPLOAD, "%s: \"token_uri\" is not an https URL", path);
    return BF_OK;
}

static bf_status understand(bf_credentials *c, const char *path, bf_error *err)
{
    static const char *const of_account[] = {"client_email", "private_key", NULL};
    static const char *const of_user[] = {"client_id", "client_secret", "refresh_token", NULL};
    const char *type = member(c, "type");
    char shown[64];
    if (type != NULL && strcmp(type, "service_account") == 0) {
        c->kind = SERVICE_ACCOUNT;
        BF_TRY(need(c, of_account, path, err));
        bf_refusal_line(shown, sizeof shown, member(c, "client_email"),
                        strlen(member(c, "client_email")));
        (void)snprintf(c->account, sizeof c->account, "service account %s", shown);
        return BF_OK;
    }
    if (type != NULL && strcmp(type, "authorized_user") == 0) {
        c->kind = AUTHORIZED_USER;
        (void)snprintf(c->account, sizeof c->account, "the user of gcloud's credentials");
        return need(c, of_user, path, err);
    }
    bf_refusal_line(shown, sizeof shown, type != NULL ? type : "", type != NULL ? strlen(type) : 0);
    return bf_error_set(err, BF_E_UPLOAD,
                        "%s: expected \"type\" service_account or authorized_user, found '%s'",
                        path, shown);
}

/* *found false if there is no such file. */
static bf_status read_file(bf_credentials *c, bool *found, const char *path, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(FILE_LIMIT_BYTES);
    json_error_t problem;
    bf_status st = bf_file_read(&text, found, path, err);
    if (st == BF_E_MEMORY || st == BF_E_INPUT)
        st = err != NULL ? (err->status = BF_E_UPLOAD) : BF_E_UPLOAD;
    if (st == BF_OK && *found) {
        c->file = text.size_bytes > 0 ? json_loadb(text.data, text.size_bytes, 0, &problem) : NULL;
        st = json_is_object(c->file)
                 ? understand(c, path, err)
                 : bf_error_set(err, BF_E_UPLOAD,
                                "%s: not a JSON object; expected a credentials file", path);
    }
    bf_http_text_cleanse(&text);
    return st;
}

static bool is_set(const char *value)
{
    return value != NULL && value[0] != '\0';
}

/* gcloud's file, if there is one. */
static bf_status read_gcloud(bf_credentials *c, bool *found, const bf_credentials_source *source,
                             bf_error *err)
{
    bf_text path = BF_TEXT_INIT(1 << 14);
    *found = false;
    if (is_set(source->gcloud_dir))
        bf_text_format(&path, "%s/" ADC_FILE, source->gcloud_dir);
    else if (is_set(source->home))
        bf_text_format(&path, "%s/.config/gcloud/" ADC_FILE, source->home);
    bf_status st = bf_text_status(&path, err);
    if (st == BF_OK && path.size_bytes > 0)
        st = read_file(c, found, path.data, err);
    bf_text_free(&path);
    return st;
}

static bf_status copy(char **out, const char *text, bf_error *err)
{
    bf_status st = BF_ALLOC(out, strlen(text) + 1, err);
    if (st == BF_OK)
        (void)strcpy(*out, text);
    return st;
}

static bf_status find(bf_credentials *c, const bf_credentials_source *source, bf_error *err)
{
    bool found = false;
    if (is_set(source->key_file)) {
        BF_TRY(read_file(c, &found, source->key_file, err));
        return found ? BF_OK
                     : bf_error_set(err, BF_E_UPLOAD,
                                    "%s: no such file (GOOGLE_APPLICATION_CREDENTIALS names it)",
                                    source->key_file);
    }
    /* An emulator gets what was named for it, nothing that this machine happens to have. */
    if (source->emulator && !is_set(source->metadata_host)) {
        (void)snprintf(c->account, sizeof c->account, "nobody (an emulator, without a key)");
        return BF_OK;
    }
    if (!source->emulator)
        BF_TRY(read_gcloud(c, &found, source, err));
    if (found)
        return BF_OK;
    c->kind = METADATA;
    (void)snprintf(c->account, sizeof c->account, "the virtual machine's service account");
    return copy(&c->metadata_host,
                is_set(source->metadata_host) ? source->metadata_host : METADATA_HOST, err);
}

bf_status bf_credentials_create(bf_credentials **out, const bf_credentials_source *source,
                                const char *scope, bf_error *err)
{
    bf_credentials *c = NULL;
    *out = NULL;
    bf_status st = BF_ALLOC(&c, 1, err);
    BF_TRY_GOTO(st);
    BF_TRY_GOTO(copy(&c->scope, scope, err));
    BF_TRY_GOTO(find(c, source, err));
    *out = c;
    c = NULL;
done:
    bf_credentials_free(c);
    return st;
}

void bf_credentials_forget(bf_credentials *c)
{
    cleanse(c->token);
    free(c->token);
    c->token = NULL;
}

void bf_credentials_free(bf_credentials *c)
{
    static const char *const secrets[] = {"private_key", "client_secret", "refresh_token"};
    if (c == NULL)
        return;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        cleanse((char *)(uintptr_t)json_string_value(json_object_get(c->file, secrets[i])));
    json_decref(c->file);
    bf_credentials_forget(c);
    free(c->scope);
    free(c->metadata_host);
    free(c);
}

/* The claims as JSON (https://developers.google.com/identity/protocols/oauth2/service-account). */
static void append_claims(bf_text *out, const bf_credentials *c, const char *token_uri)
{
    int64_t now_s = (int64_t)time(NULL) - CLOCK_SKEW_S;
    bf_text_string(out, "{\"iss\":");
    bf_text_json_string(out, member(c, "client_email"));
    bf_text_string(out, ",\"scope\":");
    bf_text_json_string(out, c->scope);
    bf_text_string(out, ",\"aud\":");
    bf_text_json_string(out, token_uri);
    bf_text_format(out, ",\"iat\":%lld,\"exp\":%lld}", (long long)now_s,
                   (long long)now_s + ASSERTION_S);
}

static bf_status append_assertion(bf_text *form, const bf_credentials *c, const char *token_uri,
                                  bf_error *err)
{
    bf_text header = BF_TEXT_INIT(FILE_LIMIT_BYTES), claims = BF_TEXT_INIT(FILE_LIMIT_BYTES);
    bf_text_string(&header, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
    if (member(c, "private_key_id") != NULL) {
        bf_text_string(&header, ",\"kid\":");
        bf_text_json_string(&header, member(c, "private_key_id"));
    }
    bf_text_string(&header, "}");
    append_claims(&claims, c, token_uri);
    bf_text_string(form,
                   "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
    bf_status st = bf_text_status(&header, err);
    if (st == BF_OK)
        st = bf_text_status(&claims, err);
    if (st == BF_OK)
        st = bf_jwt_sign(form, header.data, claims.data, member(c, "private_key"), err);
    bf_text_free(&header);
    bf_text_free(&claims);
    return st;
}

static bf_status append_refresh(bf_text *form, const bf_credentials *c, bf_error *err)
{
    static const char *const names[] = {"client_id", "client_secret", "refresh_token"};
    bf_text_string(form, "grant_type=refresh_token");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bf_text_format(form, "&%s=", names[i]);
        bf_http_escape(form, member(c, names[i]));
    }
    return bf_text_status(form, err);
}

/* Keeps the token of a reply {"access_token", "expires_in" (seconds), "token_type"}. */
static bf_status keep(bf_credentials *c, const bf_http_response *reply, double asked_at_s,
                      const char *what, bf_error *err)
{
    json_t *root = NULL;
    BF_TRY(bf_call_json(&root, reply, what, err));
    char *token = (char *)(uintptr_t)json_string_value(json_object_get(root, "access_token"));
    const json_t *expires = json_object_get(root, "expires_in");
    bf_status st;
    if (token == NULL || token[0] == '\0' || strpbrk(token, "\r\n") != NULL ||
        !json_is_number(expires) || json_number_value(expires) <= 0) {
        st = bf_error_set(err, BF_E_UPLOAD,
                          "%s: the reply has no \"access_token\" with \"expires_in\"", what);
    } else {
        double good_s = json_number_value(expires);
        c->renew_at_s = asked_at_s + good_s - (good_s / 5 < EARLY_S ? good_s / 5 : EARLY_S);
        st = copy(&c->token, token, err);
    }
    cleanse(token);
    json_decref(root);
    return st;
}

static bf_status fetch(bf_credentials *c, bf_http *http, const bf_retry_policy *policy,
                       bf_error *err)
{
    static const char *const of_form[] = {"Content-Type: application/x-www-form-urlencoded", NULL};
    static const char *const of_metadata[] = {"Metadata-Flavor: Google", NULL};
    char what[300];
    bf_text url = BF_TEXT_INIT(1 << 16), form = BF_TEXT_INIT(FILE_LIMIT_BYTES);
    bf_http_response reply = BF_HTTP_RESPONSE_INIT;
    bf_status st = BF_OK;
    bf_retry_policy limited = *policy;
    double asked_at_s = bf_retry_clock_s();
    (void)snprintf(what, sizeof what, "access token for %s", c->account);
    bf_call call = {.what = what, .account = c->account};
    if (c->kind == METADATA) {
        bf_text_format(&url, "http://%s" METADATA_PATH "?scopes=", c->metadata_host);
        for (const char *at = c->scope; *at != '\0'; at++) /* the server wants commas */
            bf_http_escape(&url, *at == ' ' ? "," : (const char[]){*at, '\0'});
        call.http = (bf_http_request){.method = "GET",
                                      .headers = of_metadata,
                                      .metadata_server = true,
                                      .total_limit_s = METADATA_LIMIT_S};
    } else {
        const char *uri = member(c, "token_uri") != NULL ? member(c, "token_uri") : TOKEN_URI;
        bf_text_string(&url, uri);
        BF_TRY_GOTO(c->kind == SERVICE_ACCOUNT ? append_assertion(&form, c, uri, err)
                                               : append_refresh(&form, c, err));
        call.http = (bf_http_request){.method = "POST",
                                      .headers = of_form,
                                      .body = form.data,
                                      .body_bytes = (int64_t)form.size_bytes};
    }
    BF_TRY_GOTO(bf_text_status(&url, err));
    call.http.url = url.data;
    if (c->kind == METADATA && METADATA_RETRY_S < limited.limit_s)
        limited.limit_s = METADATA_RETRY_S;
    BF_TRY_GOTO(bf_call_send(&reply, http, &limited, &call, err));
    st = keep(c, &reply, asked_at_s, what, err);
done:
    if (st == BF_E_UPLOAD && c->kind == METADATA)
        bf_error_prefix(err, "no credentials found (GOOGLE_APPLICATION_CREDENTIALS, 'gcloud auth "
                             "application-default login'), and no metadata server");
    bf_http_response_free(&reply);
    bf_http_text_cleanse(&form);
    bf_text_free(&url);
    return st;
}

bf_status bf_credentials_token(const char **out, bf_credentials *c, bf_http *http,
                               const bf_retry_policy *policy, bf_error *err)
{
    *out = NULL;
    if (c->kind == NONE)
        return BF_OK;
    if (c->token != NULL && bf_retry_clock_s() >= c->renew_at_s)
        bf_credentials_forget(c);
    if (c->token == NULL)
        BF_TRY(fetch(c, http, policy, err));
    *out = c->token;
    return BF_OK;
}

const char *bf_credentials_account(const bf_credentials *c)
{
    return c->account;
}

const char *bf_credentials_quota_project(const bf_credentials *c)
{
    return c->kind == AUTHORIZED_USER ? member(c, "quota_project_id") : NULL;
}

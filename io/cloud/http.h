/* HTTP requests one after the other over libcurl, with connections kept open between them. https
 * with certificates checked; plain http only to this machine, and to the metadata server. No
 * redirect is followed. Every request has a limit of time to connect, to stand still and in all.
 *
 * Messages name the method and the URL without its query, because the query of an upload session
 * is a secret; headers and bodies that are sent are in no message. */
#ifndef BF_CLOUD_HTTP_H
#define BF_CLOUD_HTTP_H

#include "compute/base/text.h"

typedef struct bf_http bf_http; /* owns libcurl's handles */

/* What the caller is asked and told meanwhile; each may be NULL. */
typedef struct bf_http_hooks {
    void *context;
    bool (*stop)(void *context); /* whether to stop; asked several times a second */
    void (*sent)(void *context, int64_t body_bytes); /* bytes of the present request's body */
    /* A failure that is tried again: one line, nothing secret in it. */
    void (*note)(void *context, const char *message);
} bf_http_hooks;

typedef struct bf_http_options {
    double connect_limit_s;
    double stall_limit_s; /* in which at least 1 KiB has to move, either way; 0: no limit */
    double total_limit_s; /* of a request */
    const char *ca_file;  /* certificates that are trusted; NULL: the system's. Borrowed */
    bf_http_hooks hooks;
} bf_http_options;

#define BF_HTTP_OPTIONS_INIT                                                                       \
    {                                                                                              \
        .connect_limit_s = 30, .stall_limit_s = 60, .total_limit_s = 600                           \
    }

/* Everything is borrowed for the call. The body is `body`, or bytes of an open file, or none. */
typedef struct bf_http_request {
    const char *method;
    const char *url;
    const char *const *headers; /* "Name: value", NULL after the last; NULL: none */
    const char *bearer;         /* token for Authorization; NULL: none */
    const void *body;
    int64_t body_bytes;
    int file; /* used with from_file: body_bytes from file_offset on */
    bool from_file;
    int64_t file_offset;
    bool metadata_server;     /* plain http is allowed, and no proxy is used */
    size_t reply_limit_bytes; /* 0: 1 MiB. An error's longer reply is cut, another's refused */
    double total_limit_s;     /* 0: the client's */
} bf_http_request;

typedef struct bf_http_response {
    int status;           /* of HTTP; 0: there was no reply */
    bf_text body;         /* NUL-terminated where size_bytes > 0 */
    bf_text location;     /* header Location; a secret when it is a session's */
    char range[64];       /* header Range; "" if there was none */
    bool range_seen;      /* false also tells an empty range from none */
    double retry_after_s; /* header Retry-After, from seconds or a date; 0 if there was none */
} bf_http_response;

#define BF_HTTP_RESPONSE_INIT                                                                      \
    {                                                                                              \
        .status = 0                                                                                \
    }

BF_CHECK_RESULT bf_status bf_http_create(bf_http **out, const bf_http_options *options,
                                         bf_error *err);
void bf_http_free(bf_http *http);

const bf_http_hooks *bf_http_hooks_of(const bf_http *http);

/* Sends a request and takes the whole reply, whatever its status; what `out` held is released.
 * BF_E_UPLOAD_AGAIN: no connection, a cut one, too slow; BF_E_UPLOAD: any other failure, such as a
 * certificate or a URL that is not allowed; BF_E_STOPPED: hooks.stop said so; BF_E_INPUT: the file
 * cannot be read. */
BF_CHECK_RESULT bf_status bf_http_send(bf_http_response *out, bf_http *http,
                                       const bf_http_request *request, bf_error *err);

/* Releases what a reply holds, overwriting it first. */
void bf_http_response_free(bf_http_response *response);

/* bf_text_free, overwriting what was in it. */
void bf_http_text_cleanse(bf_text *text);

/* Appends `text` as a part of a path or a value of a query: all but letters, digits and -._~ as
 * %XX.
 */
void bf_http_escape(bf_text *out, const char *text);

#endif

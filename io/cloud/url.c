#include "io/cloud/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

/* A URL in its parts; all NULL where it cannot be read. */
typedef struct parts {
    CURLU *url;
    char *scheme;
    char *host;
    char *port;
} parts;

static void parts_free(parts *p)
{
    curl_free(p->scheme);
    curl_free(p->host);
    curl_free(p->port);
    curl_url_cleanup(p->url);
    *p = (parts){.url = NULL};
}

/* `relative_to` may be NULL. */
static bool parts_read(parts *out, const char *text, const char *relative_to)
{
    *out = (parts){.url = curl_url()};
    bool good = out->url != NULL &&
                (relative_to == NULL || curl_url_set(out->url, CURLUPART_URL, relative_to,
                                                     CURLU_DISALLOW_USER) == CURLUE_OK) &&
                curl_url_set(out->url, CURLUPART_URL, text, CURLU_DISALLOW_USER) == CURLUE_OK &&
                curl_url_get(out->url, CURLUPART_SCHEME, &out->scheme, 0) == CURLUE_OK &&
                curl_url_get(out->url, CURLUPART_HOST, &out->host, 0) == CURLUE_OK &&
                curl_url_get(out->url, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    if (!good)
        parts_free(out);
    return good;
}

static bool is_loopback(const char *host)
{
    struct in_addr four;
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

bool bf_url_is_loopback(const char *url)
{
    parts p;
    bool loopback = parts_read(&p, url, NULL) && is_loopback(p.host);
    parts_free(&p);
    return loopback;
}

bool bf_url_is_safe(const char *url)
{
    parts p;
    bool safe =
        parts_read(&p, url, NULL) &&
        (strcmp(p.scheme, "https") == 0 || (strcmp(p.scheme, "http") == 0 && is_loopback(p.host)));
    parts_free(&p);
    return safe;
}

static bool is_google(const char *host)
{
    static const char suffix[] = ".googleapis.com";
    size_t size = strlen(host);
    return size > sizeof suffix - 1 && strcasecmp(host + size - (sizeof suffix - 1), suffix) == 0;
}

bool bf_url_follow(bf_text *out, const char *base, const char *location)
{
    parts from, to;
    bool same = parts_read(&from, base, NULL);
    same = parts_read(&to, location, base) && same;
    same = same && strcmp(from.scheme, to.scheme) == 0 && strcmp(from.port, to.port) == 0 &&
           (strcasecmp(from.host, to.host) == 0 || (is_google(from.host) && is_google(to.host)) ||
            (is_loopback(from.host) && is_loopback(to.host)));
    char *whole = NULL;
    same = same && curl_url_get(to.url, CURLUPART_URL, &whole, 0) == CURLUE_OK;
    if (same)
        bf_text_string(out, whole);
    curl_free(whole);
    parts_free(&from);
    parts_free(&to);
    return same;
}

size_t bf_url_shown_bytes(const char *url)
{
    return strcspn(url, "?#");
}

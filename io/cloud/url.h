/* What is asked about URLs before a secret is sent there. */
#ifndef BF_CLOUD_URL_H
#define BF_CLOUD_URL_H

#include "compute/base/text.h"

/* https, or plain http to this machine (localhost, 127.0.0.0/8, ::1), without a user in it. */
bool bf_url_is_safe(const char *url);

/* Whether its host is this machine. */
bool bf_url_is_loopback(const char *url);

/* `location`, as a server at `base` told it, as a URL (a relative one is completed). false if it
 * leads elsewhere: to another scheme, host or port, except among Google's own hosts
 * (*.googleapis.com), and among the names of this machine. */
bool bf_url_follow(bf_text *out, const char *base, const char *location);

/* The length of a URL without its query and fragment. */
size_t bf_url_shown_bytes(const char *url);

#endif

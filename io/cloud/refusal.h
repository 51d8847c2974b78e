/* What a server says about an error: {"error": {"code", "message", "errors": [{"reason"}],
 * "status"}} of Google's JSON APIs, {"error": "...", "error_description": "..."} of token endpoints
 * (RFC 6749 §5.2). */
#ifndef BF_CLOUD_REFUSAL_H
#define BF_CLOUD_REFUSAL_H

#include "compute/base/text.h"

typedef struct bf_refusal {
    char reason[64];   /* "accessDenied"; "" if there is none */
    char message[400]; /* one line; what was sent, where it is no JSON */
} bf_refusal;

/* Never fails: of a body that is not understood it tells the beginning. */
void bf_refusal_read(bf_refusal *out, const bf_text *body);

/* Copies text of a server, at most size - 1 bytes of it, as one line: control characters become
 * blanks, and a character of UTF-8 is not cut. */
void bf_refusal_line(char *out, size_t size, const char *text, size_t text_bytes);

/* Overwrites every occurrence of `secret` (NULL or "": none) in the text with asterisks. */
void bf_refusal_hide(char *text, const char *secret);

#endif

#include "io/cloud/refusal.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "io/text/utf8.h"

void bf_refusal_line(char *out, size_t size, const char *text, size_t text_bytes)
{
    size_t n = text_bytes < size - 1 ? text_bytes : size - 1;
    bool ascii = !bf_utf8_is_valid(text, text_bytes);
    while (!ascii && n > 0 && n < text_bytes && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        out[i] = c < 0x20 || c == 0x7f ? ' ' : ascii && c >= 0x80 ? '?' : text[i];
    }
    out[n] = '\0';
}

static void take(char *out, size_t size, const json_t *value)
{
    if (json_is_string(value))
        bf_refusal_line(out, size, json_string_value(value), json_string_length(value));
}

void bf_refusal_read(bf_refusal *out, const bf_text *body)
{
    *out = (bf_refusal){.reason = ""};
    json_t *root = body->size_bytes > 0
                       ? json_loadb(body->data, body->size_bytes, JSON_ALLOW_NUL, NULL)
                       : NULL;
    const json_t *error = json_object_get(root, "error");
    if (json_is_object(error)) {
        const json_t *first = json_array_get(json_object_get(error, "errors"), 0);
        take(out->reason, sizeof out->reason, json_object_get(error, "status"));
        take(out->reason, sizeof out->reason, json_object_get(first, "reason"));
        take(out->message, sizeof out->message, json_object_get(error, "message"));
    } else if (json_is_string(error)) {
        take(out->reason, sizeof out->reason, error);
        take(out->message, sizeof out->message, json_object_get(root, "error_description"));
    } else if (body->size_bytes > 0) {
        char start[128];
        bf_refusal_line(start, sizeof start, body->data, body->size_bytes);
        (void)snprintf(out->message, sizeof out->message, "the reply begins '%s'", start);
    }
    json_decref(root);
}

void bf_refusal_hide(char *text, const char *secret)
{
    size_t n = secret != NULL ? strlen(secret) : 0;
    for (char *at = text; n > 0 && (at = strstr(at, secret)) != NULL; at += n)
        memset(at, '*', n);
}

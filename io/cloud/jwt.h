/* Signed JSON Web Tokens, RS256 (RFC 7515, RFC 7518 §3.3), by OpenSSL. */
#ifndef BF_CLOUD_JWT_H
#define BF_CLOUD_JWT_H

#include "compute/base/text.h"

/* Appends base64url(header) "." base64url(claims) "." base64url(signature), signed with an RSA key
 * in PEM, PKCS#8 or PKCS#1. BF_E_UPLOAD: that is no private RSA key; the message holds nothing of
 * it. */
BF_CHECK_RESULT bf_status bf_jwt_sign(bf_text *out, const char *header, const char *claims,
                                      const char *key_pem, bf_error *err);

/* Appends base64url without padding (RFC 4648 §5). */
void bf_jwt_base64url(bf_text *out, const unsigned char *bytes, size_t size);

#endif

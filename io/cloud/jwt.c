#include "io/cloud/jwt.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"

void bf_jwt_base64url(bf_text *out, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < size; i += 3) {
        size_t n = size - i < 3 ? size - i : 3;
        unsigned long group = (unsigned long)bytes[i] << 16;
        group |= n > 1 ? (unsigned long)bytes[i + 1] << 8 : 0;
        group |= n > 2 ? (unsigned long)bytes[i + 2] : 0;
        char text[4];
        for (size_t d = 0; d < 4; d++)
            text[d] = digits[group >> (18 - 6 * d) & 63];
        bf_text_append(out, text, n + 1);
    }
}

/* A file's passphrase is asked of nobody. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static EVP_PKEY *read_key(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    (void)BIO_free(bio);
    if (key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

bf_status bf_jwt_sign(bf_text *out, const char *header, const char *claims, const char *key_pem,
                      bf_error *err)
{
    bf_status st = BF_OK;
    unsigned char *signature = NULL;
    size_t signature_bytes = 0, start = out->size_bytes;
    EVP_MD_CTX *digest = NULL;
    EVP_PKEY *key = read_key(key_pem);
    if (key == NULL)
        return bf_error_set(err, BF_E_UPLOAD, "the private key is not an RSA key in PEM form");
    bf_jwt_base64url(out, (const unsigned char *)header, strlen(header));
    bf_text_append(out, ".", 1);
    bf_jwt_base64url(out, (const unsigned char *)claims, strlen(claims));
    BF_TRY_GOTO(bf_text_status(out, err));
    digest = EVP_MD_CTX_new();
    const unsigned char *signed_part = (const unsigned char *)out->data + start;
    size_t signed_bytes = out->size_bytes - start;
    BF_TRY_GOTO(BF_ALLOC(&signature, (size_t)EVP_PKEY_get_size(key), err));
    signature_bytes = (size_t)EVP_PKEY_get_size(key);
    if (digest == NULL || EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(digest, signature, &signature_bytes, signed_part, signed_bytes) != 1) {
        st = bf_error_set(err, BF_E_UPLOAD, "OpenSSL cannot sign with the private key");
        goto done;
    }
    bf_text_append(out, ".", 1);
    bf_jwt_base64url(out, signature, signature_bytes);
    st = bf_text_status(out, err);
done:
    free(signature);
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    return st;
}

#include "io/cloud/target.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "compute/base/suggest.h"

static const char *const dataset_keys[] = {
#define DATASET(key, name) #key,
#include "io/cloud/datasets.def"
#undef DATASET
};
static const char *const dataset_names[] = {
#define DATASET(key, name) name,
#include "io/cloud/datasets.def"
#undef DATASET
};

static const char LETTERS_AND_DIGITS[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static bf_status wrong(bf_error *err, const bf_target *target, const char *what)
{
    return bf_error_set(err, BF_E_USAGE, "%s: %s", target->url, what);
}

/* Copies `size` bytes that are letters, digits or one of `more`. */
static bool copy_name(char *out, const char *bytes, size_t size, const char *more, size_t limit)
{
    if (size == 0 || size >= limit)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\0' ||
            (strchr(LETTERS_AND_DIGITS, bytes[i]) == NULL && strchr(more, bytes[i]) == NULL))
            return false;
    }
    memcpy(out, bytes, size);
    out[size] = '\0';
    return true;
}

static bf_status unknown_key(const bf_target *target, const char *key, size_t size, bf_error *err)
{
    bf_suggestion best = {0};
    bf_suggest_offer(&best, key, size, "location");
    for (int d = 0; d < BF_DATASET_COUNT; d++)
        bf_suggest_offer(&best, key, size, dataset_keys[d]);
    return bf_error_set(err, BF_E_USAGE, "%s: unknown key '%.*s'%s%s%s", target->url, (int)size,
                        key,
                        best.nearest == NULL ? "; known are location, precompute, predictions, "
                                               "processing, orchestration, reference"
                                             : "; did you mean ",
                        best.nearest == NULL ? "" : best.nearest, best.nearest == NULL ? "" : "?");
}

/* key=value of the query. */
static bf_status read_pair(bf_target *out, const char *pair, size_t size, bf_error *err)
{
    const char *equals = memchr(pair, '=', size);
    size_t key = equals == NULL ? size : (size_t)(equals - pair);
    const char *value = equals == NULL ? pair + size : equals + 1;
    size_t value_size = size - (size_t)(value - pair);
    if (key == strlen("location") && memcmp(pair, "location", key) == 0)
        return copy_name(out->location, value, value_size, "-", sizeof out->location)
                   ? BF_OK
                   : wrong(err, out, "location: expected a place such as us-west2 or EU");
    for (int d = 0; d < BF_DATASET_COUNT; d++) {
        if (key != strlen(dataset_keys[d]) || memcmp(pair, dataset_keys[d], key) != 0)
            continue;
        return copy_name(out->datasets[d], value, value_size, "_", sizeof out->datasets[d])
                   ? BF_OK
                   : bf_error_set(err, BF_E_USAGE,
                                  "%s: %s: expected the name of a dataset (letters, digits, _)",
                                  out->url, dataset_keys[d]);
    }
    return unknown_key(out, pair, key, err);
}

static bf_status read_bigquery(bf_target *out, const char *rest, bf_error *err)
{
    size_t size = strcspn(rest, "?");
    for (int d = 0; d < BF_DATASET_COUNT; d++)
        (void)snprintf(out->datasets[d], sizeof out->datasets[d], "%s", dataset_names[d]);
    if (size > 0 && rest[size - 1] == '/') /* bigquery://PROJECT/ */
        size--;
    if (!copy_name(out->project, rest, size, "-.:", sizeof out->project) ||
        !isalpha((unsigned char)rest[0]))
        return wrong(err, out,
                     "expected a project after bigquery:// (letters, digits and -), then "
                     "perhaps ?location=...&precompute=DATASET");
    const char *at = strchr(rest, '?');
    while (at != NULL && at[1] != '\0') {
        at++;
        size = strcspn(at, "&");
        if (size > 0)
            BF_TRY(read_pair(out, at, size, err));
        at = at[size] == '&' ? at + size : NULL;
    }
    return BF_OK;
}

static bf_status read_storage(bf_target *out, const char *rest, bf_error *err)
{
    size_t size = strcspn(rest, "/");
    if (!copy_name(out->bucket, rest, size, "-_.", sizeof out->bucket))
        return wrong(err, out, "expected a bucket after gs:// (letters, digits, -, _ and .)");
    const char *prefix = rest + size + strspn(rest + size, "/");
    size = strlen(prefix);
    while (size > 0 && prefix[size - 1] == '/')
        size--;
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)prefix[i] < ' ' || strchr("?#*[]", prefix[i]) != NULL)
            return wrong(err, out,
                         "the prefix holds a character that object names should not have");
    }
    memcpy(out->prefix, prefix, size);
    out->prefix[size] = '\0';
    return BF_OK;
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

static bf_status read_directory(bf_target *out, const char *rest, bf_error *err)
{
    if (rest[0] != '/')
        return wrong(err, out, "expected file:///DIR with the whole path of a directory");
    size_t size = 0;
    for (const char *at = rest; *at != '\0'; at++) {
        int high = *at == '%' ? hex_digit(at[1]) : -1, low = high < 0 ? -1 : hex_digit(at[2]);
        if (*at == '%' && (low < 0 || (high == 0 && low == 0)))
            return wrong(err, out, "expected two hexadecimal digits after %");
        out->directory[size++] = (char)(*at == '%' ? high * 16 + low : *at);
        at += *at == '%' ? 2 : 0;
    }
    while (size > 1 && out->directory[size - 1] == '/')
        size--;
    out->directory[size] = '\0';
    return BF_OK;
}

bf_status bf_target_parse(bf_target *out, const char *url, bf_error *err)
{
    static const struct {
        const char *scheme;
        bf_target_kind kind;
        bf_status (*read)(bf_target *out, const char *rest, bf_error *err);
    } schemes[] = {
        {"bigquery://", BF_TARGET_BIGQUERY, read_bigquery},
        {"gs://", BF_TARGET_STORAGE, read_storage},
        {"file://", BF_TARGET_DIRECTORY, read_directory},
    };
    *out = (bf_target){.url = ""};
    if (strlen(url) >= sizeof out->url)
        return bf_error_set(err, BF_E_USAGE, "the URL is longer than %zu bytes", sizeof out->url);
    (void)snprintf(out->url, sizeof out->url, "%s", url);
    for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++) {
        size_t size = strlen(schemes[s].scheme);
        if (strncmp(url, schemes[s].scheme, size) != 0)
            continue;
        out->kind = schemes[s].kind;
        return schemes[s].read(out, url + size, err);
    }
    return wrong(err, out,
                 "expected bigquery://PROJECT, gs://BUCKET/PREFIX or file:///DIR as the place to "
                 "upload to");
}

const char *bf_target_dataset(const bf_target *target, const char *dataset)
{
    for (int d = 0; d < BF_DATASET_COUNT; d++) {
        if (strcmp(dataset, dataset_names[d]) == 0)
            return target->datasets[d];
    }
    return dataset;
}

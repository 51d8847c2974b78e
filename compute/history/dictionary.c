#include "compute/history/dictionary.h"

#include <stdlib.h>
#include <string.h>

const char *const bf_processor_names[BF_PROCESSOR_NAMES] = {
    "MLFeatureStoreProcessor",          "PlayerCompositeFactorsProcessor",
    "PlayerDailyCacheProcessor",        "PlayerShotZoneAnalysisProcessor",
    "TeamDefenseZoneAnalysisProcessor",
};

/* Table written by each of them. */
static const bf_output processor_tables[BF_PROCESSOR_NAMES] = {
    BF_OUTPUT_ml, BF_OUTPUT_pcf, BF_OUTPUT_pdc, BF_OUTPUT_psza, BF_OUTPUT_tdza,
};

int32_t bf_processor_name_find(const char *text)
{
    for (int32_t i = 0; i < BF_PROCESSOR_NAMES; i++) {
        if (strcmp(text, bf_processor_names[i]) == 0 ||
            strcmp(text, bf_outputs[processor_tables[i]].name) == 0)
            return i;
    }
    return -1;
}

void bf_text_list_free(bf_text_list *list)
{
    free(list->offset);
    free(list->bytes);
    *list = (bf_text_list){.offset = NULL};
}

static bf_status allocate(bf_text_list *out, int32_t count, size_t bytes, bf_error *err)
{
    bf_text_list list = {.offset = NULL};
    bf_status st = BF_ALLOC(&list.offset, (size_t)count + 1, err);
    if (st == BF_OK)
        st = BF_ALLOC(&list.bytes, bytes, err);
    if (st != BF_OK) {
        bf_text_list_free(&list);
        return st;
    }
    list.view = (bf_dictionary){count, list.offset, list.bytes};
    *out = list;
    return BF_OK;
}

static void put(bf_text_list *list, int32_t code, const char *text, size_t size)
{
    int64_t at = list->offset[code];
    memcpy(list->bytes + at, text, size);
    list->bytes[at + (int64_t)size] = '\0';
    list->offset[code + 1] = at + (int64_t)size + 1;
}

bf_status bf_text_list_copy(bf_text_list *out, const char *const *texts, int32_t count,
                            bf_error *err)
{
    size_t bytes = 0;
    for (int32_t i = 0; i < count; i++)
        bytes += strlen(texts[i]) + 1;
    BF_TRY(allocate(out, count, bytes, err));
    for (int32_t i = 0; i < count; i++)
        put(out, i, texts[i], strlen(texts[i]));
    return BF_OK;
}

/* The smallest text not taken yet, or NULL when all are taken. */
static const char *smallest(const bf_dictionary *dictionaries, const int32_t *next, int count)
{
    const char *least = NULL;
    for (int i = 0; i < count; i++) {
        if (next[i] == dictionaries[i].count)
            continue;
        const char *text = bf_dictionary_text(&dictionaries[i], next[i]);
        if (least == NULL || strcmp(text, least) < 0)
            least = text;
    }
    return least;
}

bf_status bf_text_list_merge(bf_text_list *out, const bf_dictionary *dictionaries, int count,
                             int32_t *const *codes, bf_error *err)
{
    int32_t *next = NULL, most = 0;
    size_t bytes = 0;
    for (int i = 0; i < count; i++) { /* at most all texts are different */
        if (dictionaries[i].count > INT32_MAX - most)
            return bf_error_set(err, BF_E_INPUT, "more than %d different texts", INT32_MAX);
        most += dictionaries[i].count;
        bytes += (size_t)dictionaries[i].offset[dictionaries[i].count];
    }
    BF_TRY(BF_ALLOC(&next, (size_t)count, err));
    bf_status st = allocate(out, most, bytes, err);
    const char *least;
    int32_t code = 0;
    for (; st == BF_OK && (least = smallest(dictionaries, next, count)) != NULL; code++) {
        put(out, code, least, strlen(least));
        for (int i = 0; i < count; i++) {
            if (next[i] == dictionaries[i].count ||
                strcmp(bf_dictionary_text(&dictionaries[i], next[i]),
                       out->bytes + out->offset[code]) != 0)
                continue;
            if (codes != NULL && codes[i] != NULL)
                codes[i][next[i]] = code;
            next[i]++;
        }
    }
    if (st == BF_OK)
        out->view.count = code;
    free(next);
    return st;
}

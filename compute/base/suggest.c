#include "compute/base/suggest.h"

#include <string.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the usual table are enough: a swap looks two rows back. */
size_t bf_suggest_distance(const char *typed, size_t typed_size, const char *name)
{
    size_t rows[3][BF_SUGGEST_NAME_MAX + 1], size = strlen(name);
    if (typed_size > BF_SUGGEST_NAME_MAX || size > BF_SUGGEST_NAME_MAX)
        return typed_size + size;
    if (typed_size >= 2 && typed_size < size && strncmp(typed, name, typed_size) == 0)
        return 1;
    for (size_t j = 0; j <= size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= typed_size; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= size; j++) {
            size_t replaced = above[j - 1] + (typed[i - 1] == name[j - 1] ? 0 : 1);
            row[j] = smaller(replaced, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && typed[i - 1] == name[j - 2] && typed[i - 2] == name[j - 1])
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[typed_size % 3][size];
}

void bf_suggest_offer(bf_suggestion *best, const char *typed, size_t typed_size, const char *name)
{
    size_t distance = bf_suggest_distance(typed, typed_size, name);
    if (distance <= typed_size / 3 + 1 && (best->nearest == NULL || distance < best->distance)) {
        best->nearest = name;
        best->distance = distance;
    }
}

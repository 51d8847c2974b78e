/* An explanation as text for people and as JSON (docs/explain.md). */
#ifndef BF_IO_EXPLAIN_PRINT_H
#define BF_IO_EXPLAIN_PRINT_H

#include "io/text/explain_words.h"

/* Parts of the processors in `processors` (a bit each); the player context with any of those that
 * read it. */
void bf_explain_text(bf_text *out, const bf_words *words, const char *snapshot,
                     unsigned processors);
void bf_explain_json(bf_text *out, const bf_words *words, const char *snapshot,
                     unsigned processors);

/* Whether a part belongs to the choice. */
bool bf_explain_is_chosen(const bf_explain_part *part, unsigned processors);

#endif

/* The games of a part of an explanation, as text. */
#ifndef BF_IO_EXPLAIN_TEXT_GAMES_H
#define BF_IO_EXPLAIN_TEXT_GAMES_H

#include "io/text/explain_words.h"

/* Its windows, the games in them with the numbers used, and the league of a zone row. */
void bf_explain_text_games(bf_text *out, const bf_words *words, const bf_explain_part *part);

#endif

/* Made-up names, as the lower-case keys of players: first name and last name of two syllables each.
 */
#ifndef BF_SYNTH_NAMES_H
#define BF_SYNTH_NAMES_H

#include <stdint.h>

enum { BF_SYNTH_NAMES = 32 * 16 * 32 * 16, BF_SYNTH_NAME_BYTES = 24 };

/* Different names for different indexes 0 .. BF_SYNTH_NAMES - 1, neighbours unlike each other. From
 * the second league on (league 2 and so on) the league's number stands behind them. */
void bf_synth_name(char out[BF_SYNTH_NAME_BYTES], uint32_t index, int league);

#endif

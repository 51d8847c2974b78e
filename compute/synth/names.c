#include "compute/synth/names.h"

#include <stdio.h>

/* All of one length in a list, so that different choices are different texts. */
static const char first_heads[32][4] = {
    "bar", "bel", "cal", "cor", "dar", "del", "dor", "eld", "fen", "gar", "hal",
    "ive", "jar", "kel", "kor", "lan", "mar", "mel", "nor", "oro", "pel", "quo",
    "ran", "rel", "sab", "sol", "tam", "tor", "ulf", "val", "wen", "zan",
};
static const char first_tails[16][3] = {
    "an", "ar", "eb", "el", "en", "er", "id", "ik", "in", "is", "on", "or", "os", "um", "us", "yn",
};
static const char last_heads[32][4] = {
    "ash", "bra", "bri", "cas", "cre", "dra", "dun", "esk", "fal", "fro", "gal",
    "gri", "hol", "hur", "ist", "jun", "kal", "kre", "lor", "mag", "mor", "nav",
    "ost", "pra", "ros", "sel", "ska", "tre", "ulm", "ver", "wil", "yar",
};
static const char last_tails[16][4] = {
    "ber", "dal", "den", "far", "gan", "hem", "kin", "low",
    "mar", "nik", "rol", "sby", "ten", "vik", "wan", "zel",
};

void bf_synth_name(char out[BF_SYNTH_NAME_BYTES], uint32_t index, int league)
{
    uint32_t mixed = index * UINT32_C(92821) % BF_SYNTH_NAMES; /* odd, so one to one */
    unsigned a = mixed % 32, b = mixed / 32 % 16, c = mixed / 512 % 32, d = mixed / 16384 % 16;
    int used = snprintf(out, BF_SYNTH_NAME_BYTES, "%s%s%s%s", first_heads[a], first_tails[b],
                        last_heads[c], last_tails[d]);
    if (league > 1)
        (void)snprintf(out + used, (size_t)(BF_SYNTH_NAME_BYTES - used), "%d", league);
}

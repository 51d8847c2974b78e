#include "mpi/seasons.h"

#include <stdlib.h>

bf_status bf_seasons_parse(int *first, int *last, const char *text, bf_error *err)
{
    char *end;
    long a = strtol(text, &end, 10), b = a;
    if (*end == '-')
        b = strtol(end + 1, &end, 10);
    if (*end != '\0' || a < 1900 || b > 2199 || a > b)
        return bf_error_set(err, BF_E_USAGE,
                            "--seasons: expected a year or Y-Y such as 2021-2024, found '%s'",
                            text);
    *first = (int)a;
    *last = (int)b;
    return BF_OK;
}

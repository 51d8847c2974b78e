#include "io/hdf5/h5.h"

#include <stdio.h>

void bf_h5_quiet(void)
{
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static herr_t keep_description(unsigned n, const H5E_error2_t *error, void *out)
{
    (void)n;
    const char **description = out;
    if (error->desc != NULL && error->desc[0] != '\0')
        *description = error->desc;
    return 0;
}

void bf_h5_reason(char *out, size_t size)
{
    const char *description = "unknown reason";
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_description, (void *)&description);
    (void)snprintf(out, size, "%s", description);
}

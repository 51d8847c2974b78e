/* Building a file by the CF conventions: attributes, and dimension scales as netCDF-4 writes them.
 * A builder remembers the first failure, after which its functions do nothing: a file has hundreds
 * of objects, and one check at the end is enough. */
#ifndef BF_IO_CF_H
#define BF_IO_CF_H

#include "compute/base/error.h"
#include "io/hdf5/h5.h"

typedef struct bf_cf {
    const char *path; /* of the file, for messages */
    bf_error *err;
    bf_status st;
    hid_t scalar;     /* dataspace of attributes with one value */
    hid_t text;       /* text type; its size is set for each attribute */
    hid_t texts;      /* variable-length text */
    hid_t scale_list; /* type of DIMENSION_LIST */
    hid_t transfer;   /* for writing texts: with a buffer of a size that is used */
    hid_t group, stored, constant,
        written; /* creation lists: of groups, of datasets filled later, of those
                  * whose elements are all the fill value, of those written at once */
} bf_cf;

#define BF_CF_INIT                                                                                 \
    {                                                                                              \
        .st = BF_OK, .scalar = -1, .text = -1, .texts = -1, .scale_list = -1, .transfer = -1,      \
        .group = -1, .stored = -1, .constant = -1, .written = -1                                   \
    }

void bf_cf_open(bf_cf *cf, const char *path, bf_error *err);
void bf_cf_close(bf_cf *cf);

/* Remembers a failed HDF5 call (negative value) on `object`; true if there has been no failure. */
bool bf_cf_check(bf_cf *cf, int64_t value, const char *object, const char *what);

void bf_cf_attribute_text(bf_cf *cf, hid_t object, const char *name, const char *text);
void bf_cf_attribute(bf_cf *cf, hid_t object, const char *name, hid_t type, const void *value);
void bf_cf_attributes(bf_cf *cf, hid_t object, const char *name, hid_t type, int count,
                      const void *values);

/* A dimension: a dataset that others refer to, with or without values of its own. */
typedef struct bf_cf_dimension {
    hid_t dataset;
    hobj_ref_t reference;
    hsize_t size;
    struct bf_cf_user *users; /* datasets along the dimension */
    size_t user_count, user_capacity;
} bf_cf_dimension;

#define BF_CF_DIMENSION_INIT                                                                       \
    {                                                                                              \
        .dataset = -1                                                                              \
    }

hid_t bf_cf_group(bf_cf *cf, hid_t parent, const char *name);

/* A dimension without values, which readers do not show as a variable. */
void bf_cf_dimension_plain(bf_cf *cf, bf_cf_dimension *out, hid_t group, const char *name,
                           hsize_t size);

/* A dimension with values (a coordinate variable), which the caller writes. */
void bf_cf_dimension_valued(bf_cf *cf, bf_cf_dimension *out, hid_t group, const char *name,
                            hid_t type, hsize_t size);

/* Tells readers what runs along it, and closes the dataset. */
void bf_cf_dimension_close(bf_cf *cf, bf_cf_dimension *dimension);

/* A dataset along one or two dimensions. Its storage is reserved at once, without a value (of
 * texts: when they are written); with `fill` it has none, and every element is the fill value. */
hid_t bf_cf_dataset(bf_cf *cf, hid_t group, const char *name, hid_t type, int rank,
                    bf_cf_dimension *const *dimensions, const void *fill);

#endif

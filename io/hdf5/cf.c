#include "io/hdf5/cf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "io/hdf5/results_internal.h"

/* Element of the attribute REFERENCE_LIST, as in HDF5's dimension scale specification. */
struct bf_cf_user {
    hobj_ref_t dataset;
    int dimension;
};

enum {
    MAX_ATTRIBUTES = 60,
    TRANSFER_BYTES = 1 << 14
}; /* kept in the object header, where one read finds them all */

bool bf_cf_check(bf_cf *cf, int64_t value, const char *object, const char *what)
{
    if (cf->st == BF_OK && value < 0)
        cf->st = bf_h5_failed(cf->err, BF_E_OUTPUT, cf->path, object, what);
    return cf->st == BF_OK;
}

/* A creation list for groups or datasets: no times, so that equal content gives equal bytes. */
static hid_t creation_list(bf_cf *cf, hid_t class)
{
    hid_t list = BF_H5(H5Pcreate(class));
    if (bf_cf_check(cf, list, NULL, "property list")) {
        bf_cf_check(cf, H5Pset_obj_track_times(list, false), NULL, "property list");
        bf_cf_check(cf, H5Pset_attr_phase_change(list, MAX_ATTRIBUTES, 0), NULL, "property list");
    }
    return list;
}

void bf_cf_open(bf_cf *cf, const char *path, bf_error *err)
{
    cf->path = path;
    cf->err = err;
    cf->scalar = BF_H5(H5Screate(H5S_SCALAR));
    cf->text = BF_H5(H5Tcopy(H5T_C_S1));
    cf->texts = BF_H5(H5Tcopy(H5T_C_S1));
    cf->scale_list = BF_H5(H5Tvlen_create(H5T_STD_REF_OBJ));
    if (!bf_cf_check(cf, cf->scalar, NULL, "dataspace") ||
        !bf_cf_check(cf, cf->text, NULL, "type") || !bf_cf_check(cf, cf->texts, NULL, "type") ||
        !bf_cf_check(cf, cf->scale_list, NULL, "type"))
        return;
    bf_cf_check(cf, H5Tset_cset(cf->text, H5T_CSET_UTF8), NULL, "type");
    bf_cf_check(cf, H5Tset_cset(cf->texts, H5T_CSET_UTF8), NULL, "type");
    bf_cf_check(cf, H5Tset_size(cf->texts, H5T_VARIABLE), NULL, "type");
    cf->transfer = BF_H5(H5Pcreate(H5P_DATASET_XFER));
    if (bf_cf_check(cf, cf->transfer, NULL, "property list"))
        bf_cf_check(cf, H5Pset_buffer(cf->transfer, TRANSFER_BYTES, NULL, NULL), NULL,
                    "property list");
    cf->group = creation_list(cf, H5P_GROUP_CREATE);
    cf->stored = creation_list(cf, H5P_DATASET_CREATE);
    cf->constant = creation_list(cf, H5P_DATASET_CREATE);
    cf->written = creation_list(cf, H5P_DATASET_CREATE);
    if (cf->st != BF_OK)
        return;
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    bf_cf_check(cf, H5Pset_link_creation_order(cf->group, order), NULL, "property list");
    bf_cf_check(cf, H5Pset_layout(cf->stored, H5D_CONTIGUOUS), NULL, "property list");
    bf_cf_check(cf, H5Pset_alloc_time(cf->stored, H5D_ALLOC_TIME_EARLY), NULL, "property list");
    bf_cf_check(cf, H5Pset_fill_time(cf->stored, H5D_FILL_TIME_NEVER), NULL, "property list");
    bf_cf_check(cf, H5Pset_layout(cf->constant, H5D_CONTIGUOUS), NULL, "property list");
    bf_cf_check(cf, H5Pset_alloc_time(cf->constant, H5D_ALLOC_TIME_LATE), NULL, "property list");
}

void bf_cf_close(bf_cf *cf)
{
    const hid_t lists[] = {cf->transfer, cf->group, cf->stored, cf->constant, cf->written};
    const hid_t types[] = {cf->text, cf->texts, cf->scale_list};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (lists[i] >= 0)
            (void)H5Pclose(lists[i]);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i] >= 0)
            (void)H5Tclose(types[i]);
    }
    if (cf->scalar >= 0)
        (void)H5Sclose(cf->scalar);
}

static void write_attribute(bf_cf *cf, hid_t object, const char *name, hid_t type, hid_t space,
                            const void *value)
{
    if (cf->st != BF_OK)
        return;
    hid_t attribute = BF_H5(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    if (bf_cf_check(cf, attribute, name, "attribute")) {
        bf_cf_check(cf, BF_H5(H5Awrite(attribute, type, value)), name, "attribute");
        bf_cf_check(cf, H5Aclose(attribute), name, "attribute");
    }
}

void bf_cf_attribute_text(bf_cf *cf, hid_t object, const char *name, const char *text)
{
    if (cf->st != BF_OK)
        return;
    bf_cf_check(cf, H5Tset_size(cf->text, strlen(text) + 1), name, "text type");
    write_attribute(cf, object, name, cf->text, cf->scalar, text);
}

void bf_cf_attribute(bf_cf *cf, hid_t object, const char *name, hid_t type, const void *value)
{
    write_attribute(cf, object, name, type, cf->scalar, value);
}

void bf_cf_attributes(bf_cf *cf, hid_t object, const char *name, hid_t type, int count,
                      const void *values)
{
    if (cf->st != BF_OK)
        return;
    hid_t space = BF_H5(H5Screate_simple(1, &(hsize_t){(hsize_t)count}, NULL));
    if (!bf_cf_check(cf, space, name, "attribute"))
        return;
    write_attribute(cf, object, name, type, space, values);
    (void)H5Sclose(space);
}

hid_t bf_cf_group(bf_cf *cf, hid_t parent, const char *name)
{
    if (cf->st != BF_OK)
        return -1;
    hid_t group = BF_H5(H5Gcreate2(parent, name, H5P_DEFAULT, cf->group, H5P_DEFAULT));
    bf_cf_check(cf, group, name, "group");
    return group;
}

static void become_dimension(bf_cf *cf, bf_cf_dimension *out, const char *name, const char *label)
{
    if (cf->st != BF_OK ||
        !bf_cf_check(cf, H5Rcreate(&out->reference, out->dataset, ".", H5R_OBJECT, -1), name,
                     "reference"))
        return;
    bf_cf_attribute_text(cf, out->dataset, "CLASS", "DIMENSION_SCALE");
    bf_cf_attribute_text(cf, out->dataset, "NAME", label);
}

/* A dataset of `size` elements that others will run along. */
static void create_dimension(bf_cf *cf, bf_cf_dimension *out, hid_t group, const char *name,
                             hid_t type, hsize_t size, hid_t list)
{
    *out = (bf_cf_dimension)BF_CF_DIMENSION_INIT;
    out->size = size;
    if (cf->st != BF_OK)
        return;
    hid_t space = BF_H5(H5Screate_simple(1, &size, NULL));
    if (!bf_cf_check(cf, space, name, "dataspace"))
        return;
    out->dataset = BF_H5(H5Dcreate2(group, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT));
    (void)H5Sclose(space);
    bf_cf_check(cf, out->dataset, name, "dataset");
}

void bf_cf_dimension_plain(bf_cf *cf, bf_cf_dimension *out, hid_t group, const char *name,
                           hsize_t size)
{
    if (cf->st == BF_OK)
        bf_cf_check(cf, H5Pset_fill_value(cf->constant, H5T_STD_I8LE, &(int8_t){0}), name,
                    "fill value");
    create_dimension(cf, out, group, name, H5T_STD_I8LE, size, cf->constant);
    char label[80]; /* the text by which netCDF knows that there are no values */
    (void)snprintf(label, sizeof label,
                   "This is a netCDF dimension but not a netCDF variable.%10lld", (long long)size);
    become_dimension(cf, out, name, label);
}

void bf_cf_dimension_valued(bf_cf *cf, bf_cf_dimension *out, hid_t group, const char *name,
                            hid_t type, hsize_t size)
{
    create_dimension(cf, out, group, name, type, size,
                     type == cf->texts ? cf->written : cf->stored);
    become_dimension(cf, out, name, name);
}

static void write_users(bf_cf *cf, const bf_cf_dimension *dimension)
{
    hid_t user = BF_H5(H5Tcreate(H5T_COMPOUND, sizeof *dimension->users));
    if (!bf_cf_check(cf, user, "REFERENCE_LIST", "type"))
        return;
    bf_cf_check(cf,
                H5Tinsert(user, "dataset", offsetof(struct bf_cf_user, dataset), H5T_STD_REF_OBJ),
                "REFERENCE_LIST", "type");
    bf_cf_check(
        cf, H5Tinsert(user, "dimension", offsetof(struct bf_cf_user, dimension), H5T_NATIVE_INT),
        "REFERENCE_LIST", "type");
    bf_cf_attributes(cf, dimension->dataset, "REFERENCE_LIST", user, (int)dimension->user_count,
                     dimension->users);
    (void)H5Tclose(user);
}

void bf_cf_dimension_close(bf_cf *cf, bf_cf_dimension *dimension)
{
    if (cf->st == BF_OK && dimension->user_count > 0)
        write_users(cf, dimension);
    if (dimension->dataset >= 0 && cf->st == BF_OK)
        bf_cf_check(cf, H5Dclose(dimension->dataset), "dimension", "close");
    free(dimension->users);
    *dimension = (bf_cf_dimension)BF_CF_DIMENSION_INIT;
}

/* DIMENSION_LIST of the dataset, and its entry in each dimension's REFERENCE_LIST. What
 * H5DSattach_scale does, without rewriting that list for each dataset. */
static void attach(bf_cf *cf, hid_t dataset, const char *name, int rank,
                   bf_cf_dimension *const *dimensions)
{
    hvl_t lists[2];
    struct bf_cf_user user = {0};
    if (rank == 0 ||
        !bf_cf_check(cf, H5Rcreate(&user.dataset, dataset, ".", H5R_OBJECT, -1), name, "reference"))
        return;
    for (int d = 0; d < rank; d++) {
        bf_cf_dimension *dimension = dimensions[d];
        lists[d] = (hvl_t){.len = 1, .p = &dimension->reference};
        cf->st = BF_GROW(&dimension->users, &dimension->user_capacity, dimension->user_count + 1,
                         cf->err);
        if (cf->st != BF_OK)
            return;
        user.dimension = d;
        dimension->users[dimension->user_count++] = user;
    }
    bf_cf_attributes(cf, dataset, "DIMENSION_LIST", cf->scale_list, rank, lists);
}

hid_t bf_cf_dataset(bf_cf *cf, hid_t group, const char *name, hid_t type, int rank,
                    bf_cf_dimension *const *dimensions, const void *fill)
{
    if (cf->st != BF_OK)
        return -1;
    hsize_t sizes[2];
    for (int d = 0; d < rank; d++)
        sizes[d] = dimensions[d]->size;
    hid_t space = BF_H5(H5Screate_simple(rank, sizes, NULL));
    if (!bf_cf_check(cf, space, name, "dataspace"))
        return -1;
    if (fill != NULL)
        bf_cf_check(cf, H5Pset_fill_value(cf->constant, type, fill), name, "fill value");
    hid_t list = fill != NULL ? cf->constant : type == cf->texts ? cf->written : cf->stored;
    hid_t dataset = BF_H5(H5Dcreate2(group, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT));
    (void)H5Sclose(space);
    if (bf_cf_check(cf, dataset, name, "dataset"))
        attach(cf, dataset, name, rank, dimensions);
    return dataset;
}

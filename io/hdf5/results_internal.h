/* Shared by the modules of the results file: names in the file, types, messages. */
#ifndef BF_IO_RESULTS_INTERNAL_H
#define BF_IO_RESULTS_INTERNAL_H

#include "io/hdf5/h5.h"
#include "io/hdf5/results.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "values are stored as they lie in memory");

enum {
    BF_RESULTS_NAME_BYTES = 160,      /* room for the path of any dataset */
    BF_RESULTS_SESSIONS_BYTES = 65536 /* room for the session records; the oldest give way */
};

/* Datasets that publish fills. Their storage exists from define on, so that filling them changes no
 * metadata and may be repeated. `seal` is the SHA-256 of the small data that no date's digest
 * covers. */
#define BF_RESULTS_UNITS "/run/units"
#define BF_RESULTS_SESSIONS "/run/sessions"
#define BF_RESULTS_NULLED "/run/nulled/values"
#define BF_RESULTS_SEAL "/run/seal"
#define BF_RESULTS_COMPLETE "/run/complete"

extern const char *const bf_dict_names[BF_DICT_COUNT]; /* datasets below /dictionaries */
/* Type in the file, which is also the type in memory. */
hid_t bf_h5_type(bf_type type);

/* "/tables/<table>/<column>", "/tables/<table>/<object>/<member>". */
void bf_results_column_name(char out[BF_RESULTS_NAME_BYTES], bf_output table, int column);

/* Fields of /run/units in the order of the file, and where they lie in a bf_unit. */
typedef struct bf_unit_field {
    const char *name;
    bf_type type;
    size_t offset; /* into bf_unit */
    const char *description;
} bf_unit_field;
enum { BF_UNIT_FIELDS = 7 };
extern const bf_unit_field bf_unit_fields[BF_UNIT_FIELDS];

/* Sets `err` to "<path>: <dataset>: <what>: <reason of HDF5>"; a full disk is called by its name.
 * Returns `status`. `dataset` may be NULL. */
bf_status bf_h5_failed(bf_error *err, bf_status status, const char *path, const char *dataset,
                       const char *what);

/* File access list of the sec2 driver, without file locks (the run has its own); negative on
 * failure. */
hid_t bf_h5_local_access(void);

/* Local. Makes what was written to the file or directory durable. */
BF_CHECK_RESULT bf_status bf_durable(const char *path, bool directory, bf_error *err);

/* Local. Writes bytes of a dataset at their place in the file. */
BF_CHECK_RESULT bf_status bf_write_bytes(int fd, const char *path, const char *dataset,
                                         const void *bytes, size_t size, haddr_t place,
                                         bf_error *err);

/* The directory that `path` lies in. */
void bf_directory_of(char *out, size_t size, const char *path);

/* True if the date is in the years that a date's text can have. */
bool bf_results_is_date(bf_day day);

/* True if a written table has codes of the dictionary. */
bool bf_results_uses(const bf_layout *layout, bf_dict dictionary);

/* Values of `nulled` in the file: all stored columns of all written tables. */
int64_t bf_results_nulled_count(const bf_layout *layout);

/* SHA-256 of dates, rows, digests, units, nulled, sessions and dictionaries. */
void bf_results_seal(uint8_t out[BF_SHA256_BYTES], bf_hash *hash, const bf_layout *layout,
                     const bf_run_outcome *outcome, const char *sessions);

#endif

/* The options (options.def) as one struct: a field each, and the arguments that are no options.
 * Precedence: default < configuration file < environment BACKFILL_* < command line. */
#ifndef BF_MPI_OPTIONS_H
#define BF_MPI_OPTIONS_H

#include "compute/base/date.h"
#include "compute/base/error.h"
#include "compute/base/memory.h"
#include "compute/base/text.h"

typedef enum { BF_FROM_DEFAULT, BF_FROM_FILE, BF_FROM_ENVIRONMENT, BF_FROM_COMMAND_LINE } bf_origin;

typedef enum {
#define OPTION(field, ...) BF_OPTION_ID_##field,
#include "mpi/options.def"
#undef OPTION
    BF_OPTION_IDS
} bf_option_id;

#define BF_DAY_NONE INT32_MIN /* a DAY option that was not given */

typedef struct bf_command bf_command; /* mpi/commands/commands.h */

typedef struct bf_options {
#define BF_OPTION_TEXT const char * /* NULL if empty */
#define BF_OPTION_FLAG bool
#define BF_OPTION_COUNT int64_t
#define BF_OPTION_SIZE int64_t
#define BF_OPTION_SECONDS double
#define BF_OPTION_DAY bf_day
#define OPTION(field, kind, ...) BF_OPTION_##kind field;
#include "mpi/options.def"
#undef OPTION
    int argument_count;
    const char *const
        *arguments;      /* what stands on the command line besides options and the command */
    const char *program; /* argv[0] */
    const bf_command *command;
    bool command_is_default;          /* none was named */
    const char *texts[BF_OPTION_IDS]; /* each value as it was written; "" if empty */
    bf_origin origins[BF_OPTION_IDS];
    bf_arena memory; /* owns the texts */
} bf_options;

typedef enum {
    BF_OPTION_KIND_TEXT,
    BF_OPTION_KIND_FLAG,
    BF_OPTION_KIND_COUNT,
    BF_OPTION_KIND_SIZE,
    BF_OPTION_KIND_SECONDS,
    BF_OPTION_KIND_DAY
} bf_option_kind;

typedef struct bf_option {
    const char *field; /* name with underscores */
    bf_option_kind kind;
    const char *default_text;
    const char
        *argument; /* what --help shows; also the closed words a|b|c and the bounds LOW..HIGH */
    const char *commands;
    const char *help;
    size_t offset; /* of the field in bf_options */
} bf_option;

extern const bf_option bf_option_list[BF_OPTION_IDS];

enum { BF_OPTION_NAME_BYTES = 64 };

/* Local. Reads command line, environment (both ended by NULL) and the configuration file that they
 * name. Everything is checked that can be checked without reading input: BF_E_USAGE says what is
 * wrong. `out` borrows the strings of `argv`; bf_options_reset in any case. */
BF_CHECK_RESULT bf_status bf_options_parse(bf_options *out, const bf_command *commands,
                                           const char *const *argv, const char *const *environment,
                                           bf_error *err);
void bf_options_reset(bf_options *options);

/* Local. Everything bf_options_parse found, as bytes that another rank makes its own options of: a
 * rank elsewhere may have another environment, and must not act on it. */
void bf_options_pack(bf_text *out, const bf_options *options);
BF_CHECK_RESULT bf_status bf_options_unpack(bf_options *out, const bf_command *commands,
                                            const char *bytes, size_t size, bf_error *err);

/* Local. Sets an option from its text; `where` is what the message calls it (--seed,
 * BACKFILL_SEED). */
BF_CHECK_RESULT bf_status bf_options_set(bf_options *options, bf_option_id id, const char *text,
                                         bf_origin origin, const char *where, bf_error *err);

/* Local. The name with dashes, as on the command line; lives as long as the program. */
const char *bf_option_name(bf_option_id id);

/* Local. Index of an option by its name with dashes, -1 if there is none. */
int bf_option_find(const char *name, size_t size);

/* Local. True for --help, --show-config and --version. */
bool bf_option_is_command_line_only(bf_option_id id);
bool bf_option_is_for(bf_option_id id, const char *command);
void bf_option_environment_name(char out[BF_OPTION_NAME_BYTES], bf_option_id id);
const char *bf_origin_name(bf_origin origin);

/* Local. "; did you mean --seed?" for a mistyped option; "" if none is near. `dashes`: "--" or "".
 */
enum { BF_SUGGESTION_BYTES = 96 };
void bf_option_suggest(char out[BF_SUGGESTION_BYTES], const char *typed, size_t size,
                       const char *dashes);

#endif

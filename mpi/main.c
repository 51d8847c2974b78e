/* The executable: options, dispatch to a command (commands.def), one error message, one exit code.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mpi.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "io/hdf5/h5.h"
#include "mpi/commands/commands.h"
#include "mpi/help.h"
#include "mpi/log.h"
#include "mpi/run/agree.h"

enum { HELP_BYTES_MAX = 1 << 20, PACKED_BYTES_MAX = 1 << 28 };

/* Collective. Rank 0 reads the options and sends them to the others: started on other hosts, those
 * may have another environment or no configuration file. Only rank 0 has a message. */
static bf_status read_options(bf_options *out, int rank, char **argv, bf_error *err)
{
    bf_text packed = BF_TEXT_INIT(PACKED_BYTES_MAX);
    bf_status st = BF_OK;
    char *bytes = NULL;
    int header[2] = {(int)BF_OK, 0}; /* status, bytes */
    if (rank == 0) {
        st = bf_options_parse(out, bf_commands, (const char *const *)argv,
                              (const char *const *)environ, err);
        if (st == BF_OK) {
            bf_options_pack(&packed, out);
            st = bf_text_status(&packed, err);
        }
        header[0] = (int)st;
        header[1] = (int)packed.size_bytes;
    }
    BF_MPI(MPI_Bcast(header, 2, MPI_INT, 0, MPI_COMM_WORLD));
    st = (bf_status)header[0];
    if (st != BF_OK)
        goto done;
    bytes = rank == 0 ? packed.data : calloc((size_t)header[1], 1);
    if (bytes == NULL)
        st = bf_error_set(err, BF_E_MEMORY, "out of memory: %d bytes of options", header[1]);
    st = bf_agree(MPI_COMM_WORLD, st, err);
    if (st != BF_OK)
        goto done;
    BF_MPI(MPI_Bcast(bytes, header[1], MPI_BYTE, 0, MPI_COMM_WORLD));
    if (rank != 0)
        st = bf_options_unpack(out, bf_commands, bytes, (size_t)header[1], err);
    st = bf_agree(MPI_COMM_WORLD, st, err);
done:
    if (rank != 0)
        free(bytes);
    bf_text_free(&packed);
    return st;
}

/* Local. BACKFILL_FAULT=<kind>:<n>[@<rank>], for tests: the n-th call of that kind fails, on that
 * rank or on each. */
static bf_status arm_fault(int rank, bf_error *err)
{
    const char *text = getenv("BACKFILL_FAULT");
    if (text == NULL)
        return BF_OK;
    for (int kind = 0; kind < BF_FAULT_KINDS; kind++) {
        const char *name = bf_fault_name((bf_fault_kind)kind);
        size_t size = strlen(name);
        int64_t nth;
        int on_rank = rank, read = 0;
        if (strncmp(text, name, size) != 0 || text[size] != ':')
            continue;
        const char *rest = text + size + 1;
        if ((sscanf(rest, "%" SCNd64 "%n@%d%n", &nth, &read, &on_rank, &read) >= 1) && nth > 0 &&
            rest[read] == '\0') {
            if (on_rank == rank)
                bf_fault_arm((bf_fault_kind)kind, nth);
            return BF_OK;
        }
    }
    return bf_error_set(err, BF_E_USAGE,
                        "BACKFILL_FAULT: expected <kind>:<n>[@<rank>], found '%.100s'", text);
}

/* Local. Everything printed has reached standard output; BF_E_OUTPUT if it cannot, without a
 * message where its reader has gone, as head does. */
static bf_status flush_output(bf_error *err)
{
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int reason = errno;
    if (!failed && !ferror(stdout))
        return BF_OK;
    struct pollfd pipe = {.fd = STDOUT_FILENO};
    if (poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLERR) != 0)
        return bf_error_set(err, BF_E_OUTPUT, "%s", "");
    return bf_error_set(err, BF_E_OUTPUT, "standard output cannot be written: %s",
                        reason == 0 || reason == ENOSPC ? "no space left on the disk"
                                                        : strerror(reason));
}

/* Local. --help, --version, --show-config: true if that was asked for, and then all there is to do.
 */
static bool is_about_itself(const bf_options *options)
{
    return options->help || options->version || options->show_config;
}

/* Local. */
static bf_status tell_about_itself(const bf_options *options, bf_error *err)
{
    bf_text text = BF_TEXT_INIT(HELP_BYTES_MAX);
    if (options->version)
        bf_text_string(&text, "backfill " BF_VERSION "\n");
    else if (options->help && (options->command == NULL || options->command_is_default))
        bf_help_general(&text, bf_commands);
    else if (options->help)
        bf_help_command(&text, options->command);
    else
        bf_help_config(&text, options);
    bf_status st = bf_text_status(&text, err);
    if (st == BF_OK)
        (void)fputs(text.data, stdout);
    bf_text_free(&text);
    return st;
}

/* Collective. */
static bf_status run_command(const bf_options *options, int rank, bf_error *err)
{
    bf_status st = BF_OK;
    if (is_about_itself(options))
        st = rank == 0 ? tell_about_itself(options, err) : BF_OK;
    else if (options->command->ranks == BF_RANKS_ALL || rank == 0)
        st = options->command->function(options, err);
    if (rank == 0 && (st == BF_OK || st == BF_E_ATTENTION)) {
        bf_error output_err = BF_ERROR_INIT;
        bf_status output = flush_output(&output_err);
        if (output != BF_OK) {
            st = output;
            *err = output_err;
        }
    }
    return bf_agree(MPI_COMM_WORLD, st, err);
}

/* Collective. */
static bf_status serve(int rank, char **argv, bf_error *err)
{
    bf_options options = {.memory = BF_ARENA_INIT};
    bf_status st = read_options(&options, rank, argv, err);
    if (st == BF_OK) {
        bf_log_init(rank, bf_log_level_find(options.log_level));
        st = bf_agree(MPI_COMM_WORLD, arm_fault(rank, err), err);
    }
    if (st == BF_OK)
        st = run_command(&options, rank, err);
    bf_options_reset(&options);
    return st;
}

/* Local. A standard stream that was closed by whoever started us would be the next file opened: log
 * lines would go into the results. Writing to standard output fails then, as it should. */
static void hold_standard_streams(void)
{
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) == -1)
            (void)!open("/dev/null", modes[stream]);
    }
}

/* Local. Settings of Open MPI, where its user has none. */
static void set_up_open_mpi(void)
{
    /* Over several hosts it keeps the file pointer that ranks can share, and HDF5 never uses, in a
     * file beside the results, which a killed run leaves there; "sm" has none over hosts. */
    (void)setenv("OMPI_MCA_sharedfp", "sm", 0);
    /* Ranks of one host talk by shared memory, which is ob1's; the search for a network that would
     * be better takes two thirds of the start. Without a launcher there is one rank. */
    const char *here = getenv("OMPI_COMM_WORLD_LOCAL_SIZE"), *all = getenv("OMPI_COMM_WORLD_SIZE");
    if (getenv("PMIX_RANK") == NULL || (here != NULL && all != NULL && strcmp(here, all) == 0))
        (void)setenv("OMPI_MCA_pml", "ob1", 0);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe or a file size limit is an error of write, */
    (void)signal(SIGXFSZ, SIG_IGN); /* reported like any other */
    set_up_open_mpi();
    if (MPI_Init(&argc, &argv) != MPI_SUCCESS) {
        (void)fputs("backfill: MPI cannot be initialised\n", stderr);
        return bf_status_exit_code(BF_E_INTERNAL);
    }
    (void)MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    bf_h5_quiet();
    int rank = 0;
    BF_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    bf_log_init(rank, BF_LOG_INFO);

    bf_error err = BF_ERROR_INIT;
    bf_status st = serve(rank, argv, &err);
    bool is_wish = st == BF_E_ATTENTION || st == BF_E_STOPPED; /* the command did what it could */
    if (rank == 0 && st != BF_OK && err.message[0] != '\0')
        bf_log(is_wish ? BF_LOG_WARNING : BF_LOG_ERROR, "%s: %s", bf_status_symbol(st),
               err.message);
    (void)MPI_Finalize();
    return bf_status_exit_code(st);
}

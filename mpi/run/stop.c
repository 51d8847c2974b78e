#include "mpi/run/stop.h"

#include <mpi.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stop_signal;
static double stop_at_s; /* MPI_Wtime; 0 for never */

static void on_signal(int number)
{
    if (stop_signal != 0)
        _exit(128 + number);
    stop_signal = number;
}

static void handle(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGUSR1, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

void bf_stop_remove(void)
{
    handle(SIG_DFL);
}

void bf_stop_install(double time_limit_s)
{
    handle(on_signal);
    stop_at_s = time_limit_s > 0 ? MPI_Wtime() + time_limit_s : 0;
}

bool bf_stop_asked(void)
{
    return stop_signal != 0 || (stop_at_s > 0 && MPI_Wtime() >= stop_at_s);
}

const char *bf_stop_reason(void)
{
    switch (stop_signal) {
    case SIGUSR1:
        return "SIGUSR1";
    case SIGINT:
        return "SIGINT";
    case SIGTERM:
        return "SIGTERM";
    default:
        return "the time limit";
    }
}

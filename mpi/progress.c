#include "mpi/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mpi/log.h"

enum { BAR_CELLS = 20 };
static const double BAR_INTERVAL_S = 0.2; /* a bar that moves more often only costs */

static struct {
    int64_t done, total;
    double interval_s; /* 0: silent */
    double start_s, shown_s;
    int64_t shown_done; /* -1: nothing was shown */
    bool is_bar;
    bool of_bytes;
} progress;

static double now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void bf_progress_line(char out[BF_PROGRESS_LINE_BYTES], int64_t done, int64_t total,
                      double elapsed_s)
{
    double rate = elapsed_s > 0.0 ? (double)done / elapsed_s : 0.0;
    char eta[32] = "unknown";
    if (rate > 0.0 || done >= total)
        (void)snprintf(eta, sizeof eta, "%.1fmin",
                       done >= total ? 0.0 : (double)(total - done) / rate / 60.0);
    (void)snprintf(out, BF_PROGRESS_LINE_BYTES,
                   "progress: %" PRId64 "/%" PRId64 " dates | Rate: %.1f dates/sec | ETA: %s", done,
                   total, rate, eta);
}

/* "progress: 12.5/82.7 MB | Rate: 3.1 MB/sec | ETA: 0.4min". */
static void bytes_line(char out[BF_PROGRESS_LINE_BYTES], int64_t done, int64_t total,
                       double elapsed_s)
{
    double rate = elapsed_s > 0.0 ? (double)done / elapsed_s : 0.0;
    char eta[32] = "unknown";
    if (rate > 0.0)
        (void)snprintf(eta, sizeof eta, "%.1fmin", (double)(total - done) / rate / 60.0);
    (void)snprintf(out, BF_PROGRESS_LINE_BYTES,
                   "progress: %.1f/%.1f MB | Rate: %.1f MB/sec | ETA: %s", (double)done / 1e6,
                   (double)total / 1e6, rate / 1e6, eta);
}

static void draw_bar(const char *line)
{
    char bar[BAR_CELLS + 1], text[BF_PROGRESS_LINE_BYTES + BAR_CELLS + 16];
    int64_t filled = progress.total > 0 ? progress.done * BAR_CELLS / progress.total : BAR_CELLS;
    for (int cell = 0; cell < BAR_CELLS; cell++)
        bar[cell] = cell < filled ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    /* From the start of the line, which the bar shares with nothing, to its end. */
    (void)snprintf(text, sizeof text, "\r[%s] %s\033[K", bar, line + strlen("progress: "));
    (void)!write(STDERR_FILENO, text, strlen(text));
}

static void show(double at_s)
{
    char line[BF_PROGRESS_LINE_BYTES];
    (progress.of_bytes ? bytes_line : bf_progress_line)(line, progress.done, progress.total,
                                                        at_s - progress.start_s);
    progress.shown_s = at_s;
    progress.shown_done = progress.done;
    if (progress.is_bar)
        draw_bar(line);
    else
        bf_log(BF_LOG_INFO, "%s", line);
}

void bf_progress_init(int64_t total, double interval_s, bool is_terminal)
{
    progress.done = 0;
    progress.of_bytes = false;
    progress.shown_done = -1;
    progress.total = total;
    progress.is_bar = is_terminal && interval_s > 0.0;
    progress.interval_s = progress.is_bar ? BAR_INTERVAL_S : interval_s;
    progress.start_s = progress.shown_s = now_s();
    bf_log_set_bar(progress.is_bar);
}

void bf_progress_init_bytes(int64_t total, double interval_s, bool is_terminal)
{
    bf_progress_init(total, interval_s, is_terminal);
    progress.of_bytes = true;
}

void bf_progress_update(int64_t done)
{
    progress.done = done;
    if (progress.interval_s <= 0.0)
        return;
    double at_s = now_s();
    if (at_s - progress.shown_s >= progress.interval_s)
        show(at_s);
}

void bf_progress_end(void)
{
    if (progress.interval_s > 0.0 && progress.shown_done != progress.done)
        show(now_s());
    if (progress.is_bar)
        (void)!write(STDERR_FILENO, "\n", 1);
    bf_log_set_bar(false);
    progress.is_bar = false;
    progress.interval_s = 0.0;
}

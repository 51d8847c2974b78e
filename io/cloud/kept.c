#include "io/cloud/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bf_status bf_kept_write(const char *path, const char *id, const char *session, bf_error *err)
{
    if (session == NULL) {
        (void)unlink(path);
        return BF_OK;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && dprintf(fd, "%s\n%s\n", id, session) > 0;
    if (fd >= 0 && close(fd) != 0)
        good = false;
    return good ? BF_OK
                : bf_error_set(err, BF_E_OUTPUT, "cannot write %s: %s", path, strerror(errno));
}

bool bf_kept_read(char out[BF_KEPT_BYTES], const char *path, const char *id)
{
    char text[BF_KEPT_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        (void)close(fd);
    size_t line = strlen(id);
    if (size <= (ssize_t)line + 2)
        return false;
    text[size] = '\0';
    if (strncmp(text, id, line) != 0 || text[line] != '\n' || text[size - 1] != '\n')
        return false;
    text[size - 1] = '\0';
    (void)snprintf(out, BF_KEPT_BYTES, "%s", text + line + 1);
    return true;
}

/* Files of the county on the disk: what a path may be, and how a new file comes to its name. */
#include "store/county_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store/lock.h"

#define HEADER_BYTES 100

/* ---- what a path may be ---------------------------------------- */

gboolean
cg_file_refuse (GError **error, CgError code, const char *path, const char *what)
{
    g_set_error (error, CG_ERROR, code, "%s: %s", path, what);
    return FALSE;
}

/* Reads the head of the file before SQLite may touch it, so that a stranger's file stays as it is.
 */
static gboolean
check_header (const char *path, const char *where, GError **error)
{
    guint8 head[HEADER_BYTES];
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t length = fd < 0 ? -1 : pread (fd, head, sizeof head, 0);
    if (fd >= 0)
        close (fd);
    if (length < 0)
        return cg_file_refuse (error, CG_ERROR_STORE, where,
                               "cannot be read; are its rights right?");
    if (length == 0)
        return cg_file_refuse (error, CG_ERROR_INPUT, where, "is empty, not a county file");
    if (length < HEADER_BYTES || memcmp (head, "SQLite format 3", 16) != 0)
        return cg_file_refuse (error, CG_ERROR_INPUT, where, "is not a county file");
    guint32 id =
        (guint32) head[68] << 24 | (guint32) head[69] << 16 | (guint32) head[70] << 8 | head[71];
    if (id != CG_APPLICATION_ID)
        return cg_file_refuse (error, CG_ERROR_INPUT, where,
                               "is an SQLite file of another program, not a county file");
    return TRUE;
}

static gboolean
has_wal (const char *path)
{
    g_autofree char *wal = g_strconcat (path, "-wal", NULL);
    GStatBuf found;
    return g_stat (wal, &found) == 0 && found.st_size > 0;
}

static gboolean
has_shared_memory (const char *path)
{
    g_autofree char *shared = g_strconcat (path, "-shm", NULL);
    return g_file_test (shared, G_FILE_TEST_EXISTS);
}

/* With the shared memory of a writer there, SQLite reads as usual. */
static gboolean
lies_in_fixed_folder (const char *path)
{
    g_autofree char *folder = g_path_get_dirname (path);
    return g_access (folder, W_OK) != 0 && !has_shared_memory (path);
}

gboolean
cg_county_file_is_fixed (const char *path)
{
    return lies_in_fixed_folder (path) && !has_wal (path);
}

/* A file that nobody is writing may be read over the network; WAL's locks and shared memory do not
 * reach there. */
static gboolean
check_file_system (const char *path, gboolean matters, GError **error)
{
    struct statfs found;
    if (!matters || statfs (path, &found) != 0 || !cg_is_network_file_system ((long) found.f_type))
        return TRUE;
    return cg_file_refuse (error, CG_ERROR_STORE, path,
                           "lies on a network file system, where a county file would be damaged");
}

/* Real path of an existing county file, or NULL. */
char *
cg_county_file_check (const char *where, gboolean write, GError **error)
{
    g_autofree char *path = realpath (where, NULL);
    GStatBuf found;
    if (path == NULL || g_stat (path, &found) != 0) {
        cg_file_refuse (
            error, errno == ENOENT || errno == ENOTDIR ? CG_ERROR_NOT_FOUND : CG_ERROR_STORE, where,
            errno == ENOENT || errno == ENOTDIR ? "there is no such county file"
                                                : g_strerror (errno));
        return NULL;
    }
    if (!S_ISREG (found.st_mode)) {
        cg_file_refuse (error, CG_ERROR_STORE, where,
                        S_ISDIR (found.st_mode) ? "is a directory" : "is not a file");
        return NULL;
    }
    if (!check_header (path, where, error) || !check_file_system (path, write || has_wal (path), error))
        return NULL;
    if (!write && has_wal (path) && lies_in_fixed_folder (path)) {
        cg_file_refuse (error, CG_ERROR_STORE, where,
                        "has a log (-wal) that is not played in yet, in a folder that may only be "
                        "read; open it once where it may be written");
        return NULL;
    }
    if (write && g_access (path, W_OK) != 0) {
        cg_file_refuse (error, CG_ERROR_STORE, where, "may only be read");
        return NULL;
    }
    return g_strdup (path);
}

/* ---- new files ---------------------------------------- */

void
cg_new_file_remove (const char *path)
{
    static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
        g_autofree char *name = g_strconcat (path, endings[i], NULL);
        g_unlink (name);
    }
}

static gboolean
sync_path (const char *path, int flags)
{
    int fd = open (path, flags | O_CLOEXEC);
    if (fd < 0)
        return FALSE;
    gboolean synced = fsync (fd) == 0;
    int problem = errno;
    close (fd);
    errno = problem;
    return synced;
}

void
cg_folder_sync (const char *folder)
{
    sync_path (folder, O_RDONLY | O_DIRECTORY);
}

gboolean
cg_new_file_refuse (const char *path, GError **error)
{
    static const char *const logs[] = { "-wal", "-journal" };
    GStatBuf found;
    if (g_lstat (path, &found) == 0) {
        cg_file_refuse (error, CG_ERROR_CONFLICT, path, "exists already");
        return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS (logs); i++) {
        g_autofree char *log = g_strconcat (path, logs[i], NULL);
        if (g_lstat (log, &found) == 0 && found.st_size > 0) {
            cg_file_refuse (error, CG_ERROR_CONFLICT, log,
                            "the log of a file that is gone; move it away first");
            return TRUE;
        }
    }
    return FALSE;
}

/* Gives the finished file its name, unless somebody else took it meanwhile. */
gboolean
cg_new_file_finish (const char *part, const char *path, GError **error)
{
    if (!sync_path (part, O_RDWR))
        return cg_file_refuse (error, CG_ERROR_IO, path, g_strerror (errno));
    if (renameat2 (AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) != 0) {
        int problem = errno;
        if (problem == EINVAL || problem == ENOSYS) /* a file system without that call */
            problem = link (part, path) == 0 ? 0 : errno;
        if (problem != 0)
            return cg_file_refuse (error, problem == EEXIST ? CG_ERROR_CONFLICT : CG_ERROR_IO, path,
                                   problem == EEXIST ? "exists already" : g_strerror (problem));
    }
    cg_new_file_remove (part);
    g_autofree char *folder = g_path_get_dirname (path);
    cg_folder_sync (folder);
    return TRUE;
}

/* Name of the unfinished file in the same folder; made with O_EXCL so that nothing of others is
 * touched. */
char *
cg_new_file_begin (const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (path);
    if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
        cg_file_refuse (error, CG_ERROR_NOT_FOUND, folder, "there is no such folder");
        return NULL;
    }
    if (!check_file_system (folder, TRUE, error))
        return NULL;
    g_autofree char *part = g_strdup_printf ("%s-part-%d", path, (int) getpid ());
    int fd = open (part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0) {
        cg_file_refuse (error, CG_ERROR_IO, part, g_strerror (errno));
        return NULL;
    }
    close (fd);
    return g_steal_pointer (&part);
}

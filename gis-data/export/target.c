#include "export/target.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

void
cg_target_fail (const CgTarget *target, const char *what, const char *why, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s: %s", target->path, what, why);
}

gboolean
cg_target_init (CgTarget *target, const char *path, const char *suffix, GError **error)
{
    g_autofree char *parent = g_path_get_dirname (path);
    *target = (CgTarget){ .path = g_strdup (path) };
    target->directory = g_build_filename (parent, ".countygrid-XXXXXX", NULL);
    if (g_mkdtemp (target->directory) == NULL) {
        cg_target_fail (target, "cannot be written", g_strerror (errno), error);
        g_clear_pointer (&target->directory, g_free);
        return FALSE;
    }
    g_autofree char *name = g_strconcat ("draft", suffix, NULL);
    target->draft = g_build_filename (target->directory, name, NULL);
    return TRUE;
}

static gboolean
sync_path (const char *path, int flags)
{
    int descriptor = g_open (path, flags | O_CLOEXEC, 0);
    if (descriptor < 0)
        return FALSE;
    gboolean synced = fsync (descriptor) == 0;
    int problem = errno;
    close (descriptor);
    errno = problem;
    return synced;
}

gboolean
cg_target_commit (CgTarget *target, GError **error)
{
    g_autofree char *parent = g_path_get_dirname (target->path);
    if (!sync_path (target->draft, O_RDWR)) {
        cg_target_fail (target, "cannot be brought to the disk", g_strerror (errno), error);
        return FALSE;
    }
    if (g_rename (target->draft, target->path) != 0) {
        cg_target_fail (target, "cannot be put in place", g_strerror (errno), error);
        return FALSE;
    }
    /* The new name reaches the disk with the directory; the file itself is whole either way. */
    if (!sync_path (parent, O_RDONLY | O_DIRECTORY)) {
        cg_target_fail (target, "is in place but may not survive a power cut", g_strerror (errno),
                        error);
        return FALSE;
    }
    return TRUE;
}

void
cg_target_done (CgTarget *target)
{
    if (target->directory != NULL) {
        g_autoptr (GDir) open = g_dir_open (target->directory, 0, NULL);
        const char *name;
        while (open != NULL && (name = g_dir_read_name (open)) != NULL) {
            g_autofree char *path = g_build_filename (target->directory, name, NULL);
            g_unlink (path);
        }
        g_rmdir (target->directory);
    }
    g_clear_pointer (&target->path, g_free);
    g_clear_pointer (&target->directory, g_free);
    g_clear_pointer (&target->draft, g_free);
}

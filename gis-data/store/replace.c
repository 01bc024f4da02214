/* Whole county files: a finished draft takes a name, an unfinished one goes away.
 *
 * A write-ahead log belongs to its county by name only. Left beside another file of that name,
 * SQLite would play it into the wrong county: so no file comes or goes here without its log. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/county_file.h"
#include "store/lock.h"
#include "store/store_internal.h"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgWriterLock, cg_writer_lock_release)

gboolean
cg_store_remove (const char *path, GError **error)
{
    g_auto (CgWriterLock) lock = CG_WRITER_LOCK_NONE;
    if (!cg_writer_lock_take (&lock, path, error))
        return FALSE;
    cg_new_file_remove (path);
    if (g_access (path, F_OK) == 0)
        return cg_file_refuse (error, CG_ERROR_IO, path, "cannot be removed");
    return TRUE;
}

/* The whole county in its main file: what lies in the log goes there. */
static gboolean
flush_old (const char *path, gint64 version, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (path, CG_STORE_WRITE, error);
    if (store == NULL || !store->db->driver->flush (store->db, error))
        return FALSE;
    return cg_store_data_version (store) == version ||
           cg_file_refuse (error, CG_ERROR_CONFLICT, path, "was changed meanwhile");
}

/* Drops the empty log; one with content means that somebody wrote since it was flushed. */
static gboolean
drop_log (const char *path, GError **error)
{
    g_autofree char *wal = g_strconcat (path, "-wal", NULL), *shm = g_strconcat (path, "-shm", NULL);
    GStatBuf found;
    if (g_stat (wal, &found) == 0 && found.st_size > 0)
        return cg_file_refuse (error, CG_ERROR_CONFLICT, path, "was changed meanwhile");
    g_unlink (wal);
    g_unlink (shm);
    return TRUE;
}

static gboolean
take_name (const char *draft, const char *path, GError **error)
{
    if (g_rename (draft, path) != 0)
        return cg_file_refuse (error, CG_ERROR_IO, path, g_strerror (errno));
    g_autofree char *folder = g_path_get_dirname (path);
    cg_folder_sync (folder);
    return TRUE;
}

gboolean
cg_store_replace (const char *draft, const char *where, gint64 version, GError **error)
{
    if (version < 0)
        return cg_new_file_finish (draft, where, error);
    g_autofree char *path = cg_county_file_check (where, TRUE, error);
    if (path == NULL || !flush_old (path, version, error))
        return FALSE;
    g_auto (CgWriterLock) lock = CG_WRITER_LOCK_NONE;
    return cg_writer_lock_take (&lock, path, error) && drop_log (path, error) &&
           take_name (draft, path, error);
}

/* The writer's lock file.
 *
 * flock, not fcntl's record locks: those vanish when any descriptor of the file is closed in the
 * process, and do not keep two writers of one process apart. */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static char *
read_holder (int fd)
{
    char text[256];
    ssize_t length = pread (fd, text, sizeof text - 1, 0);
    if (length <= 0)
        return g_strdup ("another process");
    text[length] = '\0';
    g_strchomp (text);
    return g_utf8_make_valid (text, -1);
}

/* For the error that others get; on a full disk they read "another process". */
static void
write_holder (int fd)
{
    const char *program = g_get_prgname ();
    g_autofree char *text = g_strdup_printf ("process %d (%s)\n", (int) getpid (),
                                             program != NULL ? program : "countygrid");
    G_GNUC_UNUSED gboolean written =
        ftruncate (fd, 0) == 0 && pwrite (fd, text, strlen (text), 0) == (ssize_t) strlen (text);
}

/* The holder removes its file when it is done: a lock on a removed file protects nothing. */
static gboolean
still_there (int fd, const char *path)
{
    struct stat mine, now;
    return fstat (fd, &mine) == 0 && stat (path, &now) == 0 && mine.st_ino == now.st_ino &&
           mine.st_dev == now.st_dev;
}

gboolean
cg_writer_lock_take (CgWriterLock *lock, const char *path, GError **error)
{
    g_autofree char *lock_path = g_strconcat (path, "-writer", NULL);
    for (guint attempt = 0; attempt < 100; attempt++) {
        int fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (fd < 0) {
            g_set_error (error, CG_ERROR, CG_ERROR_IO,
                         "%s: the writer's lock file cannot be made: %s", lock_path,
                         g_strerror (errno));
            return FALSE;
        }
        if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
            g_autofree char *holder = read_holder (fd);
            close (fd);
            g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT, "%s is open for writing in %s", path,
                         holder);
            return FALSE;
        }
        if (still_there (fd, lock_path)) {
            write_holder (fd);
            lock->fd = fd;
            lock->path = g_steal_pointer (&lock_path);
            return TRUE;
        }
        close (fd);
    }
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: the writer's lock file keeps going away",
                 lock_path);
    return FALSE;
}

void
cg_writer_lock_release (CgWriterLock *lock)
{
    if (lock->fd >= 0) {
        unlink (lock->path);
        close (lock->fd);
    }
    g_clear_pointer (&lock->path, g_free);
    lock->fd = -1;
}

gboolean
cg_is_network_file_system (long type)
{
    static const guint32 types[] = {
        0x6969,     /* NFS   */
        0x517b,     /* SMB   */
        0xff534d42, /* CIFS  */
        0xfe534d42, /* SMB2  */
        0x5346414f, /* AFS   */
        0x6b414653, /* kAFS  */
        0x00c36400, /* Ceph  */
        0x564c,     /* NCP   */
        0x73757245, /* Coda  */
        0x0bd00bd0, /* Lustre */
        0x47504653, /* GPFS  */
    };
    for (guint i = 0; i < G_N_ELEMENTS (types); i++)
        if ((guint32) type == types[i])
            return TRUE;
    return FALSE;
}

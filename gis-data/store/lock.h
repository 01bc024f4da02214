/* Who may write: a lock file beside the county, held for the life of the writer. */
#ifndef CG_STORE_LOCK_H
#define CG_STORE_LOCK_H

#include <glib.h>

typedef struct {
    int fd;     /* -1: not held */
    char *path; /* PATH-writer   */
} CgWriterLock;

#define CG_WRITER_LOCK_NONE ((CgWriterLock){ .fd = -1 })

/* Takes the lock for the county file `path`. The kernel gives it back when the process dies.
 * Errors  CONFLICT names the process that holds it (the same process too); IO the lock file cannot
 *         be made */
gboolean cg_writer_lock_take (CgWriterLock *lock, const char *path, GError **error);
void cg_writer_lock_release (CgWriterLock *lock);

/* TRUE for file systems of other machines (f_type of statfs), where locks and shared memory of WAL
 * do not hold. */
gboolean cg_is_network_file_system (long type);

#endif

#include "attach/shelf.h"

struct _CgAttachSnapshot {
    CgShapes *areas;
    CgAttachIndex *index;
    guint64 version;
    gint references; /* atomic */
};

struct _CgAttachShelf {
    CgAttachSnapshot *current; /* atomic                                             */
    gint phase;                /* atomic: counter that readers go by                 */
    gint readers[2];           /* atomic: in the moment of taking, by phase          */
    GMutex writers;            /* one at a time                                      */
};

/* ---- snapshots --------------------------------------------------------------------------------
 */

CgAttachSnapshot *
cg_attach_snapshot_new (const CgShapes *areas, const guint32 *rank, guint64 version, GError **error)
{
    g_autoptr (CgAttachSnapshot) snapshot = g_new0 (CgAttachSnapshot, 1);
    snapshot->references = 1;
    snapshot->version = version;
    snapshot->areas = cg_shapes_copy (areas);
    snapshot->index = cg_attach_index_new (snapshot->areas, rank, error);
    return snapshot->index != NULL ? g_steal_pointer (&snapshot) : NULL;
}

CgAttachSnapshot *
cg_attach_snapshot_ref (CgAttachSnapshot *snapshot)
{
    g_atomic_int_inc (&snapshot->references);
    return snapshot;
}

void
cg_attach_snapshot_unref (CgAttachSnapshot *snapshot)
{
    if (snapshot == NULL || !g_atomic_int_dec_and_test (&snapshot->references))
        return;
    cg_attach_index_free (snapshot->index);
    cg_shapes_free (snapshot->areas);
    g_free (snapshot);
}

const CgAttachIndex *
cg_attach_snapshot_index (const CgAttachSnapshot *snapshot)
{
    return snapshot->index;
}

guint64
cg_attach_snapshot_version (const CgAttachSnapshot *snapshot)
{
    return snapshot->version;
}

/* ---- shelf ------------------------------------------------------------------------------------
 */

CgAttachShelf *
cg_attach_shelf_new (void)
{
    CgAttachShelf *shelf = g_new0 (CgAttachShelf, 1);
    g_mutex_init (&shelf->writers);
    return shelf;
}

void
cg_attach_shelf_free (CgAttachShelf *shelf)
{
    if (shelf == NULL)
        return;
    cg_attach_snapshot_unref (shelf->current);
    g_mutex_clear (&shelf->writers);
    g_free (shelf);
}

/* All of GLib's atomic steps have one order that every thread sees. A reader counts itself in
 * before it reads the pointer, a writer changes the pointer before it looks at the counters: so
 * either the reader gets the new pointer, or the writer sees the reader and keeps the old one for
 * it. */
CgAttachSnapshot *
cg_attach_shelf_take (CgAttachShelf *shelf)
{
    gint *counter = &shelf->readers[g_atomic_int_get (&shelf->phase) & 1];
    g_atomic_int_inc (counter);
    CgAttachSnapshot *snapshot = g_atomic_pointer_get (&shelf->current);
    if (snapshot != NULL)
        cg_attach_snapshot_ref (snapshot);
    g_atomic_int_add (counter, -1);
    return snapshot;
}

void
cg_attach_shelf_put (CgAttachShelf *shelf, CgAttachSnapshot *snapshot)
{
    g_mutex_lock (&shelf->writers);
    CgAttachSnapshot *old = g_atomic_pointer_exchange (&shelf->current, snapshot);
    /* New readers go by the other counter, so that each empties however many come. */
    for (guint turn = 0; turn < 2; turn++) {
        gint phase = g_atomic_int_get (&shelf->phase);
        g_atomic_int_set (&shelf->phase, 1 - phase);
        while (g_atomic_int_get (&shelf->readers[phase]) != 0)
            g_thread_yield ();
    }
    g_mutex_unlock (&shelf->writers);
    cg_attach_snapshot_unref (old);
}

/* The index in force: readers take it without a lock while a writer puts the next one in its place.
 *
 *     writer   cg_attach_shelf_put (shelf, snapshot)        a plan was published
 *     reader   snapshot = cg_attach_shelf_take (shelf)      an incident came in
 *              cg_attach_find (cg_attach_snapshot_index (snapshot), x, y)
 *              cg_attach_snapshot_unref (snapshot)
 *
 * A snapshot never changes. A reader that holds one goes on with it, whatever is put meanwhile; it
 * goes when its last holder gives it back. */
#ifndef CG_ATTACH_SHELF_H
#define CG_ATTACH_SHELF_H

#include "attach/attach.h"

typedef struct _CgAttachSnapshot CgAttachSnapshot;

/* areas    AREA table (copied)
 * rank     as in cg_attach_index_new
 * version  what the caller knows it by: plan and state of the county, say
 * Errors   those of cg_attach_index_new */
CgAttachSnapshot *cg_attach_snapshot_new (const CgShapes *areas, const guint32 *rank,
                                          guint64 version, GError **error);
CgAttachSnapshot *cg_attach_snapshot_ref (CgAttachSnapshot *snapshot);
void cg_attach_snapshot_unref (CgAttachSnapshot *snapshot); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgAttachSnapshot, cg_attach_snapshot_unref)

const CgAttachIndex *cg_attach_snapshot_index (const CgAttachSnapshot *snapshot);
guint64 cg_attach_snapshot_version (const CgAttachSnapshot *snapshot);

typedef struct _CgAttachShelf CgAttachShelf;

CgAttachShelf *cg_attach_shelf_new (void); /* with nothing on it */
/* Nobody may use it any more; snapshots that were taken stay good. */
void cg_attach_shelf_free (CgAttachShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgAttachShelf, cg_attach_shelf_free)

/* The snapshot in force (transfer full), NULL where there is none yet. Never waits: five atomic
 * steps, whatever other threads do. Any thread. */
CgAttachSnapshot *cg_attach_shelf_take (CgAttachShelf *shelf);

/* Puts a snapshot (transfer full; NULL clears the shelf) in force. From its return on every take
 * gives it or a later one. Waits only for readers that are between two of those five steps. Any
 * thread. Method  readers count themselves in and out of the moment in which they take a pointer
 * and a reference; the writer swaps the pointer and lets go of the old one when each of two
 * counters has been seen at zero (as in sleepable read-copy update; P. E. McKenney 2006,
 *         lwn.net/Articles/202847) */
void cg_attach_shelf_put (CgAttachShelf *shelf, CgAttachSnapshot *snapshot);

#endif

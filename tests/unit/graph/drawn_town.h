/* A town drawn in lines of text: its graph with barriers marked and ways opened, as a split does it. */
#ifndef CG_TEST_DRAWN_TOWN_H
#define CG_TEST_DRAWN_TOWN_H

#include "graph/ways.h"

typedef struct {
    CgUnits *units;
    CgGraph *graph;
    CgBarriers *barriers;
    GArray *ways; /* CgCrossing */
} CgTestTown;

/* outlines [n] as of cg_test_draw_units; nobody lives in the units of `empty`, by letter. barriers (transfer
 * full). `river`: the ground of wide water is closed before the ways are opened. */
void cg_test_town_init (CgTestTown *town, guint n, const char *const *outlines, const char *empty,
                        CgBarriers *barriers, gboolean river);
void cg_test_town_done (CgTestTown *town);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgTestTown, cg_test_town_done)

/* The link between two neighbours, which is as passable from either side. */
guint32 cg_test_town_link (const CgTestTown *town, guint32 from, guint32 to);
gboolean cg_test_town_is_open (const CgTestTown *town, guint32 from, guint32 to);

#endif

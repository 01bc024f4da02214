/* Lines on a lattice cut at every crossing: the one set of edges from which cells are made.
 *
 * Places are whole numbers. Where two segments cross, the crossing is rounded to the nearest place
 * and both are led through it; a segment that passes through the square of side 1 around any place
 * in use (its lower and left side included, the others not) is led through that place too. What
 * comes out meets in places only: no edge crosses another, none ends inside another.
 *
 * Method     snap rounding; J. D. Hobby, Practical segment intersection with finite precision
 *            output, 1999, doi:10.1016/S0925-7721(99)00021-8. Every decision is the sign of an
 *            integer of at most 127 bits, so it is exact. Rounds are repeated until no edge passes
 *            through the square of a foreign place (Halperin, Packer, Iterated snap rounding, 2002,
 *            doi:10.1016/S0925-7721(01)00064-5): afterwards no place lies nearer to an edge that
 * does not use it than half a unit. Moves      a segment by less than one unit in a round; a place
 * in use never moves Cost       O(n) time and memory for lines that are spread like a map's
 */
#ifndef CG_CELLS_NODING_H
#define CG_CELLS_NODING_H

#include <gio/gio.h>
#include <glib.h>

#define CG_SPOT_MAX                                                                                \
    (G_GINT64_CONSTANT (1) << 36) /* greatest coordinate of a place, either sign                   \
                                   */

typedef struct {
    gint64 x, y;
} CgSpot;

__extension__ typedef __int128 CgWide;

/* Twice the area of the triangle, > 0 when c lies to the left of a -> b. Exact. */
static inline CgWide
cg_spot_turn (CgSpot a, CgSpot b, CgSpot c)
{
    return (CgWide) (b.x - a.x) * (c.y - a.y) - (CgWide) (b.y - a.y) * (c.x - a.x);
}

/* Segments to be noded; each names its source, any number of the caller's. */
typedef struct {
    GArray *ends;   /* of CgSpot, two a segment */
    GArray *source; /* of guint32, one a segment */
    GArray *spots;  /* of CgSpot: places that become nodes without an edge, unless one passes there */
} CgLines;

CgLines *cg_lines_new (void);
void cg_lines_free (CgLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLines, cg_lines_free)
/* A segment of length zero is not added. */
void cg_lines_add (CgLines *lines, CgSpot a, CgSpot b, guint32 source);
void cg_lines_add_spot (CgLines *lines, CgSpot spot);

/* One source on one edge. */
typedef struct {
    guint32 source;
    gint32 turn; /* times that it walks from the lower node to the higher, less the times back */
} CgEdgeUse;

typedef struct {
    guint32 n_nodes, n_edges;
    CgSpot *node;             /* [n_nodes] all different                                */
    guint32 *edge_a, *edge_b; /* [n_edges] nodes, a < b; edges sorted by (a, b)         */
    guint32 *edge_use;        /* [n_edges + 1] first use of each edge                   */
    CgEdgeUse *use;           /* sorted by source within an edge                        */
    guint32 n_crossings;      /* places that are no end of any segment given            */
    guint32 n_rounds;
} CgNoding;

/* Errors  ARGUMENT a coordinate beyond CG_SPOT_MAX; LIMIT memory, or so many lines on one heap that
 *         the work would have no end; CANCELLED */
CgNoding *cg_noding_build (const CgLines *lines, GCancellable *cancel, GError **error);
void cg_noding_free (CgNoding *noding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgNoding, cg_noding_free)

#endif

/* Outlines for small scales: fewer vertices, and what neighbours share stays shared.
 *
 *     +--.-.---+-.----+            +-------+------+        + node: stays
 *     |       .       |            |       |      |        . leaves where nothing is in its way
 *     |        .      |   ----->   |       |      |
 *     +-.------+----.-+            +-------+------+
 *
 * All tables are cut into chains between nodes, places where more or fewer than two borders meet.
 * A chain is thinned once, however many areas of however many tables it bounds, so their outlines
 * agree afterwards vertex for vertex, as they did before. An outline without nodes (an island, a
 * county by itself) is a closed chain.
 *
 * A vertex b between its neighbours a and c leaves when
 *   - the new line a - c lies within tolerance_m of the border as delivered, and the border of it;
 *   - no vertex that is left lies in the triangle a, b, c, its sides included;
 *   - no border leads from a to c already.
 * So no line is ever led across another or onto it: areas that were valid stay valid, hold the same
 * neighbours in the same order, and none vanishes, however small it is.
 *
 * Space      the plane of the coordinates; metre_x and metre_y say how long its unit is in metres
 *            (degrees too). Vertices that stay are the old ones, bit for bit; none is added.
 * Method     smallest triangle first: Visvalingam, Whyatt, Line generalisation by repeated
 *            elimination of points, 1993, doi:10.1179/000870493786962263; the bound on the
 *            distance and the empty triangle are ours. Signs are exact (orient.h), so nothing
 *            depends on rounding
 * Cost       O(n log n) time and 110 bytes a vertex for borders as maps have them
 */
#ifndef CG_GEOM_SIMPLIFY_H
#define CG_GEOM_SIMPLIFY_H

#include "model/shapes.h"

typedef struct {
    double tolerance_m; /* >= 0; 0 takes away only what lies on a straight line */
    double metre_x, metre_y; /* metres of one unit of x and y, > 0                */
} CgSimplifyOptions;

/* Thins the borders of all tables together.
 *
 * tables   [n_tables] AREA, in one plane. Where their areas meet they should have the same vertices;
 *          lines that cross without a common vertex are left alone near the crossing, and areas stay
 *          valid one by one, but such a gap or overlap stays as well
 * out      [n_tables] new tables of the same shapes, parts and rings (transfer full); untouched on
 *          failure
 * Errors   ARGUMENT options out of range, a table that is not of areas; GEOMETRY a coordinate that
 *          is not finite or beyond 1e150 (names table and row); LIMIT memory; CANCELLED
 * Promise  the same areas leave the same vertices in whatever order tables, rows, rings and vertices
 *          come; same input, same output, bit for bit */
gboolean cg_simplify_run (guint n_tables, const CgShapes *const *tables,
                          const CgSimplifyOptions *options, GCancellable *cancel, CgShapes **out,
                          GError **error);

#endif

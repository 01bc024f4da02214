/* Questions about areas that need a geometry library: validity, repair, overlaps, gaps, unions.
 *
 * Tables in, tables out: objects of the library never leave this module, and its messages go into
 * the GError, never to a stream. Each call makes its own library context, so calls may run in as
 * many threads as there are; one table may be read by all of them at once.
 *
 * Units      the unit of the coordinates: metres for "working" tables. A "delivered" table in
 *            degrees may be passed too; areas then come in square degrees and say little.
 * Guards     before the library sees a shape: every coordinate finite and within +-1e9, every ring
 *            closed with 4 vertices or more, at most CG_SHAPES_MAX_RING_VERTICES a ring and
 *            CG_GEOM_MAX_VERTICES a shape. Shapes are named in errors by row, counted from 0.
 * Errors     ARGUMENT the table is not of areas; GEOMETRY a guard failed, a shape is invalid where
 *            a valid one is asked for, the library failed or its areas do not add up;
 *            LIMIT too many vertices; CANCELLED where a GCancellable is taken.
 * Order      all results are sorted; the same input gives the same output bit for bit.
 */
#ifndef CG_GEOM_H
#define CG_GEOM_H

#include "model/shapes.h"

#define CG_GEOM_MAX_VERTICES 5000000u /* of one shape */
#define CG_GEOM_MAX_COORDINATE 1e9

/* Whether area i is valid in the sense of OGC Simple Features, and if not, why and where.
 *
 * out_valid   TRUE also for an empty shape
 * out_reason  one of the library's short names ("Self-intersection", "Ring Self-intersection",
 *             "Hole lies outside shell", "Nested shells", "Holes are nested", "Duplicate Rings",
 *             "Interior is disconnected", "Too few points in geometry component") (transfer full);
 *             NULL when valid; may be NULL
 * out_x, out_y  where; NaN when valid; may be NULL
 * Errors      GEOMETRY or LIMIT from the guards: such a shape cannot even be asked about */
gboolean cg_geom_validity (const CgShapes *areas, guint32 i, gboolean *out_valid, char **out_reason,
                           double *out_x, double *out_y, GError **error);

/* Appends a valid version of area i to out: rings are made simple, shells merged, holes taken out;
 * lines and points that remain of collapsed pieces are dropped. A hole that lies outside its
 * polygon becomes ground (the change shows it). A valid shape is appended as it is, vertex for
 * vertex. A shape that collapses altogether is appended empty.
 *
 * out             an AREA table of the caller; untouched on failure
 * out_change_m2   area after minus cg_shapes_area before; may be NULL. A bow-tie of two equal
 *                 lobes has area 0 before, so the change can be large for an honest repair.
 * Method          MakeValid by structure, GEOS 3.10 and newer */
gboolean cg_geom_repair (const CgShapes *areas, guint32 i, CgShapes *out, double *out_change_m2,
                         GError **error);

typedef struct {
    guint32 i, j;   /* rows, i < j                                        */
    double area_m2; /* of the common part                                 */
    double width_m; /* greatest 2 * area / perimeter of its pieces: the mean width of a sliver */
    double x, y;    /* a point in its largest piece                       */
} CgGeomOverlap;

/* Pairs of areas whose interiors share more than min_area_m2, sorted by (i, j). Every shape must
 * be valid (GEOMETRY names the first that is not). cancel may be NULL.
 * (transfer full: CgGeomOverlap) */
GArray *cg_geom_overlaps (const CgShapes *areas, double min_area_m2, GCancellable *cancel,
                          GError **error);

typedef struct {
    double area_m2, perimeter_m; /* 2 * area / perimeter is about the width of a sliver */
    double x, y;                 /* a point in it                                       */
} CgGeomGap;

/* Holes in the union of all areas larger than min_area_m2 (0: every hole), largest first, ties
 * by x, then y. A hole may be a sliver between neighbours or a true enclave: the caller judges.
 * Every shape must be valid. (transfer full: CgGeomGap) */
GArray *cg_geom_gaps (const CgShapes *areas, double min_area_m2, GCancellable *cancel,
                      GError **error);

/* Appends the union of some areas to out as one shape: parts and rings sorted, outsides counter-
 * clockwise, holes clockwise.
 *
 * rows    [n_rows] rows to join, or NULL for all (n_rows is then ignored); none gives an empty
 *         shape. Every shape must be valid. out is untouched on failure. */
gboolean cg_geom_union (const CgShapes *areas, guint32 n_rows, const guint32 *rows, CgShapes *out,
                        GError **error);

/* Area that shape i of a and shape j of b have in common. Both must be valid. */
gboolean cg_geom_intersection_area (const CgShapes *a, guint32 i, const CgShapes *b, guint32 j,
                                    double *out_m2, GError **error);

/* Area that only one of two tables covers: the union of all of a against the union of all of b.
 * Every shape must be valid. 0 means that both cover the same ground. */
gboolean cg_geom_symmetric_difference_area (const CgShapes *a, const CgShapes *b, double *out_m2,
                                            GError **error);

/* Whether area i of outer holds every shape of inner (points, lines or areas), its border
 * included, with up to tolerance_m (>= 0) sticking out.
 *
 * out_first_outside   the first row of inner that is not held, or G_MAXUINT32 when all are; empty
 *                     shapes are held. Areas must be valid. */
gboolean cg_geom_contains_all (const CgShapes *outer, guint32 i, const CgShapes *inner,
                               double tolerance_m, guint32 *out_first_outside, GError **error);

#endif

/* A table of geometries as plain columns: points, lines or areas of any number of parts.
 *
 * Layout (offsets, as in GeoArrow):
 *
 *   shape i  = parts   shape_part[i]  .. shape_part[i + 1] - 1
 *   part p   = rings   part_ring[p]   .. part_ring[p + 1] - 1
 *   ring r   = vertices ring_vertex[r] .. ring_vertex[r + 1] - 1
 *
 * AREA   a part is one polygon: its first ring is the outside, the others are holes; rings are
 *        closed (last vertex equals the first, bit for bit) and have at least 4 vertices.
 *        The direction of rings is whatever the source had.
 * LINE   a part is one line with exactly one "ring" (open or closed), at least 2 vertices.
 * POINT  a part is one point with one "ring" of one vertex.
 * A shape without parts is empty.
 *
 * Coordinates are metres, x east and y north, wherever the owner says "working"; in tables called
 * "delivered" they are as the file had them (degrees, feet), x = easting or longitude always.
 */
#ifndef CG_MODEL_SHAPES_H
#define CG_MODEL_SHAPES_H

#include <gio/gio.h>
#include <glib.h>

typedef enum { CG_SHAPES_POINT, CG_SHAPES_LINE, CG_SHAPES_AREA } CgShapesKind;

typedef struct {
    double x_min, y_min, x_max, y_max; /* x_min > x_max: empty */
} CgBox;

#define CG_BOX_EMPTY ((CgBox){ G_MAXDOUBLE, G_MAXDOUBLE, -G_MAXDOUBLE, -G_MAXDOUBLE })

typedef struct {
    CgShapesKind kind;
    guint32 n_shapes, n_parts, n_rings, n_vertices;
    guint32 *shape_part;  /* [n_shapes + 1] */
    guint32 *part_ring;   /* [n_parts + 1]  */
    guint32 *ring_vertex; /* [n_rings + 1]  */
    double *x, *y;        /* [n_vertices]   */
    /*< private >*/
    guint32 shapes_room, parts_room, rings_room, vertices_room;
} CgShapes;

/* Limits that guard every reader of outside bytes. */
#define CG_SHAPES_MAX_RING_VERTICES 1000000u /* per ring, or CG_ERROR_LIMIT            */
#define CG_SHAPES_MAX_VERTICES 200000000u    /* per table                               */
#define CG_SHAPES_MAX_DEPTH 8u               /* nesting of collections in WKB           */

CgShapes *cg_shapes_new (CgShapesKind kind);
CgShapes *cg_shapes_copy (const CgShapes *shapes);
void cg_shapes_free (CgShapes *shapes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgShapes, cg_shapes_free)

/* Building: vertices, then end_ring, end_part, end_shape, in that order. No checks are made. */
void cg_shapes_add_vertex (CgShapes *shapes, double x, double y);
void cg_shapes_end_ring (CgShapes *shapes);
void cg_shapes_end_part (CgShapes *shapes);
void cg_shapes_end_shape (CgShapes *shapes);
void cg_shapes_add_point (CgShapes *shapes, double x, double y); /* a whole POINT shape */
/* Appends shape i of other (same kind). */
void cg_shapes_add_shape (CgShapes *shapes, const CgShapes *other, guint32 i);
/* Forgets vertices, rings and parts added since the last end_shape. */
void cg_shapes_rewind (CgShapes *shapes);

/* Appends one shape from ISO or extended WKB; Z and M are dropped; single and multi types of the
 * table's kind are taken, and a collection of them. Nothing is appended on failure.
 * Errors  GEOMETRY broken bytes, other kind, non-finite coordinate, ring not closed or too short;
 *         LIMIT    too deep, too many vertices. */
gboolean cg_shapes_add_wkb (CgShapes *shapes, const guint8 *wkb, gsize length, GError **error);

/* Shape i as little-endian ISO WKB; always the Multi type when multi is TRUE, else the single type
 * where one part allows it. (transfer full) */
GBytes *cg_shapes_get_wkb (const CgShapes *shapes, guint32 i, gboolean multi);

CgBox cg_shapes_box (const CgShapes *shapes, guint32 i);
CgBox cg_shapes_box_all (const CgShapes *shapes);
/* Areas: outside minus holes, >= 0, independent of ring direction; 0 for other kinds. */
double cg_shapes_area (const CgShapes *shapes, guint32 i);
/* Length of all rings (areas) or lines. */
double cg_shapes_length (const CgShapes *shapes, guint32 i);
/* Area-weighted centroid of an area, length-weighted of a line, mean of points; NaN when empty. */
void cg_shapes_centroid (const CgShapes *shapes, guint32 i, double *out_x, double *out_y);
/* Whether area i holds the point: even-odd over all its rings, in floating point (on a border: either). For many
 * points, and where borders count, take attach/attach.h. */
gboolean cg_shapes_holds (const CgShapes *areas, guint32 i, double x, double y);
/* Signed area of one ring: > 0 when counter-clockwise. */
double cg_shapes_ring_area (const CgShapes *shapes, guint32 ring);

/* A point well inside area i for its label: the centre of (nearly) the largest inscribed circle of
 * its largest part, to 1/100 of the part's extent; out_radius may be NULL. Method: quadtree
 * refinement, Garcia-Castellanos and Lombardo 2007, doi:10.1080/14702540801897809. */
void cg_shapes_label_point (const CgShapes *shapes, guint32 i, double *out_x, double *out_y,
                            double *out_radius);

gboolean cg_box_is_empty (const CgBox *box);
void cg_box_add (CgBox *box, double x, double y);
void cg_box_join (CgBox *box, const CgBox *other);
gboolean cg_box_meets (const CgBox *a, const CgBox *b);

#endif

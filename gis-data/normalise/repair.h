/* Cleaning of delivered areas: repeated vertices, nearly equal vertices, invalid outlines.
 *
 * Nothing is changed without telling: each function says how much it did, and the importer writes
 * it into the report. Coordinates are those of the table (degrees or metres); areas of changes are
 * square metres.
 * */
#ifndef CG_NORMALISE_REPAIR_H
#define CG_NORMALISE_REPAIR_H

#include "normalise/crs.h"

/* Appends shape i of shapes to out (same kind) without vertices that repeat the one before them
 * bit for bit. A ring that falls below 4 vertices (a line below 2) is kept as it is, for the
 * validity test to name. Returns the number of vertices left out. */
guint32 cg_repair_copy_without_repeats (const CgShapes *shapes, guint32 i, CgShapes *out);

/* Moves every vertex that lies within `tolerance` (unit of the table, > 0) of an earlier vertex
 * onto that vertex, so that nearly equal corners of neighbours become equal bit for bit. Order: by
 * row; the earliest wins; rings stay closed. Vertices are moved once, by at most the tolerance, so
 * areas change by no more than tolerance * perimeter. Returns the number of vertices moved; x and
 * y of the table change in place. Cost O(n). Errors ARGUMENT tolerance not positive or so small
 * against the coordinates that cells overflow. */
gboolean cg_repair_snap (CgShapes *shapes, double tolerance, guint32 *out_moved, GError **error);

typedef enum {
    CG_REPAIR_VALID,    /* was valid, nothing done */
    CG_REPAIR_DONE,     /* repaired; out_change_m2 says by how much */
    CG_REPAIR_TOO_MUCH, /* a repair exists but changes too much or loses a part: not used */
    CG_REPAIR_HOPELESS, /* collapses to nothing, or could not be repaired */
} CgRepairResult;

typedef struct {
    CgRepairResult result;
    char *reason; /* the geometry library's short name of the fault, NULL when valid (owned) */
    double x, y;  /* where, in working coordinates; NaN when valid */
    double before_m2, after_m2; /* area; equal when valid */
    guint32 parts_before, parts_after;
} CgRepair;
void cg_repair_clear (CgRepair *repair); /* frees what it holds */

/* Tests area i of working (metres) and, when it is invalid, finds a valid version of its delivered
 * outline.
 *
 * delivered   the same table in delivered coordinates, vertex for vertex parallel; NULL: working
 *             itself is repaired
 * transform   delivered -> working; NULL with delivered NULL
 * max_share   largest change of the area that counts as a repair, as a share of the larger of both
 *             areas (0.01); negative: any change will do. Parts that merge are kept; one that is
 *             gone with more than 1 m2 is lost
 * out_delivered, out_working   AREA tables to which the repaired shape is appended, for DONE only;
 *             parallel. With delivered NULL only out_delivered is used (out_working may be NULL)
 * Promise     a shape that is DONE is valid in working coordinates
 * Errors      GEOMETRY, LIMIT from the guards of engine/geom */
gboolean cg_repair_area (const CgShapes *working, const CgShapes *delivered, guint32 i,
                         CgTransform *transform, double max_share, CgShapes *out_delivered,
                         CgShapes *out_working, CgRepair *out, GError **error);

#endif

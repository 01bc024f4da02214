/* Camera coverage: how much of the open ground of each area cameras see, and how many buildings.
 *
 * Ground is looked at on a lattice of cells (their middles); a cell seen by several cameras counts once. Open ground is
 * what no building stands on. A building is in view when a camera sees a point of its outer wall; it belongs to the area
 * that holds its label point.
 */
#ifndef CG_COVERAGE_H
#define CG_COVERAGE_H

#include "analyse/sight.h"
#include "attach/attach.h"

typedef struct {
    guint32 n; /* areas                                                                  */
    guint32 *cameras;                  /* [n] that stand in the area                      */
    double *open_m2;                   /* [n] area less its buildings; at least seen_m2   */
    double *seen_m2;                   /* [n] open ground that a camera sees              */
    guint32 *buildings, *buildings_seen; /* [n]                                           */
    guint32 *area_of_building;         /* [rows of buildings] its area; CG_NONE: in none, or empty */
    guint8 *building_seen;             /* [rows of buildings] in view of a camera         */
    guint32 outside;                   /* cameras in no area; they see all the same       */
} CgCoverage;

#define CG_COVERAGE_CELL_M 2.0

/* areas      AREA [n] with its index; metres
 * buildings  AREA table of outlines, empty rows are left out
 * cell_m     0.25 to 100: side of a lattice cell; the share of an area of A m² with a border between seen and unseen of L
 *            m is wrong by about cell_m sqrt (L cell_m) / A
 * Errors     ARGUMENT cell_m, or a camera's fov or range out of bounds or a coordinate that is not finite (names the
 *            camera by number from 1); LIMIT a range above 5000 m, or memory; CANCELLED
 * Cost       about 40 ns for each cell in range of each camera */
CgCoverage *cg_coverage_run (guint32 n_cameras, const CgCamera *cameras, const CgShapes *buildings,
                             const CgShapes *areas, const CgAttachIndex *index, double cell_m,
                             GCancellable *cancel, GError **error);
void cg_coverage_free (CgCoverage *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCoverage, cg_coverage_free)

#endif

/* Grid polygons, codes and counts from units and parts. */
#ifndef CG_GRID_H
#define CG_GRID_H

#include "graph/crossing.h"
#include "model/grids.h"

typedef struct {
    guint32 min, max; /* household bounds for the status                                        */
    gboolean by_population; /* status from population instead of households                      */
    guint32 population_min, population_max; /* where max > 0: a grid within the bounds above has its
                                               status from its population and these              */
    const char *const *code; /* [parts->n_parts] code that a part goes on with (cg_grid_is_code, each
                                once) or NULL; NULL: all are numbered anew                       */
    const CgNames *used;     /* with code: codes that no other part may get; may be NULL         */
} CgGridOptions;

/* Joins the units of each part along their shared edges and numbers the grids.
 *
 * Numbering  within a community from west to east, then north to south: rows of height sqrt(area
 *            of the community / its number of grids) from the north, west to east in a row, by
 *            label point; ties by lowest unit. grid_id counts 1..n with communities in order of
 *            their name (code).
 * Codes      15 digits: a community code of 12 digits and a sequence 001..999. A shorter all-digit
 *            `within` is filled with zeros on the right to 12 where that stays unique; anything
 *            else (names, no communities, more than 999 grids) is numbered: communities count
 *            000000000001.. and 1000 grids or more carry over into the next number.
 * Kept       with options->code a part keeps its code; each other one gets the number after the
 *            highest that its community has or had (by code and used).
 * Polygons   exact: edges walked once by each of two units of a part cancel, the rest is chained
 *            into rings with the vertices as delivered; outside counter-clockwise, holes
 *            clockwise. A part in several pieces, or that touches itself in a point, gives several
 *            polygons or a hole that touches; every polygon is valid. Where borders only match
 *            after snapping (graph->snapped) the snapped borders are joined the same way, gaps no
 *            wider than the tolerance are filled, and GEOS makes valid what snapping folded.
 * options    NULL for 300 to 500 households
 * Errors     ARGUMENT a unit in no part, a part without units; GEOMETRY a part whose edges do not
 *            close (names a unit); LIMIT memory, or a community whose codes are used up; CANCELLED
 * Promise    for clean coverages the union of grids equals the union of units edge for edge
 */
CgGrids *cg_grid_build (const CgUnits *units, const CgGraph *graph, const CgParts *parts,
                        const CgGridOptions *options, GCancellable *cancel, GError **error);

/* TRUE: 15 digits that do not end in 000. */
gboolean cg_grid_is_code (const char *text);

typedef struct {
    guint32 violations; /* grids in several pieces, units in no grid, areas that do not add up */
    guint32 multipart;  /* grids of several polygons: no violation where crossings join them    */
    double uncovered_m2, overlap_m2; /* sum of |grid area - sum of its units' areas| parts */
    char *first; /* text of the first violation, or NULL (owned)                        */
} CgGridCheck;

/* Independent check: every unit in one grid, each grid connected over shared edges and the given
 * crossings, household, population and area sums equal those of the units. Releases with
 * g_free (check.first).
 *
 * crossings  of CgCrossing by row of the units: those that grids may use; NULL for none. One that
 *            is longer than the distance of its units or leaves the table is a violation. */
void cg_grid_check (const CgUnits *units, const CgGraph *graph, const GArray *crossings,
                    const CgGrids *grids, CgGridCheck *out);

#endif

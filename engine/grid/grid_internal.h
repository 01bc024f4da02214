/* What the files of engine/grid share. */
#ifndef CG_GRID_INTERNAL_H
#define CG_GRID_INTERNAL_H

#include "graph/topology.h"
#include "grid/grid.h"

/* Units by part: those of part p are unit[first[p]] .. unit[first[p + 1] - 1], ascending. */
typedef struct {
    guint32 n_parts;
    guint32 *first, *unit;
} CgMembers;

void cg_members_init (CgMembers *members, const CgParts *parts);
void cg_members_done (CgMembers *members);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgMembers, cg_members_done)

/* Appends one shape for each part, in order of parts, to out and, with vertices as delivered, to
 * out_delivered (NULL when units have no other coordinates).
 * Errors  GEOMETRY a hole without an outside or an outline that cannot be repaired (names a unit);
 *         LIMIT memory; CANCELLED */
gboolean cg_grid_dissolve (const CgUnits *units, const CgTopology *topology, const CgParts *parts,
                           const CgMembers *members, GCancellable *cancel, CgShapes *out,
                           CgShapes *out_delivered, GError **error);

/* Output order, communities and codes of the grids. */
typedef struct {
    guint32 n;
    guint32 *part;     /* [n] part of each grid, in output order            */
    guint32 *sequence; /* [n] 1.. within its community                      */
    char **code;       /* [n] 15 digits                                     */
    const char **within; /* [n] borrowed from units->regions                */
} CgNumbering;

void cg_numbering_init (CgNumbering *numbering, const CgUnits *units, const CgMembers *members,
                        const CgShapes *shapes);
/* Codes of grids that go on with an old one, by part (NULL: a new grid); used are codes that no new
 * grid may get. Errors LIMIT a community has no code left */
gboolean cg_numbering_keep (CgNumbering *numbering, const char *const *code, const CgNames *used,
                            GError **error);
void cg_numbering_done (CgNumbering *numbering);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgNumbering, cg_numbering_done)

#endif

/* What the files about strips share: narrow empty ground that joins what lies beside it.
 *
 *   strips.c       which ground is narrow, what bounds it, in which order it goes
 *   strip_sides.c  which of its sides it goes to
 *   strip_share.c  how it is divided among the cells there
 */
#ifndef CG_CELLS_STRIPS_H
#define CG_CELLS_STRIPS_H

#include "cells/cells_internal.h"

/* Kinds of border, from the weakest. */
enum {
    CG_RANK_OPEN,
    CG_RANK_ALLEY,
    CG_RANK_WALL,
    CG_RANK_STREET,
    CG_RANK_ARTERIAL,
    CG_RANK_RAILWAY,
    CG_RANK_FOREIGN,
    CG_N_RANKS,
    CG_RANK_NEVER = CG_N_RANKS
};

enum { CG_STRIP_SETTLED, CG_STRIP_NARROW };

/* What a piece touches: another piece across half of a side, or within its triangle. */
typedef struct {
    guint32 other, slot, from, to; /* slot CG_NONE: within the triangle; else from and to are the
                                      ends: node, or n_nodes + slot for the middle of a side    */
    double length;
} CgStripContact;
#define CG_STRIP_CONTACTS 8 /* of one piece at most */

/* One piece of a strip's rim that may be crossed or not. */
typedef struct {
    guint32 piece, side; /* side: index of the first rim piece that hangs together with it */
    guint rank;
    CgStripContact contact;
} CgStripRim;

typedef struct {
    guint32 vertex, rim;
} CgStripEnd;

typedef struct {
    CgCellsJob *job;
    guint32 *head, *tail, *next; /* pieces of each empty label; next by piece */
    guint8 *state;               /* by empty label                            */
    guint8 *wet;                 /* by empty label: it has water: no strip    */
    guint8 *waits;               /* by empty label: it is in todo             */
    GArray *todo;                /* of guint32: labels                        */
    GArray *rim;                 /* of CgStripRim: of the strip in hand         */
    GArray *ends;                /* of CgStripEnd                             */
    GArray *queue;               /* of guint32: pieces, or nodes              */
    guint32 *seed;               /* by node, of the strip in hand: nearest node of the side that it
                                    goes to; CG_NONE in between               */
    guint32 *of_seed[2];         /* by such node: labels behind it            */
    guint8 *reached;             /* by piece: hangs together with its cell    */
    double rim_m, width_m;
    CgWide ground;
} CgStrips;

/* out has room for CG_STRIP_CONTACTS; their number is returned. */
guint cg_strips_list_contacts (const CgCellsJob *job, guint32 piece, CgStripContact *out);
const CgStripRim *cg_strips_rim_at (const CgStrips *s, guint k);
gboolean cg_strips_is_narrow (const CgStrips *s, guint32 label);

/* Parts the rim of the strip in hand into sides. */
void cg_strips_find_sides (CgStrips *s);
/* Whether the strip may go over this piece of its rim. Between strong lines strips wait for the strips
 * on their side, so that all carriageways of a road go the same way; else they take what there is. */
gboolean cg_strips_may_go (const CgStrips *s, const CgStripRim *rim, guint rank);
/* The side with the longest border that may be crossed; of two nearly alike the south-eastern one,
 * so that strips along one road go the same way. CG_NONE: no side is a good part of the rim. */
guint32 cg_strips_choose_side (const CgStrips *s, guint rank);
/* Strips around the one in hand may now find their way. */
void cg_strips_wake_neighbours (CgStrips *s);
/* Divides the strip in hand among the cells on its side. Where no side is fit for it, it stays what it
 * is. */
void cg_strips_share_out (CgStrips *s, guint32 label, guint rank);

#endif

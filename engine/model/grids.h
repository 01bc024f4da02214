/* Grids: parts with polygon, code and counts; and the parts themselves. */
#ifndef CG_MODEL_GRIDS_H
#define CG_MODEL_GRIDS_H

#include "model/units.h"

typedef enum { CG_GRID_OK, CG_GRID_BELOW, CG_GRID_ABOVE } CgGridStatus;

const char *cg_grid_status_name (CgGridStatus status); /* "ok", "below", "above" */

/* Why a part is out of range and nothing can be done, with the sums that show it. */
typedef enum {
    CG_REASON_NONE,         /* in range                                                          */
    CG_REASON_GIANT,        /* one unit (or what it encloses) is above the upper bound by itself */
    CG_REASON_WINDOW,       /* no number of grids fits: ceil(sum / max) > floor(sum / min)        */
    CG_REASON_SMALL,        /* the whole connected piece is below the lower bound                */
    CG_REASON_ARTICULATION, /* a piece behind one unit is too small alone and too big with it    */
    CG_REASON_EXHAUSTED,    /* every division was tried, one by one or by bounds                 */
    CG_REASON_SEPARATOR,    /* pieces behind two or three units are too much for grids with those */
    CG_REASON_SUMS,         /* no units near one of its units add up with it to a sum in range    */
    CG_REASON_COVER,        /* no grids in range take in all of a few units: every choice was tried */
    CG_REASON_RURAL,        /* a villager group is one grid by rule                              */
    CG_REASON_DEDICATED,    /* a dedicated area is one grid by rule                              */
    CG_REASON_UNKNOWN,      /* not proved impossible; the search did not find it                 */
    CG_N_REASONS
} CgReason;

const char *cg_reason_name (CgReason reason); /* "giant", "window", ... */
/* TRUE when the reason is a proof or a rule, FALSE for NONE and UNKNOWN. */
gboolean cg_reason_is_certified (CgReason reason);

/* What is proved of the plan of one region. A plan is better than another when its grids miss the
 * bounds by less in sum; then, when fewer are outside; then, when its cost is lower. */
typedef struct {
    guint32 unit, units;                    /* lowest unit of the region; how many it has         */
    gint64 violation, violation_bound;      /* sum outside the bounds; no plan has less           */
    guint32 exceptions, exceptions_bound;   /* grids outside; no plan with that sum has fewer     */
    double cost_m, bound_m;                 /* weighted border and balance, metres; no plan with
                                               that sum and that many exceptions costs less       */
    gboolean tried;                         /* FALSE: bounds were not looked for in all of it:
                                               an old plan, a second weight, no time              */
    gboolean bounded;                       /* bound_m and gap mean something: what comes before
                                               them is proved                                     */
    double gap;                             /* (cost_m - bound_m) / cost_m; 1 unless bounded      */
    gboolean optimal;                       /* no plan is better                                  */
    guint32 columns;                        /* zones that the proof looked at one by one          */
    guint64 steps;                          /* work                                               */
} CgPartBound;

/* The figures of a certificate, for machines: an outsider who knows units, weights and links can
 * check the claim with nothing else (docs/data-dictionary.md). Units are rows of the input. */
typedef struct {
    CgReason reason;
    gint64 min, max;
    guint32 n_units, *unit;     /* the named set, ascending                                       */
    guint32 n_holders;          /* GIANT, ARTICULATION, SUMS 1; SEPARATOR 2 or 3; else 0          */
    guint32 *first, *holder;    /* units of holder h are holder[first[h]]..holder[first[h + 1]-1] */
    gint64 alone;               /* weight of the holders                                          */
    gint64 sum;                 /* weight of the named set, without holders                       */
    gint64 rest;                /* at least so much of that has to go to parts with a holder      */
    gint64 least_sum;           /* EXHAUSTED: no plan of the piece misses the bounds by less, and */
    guint32 least_outside;      /* none with that sum has fewer parts outside; 0, 0: by any, one  */
    gint64 below, above;        /* SUMS: any connected set with the holder weighs below at most or
                                   above at least, and min..max lies between                      */
    gboolean second;            /* of the second weight                                           */
    gint64 second_min, second_max; /* EXHAUSTED: bounds of the second weight that were to hold as
                                      well; 0, 0: none                                            */
} CgPartProof;

void cg_part_proof_free (CgPartProof *proof);

/* A division of units into parts 0..n_parts-1. */
typedef struct {
    guint32 n_units, n_parts;
    guint32 *part_of;   /* [n_units]                                        */
    guint8 *reason;     /* [n_parts] CgReason                               */
    char **certificate; /* [n_parts] NULL when in range; else one English sentence with units and
                           sums, then " / " and the same in Chinese          */
    guint8 *inside_proved; /* [n_parts] TRUE: of the connected piece that holds the part it was proved
                              that every plan in range has an impassable barrier inside a part */
    CgPartProof **proof; /* [n_parts] NULL where certificate is, or is no proof */
    guint32 n_optimal;  /* communities solved to proven optimum              */
    CgPartBound *bounds; /* [n_bounds] by lowest unit; NULL unless asked for */
    guint32 n_bounds;
    guint threads;      /* that worked on it                                                */
    gboolean timed_out; /* a deadline ended some search or proof early, or hurried it: with more
                           time another plan may come out                                   */
} CgParts;

CgParts *cg_parts_new (guint32 n_units, guint32 n_parts);
void cg_parts_free (CgParts *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgParts, cg_parts_free)

typedef struct _CgGrids {
    guint32 n;
    guint32 *grid_id;    /* [n] 1..n in output order                          */
    char **code;         /* [n] 15 digits                                     */
    char **name;         /* [n] for people                                    */
    char **within;       /* [n] community (code or the value of --within), "" */
    guint8 *kind;        /* [n] CgUnitKind                                    */
    guint8 *status;      /* [n] CgGridStatus                                  */
    guint8 *reason;      /* [n] CgReason                                      */
    guint32 *households, *population, *units; /* [n] */
    guint32 *households_estimated, *population_estimated; /* [n] of them: in units where that figure
                                                             is an estimate */
    double *perimeter_m, *area_m2;            /* [n] working CRS              */
    double *compactness; /* [n] Polsby-Popper 4 pi area / perimeter^2, 0..1   */
    char **certificate;  /* [n] or NULL each                                  */
    CgShapes *shapes;    /* AREA, working CRS                                 */
    CgShapes *delivered; /* AREA, CRS of the input; NULL when same as shapes  */
    guint32 n_units;
    guint32 *grid_of;    /* [n_units] row of the grid that holds each unit    */
    char *delivered_crs, *working_crs;
    struct _CgGrids *micro; /* micro-units: the same units divided once more inside each grid;
                               `within` is the code of the grid. NULL: not divided; owned */
} CgGrids;

/* Pieces on the map: polygons of grid g. Units that touch in a corner only are two. */
guint32 cg_grid_pieces (const CgGrids *grids, guint32 g);

CgGrids *cg_grids_new (guint32 n, guint32 n_units);
void cg_grids_free (CgGrids *grids);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgGrids, cg_grids_free)
/* What people call a grid: its name (else its code, else nothing) behind its community's, where the
 * name does not begin with that already. community may be NULL. (transfer full) */
char *cg_grids_label (const CgGrids *grids, guint32 grid, const char *community);

#endif

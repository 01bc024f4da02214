/* How a hot spot comes and goes: a class for each place from its Gi* in a row of periods. */
#ifndef CG_EMERGING_H
#define CG_EMERGING_H

#include "analyse/neighbours.h"

/* Rules, tried in this order; hot and cold alike (a cold place: the same with both words exchanged;
 * hot first, but cold first where the last period is cold).
 * A period is hot where Gi* > 0 and its q is at most alpha; "mostly" is at least 90 % of periods. */
typedef enum {
    CG_EMERGING_NONE,
    CG_EMERGING_NEW,          /* hot in the last period, never before                              */
    CG_EMERGING_CONSECUTIVE,  /* hot in the last two periods or more without a break, never before
                                 that, not mostly hot                                              */
    CG_EMERGING_INTENSIFYING, /* mostly hot, the last period too, z rises                          */
    CG_EMERGING_PERSISTENT,   /* mostly hot, the last period too, no trend of z                    */
    CG_EMERGING_DIMINISHING,  /* mostly hot, the last period too, z falls                          */
    CG_EMERGING_SPORADIC,     /* hot in the last period and, with breaks, before; never cold       */
    CG_EMERGING_OSCILLATING,  /* hot in the last period, cold at some time before                  */
    CG_EMERGING_HISTORICAL,   /* mostly hot, not in the last period                                */
} CgEmergingClass;

const char *cg_emerging_name (CgEmergingClass class); /* "none", "new", "consecutive", ... */

typedef struct {
    guint lag;    /* periods before each that belong to its neighbourhood: 0..; default 1 */
    double alpha; /* inside (0, 1); default 0.05                                          */
} CgEmergingOptions;

#define CG_EMERGING_OPTIONS_DEFAULT ((CgEmergingOptions){ .lag = 1, .alpha = 0.05 })

typedef struct {
    guint32 n, n_periods;
    guint8 *class;    /* [n] CgEmergingClass                                                    */
    gint8 *side;      /* [n] 1 hot, -1 cold, 0 none                                             */
    double *z, *q;    /* [n * n_periods] Gi* of place i in period t at i * n_periods + t; false
                         discovery rate among all of them                                       */
    double *trend_z, *trend_p; /* [n] Mann-Kendall of the row of z                              */
} CgEmerging;

/* count  [n * n_periods] as z; any finite numbers
 * Gi* of a place in a period counts the place and its neighbours in that period and in the `lag`
 * before it (as many as there are), against the mean and deviation of all places in all periods.
 * Errors  ARGUMENT options out of range, fewer than 1 period, a value that is not finite
 * Source  the classes are those of the emerging hot spot analysis of ArcGIS as its manual words them,
 *         with q for its p; Gi*: Ord and Getis 1995; trend: cg_mann_kendall */
CgEmerging *cg_emerging_run (const CgNeighbours *neighbours, guint32 n_periods,
                             const double *count, const CgEmergingOptions *options,
                             GError **error);
void cg_emerging_free (CgEmerging *emerging);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgEmerging, cg_emerging_free)

/* z of a steady rise (> 0) or fall of a row of values: S = sum over i < j of sign (v_j - v_i), less 1
 * towards 0, over its standard deviation with ties. NaN for fewer than 3 values or where all are equal.
 * Source  H. B. Mann 1945, doi:10.2307/1907187; M. G. Kendall 1975, Rank Correlation Methods */
double cg_mann_kendall (guint32 n, const double *value);

#endif

/* Households where nobody has counted: from floor area, shared out in whole numbers.
 *
 * An estimate is no count. Whoever stores or shows what comes from here marks it as one.
 */
#ifndef CG_CELLS_ESTIMATE_H
#define CG_CELLS_ESTIMATE_H

#include <glib.h>

typedef struct {
    double dwelling_m2; /* floor of one household, walls and stairs included; 100                */
    double storey_m;    /* height of a storey where only the building's height is known; 3       */
    double storeys;     /* where neither is known; 2                                             */
    double least_m2;    /* smaller outlines are sheds: nobody lives there; 30                    */
} CgDwellings;

#define CG_DWELLINGS_DEFAULT                                                                       \
    ((CgDwellings){ .dwelling_m2 = 100, .storey_m = 3, .storeys = 2, .least_m2 = 30 })

/* Households of one building, with a fraction: ground times storeys over dwelling_m2.
 *
 * ground_m2  of the outline; levels, height_m  NaN or 0: not known. Levels go before height. */
double cg_dwellings_estimate (const CgDwellings *dwellings, double ground_m2, double levels,
                              double height_m);

/* Whole numbers in the proportion of weights, whose sum is the rounded sum of the weights of each
 * group or the total given for it.
 *
 * weight   [n] >= 0
 * group    [n] 0..n_groups - 1
 * total    [n_groups] NaN: the sum of weights; or NULL. A total for a group without any weight
 *          cannot be shared out: its rows stay 0
 * out      [n]
 * Method   largest remainders (Hamilton); ties go to the lower row
 * Promise  integer arithmetic on weights in millionths: the same on any machine */
void cg_share_whole (guint32 n, const double *weight, const guint32 *group, guint32 n_groups,
                     const double *total, guint32 *out);

#endif

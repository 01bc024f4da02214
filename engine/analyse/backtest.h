/* How well a map of yesterday says where things happen tomorrow. */
#ifndef CG_BACKTEST_H
#define CG_BACKTEST_H

#include <glib.h>

/* For one share of the ground. */
typedef struct {
    double share;     /* of all ground, asked for                                              */
    guint32 n_places; /* chosen: whole places by score while their ground fits into the share  */
    double area_share, events; /* of the chosen: share of ground, events that fell into them   */
    double hit_rate;  /* events in them / all events                                           */
    double pai;       /* predictive accuracy index: hit rate / share of ground                 */
    double pai_most;  /* of the best choice that could have been made, from the events themselves */
    double pei;       /* predictive efficiency index: pai / pai_most                           */
    double rri;       /* recapture: hit rate / hit rate of the old events; NaN without those   */
} CgBacktest;

/* Chooses for each share the places with the highest scores (the lower row of equal ones; a place that
 * no longer fits ends the choice) and measures the choice by what happened afterwards. The best choice
 * is made in the same way by events per ground.
 *
 * score     [n] from the past: density, counts, z; NaN places are never chosen
 * area_m2   [n] > 0
 * events    [n] afterwards, >= 0
 * old       [n] before, >= 0; or NULL
 * share     [n_shares] inside (0, 1]
 * out       [n_shares]; what has no meaning (no events, nothing fits) is NaN
 * Errors    ARGUMENT a number out of range or not finite (names the row)
 * Source    pai: S. Chainey, L. Tompson, S. Uhlig 2008, doi:10.1057/palgrave.sj.8350066; pei:
 *           J. M. Hunt 2016, Do crime hot spots move?, thesis, American University; rri: N. Levine 2008,
 *           Security Journal 21, p. 295-302 */
gboolean cg_backtest_run (guint32 n, const double *score, const double *area_m2,
                          const double *events, const double *old, guint n_shares,
                          const double *share, CgBacktest *out, GError **error);

#endif

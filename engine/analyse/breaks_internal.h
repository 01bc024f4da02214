/* The methods of breaks.h that take more than a screen. */
#ifndef CG_BREAKS_INTERNAL_H
#define CG_BREAKS_INTERNAL_H

#include <glib.h>

/* All as the run of CgBreaksMethod: value holds n >= 1 finite numbers, ascending. */
guint cg_breaks_run_jenks (guint32 n, const double *value, guint n_classes, double *out_upper);
guint cg_breaks_run_headtail (guint32 n, const double *value, guint n_classes, double *out_upper);
guint cg_breaks_run_stddev (guint32 n, const double *value, guint n_classes, double *out_upper);

/* Numbers of twice the precision of a double, as an unevaluated sum (T. J. Dekker 1971,
 * doi:10.1007/BF01397083). Plain arithmetic: the same on every machine. */
typedef struct {
    double high, low;
} CgTwofold;

CgTwofold cg_twofold_difference (double a, double b); /* exact */
CgTwofold cg_twofold_add (CgTwofold a, CgTwofold b);
CgTwofold cg_twofold_subtract (CgTwofold a, CgTwofold b);
CgTwofold cg_twofold_times (CgTwofold a, CgTwofold b);
CgTwofold cg_twofold_over (CgTwofold a, double b);

/* The numbers over the largest power of two in them, so that no square of theirs is infinite or
 * lost; what it was goes to out_exponent. (g_free; NULL without memory) */
double *cg_breaks_scaled (guint32 n, const double *value, int *out_exponent);

#endif

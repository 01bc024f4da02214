/* The list of kernels. */
#include "analyse/density_internal.h"

#include <string.h>

/* ---- values: v = (distance / bandwidth)^2 < 1, peak 1 -----------------------------------------
 */

static double
quartic_value (double v)
{
    return (1 - v) * (1 - v);
}

static double
epanechnikov_value (double v)
{
    return 1 - v;
}

static double
triangular_value (double v)
{
    return 1 - sqrt (v);
}

static double
uniform_value (double v)
{
    return 1;
}

/* ---- Fourier transforms, mass 1, bandwidth 1 --------------------------------------------------
 */

/* 2^k k! J_k (w) / w^k: of (1 - r^2)^(k - 1) on the disc; near 0 by the first terms of the series.
 */
static double
disc_wave (int order, double factor, double omega)
{
    return omega < 1e-3 ? 1 - omega * omega / (4 * (order + 1))
                        : factor * jn (order, omega) / pow (omega, order);
}

static double
uniform_wave (double omega)
{
    return disc_wave (1, 2, omega);
}

static double
epanechnikov_wave (double omega)
{
    return disc_wave (2, 8, omega);
}

static double
quartic_wave (double omega)
{
    return disc_wave (3, 48, omega);
}

/* Integral of u J1 (u) from 0 to CONE_STEP * k, by Simpson's rule. */
#define CONE_STEP 0.0625
#define CONE_STEPS 8192

static double
cone_slice (double from, double to)
{
    double middle = (from + to) / 2;
    return (from * j1 (from) + 4 * middle * j1 (middle) + to * j1 (to)) * (to - from) / 6;
}

static gpointer
make_cone_table (gpointer user_data)
{
    double *table = g_new (double, CONE_STEPS + 1);
    table[0] = 0;
    for (guint k = 0; k < CONE_STEPS; k++)
        table[k + 1] = table[k] + cone_slice (k * CONE_STEP, (k + 1) * CONE_STEP);
    return table;
}

/* The cone is a heap of discs: 6 / w^3 times the integral of u J1 (u) from 0 to w. Beyond the table
 * it is below 1e-6. */
static double
triangular_wave (double omega)
{
    static GOnce once = G_ONCE_INIT;
    if (omega < 1e-2)
        return 1 - 3 * omega * omega / 40;
    if (omega >= CONE_STEP * CONE_STEPS)
        return 0;
    const double *table = g_once (&once, make_cone_table, NULL);
    guint k = (guint) (omega / CONE_STEP);
    return 6 * (table[k] + cone_slice (k * CONE_STEP, omega)) / (omega * omega * omega);
}

/* ---- the list ---------------------------------------------------------------------------------
 */

#define SQRT2 1.4142135623730951
#define SQRT6 2.449489742783178

static const Kernel kernels[] = {
    [CG_KERNEL_GAUSSIAN] = { "gaussian", 9, 2 * G_PI, 1, NULL, NULL },
    [CG_KERNEL_QUARTIC] = { "quartic", 1, G_PI / 3, 2 * SQRT2, quartic_value, quartic_wave },
    [CG_KERNEL_EPANECHNIKOV] = { "epanechnikov", 1, G_PI / 2, SQRT6, epanechnikov_value,
                                 epanechnikov_wave },
    [CG_KERNEL_TRIANGULAR] = { "triangular", 1, G_PI / 3, 2.581988897471611, triangular_value,
                               triangular_wave },
    [CG_KERNEL_UNIFORM] = { "uniform", 1, G_PI, 2, uniform_value, uniform_wave },
};

const Kernel *
cg_kernel_get (CgKernel kernel)
{
    g_return_val_if_fail ((guint) kernel < G_N_ELEMENTS (kernels), &kernels[CG_KERNEL_GAUSSIAN]);
    return &kernels[kernel];
}

double
cg_kernel_value (const Kernel *kernel, double squared_ratio)
{
    if (kernel->value == NULL)
        return squared_ratio <= 81 ? exp (-squared_ratio / 2) : 0;
    return squared_ratio < 1 ? kernel->value (squared_ratio) : 0;
}

const char *
cg_kernel_name (CgKernel kernel)
{
    g_return_val_if_fail ((guint) kernel < G_N_ELEMENTS (kernels), "");
    return kernels[kernel].name;
}

gboolean
cg_kernel_parse (const char *name, CgKernel *out)
{
    for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
        if (name != NULL && strcmp (kernels[i].name, name) == 0) {
            *out = i;
            return TRUE;
        }
    return FALSE;
}

double
cg_kernel_sigmas (CgKernel kernel)
{
    return cg_kernel_get (kernel)->sigmas;
}

/* ---- names of corrections ---------------------------------------------------------------------
 */

static const char *const edge_names[] = {
    [CG_EDGE_NONE] = "none",
    [CG_EDGE_UNIFORM] = "uniform",
    [CG_EDGE_DIGGLE] = "diggle",
};

const char *
cg_edge_name (CgEdge edge)
{
    g_return_val_if_fail ((guint) edge < G_N_ELEMENTS (edge_names), "");
    return edge_names[edge];
}

gboolean
cg_edge_parse (const char *name, CgEdge *out)
{
    for (guint i = 0; i < G_N_ELEMENTS (edge_names); i++)
        if (name != NULL && strcmp (edge_names[i], name) == 0) {
            *out = i;
            return TRUE;
        }
    return FALSE;
}

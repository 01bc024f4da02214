#include "partition/bound_internal.h"

#include <Clp_C_Interface.h>
#include <float.h>

enum { STRETCH = 2000 }; /* pivots between two looks at the clock: most programmes need fewer */

struct _CgMaster {
    Clp_Simplex *model;
    guint32 n_nodes, n_limits;
    GArray *start, *row;       /* int: columns that wait to be added    */
    GArray *value, *cost;      /* double                                */
    double *lower, *upper;     /* of the rows                           */
    guint64 steps;
};

/* Columns that lack a node, or stand for a zone too many or too few. */
static void
add_dear (CgMaster *master, double dear)
{
    double value[] = { 1, -1 };
    int n = (int) (master->n_nodes + master->n_limits);
    for (int row = 0; row <= n; row++) {
        if (row >= (int) master->n_nodes && row < n)
            continue;
        int start[] = { 0, 1, 2 }, rows[] = { row, row };
        double cost[] = { dear, dear };
        Clp_addColumns (master->model, row < n ? 1 : 2, NULL, NULL, cost, start, rows, value);
    }
}

CgMaster *
cg_master_new (guint32 n_nodes, guint32 n_limits, const gint64 *limit, double dear)
{
    CgMaster *master = g_new0 (CgMaster, 1);
    guint32 n = n_nodes + n_limits + 1;
    int no_start = 0;
    master->lower = g_new (double, n);
    master->upper = g_new (double, n);
    for (guint32 i = 0; i < n; i++) {
        master->lower[i] = i < n_nodes ? 1 : -DBL_MAX;
        master->upper[i] = i < n_nodes ? 1 : i + 1 < n ? (double) limit[i - n_nodes] : DBL_MAX;
    }
    master->n_nodes = n_nodes;
    master->n_limits = n_limits;
    master->model = Clp_newModel ();
    Clp_setLogLevel (master->model, 0);
    Clp_setMaximumIterations (master->model, STRETCH);
    Clp_resize (master->model, (int) n, 0);
    Clp_chgRowLower (master->model, master->lower);
    Clp_chgRowUpper (master->model, master->upper);
    add_dear (master, dear);
    master->start = g_array_new (FALSE, FALSE, sizeof (int));
    master->row = g_array_new (FALSE, FALSE, sizeof (int));
    master->value = g_array_new (FALSE, FALSE, sizeof (double));
    master->cost = g_array_new (FALSE, FALSE, sizeof (double));
    g_array_append_val (master->start, no_start);
    return master;
}

void
cg_master_set_count (CgMaster *master, guint32 fewest, guint32 most)
{
    master->lower[master->n_nodes + master->n_limits] = fewest;
    master->upper[master->n_nodes + master->n_limits] = most;
    Clp_chgRowLower (master->model, master->lower);
    Clp_chgRowUpper (master->model, master->upper);
}

void
cg_master_free (CgMaster *master)
{
    if (master == NULL)
        return;
    Clp_deleteModel (master->model);
    g_array_unref (master->start);
    g_array_unref (master->row);
    g_array_unref (master->value);
    g_array_unref (master->cost);
    g_free (master->lower);
    g_free (master->upper);
    g_free (master);
}

void
cg_master_add (CgMaster *master, const guint64 *set, double cost, const gint64 *use)
{
    double one = 1;
    for (guint32 v = 0; v < master->n_nodes; v++) {
        int row = (int) v;
        if (!(set[v / 64] >> (v % 64) & 1))
            continue;
        g_array_append_val (master->row, row);
        g_array_append_val (master->value, one);
    }
    for (guint32 i = 0; i < master->n_limits; i++) {
        int row = (int) (master->n_nodes + i);
        double value = (double) use[i];
        if (use[i] == 0)
            continue;
        g_array_append_val (master->row, row);
        g_array_append_val (master->value, value);
    }
    int count_row = (int) (master->n_nodes + master->n_limits);
    g_array_append_val (master->row, count_row);
    g_array_append_val (master->value, one);
    int end = (int) master->row->len;
    g_array_append_val (master->start, end);
    g_array_append_val (master->cost, cost);
}

static void
hand_over (CgMaster *master)
{
    Clp_addColumns (master->model, (int) master->cost->len, NULL, NULL,
                    (double *) (gpointer) master->cost->data,
                    (int *) (gpointer) master->start->data, (int *) (gpointer) master->row->data,
                    (double *) (gpointer) master->value->data);
    g_array_set_size (master->start, 1);
    g_array_set_size (master->row, 0);
    g_array_set_size (master->value, 0);
    g_array_set_size (master->cost, 0);
}

/* The solver has no way to be stopped from outside but its number of pivots; it goes on from where it
 * was. Whether somebody might stop it must not change what it finds, so the stops are always made. */
static void
solve_by_stretches (CgMaster *master, const CgPartitionWork *work, guint32 n)
{
    enum { ON_PIVOTS = 3 }; /* status: stopped on pivots or time */
    do {
        Clp_primal (master->model, 0);
        master->steps += (guint64) MAX (1, Clp_numberIterations (master->model)) * n * 8;
    } while (Clp_status (master->model) == ON_PIVOTS && !cg_work_is_over (work));
}

gboolean
cg_master_solve (CgMaster *master, const CgPartitionWork *work, double *price, double *out_value)
{
    guint32 n = master->n_nodes + master->n_limits + 1;
    if (cg_work_is_over (work))
        return FALSE;
    if (master->cost->len > 0)
        hand_over (master);
    solve_by_stretches (master, work, n);
    if (!Clp_isProvenOptimal (master->model))
        return FALSE;
    const double *dual = Clp_getRowPrice (master->model);
    for (guint32 i = 0; i < n; i++)
        price[i] = i < master->n_nodes || i + 1 == n ? dual[i] : MAX (0.0, -dual[i]);
    *out_value = Clp_getObjValue (master->model);
    return TRUE;
}

double
cg_master_count (const CgMaster *master)
{
    return Clp_getRowActivity (master->model)[master->n_nodes + master->n_limits];
}

guint64
cg_master_steps (const CgMaster *master)
{
    return master->steps;
}

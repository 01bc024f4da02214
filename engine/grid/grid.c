#include "grid_internal.h"

#include "base/error.h"

#include <math.h>

#define DEFAULT_OPTIONS ((CgGridOptions){ .min = 300, .max = 500 })

void
cg_members_init (CgMembers *members, const CgParts *parts)
{
    guint32 n = parts->n_parts;
    members->n_parts = n;
    members->first = g_new0 (guint32, (gsize) n + 2);
    members->unit = g_new (guint32, (gsize) parts->n_units + 1);
    for (guint32 i = 0; i < parts->n_units; i++)
        members->first[parts->part_of[i] + 2]++;
    for (guint32 p = 2; p <= n; p++)
        members->first[p] += members->first[p - 1];
    for (guint32 i = 0; i < parts->n_units; i++)
        members->unit[members->first[parts->part_of[i] + 1]++] = i;
}

void
cg_members_done (CgMembers *members)
{
    g_clear_pointer (&members->first, g_free);
    g_clear_pointer (&members->unit, g_free);
}

static gboolean
check_parts (const CgUnits *units, const CgParts *parts, GError **error)
{
    g_autofree guint8 *filled = g_new0 (guint8, (gsize) parts->n_parts + 1);
    if (parts->n_units != units->n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u units divided, table of %u",
                     parts->n_units, units->n);
        return FALSE;
    }
    for (guint32 i = 0; i < units->n; i++) {
        if (parts->part_of[i] >= parts->n_parts) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "unit %u is in no part", i);
            return FALSE;
        }
        filled[parts->part_of[i]] = TRUE;
    }
    for (guint32 p = 0; p < parts->n_parts; p++)
        if (!filled[p]) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "part %u has no units", p);
            return FALSE;
        }
    return TRUE;
}

/* The kind that most units have; the first of CgUnitKind in a tie. */
static guint8
common_kind (const CgUnits *units, const guint32 *unit, guint32 n)
{
    guint32 count[3] = { 0, 0, 0 };
    guint8 best = CG_UNIT_URBAN;
    for (guint32 m = 0; m < n; m++)
        count[MIN (units->kind[unit[m]], CG_UNIT_DEDICATED)]++;
    for (guint8 kind = 0; kind < G_N_ELEMENTS (count); kind++)
        if (count[kind] > count[best])
            best = kind;
    return best;
}

static void
fill_counts (CgGrids *grids, guint32 g, const CgUnits *units, const guint32 *unit, guint32 n,
             const CgGridOptions *options)
{
    guint64 households = 0, population = 0, households_estimated = 0, population_estimated = 0;
    for (guint32 m = 0; m < n; m++) {
        guint8 estimated = units->estimated[unit[m]];
        households += units->households[unit[m]];
        population += units->population[unit[m]];
        if ((estimated & CG_ESTIMATED_HOUSEHOLDS) != 0)
            households_estimated += units->households[unit[m]];
        if ((estimated & CG_ESTIMATED_POPULATION) != 0)
            population_estimated += units->population[unit[m]];
        grids->grid_of[unit[m]] = g;
    }
    guint64 weight = options->by_population ? population : households;
    grids->households[g] = (guint32) MIN (households, G_MAXUINT32);
    grids->population[g] = (guint32) MIN (population, G_MAXUINT32);
    grids->households_estimated[g] = (guint32) MIN (households_estimated, G_MAXUINT32);
    grids->population_estimated[g] = (guint32) MIN (population_estimated, G_MAXUINT32);
    grids->units[g] = n;
    grids->kind[g] = common_kind (units, unit, n);
    grids->status[g] = weight < options->min   ? CG_GRID_BELOW
                       : weight > options->max ? CG_GRID_ABOVE
                                               : CG_GRID_OK;
    if (options->population_max > 0 && grids->status[g] == CG_GRID_OK)
        grids->status[g] = population < options->population_min   ? CG_GRID_BELOW
                           : population > options->population_max ? CG_GRID_ABOVE
                                                                  : CG_GRID_OK;
}

static void
fill_shape (CgGrids *grids, guint32 g)
{
    double length = cg_shapes_length (grids->shapes, g), area = cg_shapes_area (grids->shapes, g);
    grids->perimeter_m[g] = length;
    grids->area_m2[g] = area;
    grids->compactness[g] = length > 0 ? MIN (4 * G_PI * area / (length * length), 1) : 0;
}

static void
fill_grid (CgGrids *grids, guint32 g, const CgNumbering *numbering, const CgParts *parts)
{
    guint32 p = numbering->part[g];
    grids->grid_id[g] = g + 1;
    grids->code[g] = g_strdup (numbering->code[g]);
    grids->name[g] = g_strdup_printf ("第%u网格", numbering->sequence[g]);
    grids->within[g] = g_strdup (numbering->within[g]);
    grids->reason[g] = parts->reason[p];
    grids->certificate[g] = g_strdup (parts->certificate[p]);
}

CgGrids *
cg_grid_build (const CgUnits *units, const CgGraph *graph, const CgParts *parts,
               const CgGridOptions *options, GCancellable *cancel, GError **error)
{
    g_autoptr (CgTopology) own = NULL;
    const CgTopology *topology = NULL;
    if (check_parts (units, parts, error))
        topology = cg_topology_of (graph, units, &own, cancel, error);
    if (topology == NULL)
        return NULL;
    g_auto (CgMembers) members = { 0 };
    cg_members_init (&members, parts);
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgShapes) delivered =
        units->delivered != NULL ? cg_shapes_new (CG_SHAPES_AREA) : NULL;
    if (!cg_grid_dissolve (units, topology, parts, &members, cancel, shapes, delivered, error))
        return NULL;
    g_auto (CgNumbering) numbering = { 0 };
    cg_numbering_init (&numbering, units, &members, shapes);
    const CgGridOptions *used = options != NULL ? options : &DEFAULT_OPTIONS;
    if (used->code != NULL && !cg_numbering_keep (&numbering, used->code, used->used, error))
        return NULL;
    g_autoptr (CgGrids) grids = cg_grids_new (parts->n_parts, units->n);
    if (delivered != NULL)
        grids->delivered = cg_shapes_new (CG_SHAPES_AREA);
    grids->delivered_crs = g_strdup (units->delivered_crs);
    grids->working_crs = g_strdup (units->working_crs);
    for (guint32 g = 0; g < grids->n; g++) {
        guint32 p = numbering.part[g];
        fill_grid (grids, g, &numbering, parts);
        fill_counts (grids, g, units, members.unit + members.first[p],
                     members.first[p + 1] - members.first[p], used);
        cg_shapes_add_shape (grids->shapes, shapes, p);
        if (delivered != NULL)
            cg_shapes_add_shape (grids->delivered, delivered, p);
        fill_shape (grids, g);
    }
    return g_steal_pointer (&grids);
}

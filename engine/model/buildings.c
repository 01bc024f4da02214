#include "model/buildings.h"

#include <math.h>

CgBuildings *
cg_buildings_new (guint32 n)
{
    CgBuildings *b = g_new0 (CgBuildings, 1);
    gsize room = (gsize) n + 1;
    b->n = n;
    b->id = g_new0 (char *, room);
    b->key = g_new (guint32, room);
    b->households = g_new (double, room);
    b->population = g_new (double, room);
    b->levels = g_new (double, room);
    b->height_m = g_new (double, room);
    b->dwelling = g_new (guint8, room);
    b->compound = g_new (guint32, room);
    b->group = g_new (guint32, room);
    b->row = g_new0 (guint32, room);
    for (guint32 i = 0; i < n; i++) {
        b->key[i] = b->compound[i] = b->group[i] = CG_NONE;
        b->households[i] = b->population[i] = b->levels[i] = b->height_m[i] = NAN;
        b->dwelling[i] = TRUE;
    }
    b->compounds = cg_names_new ();
    b->groups = cg_names_new ();
    b->outlines = cg_shapes_new (CG_SHAPES_AREA);
    b->points = cg_shapes_new (CG_SHAPES_POINT);
    return b;
}

void
cg_buildings_free (CgBuildings *b)
{
    if (b == NULL)
        return;
    for (guint32 i = 0; i < b->n; i++)
        g_free (b->id[i]);
    void *const columns[] = { b->id,       b->key,   b->households, b->population,
                              b->levels,   b->height_m, b->dwelling,   b->compound,
                              b->group,    b->row,   b->delivered_crs, b->working_crs };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        g_free (columns[k]);
    cg_names_free (b->compounds);
    cg_names_free (b->groups);
    cg_shapes_free (b->outlines);
    cg_shapes_free (b->points);
    g_free (b);
}

/* Buildings as a county would deliver them: outline, storeys, who lives there. */
#include <math.h>

#include "cells/estimate.h"
#include "sample_internal.h"

/* Fewest storeys of a use and how many more there may be. */
static const guint8 storeys[CG_N_USES][2] = {
    [CG_USE_TOWERS] = { 11, 15 }, [CG_USE_SLABS] = { 5, 2 },    [CG_USE_OLD] = { 3, 3 },
    [CG_USE_HOUSES] = { 2, 2 },   [CG_USE_SHOPS] = { 3, 3 },    [CG_USE_SCHOOL] = { 3, 2 },
    [CG_USE_HOSPITAL] = { 5, 7 }, [CG_USE_MARKET] = { 2, 1 },   [CG_USE_OFFICE] = { 5, 4 },
    [CG_USE_BUSES] = { 1, 2 },    [CG_USE_SITE] = { 4, 12 },    [CG_USE_GREEN] = { 1, 1 },
    [CG_USE_WORKS] = { 1, 2 },
};

typedef struct {
    CgWorld *world;
    const CgBarriers *barriers;
    guint32 first_row; /* of the buildings in barriers */
    CgBuildings *out;
    guint32 at;
} Houses;

static guint
storeys_of (const Houses *houses, guint32 unit, guint32 house)
{
    const CgWorld *world = houses->world;
    const CgFace *face = CG_FACE (world->mesh, world->unit_face[unit]);
    if (face->piece != CG_NONE)
        return 1 + (cg_noise_pick (world->seed, 150, house) < 0.6);
    const guint8 *range =
        storeys[g_array_index (world->towns->blocks, CgBlock, face->block).use];
    return range[0] + (guint) (cg_noise_pick (world->seed, 151, house) * (range[1] + 1));
}

static void
name_house (Houses *houses, guint32 unit, guint32 to)
{
    const CgUnits *units = houses->world->sample->units;
    CgBuildings *b = houses->out;
    b->id[to] = g_strdup_printf ("%sH%06u", houses->world->county->county_code, to + 1);
    b->key[to] = to;
    b->row[to] = to + 1;
    b->dwelling[to] = units->households[unit] > 0;
    if (units->kind[unit] == CG_UNIT_RURAL)
        b->group[to] = cg_names_add (b->groups, cg_names_get (units->groups, units->group[unit]));
}

/* Where people live but no house was drawn (it did not fit, or was thinned out), a place stands for
 * one. */
static void
add_place (Houses *houses, guint32 unit)
{
    CgRandom random;
    cg_random_init (&random, houses->world->seed + 152, unit);
    CgSpot at = cg_world_spot (houses->world, unit, &random);
    name_house (houses, unit, houses->at++);
    cg_shapes_add_point (houses->out->points, at.x, at.y);
    cg_shapes_end_shape (houses->out->outlines);
}

/* The people of a unit go to its houses by their floor. */
static void
share_people (Houses *houses, guint32 unit, guint32 first)
{
    const CgUnits *units = houses->world->sample->units;
    CgBuildings *b = houses->out;
    guint32 n = houses->at - first;
    g_autofree double *floor_m2 = g_new (double, (gsize) n + 1);
    g_autofree guint32 *together = g_new0 (guint32, (gsize) n + 1);
    g_autofree guint32 *share = g_new0 (guint32, (gsize) n + 1);
    double households = units->households[unit], population = units->population[unit];
    for (guint32 k = 0; k < n; k++) {
        double levels = b->levels[first + k];
        floor_m2[k] = isnan (levels) ? 1 : cg_shapes_area (b->outlines, first + k) * levels;
    }
    cg_share_whole (n, floor_m2, together, 1, &households, share);
    for (guint32 k = 0; k < n; k++)
        b->households[first + k] = floor_m2[k] = share[k];
    if (households > 0)
        cg_share_whole (n, floor_m2, together, 1, &population, share);
    for (guint32 k = 0; k < n; k++)
        b->population[first + k] = households > 0 ? share[k] : 0;
}

static void
add_unit (Houses *houses, guint32 unit)
{
    const CgWorld *world = houses->world;
    guint32 first = houses->at;
    for (guint32 h = world->first_house[unit]; h < world->first_house[unit + 1]; h++) {
        name_house (houses, unit, houses->at);
        houses->out->levels[houses->at++] = storeys_of (houses, unit, h);
        cg_shapes_add_shape (houses->out->outlines, houses->barriers->areas,
                             houses->first_row + h);
        cg_shapes_end_shape (houses->out->points);
    }
    if (houses->at == first && world->sample->units->households[unit] > 0)
        add_place (houses, unit);
    share_people (houses, unit, first);
}

void
cg_world_houses (CgWorld *world)
{
    const CgUnits *units = world->sample->units;
    const CgBarriers *barriers = world->sample->barriers;
    guint32 n = world->houses->len;
    for (guint32 unit = 0; unit < units->n; unit++)
        n += units->households[unit] > 0 &&
             world->first_house[unit] == world->first_house[unit + 1];
    Houses houses = { world, barriers, barriers->n - world->houses->len, cg_buildings_new (n), 0 };
    for (guint32 unit = 0; unit < units->n; unit++)
        add_unit (&houses, unit);
    houses.out->has_households = houses.out->has_population = TRUE;
    houses.out->working_crs = g_strdup (world->county->working_crs);
    world->sample->buildings = houses.out;
}

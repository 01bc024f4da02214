#include <math.h>

#include "sample_internal.h"

/* ---- regions --------------------------------------------------------------------------------- */

static void
set_region (CgRegions *regions, guint32 row, char *code, char *name, CgLevel level, guint32 parent,
            gboolean urban)
{
    regions->code[row] = code;
    regions->name[row] = name;
    regions->level[row] = level;
    regions->parent[row] = parent;
    regions->urban[row] = urban;
}

static void
name_towns (CgWorld *world, CgRegions *regions)
{
    const CgCounty *county = world->county;
    set_region (regions, 0, g_strdup (county->county_code), g_strdup (county->county_name),
                CG_LEVEL_COUNTY, CG_NONE, county->villages == 0);
    for (guint32 t = 0; t < county->towns; t++) {
        gboolean street = t < county->streets;
        guint number = street ? t + 1 : 100 + t - county->streets;
        set_region (regions, 1 + t, g_strdup_printf ("%s%03u", county->county_code, number),
                    cg_namer_take (world->namer, street ? CG_NAME_SUBDISTRICT : CG_NAME_TOWN),
                    CG_LEVEL_TOWN, 0, street);
    }
}

static void
name_communities (CgWorld *world, CgRegions *regions)
{
    guint32 row = 1 + world->county->towns;
    world->first_community = row;
    for (guint32 t = 0; t < world->county->towns; t++) {
        guint urban = 1, rural = 200;
        for (guint32 c = 0; c < world->towns->communities->len; c++) {
            if (g_array_index (world->towns->communities, CgCommunity, c).town != t)
                continue;
            world->community_row[c] = row;
            set_region (regions, row++, g_strdup_printf ("%s%03u", regions->code[1 + t], urban++),
                        cg_namer_take (world->namer, CG_NAME_COMMUNITY), CG_LEVEL_COMMUNITY, 1 + t,
                        TRUE);
        }
        for (guint32 v = 0; v < world->settle->n_villages; v++) {
            if (world->settle->village_town[v] != t)
                continue;
            world->village_row[v] = row;
            set_region (regions, row++, g_strdup_printf ("%s%03u", regions->code[1 + t], rural++),
                        cg_namer_take (world->namer, CG_NAME_VILLAGE), CG_LEVEL_COMMUNITY, 1 + t,
                        FALSE);
        }
    }
}

static guint32
face_region (const CgWorld *world, guint32 face)
{
    const CgFace *info = CG_FACE (world->mesh, face);
    if (info->piece != CG_NONE) {
        guint32 group = world->settle->piece_group[info->piece];
        return world->village_row[world->settle->group_village[group]];
    }
    if (info->block == CG_NONE)
        return CG_NONE;
    return world
        ->community_row[g_array_index (world->towns->blocks, CgBlock, info->block).community];
}

void
cg_world_regions (CgWorld *world)
{
    guint32 n_communities = world->towns->communities->len + world->settle->n_villages;
    guint32 n = 1 + world->county->towns + n_communities, n_faces = world->mesh->faces->len;
    CgRegions *regions = world->sample->regions = cg_regions_new (n);
    world->n_regions = n;
    world->community_row = g_new (guint32, world->towns->communities->len + 1);
    world->village_row = g_new (guint32, world->settle->n_villages + 1);
    name_towns (world, regions);
    name_communities (world, regions);
    g_autofree guint32 *of_face = g_new (guint32, n_faces);
    /* Three passes so that rows stand in order: county, towns, communities. */
    cg_shapes_free (regions->shapes);
    regions->shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint level = 0; level < 3; level++) {
        static const guint up[] = { 2, 1, 0 };
        guint32 first = level == 0 ? 0 : level == 1 ? 1 : 1 + world->county->towns;
        guint32 count = level == 0 ? 1 : level == 1 ? world->county->towns : n_communities;
        for (guint32 face = 0; face < n_faces; face++) {
            guint32 row = face_region (world, face);
            for (guint k = 0; k < up[level] && row != CG_NONE; k++)
                row = regions->parent[row];
            of_face[face] = row == CG_NONE ? CG_NONE : row - first;
        }
        cg_mesh_regions (world->mesh, of_face, count, regions->shapes);
    }
    regions->working_crs = g_strdup (world->county->working_crs);
}

/* ---- units ----------------------------------------------------------------------------------- */

typedef struct {
    guint32 region, face;
} Order;

static int
by_region (gconstpointer a, gconstpointer b)
{
    const Order *p = a, *q = b;
    if (p->region != q->region)
        return p->region < q->region ? -1 : 1;
    return p->face < q->face ? -1 : p->face > q->face;
}

static void
order_units (CgWorld *world, guint32 n)
{
    g_autofree Order *order = g_new (Order, n);
    for (guint32 face = 0; face < n; face++)
        order[face] = (Order){ face_region (world, face), face };
    qsort (order, n, sizeof (Order), by_region);
    world->face_unit = g_new (guint32, n);
    world->unit_face = g_new (guint32, n);
    world->unit_region = g_new (guint32, n);
    for (guint32 i = 0; i < n; i++) {
        world->face_unit[order[i].face] = i;
        world->unit_face[i] = order[i].face;
        world->unit_region[i] = order[i].region;
    }
}

static guint32
people (const CgWorld *world, guint32 households, guint32 unit, double each)
{
    double wanted = households * (each + 0.5 * (cg_noise_pick (world->seed, 120, unit) - 0.5));
    return (guint32) (wanted + cg_noise_pick (world->seed, 121, unit));
}

static void
fill_rural (CgWorld *world, guint32 unit, guint32 piece)
{
    CgUnits *units = world->sample->units;
    const CgSettle *settle = world->settle;
    guint32 group = settle->piece_group[piece], number = 1;
    for (guint32 g = group; g-- > 0 && settle->group_village[g] == settle->group_village[group];)
        number++;
    g_autofree char *text = cg_name_number (number);
    g_autofree char *name =
        g_strdup_printf ("%s%s组", world->sample->regions->name[world->unit_region[unit]], text);
    units->kind[unit] = CG_UNIT_RURAL;
    units->group[unit] = cg_names_add (units->groups, name);
    units->households[unit] = settle->piece_households[piece];
    units->population[unit] = people (world, units->households[unit], unit, 2.75);
}

static void
fill_urban (CgWorld *world, guint32 unit, guint32 face)
{
    CgUnits *units = world->sample->units;
    const CgFace *info = CG_FACE (world->mesh, face);
    const CgBlock *block = &g_array_index (world->towns->blocks, CgBlock, info->block);
    units->kind[unit] = block->dedicated != CG_NONE ? CG_UNIT_DEDICATED : CG_UNIT_URBAN;
    if (block->dedicated != CG_NONE)
        units->group[unit] =
            cg_names_add (units->groups, world->towns->dedicated->pdata[block->dedicated]);
    if (info->close != CG_NONE) {
        const CgClose *close = world->towns->closes->pdata[info->close];
        units->compound[unit] = cg_names_add (units->compounds, close->name);
    }
    units->households[unit] = world->towns->households[face];
    units->population[unit] = people (world, units->households[unit], unit, 2.68);
}

void
cg_world_units (CgWorld *world)
{
    guint32 n = world->mesh->faces->len;
    CgUnits *units = world->sample->units = cg_units_new (n);
    order_units (world, n);
    for (guint32 row = 0; row < world->n_regions; row++)
        if (world->sample->regions->level[row] == CG_LEVEL_COMMUNITY)
            cg_names_add (units->regions, world->sample->regions->code[row]);
    for (guint32 i = 0, number = 0; i < n; i++) {
        const char *code = world->sample->regions->code[world->unit_region[i]];
        number = i > 0 && world->unit_region[i] == world->unit_region[i - 1] ? number + 1 : 1;
        units->id[i] = g_strdup_printf ("%s%04u", code, number);
        units->region[i] = cg_names_find (units->regions, code);
        const CgFace *info = CG_FACE (world->mesh, world->unit_face[i]);
        if (info->piece != CG_NONE)
            fill_rural (world, i, info->piece);
        else
            fill_urban (world, i, world->unit_face[i]);
    }
    units->has_population = TRUE;
    units->working_crs = g_strdup (world->county->working_crs);
    cg_shapes_free (units->shapes);
    units->shapes = cg_shapes_new (CG_SHAPES_AREA);
    cg_mesh_regions (world->mesh, world->face_unit, n, units->shapes);
}

/* ---- compounds ------------------------------------------------------------------------------- */

void
cg_world_compounds (CgWorld *world)
{
    const CgTowns *towns = world->towns;
    guint32 n = towns->closes->len, n_faces = world->mesh->faces->len;
    CgCompounds *compounds = world->sample->compounds = cg_compounds_new (n);
    g_autofree guint32 *of_face = g_new (guint32, n_faces);
    for (guint32 face = 0; face < n_faces; face++)
        of_face[face] = CG_FACE (world->mesh, face)->close;
    for (guint32 i = 0; i < n; i++) {
        const CgClose *close = towns->closes->pdata[i];
        const CgBlock *block = &g_array_index (towns->blocks, CgBlock, close->block);
        guint32 row = world->community_row[block->community];
        compounds->code[i] = g_strdup_printf ("%sX%05u", world->county->county_code, i + 1);
        compounds->name[i] = g_strdup (close->name);
        compounds->kind[i] = g_strdup (cg_use_info (close->use)->kind);
        compounds->region[i] = g_strdup (world->sample->regions->code[row]);
        compounds->dedicated[i] = block->dedicated != CG_NONE;
    }
    compounds->working_crs = g_strdup (world->county->working_crs);
    cg_shapes_free (compounds->shapes);
    compounds->shapes = cg_shapes_new (CG_SHAPES_AREA);
    cg_mesh_regions (world->mesh, of_face, n, compounds->shapes);
}

/* ---- places in the finished county ----------------------------------------------------------- */

static gboolean
in_shape (const CgShapes *shapes, guint32 i, CgSpot at)
{
    gboolean inside = FALSE;
    guint32 first = shapes->part_ring[shapes->shape_part[i]];
    guint32 end = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first; r < end; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            double y0 = shapes->y[v], y1 = shapes->y[v + 1];
            if ((y0 > at.y) == (y1 > at.y))
                continue;
            double x = shapes->x[v] + (at.y - y0) / (y1 - y0) * (shapes->x[v + 1] - shapes->x[v]);
            if (at.x < x)
                inside = !inside;
        }
    return inside;
}

gboolean
cg_world_inside (const CgWorld *world, CgSpot at)
{
    guint32 cell = cg_land_cell_at (world->land, at.x, at.y);
    gboolean deep = world->land->inside[cell];
    for (guint side = 0; side < CG_LAND_SIDES && deep; side++) {
        guint32 next = cg_land_neighbour (world->land, cell, side);
        deep = next != CG_NONE && world->land->inside[next];
    }
    return deep || in_shape (world->sample->regions->shapes, 0, at);
}

gboolean
cg_world_in_unit (const CgWorld *world, guint32 unit, CgSpot at)
{
    return in_shape (world->sample->units->shapes, unit, at);
}

CgSpot
cg_world_near (CgSpot at, double reach_m, CgRandom *random)
{
    /* One draw a statement: within one initialiser compilers may take them in any order. */
    at.x += reach_m * cg_random_normal (random);
    at.y += reach_m * cg_random_normal (random);
    return cg_plane_round (at);
}

CgSpot
cg_world_spot (const CgWorld *world, guint32 unit, CgRandom *random)
{
    guint32 first = world->first_house[unit], n = world->first_house[unit + 1] - first;
    if (n > 0) {
        CgSpot house = g_array_index (world->houses, CgSpot, first + cg_random_below (random, n));
        CgSpot near = cg_world_near (house, 5, random);
        return cg_world_in_unit (world, unit, near) ? near : house;
    }
    CgSpot at;
    cg_shapes_centroid (world->sample->units->shapes, unit, &at.x, &at.y);
    at = cg_plane_round (at);
    if (!cg_world_in_unit (world, unit, at)) {
        cg_shapes_label_point (world->sample->units->shapes, unit, &at.x, &at.y, NULL);
        at = cg_plane_round (at);
    }
    return at;
}

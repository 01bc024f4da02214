#include <math.h>

#include "sample_internal.h"

typedef struct {
    GPtrArray *ids, *names;
    GArray *spots, *types;
    CgNames *kinds;
    const char *county_code;
} Table;

static void
add_service (Table *table, CgSpot at, const char *kind, char *name)
{
    guint32 type = cg_names_add (table->kinds, kind);
    g_ptr_array_add (table->ids,
                     g_strdup_printf ("%sS%05u", table->county_code, table->ids->len + 1));
    g_ptr_array_add (table->names, name);
    g_array_append_val (table->spots, at);
    g_array_append_val (table->types, type);
}

static void
add_hot_spot (CgWorld *world, CgUse use, CgSpot at, guint32 unit, double weight)
{
    CgHotSpot hot = { use, at, unit, weight };
    g_array_append_val (world->hot_spots, hot);
}

/* ---- blocks with a purpose ------------------------------------------------------------------- */

static const char *
service_kind (CgUse use)
{
    switch (use) {
    case CG_USE_SCHOOL:
        return "学校";
    case CG_USE_HOSPITAL:
        return "医院";
    case CG_USE_MARKET:
        return "市场";
    case CG_USE_OFFICE:
        return "政务服务中心";
    case CG_USE_BUSES:
        return "汽车站";
    default:
        return NULL;
    }
}

/* Things happen at the gate, on the street side, rather than in the middle of a block. */
static CgSpot
gate_of (const CgWorld *world, guint32 face, guint32 n)
{
    const CgMesh *mesh = world->mesh;
    CgSpot middle = cg_mesh_middle (mesh, face), best = middle;
    double best_value = -1;
    guint32 start = CG_FACE (mesh, face)->loop, h = start;
    do {
        guint8 class = CG_EDGE (mesh, h)->class;
        CgSpot a = *CG_SPOT (mesh, CG_HALF (mesh, h)->origin);
        CgSpot b = *CG_SPOT (mesh, CG_HALF (mesh, h ^ 1)->origin);
        double value = hypot (b.x - a.x, b.y - a.y) * cg_noise_pick (world->seed + 150, n, h);
        if (class == CG_BARRIER_ARTERIAL || class == CG_BARRIER_STREET)
            value *= 10;
        if (value > best_value) {
            best_value = value;
            best = cg_plane_between (cg_plane_between (a, b, 0.5), middle, 0.12);
        }
        h = CG_HALF (mesh, h)->next;
    } while (h != start);
    best = cg_plane_round (best);
    return cg_world_in_unit (world, world->face_unit[face], best)
               ? best
               : cg_world_spot (world, world->face_unit[face], &(CgRandom){ n });
}

static void
add_closes (CgWorld *world, Table *table)
{
    const CgTowns *towns = world->towns;
    g_autofree guint32 *face_of = g_new (guint32, MAX (towns->closes->len, 1));
    for (guint32 face = world->mesh->faces->len; face-- > 0;)
        if (CG_FACE (world->mesh, face)->close != CG_NONE)
            face_of[CG_FACE (world->mesh, face)->close] = face;
    for (guint32 i = 0; i < towns->closes->len; i++) {
        const CgClose *close = towns->closes->pdata[i];
        const CgBlock *block = &g_array_index (towns->blocks, CgBlock, close->block);
        CgSpot gate = gate_of (world, face_of[i], i);
        const char *kind = service_kind (close->use);
        double weight =
            (block->core == 0 ? 1 : 0.28) * (0.7 + 0.6 * cg_noise_pick (world->seed, 151, i));
        if (kind != NULL)
            add_service (table, gate, kind, g_strdup (close->name));
        if (kind != NULL || close->use == CG_USE_SITE)
            add_hot_spot (world, close->use, gate, world->face_unit[face_of[i]], weight);
        else if (close->use == CG_USE_TOWERS && cg_noise_pick (world->seed, 152, i) < 0.2)
            add_hot_spot (world, CG_USE_TOWERS, gate, world->face_unit[face_of[i]], 0.6 * weight);
    }
}

/* ---- centres --------------------------------------------------------------------------------- */

/* The first units of a community with people in it, from one end of the list to the other. */
static guint32
unit_of_region (const CgWorld *world, guint32 row, double part)
{
    const CgUnits *units = world->sample->units;
    guint32 first = CG_NONE, count = 0, wanted;
    for (guint32 i = 0; i < units->n; i++)
        if (world->unit_region[i] == row && units->households[i] > 0) {
            first = MIN (first, i);
            count++;
        }
    wanted = (guint32) (part * count);
    for (guint32 i = first; i < units->n; i++)
        if (world->unit_region[i] == row && units->households[i] > 0 && wanted-- == 0)
            return i;
    return first;
}

static void
add_centre (CgWorld *world, Table *table, guint32 row, const char *name, const char *kind,
            double part)
{
    CgRandom random;
    cg_random_init (&random, world->seed + 153, ((guint64) row << 8) + (guint64) (part * 100));
    guint32 unit = unit_of_region (world, row, part);
    if (unit != CG_NONE)
        add_service (table, cg_world_spot (world, unit, &random), kind,
                     g_strconcat (name, kind, NULL));
}

static void
add_centres (CgWorld *world, Table *table)
{
    const CgRegions *regions = world->sample->regions;
    for (guint32 row = 0; row < regions->n; row++) {
        if (regions->level[row] != CG_LEVEL_COMMUNITY)
            continue;
        add_centre (world, table, row, regions->name[row], "党群服务中心", 0.3);
        add_centre (world, table, row, regions->name[row],
                    regions->urban[row] ? "卫生服务站" : "卫生室", 0.6);
        /* The first community of a town is its seat. */
        guint32 town = regions->parent[row];
        if (regions->level[row - 1] == CG_LEVEL_COMMUNITY && regions->parent[row - 1] == town)
            continue;
        add_centre (world, table, row, regions->name[town], "派出所", 0.15);
        add_centre (world, table, row, regions->name[town], "综治中心", 0.45);
        add_centre (world, table, row, regions->name[town], "养老服务中心", 0.75);
        add_centre (world, table, row, regions->name[town], "消防救援站", 0.9);
    }
}

void
cg_world_services (CgWorld *world)
{
    Table table = { g_ptr_array_new (),
                    g_ptr_array_new (),
                    g_array_new (FALSE, FALSE, sizeof (CgSpot)),
                    g_array_new (FALSE, FALSE, sizeof (guint32)),
                    NULL,
                    world->county->county_code };
    CgNames *kinds = table.kinds = cg_names_new ();
    world->hot_spots = g_array_new (FALSE, FALSE, sizeof (CgHotSpot));
    add_closes (world, &table);
    add_centres (world, &table);
    guint32 n = table.ids->len;
    CgPlaces *services = world->sample->services = cg_places_new (CG_PLACE_SERVICE, n);
    services->name = (char **) g_ptr_array_free (table.names, FALSE);
    g_free (services->id);
    services->id = (char **) g_ptr_array_free (table.ids, FALSE);
    cg_names_free (services->types);
    services->types = kinds;
    for (guint32 i = 0; i < n; i++) {
        CgSpot at = g_array_index (table.spots, CgSpot, i);
        services->x[i] = services->delivered_x[i] = at.x;
        services->y[i] = services->delivered_y[i] = at.y;
        services->type[i] = g_array_index (table.types, guint32, i);
    }
    services->working_crs = g_strdup (world->county->working_crs);
    services->delivered_crs = g_strdup (world->county->working_crs);
    g_array_unref (table.spots);
    g_array_unref (table.types);
}

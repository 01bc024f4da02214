#include <math.h>

#include "sample_internal.h"

enum { CLASS_A, CLASS_B, CLASS_C, CHECKPOINT, N_CLASSES };

static const struct {
    const char *class, *title;
    double fov_deg, range_m;
} classes[N_CLASSES] = {
    [CLASS_A] = { "A", "一类点", 78, 160 },
    [CLASS_B] = { "B", "二类点", 70, 90 },
    [CLASS_C] = { "C", "三类点", 95, 35 },
    [CHECKPOINT] = { "卡口", "卡口", 32, 70 },
};

typedef struct {
    CgSpot at;
    double bearing_deg, value; /* value: higher first */
    guint32 number;
} Site;

typedef struct {
    CgWorld *world;
    CgPlaces *cameras;
    guint32 n;
    CgRandom random;
} Writer;

static double
bearing_of (CgSpot from, CgSpot to)
{
    double degrees = atan2 (to.x - from.x, to.y - from.y) * 180 / G_PI;
    return degrees < 0 ? degrees + 360 : degrees;
}

static int
by_value (gconstpointer a, gconstpointer b)
{
    const Site *p = a, *q = b;
    if (p->value != q->value)
        return p->value > q->value ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

static void
add_site (GArray *sites, CgSpot at, double bearing_deg, double value)
{
    Site site = { at, bearing_deg, value, sites->len };
    g_array_append_val (sites, site);
}

/* Device number as GB/T 28181 orders it: centre 8, industry 2, type 3 (132: network camera),
 * network 1, serial 6. */
static void
write_camera (Writer *writer, guint class, CgSpot at, double bearing_deg, const char *place)
{
    CgPlaces *cameras = writer->cameras;
    guint32 i = writer->n++;
    cameras->id[i] = g_strdup_printf ("%s01001320%06u", writer->world->county->county_code, i + 1);
    cameras->name[i] = g_strdup_printf ("%s%s%05u", place, classes[class].title, i + 1);
    cameras->x[i] = cameras->delivered_x[i] = at.x;
    cameras->y[i] = cameras->delivered_y[i] = at.y;
    cameras->type[i] = cg_names_add (cameras->types, classes[class].class);
    cameras->bearing_deg[i] = floor (fmod (bearing_deg + 360, 360));
    cameras->fov_deg[i] = classes[class].fov_deg;
    cameras->range_m[i] =
        floor (classes[class].range_m * (0.8 + 0.4 * cg_random_unit (&writer->random)));
}

/* Goes round the sites until n cameras stand: at the first round one at each, then more on the same
 * pole or a few steps off, looking elsewhere. */
static void
write_sites (Writer *writer, guint class, GArray *sites, guint32 n, const char *place)
{
    g_array_sort (sites, by_value);
    for (guint32 k = 0; k < n && sites->len > 0; k++) {
        const Site *site = &g_array_index (sites, Site, k % sites->len);
        guint round = k / sites->len;
        CgSpot at = cg_world_near (site->at, 4, &writer->random);
        if (!cg_world_inside (writer->world, at))
            at = site->at;
        write_camera (writer, class, at,
                      site->bearing_deg + 90 * round + 20 * cg_random_unit (&writer->random),
                      place);
    }
}

/* ---- where cameras stand --------------------------------------------------------------------- */

static double
class_value (guint8 class)
{
    return class == CG_BARRIER_ARTERIAL ? 3 : class == CG_BARRIER_STREET ? 1 : 0;
}

/* Crossings of streets: corners of the mesh with three or more street edges, arterials first. */
static GArray *
crossing_sites (const CgWorld *world)
{
    const CgMesh *mesh = world->mesh;
    GArray *sites = g_array_new (FALSE, FALSE, sizeof (Site));
    g_autofree double *value = g_new0 (double, MAX (mesh->spots->len, 1));
    g_autofree guint8 *count = g_new0 (guint8, MAX (mesh->spots->len, 1));
    g_autofree guint32 *toward = g_new0 (guint32, MAX (mesh->spots->len, 1));
    for (guint32 h = 0; h < mesh->halves->len; h++) {
        double here = class_value (CG_EDGE (mesh, h)->class);
        guint32 spot = CG_HALF (mesh, h)->origin;
        if (here <= 0)
            continue;
        value[spot] += here;
        count[spot]++;
        toward[spot] = CG_HALF (mesh, h ^ 1)->origin;
    }
    for (guint32 i = 0; i < mesh->spots->len; i++)
        if (count[i] >= 3)
            add_site (sites, *CG_SPOT (mesh, i),
                      bearing_of (*CG_SPOT (mesh, i), *CG_SPOT (mesh, toward[i])),
                      value[i] + cg_noise_pick (world->seed, 160, i));
    return sites;
}

/* Along streets and village roads, at every so many metres. */
static GArray *
road_sites (const CgWorld *world, guint8 class, double every_m)
{
    GArray *sites = g_array_new (FALSE, FALSE, sizeof (Site));
    const CgMesh *mesh = world->mesh;
    for (guint32 h = 0; h < mesh->halves->len; h += 2) {
        CgSpot a = *CG_SPOT (mesh, CG_HALF (mesh, h)->origin),
               b = *CG_SPOT (mesh, CG_HALF (mesh, h + 1)->origin);
        if (CG_EDGE (mesh, h)->class == class && hypot (b.x - a.x, b.y - a.y) > 60)
            add_site (sites, cg_plane_between (a, b, 0.5), bearing_of (a, b),
                      2 + cg_noise_pick (world->seed, 161, h));
    }
    for (guint i = 0; i < world->roads->len; i++) {
        const CgWay *road = world->roads->pdata[i];
        double gone = every_m / 2;
        for (guint k = 1; k < road->line->len && road->class == class; k++) {
            CgSpot a = g_array_index (road->line, CgSpot, k - 1),
                   b = g_array_index (road->line, CgSpot, k);
            gone += hypot (b.x - a.x, b.y - a.y);
            if (gone < every_m)
                continue;
            gone = 0;
            CgSpot at = cg_plane_between (a, b, 0.5);
            if (cg_world_inside (world, at))
                add_site (sites, at, bearing_of (a, b), cg_noise_pick (world->seed, 162 + i, k));
        }
    }
    return sites;
}

static GArray *
key_sites (const CgWorld *world)
{
    GArray *sites = crossing_sites (world);
    for (guint i = 0; i < world->hot_spots->len; i++) {
        const CgHotSpot *hot = &g_array_index (world->hot_spots, CgHotSpot, i);
        if (hot->use != CG_USE_TOWERS)
            add_site (sites, hot->at, 360 * cg_noise_pick (world->seed, 163, i), 9 + hot->weight);
    }
    g_autoptr (GArray) roads = road_sites (world, CG_BARRIER_ARTERIAL, 1800);
    g_array_append_vals (sites, roads->data, roads->len);
    return sites;
}

/* Gates of compounds and the centre of every village: no village without a camera. */
static GArray *
gate_sites (const CgWorld *world)
{
    GArray *sites = road_sites (world, CG_BARRIER_STREET, 2400);
    const CgPlaces *services = world->sample->services;
    for (guint32 i = 0; i < services->n; i++) {
        const char *kind = cg_names_get (services->types, services->type[i]);
        CgSpot at = { services->x[i], services->y[i] };
        add_site (sites, at, 360 * cg_noise_pick (world->seed, 164, i),
                  g_str_equal (kind, "党群服务中心") ? 8 : 5);
    }
    for (guint32 unit = 0; unit < world->sample->units->n; unit++) {
        guint32 close = CG_FACE (world->mesh, world->unit_face[unit])->close;
        CgRandom random;
        cg_random_init (&random, world->seed + 165, unit);
        if (close == CG_NONE)
            continue;
        CgSpot at = cg_world_spot (world, unit, &random);
        double bearing_deg = 360 * cg_random_unit (&random);
        add_site (sites, at, bearing_deg, 3 + cg_random_unit (&random));
    }
    return sites;
}

static GArray *
house_sites (const CgWorld *world)
{
    GArray *sites = g_array_new (FALSE, FALSE, sizeof (Site));
    const CgUnits *units = world->sample->units;
    for (guint32 unit = 0; unit < units->n; unit++) {
        CgRandom random;
        cg_random_init (&random, world->seed + 166, unit);
        guint n = units->households[unit] == 0 ? 0 : 1 + units->households[unit] / 25;
        for (guint k = 0; k < n; k++) {
            CgSpot at = cg_world_spot (world, unit, &random);
            double bearing_deg = 360 * cg_random_unit (&random);
            add_site (sites, at, bearing_deg,
                      cg_random_unit (&random) * (units->kind[unit] == CG_UNIT_RURAL ? 0.8 : 1.2));
        }
    }
    return sites;
}

/* Two rings: where roads cross the county border, and where they enter a town. */
static GArray *
ring_sites (const CgWorld *world)
{
    GArray *sites = g_array_new (FALSE, FALSE, sizeof (Site));
    for (guint ring = 0; ring < 2; ring++) {
        const GArray *spots = ring == 0 ? world->gates : world->entries;
        for (guint i = 0; i < spots->len; i++) {
            CgSpot at = g_array_index (spots, CgSpot, i),
                   home = cg_land_centre (world->land, world->land->seat);
            if (cg_world_inside (world, at))
                add_site (sites, at, bearing_of (home, at), ring == 0 ? 3 : 2);
        }
    }
    if (sites->len == 0) { /* a county that is all town: where its arterials meet the border */
        const CgMesh *mesh = world->mesh;
        const GArray *ends = world->towns->street_ends->pdata[0];
        for (guint i = 0; i < ends->len && mesh != NULL; i++) {
            CgSpot at = g_array_index (ends, CgSpot, i),
                   home = cg_land_centre (world->land, world->land->seat);
            at = cg_plane_round (cg_plane_between (at, home, 0.01));
            if (cg_world_inside (world, at))
                add_site (sites, at, bearing_of (home, at), cg_noise_pick (world->seed, 167, i));
        }
    }
    return sites;
}

void
cg_world_cameras (CgWorld *world)
{
    const guint32 *count = world->county->cameras;
    guint32 n = count[CLASS_A] + count[CLASS_B] + count[CLASS_C] + count[CHECKPOINT];
    CgPlaces *cameras = world->sample->cameras = cg_places_new (CG_PLACE_CAMERA, n);
    cameras->name = g_new0 (char *, n);
    cameras->bearing_deg = g_new (double, n);
    cameras->fov_deg = g_new (double, n);
    cameras->range_m = g_new (double, n);
    Writer writer = { .world = world, .cameras = cameras };
    cg_random_init (&writer.random, world->seed, 168);
    static const struct {
        GArray *(*sites) (const CgWorld *world);
        const char *place;
    } kinds[N_CLASSES] = {
        [CLASS_A] = { key_sites, "路口" },
        [CLASS_B] = { gate_sites, "街面" },
        [CLASS_C] = { house_sites, "门前" },
        [CHECKPOINT] = { ring_sites, "环线" },
    };
    for (guint class = 0; class < N_CLASSES; class++) {
        g_autoptr (GArray) sites = kinds[class].sites (world);
        write_sites (&writer, class, sites, count[class], kinds[class].place);
    }
    cameras->working_crs = g_strdup (world->county->working_crs);
    cameras->delivered_crs = g_strdup (world->county->working_crs);
}

#include "sample_internal.h"

#include "base/error.h"
#include "graph/ways.h"

const CgSamplePreset *
cg_sample_presets (void)
{
    static CgSamplePreset presets[8];
    static gsize ready;
    if (g_once_init_enter (&ready)) {
        for (guint i = 0; cg_counties[i].name != NULL && i + 1 < G_N_ELEMENTS (presets); i++)
            presets[i] = (CgSamplePreset){ cg_counties[i].name, cg_counties[i].title };
        g_once_init_leave (&ready, 1);
    }
    return presets;
}

static const CgCounty *
find_county (const char *preset, GError **error)
{
    if (preset == NULL)
        return &cg_counties[0];
    for (guint i = 0; cg_counties[i].name != NULL; i++)
        if (g_str_equal (cg_counties[i].name, preset))
            return &cg_counties[i];
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no sample county is called \"%s\"", preset);
    return NULL;
}

static void
world_clear (CgWorld *world)
{
    g_clear_pointer (&world->namer, cg_namer_free);
    g_clear_pointer (&world->land, cg_land_free);
    g_clear_pointer (&world->wide, cg_water_free);
    g_clear_pointer (&world->settle, cg_settle_free);
    g_clear_pointer (&world->mesh, cg_mesh_free);
    g_clear_pointer (&world->towns, cg_towns_free);
    g_clear_pointer (&world->rivers, g_ptr_array_unref);
    g_clear_pointer (&world->tracks, g_ptr_array_unref);
    g_clear_pointer (&world->roads, g_ptr_array_unref);
    g_clear_pointer (&world->gates, g_array_unref);
    g_clear_pointer (&world->entries, g_array_unref);
    g_clear_pointer (&world->houses, g_array_unref);
    g_clear_pointer (&world->hot_spots, g_array_unref);
    g_free (world->community_row);
    g_free (world->village_row);
    g_free (world->face_unit);
    g_free (world->unit_face);
    g_free (world->unit_region);
    g_free (world->first_house);
    cg_sample_free (world->sample);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgWorld, world_clear)

/* ---- the steps ------------------------------------------------------------------------------- */

static void
make_land (CgWorld *world)
{
    world->land = cg_land_new (&world->county->land, world->seed);
    world->namer = cg_namer_new (world->seed);
}

static void
make_people (CgWorld *world)
{
    world->rivers = cg_rivers_new (world->land, &world->county->land, world->namer);
    world->wide = cg_water_new (world->rivers, CG_WIDE_WATER_M);
    world->settle = cg_settle_new (world->county, world->land, world->wide, world->seed);
    guint32 n_cores = world->county->villages > 0 ? world->settle->n_towns : 1;
    world->mesh =
        cg_mesh_new (world->land, world->settle->label, world->settle->n_pieces + n_cores);
    for (guint32 p = 0; p < world->settle->n_pieces; p++)
        CG_FACE (world->mesh, p)->piece = p;
    world->tracks = cg_tracks_new (world->land, world->settle, world->wide);
}

static void
make_towns (CgWorld *world)
{
    world->towns = cg_towns_new (world->county, world->land, world->settle, world->mesh,
                                 world->rivers, world->wide, world->tracks, world->namer,
                                 world->seed);
}

static void
make_roads (CgWorld *world)
{
    world->gates = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    world->entries = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    world->roads =
        cg_roads_new (world->land, world->settle, world->wide, world->towns->street_ends,
                      world->namer, world->gates, world->entries);
}

static const struct {
    const char *what;
    void (*run) (CgWorld *world);
} steps[] = {
    { "land", make_land },
    { "villages", make_people },
    { "towns", make_towns },
    { "roads", make_roads },
    { "regions", cg_world_regions },
    { "units", cg_world_units },
    { "compounds", cg_world_compounds },
    { "buildings", cg_world_barriers },
    { "houses", cg_world_houses },
    { "services", cg_world_services },
    { "cameras", cg_world_cameras },
};

CgSample *
cg_sample_run (const char *preset, guint64 seed, gint64 until_s, guint days,
               const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const CgCounty *county = find_county (preset, error);
    if (county == NULL)
        return NULL;
    g_auto (CgWorld) world = { .county = county, .seed = seed, .until_s = until_s, .days = days };
    world.sample = g_new0 (CgSample, 1);
    world.sample->county_code = g_strdup (county->county_code);
    world.sample->county_name = g_strdup (county->county_name);
    world.sample->working_crs = g_strdup (county->working_crs);
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
        if (cancel != NULL && g_cancellable_is_cancelled (cancel)) {
            g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "the sample county was not finished");
            return NULL;
        }
        cg_progress (progress, steps[i].what, i, G_N_ELEMENTS (steps) + 1);
        steps[i].run (&world);
    }
    if (!cg_world_incidents (&world, progress, cancel, error))
        return NULL;
    return g_steal_pointer (&world.sample);
}

void
cg_sample_free (CgSample *sample)
{
    if (sample == NULL)
        return;
    g_free (sample->county_code);
    g_free (sample->county_name);
    g_free (sample->working_crs);
    cg_regions_free (sample->regions);
    cg_compounds_free (sample->compounds);
    cg_units_free (sample->units);
    cg_barriers_free (sample->barriers);
    cg_buildings_free (sample->buildings);
    cg_places_free (sample->incidents);
    cg_places_free (sample->cameras);
    cg_places_free (sample->services);
    g_free (sample);
}

#include "small_county.h"

#include <math.h>
#include <string.h>

#include "app/split/plan.h"
#include "support.h"

CgRegions *
small_regions (void)
{
    static const struct {
        const char *code, *name;
        CgLevel level;
        guint32 parent;
        double from, columns;
    } rows[] = {
        { "990101", "小县", CG_LEVEL_COUNTY, CG_NONE, 0, SMALL_COLUMNS },
        { "990101001", "东西镇", CG_LEVEL_TOWN, 0, 0, SMALL_COLUMNS },
        { "990101001001", "西社区", CG_LEVEL_COMMUNITY, 1, 0, 6 },
        { "990101001002", "东社区", CG_LEVEL_COMMUNITY, 1, 6, 6 },
    };
    CgRegions *regions = cg_regions_new (G_N_ELEMENTS (rows));
    for (guint32 i = 0; i < regions->n; i++) {
        regions->code[i] = g_strdup (rows[i].code);
        regions->name[i] = g_strdup (rows[i].name);
        regions->level[i] = (guint8) rows[i].level;
        regions->parent[i] = rows[i].parent;
        regions->urban[i] = TRUE;
        regions->row[i] = i + 1;
        cg_test_add_box (regions->shapes, SMALL_X + rows[i].from * SMALL_SIDE_M, SMALL_Y,
                 rows[i].columns * SMALL_SIDE_M, SMALL_ROWS * SMALL_SIDE_M);
    }
    regions->working_crs = g_strdup (SMALL_CRS);
    return regions;
}

CgUnits *
small_units (void)
{
    CgUnits *units = cg_units_new (SMALL_COLUMNS * SMALL_ROWS);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 column = i % SMALL_COLUMNS, row = i / SMALL_COLUMNS;
        units->id[i] = g_strdup_printf ("u%02u", i);
        units->households[i] = SMALL_HOUSEHOLDS;
        units->population[i] = 3 * SMALL_HOUSEHOLDS;
        units->region[i] =
            cg_names_add (units->regions, column < 6 ? "990101001001" : "990101001002");
        units->row[i] = i + 1;
        cg_test_add_box (units->shapes, SMALL_X + column * SMALL_SIDE_M, SMALL_Y + row * SMALL_SIDE_M,
                 SMALL_SIDE_M, SMALL_SIDE_M);
    }
    units->has_population = TRUE;
    units->working_crs = g_strdup (SMALL_CRS);
    return units;
}

CgPlaces *
small_places (CgPlaceKind kind, guint32 n, guint64 seed)
{
    static const char *const types[] = { "噪音", "占道", "纠纷" };
    g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) seed);
    CgPlaces *places = cg_places_new (kind, n);
    places->time_s = g_new (gint64, n);
    for (guint32 i = 0; i < n; i++) {
        places->id[i] = g_strdup_printf ("p%04u", i);
        places->row[i] = i + 2;
        gint32 type = g_rand_int_range (random, 0, 4);
        places->type[i] = type == 3 ? CG_NONE : cg_names_add (places->types, types[type]);
        places->time_s[i] = i % 13 == 7
                                ? CG_TIME_NONE
                                : SMALL_NOW_S - g_rand_int_range (random, 0, 70 * 86400);
        double x = g_rand_double_range (random, -150, SMALL_COLUMNS * SMALL_SIDE_M + 150);
        double y = g_rand_double_range (random, -150, SMALL_ROWS * SMALL_SIDE_M + 150);
        if (i % 17 == 5)
            continue;
        places->x[i] = places->delivered_x[i] = SMALL_X + x;
        places->y[i] = places->delivered_y[i] = SMALL_Y + y;
    }
    places->delivered_crs = g_strdup (SMALL_CRS);
    places->working_crs = g_strdup (SMALL_CRS);
    return places;
}

void
small_county_open (SmallCounty *county)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgRegions) regions = small_regions ();
    g_autoptr (CgUnits) units = small_units ();
    county->dir = cg_test_dir ();
    county->path = g_build_filename (county->dir, "county.sqlite", NULL);
    county->store = cg_store_create (county->path, SMALL_CRS, "", &error);
    g_assert_no_error (error);
    g_assert_true (cg_store_put_regions (county->store, regions, &error));
    g_assert_true (cg_store_put_units (county->store, units, &error));
    g_assert_no_error (error);
}

void
small_county_close (SmallCounty *county)
{
    g_clear_pointer (&county->store, cg_store_close);
    g_free (county->path);
    cg_test_remove_dir (county->dir);
}

gint64
small_publish (CgStore *store, guint64 seed)
{
    g_autoptr (GError) error = NULL;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    options.partition.seed = seed;
    gint64 plan = 0;
    g_assert_true (cg_plan_split (store, &options, NULL, "tester", SMALL_NOW_S - 3600, NULL, NULL,
                                  &plan, NULL, &error));
    CgAttachCounts counts;
    g_assert_true (cg_store_publish_plan (store, plan, SMALL_NOW_S, "tester", &error));
    g_assert_true (cg_attach_county (store, plan, &counts, &error));
    g_assert_no_error (error);
    return plan;
}

char *
small_file (const SmallCounty *county, const char *name, const char *text)
{
    g_autoptr (GError) error = NULL;
    char *path = g_build_filename (county->dir, name, NULL);
    g_assert_true (g_file_set_contents (path, text, -1, &error));
    g_assert_no_error (error);
    return path;
}

#include "app/measures.h"

#include <math.h>
#include <string.h>

#include "aggregate/aggregate.h"

void
cg_measures_place_code (const char *grid_code, CgLevel level, char *out)
{
    static const gsize digits[] = {
        [CG_LEVEL_COUNTY] = 6, [CG_LEVEL_TOWN] = 9, [CG_LEVEL_COMMUNITY] = 12, [CG_LEVEL_GRID] = 15
    };
    g_strlcpy (out, grid_code, digits[level] + 1);
}

/* The places of one level: which grid lies in which, with their codes and households. */
typedef struct {
    CgNames *codes;
    guint32 *place_of_grid;
    double *households;
    guint32 outside;
} Places;

static void
places_init (Places *places, const CgGrids *grids, CgLevel level)
{
    char code[16];
    places->codes = cg_names_new ();
    places->place_of_grid = g_new (guint32, grids->n + 1);
    places->households = g_new0 (double, grids->n + 2);
    for (guint32 g = 0; g < grids->n; g++) {
        cg_measures_place_code (grids->code[g], level, code);
        guint32 place = cg_names_add (places->codes, code);
        places->place_of_grid[g] = place;
        places->households[place] += grids->households[g];
    }
    places->outside = cg_names_add (places->codes, CG_MEASURE_OUTSIDE);
    places->households[places->outside] = NAN;
}

static void
places_done (Places *places)
{
    cg_names_free (places->codes);
    g_free (places->place_of_grid);
    g_free (places->households);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Places, places_done)

static void
add_row (GArray *rows, const char *name, CgLevel level, CgPeriod period, const Places *places,
         const CgCount *count, const char *type)
{
    CgMeasureRow row = { .name = name,
                         .level = level,
                         .place = cg_names_get (places->codes, count->place),
                         .period = period,
                         .start_s = count->start_s,
                         .type = type,
                         .value = count->count,
                         .base = places->households[count->place] };
    g_array_append_val (rows, row);
}

/* Counts come sorted by place, start, type: the sum over types follows each group. */
static void
add_counts (GArray *rows, const char *name, CgLevel level, CgPeriod period, const Places *places,
            const GArray *counts, const CgNames *types)
{
    CgCount all = { 0 };
    for (guint k = 0; k < counts->len; k++) {
        const CgCount *count = &g_array_index (counts, CgCount, k);
        if (k == 0 || count->place != all.place || count->start_s != all.start_s) {
            if (k > 0)
                add_row (rows, name, level, period, places, &all, "");
            all = (CgCount){ .place = count->place, .start_s = count->start_s };
        }
        all.count += count->count;
        if (count->type != CG_NONE)
            add_row (rows, name, level, period, places, count, cg_names_get (types, count->type));
    }
    if (counts->len > 0)
        add_row (rows, name, level, period, places, &all, "");
}

/* What happened in no grid: a place of its own, so that all of a county add up. */
static gboolean
is_outside (CgLevel level, guint32 grid)
{
    return level == CG_LEVEL_COUNTY && grid == CG_NONE;
}

static gboolean
roll_up_level (CgStore *store, gint64 plan, const char *name, const CgPlaces *things,
               const guint32 *grid_of, const CgGrids *grids, CgLevel level, CgPeriod period,
               GError **error)
{
    g_auto (Places) places = { 0 };
    places_init (&places, grids, level);
    g_autofree guint32 *place_of = g_new (guint32, things->n + 1);
    for (guint32 i = 0; i < things->n; i++)
        place_of[i] = is_outside (level, grid_of[i]) ? places.outside
                      : grid_of[i] == CG_NONE        ? CG_NONE
                                                     : places.place_of_grid[grid_of[i]];
    g_autoptr (GArray) counts = cg_aggregate_count (things, place_of, period, NULL);
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (CgMeasureRow));
    add_counts (rows, name, level, period, &places, counts, things->types);
    return cg_store_put_measures (store, plan, name, level, period,
                                  (const CgMeasureRow *) (gpointer) rows->data, rows->len, error);
}

gboolean
cg_measures_roll_up (CgStore *store, gint64 plan, GError **error)
{
    g_autoptr (CgGrids) grids = cg_store_load_grids (store, plan, error);
    g_autoptr (CgPlaces) incidents =
        grids != NULL ? cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, error) : NULL;
    g_autoptr (CgPlaces) cameras = incidents != NULL ? cg_store_load_cameras (store, error) : NULL;
    if (cameras == NULL)
        return FALSE;
    g_autofree guint32 *incident_grid =
        cg_store_load_attachments (store, plan, incidents, grids, error);
    if (incident_grid == NULL && incidents->n > 0)
        return FALSE;
    g_autofree guint32 *camera_grid =
        cg_store_load_attachments (store, plan, cameras, grids, error);
    if (camera_grid == NULL && cameras->n > 0)
        return FALSE;
    static const CgPeriod periods[] = { CG_PERIOD_ALL, CG_PERIOD_DAY, CG_PERIOD_WEEK,
                                        CG_PERIOD_MONTH, CG_PERIOD_YEAR };
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++) {
        for (guint p = 0; p < G_N_ELEMENTS (periods); p++)
            if (!roll_up_level (store, plan, "incidents", incidents, incident_grid, grids, level,
                                periods[p], error))
                return FALSE;
        if (!roll_up_level (store, plan, "cameras", cameras, camera_grid, grids, level,
                            CG_PERIOD_ALL, error))
            return FALSE;
    }
    return TRUE;
}

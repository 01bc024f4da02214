#include "app/measures.h"

#include <math.h>
#include <string.h>

#include "aggregate/aggregate.h"
#include "base/error.h"
#include "model/codes.h"

void
cg_measures_place_code (const char *grid_code, CgLevel level, char *out)
{
    g_strlcpy (out, grid_code, cg_code_digits (level) + 1);
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

static const CgPeriod all_periods[] = { CG_PERIOD_ALL, CG_PERIOD_DAY, CG_PERIOD_WEEK,
                                        CG_PERIOD_MONTH, CG_PERIOD_YEAR };

const char *
cg_measures_name (CgCounted counted)
{
    static const char *const names[] = { [CG_COUNTED_NOW] = "incidents",
                                         [CG_COUNTED_BEFORE] = "incidents_before",
                                         [CG_COUNTED_THEN] = "incidents_then" };
    g_return_val_if_fail ((guint) counted < CG_N_COUNTED, "");
    return names[counted];
}

gboolean
cg_measures_roll_up_incidents (CgStore *store, gint64 plan, CgCounted counted,
                               const CgPlaces *incidents, const guint32 *grid_of,
                               const CgGrids *grids, GError **error)
{
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
        for (guint p = 0; p < G_N_ELEMENTS (all_periods); p++)
            if (!roll_up_level (store, plan, cg_measures_name (counted), incidents, grid_of, grids,
                                level, all_periods[p], error))
                return FALSE;
    return TRUE;
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
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
        if (!roll_up_level (store, plan, "cameras", cameras, camera_grid, grids, level,
                            CG_PERIOD_ALL, error))
            return FALSE;
    return cg_measures_roll_up_incidents (store, plan, CG_COUNTED_NOW, incidents, incident_grid,
                                          grids, error);
}

/* ---- live ---------------------------------------- */

struct _CgMeasureCounter {
    gint64 plan;
    Places places[CG_LEVEL_GRID + 1];
    GHashTable *row_of; /* grid_id -> row + 1 */
};

CgMeasureCounter *
cg_measure_counter_new (gint64 plan, const CgGrids *grids)
{
    CgMeasureCounter *counter = g_new0 (CgMeasureCounter, 1);
    counter->plan = plan;
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
        places_init (&counter->places[level], grids, level);
    counter->row_of = g_hash_table_new (NULL, NULL);
    for (guint32 g = 0; g < grids->n; g++)
        g_hash_table_insert (counter->row_of, GUINT_TO_POINTER (grids->grid_id[g]),
                             GUINT_TO_POINTER (g + 1));
    return counter;
}

void
cg_measure_counter_free (CgMeasureCounter *counter)
{
    if (counter == NULL)
        return;
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
        places_done (&counter->places[level]);
    g_hash_table_unref (counter->row_of);
    g_free (counter);
}

static void
add_change (GArray *rows, const CgMeasureCounter *counter, CgLevel level, guint32 place,
            const CgIncidentChange *change)
{
    const Places *places = &counter->places[level];
    for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++) {
        if (period != CG_PERIOD_ALL && change->time_s == CG_TIME_NONE)
            continue;
        CgMeasureRow row = { .level = level,
                             .place = cg_names_get (places->codes, place),
                             .period = period,
                             .start_s = cg_period_start (period, change->time_s),
                             .type = "",
                             .value = change->sign,
                             .base = places->households[place] };
        g_array_append_val (rows, row);
        row.type = change->type;
        if (change->type != NULL)
            g_array_append_val (rows, row);
    }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
    const CgMeasureRow *p = a, *q = b;
    if (p->level != q->level)
        return p->level < q->level ? -1 : 1;
    if (p->period != q->period)
        return p->period < q->period ? -1 : 1;
    int place = strcmp (p->place, q->place);
    if (place != 0)
        return place;
    if (p->start_s != q->start_s)
        return p->start_s < q->start_s ? -1 : 1;
    return strcmp (p->type, q->type);
}

/* Joins changes of one measure; those that cancel out vanish. */
static void
fold_rows (GArray *rows)
{
    CgMeasureRow *row = (CgMeasureRow *) (gpointer) rows->data;
    guint kept = 0;
    for (guint i = 0, next; i < rows->len; i = next) {
        CgMeasureRow sum = row[i];
        for (next = i + 1; next < rows->len && compare_rows (&row[i], &row[next]) == 0; next++)
            sum.value += row[next].value;
        if (sum.value != 0)
            row[kept++] = sum;
    }
    g_array_set_size (rows, kept);
}

/* Rows of one count of the counter's plan. */
static gboolean
list_rows (const CgMeasureCounter *counter, CgCounted counted, const GArray *changes, GArray *rows,
           GError **error)
{
    for (guint i = 0; i < changes->len; i++) {
        const CgIncidentChange *change = &g_array_index (changes, CgIncidentChange, i);
        if (change->plan != counter->plan || change->counted != counted)
            continue;
        gpointer id = GUINT_TO_POINTER (change->grid_id);
        guint found = GPOINTER_TO_UINT (g_hash_table_lookup (counter->row_of, id));
        if (found == 0 && change->grid_id != 0) {
            g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                         "plan %" G_GINT64_FORMAT " has no grid %u", counter->plan,
                         change->grid_id);
            return FALSE;
        }
        guint32 grid = found > 0 ? found - 1 : CG_NONE;
        for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++) {
            const Places *places = &counter->places[level];
            if (grid != CG_NONE)
                add_change (rows, counter, level, places->place_of_grid[grid], change);
            else if (is_outside (level, grid))
                add_change (rows, counter, level, places->outside, change);
        }
    }
    g_array_sort (rows, compare_rows);
    fold_rows (rows);
    return TRUE;
}

gboolean
cg_measure_counter_change (CgMeasureCounter *counter, CgStore *store, const GArray *changes,
                           GError **error)
{
    for (CgCounted counted = CG_COUNTED_NOW; counted < CG_N_COUNTED; counted++) {
        g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (CgMeasureRow));
        if (!list_rows (counter, counted, changes, rows, error) ||
            !cg_store_change_measures (store, counter->plan, cg_measures_name (counted),
                                       (const CgMeasureRow *) (gpointer) rows->data, rows->len,
                                       error))
            return FALSE;
    }
    return TRUE;
}

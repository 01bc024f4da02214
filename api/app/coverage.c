#include "app/coverage.h"

#include <math.h>
#include <string.h>

#include "analyse/coverage.h"
#include "analyse/reach.h"
#include "app/county.h"
#include "app/measures.h"
#include "base/error.h"
#include "model/codes.h"

void
cg_coverage_report_free (CgCoverageReport *report)
{
    if (report == NULL)
        return;
    double *columns[] = { report->households,   report->cameras,        report->open_m2,
                          report->seen_m2,      report->seen_share,     report->buildings,
                          report->buildings_seen, report->mean_minutes, report->most_minutes,
                          report->near_share,   report->housed,         report->housed_seen,
                          report->walked,       report->walked_minutes, report->far };
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
        g_free (columns[c]);
    for (guint32 g = 0; g < report->n; g++)
        g_free (report->name[g]);
    g_free (report->name);
    g_free (report->crs);
    cg_grids_free (report->grids);
    g_free (report);
}

static double *
empty_column (guint32 n)
{
    double *column = g_new (double, MAX (n, 1));
    for (guint32 i = 0; i < n; i++)
        column[i] = NAN;
    return column;
}

static void
name_rows (CgCoverageReport *report, const CgRegions *regions)
{
    g_autoptr (CgCodeIndex) index = cg_code_index_new (regions);
    for (guint32 g = 0; g < report->n; g++) {
        char code[16];
        cg_measures_place_code (report->grids->code[g], CG_LEVEL_COMMUNITY, code);
        guint32 r = cg_code_index_find (index, code);
        report->name[g] = cg_grids_label (report->grids, g, r != CG_NONE ? regions->name[r] : NULL);
    }
}

static CgCoverageReport *
start (CgStore *store, const CgCoverageJob *job, CgUnits **out_units, GError **error)
{
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, job->plan, error);
    g_autoptr (CgRegions) regions = plan != NULL ? cg_store_load_regions (store, error) : NULL;
    g_autoptr (CgCoverageReport) report = g_new0 (CgCoverageReport, 1);
    if (regions == NULL || !cg_store_load_plan (store, plan->id, out_units, &report->grids, error))
        return NULL;
    report->plan = plan->id;
    report->data_version = cg_store_data_version (store);
    report->crs = g_strdup (cg_store_working_crs (store));
    report->job = *job;
    report->shapes = report->grids->shapes;
    report->code = report->grids->code;
    guint32 n = report->n = report->grids->n;
    double **columns[] = { &report->cameras,        &report->open_m2,      &report->seen_m2,
                           &report->seen_share,     &report->buildings,    &report->buildings_seen,
                           &report->mean_minutes,   &report->most_minutes, &report->near_share,
                           &report->households,   &report->housed,       &report->housed_seen,
                           &report->walked,       &report->walked_minutes, &report->far };
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
        *columns[c] = empty_column (n);
    report->name = g_new0 (char *, (gsize) n + 1);
    name_rows (report, regions);
    for (guint32 g = 0; g < n; g++)
        report->households[g] = report->grids->households[g];
    return g_steal_pointer (&report);
}

static void
fill_numbers (CgCoverageJob *job, const CgConfig *config)
{
    job->range_m = isnan (job->range_m) ? config->camera_range_m : job->range_m;
    job->fov_deg = isnan (job->fov_deg) ? config->camera_fov_deg : job->fov_deg;
    job->minutes = isnan (job->minutes) ? config->service_minutes : job->minutes;
    job->speed_m_min = isnan (job->speed_m_min) ? config->service_speed_m_min : job->speed_m_min;
}

static gboolean
take_config (CgStore *store, CgCoverageReport *report, GError **error)
{
    g_autoptr (CgConfig) config = cg_county_config (store, error);
    if (config == NULL)
        return FALSE;
    fill_numbers (&report->job, config);
    return TRUE;
}

/* ---- cameras ---------------------------------------- */

static double
known (const double *column, guint32 row)
{
    return column != NULL ? column[row] : NAN;
}

/* (transfer full) GArray of CgCamera: those with a place. */
static GArray *
list_cameras (const CgPlaces *places, CgCoverageReport *report)
{
    GArray *cameras = g_array_new (FALSE, FALSE, sizeof (CgCamera));
    for (guint32 i = 0; i < places->n; i++) {
        double range_m = known (places->range_m, i), fov_deg = known (places->fov_deg, i);
        CgCamera camera = { .x = places->x[i],
                            .y = places->y[i],
                            .bearing_deg = known (places->bearing_deg, i),
                            .fov_deg = fov_deg > 0 ? MIN (fov_deg, 360) : report->job.fov_deg,
                            .range_m = range_m > 0 ? range_m : report->job.range_m };
        if (isnan (camera.bearing_deg))
            camera.fov_deg = 360;
        if (!isfinite (camera.x) || !isfinite (camera.y))
            continue;
        report->n_assumed += !(range_m > 0) || !(fov_deg > 0 || camera.fov_deg == 360);
        g_array_append_val (cameras, camera);
    }
    report->n_cameras = cameras->len;
    return cameras;
}

/* Households that a building is known to have; of those where nobody has counted nothing is said. */
static void
house (CgCoverageReport *report, const CgBuildings *buildings, const CgCoverage *seen)
{
    for (guint32 b = 0; b < buildings->n; b++) {
        guint32 g = seen->area_of_building[b];
        double households = buildings->households[b];
        if (g == CG_NONE || !(households > 0))
            continue;
        report->housed[g] = fmax (report->housed[g], 0) + households;
        report->housed_seen[g] =
            fmax (report->housed_seen[g], 0) + (seen->building_seen[b] ? households : 0);
    }
}

static gboolean
look (CgStore *store, CgCoverageReport *report, const CgProgress *progress, GCancellable *cancel,
      GError **error)
{
    g_autoptr (CgPlaces) places = cg_store_load_cameras (store, error);
    g_autoptr (CgBuildings) buildings =
        places != NULL ? cg_store_load_buildings (store, error) : NULL;
    g_autoptr (CgAttachIndex) index =
        buildings != NULL ? cg_attach_index_new (report->shapes, NULL, error) : NULL;
    if (index == NULL)
        return FALSE;
    g_autoptr (GArray) cameras = list_cameras (places, report);
    if (cameras->len == 0)
        return TRUE;
    cg_progress (progress, "cameras", 0, cameras->len);
    g_autoptr (CgCoverage) seen = cg_coverage_run (
        cameras->len, (const CgCamera *) (gpointer) cameras->data, buildings->outlines,
        report->shapes, index, report->job.cell_m, cancel, error);
    if (seen == NULL)
        return FALSE;
    report->cameras_outside = seen->outside;
    house (report, buildings, seen);
    for (guint32 g = 0; g < report->n; g++) {
        report->cameras[g] = seen->cameras[g];
        /* To the square decimetre: more would be told by the lattice's rounding, not by the ground. */
        report->open_m2[g] = fmax (round (seen->open_m2[g] * 100) / 100, seen->seen_m2[g]);
        report->seen_m2[g] = seen->seen_m2[g];
        report->seen_share[g] =
            report->open_m2[g] > 0 ? report->seen_m2[g] / report->open_m2[g] : NAN;
        report->buildings[g] = seen->buildings[g];
        report->buildings_seen[g] = seen->buildings_seen[g];
        if (report->grids->kind[g] != CG_UNIT_URBAN)
            continue;
        report->open_urban_m2 += seen->open_m2[g];
        report->seen_urban_m2 += seen->seen_m2[g];
    }
    return TRUE;
}

/* ---- ways to services ---------------------------------------- */

/* Places of the wanted kind into x and y (each as long as the table). */
static gboolean
choose_services (const CgPlaces *places, const char *kind, double *x, double *y, guint32 *out_n,
                 GError **error)
{
    guint32 wanted = kind != NULL ? cg_names_find (places->types, kind) : CG_NONE;
    *out_n = 0;
    if (kind != NULL && wanted == CG_NONE) {
        g_autoptr (GString) names = g_string_new (NULL);
        for (guint32 k = 0; k < cg_names_count (places->types); k++)
            g_string_append_printf (names, "%s%s", k > 0 ? ", " : "",
                                    cg_names_get (places->types, k));
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "no service point of kind '%.80s'; there are: %s", kind,
                     names->len > 0 ? names->str : "none");
        return FALSE;
    }
    for (guint32 i = 0; i < places->n; i++) {
        if ((kind != NULL && places->type[i] != wanted) || !isfinite (places->x[i]) ||
            !isfinite (places->y[i]))
            continue;
        x[*out_n] = places->x[i];
        y[(*out_n)++] = places->y[i];
    }
    return TRUE;
}

static void
sum_ways (CgCoverageReport *report, const CgUnits *units, const double *way_m)
{
    guint32 n = report->n;
    g_autofree double *people = g_new0 (double, MAX (n, 1)), *sum = g_new0 (double, MAX (n, 1)),
                      *near = g_new0 (double, MAX (n, 1));
    for (guint32 u = 0; u < units->n; u++) {
        guint32 g = report->grids->grid_of[u];
        double households = units->households[u], minutes = way_m[u] / report->job.speed_m_min;
        if (g == CG_NONE || households == 0 || isnan (minutes))
            continue;
        people[g] += households;
        sum[g] += households * minutes;
        near[g] += minutes <= report->job.minutes ? households : 0;
        report->most_minutes[g] = fmax (report->most_minutes[g], minutes);
    }
    for (guint32 g = 0; g < n; g++) {
        report->households_total += people[g];
        report->households_near += near[g];
        if (people[g] == 0)
            continue;
        report->walked[g] = people[g];
        report->walked_minutes[g] = sum[g];
        report->far[g] = people[g] - near[g];
        report->mean_minutes[g] = sum[g] / people[g];
        report->near_share[g] = near[g] / people[g];
    }
}

static CgRoadNet *
make_roads (CgStore *store, CgCoverageReport *report, GCancellable *cancel, GError **error)
{
    g_autoptr (CgBarriers) barriers = cg_store_load_barriers (store, NULL, error);
    if (barriers == NULL)
        return NULL;
    g_autofree guint8 *use = g_new0 (guint8, MAX (barriers->n, 1));
    for (guint32 b = 0; b < barriers->n; b++) {
        use[b] = barriers->class[b] == CG_BARRIER_ARTERIAL ||
                 barriers->class[b] == CG_BARRIER_STREET || barriers->class[b] == CG_BARRIER_ALLEY;
        report->n_roads += use[b];
    }
    return cg_road_net_new (barriers->lines, use, cancel, error);
}

static gboolean
walk (CgStore *store, CgCoverageReport *report, const CgUnits *units, const CgProgress *progress,
      GCancellable *cancel, GError **error)
{
    g_autoptr (CgPlaces) places = cg_store_load_services (store, error);
    if (places == NULL)
        return FALSE;
    g_autofree double *place_x = g_new (double, MAX (places->n, 1)),
                      *place_y = g_new (double, MAX (places->n, 1));
    if (!choose_services (places, report->job.kind, place_x, place_y, &report->n_services, error))
        return FALSE;
    if (report->n_services == 0)
        return TRUE;
    cg_progress (progress, "ways to service points", 0, report->n_services);
    g_autoptr (CgRoadNet) roads = make_roads (store, report, cancel, error);
    if (roads == NULL)
        return FALSE;
    g_autofree double *x = g_new (double, MAX (units->n, 1)), *y = g_new (double, MAX (units->n, 1)),
                      *way_m = g_new (double, MAX (units->n, 1));
    for (guint32 u = 0; u < units->n; u++)
        cg_shapes_label_point (units->shapes, u, &x[u], &y[u], NULL);
    const CgReachParams params = CG_REACH_PARAMS;
    if (!cg_reach_run (roads, report->n_services, place_x, place_y, units->n, x, y, &params, cancel,
                       way_m, NULL, error))
        return FALSE;
    sum_ways (report, units, way_m);
    return TRUE;
}

CgCoverageReport *
cg_coverage_report_run (CgStore *store, const CgCoverageJob *job, const CgProgress *progress,
                        GCancellable *cancel, GError **error)
{
    g_autoptr (CgUnits) units = NULL;
    g_autoptr (CgCoverageReport) report = start (store, job, &units, error);
    if (report == NULL || !take_config (store, report, error) ||
        !look (store, report, progress, cancel, error) ||
        !walk (store, report, units, progress, cancel, error))
        return NULL;
    if (report->n_cameras == 0 && report->n_services == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "the county has neither cameras nor service points with a place: see countygrid "
                     "import COUNTY cameras|services");
        return NULL;
    }
    return g_steal_pointer (&report);
}

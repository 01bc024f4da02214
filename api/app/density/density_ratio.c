/* Rates (events over households) and relative risks (events over other events). */
#include "app/density/density_internal.h"

#include <math.h>

#include "analyse/ground.h"
#include "app/density/points.h"
#include "app/status.h"
#include "app/table.h"
#include "base/error.h"
#include "export/raster.h"

#define LEAST_BASE 100
#define LEAST_EVENTS 10
#define STEPS_A_BANDWIDTH 4
/* Of the standard normal: a side's chance is at most 0.01, 0.05 beyond them. */
#define Z_01 2.326347874040841
#define Z_05 1.644853626951473

static gboolean
is_rate (const CgDensityFile *job)
{
    return job->ratio.per != NULL;
}

double
cg_ratio_floor (const CgRatio *ratio)
{
    return ratio->floor >= 0 ? ratio->floor : ratio->per != NULL ? LEAST_BASE : LEAST_EVENTS;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

CgPlaces *
cg_ratio_read (const CgRatio *ratio, const CgPlaces *points, const char *crs, const char *encoding,
               gboolean skip_bad, const gint64 *span, const CgProgress *progress,
               GCancellable *cancel, GError **error)
{
    const char *path = ratio->per != NULL ? ratio->per : ratio->against;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    CgPointsFile file = { path, NULL, encoding, ratio->per_column, points->working_crs };
    g_autofree char *words = ratio->per_column != NULL
                                 ? g_strconcat ("--per-column ", ratio->per_column, NULL)
                                 : NULL;
    file.weight_words = words;
    file.skip_bad = skip_bad;
    /* A CSV names no coordinate system: it is that of the points. */
    if (g_str_has_suffix (path, ".csv") || g_str_has_suffix (path, ".csv.gz"))
        file.crs = crs;
    g_autoptr (CgPlaces) second = cg_points_read (&file, report, progress, cancel, error);
    if (second == NULL || (ratio->per == NULL && span != NULL &&
                           !cg_points_keep_span (second, path, span[0], span[1], error)))
        return NULL;
    return g_steal_pointer (&second);
}

/* ---- where the base stands --------------------------------------------------------------------
 */

/* The areas of the file, by its rows; NULL where it holds none. */
static CgKeyedAreas *
read_areas (const CgRatio *ratio, const CgPlaces *base, const char *crs)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (ratio->per);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = ratio->per;
    options.working_crs = base->working_crs;
    options.skip_bad = TRUE;
    if (g_str_has_suffix (ratio->per, ".csv") || g_str_has_suffix (ratio->per, ".csv.gz"))
        options.crs = crs;
    return cg_import_keyed_areas (&options, NULL, NULL, report, NULL);
}

/* The base's weights by area; those of rows that are no areas stay where they stand. */
static double *
weights_by_area (const CgKeyedAreas *areas, const CgPlaces *base, GArray *others)
{
    double *value = g_new (double, (gsize) areas->n + 1);
    g_autoptr (GHashTable) by_row = g_hash_table_new (NULL, NULL);
    for (guint32 a = 0; a < areas->n; a++) {
        value[a] = NAN;
        g_hash_table_insert (by_row, GUINT_TO_POINTER (areas->row[a]), GUINT_TO_POINTER (a + 1));
    }
    for (guint32 i = 0; i < base->n; i++) {
        guint found =
            GPOINTER_TO_UINT (g_hash_table_lookup (by_row, GUINT_TO_POINTER (base->row[i])));
        if (found > 0 && isfinite (base->x[i]))
            value[found - 1] = base->weight != NULL ? base->weight[i] : 1.0;
        else
            g_array_append_val (others, i);
    }
    return value;
}

CgPlaces *
cg_ratio_ground (const CgRatio *ratio, const CgPlaces *base, const char *crs, double bandwidth_m,
                 GError **error)
{
    g_autoptr (CgKeyedAreas) areas = read_areas (ratio, base, crs);
    if (areas == NULL || areas->n == 0)
        return NULL;
    g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autofree double *value = weights_by_area (areas, base, others);
    g_autoptr (CgGround) ground =
        cg_ground_new (areas->shapes, value, bandwidth_m / STEPS_A_BANDWIDTH, error);
    if (ground == NULL)
        return NULL;
    guint32 n = (guint32) ground->n + others->len;
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    places->weight = g_new (double, (gsize) n + 1);
    for (guint32 k = 0; k < ground->n; k++) {
        places->x[k] = ground->x[k];
        places->y[k] = ground->y[k];
        places->weight[k] = ground->value[k];
    }
    for (guint k = 0; k < others->len; k++) {
        guint32 i = g_array_index (others, guint32, k), to = (guint32) ground->n + k;
        places->x[to] = base->x[i];
        places->y[to] = base->y[i];
        places->weight[to] = base->weight != NULL ? base->weight[i] : 1.0;
    }
    return places;
}

/* ---- output: bands or columns -----------------------------------------------------------------
 */

typedef struct {
    const char *name, *unit;
} Column;

static const Column rate_columns[] = { { "per_1000", "events per 1000" },
                                       { "per_1000_low", "events per 1000" },
                                       { "per_1000_high", "events per 1000" },
                                       { "per_km2", "events per km2" },
                                       { "base_per_km2", "base per km2" } };
static const Column risk_columns[] = { { "log_ratio", "natural logarithm" },
                                       { "p", "chance" },
                                       { "z", "standard deviations" },
                                       { "per_km2", "events per km2" },
                                       { "against_per_km2", "events per km2" } };
#define N_COLUMNS 5

static gboolean
write_bands (const CgDensityFile *job, const CgDensityWork *work, float *const *value,
             GError **error)
{
    const Column *columns = is_rate (job) ? rate_columns : risk_columns;
    CgRasterBand bands[N_COLUMNS];
    for (guint k = 0; k < N_COLUMNS; k++)
        bands[k] = (CgRasterBand){ columns[k].name, columns[k].unit, value[k] };
    g_autofree char *bandwidth = g_strdup_printf ("%.15g", work->options.bandwidth_m);
    g_autofree char *floor_text = g_strdup_printf ("%.15g", cg_ratio_floor (&job->ratio));
    const char *const notes[] = { "TIFFTAG_SOFTWARE",
                                  "countygrid " CG_VERSION,
                                  "bandwidth_m",
                                  bandwidth,
                                  "kernel",
                                  cg_kernel_name (job->surface.kernel),
                                  "edge",
                                  cg_edge_name (job->surface.edge),
                                  "floor",
                                  floor_text,
                                  NULL };
    return cg_export_raster (job->output, work->points->working_crs, &work->options.box,
                             work->options.width, work->options.height, N_COLUMNS, bands, notes,
                             work->options.cancel, error);
}

static const CgPlaces *
places_of (const CgDensityWork *work)
{
    return work->at != NULL ? work->at : work->points;
}

static const CgPlaces *
base_of (const CgDensityWork *work)
{
    return work->ground != NULL ? work->ground : work->second;
}

/* Columns id, x, y; those of the kind go to out. */
static void
begin_table (const CgDensityFile *job, const CgDensityWork *work, CgTable *table, double **out)
{
    const CgPlaces *at = places_of (work);
    const Column *columns = is_rate (job) ? rate_columns : risk_columns;
    cg_table_init (table, at->n);
    const char **id = cg_table_texts (table, "id");
    double *x = cg_table_numbers (table, "x", CG_COLUMN_REAL);
    double *y = cg_table_numbers (table, "y", CG_COLUMN_REAL);
    for (guint32 i = 0; i < at->n; i++) {
        id[i] = at->id[i];
        x[i] = at->delivered_x[i];
        y[i] = at->delivered_y[i];
    }
    for (guint k = 0; k < N_COLUMNS; k++)
        out[k] = cg_table_numbers (table, columns[k].name, CG_COLUMN_REAL);
}

static json_t *
pack_figures (const CgDensityFile *job, double without, double all)
{
    return json_pack ("{s:s, s:f, s:f}", "kind", is_rate (job) ? "rate" : "risk", "floor",
                      cg_ratio_floor (&job->ratio), "without_value", all > 0 ? without / all : 0);
}

/* ---- rates ------------------------------------------------------------------------------------
 */

static void
sum_base (const CgPlaces *base, json_t *figures)
{
    double sum = 0;
    guint32 rows = 0;
    for (guint32 i = 0; i < base->n; i++) {
        double weight = base->weight != NULL ? base->weight[i] : 1;
        if (!isfinite (base->x[i]) || !isfinite (base->y[i]) || !isfinite (weight))
            continue;
        sum += weight;
        rows++;
    }
    json_object_set_new (figures, "base", json_real (sum));
    json_object_set_new (figures, "base_rows", json_integer (rows));
}

double
cg_ratio_rates (gsize n, const float *events_per_km2, const float *base_per_km2,
                double effective_km2, double least_base, float *out_rate, float *out_low,
                float *out_high)
{
    double peak = 0;
    for (gsize i = 0; i < n; i++) {
        CgRate one = cg_rate_value (events_per_km2[i], base_per_km2[i], effective_km2, least_base);
        out_rate[i] = (float) one.per_1000;
        if (out_low != NULL)
            out_low[i] = (float) one.low;
        if (out_high != NULL)
            out_high[i] = (float) one.high;
        peak = isnan (one.per_1000) ? peak : MAX (peak, one.per_1000);
    }
    return peak;
}

static gboolean
rate_raster (const CgDensityFile *job, CgDensityWork *work, GError **error)
{
    const CgPlaces *p = work->points, *b = base_of (work);
    g_autoptr (CgDensity) base =
        cg_density_run (b->n, b->x, b->y, b->weight, &work->options, error);
    if (base == NULL || (work->density = cg_density_run (p->n, p->x, p->y, p->weight,
                                                         &work->options, error)) == NULL)
        return FALSE;
    gsize n = (gsize) base->width * base->height, without = 0, inside = 0;
    double effective = cg_kernel_effective_km2 (job->surface.kernel, work->options.bandwidth_m);
    g_autofree float *rate = g_new (float, n), *low = g_new (float, n), *high = g_new (float, n);
    double peak = cg_ratio_rates (n, work->density->per_km2, base->per_km2, effective,
                                  cg_ratio_floor (&job->ratio), rate, low, high);
    for (gsize i = 0; i < n; i++) {
        inside += !isnan (base->per_km2[i]);
        without += isnan (rate[i]) && !isnan (base->per_km2[i]);
    }
    work->ratio = pack_figures (job, (double) without, (double) inside);
    json_object_set_new (work->ratio, "peak_per_1000", json_real (peak));
    float *const bands[] = { rate, low, high, work->density->per_km2, base->per_km2 };
    return write_bands (job, work, bands, error);
}

static gboolean
rate_table (const CgDensityFile *job, CgDensityWork *work, GError **error)
{
    const CgPlaces *p = work->points, *b = base_of (work), *at = places_of (work);
    g_auto (CgTable) table;
    double *out[N_COLUMNS], peak = 0;
    guint32 without = 0;
    begin_table (job, work, &table, out);
    if (!cg_density_at (p->n, p->x, p->y, p->weight, &work->options, at->n, at->x, at->y, out[3],
                        NULL, error) ||
        !cg_density_at (b->n, b->x, b->y, b->weight, &work->options, at->n, at->x, at->y, out[4],
                        NULL, error))
        return FALSE;
    double effective = cg_kernel_effective_km2 (job->surface.kernel, work->options.bandwidth_m);
    for (guint32 i = 0; i < at->n; i++) {
        CgRate one = cg_rate_value (out[3][i], out[4][i], effective, cg_ratio_floor (&job->ratio));
        out[0][i] = one.per_1000;
        out[1][i] = one.low;
        out[2][i] = one.high;
        without += isnan (one.per_1000);
        peak = isnan (one.per_1000) ? peak : MAX (peak, one.per_1000);
    }
    work->ratio = pack_figures (job, without, at->n);
    json_object_set_new (work->ratio, "peak_per_1000", json_real (peak));
    return cg_table_write (&table, job->output, NULL, NULL, NULL, NULL, error);
}

/* ---- risks ------------------------------------------------------------------------------------
 */

/* z is turned for the low side. */
CgContours *
cg_ratio_rings (const CgRiskSurface *risk, gboolean low, GError **error)
{
    static const double levels[] = { Z_05, Z_01 };
    gsize n = (gsize) risk->cases->width * risk->cases->height;
    g_autofree float *z = g_memdup2 (risk->z, n * sizeof (float));
    for (gsize i = 0; low && i < n; i++)
        z[i] = -z[i];
    CgDensity field = *risk->cases;
    field.per_km2 = z;
    return cg_contours_run (&field, 2, levels, error);
}

/* Rings of one side. */
static gboolean
add_rings (const CgRiskSurface *risk, gboolean low, CgShapes *shapes, GArray *level, GArray *km2,
           GError **error)
{
    g_autoptr (CgContours) rings = cg_ratio_rings (risk, low, error);
    for (guint l = 0; rings != NULL && l < 2; l++)
        for (guint32 r = rings->level_ring[l]; r < rings->level_ring[l + 1]; r++) {
            for (guint32 v = rings->ring_vertex[r]; v < rings->ring_vertex[r + 1]; v++)
                cg_shapes_add_vertex (shapes, rings->x[v], rings->y[v]);
            cg_shapes_end_ring (shapes);
            cg_shapes_end_part (shapes);
            cg_shapes_end_shape (shapes);
            double p = l == 0 ? 0.05 : 0.01, area = cg_contours_ring_km2 (rings, r);
            g_array_append_val (level, p);
            g_array_append_val (km2, area);
        }
    return rings != NULL;
}

static gboolean
write_contours (const CgDensityFile *job, const CgDensityWork *work, const CgRiskSurface *risk,
                GError **error)
{
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_LINE);
    g_autoptr (GArray) level = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) km2 = g_array_new (FALSE, FALSE, sizeof (double));
    if (!add_rings (risk, FALSE, shapes, level, km2, error))
        return FALSE;
    guint32 n_high = shapes->n_shapes;
    if (!add_rings (risk, TRUE, shapes, level, km2, error))
        return FALSE;
    g_auto (CgTable) table;
    cg_table_init (&table, shapes->n_shapes);
    const char **side = cg_table_texts (&table, "side");
    double *p = cg_table_numbers (&table, "p", CG_COLUMN_REAL);
    double *area = cg_table_numbers (&table, "km2", CG_COLUMN_REAL);
    for (guint32 i = 0; i < shapes->n_shapes; i++) {
        side[i] = i < n_high ? "high" : "low";
        p[i] = g_array_index (level, double, i);
        area[i] = g_array_index (km2, double, i);
    }
    json_object_set_new (work->ratio, "rings", json_integer (shapes->n_shapes));
    return cg_table_write (&table, job->contours, "tolerance", shapes, work->points->working_crs,
                           NULL, error);
}

static void
report_risk (const CgDensityFile *job, CgDensityWork *work, gsize n, const float *log_ratio,
             const float *p, const float *outside)
{
    gsize without = 0, high = 0, low = 0, inside = 0;
    for (gsize i = 0; i < n; i++) {
        gboolean in = outside == NULL || !isnan (outside[i]);
        inside += in;
        without += isnan (log_ratio[i]) && in;
        high += p[i] <= 0.05;
        low += p[i] >= 0.95;
    }
    work->ratio = pack_figures (job, (double) without, (double) inside);
    double all = (double) MAX (inside, 1);
    json_object_set_new (work->ratio, "high_05", json_real ((double) high / all));
    json_object_set_new (work->ratio, "low_05", json_real ((double) low / all));
}

static gboolean
risk_raster (const CgDensityFile *job, CgDensityWork *work, GError **error)
{
    const CgPlaces *p = work->points, *o = work->second;
    g_autoptr (CgRiskSurface) risk =
        cg_risk_run (p->n, p->x, p->y, o->n, o->x, o->y, &work->options, cg_ratio_floor (&job->ratio), error);
    if (risk == NULL)
        return FALSE;
    report_risk (job, work, (gsize) risk->cases->width * risk->cases->height, risk->log_ratio,
                 risk->p, risk->cases->per_km2);
    work->peak_per_km2 = risk->cases->peak_per_km2;
    float *const bands[] = { risk->log_ratio, risk->p, risk->z, risk->cases->per_km2,
                             risk->others->per_km2 };
    return write_bands (job, work, bands, error) &&
           (job->contours == NULL || write_contours (job, work, risk, error));
}

static gboolean
risk_table (const CgDensityFile *job, CgDensityWork *work, GError **error)
{
    const CgPlaces *p = work->points, *o = work->second, *at = places_of (work);
    g_auto (CgTable) table;
    double *out[N_COLUMNS];
    begin_table (job, work, &table, out);
    g_autofree CgRisk *risk = g_new (CgRisk, (gsize) at->n + 1);
    g_autofree float *log_ratio = g_new (float, (gsize) at->n + 1);
    g_autofree float *chance = g_new (float, (gsize) at->n + 1);
    if (!cg_risk_at (p->n, p->x, p->y, o->n, o->x, o->y, &work->options, cg_ratio_floor (&job->ratio), at->n,
                     at->x, at->y, risk, error) ||
        !cg_density_at (p->n, p->x, p->y, NULL, &work->options, at->n, at->x, at->y, out[3], NULL,
                        error) ||
        !cg_density_at (o->n, o->x, o->y, NULL, &work->options, at->n, at->x, at->y, out[4], NULL,
                        error))
        return FALSE;
    for (guint32 i = 0; i < at->n; i++) {
        out[0][i] = risk[i].log_ratio;
        out[1][i] = risk[i].p;
        out[2][i] = risk[i].z;
        log_ratio[i] = (float) risk[i].log_ratio;
        chance[i] = (float) risk[i].p;
    }
    report_risk (job, work, at->n, log_ratio, chance, NULL);
    return cg_table_write (&table, job->output, NULL, NULL, NULL, NULL, error);
}

/* ---- both -------------------------------------------------------------------------------------
 */

gboolean
cg_density_ratio_run (const CgDensityFile *job, CgDensityWork *work, GError **error)
{
    gint64 start = g_get_monotonic_time ();
    gboolean table = g_str_has_suffix (job->output, ".csv");
    g_autoptr (GError) failed = NULL;
    if (cg_app_is_stopped (work->options.cancel, error))
        return FALSE;
    if (is_rate (job))
        work->ground = cg_ratio_ground (&job->ratio, work->second, job->crs,
                                        work->options.bandwidth_m, &failed);
    if (failed != NULL) {
        g_propagate_error (error, g_steal_pointer (&failed));
        return FALSE;
    }
    gboolean done = is_rate (job)
                        ? (table ? rate_table (job, work, error) : rate_raster (job, work, error))
                        : (table ? risk_table (job, work, error) : risk_raster (job, work, error));
    work->density_s = (g_get_monotonic_time () - start) / 1e6;
    if (!done)
        return FALSE;
    if (work->density != NULL)
        work->peak_per_km2 = work->density->peak_per_km2;
    json_object_set_new (
        work->ratio, "effective_km2",
        json_real (cg_kernel_effective_km2 (job->surface.kernel, work->options.bandwidth_m)));
    if (is_rate (job))
        sum_base (work->second, work->ratio);
    else
        json_object_set_new (work->ratio, "against", json_integer (work->second->n));
    return TRUE;
}

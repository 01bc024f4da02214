/* The methods of `hotspots`: each fills its columns and its part of the summary. */
#include "app/clock.h"
#include "app/density/hotspots.h"

#include <math.h>
#include <string.h>

#include "analyse/chance.h"
#include "analyse/emerging.h"
#include "analyse/global.h"
#include "analyse/local.h"
#include "analyse/permutation.h"
#include "analyse/rates.h"
#include "analyse/scan.h"
#include "app/json.h"

/* ---- columns ------------------------------------------------------------------------------- */

static double *
add_numbers (CgHotspotsAnswer *answer, const char *name, CgColumnKind kind, guint32 n)
{
    CgHotspotsColumn column = { name, kind, g_new0 (double, (gsize) n + 1), NULL };
    g_array_append_val (answer->columns, column);
    return column.number;
}

static const char **
add_texts (CgHotspotsAnswer *answer, const char *name, guint32 n)
{
    CgHotspotsColumn column = { name, CG_COLUMN_TEXT, NULL, g_new0 (const char *, (gsize) n + 1) };
    g_array_append_val (answer->columns, column);
    return column.text;
}

static json_t *
number_or_null (double value)
{
    return isfinite (value) ? json_real (value) : json_null ();
}

/* ---- hot and cold -------------------------------------------------------------------------- */

static const char *
class_label (int class)
{
    static const char *const labels[] = { "cold 99 %", "cold 95 %", "cold 90 %", "not significant",
                                          "hot 90 %",  "hot 95 %",  "hot 99 %" };
    return labels[class + 3];
}

/* Columns p, q, class, label from the two tails; hot is what has the smaller one above. */
static void
add_classes (CgHotspotsAnswer *answer, guint32 n, const double *low, const double *high)
{
    double *p = add_numbers (answer, "p", CG_COLUMN_REAL, n);
    double *q = add_numbers (answer, "q", CG_COLUMN_REAL, n);
    double *class = add_numbers (answer, "class", CG_COLUMN_WHOLE, n);
    const char **label = add_texts (answer, "label", n);
    guint32 counts[7] = { 0 };
    for (guint32 i = 0; i < n; i++)
        p[i] = isnan (low[i]) ? NAN : cg_permutation_two_sided (low[i], high[i]);
    cg_false_discovery (n, p, q);
    for (guint32 i = 0; i < n; i++) {
        int found = cg_hot_class (low[i] - high[i], q[i]);
        class[i] = found;
        label[i] = class_label (found);
        counts[found + 3]++;
    }
    json_object_set_new (answer->summary, "hot",
                         json_pack ("{s:i, s:i, s:i}", "99", (int) counts[6], "95", (int) counts[5],
                                    "90", (int) counts[4]));
    json_object_set_new (answer->summary, "cold",
                         json_pack ("{s:i, s:i, s:i}", "99", (int) counts[0], "95", (int) counts[1],
                                    "90", (int) counts[2]));
}

/* A place without base has no class: nothing was compared there. */
static void
clear_classes (CgHotspotsAnswer *answer, const CgHotspotsInput *input)
{
    for (guint c = 0; c < answer->columns->len; c++) {
        CgHotspotsColumn *column = &g_array_index (answer->columns, CgHotspotsColumn, c);
        for (guint32 i = 0; i < input->n; i++)
            if (!(input->base[i] > 0) && strcmp (column->name, "class") == 0)
                column->number[i] = NAN;
            else if (!(input->base[i] > 0) && strcmp (column->name, "label") == 0)
                column->text[i] = NULL;
    }
}

static void
add_global (CgHotspotsAnswer *answer, const char *name, const CgGlobal *global)
{
    json_t *value = json_object ();
    json_object_set_new (value, "value", number_or_null (global->value));
    json_object_set_new (value, "expected", number_or_null (global->expected));
    json_object_set_new (value, "z", number_or_null (global->z));
    json_object_set_new (value, "p", number_or_null (global->p));
    json_object_set_new (answer->summary, name, value);
}

/* Counts, or rates as deviations in their own standard errors. (g_free; NULL with error) */
static double *
values_of (const CgHotspotsInput *input, GError **error)
{
    if (input->base == NULL)
        return g_memdup2 (input->count, input->n * sizeof (double));
    g_autofree double *z = g_new (double, (gsize) input->n + 1);
    if (!cg_rates_standardised (input->n, input->count, input->base, z, error))
        return NULL;
    /* Nothing at all happened: every rate is that of all. */
    for (guint32 i = 0; i < input->n; i++)
        if (isnan (z[i]))
            z[i] = 0;
    return g_steal_pointer (&z);
}

static gboolean
run_chances (const CgHotspotsInput *input, const double *value, CgHotspotsAnswer *answer,
             double *low, double *high, GError **error)
{
    CgPermutationOptions options = CG_PERMUTATION_OPTIONS_DEFAULT;
    options.draws = input->job->draws;
    options.seed = input->job->seed;
    options.progress = input->progress;
    CgChances told;
    if (!cg_permutation_run (input->near, value, &options, input->cancel, low, high, &told, error))
        return FALSE;
    static const char *const names[] = { "exact", "rounded", "drawn" };
    json_object_set_new (answer->summary, "chances", json_string (names[told.kind]));
    if (told.kind == CG_CHANCE_DRAWN)
        json_object_set_new (answer->summary, "draws", json_integer (told.draws));
    if (told.kind == CG_CHANCE_LATTICE)
        json_object_set_new (answer->summary, "rounding", json_real (told.rounding));
    CgGlobal moran, geary;
    if (!cg_global_moran (input->near, value, CG_WEIGHTS_ROW, &moran, error) ||
        !cg_global_geary (input->near, value, CG_WEIGHTS_ROW, &geary, error))
        return FALSE;
    add_global (answer, "moran", &moran);
    add_global (answer, "geary", &geary);
    return TRUE;
}

static gboolean
run_g (const CgHotspotsInput *input, CgHotspotsAnswer *answer, gboolean with_self, GError **error)
{
    g_autofree double *value = values_of (input, error);
    if (value == NULL)
        return FALSE;
    double *z = add_numbers (answer, "z", CG_COLUMN_REAL, input->n);
    double *low = add_numbers (answer, "p_low", CG_COLUMN_REAL, input->n);
    double *high = add_numbers (answer, "p_high", CG_COLUMN_REAL, input->n);
    if (!cg_local_g (input->near, value, with_self, z, error) ||
        !run_chances (input, value, answer, low, high, error))
        return FALSE;
    add_classes (answer, input->n, low, high);
    return TRUE;
}

static gboolean
run_gi_star (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    return run_g (input, answer, TRUE, error);
}

static gboolean
run_gi (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    return run_g (input, answer, FALSE, error);
}

/* ---- more than its share --------------------------------------------------------------------- */

static gboolean
run_excess (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    guint32 n = input->n;
    double *expected = add_numbers (answer, "expected", CG_COLUMN_REAL, n);
    double *z = add_numbers (answer, "z", CG_COLUMN_REAL, n);
    double *low = add_numbers (answer, "p_low", CG_COLUMN_REAL, n);
    double *high = add_numbers (answer, "p_high", CG_COLUMN_REAL, n);
    if (!cg_rates_excess (input->near, input->count, input->base, expected, z, low, high, error))
        return FALSE;
    add_classes (answer, n, low, high);
    json_object_set_new (answer->summary, "chances", json_string ("exact"));
    return TRUE;
}

/* ---- local Moran --------------------------------------------------------------------------- */

static void
add_quadrants (CgHotspotsAnswer *answer, guint32 n, const CgLocalMoran *local, const double *q)
{
    const char **quadrant = add_texts (answer, "quadrant", n);
    const char **label = add_texts (answer, "label", n);
    guint32 counts[5] = { 0 };
    for (guint32 i = 0; i < n; i++) {
        gboolean surprising = q[i] <= 0.05;
        quadrant[i] = cg_quadrant_name (local->quadrant[i]);
        label[i] = surprising ? quadrant[i] : "not significant";
        counts[surprising ? local->quadrant[i] : 0]++;
    }
    json_t *found = json_object ();
    for (guint k = 1; k < G_N_ELEMENTS (counts); k++)
        json_object_set_new (found, cg_quadrant_name (k), json_integer (counts[k]));
    json_object_set_new (answer->summary, "quadrants", found);
}

static gboolean
run_local_moran (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    guint32 n = input->n;
    g_autofree double *value = values_of (input, error);
    if (value == NULL)
        return FALSE;
    g_autoptr (CgLocalMoran) local = cg_local_moran (input->near, value, CG_WEIGHTS_ROW, error);
    if (local == NULL)
        return FALSE;
    double *i = add_numbers (answer, "i", CG_COLUMN_REAL, n);
    double *z = add_numbers (answer, "z", CG_COLUMN_REAL, n);
    double *low = add_numbers (answer, "p_low", CG_COLUMN_REAL, n);
    double *high = add_numbers (answer, "p_high", CG_COLUMN_REAL, n);
    memcpy (i, local->i, n * sizeof (double));
    memcpy (z, local->z_given, n * sizeof (double));
    if (!run_chances (input, value, answer, low, high, error))
        return FALSE;
    double *p = add_numbers (answer, "p", CG_COLUMN_REAL, n);
    double *q = add_numbers (answer, "q", CG_COLUMN_REAL, n);
    for (guint32 k = 0; k < n; k++)
        p[k] = isnan (low[k]) ? NAN : cg_permutation_two_sided (low[k], high[k]);
    cg_false_discovery (n, p, q);
    add_quadrants (answer, n, local, q);
    return TRUE;
}

/* ---- smoothed rates ------------------------------------------------------------------------ */

static gboolean
run_eb (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    guint32 n = input->n;
    double *expected = add_numbers (answer, "expected", CG_COLUMN_REAL, n);
    double *global = add_numbers (answer, "eb_per_1000", CG_COLUMN_REAL, n);
    double *local = add_numbers (answer, "eb_local_per_1000", CG_COLUMN_REAL, n);
    double *few = add_numbers (answer, "p_low", CG_COLUMN_REAL, n);
    double *many = add_numbers (answer, "p_high", CG_COLUMN_REAL, n);
    CgPrior prior;
    if (!cg_rates_surprise (n, input->count, input->base, expected, few, many, error) ||
        !cg_rates_global (n, input->count, input->base, global, &prior, error) ||
        !cg_rates_local (input->near, input->count, input->base, CG_LOCAL_MARSHALL, local, error))
        return FALSE;
    for (guint32 i = 0; i < n; i++) {
        global[i] *= 1000;
        local[i] *= 1000;
        if (!(input->base[i] > 0))
            expected[i] = NAN;
    }
    add_classes (answer, n, few, many);
    clear_classes (answer, input);
    json_object_set_new (answer->summary, "mean_per_1000", number_or_null (prior.mean * 1000));
    json_object_set_new (answer->summary, "variance_between", number_or_null (prior.variance));
    return TRUE;
}

/* ---- scan ---------------------------------------------------------------------------------- */

/* "2025-06-01": the day on which a period begins. (g_free) */
char *
cg_hotspots_day (gint64 start_s)
{
    return cg_app_local_text (start_s, "%F");
}

static json_t *
describe_cluster (const CgHotspotsInput *input, const CgScanCluster *cluster, guint32 number)
{
    json_t *value = json_pack ("{s:i, s:i}", "cluster", (int) number, "areas",
                               (int) cluster->n_members);
    json_object_set_new (value, "observed", json_real (cluster->observed));
    json_object_set_new (value, "expected", json_real (cluster->expected));
    json_object_set_new (value, "relative_risk", number_or_null (cluster->relative_risk));
    json_object_set_new (value, "log_likelihood_ratio", json_real (cluster->ratio));
    json_object_set_new (value, "radius_m", json_real (cluster->radius_m));
    json_object_set_new (value, "p", json_real (cluster->p));
    json_object_set_new (value, "p_gumbel", number_or_null (cluster->p_gumbel));
    if (input->start_s != NULL) {
        g_autofree char *from = cg_hotspots_day (input->start_s[cluster->from]);
        g_autofree char *until = cg_hotspots_day (input->start_s[cluster->to]);
        json_object_set_new (value, "from", json_string (from));
        json_object_set_new (value, "until", json_string (until));
    }
    return value;
}

static gboolean
run_scan (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    guint32 n = input->n;
    CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
    options.replicates = input->job->replicates;
    options.max_share = input->job->max_share;
    options.seed = input->job->seed;
    options.threads = input->job->threads;
    options.alive = input->job->alive;
    options.progress = input->progress;
    const double *count = input->by_period != NULL ? input->by_period : input->count;
    g_autoptr (CgScan) scan = cg_scan_run (n, input->x, input->y, input->n_periods, count,
                                           input->base, &options, input->cancel, error);
    if (scan == NULL)
        return FALSE;
    double *expected = add_numbers (answer, "expected", CG_COLUMN_REAL, n);
    double *number = add_numbers (answer, "cluster", CG_COLUMN_WHOLE, n);
    double *risk = add_numbers (answer, "relative_risk", CG_COLUMN_REAL, n);
    double *p = add_numbers (answer, "p", CG_COLUMN_REAL, n);
    double *gumbel = add_numbers (answer, "p_gumbel", CG_COLUMN_REAL, n);
    for (guint32 i = 0; i < n; i++) {
        expected[i] = scan->base > 0 ? scan->events * input->base[i] / scan->base : 0;
        risk[i] = p[i] = gumbel[i] = NAN;
    }
    json_t *clusters = json_array ();
    for (guint32 k = 0; k < scan->n_clusters; k++) {
        const CgScanCluster *cluster = &scan->cluster[k];
        for (guint32 m = 0; m < cluster->n_members; m++) {
            guint32 i = cluster->member[m];
            number[i] = k + 1;
            risk[i] = cluster->relative_risk;
            p[i] = cluster->p;
            gumbel[i] = cluster->p_gumbel;
        }
        json_array_append_new (clusters, describe_cluster (input, cluster, k + 1));
    }
    json_object_set_new (answer->summary, "clusters", clusters);
    json_object_set_new (answer->summary, "replicates", json_integer (options.replicates));
    return TRUE;
}

/* ---- emerging ------------------------------------------------------------------------------ */

static const char *
emerging_label (CgEmergingClass class, int side)
{
    static const char *const labels[][2] = {
        { "no pattern", "no pattern" },
        { "new hot", "new cold" },
        { "consecutive hot", "consecutive cold" },
        { "intensifying hot", "intensifying cold" },
        { "persistent hot", "persistent cold" },
        { "diminishing hot", "diminishing cold" },
        { "sporadic hot", "sporadic cold" },
        { "oscillating hot", "oscillating cold" },
        { "historical hot", "historical cold" },
    };
    return labels[class][side < 0];
}

static void
add_history (const CgEmerging *emerging, const double *count, CgHotspotsAnswer *answer, double alpha)
{
    guint32 n = emerging->n, periods = emerging->n_periods;
    double *last_z = add_numbers (answer, "z", CG_COLUMN_REAL, n);
    double *last_q = add_numbers (answer, "q", CG_COLUMN_REAL, n);
    double *hot = add_numbers (answer, "hot_periods", CG_COLUMN_WHOLE, n);
    double *cold = add_numbers (answer, "cold_periods", CG_COLUMN_WHOLE, n);
    double *last = add_numbers (answer, "last_count", CG_COLUMN_WHOLE, n);
    double *low = add_numbers (answer, "last_low", CG_COLUMN_REAL, n);
    double *high = add_numbers (answer, "last_high", CG_COLUMN_REAL, n);
    for (guint32 i = 0; i < n; i++) {
        last[i] = count[(gsize) i * periods + periods - 1];
        cg_poisson_interval (last[i], 0.95, &low[i], &high[i]);
        const double *z = emerging->z + (gsize) i * periods, *q = emerging->q + (gsize) i * periods;
        last_z[i] = z[periods - 1];
        last_q[i] = q[periods - 1];
        for (guint32 t = 0; t < periods; t++) {
            hot[i] += q[t] <= alpha && z[t] > 0;
            cold[i] += q[t] <= alpha && z[t] < 0;
        }
    }
}

static gboolean
run_emerging (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    const CgEmergingOptions options = CG_EMERGING_OPTIONS_DEFAULT;
    g_autoptr (CgEmerging) emerging =
        cg_emerging_run (input->near, input->n_periods, input->by_period, &options, error);
    if (emerging == NULL)
        return FALSE;
    const char **label = add_texts (answer, "label", input->n);
    double *trend_z = add_numbers (answer, "trend_z", CG_COLUMN_REAL, input->n);
    double *trend_p = add_numbers (answer, "trend_p", CG_COLUMN_REAL, input->n);
    json_t *counts = json_object ();
    for (guint32 i = 0; i < input->n; i++) {
        label[i] = emerging_label (emerging->class[i], emerging->side[i]);
        trend_z[i] = emerging->trend_z[i];
        trend_p[i] = emerging->trend_p[i];
        json_int_t so_far = json_integer_value (json_object_get (counts, label[i]));
        json_object_set_new (counts, label[i], json_integer (so_far + 1));
    }
    add_history (emerging, input->by_period, answer, options.alpha);
    json_object_set_new (answer->summary, "labels", counts);
    return TRUE;
}

/* ---- the whole map ------------------------------------------------------------------------- */

static json_t *
pack_global (const CgGlobal *global, const char *weights)
{
    return json_pack ("{s:s, s:o, s:o, s:o, s:o, s:o}", "weights", weights, "value",
                      number_or_null (global->value), "expected",
                      number_or_null (global->expected), "variance",
                      number_or_null (global->variance), "z", number_or_null (global->z), "p",
                      number_or_null (global->p));
}

/* Counts as they are, or rates per 1000: what the general G and the joins compare. */
static double *
plain_values (const CgHotspotsInput *input, double *out_mean)
{
    double *value = g_new (double, (gsize) input->n + 1), events = 0, base = 0;
    for (guint32 i = 0; i < input->n; i++) {
        value[i] = input->base != NULL ? input->count[i] / input->base[i] * 1000 : input->count[i];
        events += input->count[i];
        base += input->base != NULL ? input->base[i] / 1000 : 1;
    }
    *out_mean = base > 0 ? events / base : NAN;
    return value;
}

static void
add_joins (const CgHotspotsInput *input, const double *value, double mean,
           CgHotspotsAnswer *answer)
{
    g_autofree guint8 *black = g_new0 (guint8, (gsize) input->n + 1);
    guint32 n_black = 0;
    for (guint32 i = 0; i < input->n; i++)
        n_black += black[i] = value[i] > mean;
    CgJoins joins;
    cg_global_joins (input->near, black, CG_WEIGHTS_BINARY, &joins);
    json_object_set_new (
        answer->summary, "joins",
        json_pack ("{s:o, s:i, s:o, s:o, s:o}", "above", number_or_null (mean), "black",
                   (int) n_black, "black_black", pack_global (&joins.black_black, "binary"),
                   "white_white", pack_global (&joins.white_white, "binary"), "different",
                   pack_global (&joins.different, "binary")));
}

/* Moran and Geary with either kind of weights, the general G where nothing is negative, joins of
 * areas above the mean. */
static gboolean
run_global (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error)
{
    double mean;
    g_autofree double *value = values_of (input, error);
    g_autofree double *plain = plain_values (input, &mean);
    CgGlobal moran, geary, g;
    const CgWeightStyle styles[] = { CG_WEIGHTS_ROW, CG_WEIGHTS_BINARY };
    const char *const names[] = { "row", "binary" };
    json_t *all = json_object ();
    json_object_set_new (answer->summary, "global", all);
    for (guint k = 0; k < 2 && value != NULL; k++) {
        if (!cg_global_moran (input->near, value, styles[k], &moran, error) ||
            !cg_global_geary (input->near, value, styles[k], &geary, error))
            return FALSE;
        g_autofree char *moran_name = g_strconcat ("moran_", names[k], NULL);
        g_autofree char *geary_name = g_strconcat ("geary_", names[k], NULL);
        json_object_set_new (all, moran_name, pack_global (&moran, names[k]));
        json_object_set_new (all, geary_name, pack_global (&geary, names[k]));
    }
    if (value == NULL)
        return FALSE;
    gboolean negative = FALSE;
    for (guint32 i = 0; i < input->n; i++)
        negative |= plain[i] < 0;
    if (!negative) {
        if (!cg_global_g (input->near, plain, CG_WEIGHTS_BINARY, &g, error))
            return FALSE;
        json_object_set_new (all, "g_binary", pack_global (&g, "binary"));
    }
    add_joins (input, plain, mean, answer);
    double *column = add_numbers (answer, "above_mean", CG_COLUMN_WHOLE, input->n);
    for (guint32 i = 0; i < input->n; i++)
        column[i] = plain[i] > mean;
    return TRUE;
}

static const CgHotspotsMethod methods[] = {
    { "gi-star", "Gi*: z and exact chance of each area with its neighbours", .any_number = TRUE,
      .run = run_gi_star },
    { "excess", "each area with its neighbours against its share of the households: binomial chance",
      .needs_base = TRUE, .whole = TRUE, .run = run_excess },
    { "gi", "Gi: the same without the area itself", .any_number = TRUE, .run = run_gi },
    { "local-moran", "local Moran's I: areas like, and unlike, their neighbours",
      .any_number = TRUE, .run = run_local_moran },
    { "global", "Moran's I, Geary's C, general G and join counts of the whole map",
      .any_number = TRUE, .run = run_global },
    { "eb", "smoothed rates (empirical Bayes) and the chance of each count", .needs_base = TRUE,
      .takes_baseless = TRUE, .run = run_eb },
    { "scan", "Kulldorff's scan: the most surprising circles, with --period in space and time",
      .needs_base = TRUE, .whole = TRUE, .takes_periods = TRUE, .run = run_scan },
    { "emerging", "how hot spots come and go: Gi* by periods and its trend", .takes_periods = TRUE,
      .needs_periods = TRUE, .run = run_emerging },
    { .name = NULL },
};

const CgHotspotsMethod *
cg_hotspots_methods (void)
{
    return methods;
}

const CgHotspotsMethod *
cg_hotspots_find (const char *name)
{
    for (const CgHotspotsMethod *method = methods; method->name != NULL; method++)
        if (g_strcmp0 (method->name, name) == 0)
            return method;
    return NULL;
}

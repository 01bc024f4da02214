/* Where incidents gather more than chance explains: hot and cold spots, like and unlike neighbours,
 * circles. The same methods and numbers as `countygrid hotspots` (docs/methods.md). */
#include "app/screen/screen_finding.h"

#include "analyse/chance.h"
#include "analyse/local.h"
#include "analyse/permutation.h"
#include "analyse/rates.h"
#include "analyse/scan.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

/* ---- values ----------------------------------------------------------------------------------- */

/* What is compared: counts, rates, or counts with the share that households would give. */
typedef enum {
    VALUE_COUNT,
    VALUE_RATE,
    VALUE_EXCESS,
} Value;

static gboolean
choose_value (const ScreenJob *job, gboolean excess, Value *out_value, GError **error)
{
    static const char *const names[] = { "incidents", SCREEN_RAW_RATE, "excess" };
    *out_value = excess ? VALUE_EXCESS : VALUE_RATE;
    if (job->measure == NULL)
        return TRUE;
    for (guint v = 0; v <= (excess ? VALUE_EXCESS : VALUE_RATE); v++)
        if (strcmp (job->measure, names[v]) == 0) {
            *out_value = v;
            return TRUE;
        }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "measure '%.40s': looked for are gatherings of %s" SCREEN_RAW_RATE " or incidents",
                 job->measure, excess ? "excess, " : "");
    return FALSE;
}

/* Counts, or rates as deviations in their own standard errors. (g_free; NULL with error) */
static double *
values_of (const ScreenPart *part, Value kind, GError **error)
{
    if (kind == VALUE_COUNT)
        return g_memdup2 (part->count, sizeof (double) * ((gsize) part->n + 1));
    double *z = g_new (double, (gsize) part->n + 1);
    if (!cg_rates_standardised (part->n, part->count, part->base, z, error)) {
        g_free (z);
        return NULL;
    }
    /* Nothing at all happened: every rate is that of all. */
    for (guint32 i = 0; i < part->n; i++)
        if (isnan (z[i]))
            z[i] = 0;
    return z;
}

/* [grids] from [part]; NaN elsewhere. */
static void
spread (const ScreenPart *part, const double *value, double *out)
{
    for (guint32 i = 0; i < part->n; i++)
        out[part->row[i]] = value[i];
}

/* How the chances were found, in words of either language. (g_free) */
static char *
chances_text (const CgChances *told, gboolean english)
{
    double rounding = MAX (0.01, 100 * told->rounding);
    if (told->kind == CG_CHANCE_DRAWN)
        return g_strdup_printf (english ? "%u permutations" : "随机排列 %u 次", told->draws);
    if (told->kind == CG_CHANCE_EXACT)
        return g_strdup (english ? "exact chances" : "精确概率");
    return g_strdup_printf (english ? "exact chances (rounding < %.1g%%)"
                                    : "精确概率（取整误差 < %.1g%%）",
                            rounding);
}

static void
tell_meaning (ScreenFinding *finding)
{
    screen_figures_caveat (
        &finding->figures,
        g_strdup ("“显著”指在全部网格中控制假发现率后仍难以用偶然解释，并不说明原因。"),
        g_strdup ("'Significant' means hard to explain by chance after allowing for the number of "
                  "grids; it does not say why."));
}

/* Incidents where nobody lives are in no sum, and the figures say how many. */
static void
tell_left_out (const ScreenPart *part, ScreenFinding *finding)
{
    if (part->n_left_out == 0)
        return;
    screen_figures_caveat (
        &finding->figures,
        g_strdup_printf ("%u 个网格没有户数，不参加比较；其中 %.0f 起事件不计入。", part->n_left_out,
                         part->left_out),
        g_strdup_printf ("%u grids without households are not compared; their %.0f incidents are left "
                         "out.",
                         part->n_left_out, part->left_out));
}

static void
tell_chances (const ScreenJob *job, ScreenFinding *finding, Value kind, const CgChances *told,
              const char *name, const char *name_en)
{
    g_autofree char *chances = chances_text (told, FALSE);
    g_autofree char *chances_en = chances_text (told, TRUE);
    gboolean estimated = kind == VALUE_RATE && job->screen->households_estimated > 0;
    finding->method =
        g_strdup_printf ("%s，%s%s，相邻网格（共边或共点），%s，假发现率 (BH) 校正", name,
                         kind == VALUE_RATE ? "每千户率（按各自标准误）" : "事件数",
                         estimated ? "，户数含估算" : "", chances);
    finding->method_en = g_strdup_printf (
        "%s, %s%s, neighbours share a side or a corner, %s, false discovery rate (BH)", name_en,
        kind == VALUE_RATE ? "rates per 1000 households by their standard errors" : "counts",
        estimated ? " (households partly estimated)" : "", chances_en);
    tell_meaning (finding);
}

static gboolean
run_chances (const ScreenJob *job, const ScreenPart *part, const double *value, double *p_low,
             double *p_high, CgChances *out_told, GError **error)
{
    CgPermutationOptions options = CG_PERMUTATION_OPTIONS_DEFAULT;
    options.progress = job->progress;
    return cg_permutation_run (part->near, value, &options, job->cancel, p_low, p_high, out_told,
                               error);
}

static gboolean
begin_part (const ScreenJob *job, gboolean rates, ScreenPart *part, GError **error)
{
    screen_part_init (part, job, rates);
    g_autoptr (CgNeighbours) all = screen_near (job, error);
    if (all != NULL)
        part->near = cg_neighbours_subset (all, part->n, part->row);
    return all != NULL;
}

/* ---- hot and cold ----------------------------------------------------------------------------- */

static const ScreenSort hot_sorts[] = {
    { "热点 99%", "hot 99%", "▲", 6 },     { "热点 95%", "hot 95%", "▲", 5 },
    { "热点 90%", "hot 90%", NULL, 4 },    { "不显著", "not significant", NULL, 3 },
    { "冷点 90%", "cold 90%", NULL, 2 },   { "冷点 95%", "cold 95%", "▽", 1 },
    { "冷点 99%", "cold 99%", "▽", 0 },
};

static void
tell_hot (const ScreenPart *part, const double *z, const double *low, const double *high,
          ScreenFinding *out)
{
    ScreenFigures *figures = &out->figures;
    double *col_z = screen_figures_number (figures, "z", "z", "z", 2);
    double *col_p = screen_figures_number (figures, "p", "p", "p", 4);
    double *col_q = screen_figures_number (figures, "q", "q", "q", 4);
    g_autofree double *p = g_new (double, (gsize) part->n + 1), *q = g_new (double, (gsize) part->n + 1);
    for (guint32 i = 0; i < part->n; i++)
        p[i] = isnan (low[i]) ? NAN : cg_permutation_two_sided (low[i], high[i]);
    cg_false_discovery (part->n, p, q);
    for (guint32 i = 0; i < part->n; i++)
        out->sort[part->row[i]] = (guint8) (3 - cg_hot_class (low[i] - high[i], q[i]));
    spread (part, z, col_z);
    spread (part, p, col_p);
    spread (part, q, col_q);
}

static void
begin_hot (const ScreenJob *job, ScreenFinding *out, const char *legend)
{
    screen_finding_init (out, job);
    out->title = "事件热点与冷点";
    out->legend = legend;
    out->none = "无户数";
    out->sorts = hot_sorts;
    out->n_sorts = G_N_ELEMENTS (hot_sorts);
}

/* Each grid with its neighbours against what its households would have of all incidents. */
static gboolean
find_excess (const ScreenJob *job, const ScreenPart *part, ScreenFinding *out, GError **error)
{
    gsize n = (gsize) part->n + 1;
    g_autofree double *z = g_new (double, n), *low = g_new (double, n), *high = g_new (double, n),
                      *expected = g_new (double, n);
    if (!cg_rates_excess (part->near, part->count, part->base, expected, z, low, high, error))
        return FALSE;
    begin_hot (job, out, "多于或少于户数份额");
    spread (part, expected,
            screen_figures_number (&out->figures, "expected", "本格与邻格期望", "expected with neighbours", 1));
    tell_hot (part, z, low, high, out);
    out->method = g_strdup ("本格与相邻网格的事件数，对照按户数应占的份额；二项分布精确概率，已按网格数校正 (BH)");
    out->method_en = g_strdup ("each grid with its neighbours (side or corner) against its households' "
                               "share of all incidents, exact binomial chances, false discovery rate "
                               "(BH)");
    tell_meaning (out);
    tell_left_out (part, out);
    screen_finding_end (out);
    return TRUE;
}

gboolean
screen_find_hotspots (const ScreenJob *job, ScreenFinding *out, GError **error)
{
    g_auto (ScreenPart) part = { 0 };
    Value kind;
    CgChances told;
    if (!choose_value (job, TRUE, &kind, error) ||
        !begin_part (job, kind != VALUE_COUNT, &part, error))
        return FALSE;
    if (kind == VALUE_EXCESS)
        return find_excess (job, &part, out, error);
    g_autofree double *value = values_of (&part, kind, error);
    g_autofree double *z = g_new (double, (gsize) part.n + 1), *low = g_new (double, (gsize) part.n + 1),
                      *high = g_new (double, (gsize) part.n + 1);
    if (value == NULL || !cg_local_g (part.near, value, TRUE, z, error) ||
        !run_chances (job, &part, value, low, high, &told, error))
        return FALSE;
    begin_hot (job, out, "Gi* 热点分析");
    tell_hot (&part, z, low, high, out);
    tell_chances (job, out, kind, &told, "Getis-Ord Gi*", "Getis-Ord Gi*");
    tell_left_out (&part, out);
    screen_finding_end (out);
    return TRUE;
}

/* ---- like and unlike -------------------------------------------------------------------------- */

static const ScreenSort moran_sorts[] = {
    { "高-高 聚集", "high-high", "高高", 6 },   { "高-低 孤点", "high-low", "高低", 5 },
    { "不显著", "not significant", NULL, 3 },  { "低-高 孤点", "low-high", "低高", 1 },
    { "低-低 聚集", "low-low", "低低", 0 },
};

static guint8
moran_sort (guint8 quadrant, double q)
{
    static const guint8 sorts[] = { 2, 0, 3, 4, 1 }; /* by CgQuadrant */
    return q <= 0.05 ? sorts[quadrant] : 2;
}

gboolean
screen_find_moran (const ScreenJob *job, ScreenFinding *out, GError **error)
{
    g_auto (ScreenPart) part = { 0 };
    Value kind;
    CgChances told;
    if (!choose_value (job, FALSE, &kind, error) ||
        !begin_part (job, kind == VALUE_RATE, &part, error))
        return FALSE;
    g_autofree double *value = values_of (&part, kind, error);
    g_autoptr (CgLocalMoran) local =
        value != NULL ? cg_local_moran (part.near, value, CG_WEIGHTS_ROW, error) : NULL;
    g_autofree double *p = g_new (double, (gsize) part.n + 1), *q = g_new (double, (gsize) part.n + 1),
                      *high = g_new (double, (gsize) part.n + 1);
    if (local == NULL || !run_chances (job, &part, value, p, high, &told, error))
        return FALSE;
    for (guint32 i = 0; i < part.n; i++)
        p[i] = isnan (p[i]) ? NAN : cg_permutation_two_sided (p[i], high[i]);
    cg_false_discovery (part.n, p, q);
    screen_finding_init (out, job);
    out->title = "事件空间自相关";
    out->legend = "局部 Moran's I";
    out->none = "无户数";
    out->sorts = moran_sorts;
    out->n_sorts = G_N_ELEMENTS (moran_sorts);
    for (guint32 i = 0; i < part.n; i++)
        out->sort[part.row[i]] = moran_sort (local->quadrant[i], q[i]);
    spread (&part, local->i, screen_figures_number (&out->figures, "i", "局部 I", "local I", 3));
    spread (&part, local->z_given, screen_figures_number (&out->figures, "z", "z", "z", 2));
    spread (&part, p, screen_figures_number (&out->figures, "p", "p", "p", 4));
    spread (&part, q, screen_figures_number (&out->figures, "q", "q", "q", 4));
    tell_chances (job, out, kind, &told, "Anselin 局部 Moran's I", "Anselin's local Moran's I");
    tell_left_out (&part, out);
    screen_finding_end (out);
    return TRUE;
}

/* ---- circles ---------------------------------------------------------------------------------- */

#define CLUSTER_P 0.05

static const ScreenSort cluster_sorts[] = {
    { "聚集区 p ≤ 0.01", "cluster p ≤ 0.01", NULL, 6 },
    { "聚集区 p ≤ 0.05", "cluster p ≤ 0.05", NULL, 5 },
    { "不在聚集区内", "in no cluster", NULL, 3 },
};

static CgScan *
run_scan (const ScreenJob *job, const ScreenPart *part, GError **error)
{
    const CgScreen *screen = job->screen;
    g_autofree double *x = g_new (double, (gsize) part->n + 1), *y = g_new (double, (gsize) part->n + 1);
    for (guint32 i = 0; i < part->n; i++)
        cg_shapes_centroid (screen->grids->shapes, part->row[i], &x[i], &y[i]);
    CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
    options.threads = 1;
    options.progress = job->progress;
    return cg_scan_run (part->n, x, y, 1, part->count, part->base, &options, job->cancel, error);
}

static void
tell_cluster (const ScreenPart *part, const CgScanCluster *cluster, guint number, ScreenFinding *out,
              double *const column[4])
{
    for (guint32 m = 0; m < cluster->n_members; m++) {
        guint32 grid = part->row[cluster->member[m]];
        column[0][grid] = number;
        column[1][grid] = cluster->relative_risk;
        column[2][grid] = cluster->p;
        out->sort[grid] = cluster->p <= 0.01 ? 0 : 1;
        g_free (out->number[grid]);
        out->number[grid] = g_strdup_printf ("%u", number);
    }
    g_autofree char *zh = g_strdup_printf ("聚集区 %u：%u 个网格的相对风险", number, cluster->n_members);
    g_autofree char *en = g_strdup_printf ("cluster %u: relative risk of %u grids", number,
                                           cluster->n_members);
    screen_figures_fact (&out->figures, "relative_risk", zh, en, cluster->relative_risk, "倍", "times");
}

static void
tell_scan (const ScreenPart *part, const CgScan *scan, ScreenFinding *out)
{
    ScreenFigures *figures = &out->figures;
    double *const column[] = {
        screen_figures_number (figures, "cluster", "聚集区", "cluster", 0),
        screen_figures_number (figures, "relative_risk", "相对风险", "relative risk", 2),
        screen_figures_number (figures, "p", "p", "p", 4),
        screen_figures_number (figures, "expected", "期望", "expected", 1),
    };
    out->number = g_new0 (char *, (gsize) figures->n + 1);
    for (guint32 g = 0; g < figures->n; g++)
        out->number[g] = g_strdup ("");
    for (guint32 i = 0; i < part->n; i++) {
        out->sort[part->row[i]] = 2;
        if (scan->base > 0)
            column[3][part->row[i]] = scan->events * part->base[i] / scan->base;
    }
    guint found = 0;
    for (guint32 k = 0; k < scan->n_clusters; k++)
        if (scan->cluster[k].p <= CLUSTER_P)
            tell_cluster (part, &scan->cluster[k], ++found, out, column);
    screen_figures_fact (figures, "clusters", "显著聚集区", "significant clusters", found, "个", "");
}

gboolean
screen_find_clusters (const ScreenJob *job, ScreenFinding *out, GError **error)
{
    g_auto (ScreenPart) part = { 0 };
    screen_part_init (&part, job, TRUE);
    g_autoptr (CgScan) scan = run_scan (job, &part, error);
    if (scan == NULL)
        return FALSE;
    screen_finding_init (out, job);
    out->title = "事件聚集区";
    out->legend = "扫描统计";
    out->none = "无户数";
    out->sorts = cluster_sorts;
    out->n_sorts = G_N_ELEMENTS (cluster_sorts);
    out->method = g_strdup ("Kulldorff 圆形扫描，以户数为基数，至多含一半户数，随机重分 999 次");
    out->method_en =
        g_strdup ("Kulldorff's circular scan against households, at most half of them, "
                  "999 redistributions");
    tell_scan (&part, scan, out);
    screen_figures_caveat (&out->figures,
                           g_strdup ("圆按网格中心取，边界只是近似；p 已计入全部圆的尝试。"),
                           g_strdup ("Circles go by centres of grids, their borders are approximate; "
                                     "p allows for all circles that were tried."));
    tell_left_out (&part, out);
    screen_finding_end (out);
    return TRUE;
}

/* Grids in the order of a measure, and what is stored of camera coverage and service points in figures. */
#include "app/screen/screen_figures.h"

#include "analyse/rates.h"
#include "chart/chart.h"

#include <math.h>
#include <string.h>

#define LEAST_RANKS 10.0
#define MOST_RANKS 20.0
#define FRAME_VH 9.0 /* title and source of a panel */
#define ROW_VH 3.0

/* ---- ranking --------------------------------------------------------------------------------- */

typedef struct {
    guint32 grid;
    double value;
    guint32 households;
    gboolean least; /* the least comes first */
} Ranked;

/* Equal values: where most live first, there it matters most. */
static int
compare_ranked (gconstpointer a, gconstpointer b)
{
    const Ranked *left = a, *right = b;
    if (left->value != right->value)
        return (left->value < right->value) == left->least ? -1 : 1;
    if (left->households != right->households)
        return left->households > right->households ? -1 : 1;
    return left->grid < right->grid ? -1 : left->grid > right->grid;
}

gboolean
screen_has_urban (const CgScreen *screen)
{
    gboolean urban = FALSE;
    for (guint32 g = 0; g < screen->grids->n; g++)
        urban |= screen->grids->kind[g] == CG_UNIT_URBAN;
    return urban;
}

/* Shares of fewer households than that are unstable: they are told, not ranked. */
static gboolean
is_few (const CgScreen *screen, const CgScreenMeasure *measure, guint32 grid)
{
    gboolean of_households = (measure->traits & CG_MEASURE_STORED) != 0 &&
                             (measure->traits & CG_MEASURE_RATIO) != 0 &&
                             (measure->traits & CG_MEASURE_TOWN) == 0;
    return of_households && screen->grids->households[grid] < CG_SMALL_COUNT;
}

/* Of Ranked. */
static GArray *
rank_grids (const CgScreen *screen, const CgScreenMeasure *measure, const double *value, gboolean urban,
            guint32 *out_few)
{
    GArray *ranks = g_array_new (FALSE, FALSE, sizeof (Ranked));
    *out_few = 0;
    for (guint32 g = 0; g < screen->grids->n; g++) {
        if (!isfinite (value[g]) || (urban && screen->grids->kind[g] != CG_UNIT_URBAN))
            continue;
        if (is_few (screen, measure, g)) {
            (*out_few)++;
            continue;
        }
        Ranked one = { g, value[g], screen->grids->households[g],
                       (measure->traits & CG_MEASURE_LEAST) != 0 };
        g_array_append_val (ranks, one);
    }
    g_array_sort (ranks, compare_ranked);
    return ranks;
}

static char *
ranking_source (const CgScreen *screen, const CgScreenMeasure *measure, const GArray *ranks,
                gboolean urban, guint32 n_few)
{
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *coverage = screen_coverage_text (screen, measure);
    g_string_printf (text, screen_word (screen, urban ? "城镇网格 %u 个" : "网格 %u 个"), ranks->len);
    guint tied = 0;
    for (guint i = 0; i < ranks->len; i++)
        tied += g_array_index (ranks, Ranked, i).value == g_array_index (ranks, Ranked, 0).value;
    if (tied > 1)
        g_string_append_printf (text, screen_word (screen, "，%u 个并列第一，户数多者在前"), tied);
    if (n_few > 0)
        g_string_append_printf (text, screen_word (screen, "，%u 个少于 %d 户不排"), n_few, CG_SMALL_COUNT);
    if (coverage != NULL)
        g_string_append_printf (text, " · %s", coverage);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
screen_draw_measure_ranking (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgScreenMeasure *measure = cg_screen_measure_find (job->measure);
    g_autofree double *value = g_new0 (double, MAX (screen->grids->n, 1));
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, 30, NULL, NULL);
    if (!screen_measure_between (screen, job->measure, window.since_s, window.until_s, value, error))
        return FALSE;
    gboolean urban = (measure->traits & CG_MEASURE_TOWN) != 0 && screen_has_urban (screen);
    guint32 n_few;
    g_autoptr (GArray) ranks = rank_grids (screen, measure, value, urban, &n_few);
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CgBar));
    double rows = (job->rect.height / cg_canvas_vh (job->canvas) - FRAME_VH) / ROW_VH;
    guint n_shown = (guint) CLAMP (rows, LEAST_RANKS, MOST_RANKS);
    for (guint i = 0; i < MIN (ranks->len, n_shown); i++) {
        const Ranked *one = &g_array_index (ranks, Ranked, i);
        CgBar bar = { .value = round (one->value * 100) / 100, .before = NAN };
        bar.name = screen_grid_label (screen, one->grid);
        g_ptr_array_add (names, (gpointer) bar.name);
        g_array_append_val (bars, bar);
    }
    g_autofree char *what = screen_measure_title (screen, measure);
    gboolean least = (measure->traits & CG_MEASURE_LEAST) != 0;
    g_autofree char *title = g_strdup_printf (
        screen_word (screen, least ? "%s最低的网格" : "%s最高的网格"), what);
    g_autofree char *placed = screen_place_title (screen, title);
    g_autofree char *chosen = screen_types_title (job, placed);
    g_autofree char *source = ranking_source (screen, measure, ranks, urban, n_few);
    window.panel.title = chosen;
    window.panel.unit = screen_word (screen, measure->unit);
    window.panel.source = source;
    if ((measure->traits & CG_MEASURE_DATED) == 0)
        window.panel.period = NULL;
    window.panel.empty = screen->grids->n == 0 ? screen_word (screen, "尚无网格方案") : NULL;
    cg_chart_ranking_as_given (job->canvas, job->rect, &window.panel, bars->len,
                               (const CgBar *) (gpointer) bars->data,
                               strcmp (measure->unit, "%") == 0 ? 100 : 0);
    return TRUE;
}

gboolean
screen_tell_ranking (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    return job->measure != NULL ? screen_tell_choropleth (job, out, error)
                                : screen_tell_children (job, out, error);
}

/* ---- figures --------------------------------------------------------------------------------- */

/* Sums over grids; of CG_COVERED_MOST the greatest. */
typedef struct {
    double part[CG_N_COVERED], whole[CG_N_COVERED];
    gboolean known[CG_N_COVERED];
} Sums;

static void
add_to_sums (const CgCoverageRows *rows, guint32 g, Sums *sums)
{
    for (CgCovered c = 0; c < CG_N_COVERED; c++) {
        double part = rows->part[c][g], whole = rows->whole[c][g];
        if (!isfinite (part))
            continue;
        sums->known[c] = TRUE;
        sums->part[c] = c == CG_COVERED_MOST ? MAX (sums->part[c], part) : sums->part[c] + part;
        sums->whole[c] += isfinite (whole) ? whole : 0;
    }
}

static double
share_of (const Sums *sums, CgCovered covered, double times)
{
    if (!sums->known[covered])
        return NAN;
    return covered == CG_COVERED_MOST      ? sums->part[covered]
           : sums->whole[covered] > 0 ? times * sums->part[covered] / sums->whole[covered]
                                      : NAN;
}

/* Of the grids shown, and of the urban ones among them. */
static void
sum_shown (const CgScreen *screen, Sums *out_all, Sums *out_urban)
{
    const CgCoverageRows *rows = screen->tables.covered;
    guint32 n = screen->new_grid != NULL ? screen->whole->grids->n : screen->grids->n;
    memset (out_all, 0, sizeof *out_all);
    memset (out_urban, 0, sizeof *out_urban);
    for (guint32 g = 0; rows != NULL && g < n; g++) {
        guint32 row = screen->new_grid != NULL ? screen->new_grid[g] : g;
        if (row == CG_NONE)
            continue;
        add_to_sums (rows, g, out_all);
        if (screen->grids->kind[row] == CG_UNIT_URBAN)
            add_to_sums (rows, g, out_urban);
    }
}

double
screen_seen_share (const CgScreen *screen, gboolean *out_urban)
{
    Sums all, urban;
    sum_shown (screen, &all, &urban);
    gboolean small = screen->whole != NULL && (screen->drawn || screen->place_level >= CG_LEVEL_COMMUNITY);
    *out_urban = !small && urban.known[CG_COVERED_GROUND];
    return share_of (*out_urban ? &urban : &all, CG_COVERED_GROUND, 1);
}

static double
tenth (double value)
{
    return round (value * 10) / 10;
}

gboolean
screen_draw_coverage (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgCoverageFacts *facts = screen->tables.coverage;
    Sums all, urban;
    gboolean of_urban;
    sum_shown (screen, &all, &urban);
    double seen = 100 * screen_seen_share (screen, &of_urban);
    double blind_m2 = all.whole[CG_COVERED_GROUND] - all.part[CG_COVERED_GROUND];
    gboolean large = blind_m2 >= 1e5;
    double blind = large ? round (blind_m2 / 1e4) / 100 : round (blind_m2);
    const char *percent = "%", *minutes = screen_word (screen, "分钟");
    g_autofree char *far = g_strdup_printf (screen_word (screen, "%g 分钟服务圈外户数"),
                                            facts != NULL && facts->minutes > 0
                                                ? facts->minutes
                                                : screen->tables.config->service_minutes);
    const CgFigure figures[] = {
        { screen_word (screen, of_urban ? "城镇网格覆盖率" : "视频覆盖率"), percent, tenth (seen), NAN, NULL, TRUE },
        { screen_word (screen, "监控盲区"), large ? "km²" : "m²", all.known[CG_COVERED_GROUND] ? blind : NAN, NAN,
          NULL, TRUE },
        { screen_word (screen, "可见楼栋"), percent, tenth (share_of (&all, CG_COVERED_BUILDINGS, 100)), NAN,
          NULL, TRUE },
        { screen_word (screen, "户均步行到服务点"), minutes, tenth (share_of (&all, CG_COVERED_WALK, 1)), NAN,
          NULL, TRUE },
        { screen_word (screen, "最远步行到服务点"), minutes, tenth (share_of (&all, CG_COVERED_MOST, 1)), NAN,
          NULL, TRUE },
        { far, percent, tenth (share_of (&all, CG_COVERED_FAR, 100)), NAN, NULL, TRUE },
    };
    g_autofree char *title = screen_place_title (screen, screen_word (screen, "视频覆盖与服务圈"));
    g_autofree char *state =
        screen_coverage_text (screen, cg_screen_measure_find ("camera_coverage"));
    CgPanel panel = { .title = title,
                      .source = screen->tables.plan == NULL ? screen_word (screen, "尚无网格方案") : state };
    cg_chart_figures (job->canvas, job->rect, &panel, G_N_ELEMENTS (figures), figures);
    return TRUE;
}

/* The list of pictures and the one way to make any of them. */
#include "app/screen/screen_finding.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define MIN_SIDE 16u
#define A3_WIDTH_MM 420.0
#define A3_HEIGHT_MM 297.0

#define MEASURE CG_SCREEN_USES_MEASURE
#define PERIOD CG_SCREEN_USES_PERIOD
#define CLASSES CG_SCREEN_USES_CLASSES
#define PALETTE CG_SCREEN_USES_PALETTE
#define HATCH CG_SCREEN_USES_HATCH
#define PAGE CG_SCREEN_USES_PAGE
#define FRAME CG_SCREEN_USES_FRAME
#define PLACE CG_SCREEN_USES_PLACE
#define SCENE CG_SCREEN_USES_SCENE
#define SOURCES CG_SCREEN_USES_SOURCES
#define TYPES (CG_SCREEN_USES_TYPES | SOURCES)
#define AREA (CG_SCREEN_USES_PLACE | CG_SCREEN_USES_BOX)
#define KERNEL CG_SCREEN_USES_KERNEL
#define AGAINST CG_SCREEN_USES_AGAINST
#define NAMES CG_SCREEN_USES_NAMES

static const CgScreenPicture pictures[] = {
    { "county", "县域总览", 3840, 2160, TRUE, 0, 100, screen_draw_county },
    { "scene", "大屏场景", 3840, 2160, TRUE, SCENE | PLACE, 100, screen_draw_panels },
    { "map", "事件热力图", 1920, 1440, FALSE, PERIOD | PALETTE | AREA | TYPES | KERNEL | AGAINST | NAMES, 90, screen_draw_map,
      .tell = screen_tell_heat, .surface = screen_surface_heat },
    { "town", "城区热力图", 1440, 1440, FALSE, PERIOD | PALETTE | TYPES | KERNEL | NAMES, 90, screen_draw_town },
    { "choropleth", "网格分级图", 1920, 1440, FALSE,
      MEASURE | PERIOD | CLASSES | PALETTE | HATCH | AREA | TYPES | AGAINST | NAMES, 90, screen_draw_choropleth,
      .tell = screen_tell_choropleth },
    { "hexbin", "六边形分格图", 1920, 1440, FALSE, PERIOD | PALETTE | AREA | TYPES | NAMES, 90, screen_draw_hexbin },
    { "bivariate", "双变量分级图", 1920, 1440, FALSE, MEASURE | PERIOD | TYPES | NAMES, 90, screen_draw_bivariate },
    { "hotspots", "热点与冷点", 1920, 1440, FALSE, MEASURE | PERIOD | AREA | TYPES | NAMES, 90, screen_draw_hotspots,
      .find = screen_find_hotspots, .slow = TRUE },
    { "moran", "空间自相关 (局部 Moran)", 1920, 1440, FALSE, MEASURE | PERIOD | AREA | TYPES | NAMES, 90, screen_draw_moran,
      .find = screen_find_moran, .slow = TRUE },
    { "clusters", "聚集区 (扫描统计)", 1920, 1440, FALSE, PERIOD | AREA | TYPES | NAMES, 90, screen_draw_clusters,
      .find = screen_find_clusters, .slow = TRUE },
    { "change", "各网格事件变化", 1920, 1440, FALSE, PERIOD | AREA | TYPES | AGAINST | NAMES, 90, screen_draw_change,
      .find = screen_find_change },
    { "difference", "事件密度变化", 1920, 1440, FALSE, PERIOD | AREA | TYPES | KERNEL | AGAINST | NAMES, 90,
      screen_draw_difference, .tell = screen_tell_difference, .surface = screen_surface_difference },
    { "symbols", "分级符号图", 1920, 1440, FALSE, MEASURE | PERIOD | TYPES | NAMES, 90, screen_draw_symbols },
    { "play", "事件热力图 (逐日)", 1920, 1440, FALSE, PERIOD | PALETTE | FRAME | PLACE | NAMES, 90,
      screen_draw_play },
    { "alerts", "预警网格分布", 1920, 1440, FALSE, PLACE | NAMES, 90, screen_draw_alerts },
    { "cameras", "摄像头分布", 1920, 1440, FALSE, PLACE | NAMES, 90, screen_draw_cameras },
    { "contours", "事件密度等值线", 1920, 1440, FALSE, PERIOD | PALETTE | AREA | TYPES | KERNEL | NAMES, 90,
      screen_draw_contours,
      .tell = screen_tell_heat, .surface = screen_surface_heat },
    { "mapbook", "A3 图册 (PDF 每乡镇一页)", 4961, 3508, FALSE,
      MEASURE | PERIOD | CLASSES | PALETTE | HATCH | PAGE, 130, screen_draw_mapbook },
    { "ranking", "排行", 960, 720, FALSE, MEASURE | PERIOD | AREA | TYPES, 45, screen_draw_ranking,
      .tell = screen_tell_ranking },
    { "trend", "事件趋势", 960, 720, FALSE, PERIOD | AREA | TYPES, 45, screen_draw_trend,
      .tell = screen_tell_days },
    { "types", "事件类型", 960, 720, FALSE, PERIOD | AREA | TYPES, 45, screen_draw_types,
      .tell = screen_tell_types },
    { "hours", "事件时段", 960, 720, FALSE, PERIOD | PALETTE | AREA | TYPES, 45, screen_draw_hours,
      .tell = screen_tell_hours },
    { "figures", "县域概况", 960, 720, FALSE, PLACE | SOURCES, 45, screen_draw_figures },
    { "coverage", "视频覆盖与服务圈", 960, 720, FALSE, PLACE, 45, screen_draw_coverage },
    { "warnings", "预警网格", 960, 720, FALSE, PLACE, 45, screen_draw_warnings },
    { "latest", "最新事件", 960, 720, FALSE, PLACE | SOURCES, 45, screen_draw_latest },
    { "ticker", "最新事件 (滚动)", 960, 720, FALSE, FRAME | PLACE | SOURCES, 45, screen_draw_ticker },
    { "gauge", "事件办结率", 960, 720, FALSE, PERIOD | PLACE | SOURCES, 45, screen_draw_gauge },
    { "ring", "事件类型构成", 960, 720, FALSE, PERIOD | AREA | TYPES, 45, screen_draw_ring,
      .tell = screen_tell_types },
    { "calendar", "每日事件日历", 1280, 560, FALSE, PERIOD | PALETTE | AREA | TYPES, 35, screen_draw_calendar },
    { "flow", "各类事件的变化", 1280, 720, FALSE, PERIOD | AREA | TYPES, 45, screen_draw_flow },
    { "histogram", "各网格数值分布", 960, 720, FALSE, MEASURE | PERIOD | AREA | TYPES, 45, screen_draw_histogram,
      .tell = screen_tell_choropleth },
    { "curve", "各网格数值密度曲线", 960, 720, FALSE, MEASURE | PERIOD | AREA | TYPES, 45, screen_draw_curve,
      .tell = screen_tell_choropleth },
    { "radar", "乡镇对比", 960, 720, FALSE, PERIOD, 45, screen_draw_radar },
    { "table", "乡镇事件明细", 1280, 720, FALSE, PERIOD | TYPES, 45, screen_draw_table,
      .tell = screen_tell_children },
    { .name = NULL },
};

const CgScreenPicture *
cg_screen_pictures (void)
{
    return pictures;
}

const CgScreenPicture *
cg_screen_picture_find (const char *name)
{
    for (guint p = 0; pictures[p].name != NULL; p++)
        if (name != NULL && strcmp (pictures[p].name, name) == 0)
            return &pictures[p];
    return NULL;
}

static gboolean
is_paper (const CgScreenPicture *picture)
{
    return (picture->uses & PAGE) != 0;
}

static const CgTheme *
find_theme (const CgScreenPicture *picture, const char *name, GError **error)
{
    const CgTheme *theme = name != NULL         ? cg_theme_find (name)
                           : is_paper (picture) ? cg_theme_find ("light")
                                                : cg_themes ();
    if (theme == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no theme named '%.40s'", name);
    return theme;
}

static double
choose_vh (const CgScreenPicture *picture, const CgScreenOptions *options, guint width,
           guint height)
{
    if (options->screen_height > 0)
        return options->screen_height / 100.0;
    if (picture->scene)
        return screen_wall_vh (width, height);
    return MIN (width, height) / picture->vh;
}

/* Paper is A3 across, or the part of it that a sheet of other sides fits into. */
static CgCanvas *
new_canvas (const CgScreenPicture *picture, CgFormat format, guint width, guint height,
            const CgTheme *theme, GError **error)
{
    if (!is_paper (picture))
        return cg_canvas_new (format, width, height, theme, error);
    double mm = MIN (A3_WIDTH_MM / width, A3_HEIGHT_MM / height);
    double width_mm = width * mm, height_mm = height * mm;
    if (fabs (width_mm - A3_WIDTH_MM) < 0.5 && fabs (height_mm - A3_HEIGHT_MM) < 0.5) {
        width_mm = A3_WIDTH_MM;
        height_mm = A3_HEIGHT_MM;
    }
    return cg_canvas_new_paper (format, width, height, width_mm, height_mm, theme, error);
}

static void
add_notes (CgCanvas *canvas, const CgScreen *screen, const CgScreenPicture *picture,
           const ScreenJob *job, const CgScreenOptions *asked)
{
    g_autofree char *day = cg_app_local_text (job->today_s, "%Y-%m-%d");
    g_autofree char *data = g_strdup_printf ("%" G_GINT64_FORMAT, cg_screen_data_version (screen));
    g_autoptr (GString) options = g_string_new (picture->name);
    if (job->measure != NULL)
        g_string_append_printf (options, ":%s", job->measure);
    if (job->breaks != NULL)
        g_string_append_printf (options, " breaks=%s", job->breaks);
    if (job->n_classes > 0)
        g_string_append_printf (options, " classes=%u", job->n_classes);
    if (job->palette != NULL)
        g_string_append_printf (options, " palette=%s", job->palette->name);
    if (job->hatch)
        g_string_append (options, " hatch");
    if (job->no_names)
        g_string_append (options, " no-names");
    if (asked->place != NULL)
        g_string_append_printf (options, " place=%s", asked->place);
    if (asked->box != NULL)
        g_string_append_printf (options, " box=%s", asked->box);
    if (asked->types != NULL)
        g_string_append_printf (options, " types=%s", asked->types);
    if (asked->sources != NULL)
        g_string_append_printf (options, " sources=%s", asked->sources);
    if (asked->kernel != NULL)
        g_string_append_printf (options, " kernel=%s", asked->kernel);
    if (asked->bandwidth != NULL)
        g_string_append_printf (options, " bandwidth=%s", asked->bandwidth);
    if (asked->against != NULL)
        g_string_append_printf (options, " against=%s", asked->against);
    if (job->scene != NULL)
        g_string_append_printf (options, " scene=%s", job->scene);
    if (job->page > 0)
        g_string_append_printf (options, " page=%u", job->page);
    if (job->until_s > job->since_s)
        g_string_append_printf (options, " days=%d",
                                (int) ((job->until_s - job->since_s) / SCREEN_DAY_S));
    g_string_append_printf (options, " %s", day);
    cg_canvas_note (canvas, "Version", CG_VERSION);
    cg_canvas_note (canvas, "Data", data);
    cg_canvas_note (canvas, "Options", options->str);
}

/* Everything up to the drawing: out_job has a canvas (owned) and may be narrowed to a place. */
typedef struct _ScreenOrder {
    ScreenChoice choice;
    CgScreen english; /* a copy that speaks it, borrowing all */
    CgCanvas *canvas;
    const CgScreenPicture *picture;
    ScreenJob job;
    guint width, height;
} Order;

static void
order_clear (Order *order)
{
    screen_choice_clear (&order->choice);
    g_clear_pointer (&order->canvas, cg_canvas_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Order, order_clear)

static gboolean
find_picture (const char *name, Order *order, GError **error)
{
    order->picture = cg_screen_picture_find (name);
    if (order->picture == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no picture named '%.40s'", name);
    return order->picture != NULL;
}

static gboolean
parse_language (const CgScreenOptions *options, CgLanguage *out, GError **error)
{
    if (options->language == NULL || cg_language_parse (options->language, out))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no language named '%.40s': zh, en",
                 options->language);
    return FALSE;
}

static gboolean
make_sheet (const CgScreenOptions *options, Order *order, GError **error)
{
    const CgScreenPicture *picture = order->picture;
    CgLanguage language = CG_CHINESE;
    const CgTheme *theme = find_theme (picture, options->theme, error);
    if (theme == NULL)
        return FALSE;
    if (!parse_language (options, &language, error))
        return FALSE;
    guint width = options->width > 0 ? options->width : picture->width;
    guint height = options->height > 0 ? options->height : picture->height;
    if (width < MIN_SIDE || height < MIN_SIDE) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "picture of %u x %u: a side is under %u",
                     width, height, MIN_SIDE);
        return FALSE;
    }
    order->canvas = new_canvas (picture, options->format, width, height, theme, error);
    if (order->canvas == NULL)
        return FALSE;
    cg_canvas_set_vh (order->canvas, choose_vh (picture, options, width, height));
    cg_canvas_set_language (order->canvas, language);
    order->width = width;
    order->height = height;
    return TRUE;
}

static gboolean
choose_shown (const CgScreen *screen, const CgScreenOptions *options, Order *order, GError **error)
{
    gboolean chosen = screen_choose (screen, options, &order->choice, error);
    order->job.screen = order->choice.shown;
    if (chosen && cg_canvas_language (order->job.canvas) == CG_ENGLISH) {
        order->english = *order->choice.shown;
        order->english.language = CG_ENGLISH;
        order->job.screen = &order->english;
    }
    return chosen;
}

static gboolean
begin_order (const CgScreen *screen, const char *name, const CgScreenOptions *options, Order *order,
             GError **error)
{
    if (!find_picture (name, order, error) || !make_sheet (options, order, error))
        return FALSE;
    order->job = (ScreenJob){
        .canvas = order->canvas,
        .rect = cg_canvas_rect (order->canvas),
        .now_s = options->now_s,
        .today_s = cg_screen_today_s (screen, options->now_s),
        .program = options->program != NULL ? options->program : "countygrid " CG_VERSION,
    };
    if (order->picture->scene)
        order->job.wall = screen_wall_for (screen, order->width, order->height);
    return screen_job_options (&order->job, order->picture, options, error) &&
           choose_shown (screen, options, order, error);
}

GBytes *
cg_screen_render (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                  GError **error)
{
    g_auto (Order) order = { 0 };
    if (!begin_order (screen, name, options, &order, error))
        return NULL;
    add_notes (order.canvas, screen, order.picture, &order.job, options);
    if (!order.picture->draw (&order.job, error))
        return NULL;
    return cg_canvas_finish (order.canvas, error);
}

ScreenOrder *
screen_order_new (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                  GError **error)
{
    g_autoptr (ScreenOrder) order = g_new0 (Order, 1);
    return begin_order (screen, name, options, order, error) ? g_steal_pointer (&order) : NULL;
}

ScreenJob *
screen_order_job (ScreenOrder *order)
{
    return &order->job;
}

CgCanvas *
screen_order_take (ScreenOrder *order)
{
    return g_steal_pointer (&order->canvas);
}

void
screen_order_free (ScreenOrder *order)
{
    if (order == NULL)
        return;
    order_clear (order);
    g_free (order);
}

gboolean
screen_prepare (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                ScreenQuery *out, GError **error)
{
    CgLanguage language = CG_CHINESE;
    out->picture = cg_screen_picture_find (name);
    if (out->picture == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no picture named '%.40s'", name);
        return FALSE;
    }
    if (!parse_language (options, &language, error))
        return FALSE;
    out->job = (ScreenJob){ .now_s = options->now_s,
                            .today_s = cg_screen_today_s (screen, options->now_s) };
    if (!screen_job_options (&out->job, out->picture, options, error) ||
        !screen_choose (screen, options, &out->choice, error))
        return FALSE;
    out->job.screen = out->choice.shown;
    if (language == CG_ENGLISH) {
        out->english = *out->choice.shown;
        out->english.language = CG_ENGLISH;
        out->job.screen = &out->english;
    }
    return TRUE;
}

void
screen_query_clear (ScreenQuery *query)
{
    screen_choice_clear (&query->choice);
}

gboolean
screen_draw_part (const ScreenJob *whole, const char *name, const CgScreenOptions *options,
                  CgRect rect, GError **error)
{
    g_auto (Order) order = { 0 };
    if (!find_picture (name, &order, error))
        return FALSE;
    order.job = (ScreenJob){ .canvas = whole->canvas,
                             .rect = rect,
                             .now_s = whole->now_s,
                             .today_s = whole->today_s,
                             .screen = whole->screen,
                             .wall = whole->wall,
                             .program = whole->program };
    const CgScreen *base = options->place != NULL && whole->screen->whole != NULL ? whole->screen->whole
                                                                                  : whole->screen;
    return screen_job_options (&order.job, order.picture, options, error) &&
           choose_shown (base, options, &order, error) && order.picture->draw (&order.job, error);
}

gboolean
screen_tell_view (const ScreenJob *job, const CgMapView *view)
{
    if (job->out_view != NULL)
        *job->out_view = *view;
    return job->out_view != NULL;
}

gboolean
screen_lay_out (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                CgMapView *out_view, guint *out_width, guint *out_height, GError **error)
{
    g_auto (Order) order = { 0 };
    if (!begin_order (screen, name, options, &order, error))
        return FALSE;
    order.job.out_view = out_view;
    if (!order.picture->scene && !order.picture->draw (&order.job, error))
        return FALSE;
    *out_width = order.width;
    *out_height = order.height;
    if (out_view->m_per_px > 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "picture %s is no map", name);
    return FALSE;
}

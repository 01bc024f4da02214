/* What a picture is made of, as files. */
#include "app/screen/screen_finding.h"

#include "app/screen/screen_rows.h"
#include "app/split/draft.h"
#include "base/error.h"
#include "export/raster.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name, *type;
} files[CG_SCREEN_FILES] = {
    [CG_SCREEN_JSON] = { "json", "application/json" },
    [CG_SCREEN_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    [CG_SCREEN_CSV] = { "csv", "text/csv; charset=utf-8" },
    [CG_SCREEN_GPKG] = { "gpkg", "application/geopackage+sqlite3" },
    [CG_SCREEN_TIFF] = { "tif", "image/tiff" },
};

const char *
cg_screen_file_name (CgScreenFile file)
{
    return files[file].name;
}

const char *
cg_screen_file_type (CgScreenFile file)
{
    return files[file].type;
}

gboolean
cg_screen_file_parse (const char *text, CgScreenFile *out)
{
    const char *dot = strrchr (text, '.'), *name = dot != NULL ? dot + 1 : text;
    for (CgScreenFile f = 0; f < CG_SCREEN_FILES; f++)
        if (strcmp (files[f].name, name) == 0) {
            *out = f;
            return TRUE;
        }
    return FALSE;
}

gboolean
cg_screen_has_file (const CgScreenPicture *picture, CgScreenFile file)
{
    if (file == CG_SCREEN_TIFF)
        return picture->surface != NULL;
    if (picture->find == NULL && picture->tell == NULL)
        return FALSE;
    gboolean timed = picture->tell == screen_tell_days || picture->tell == screen_tell_types ||
                     picture->tell == screen_tell_hours;
    return file != CG_SCREEN_GPKG || !timed;
}

/* Of a finding that is kept, or made for this one answer. */
typedef struct {
    ScreenHold *hold;
    ScreenFigures own;
    const ScreenFigures *figures;
    const ScreenFinding *finding; /* NULL: the picture has none */
    const char *method;           /* or NULL                    */
} Told;

static void
told_clear (Told *told)
{
    screen_finding_release (told->hold);
    screen_figures_clear (&told->own);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static gboolean
is_english (const ScreenQuery *query)
{
    return query->job.screen->language == CG_ENGLISH;
}

static gboolean
tell (const ScreenQuery *query, Told *out, GError **error)
{
    const CgScreenPicture *picture = query->picture;
    if (picture->find == NULL) {
        out->figures = &out->own;
        return picture->tell (&query->job, &out->own, error);
    }
    const ScreenFinding *finding =
        screen_found (&query->job, picture->name, picture->find, &out->hold, error);
    if (finding == NULL)
        return FALSE;
    out->figures = &finding->figures;
    out->finding = finding;
    out->method = is_english (query) ? finding->method_en : finding->method;
    return TRUE;
}

/* ---- English ---------------------------------------------------------------------------------- */

/* Words of rows and titles of pictures; drawings have theirs in style/words.c. */
static const char *
row_word (const char *chinese)
{
    static const char *const words[][2] = {
        { "无户数", "no households" },
        { "无数据", "no data" },
        { "少于 20 起，率不稳定", "fewer than 20, unstable rate" },
        { "未分类", "no type" },
        { "周一", "Monday" },
        { "周二", "Tuesday" },
        { "周三", "Wednesday" },
        { "周四", "Thursday" },
        { "周五", "Friday" },
        { "周六", "Saturday" },
        { "周日", "Sunday" },
        { "事件热力图", "Heat map of incidents" },
        { "网格分级图", "Measure by grid" },
        { "热点与冷点", "Hot and cold spots" },
        { "空间自相关 (局部 Moran)", "Spatial autocorrelation (local Moran)" },
        { "聚集区 (扫描统计)", "Clusters (scan statistic)" },
        { "各网格事件变化", "Change of incidents by grid" },
        { "事件密度变化", "Change of the density of incidents" },
        { "事件密度等值线", "Contours of the density of incidents" },
        { "排行", "Ranking" },
        { "事件趋势", "Trend of incidents" },
        { "事件类型", "Types of incidents" },
        { "事件时段", "Incidents by weekday and hour" },
        { "事件类型构成", "Shares of types" },
        { "各网格数值分布", "Histogram of grids" },
        { "各网格数值密度曲线", "Density curve of grids" },
        { "乡镇事件明细", "Incidents by town" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (strcmp (words[i][0], chinese) == 0)
            return words[i][1];
    return chinese;
}

static const char *
title_of (const ScreenQuery *query)
{
    return is_english (query) ? row_word (query->picture->title) : query->picture->title;
}

/* Names of places stay as they are. */
static const char *
text_of (const ScreenQuery *query, const Told *told, const ScreenColumn *column, guint32 row)
{
    const char *text = column->text[row] != NULL ? column->text[row] : "";
    if (!is_english (query) || strcmp (column->key, "name") == 0 || strcmp (column->key, "town") == 0)
        return text;
    const ScreenFinding *finding = told->finding;
    if (finding != NULL && strcmp (column->key, "sort") == 0 && finding->sort[row] < finding->n_sorts)
        return finding->sorts[finding->sort[row]].title_en;
    return row_word (text);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static json_t *
period_json (gint64 since_s, gint64 until_s)
{
    if (until_s <= since_s)
        return json_null ();
    g_autofree char *from = cg_app_local_text (since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (until_s - 1, "%Y-%m-%d");
    return json_pack ("{s:s, s:s, s:I}", "from", from, "to", to, "days",
                      (json_int_t) ((until_s - since_s) / SCREEN_DAY_S));
}

static json_t *
value_json (const ScreenQuery *query, const Told *told, const ScreenColumn *column, guint32 row)
{
    if (column->text != NULL)
        return json_string (text_of (query, told, column, row));
    double value = column->number[row];
    if (!isfinite (value))
        return json_null ();
    return value == floor (value) && fabs (value) < 1e15 ? json_integer ((json_int_t) value)
                                                         : json_real (value);
}

static json_t *
columns_json (const ScreenFigures *figures)
{
    json_t *columns = json_array ();
    for (guint c = 0; c < figures->columns->len; c++) {
        const ScreenColumn *column = &g_array_index (figures->columns, ScreenColumn, c);
        json_array_append_new (columns,
                               json_pack ("{s:s, s:s, s:s, s:b, s:i}", "key", column->key, "title",
                                          column->title, "title_en", column->title_en, "number",
                                          column->text == NULL, "decimals",
                                          (int) column->decimals));
    }
    return columns;
}

static json_t *
rows_json (const ScreenQuery *query, const Told *told)
{
    const ScreenFigures *figures = told->figures;
    json_t *rows = json_array ();
    for (guint32 i = 0; i < figures->n; i++) {
        json_t *row = json_array ();
        for (guint c = 0; c < figures->columns->len; c++)
            json_array_append_new (
                row, value_json (query, told, &g_array_index (figures->columns, ScreenColumn, c), i));
        json_array_append_new (rows, row);
    }
    return rows;
}

static GBytes *
take_json (json_t *value)
{
    char *text = json_dumps (value, JSON_COMPACT | JSON_REAL_PRECISION (10));
    json_decref (value);
    return g_bytes_new_take (text, strlen (text));
}

static GBytes *
make_json (const ScreenQuery *query, const Told *told)
{
    const ScreenJob *job = &query->job;
    const ScreenFigures *figures = told->figures;
    gint64 since_s, until_s;
    g_autofree char *label = screen_place_label (job->screen);
    screen_figures_window (job, &since_s, &until_s);
    json_t *all = json_pack ("{s:s, s:s, s:s, s:I}", "picture", query->picture->name, "title",
                             title_of (query), "place",
                             label[0] != '\0' ? label : job->screen->county_name, "data_version",
                             (json_int_t) cg_screen_data_version (job->screen));
    json_object_set_new (all, "method",
                         told->method != NULL ? json_string (told->method) : json_null ());
    json_object_set_new (all, "period", period_json (since_s, until_s));
    json_object_set_new (all, "against",
                         period_json (job->against_since_s, job->against_until_s));
    json_object_set (all, "facts", figures->facts);
    json_object_set (all, "caveats", figures->caveats);
    json_object_set_new (all, "columns", columns_json (figures));
    json_object_set_new (all, "rows", rows_json (query, told));
    return take_json (all);
}

/* ---- one point -------------------------------------------------------------------------------- */

static gboolean
parse_at (const char *text, double out[2], GError **error)
{
    char *end;
    out[0] = g_ascii_strtod (text, &end);
    if (end != text && *end == ',' && isfinite (out[0])) {
        const char *second = end + 1;
        out[1] = g_ascii_strtod (second, &end);
        if (end != second && *end == '\0' && isfinite (out[1]))
            return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "at '%.40s': x,y in metres", text);
    return FALSE;
}

static json_t *
grid_json (const CgScreen *screen, guint32 grid)
{
    if (grid == CG_NONE)
        return json_null ();
    guint32 town = screen->grid_town[grid];
    g_autofree char *label = screen_grid_label (screen, grid);
    g_autofree char *name = g_utf8_make_valid (label, -1);
    g_autofree char *of =
        g_utf8_make_valid (town != CG_NONE ? screen->regions->name[town] : "", -1);
    return json_pack ("{s:s, s:s, s:s}", "code", screen->grids->code[grid], "name", name, "town", of);
}

static GBytes *
make_at (const ScreenQuery *query, const char *text, GError **error)
{
    const CgScreen *screen = query->job.screen;
    const CgScreen *whole = screen->whole != NULL ? screen->whole : screen;
    double at[2], density = NAN;
    if (!parse_at (text, at, error))
        return NULL;
    ScreenSurface surface = { 0 };
    if (query->picture->surface != NULL &&
        !query->picture->surface (&query->job, at, &surface, &density, error))
        return NULL;
    CgAttachSnapshot *index = whole->tables.index;
    guint32 grid = index != NULL
                       ? cg_attach_find (cg_attach_snapshot_index (index), at[0], at[1])
                       : CG_NONE;
    json_t *all = json_pack ("{s:[f, f], s:o}", "at", at[0], at[1], "grid", grid_json (whole, grid));
    json_object_set_new (all, "density_per_km2", isfinite (density) ? json_real (density) : json_null ());
    return take_json (all);
}

/* ---- files ------------------------------------------------------------------------------------ */

static char **
notes_of (const ScreenQuery *query, const Told *told)
{
    const ScreenJob *job = &query->job;
    gboolean english = is_english (query);
    g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
    gint64 since_s, until_s;
    screen_figures_window (job, &since_s, &until_s);
    g_autofree char *label = screen_place_label (job->screen);
    g_autofree char *from = cg_app_local_text (since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (until_s - 1, "%Y-%m-%d");
    g_autofree char *what =
        g_strdup_printf (english ? "Area: %s; period: %s to %s; types: %s" : "范围: %s; 时段: %s 至 %s; 类型: %s",
                         label[0] != '\0' ? label : job->screen->county_name, from, to,
                         job->types != NULL ? job->types : english ? "all" : "全部");
    g_autofree char *against = screen_against_text (job);
    g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, cg_screen_data_version (job->screen));
    g_autofree char *data =
        g_strdup_printf (english ? "Data version %s; program countygrid " CG_VERSION
                                 : "数据版本 %s; 程序 countygrid " CG_VERSION,
                         version);
    g_strv_builder_add_many (lines, what, data, NULL);
    if (told->method != NULL)
        g_strv_builder_add (lines, told->method);
    if (against[0] != '\0')
        g_strv_builder_add (lines, against + (english ? strspn (against, ", ") : strlen ("，")));
    gsize k;
    json_t *caveat;
    json_array_foreach (told->figures->caveats, k, caveat)
        g_strv_builder_add (lines, json_string_value (json_object_get (caveat, english ? "en" : "zh")));
    g_strv_builder_add (lines, english ? "Rate = incidents / households x 1000; limits are exact 95 % Poisson "
                                         "intervals (Garwood 1936)."
                                       : "率 = 事件 / 户数 x 1000; 上下限为 95 % 泊松精确区间 (Garwood 1936)。");
    return g_strv_builder_end (lines);
}

static CgShapes *
shapes_of (const CgScreen *screen, const ScreenFigures *figures)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    const CgShapes *from = figures->of_grids ? screen->grids->shapes : screen->regions->shapes;
    for (guint32 i = 0; i < figures->n; i++)
        cg_shapes_add_shape (shapes, from, figures->row[i]);
    return shapes;
}

static gboolean
write_rows (const ScreenQuery *query, const Told *told, CgScreenFile file, const char *path,
            GError **error)
{
    const CgScreen *screen = query->job.screen;
    const ScreenFigures *figures = told->figures;
    gboolean english = is_english (query);
    g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free); /* of arrays that borrow theirs */
    g_autofree ScreenRowsColumn *columns =
        g_new0 (ScreenRowsColumn, (gsize) figures->columns->len + 1);
    for (guint c = 0; c < figures->columns->len; c++) {
        const ScreenColumn *from = &g_array_index (figures->columns, ScreenColumn, c);
        const char **text = from->text != NULL ? g_new0 (const char *, (gsize) figures->n + 1) : NULL;
        g_ptr_array_add (texts, text);
        for (guint32 i = 0; text != NULL && i < figures->n; i++)
            text[i] = from->text[i] != NULL ? text_of (query, told, from, i) : NULL;
        columns[c] = (ScreenRowsColumn){ from->key, english ? from->title_en : from->title, from->decimals,
                                         text, from->number };
    }
    g_auto (GStrv) notes = notes_of (query, told);
    g_autofree char *data =
        g_strdup_printf ("%" G_GINT64_FORMAT, cg_screen_data_version (screen));
    ScreenRows rows = { .n = figures->n,
                        .n_columns = figures->columns->len,
                        .columns = columns,
                        .name = query->picture->name,
                        .title = title_of (query),
                        .sheet = english ? "analysis" : "分析",
                        .notes_name = english ? "notes" : NULL,
                        .notes = (const char *const *) notes,
                        .data_version = data,
                        .made_s = query->job.today_s };
    if (file != CG_SCREEN_GPKG)
        return screen_rows_sheet (path, &rows, error);
    g_autoptr (CgShapes) shapes = shapes_of (screen, figures);
    return screen_rows_layer (path, &rows, shapes, screen->regions->working_crs, error);
}

static gboolean
write_raster (const ScreenQuery *query, const char *path, GError **error)
{
    const CgScreen *screen = query->job.screen;
    ScreenSurface surface = { 0 };
    double unused;
    if (!query->picture->surface (&query->job, NULL, &surface, &unused, error))
        return FALSE;
    g_autofree float *value = surface.value;
    g_autofree char *bandwidth = g_strdup_printf ("%.15g", surface.bandwidth_m);
    const char *const notes[] = { "TIFFTAG_SOFTWARE", "countygrid " CG_VERSION,
                                  "bandwidth_m",      bandwidth,
                                  "kernel",           cg_kernel_name (surface.kernel),
                                  NULL };
    CgRasterBand band = { surface.name, "events per km2", value };
    return cg_export_raster (path, screen->regions->working_crs, &surface.box, surface.width,
                             surface.height, 1, &band, notes, query->job.cancel, error);
}

static GBytes *
make_file (const ScreenQuery *query, const Told *told, CgScreenFile file, GError **error)
{
    g_autofree char *name = g_strconcat ("data.", files[file].name, NULL);
    g_auto (CgDraft) draft = { 0 };
    if (!cg_draft_init (&draft, name, error))
        return NULL;
    gboolean written = file == CG_SCREEN_TIFF ? write_raster (query, draft.path, error)
                                              : write_rows (query, told, file, draft.path, error);
    return written ? cg_draft_read (&draft, error) : NULL;
}

GBytes *
cg_screen_data (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                CgScreenFile file, const char *at, GError **error)
{
    g_auto (ScreenQuery) query = { 0 };
    g_auto (Told) told = { 0 };
    if (!screen_prepare (screen, name, options, &query, error))
        return NULL;
    if (!cg_screen_has_file (query.picture, file) || (at != NULL && file != CG_SCREEN_JSON)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "picture %s gives no %s%s", name,
                     files[file].name, at != NULL ? " of one point" : "");
        return NULL;
    }
    if (at != NULL)
        return make_at (&query, at, error);
    if (file != CG_SCREEN_TIFF && !tell (&query, &told, error))
        return NULL;
    return file == CG_SCREEN_JSON ? make_json (&query, &told) : make_file (&query, &told, file, error);
}

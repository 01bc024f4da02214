/* Coverage as a sheet for people, or as the grids with the same columns. */
#include "app/coverage.h"

#include <string.h>

#include "export/layer.h"
#include "export/sheet.h"

#define N_NUMBERS 11

typedef struct {
    const char *key, *title;
    CgSheetKind kind;
    guint decimals;
} Head;

static const Head heads[N_NUMBERS] = {
    { "households", "户数\n户", CG_SHEET_NUMBER, 0 },
    { "cameras", "摄像头\n个", CG_SHEET_NUMBER, 0 },
    { "open_m2", "户外地面\n平方米", CG_SHEET_NUMBER, 0 },
    { "seen_m2", "可见地面\n平方米", CG_SHEET_NUMBER, 0 },
    { "seen_share", "可见率", CG_SHEET_PERCENT, 1 },
    { "blind_m2", "盲区\n平方米", CG_SHEET_NUMBER, 0 },
    { "buildings", "建筑\n栋", CG_SHEET_NUMBER, 0 },
    { "buildings_seen", "外墙可见\n栋", CG_SHEET_NUMBER, 0 },
    { "mean_minutes", "到服务点\n户均分钟", CG_SHEET_NUMBER, 1 },
    { "most_minutes", "到服务点\n最远分钟", CG_SHEET_NUMBER, 1 },
    { "near_share", "服务圈内\n户数占比", CG_SHEET_PERCENT, 1 },
};

static void
list_numbers (const CgCoverageReport *report, const double *blind_m2, const double **out)
{
    const double *columns[N_NUMBERS] = {
        report->households,     report->cameras,   report->open_m2,        report->seen_m2,
        report->seen_share,     blind_m2,          report->buildings,      report->buildings_seen,
        report->mean_minutes,   report->most_minutes, report->near_share,
    };
    memcpy (out, columns, sizeof columns);
}

/* (transfer full) */
static char **
write_notes (const CgCoverageReport *report)
{
    g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
    const CgCoverageJob *job = &report->job;
    g_autofree char *data = g_strdup_printf (
        "网格方案 %" G_GINT64_FORMAT ", 数据版本 %" G_GINT64_FORMAT "; 程序 countygrid " CG_VERSION,
        report->plan, report->data_version);
    g_autofree char *cameras = g_strdup_printf (
        "摄像头 %u 个 (网格外 %u 个), 其中 %u 个缺视距或视角, 按 %g 米、%g 度计; 无朝向的按环视计。",
        report->n_cameras, report->cameras_outside, report->n_assumed, job->range_m, job->fov_deg);
    g_autofree char *ground = g_strdup_printf (
        "可见地面: %g 米方格的中点在某一摄像头视距、视角之内且无建筑遮挡; 建筑按无限高计, 不计树木和地形。"
        "盲区 = 户外地面 (网格面积减建筑) - 可见地面。",
        job->cell_m);
    g_autofree char *ways = g_strdup_printf (
        "到服务点%s%s%s: 沿道路 (%u 条) 步行, 每分钟 %g 米, 离路部分按直线 1.3 倍; 服务圈 %g 分钟。服务点 %u 个。",
        job->kind != NULL ? " (" : "", job->kind != NULL ? job->kind : "",
        job->kind != NULL ? ")" : "", report->n_roads, job->speed_m_min, job->minutes,
        report->n_services);
    g_strv_builder_add_many (lines, data, cameras, ground, ways, NULL);
    return g_strv_builder_end (lines);
}

static gboolean
write_sheet (const CgCoverageReport *report, const double *const *numbers, const char *path,
             GError **error)
{
    CgSheetColumn columns[N_NUMBERS + 2] = {
        { .key = "code", .title = "编码", .width = 18, .text = (const char *const *) report->code },
        { .key = "name", .title = "名称", .width = 24, .text = (const char *const *) report->name },
    };
    for (guint c = 0; c < N_NUMBERS; c++)
        columns[c + 2] = (CgSheetColumn){ .key = heads[c].key,
                                          .title = heads[c].title,
                                          .kind = heads[c].kind,
                                          .decimals = heads[c].decimals,
                                          .number = numbers[c] };
    g_auto (GStrv) notes = write_notes (report);
    CgSheet sheet = { .name = "网格覆盖",
                      .title = "摄像头覆盖和服务圈",
                      .n = report->n,
                      .n_columns = N_NUMBERS + 2,
                      .columns = columns,
                      .notes = (const char *const *) notes };
    return cg_export_sheet (path, &sheet, error);
}

static gboolean
write_layer (const CgCoverageReport *report, const double *const *numbers, const char *path,
             GError **error)
{
    CgLayerColumn columns[N_NUMBERS + 2] = {
        { .name = "code", .kind = CG_COLUMN_TEXT, .text = (const char *const *) report->code },
        { .name = "name", .kind = CG_COLUMN_TEXT, .text = (const char *const *) report->name },
    };
    for (guint c = 0; c < N_NUMBERS; c++)
        columns[c + 2] = (CgLayerColumn){ .name = heads[c].key,
                                          .kind = CG_COLUMN_REAL,
                                          .number = numbers[c] };
    CgLayerTable table = { .name = "coverage",
                           .shapes = report->shapes,
                           .crs = report->crs,
                           .n_columns = N_NUMBERS + 2,
                           .columns = columns };
    g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, report->data_version);
    g_autofree char *options =
        g_strdup_printf ("plan %" G_GINT64_FORMAT " cell %g range %g fov %g minutes %g speed %g",
                         report->plan, report->job.cell_m, report->job.range_m, report->job.fov_deg,
                         report->job.minutes, report->job.speed_m_min);
    CgExportStamp stamp = { 0, options, version };
    return cg_export_layer (path, &table, &stamp, error);
}

gboolean
cg_coverage_report_write (const CgCoverageReport *report, const char *path, GError **error)
{
    const double *numbers[N_NUMBERS];
    g_autofree double *blind_m2 = g_new (double, MAX (report->n, 1));
    for (guint32 g = 0; g < report->n; g++)
        blind_m2[g] = report->open_m2[g] - report->seen_m2[g];
    list_numbers (report, blind_m2, numbers);
    gboolean sheet = g_str_has_suffix (path, ".csv") || g_str_has_suffix (path, ".xlsx");
    return sheet ? write_sheet (report, numbers, path, error)
                 : write_layer (report, numbers, path, error);
}

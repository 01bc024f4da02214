/* The figures of a report as a sheet: columns, texts, notes. */
#include <math.h>

#include "analyse/rates.h"
#include "app/clock.h"
#include "app/report.h"
#include "export/sheet.h"
#include "style/style.h"

#define DAY_S G_GINT64_CONSTANT (86400)

/* "2026-11-21", "2026-W47" (ISO 8601), "2026-11", "2026", "all" */
static char *
period_text (const CgReport *report, gint64 start_s)
{
    static const char *const formats[] = {
        [CG_PERIOD_DAY] = "%Y-%m-%d",
        [CG_PERIOD_WEEK] = "%G-W%V",
        [CG_PERIOD_MONTH] = "%Y-%m",
        [CG_PERIOD_YEAR] = "%Y",
    };
    if (report->period == CG_PERIOD_ALL)
        return g_strdup (cg_period_name (CG_PERIOD_ALL));
    return cg_app_local_text (start_s, formats[report->period]);
}

/* Days of the period that the data cover. */
static double
count_days (const CgReport *report, const CgReportRow *row)
{
    gint64 first_s =
        report->period == CG_PERIOD_ALL ? report->begin_s : MAX (row->start_s, report->begin_s);
    return (double) ((cg_report_row_end (report, row, NULL) - first_s) / DAY_S + 1);
}

static double
change (double now, double before)
{
    return before > 0 ? (now - before) / before : NAN;
}

static char *
describe (const CgReport *report, const CgReportRow *row)
{
    g_autoptr (GString) text = g_string_new (NULL);
    gboolean unfinished;
    gint64 end_s = cg_report_row_end (report, row, &unfinished);
    if (unfinished) {
        g_autofree char *day = cg_app_local_text (end_s, "%m-%d");
        g_string_append_printf (text, "未满, 数据至 %s", day);
    } else if (cg_report_is_running (report, row->start_s)) {
        g_string_append (text, "当日未过完, 不与全日比");
    } else if (report->today_s == 0 && report->period == CG_PERIOD_DAY && row->start_s == end_s &&
               end_s == report->end_s - DAY_S) {
        g_string_append (text, "数据的最后一天, 可能未满");
    }
    if (row->few && row->households > 0)
        g_string_append_printf (text, "%s少于 %d 起, 率不稳定", text->len > 0 ? "; " : "",
                                CG_SMALL_COUNT);
    if (isfinite (row->far_share) && row->households < CG_SMALL_COUNT)
        g_string_append_printf (text, "%s少于 %d 户, 服务圈占比不稳定", text->len > 0 ? "; " : "", CG_SMALL_COUNT);
    if (row->estimated)
        g_string_append_printf (text, "%s户数含估算", text->len > 0 ? "; " : "");
    return g_string_free (g_steal_pointer (&text), FALSE);
}

enum {
    LEVEL,
    CODE,
    NAME,
    PERIOD,
    START,
    DAYS,
    TYPE,
    COUNT,
    HOUSEHOLDS,
    RATE,
    RATE_LOW,
    RATE_HIGH,
    PREVIOUS,
    CHANGE,
    CHANGE_TEXT,
    LAST_YEAR,
    YEAR_CHANGE,
    YEAR_CHANGE_TEXT,
    NOTE,
    SEEN, /* from here on only where coverage is kept */
    BLIND,
    BUILDINGS,
    HOUSED,
    WALK,
    MOST,
    FAR,
    PLAN, /* only with grids of several plans */
    N_COLUMNS
};

static const CgSheetColumn heads[N_COLUMNS] = {
    [LEVEL] = { .key = "level", .title = "层级", .width = 8 },
    [CODE] = { .key = "code", .title = "编码", .width = 18 },
    [NAME] = { .key = "name", .title = "名称", .width = 24 },
    [PERIOD] = { .key = "period", .title = "时段", .width = 11 },
    [START] = { .key = "start", .title = "起始日", .width = 11 },
    [DAYS] = { .key = "days", .title = "有数据\n天数", .kind = CG_SHEET_NUMBER, .width = 8 },
    [TYPE] = { .key = "type", .title = "类型", .width = 18 },
    [COUNT] = { .key = "count", .title = "事件\n起", .kind = CG_SHEET_NUMBER, .width = 9 },
    [HOUSEHOLDS] = { .key = "households",
                     .title = "户数\n户",
                     .kind = CG_SHEET_NUMBER,
                     .width = 9 },
    [RATE] = { .key = "rate_per_1000",
               .title = "率\n起/千户",
               .kind = CG_SHEET_NUMBER,
               .decimals = 2,
               .width = 9 },
    [RATE_LOW] = { .key = "rate_low",
                   .title = "率下限\n95 %",
                   .kind = CG_SHEET_NUMBER,
                   .decimals = 2,
                   .width = 9 },
    [RATE_HIGH] = { .key = "rate_high",
                    .title = "率上限\n95 %",
                    .kind = CG_SHEET_NUMBER,
                    .decimals = 2,
                    .width = 9 },
    [PREVIOUS] = { .key = "previous", .title = "上期\n起", .kind = CG_SHEET_NUMBER, .width = 9 },
    [CHANGE] = { .key = "change",
                 .title = "环比",
                 .kind = CG_SHEET_PERCENT,
                 .decimals = 1,
                 .width = 9 },
    [CHANGE_TEXT] = { .key = "change_text", .title = "环比\n(文字)", .width = 12 },
    [LAST_YEAR] = { .key = "last_year",
                    .title = "去年同期\n起",
                    .kind = CG_SHEET_NUMBER,
                    .width = 9 },
    [YEAR_CHANGE] = { .key = "change_last_year",
                      .title = "同比",
                      .kind = CG_SHEET_PERCENT,
                      .decimals = 1,
                      .width = 9 },
    [YEAR_CHANGE_TEXT] = { .key = "change_last_year_text", .title = "同比\n(文字)", .width = 12 },
    [NOTE] = { .key = "note", .title = "说明", .width = 34 },
    [PLAN] = { .key = "plan", .title = "网格方案", .kind = CG_SHEET_NUMBER, .width = 9 },
    [SEEN] = { .key = "seen_share",
               .title = "视频监控\n覆盖率",
               .kind = CG_SHEET_PERCENT,
               .decimals = 1,
               .width = 11 },
    [BLIND] = { .key = "blind_m2",
                .title = "监控盲区\n平方米",
                .kind = CG_SHEET_NUMBER,
                .decimals = 0,
                .width = 11 },
    [BUILDINGS] = { .key = "buildings_seen_share",
                    .title = "可见楼栋\n占比",
                    .kind = CG_SHEET_PERCENT,
                    .decimals = 1,
                    .width = 11 },
    [HOUSED] = { .key = "households_seen_share",
                 .title = "可见楼栋\n户数占比",
                 .kind = CG_SHEET_PERCENT,
                 .decimals = 1,
                 .width = 11 },
    [WALK] = { .key = "mean_minutes",
               .title = "到服务点\n户均分钟",
               .kind = CG_SHEET_NUMBER,
               .decimals = 1,
               .width = 11 },
    [MOST] = { .key = "most_minutes",
               .title = "到服务点\n最远分钟",
               .kind = CG_SHEET_NUMBER,
               .decimals = 1,
               .width = 11 },
    [FAR] = { .key = "far_share",
              .title = "服务圈外\n户数占比",
              .kind = CG_SHEET_PERCENT,
              .decimals = 1,
              .width = 11 },
};

/* Columns of their own memory. */
typedef struct {
    guint n;
    CgSheetColumn columns[N_COLUMNS];
} Table;

static void
table_init (Table *table, guint n)
{
    table->n = n;
    for (guint c = 0; c < N_COLUMNS; c++) {
        table->columns[c] = heads[c];
        if (heads[c].kind == CG_SHEET_TEXT)
            table->columns[c].text = g_new0 (const char *, (gsize) n + 1);
        else
            table->columns[c].number = g_new0 (double, (gsize) n + 1);
    }
}

static void
table_done (Table *table)
{
    for (guint c = 0; c < N_COLUMNS; c++) {
        const CgSheetColumn *column = &table->columns[c];
        for (guint i = 0; column->text != NULL && i < table->n; i++)
            g_free ((char *) column->text[i]);
        g_free ((gpointer) column->text);
        g_free ((gpointer) column->number);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_done)

static void
set_text (Table *table, guint column, guint row, char *text)
{
    ((const char **) table->columns[column].text)[row] = text;
}

static void
set_number (Table *table, guint column, guint row, double value)
{
    ((double *) table->columns[column].number)[row] = value;
}

static void
fill_row (Table *table, const CgReport *report, guint i)
{
    const CgReportRow *row = &report->rows[i];
    gboolean dated = report->period != CG_PERIOD_ALL;
    set_text (table, LEVEL, i, g_strdup (cg_level_name (report->level)));
    set_text (table, CODE, i, g_strdup (row->code));
    set_text (table, NAME, i, g_strdup (row->name));
    set_text (table, PERIOD, i, period_text (report, row->start_s));
    set_text (table, START, i,
              cg_app_local_text (dated ? row->start_s : report->begin_s, "%Y-%m-%d"));
    set_number (table, DAYS, i, count_days (report, row));
    set_text (table, TYPE, i, g_strdup (row->type));
    set_number (table, COUNT, i, row->count);
    set_number (table, HOUSEHOLDS, i, row->households);
    set_number (table, RATE, i, row->rate);
    set_number (table, RATE_LOW, i, row->rate_low);
    set_number (table, RATE_HIGH, i, row->rate_high);
    set_number (table, PREVIOUS, i, row->previous);
    set_number (table, CHANGE, i, change (row->count, row->previous));
    set_text (table, CHANGE_TEXT, i, cg_format_change_of_counts (row->count, row->previous));
    set_number (table, LAST_YEAR, i, row->last_year);
    set_number (table, YEAR_CHANGE, i, change (row->count, row->last_year));
    set_text (table, YEAR_CHANGE_TEXT, i, cg_format_change_of_counts (row->count, row->last_year));
    set_text (table, NOTE, i, describe (report, row));
    set_number (table, PLAN, i, (double) row->plan);
    set_number (table, SEEN, i, row->seen_share);
    set_number (table, BLIND, i, row->blind_m2);
    set_number (table, BUILDINGS, i, row->buildings_share);
    set_number (table, HOUSED, i, row->housed_share);
    set_number (table, WALK, i, row->walk_minutes);
    set_number (table, MOST, i, row->most_minutes);
    set_number (table, FAR, i, row->far_share);
}

/* Of no period: as the county is now, or was when it was worked out. */
static void
add_coverage_note (const CgReport *report, GStrvBuilder *lines)
{
    const CgCoverageFacts *facts = report->coverage;
    if (!report->has_coverage)
        return;
    g_autofree char *note = g_strdup_printf (
        "覆盖和服务圈: 不分时段, 按数据版本 %" G_GINT64_FORMAT " 计算%s; 摄像头 %u 个 (%u 个缺视距或视角, 按默认值), 服务点 %u 个, "
        "服务圈 %g 分钟、每分钟 %g 米; 上级 = 下级之和相除, 不是平均。%s",
        facts->data_version, facts->state == CG_COVERAGE_STALE ? ", 已过时: 之后摄像头、服务点、建筑、道路或参数有变" : "",
        facts->n_cameras, facts->n_assumed, facts->n_services, facts->minutes, facts->speed_m_min,
        report->grids == CG_GRIDS_THEN ? "以前的方案的网格: 按其在用时的数据。" : "");
    g_strv_builder_add (lines, note);
}

static char **
write_notes (const CgReport *report)
{
    g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
    g_autofree char *begin = cg_app_local_text (report->begin_s, "%Y-%m-%d"),
                    *end = cg_app_local_text (report->end_s - DAY_S, "%Y-%m-%d");
    g_autofree char *data = g_strdup_printf ("数据: 事件 %s 至 %s, 数据版本 %" G_GINT64_FORMAT
                                             "; 程序 countygrid " CG_VERSION,
                                             begin, end, report->data_version);
    g_autofree char *plan =
        g_strdup_printf ("网格方案: %" G_GINT64_FORMAT "%s%s, 校验 %s", report->plan,
                         report->plan_title != NULL ? " " : "",
                         report->plan_title != NULL ? report->plan_title : "", report->plan_hash);
    g_autofree char *few = g_strdup_printf ("率 = 事件 / 户数 x 1000; 上下限为 95 %% 泊松精确区间 "
                                            "(Garwood 1936); 少于 %d 起时率不稳定, "
                                            "不宜据以排名。",
                                            CG_SMALL_COUNT);
    const char *grids = report->grids == CG_GRIDS_THEN
                            ? "事件按其发生时在用的方案归格 (as was); 户数用时段末在用的方案。"
                            : "事件一律按上述方案归格 (as now)。";
    g_strv_builder_add_many (
        lines, data, plan, grids, few,
        "环比: 与上一时段比; 同比: 与去年同一时段比 (周: 52 周前; 2 月 29 日: 2 月 28 日)。",
        report->without_today ? "当日尚未过完, 未计入; 要看当日, 请用 --when (网址: when=) 指明日期。"
                              : "数据止于何日, 见上; 当日未过完的不与全日比。",
        CG_UNSURE_TEXT ": 任一时段如此时, 环比、同比的文字写增减的起数, 不写百分比。",
        "未满的时段只与对应时段的同样天数比。基数为 0 时写 新增, 数据未及时写 —, 不写无穷大。",
        "时段按北京时间划分, 周从星期一起。网格外: 不在任何网格内的事件, 计入全县合计之外。", NULL);
    add_coverage_note (report, lines);
    return g_strv_builder_end (lines);
}

/* Those that are shown, in their order; returns how many. */
static guint
choose_columns (const CgReport *report, const Table *table, CgSheetColumn out[N_COLUMNS])
{
    guint n = 0;
    for (guint c = 0; c < N_COLUMNS; c++) {
        gboolean wanted = c < SEEN || (c == PLAN ? report->grids == CG_GRIDS_THEN : report->has_coverage);
        if (wanted)
            out[n++] = table->columns[c];
    }
    return n;
}

static json_t *
row_json (const CgSheetColumn *columns, guint n_columns, guint i)
{
    json_t *row = json_object ();
    for (guint c = 0; c < n_columns; c++) {
        const CgSheetColumn *column = &columns[c];
        json_t *value = column->kind == CG_SHEET_TEXT   ? json_string (column->text[i])
                        : !isfinite (column->number[i]) ? json_null ()
                        : trunc (column->number[i]) == column->number[i]
                            ? json_integer ((json_int_t) column->number[i])
                            : json_real (column->number[i]);
        /* A name that is not known is null, as a number is. */
        json_object_set_new (row, column->key, value != NULL ? value : json_null ());
    }
    return row;
}

json_t *
cg_report_json (const CgReport *report)
{
    g_auto (Table) table = { 0 };
    g_autofree char *begin = cg_app_local_text (report->begin_s, "%Y-%m-%d"),
                    *end = cg_app_local_text (report->end_s - DAY_S, "%Y-%m-%d");
    json_t *rows = json_array ();
    CgSheetColumn columns[N_COLUMNS];
    table_init (&table, report->n);
    guint n_columns = choose_columns (report, &table, columns);
    for (guint i = 0; i < report->n; i++) {
        fill_row (&table, report, i);
        json_array_append_new (rows, row_json (columns, n_columns, i));
    }
    json_t *all = json_pack ("{s:s, s:s, s:s, s:I, s:I, s:[s,s], s:o}", "level",
                      cg_level_name (report->level), "grids",
                      report->grids == CG_GRIDS_THEN ? "then" : "now",
                      "period", cg_period_name (report->period), "plan", (json_int_t) report->plan,
                      "data_version", (json_int_t) report->data_version, "data", begin, end, "rows",
                      rows);
    const CgCoverageFacts *facts = report->coverage;
    if (report->has_coverage)
        json_object_set_new (all, "coverage",
                             json_pack ("{s:s, s:I}", "state", cg_coverage_state_name (facts->state),
                                        "data_version", (json_int_t) facts->data_version));
    return all;
}

gboolean
cg_report_write (const CgReport *report, const char *path, GError **error)
{
    g_auto (Table) table = { 0 };
    table_init (&table, report->n);
    for (guint i = 0; i < report->n; i++)
        fill_row (&table, report, i);
    g_auto (GStrv) notes = write_notes (report);
    CgSheetColumn columns[N_COLUMNS];
    guint n_columns = choose_columns (report, &table, columns);
    CgSheet sheet = { .name = "统计",
                      .title = "网格事件统计",
                      .n = report->n,
                      .n_columns = n_columns,
                      .columns = columns,
                      .notes = (const char *const *) notes,
                      .made_s = report->end_s };
    return cg_export_sheet (path, &sheet, error);
}

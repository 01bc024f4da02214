#include "kind_internal.h"

#include <math.h>

#define O CG_RHYTHM_OFFICE
#define N CG_RHYTHM_NIGHT
#define T CG_RHYTHM_TRAFFIC
#define E CG_RHYTHM_EVENING
#define R CG_RHYTHM_ROUND
#define F CG_RHYTHM_FARM
#define D CG_RHYTHM_DARK

/* type, rate, rhythm, season, weekend, urban, rural |
 * market hospital school buses site compound, road |
 * hotline app police patrol visit camera mailbox */
/* clang-format off */
const CgKind cg_kinds[] = {
    { "民生服务/供水", 6, O, CG_SEASON_WINTER, 0.7, 6, 2, 0, 0, 0, 0, 0, 2, 0, { 8, 2, 0, 0, 0, 0, 1 } },
    { "民生服务/供电", 5, E, CG_SEASON_SUMMER, 0.9, 5, 3, 1, 0, 0, 0, 0, 1, 0, { 8, 2, 0, 0, 0, 0, 1 } },
    { "民生服务/供暖", 6, O, CG_SEASON_WINTER, 0.8, 8, 0, 0, 0, 0, 0, 0, 3, 0, { 9, 1, 0, 0, 0, 0, 1 } },
    { "民生服务/噪音", 9, N, CG_SEASON_SUMMER, 1.25, 5, 0, 1, 0, 0, 0, 4, 1, 0, { 8, 1, 3, 0, 0, 0, 1 } },
    { "民生服务/垃圾清运", 8, R, CG_SEASON_SUMMER, 0.6, 5, 2, 4, 0, 0, 0, 1, 1, 0, { 4, 8, 0, 3, 0, 1, 1 } },
    { "民生服务/道路维护", 6, O, CG_SEASON_NONE, 0.5, 1, 2, 0, 0, 0, 0, 1, 0, 6, { 6, 5, 0, 3, 0, 0, 1 } },
    { "民生服务/停车", 8, T, CG_SEASON_NONE, 0.9, 3, 0, 3, 4, 3, 1, 0, 2, 1, { 7, 2, 1, 1, 0, 2, 1 } },
    { "民生服务/公共设施", 5, R, CG_SEASON_NONE, 0.5, 4, 2, 0, 0, 0, 0, 0, 0, 2, { 4, 7, 0, 3, 1, 0, 1 } },
    { "矛盾纠纷/婚姻家庭", 4, E, CG_SEASON_FESTIVAL, 1.1, 4, 3, 0, 0, 0, 0, 0, 0, 0, { 2, 4, 5, 0, 3, 0, 0 } },
    { "矛盾纠纷/邻里", 6, E, CG_SEASON_NONE, 1.0, 4, 5, 0, 0, 0, 0, 0, 1, 0, { 3, 6, 4, 0, 2, 0, 0 } },
    { "矛盾纠纷/劳资债务", 5, O, CG_SEASON_FESTIVAL, 0.5, 1, 1, 1, 0, 0, 0, 7, 0, 0, { 6, 2, 3, 0, 1, 0, 1 } },
    { "矛盾纠纷/合同", 2, O, CG_SEASON_FESTIVAL, 0.5, 3, 1, 3, 0, 0, 0, 1, 0, 0, { 6, 2, 1, 0, 0, 0, 2 } },
    { "矛盾纠纷/医患", 1, O, CG_SEASON_NONE, 0.7, 0, 0, 0, 10, 0, 0, 0, 0, 0, { 4, 1, 4, 0, 0, 0, 1 } },
    { "矛盾纠纷/山林土地", 4, F, CG_SEASON_FARM, 0.9, 0, 9, 0, 0, 0, 0, 0, 0, 0, { 2, 7, 1, 0, 3, 0, 0 } },
    { "矛盾纠纷/宅基地", 3, R, CG_SEASON_FARM, 0.8, 1, 8, 0, 0, 0, 0, 0, 0, 0, { 3, 6, 1, 0, 3, 0, 0 } },
    { "矛盾纠纷/物业", 5, E, CG_SEASON_NONE, 1.0, 5, 0, 0, 0, 0, 0, 0, 6, 0, { 7, 4, 0, 0, 0, 0, 2 } },
    { "矛盾纠纷/金融", 1, O, CG_SEASON_FESTIVAL, 0.4, 4, 1, 1, 0, 0, 0, 0, 0, 0, { 5, 1, 3, 0, 0, 0, 1 } },
    { "矛盾纠纷/环境", 2, R, CG_SEASON_SUMMER, 0.8, 2, 3, 0, 0, 0, 0, 4, 0, 0, { 6, 3, 0, 1, 0, 0, 2 } },
    { "安全隐患/消防", 6, R, CG_SEASON_WINTER, 0.6, 4, 2, 4, 0, 1, 0, 1, 2, 0, { 2, 8, 0, 5, 1, 2, 0 } },
    { "安全隐患/房屋", 2, R, CG_SEASON_SUMMER, 0.5, 2, 5, 0, 0, 0, 0, 2, 0, 0, { 2, 7, 0, 2, 2, 0, 0 } },
    { "安全隐患/燃气", 2, R, CG_SEASON_WINTER, 0.6, 6, 0, 2, 0, 0, 0, 0, 2, 0, { 3, 6, 0, 3, 1, 0, 0 } },
    { "安全隐患/道路交通", 7, T, CG_SEASON_NONE, 0.85, 1, 0, 1, 0, 4, 2, 0, 0, 9, { 2, 3, 5, 3, 0, 4, 0 } },
    { "安全隐患/食品", 2, O, CG_SEASON_SUMMER, 0.8, 2, 0, 7, 0, 2, 1, 0, 0, 0, { 6, 2, 0, 3, 0, 0, 1 } },
    { "治安/盗窃", 3, D, CG_SEASON_NONE, 1.1, 4, 1, 4, 1, 0, 2, 2, 2, 0, { 1, 1, 8, 1, 0, 2, 0 } },
    { "治安/打架斗殴", 2, N, CG_SEASON_SUMMER, 1.4, 3, 1, 4, 0, 1, 1, 1, 0, 1, { 0, 1, 8, 1, 0, 2, 0 } },
    { "治安/电信诈骗", 3, O, CG_SEASON_NONE, 0.8, 6, 3, 0, 0, 0, 0, 0, 0, 0, { 2, 2, 7, 0, 1, 0, 0 } },
    { "特殊关怀/空巢老人", 4, R, CG_SEASON_WINTER, 0.5, 2, 7, 0, 0, 0, 0, 0, 0, 0, { 1, 4, 0, 0, 9, 0, 0 } },
    { "特殊关怀/留守儿童", 2, R, CG_SEASON_NONE, 0.6, 1, 7, 0, 0, 2, 0, 0, 0, 0, { 1, 3, 0, 0, 9, 0, 0 } },
    { "特殊关怀/残疾帮扶", 2, R, CG_SEASON_NONE, 0.4, 3, 5, 0, 0, 0, 0, 0, 0, 0, { 2, 3, 0, 0, 8, 0, 0 } },
    { "政策咨询/社保医保", 4, O, CG_SEASON_NONE, 0.3, 4, 3, 0, 1, 0, 0, 0, 0, 0, { 9, 1, 0, 0, 2, 0, 2 } },
    { "政策咨询/惠农补贴", 3, O, CG_SEASON_FARM, 0.3, 0, 8, 0, 0, 0, 0, 0, 0, 0, { 7, 2, 0, 0, 3, 0, 1 } },
    { "政策咨询/入学教育", 2, O, CG_SEASON_SUMMER, 0.4, 5, 2, 0, 0, 2, 0, 0, 0, 0, { 9, 1, 0, 0, 0, 0, 3 } },
    { "其他/其他", 3, O, CG_SEASON_NONE, 0.7, 4, 3, 1, 0, 0, 1, 0, 0, 0, { 6, 3, 1, 1, 0, 0, 1 } },
    { NULL },
};
/* clang-format on */

#undef O
#undef N
#undef T
#undef E
#undef R
#undef F
#undef D

const char *
cg_source_name (CgSource source)
{
    static const char *const names[CG_N_SOURCES] = {
        [CG_SOURCE_HOTLINE] = "12345热线",  [CG_SOURCE_APP] = "网格员上报",
        [CG_SOURCE_POLICE] = "110非警务移交", [CG_SOURCE_PATROL] = "巡查",
        [CG_SOURCE_VISIT] = "走访",          [CG_SOURCE_CAMERA] = "视频巡检",
        [CG_SOURCE_MAILBOX] = "线上信箱",
    };
    return names[source];
}

const double *
cg_rhythm_hours (CgRhythm rhythm)
{
    /* From midnight on, two lines of twelve. */
    static const double hours[CG_N_RHYTHMS][24] = {
        [CG_RHYTHM_OFFICE] = { 1, 1, 1, 1, 1, 1, 3, 8, 22, 46, 44, 24,
                               10, 12, 24, 40, 36, 18, 9, 7, 6, 5, 3, 2 },
        [CG_RHYTHM_NIGHT] = { 14, 7, 4, 2, 1, 1, 2, 3, 3, 3, 3, 3,
                              5, 5, 3, 3, 3, 4, 7, 14, 26, 46, 44, 26 },
        [CG_RHYTHM_TRAFFIC] = { 2, 1, 1, 1, 1, 3, 10, 40, 42, 18, 13, 14,
                                15, 13, 14, 16, 22, 42, 40, 20, 11, 8, 5, 3 },
        [CG_RHYTHM_EVENING] = { 5, 3, 2, 1, 1, 2, 5, 9, 10, 11, 11, 12,
                                14, 11, 10, 11, 13, 20, 28, 34, 32, 24, 14, 8 },
        [CG_RHYTHM_ROUND] = { 0, 0, 0, 0, 0, 1, 3, 8, 24, 34, 32, 20,
                              8, 9, 22, 32, 28, 16, 8, 6, 4, 2, 1, 0 },
        [CG_RHYTHM_FARM] = { 0, 0, 0, 0, 1, 4, 14, 22, 26, 26, 22, 14,
                             8, 7, 12, 20, 26, 26, 18, 9, 5, 2, 1, 0 },
        [CG_RHYTHM_DARK] = { 18, 20, 22, 18, 10, 5, 4, 6, 8, 12, 14, 12,
                             9, 9, 11, 13, 14, 15, 14, 12, 12, 13, 15, 17 },
    };
    return hours[rhythm];
}

gint64
cg_season_festival (guint year)
{
    /* New moon of 6 January 2000, 18:14 UTC, in days since 1970; Beijing is 8 hours ahead. */
    const double epoch = 10962 + (18.0 + 14.0 / 60) / 24, month = 29.530588853;
    g_autoptr (GDate) date = g_date_new_dmy (21, G_DATE_JANUARY, (GDateYear) year);
    double start = (double) g_date_get_julian (date) - 719163 - 8.0 / 24;
    return (gint64) floor (epoch + ceil ((start - epoch) / month) * month + 8.0 / 24);
}

static double
before_festival (gint64 day, guint year)
{
    gint64 festival = cg_season_festival (year);
    if (day > festival + 7)
        festival = cg_season_festival (year + 1);
    gint64 left = festival - day;
    if (left <= 0)
        return 0.5; /* the holiday itself is quiet */
    return left <= 42 ? 1 + 1.1 * (1 - left / 42.0) : 1;
}

double
cg_season_factor (CgSeason season, gint64 day)
{
    static const double months[CG_N_SEASONS][12] = {
        [CG_SEASON_NONE] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        [CG_SEASON_WINTER] = { 1.9, 1.6, 1.2, 0.7, 0.5, 0.5, 0.5, 0.5, 0.6, 0.9, 1.6, 2.0 },
        [CG_SEASON_SUMMER] = { 0.6, 0.6, 0.7, 0.9, 1.2, 1.5, 1.6, 1.5, 1.2, 0.9, 0.7, 0.6 },
        [CG_SEASON_FARM] = { 0.4, 0.5, 1.1, 1.7, 1.6, 1.0, 0.7, 0.8, 1.5, 1.6, 0.7, 0.4 },
        [CG_SEASON_FESTIVAL] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
    };
    g_autoptr (GDate) date = g_date_new_julian ((guint32) (day + 719163));
    if (season == CG_SEASON_FESTIVAL)
        return before_festival (day, g_date_get_year (date));
    return months[season][g_date_get_month (date) - 1];
}

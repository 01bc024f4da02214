#include "import/dwellings.h"

#include <math.h>
#include <string.h>

#include "attach/attach.h"

/* Where nobody lives, after cg_field_key. Any other word means a dwelling. */
static const char no_dwelling[] =
    "garage|garages|carport|carports|shed|hut|barn|stable|sty|cowshed|greenhouse|farmauxiliary|"
    "industrial|warehouse|manufacture|factory|hangar|silo|storagetank|tank|digester|"
    "church|chapel|cathedral|mosque|temple|synagogue|shrine|monastery|religious|placeofworship|"
    "school|kindergarten|university|college|hospital|clinic|civic|public|government|police|"
    "firestation|townhall|courthouse|embassy|library|museum|artscentre|theatre|cinema|attraction|"
    "trainstation|transportation|station|ferryterminal|terminal|parking|fuel|substation|"
    "commercial|office|bank|retail|supermarket|marketplace|departmentstore|kiosk|shop|mall|"
    "restaurant|hotel|stadium|sportshall|sportscentre|pavilion|postoffice|"
    "sports|service|roof|ruins|ruin|construction|collapsed|bridge|tower|watertower|bunker|"
    "communicationstower|transformertower|toilets|"
    "车库|车棚|棚房|仓库|厂房|工厂|工业|学校|幼儿园|医院|办公|办公楼|写字楼|商业|商场|市场|银行|酒店|宾馆|"
    "庙|寺|教堂|公厕|厕所|配电房|泵房|温室|大棚|畜舍|圈舍|在建|废弃";

/* Words that say no more than that there is a building. */
static const char no_word[] = "yes|building|buildingpart|unclassified|unknown|是|建筑|房屋|其他|未知";

/* Names that say what a building is. */
static const char *const name_words[] = {
    "银行",   "证券",   "交易所", "金融中心", "金融大厦", "酒店",   "宾馆",     "医院",   "卫生院",
    "学校",   "小学",   "中学",   "大学",     "学院",     "幼儿园", "会议中心", "会展",   "博物馆",
    "图书馆", "体育馆", "体育中心", "影院",   "剧院",     "海关",   "民政局",   "公安局", "派出所",
    "法院",   "检察院", "政府",   "村委会",   "火车站",   "汽车站", "购物中心", "商场",   "百货",
    "写字楼", "商务楼", "办公楼", "厂房",     "仓库",     "教堂",   "市场",
};
static const char name_tokens[] =
    "bank|hotel|hospital|school|university|museum|library|financial|finance|exchange|mall|office|"
    "offices|church|airport|stadium|theatre|cinema";
/* Names of homes, and of streets that are called after something. */
static const char *const home_words[] = { "宿舍", "公寓", "家属", "住宅", "小区", "花园", "苑",
                                          "新村", "社区", "公馆", "路",   "街",   "巷",   "弄",
                                          "里",   "号" };
static const char home_tokens[] =
    "apartment|apartments|residence|residences|residential|house|houses|garden|gardens|court|"
    "villa|villas|road|street|avenue|lane|dormitory";

enum { IS_NONE, IS_DWELLING, NOT_SAID };

#define TALL_M 27 /* a residential building is a high-rise above that (GB 50352-2019, 3.1.2) */
#define TALL_LEVELS 8
#define DEEP_M 36

static guint8
read_word (const CgTable *table, guint32 i)
{
    const char *cell = cg_table_cell (table, i, CG_FIELD_BUILDING);
    g_autofree char *key = cell != NULL ? cg_field_key (cell) : NULL;
    if (key == NULL || key[0] == '\0' || cg_field_matches (no_word, key, NULL))
        return NOT_SAID;
    return cg_field_matches (no_dwelling, key, NULL) ? IS_NONE : IS_DWELLING;
}

static gboolean
holds_word (const char *text, const char *const *words, gsize n, const char *tokens)
{
    for (gsize k = 0; k < n; k++)
        if (strstr (text, words[k]) != NULL)
            return TRUE;
    g_auto (GStrv) parts = g_strsplit_set (text, " ,.;:/()-'\"", -1);
    for (guint k = 0; parts[k] != NULL; k++)
        if (parts[k][0] != '\0' && cg_field_matches (tokens, parts[k], NULL))
            return TRUE;
    return FALSE;
}

static guint8
read_name (const CgTable *table, guint32 i)
{
    const char *cell = cg_table_cell (table, i, CG_FIELD_NAME);
    g_autofree char *name = cell != NULL ? g_utf8_casefold (cell, -1) : NULL;
    if (name == NULL
        || holds_word (name, home_words, G_N_ELEMENTS (home_words), home_tokens)
        || !holds_word (name, name_words, G_N_ELEMENTS (name_words), name_tokens))
        return NOT_SAID;
    return IS_NONE;
}

/* Rows of one id are one building in pieces, or delivered twice: what one says holds for those that
 * say nothing. */
static void
judge_pieces (CgBuildings *b)
{
    g_autoptr (GHashTable) said = g_hash_table_new (NULL, NULL);
    for (guint32 i = 0; i < b->n; i++)
        if (b->key[i] != CG_NONE && b->dwelling[i] != NOT_SAID
            && !g_hash_table_contains (said, GUINT_TO_POINTER (b->key[i] + 1)))
            g_hash_table_insert (said, GUINT_TO_POINTER (b->key[i] + 1),
                                 GUINT_TO_POINTER (b->dwelling[i]));
    for (guint32 i = 0; i < b->n; i++) {
        gpointer word;
        if (b->key[i] != CG_NONE && b->dwelling[i] == NOT_SAID
            && g_hash_table_lookup_extended (said, GUINT_TO_POINTER (b->key[i] + 1), NULL, &word))
            b->dwelling[i] = (guint8) GPOINTER_TO_UINT (word);
    }
}

/* An outline by its box and ground, in centimetres and square decimetres. */
typedef struct {
    gint64 of[5];
    guint32 row;
} Ground;

static int
compare_grounds (gconstpointer x, gconstpointer y)
{
    const Ground *a = x, *b = y;
    for (guint k = 0; k < G_N_ELEMENTS (a->of); k++)
        if (a->of[k] != b->of[k])
            return a->of[k] < b->of[k] ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Outlines of whole buildings, those of the same ground beside each other. (transfer full) */
static GArray *
sort_grounds (const CgBuildings *b, const guint8 *part)
{
    GArray *grounds = g_array_new (FALSE, FALSE, sizeof (Ground));
    for (guint32 i = 0; i < b->n; i++) {
        if (part[i] || b->outlines->shape_part[i] == b->outlines->shape_part[i + 1])
            continue;
        CgBox box = cg_shapes_box (b->outlines, i);
        Ground one = { { llround (box.x_min * 100), llround (box.y_min * 100),
                         llround (box.x_max * 100), llround (box.y_max * 100),
                         llround (cg_shapes_area (b->outlines, i) * 100) }, i };
        g_array_append_val (grounds, one);
    }
    g_array_sort (grounds, compare_grounds);
    return grounds;
}

/* One building under two ids (two layers of a map, two editors): what the first row that says
 * something says holds for the others on the same ground. Parts may stand on each other. */
static void
judge_repeats (CgBuildings *b, const guint8 *part)
{
    g_autoptr (GArray) grounds = sort_grounds (b, part);
    const Ground *all = (const Ground *) (gconstpointer) grounds->data;
    for (guint k = 0, end; k < grounds->len; k = end) {
        guint8 word = NOT_SAID;
        for (end = k; end < grounds->len && memcmp (all[end].of, all[k].of, sizeof all[k].of) == 0;
             end++)
            word = word == NOT_SAID ? b->dwelling[all[end].row] : word;
        for (guint m = k; m < end; m++)
            if (b->dwelling[all[m].row] == NOT_SAID)
                b->dwelling[all[m].row] = word;
    }
}

static gboolean
is_part (const CgTable *table, guint32 i)
{
    const char *cell = cg_table_cell (table, i, CG_FIELD_PART);
    g_autofree char *tag =
        cg_tags_find (cg_table_cell (table, i, CG_FIELD_TAGS), "building:part");
    g_autofree char *key = cell != NULL ? cg_field_key (cell) : NULL;
    return (key != NULL && cg_field_matches ("buildingpart|part|yes|1|是", key, NULL)) ||
           (tag != NULL && strcmp (tag, "no") != 0);
}

static double
depth_m (const CgBuildings *b, guint32 i)
{
    double outline_m = cg_shapes_length (b->outlines, i);
    return outline_m > 0 ? 4 * cg_shapes_area (b->outlines, i) / outline_m : 0;
}

static gboolean
is_deep (const CgBuildings *b, guint32 i)
{
    gboolean tall = b->levels[i] > 0 ? b->levels[i] > TALL_LEVELS : b->height_m[i] > TALL_M;
    return tall && depth_m (b, i) > DEEP_M;
}

/* The building around the middle of each part without a word, CG_NONE of other rows. (g_free) */
static guint32 *
find_wholes (const CgBuildings *b, const guint8 *part, GError **error)
{
    g_autofree guint32 *rank = g_new (guint32, (gsize) b->n + 1);
    g_autofree guint32 *whole = g_new (guint32, (gsize) b->n + 1);
    g_autoptr (CgAttachIndex) index = NULL;
    for (guint32 i = 0; i < b->n; i++)
        rank[i] = part[i];
    for (guint32 i = 0; i < b->n; i++) {
        whole[i] = CG_NONE;
        if (b->dwelling[i] != NOT_SAID || !part[i])
            continue;
        if (index == NULL && (index = cg_attach_index_new (b->outlines, rank, error)) == NULL)
            return NULL;
        double x, y;
        cg_shapes_label_point (b->outlines, i, &x, &y, NULL);
        guint32 around = cg_attach_find (index, x, y);
        whole[i] = around != CG_NONE && !part[around] ? around : CG_NONE;
    }
    return g_steal_pointer (&whole);
}

static void
judge_parts (CgBuildings *b, const guint32 *whole)
{
    for (guint32 i = 0; i < b->n; i++)
        if (b->dwelling[i] == NOT_SAID && whole[i] != CG_NONE)
            b->dwelling[i] = b->dwelling[whole[i]];
}

static void
judge_shapes (CgBuildings *b, CgTable *table)
{
    guint32 n_deep = 0;
    for (guint32 i = 0; i < b->n; i++) {
        if (b->dwelling[i] != NOT_SAID || !is_deep (b, i))
            continue;
        b->dwelling[i] = IS_NONE;
        n_deep++;
        gboolean by_levels = b->levels[i] > 0;
        g_autofree char *height = g_strdup_printf ("%g", by_levels ? b->levels[i] : b->height_m[i]);
        cg_import_report_add (table->report, CG_FINDING_NOTE, "DEEP_BUILDING", b->row[i],
                              table->column[by_levels ? CG_FIELD_LEVELS : CG_FIELD_HEIGHT], height,
                              "no use is given, it is tall (%s %s) and %.0f m deep: no dwelling",
                              height, by_levels ? "storeys" : "m", depth_m (b, i));
    }
    if (n_deep > 0)
        cg_import_report_add (table->report, CG_FINDING_WARNING, "DEEP_BUILDING", 0, NULL, NULL,
                              "%u without a use are taller than %d m and deeper than %d m: no "
                              "dwellings, so no households are estimated",
                              n_deep, TALL_M, DEEP_M);
}

gboolean
cg_import_judge_dwellings (CgBuildings *b, CgTable *table, const guint32 *row, GError **error)
{
    g_autofree guint8 *part = g_new0 (guint8, (gsize) b->n + 1);
    for (guint32 i = 0; i < b->n; i++) {
        b->dwelling[i] = read_word (table, row[i]);
        part[i] = is_part (table, row[i]);
    }
    judge_pieces (b);
    judge_repeats (b, part);
    for (guint32 i = 0; i < b->n; i++)
        if (b->dwelling[i] == NOT_SAID)
            b->dwelling[i] = read_name (table, row[i]);
    g_autofree guint32 *whole = find_wholes (b, part, error);
    if (whole == NULL)
        return FALSE;
    judge_parts (b, whole);
    judge_shapes (b, table);
    judge_parts (b, whole);
    for (guint32 i = 0; i < b->n; i++)
        b->dwelling[i] = b->dwelling[i] != IS_NONE;
    return TRUE;
}

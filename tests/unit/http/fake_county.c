#include "fake_county.h"

#include "base/random.h"

#include <math.h>

#define COLUMNS 30
#define ROWS 24
#define SIDE_M 1500.0
#define DAYS 400
#define PER_TOWN 6 /* cells of a town's side */
#define PER_COMMUNITY 3

static const char *const town_names[] = { "清河镇", "柳林镇", "城关街道", "杨树乡", "石门镇",
                                          "白云乡", "双桥镇", "龙泉镇",   "金沟乡", "北岭镇",
                                          "东川镇", "长滩乡", "马家湾镇", "红土乡", "青石镇",
                                          "南坪乡", "大柏镇", "平安乡",   "新集镇", "黄羊乡" };
static const char *const village_names[] = { "杨家湾村", "李家坪村", "王家沟村", "赵家台村",
                                             "刘家塬村", "陈家河村", "张家峁村", "孙家庄村" };
static const char *const types[] = { "民生服务/噪音",
                                     "民生服务/供水",
                                     "民生服务/垃圾清运",
                                     "矛盾纠纷/邻里",
                                     "矛盾纠纷/劳资债务",
                                     "安全隐患/消防",
                                     "安全隐患/道路交通",
                                     "治安/盗窃",
                                     "特殊关怀/空巢老人",
                                     "政策咨询",
                                     "其他" };
static const guint type_weight[] = { 22, 14, 12, 10, 6, 8, 9, 5, 4, 7, 3 };
static const char *const sources[] = { "12345热线", "网格员上报", "110非警务移交", "巡查", "走访" };

typedef struct {
    guint column, row, town, community;
} Cell;

typedef struct {
    double x[(COLUMNS + 1) * (ROWS + 1)], y[(COLUMNS + 1) * (ROWS + 1)];
    GArray *cells; /* of Cell */
    CgRandom random;
} Mesh;

static gboolean
inside (guint column, guint row)
{
    double u = (column + 0.5) / COLUMNS * 2 - 1, v = (row + 0.5) / ROWS * 2 - 1,
           angle = atan2 (v, u);
    return hypot (u, v) < 0.82 + 0.13 * sin (3 * angle + 0.6) + 0.06 * sin (7 * angle);
}

static void
mesh_init (Mesh *mesh)
{
    cg_random_init (&mesh->random, 7, 0);
    mesh->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
    for (guint r = 0; r <= ROWS; r++)
        for (guint c = 0; c <= COLUMNS; c++) {
            guint v = r * (COLUMNS + 1) + c;
            mesh->x[v] = 500000 + (c + 0.5 * (cg_random_unit (&mesh->random) - 0.5)) * SIDE_M;
            mesh->y[v] = 4080000 + (r + 0.5 * (cg_random_unit (&mesh->random) - 0.5)) * SIDE_M;
        }
    for (guint r = 0; r < ROWS; r++)
        for (guint c = 0; c < COLUMNS; c++) {
            guint town = r / PER_TOWN * (COLUMNS / PER_TOWN) + c / PER_TOWN;
            guint community = r / PER_COMMUNITY * (COLUMNS / PER_COMMUNITY) + c / PER_COMMUNITY;
            Cell cell = { c, r, town, community };
            if (inside (c, r))
                g_array_append_val (mesh->cells, cell);
        }
}

/* The border of the cells that belong: directed edges walked once, chained from vertex to vertex.
 */
static void
add_union (const Mesh *mesh, gboolean (*belongs) (const Cell *, guint), guint which,
           CgShapes *shapes)
{
    guint n = (COLUMNS + 1) * (ROWS + 1);
    g_autoptr (GHashTable) edges = g_hash_table_new (NULL, NULL); /* from * n + to + 1 */
    for (guint i = 0; i < mesh->cells->len; i++) {
        const Cell *cell = &g_array_index (mesh->cells, Cell, i);
        if (!belongs (cell, which))
            continue;
        guint a = cell->row * (COLUMNS + 1) + cell->column, b = a + 1, d = a + COLUMNS + 1,
              c = d + 1;
        guint corner[] = { a, b, c, d, a };
        for (guint k = 0; k < 4; k++)
            if (!g_hash_table_remove (edges, GUINT_TO_POINTER (corner[k + 1] * n + corner[k] + 1)))
                g_hash_table_add (edges, GUINT_TO_POINTER (corner[k] * n + corner[k + 1] + 1));
    }
    for (guint start = 0; start < n; start++) {
        guint from = start, length = 0;
        while (TRUE) {
            guint next = n;
            const guint around[] = { from + 1, from + COLUMNS + 1, from - 1, from - COLUMNS - 1 };
            for (guint k = 0; k < 4 && next == n; k++)
                if (around[k] < n &&
                    g_hash_table_remove (edges, GUINT_TO_POINTER (from * n + around[k] + 1)))
                    next = around[k];
            if (next == n)
                break;
            if (length++ == 0)
                cg_shapes_add_vertex (shapes, mesh->x[from], mesh->y[from]);
            cg_shapes_add_vertex (shapes, mesh->x[next], mesh->y[next]);
            from = next;
        }
        if (length > 0) {
            cg_shapes_end_ring (shapes);
            cg_shapes_end_part (shapes);
        }
    }
    cg_shapes_end_shape (shapes);
}

static gboolean
in_county (const Cell *cell, guint which)
{
    return TRUE;
}

static gboolean
in_town (const Cell *cell, guint which)
{
    return cell->town == which;
}

static gboolean
in_community (const Cell *cell, guint which)
{
    return cell->community == which;
}

static guint
add_region (CgRegions *regions, guint32 row, CgLevel level, char *code, const char *name,
            guint32 parent)
{
    regions->code[row] = code;
    regions->name[row] = g_strdup (name);
    regions->level[row] = level;
    regions->parent[row] = parent;
    return row;
}

static CgRegions *
make_regions (const Mesh *mesh)
{
    guint n_towns = COLUMNS / PER_TOWN * (ROWS / PER_TOWN);
    guint n_communities = COLUMNS / PER_COMMUNITY * (ROWS / PER_COMMUNITY), n = 1;
    g_autofree guint32 *town_row = g_new0 (guint32, n_towns),
                       *town_of = g_new0 (guint32, n_communities);
    g_autofree guint8 *used = g_new0 (guint8, n_communities);
    for (guint i = 0; i < mesh->cells->len; i++) {
        const Cell *cell = &g_array_index (mesh->cells, Cell, i);
        n += town_row[cell->town]++ == 0;
        n += used[cell->community]++ == 0;
        town_of[cell->community] = cell->town;
    }
    CgRegions *regions = cg_regions_new (n);
    regions->working_crs = g_strdup ("EPSG:4545");
    guint32 row = 0;
    add_region (regions, row++, CG_LEVEL_COUNTY, g_strdup ("990001"), "清河县", CG_NONE);
    add_union (mesh, in_county, 0, regions->shapes);
    for (guint t = 0; t < n_towns; t++) {
        if (town_row[t] == 0)
            continue;
        add_union (mesh, in_town, t, regions->shapes);
        town_row[t] = add_region (regions, row++, CG_LEVEL_TOWN,
                                  g_strdup_printf ("990001%03u", 100 + t), town_names[t], 0);
    }
    for (guint c = 0; c < n_communities; c++) {
        if (used[c] == 0)
            continue;
        add_union (mesh, in_community, c, regions->shapes);
        add_region (regions, row++, CG_LEVEL_COMMUNITY,
                    g_strdup_printf ("990001%03u%03u", 100 + town_of[c], 200 + c),
                    village_names[c % G_N_ELEMENTS (village_names)], town_row[town_of[c]]);
    }
    g_assert_cmpuint (row, ==, n);
    return regions;
}

static CgGrids *
make_grids (Mesh *mesh)
{
    CgGrids *grids = cg_grids_new (mesh->cells->len, 0);
    guint number[COLUMNS * ROWS] = { 0 };
    for (guint i = 0; i < mesh->cells->len; i++) {
        const Cell *cell = &g_array_index (mesh->cells, Cell, i);
        guint a = cell->row * (COLUMNS + 1) + cell->column,
              corner[] = { a, a + 1, a + COLUMNS + 2, a + COLUMNS + 1, a };
        for (guint k = 0; k < 5; k++)
            cg_shapes_add_vertex (grids->shapes, mesh->x[corner[k]], mesh->y[corner[k]]);
        cg_shapes_end_ring (grids->shapes);
        cg_shapes_end_part (grids->shapes);
        cg_shapes_end_shape (grids->shapes);
        guint k = ++number[cell->community];
        grids->grid_id[i] = i + 1;
        grids->within[i] =
            g_strdup_printf ("990001%03u%03u", 100 + cell->town, 200 + cell->community);
        grids->code[i] = g_strdup_printf ("%s%03u", grids->within[i], k);
        grids->name[i] = g_strdup_printf ("第%u网格", k);
        grids->households[i] = 280 + cg_random_below (&mesh->random, 240);
        grids->population[i] = grids->households[i] * 27 / 10;
        grids->units[i] = 1;
        grids->status[i] = grids->households[i] < 300   ? CG_GRID_BELOW
                           : grids->households[i] > 500 ? CG_GRID_ABOVE
                                                        : CG_GRID_OK;
        grids->reason[i] = grids->status[i] == CG_GRID_OK ? CG_REASON_NONE
                           : i % 5 == 0                   ? CG_REASON_UNKNOWN
                                                          : CG_REASON_WINDOW;
    }
    return grids;
}

static double
hour_weight (guint hour)
{
    static const guint8 weights[24] = { 2, 1, 1,  1,  1,  2,  5, 9, 12, 18, 17, 11,
                                        7, 8, 11, 16, 15, 12, 9, 8, 9,  11, 8,  4 };
    return weights[hour];
}

static guint
draw_type (CgRandom *random)
{
    guint pick = cg_random_below (random, 100), type = 0;
    while (pick >= type_weight[type])
        pick -= type_weight[type++];
    return type;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
    return left < right ? -1 : left > right;
}

static GArray *
draw_times (CgRandom *random)
{
    GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
    gint64 last_day =
        FAKE_NOW_S - FAKE_NOW_S % 86400 - 8 * 3600 + (FAKE_NOW_S % 86400 >= 16 * 3600 ? 86400 : 0);
    for (guint d = 0; d < DAYS; d++) {
        gint64 day = last_day - (gint64) d * 86400;
        guint n = cg_random_poisson (random, 62 + 14 * sin (d / 29.0) - (d % 7 == 0 ? 18 : 0));
        for (guint k = 0; k < n;) {
            guint hour = cg_random_below (random, 24);
            if (cg_random_below (random, 18) >= hour_weight (hour))
                continue;
            gint64 time_s = day + hour * 3600 + cg_random_below (random, 3600);
            if (time_s < FAKE_NOW_S)
                g_array_append_val (times, time_s);
            k++;
        }
    }
    gint64 end = FAKE_NOW_S;
    g_array_append_val (times, end);
    g_array_sort (times, compare_times);
    return times;
}

static CgPlaces *
make_incidents (Mesh *mesh, const CgGrids *grids)
{
    static const double hot[][3] = { { 523000, 4098000, 1300 },
                                     { 530500, 4104000, 1700 },
                                     { 512000, 4093000, 1500 } };
    CgRandom *random = &mesh->random;
    g_autoptr (GArray) times = draw_times (random);
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, times->len);
    places->time_s = g_new (gint64, times->len);
    places->source = g_new (guint32, times->len);
    places->state = g_new (guint32, times->len);
    places->types = places->types != NULL ? places->types : cg_names_new ();
    places->sources = places->sources != NULL ? places->sources : cg_names_new ();
    places->states = places->states != NULL ? places->states : cg_names_new ();
    for (guint32 i = 0; i < times->len; i++) {
        guint32 grid = cg_random_below (random, grids->n);
        double x, y;
        cg_shapes_centroid (grids->shapes, grid, &x, &y);
        x += 400 * cg_random_normal (random);
        y += 400 * cg_random_normal (random);
        guint pick = cg_random_below (random, 10);
        if (pick < 6) {
            const double *spot = hot[pick / 2];
            x = spot[0] + spot[2] * cg_random_normal (random);
            y = spot[1] + spot[2] * cg_random_normal (random);
        }
        places->id[i] = g_strdup_printf ("GD%u", i + 1);
        places->x[i] = places->delivered_x[i] = x;
        places->y[i] = places->delivered_y[i] = y;
        places->time_s[i] = g_array_index (times, gint64, i);
        places->type[i] = cg_names_add (places->types, types[draw_type (random)]);
        places->source[i] = cg_names_add (
            places->sources, sources[cg_random_below (random, G_N_ELEMENTS (sources))]);
        gboolean open =
            FAKE_NOW_S - places->time_s[i] < (gint64) (1 + cg_random_below (random, 8)) * 43200 / 4;
        places->state[i] = cg_names_add (places->states, open ? "处置中" : "办结");
    }
    return places;
}

static CgPlaces *
make_cameras (Mesh *mesh, const CgGrids *grids)
{
    static const char *const classes[] = { "A", "B", "B", "B", "C", "卡口" };
    CgPlaces *places = cg_places_new (CG_PLACE_CAMERA, 600);
    places->types = places->types != NULL ? places->types : cg_names_new ();
    for (guint32 i = 0; i < places->n; i++) {
        places->id[i] = g_strdup_printf ("9900010000131%07u", i);
        cg_shapes_centroid (grids->shapes, cg_random_below (&mesh->random, grids->n), &places->x[i],
                            &places->y[i]);
        places->type[i] = cg_names_add (places->types, classes[i % G_N_ELEMENTS (classes)]);
    }
    return places;
}

static CgBarriers *
make_barriers (const Mesh *mesh)
{
    CgBarriers *barriers = cg_barriers_new (ROWS + 4);
    guint n = 0;
    for (guint k = 0; k < ROWS + 4; k++) {
        gboolean river = k == 0;
        barriers->class[n] = river        ? CG_BARRIER_WATER
                             : k % 6 == 0 ? CG_BARRIER_ARTERIAL
                                          : CG_BARRIER_STREET;
        if (river)
            for (guint c = 0; c <= COLUMNS; c++) {
                guint v = (guint) (ROWS / 2 + lround (3 * sin (c / 5.0))) * (COLUMNS + 1) + c;
                cg_shapes_add_vertex (barriers->lines, mesh->x[v] + 300, mesh->y[v] - 400);
            }
        else
            for (guint c = 0; c <= COLUMNS; c++) {
                guint v = (k % ROWS) * (COLUMNS + 1) + c;
                cg_shapes_add_vertex (barriers->lines, mesh->x[v], mesh->y[v]);
            }
        cg_shapes_end_ring (barriers->lines);
        cg_shapes_end_part (barriers->lines);
        cg_shapes_end_shape (barriers->lines);
        cg_shapes_end_shape (barriers->areas);
        n++;
    }
    return barriers;
}

void
fake_county_tables (CgScreenTables *out, gint64 data_version)
{
    g_autofree Mesh *mesh = g_new0 (Mesh, 1);
    mesh_init (mesh);
    *out = (CgScreenTables){ .config = cg_config_new (), .data_version = data_version };
    out->regions = make_regions (mesh);
    out->grids = make_grids (mesh);
    out->barriers = make_barriers (mesh);
    out->incidents = make_incidents (mesh, out->grids);
    out->cameras = make_cameras (mesh, out->grids);
    out->plan = g_new0 (CgPlan, 1);
    out->plan->id = 1;
    out->plan->state = g_strdup ("published");
    out->plan->hash = g_strdup ("fake");
    out->plan->created_s = out->plan->effective_from_s = FAKE_NOW_S - 86400 * 90;
    out->plan->effective_to_s = CG_TIME_NONE;
    g_array_unref (mesh->cells);
}

CgScreen *
fake_county (gint64 data_version)
{
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    fake_county_tables (&tables, data_version);
    CgScreen *screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    return screen;
}

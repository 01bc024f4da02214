/* The same panels on a wall of another shape. */
#include "app/screen/scenes_internal.h"

#include <math.h>

#define COLUMNS 24.0
#define ROWS 12.0
#define WIDE_SIDE 8.0
#define TALL_MAP_ROWS 4.5

typedef struct {
    gsize panel;
    CgSceneCell cell;
} Item;

static void
put_cell (json_t *panels, gsize panel, const char *key, CgSceneCell cell)
{
    const double numbers[] = { cell.column, cell.row, cell.columns, cell.rows };
    json_t *list = json_array ();
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        json_array_append_new (list, json_real (numbers[i]));
    json_object_set_new (json_array_get (panels, panel), key, list);
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
    const Item *left = a, *right = b;
    if (left->cell.column != right->cell.column)
        return left->cell.column < right->cell.column ? -1 : 1;
    return left->cell.row < right->cell.row ? -1 : left->cell.row > right->cell.row;
}

static double
half (double value)
{
    return floor (value * 2 + 0.5) / 2;
}

/* Items from..to below each other in the box, each as high as its share; whole halves of a row. */
static void
stack (json_t *panels, const char *key, const GArray *items, guint from, guint to, CgSceneCell box)
{
    double sum = 0, done = 0, row = box.row;
    for (guint i = from; i < to; i++)
        sum += g_array_index (items, Item, i).cell.rows;
    for (guint i = from; i < to; i++) {
        const Item *item = &g_array_index (items, Item, i);
        done += item->cell.rows;
        guint left = to - i - 1;
        double end = half (box.row + box.rows * done / sum);
        end = CLAMP (end, row + 1, box.row + box.rows - left);
        if (left == 0)
            end = box.row + box.rows;
        put_cell (panels, item->panel, key,
                  (CgSceneCell){ box.column, row, box.columns, end - row });
        row = end;
    }
}

/* How many of the items go to the first of two columns: as near to half of their height as can be,
 * and no more than fit with a row each. */
static guint
split_point (const GArray *items)
{
    double sum = 0, done = 0, best = G_MAXDOUBLE;
    guint at = 1;
    for (guint i = 0; i < items->len; i++)
        sum += g_array_index (items, Item, i).cell.rows;
    for (guint i = 0; i + 1 < items->len; i++) {
        done += g_array_index (items, Item, i).cell.rows;
        double off = fabs (done - sum / 2);
        if (off < best - 1e-9) {
            best = off;
            at = i + 1;
        }
    }
    return at;
}

static void
stack_twice (json_t *panels, const char *key, const GArray *items, CgSceneCell box)
{
    if (items->len < 2) {
        stack (panels, key, items, 0, items->len, box);
        return;
    }
    guint at = split_point (items);
    CgSceneCell left = box, right = box;
    left.columns = right.columns = box.columns / 2;
    right.column += left.columns;
    stack (panels, key, items, 0, at, left);
    stack (panels, key, items, at, items->len, right);
}

static gsize
largest (const json_t *panels)
{
    gsize at = 0;
    double most = 0;
    for (gsize i = 0; i < json_array_size (panels); i++) {
        CgSceneCell cell = cg_scene_cell (json_array_get (panels, i), "at");
        if (cell.columns * cell.rows > most) {
            most = cell.columns * cell.rows;
            at = i;
        }
    }
    return at;
}

/* What is neither left nor right of the main panel keeps its place in the middle. */
static void
deal_wide (json_t *panels, const char *key)
{
    CgSceneCell main = cg_scene_cell (json_array_get (panels, largest (panels)), "at");
    g_autoptr (GArray) before = g_array_new (FALSE, FALSE, sizeof (Item));
    g_autoptr (GArray) middle = g_array_new (FALSE, FALSE, sizeof (Item));
    g_autoptr (GArray) after = g_array_new (FALSE, FALSE, sizeof (Item));
    GArray *const sides[] = { before, middle, after };
    double from = COLUMNS, to = 0;
    for (gsize i = 0; i < json_array_size (panels); i++) {
        Item item = { i, cg_scene_cell (json_array_get (panels, i), "at") };
        double end = item.cell.column + item.cell.columns;
        guint side = end <= main.column ? 0 : item.cell.column >= main.column + main.columns ? 2 : 1;
        g_array_append_val (sides[side], item);
        from = side == 1 ? MIN (from, item.cell.column) : from;
        to = side == 1 ? MAX (to, end) : to;
    }
    g_array_sort (sides[0], compare_items);
    g_array_sort (sides[2], compare_items);
    double left = sides[0]->len > 1 ? WIDE_SIDE : sides[0]->len * WIDE_SIDE / 2,
           right = sides[2]->len > 1 ? WIDE_SIDE : sides[2]->len * WIDE_SIDE / 2;
    double scale = (COLUMNS - left - right) / (to - from);
    stack_twice (panels, key, sides[0], (CgSceneCell){ 0, 0, left, ROWS });
    stack_twice (panels, key, sides[2], (CgSceneCell){ COLUMNS - right, 0, right, ROWS });
    for (guint i = 0; i < sides[1]->len; i++) {
        const Item *item = &g_array_index (sides[1], Item, i);
        double start = half (left + (item->cell.column - from) * scale);
        double end = half (left + (item->cell.column + item->cell.columns - from) * scale);
        put_cell (panels, item->panel, key,
                  (CgSceneCell){ start, item->cell.row, MAX (end - start, 1), item->cell.rows });
    }
}

static void
deal_tall (json_t *panels, const char *key)
{
    gsize main = largest (panels);
    g_autoptr (GArray) rest = g_array_new (FALSE, FALSE, sizeof (Item));
    for (gsize i = 0; i < json_array_size (panels); i++) {
        Item item = { i, cg_scene_cell (json_array_get (panels, i), "at") };
        if (i != main)
            g_array_append_val (rest, item);
    }
    g_array_sort (rest, compare_items);
    double rows = rest->len > 0 ? TALL_MAP_ROWS : ROWS;
    put_cell (panels, main, key, (CgSceneCell){ 0, 0, COLUMNS, rows });
    stack_twice (panels, key, rest, (CgSceneCell){ 0, rows, COLUMNS, ROWS - rows });
}

void
cg_scene_deal (json_t *panels, CgSceneShape shape, const char *key)
{
    if (shape == CG_SCENE_TALL)
        deal_tall (panels, key);
    else
        deal_wide (panels, key);
}

/* One place of a county by itself: the same figures and pictures, as if it were the county. */
#include "app/screen/screen_internal.h"

#include "base/error.h"
#include "model/codes.h"

#include <math.h>
#include <string.h>

#define COMMUNITY_ROOM_VH 3.0

/* ---- finding --------------------------------------------------------------------------------- */

static guint32
find_code (char *const *codes, guint32 n, const char *code)
{
    for (guint32 i = 0; i < n; i++)
        if (codes[i] != NULL && strcmp (codes[i], code) == 0)
            return i;
    return CG_NONE;
}

/* The town that has the most events of thirty days, CG_NONE without any town. */
static guint32
busiest_town (const CgScreen *screen)
{
    gint64 end = screen_data_end (screen);
    gint64 until_s = end != CG_TIME_NONE ? screen_day_start (end) + SCREEN_DAY_S : 0;
    g_autoptr (GArray) ranks = screen_rank_towns (screen, until_s - 30 * SCREEN_DAY_S, until_s);
    return ranks->len > 0 ? g_array_index (ranks, ScreenRank, 0).row : CG_NONE;
}

static gboolean
find_place (const CgScreen *screen, const char *code, CgLevel *out_level, guint32 *out_row,
            GError **error)
{
    gboolean busiest = strcmp (code, SCREEN_BUSIEST) == 0;
    g_autoptr (CgCodeIndex) index = cg_code_index_new (screen->regions);
    guint32 row = busiest ? busiest_town (screen) : cg_code_index_find (index, code);
    if (busiest && row == CG_NONE) {
        *out_level = CG_LEVEL_COUNTY; /* a county of one piece is its own town */
        *out_row = 0;
        return TRUE;
    }
    *out_level = row != CG_NONE ? screen->regions->level[row] : CG_LEVEL_GRID;
    if (row == CG_NONE)
        row = find_code (screen->grids->code, screen->grids->n, code);
    *out_row = row;
    if (row == CG_NONE || *out_level > CG_LEVEL_GRID)
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no place with the code '%.40s'", code);
    return row != CG_NONE && *out_level <= CG_LEVEL_GRID;
}

/* ---- narrowing ------------------------------------------------------------------------------- */

static gboolean
in_drawn (const CgScreen *whole, const CgScreen *place, guint32 grid)
{
    const CgBox *box = &place->box;
    double x, y;
    cg_shapes_centroid (whole->grids->shapes, grid, &x, &y);
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max &&
           (place->area == NULL || cg_shapes_holds (place->area, 0, x, y));
}

static gboolean
holds_grid (const CgScreen *whole, const CgScreen *place, guint32 grid)
{
    CgLevel level = place->place_level;
    guint32 row = place->place_row;
    return place->drawn                  ? in_drawn (whole, place, grid)
           : level == CG_LEVEL_GRID        ? grid == row
           : level == CG_LEVEL_COMMUNITY ? whole->grid_community[grid] == row
                                         : whole->grid_town[grid] == row;
}

/* out_new[whole grids]: row in the place, or CG_NONE. */
static void
narrow_grids (const CgScreen *whole, CgScreen *out, guint32 *out_new)
{
    const CgGrids *all = whole->grids;
    guint32 n = 0;
    for (guint32 g = 0; g < all->n; g++)
        out_new[g] = holds_grid (whole, out, g) ? n++ : CG_NONE;
    CgGrids *grids = cg_grids_new (n, 0);
    out->grid_community = g_new (guint32, MAX (n, 1));
    out->grid_town = g_new (guint32, MAX (n, 1));
    out->households = out->population = 0;
    out->households_estimated = out->population_estimated = 0;
    for (guint32 g = 0; g < all->n; g++) {
        guint32 row = out_new[g];
        if (row == CG_NONE)
            continue;
        grids->code[row] = g_strdup (all->code[g]);
        grids->name[row] = g_strdup (all->name[g]);
        grids->within[row] = g_strdup (all->within[g]);
        grids->kind[row] = all->kind[g];
        grids->status[row] = all->status[g];
        grids->reason[row] = all->reason[g];
        grids->households[row] = all->households[g];
        grids->population[row] = all->population[g];
        grids->households_estimated[row] = all->households_estimated[g];
        grids->population_estimated[row] = all->population_estimated[g];
        grids->area_m2[row] = all->area_m2[g];
        cg_shapes_add_shape (grids->shapes, all->shapes, g);
        out->grid_community[row] = whole->grid_community[g];
        out->grid_town[row] = whole->grid_town[g];
        out->households += all->households[g];
        out->population += all->population[g];
        out->households_estimated += all->households_estimated[g];
        out->population_estimated += all->population_estimated[g];
    }
    out->grids = grids;
    out->tables.grids = grids;
}

static guint32 *
pick_ids (const guint32 *column, const guint32 *rows, guint32 n)
{
    guint32 *picked = column != NULL ? g_new (guint32, MAX (n, 1)) : NULL;
    for (guint32 k = 0; picked != NULL && k < n; k++)
        picked[k] = column[rows[k]];
    return picked;
}

CgPlaces *
screen_pick_places (const CgPlaces *all, const guint32 *all_grid, const guint32 *new_grid,
                    const GArray *rows, guint32 **out_grid)
{
    const guint32 *row = (const guint32 *) (gpointer) rows->data;
    guint32 n = rows->len;
    CgPlaces *places = g_new0 (CgPlaces, 1);
    places->n = n;
    places->place = all->place;
    places->x = g_new (double, MAX (n, 1));
    places->y = g_new (double, MAX (n, 1));
    places->time_s = all->time_s != NULL ? g_new (gint64, MAX (n, 1)) : NULL;
    *out_grid = g_new (guint32, MAX (n, 1));
    for (guint32 k = 0; k < n; k++) {
        places->x[k] = all->x[row[k]];
        places->y[k] = all->y[row[k]];
        guint32 grid = all_grid[row[k]];
        (*out_grid)[k] = new_grid == NULL || grid == CG_NONE ? grid : new_grid[grid];
        if (places->time_s != NULL)
            places->time_s[k] = all->time_s[row[k]];
    }
    places->type = pick_ids (all->type, row, n);
    places->state = pick_ids (all->state, row, n);
    places->source = pick_ids (all->source, row, n);
    places->types = all->types;
    places->states = all->states;
    places->sources = all->sources;
    return places;
}

static CgPlaces *
narrow_places (const CgPlaces *all, const guint32 *all_grid, const guint32 *new_grid,
               guint32 **out_grid, GArray *rows)
{
    for (guint32 i = 0; i < all->n; i++)
        if (all_grid[i] != CG_NONE && new_grid[all_grid[i]] != CG_NONE)
            g_array_append_val (rows, i);
    return screen_pick_places (all, all_grid, new_grid, rows, out_grid);
}

void
screen_places_clear (CgPlaces *places)
{
    if (places == NULL)
        return;
    g_free (places->x);
    g_free (places->y);
    g_free (places->time_s);
    g_free (places->type);
    g_free (places->state);
    g_free (places->source);
    g_free (places);
}

static void
narrow_incidents (const CgScreen *whole, const guint32 *new_grid, CgScreen *out)
{
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
    out->incidents = narrow_places (whole->incidents, whole->tables.incident_grid, new_grid,
                                    &out->tables.incident_grid, rows);
    out->first_dated = out->end_dated = 0;
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        out->first_dated += row < whole->first_dated;
        out->end_dated += row < whole->end_dated;
    }
    g_array_set_size (rows, 0);
    out->cameras = narrow_places (whole->cameras, whole->tables.camera_grid, new_grid,
                                  &out->tables.camera_grid, rows);
}

static void
count_regions (const CgScreen *whole, CgScreen *out)
{
    out->n_towns = out->n_communities = 0;
    for (guint32 i = 0; i < whole->regions->n; i++) {
        CgLevel level = whole->regions->level[i];
        gboolean inside = out->place_level < CG_LEVEL_GRID &&
                          screen_region_above (whole->regions, i, out->place_level) == out->place_row;
        out->n_towns += inside && level == CG_LEVEL_TOWN;
        out->n_communities += inside && level == CG_LEVEL_COMMUNITY;
    }
}

gboolean
screen_narrow (const CgScreen *whole, const char *code, CgScreen *out, GError **error)
{
    CgLevel level;
    guint32 row;
    if (!find_place (whole, code, &level, &row, error))
        return FALSE;
    *out = *whole;
    if (level == CG_LEVEL_COUNTY)
        return TRUE;
    out->whole = whole;
    out->place_level = level;
    out->place_row = row;
    out->new_grid = g_new (guint32, MAX (whole->grids->n, 1));
    narrow_grids (whole, out, out->new_grid);
    narrow_incidents (whole, out->new_grid, out);
    count_regions (whole, out);
    const CgShapes *shapes =
        level == CG_LEVEL_GRID ? whole->grids->shapes : whole->regions->shapes;
    out->level[CG_LEVEL_COUNTY] = cg_shapes_new (CG_SHAPES_AREA);
    cg_shapes_add_shape (out->level[CG_LEVEL_COUNTY], shapes, row);
    out->thin[CG_LEVEL_COUNTY] = NULL;
    out->thin[CG_LEVEL_GRID] = NULL;
    out->box = cg_shapes_box (shapes, row);
    if (cg_box_is_empty (&out->box))
        out->box = cg_shapes_box_all (out->grids->shapes);
    return TRUE;
}

void
screen_narrow_drawn (const CgScreen *whole, const CgBox *box, const CgShapes *area, const char *area_key,
                     CgScreen *out)
{
    *out = *whole;
    out->whole = whole;
    out->drawn = TRUE;
    out->area = area;
    out->area_key = area_key;
    out->place_level = CG_LEVEL_COUNTY;
    out->place_row = 0;
    out->box = *box;
    out->new_grid = g_new (guint32, MAX (whole->grids->n, 1));
    narrow_grids (whole, out, out->new_grid);
    narrow_incidents (whole, out->new_grid, out);
    out->thin[CG_LEVEL_GRID] = NULL;
}

void
screen_narrow_clear (CgScreen *narrow)
{
    if (narrow->whole == NULL)
        return;
    cg_grids_free (narrow->grids);
    g_free (narrow->grid_community);
    g_free (narrow->grid_town);
    g_free (narrow->new_grid);
    screen_places_clear (narrow->incidents);
    screen_places_clear (narrow->cameras);
    g_free (narrow->tables.incident_grid);
    g_free (narrow->tables.camera_grid);
    if (!narrow->drawn)
        cg_shapes_free (narrow->level[CG_LEVEL_COUNTY]);
    memset (narrow, 0, sizeof *narrow);
}

/* ---- names ----------------------------------------------------------------------------------- */

char *
screen_place_label (const CgScreen *screen)
{
    if (screen->whole == NULL)
        return g_strdup ("");
    if (screen->drawn)
        return g_strdup (screen_word (screen, "选定范围"));
    if (screen->place_level == CG_LEVEL_GRID)
        return screen_grid_label (screen->whole, screen->place_row);
    const char *name = screen->regions->name[screen->place_row];
    return g_strdup (name != NULL ? name : screen->regions->code[screen->place_row]);
}

char *
screen_place_title (const CgScreen *screen, const char *title)
{
    g_autofree char *label = screen_place_label (screen);
    return label[0] != '\0' && title != NULL ? g_strconcat (label, " · ", title, NULL) : g_strdup (title);
}

/* ---- children -------------------------------------------------------------------------------- */

GArray *
screen_children (const CgScreen *screen, CgLevel *out_level)
{
    const CgRegions *regions = screen->regions;
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint32));
    CgLevel above = screen->whole != NULL ? screen->place_level : CG_LEVEL_COUNTY;
    *out_level = above == CG_LEVEL_GRID ? CG_LEVEL_COUNTY : CG_LEVEL_GRID;
    for (CgLevel level = above + 1; !screen->drawn && level < CG_LEVEL_GRID; level++) {
        for (guint32 i = 0; i < regions->n; i++)
            if (regions->level[i] == level &&
                (screen->whole == NULL || screen_region_above (screen->regions, i, above) == screen->place_row))
                g_array_append_val (rows, i);
        if (rows->len > 0) {
            *out_level = level;
            return rows;
        }
    }
    for (guint32 g = 0; above != CG_LEVEL_GRID && g < screen->grids->n; g++)
        g_array_append_val (rows, g);
    return rows;
}

/* What grid_of a grid is the child's row. */
static const guint32 *
child_of_grid (const CgScreen *screen, CgLevel level)
{
    return level == CG_LEVEL_TOWN        ? screen->grid_town
           : level == CG_LEVEL_COMMUNITY ? screen->grid_community
                                         : NULL;
}

static int
compare_ranks (gconstpointer a, gconstpointer b)
{
    const ScreenRank *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return left->row < right->row ? -1 : left->row > right->row;
}

/* In the order of the children. */
static GArray *
count_children (const CgScreen *screen, gint64 since_s, gint64 until_s, CgLevel *out_level)
{
    g_autoptr (GArray) rows = screen_children (screen, out_level);
    g_autofree guint32 *by_grid = screen_by_grid (screen, since_s, until_s);
    guint32 n = MAX (screen->regions->n, screen->grids->n);
    g_autofree guint32 *count = g_new0 (guint32, MAX (n, 1)), *base = g_new0 (guint32, MAX (n, 1));
    g_autofree guint32 *estimated = g_new0 (guint32, MAX (n, 1));
    const guint32 *child = child_of_grid (screen, *out_level);
    for (guint32 g = 0; g < screen->grids->n; g++) {
        guint32 row = child != NULL ? child[g] : g;
        if (row == CG_NONE)
            continue;
        count[row] += by_grid[g];
        base[row] += screen->grids->households[g];
        estimated[row] += screen->grids->households_estimated[g];
    }
    GArray *ranks = g_array_new (FALSE, FALSE, sizeof (ScreenRank));
    char **name = *out_level == CG_LEVEL_GRID ? screen->grids->name : screen->regions->name;
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        ScreenRank rank = { row, name[row], count[row], base[row], estimated[row] };
        g_array_append_val (ranks, rank);
    }
    return ranks;
}

GArray *
screen_rank_children (const CgScreen *screen, gint64 since_s, gint64 until_s, CgLevel *out_level)
{
    GArray *ranks = count_children (screen, since_s, until_s, out_level);
    g_array_sort (ranks, compare_ranks);
    return ranks;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *
text_or_null (const char *text)
{
    if (text == NULL)
        return json_null ();
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    return json_string (valid);
}

static json_t *
link_json (const char *code, const char *name, CgLevel level)
{
    json_t *link = json_object ();
    json_object_set_new (link, "code", text_or_null (code));
    json_object_set_new (link, "name", text_or_null (name));
    json_object_set_new (link, "level", json_string (cg_level_name (level)));
    return link;
}

/* From the county down to the place's parent. */
static json_t *
parents_json (const CgScreen *screen)
{
    const CgRegions *regions = screen->regions;
    json_t *parents = json_array ();
    if (screen->whole == NULL)
        return parents;
    gboolean grid = screen->place_level == CG_LEVEL_GRID;
    guint32 community = grid ? screen->whole->grid_community[screen->place_row] : CG_NONE;
    guint32 start = grid ? community : screen->place_row;
    if (grid && start == CG_NONE)
        start = screen->whole->grid_town[screen->place_row];
    json_array_append_new (
        parents, link_json (screen->county_code, screen->county_name, CG_LEVEL_COUNTY));
    for (CgLevel level = CG_LEVEL_TOWN; level < screen->place_level; level++) {
        guint32 row = start != CG_NONE ? screen_region_above (screen->regions, start, level) : CG_NONE;
        if (row != CG_NONE)
            json_array_append_new (
                parents, link_json (regions->code[row], regions->name[row], level));
    }
    return parents;
}

static json_t *
children_json (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    CgLevel level;
    g_autoptr (GArray) ranks = count_children (screen, since_s, until_s, &level);
    json_t *children = json_array ();
    for (guint k = 0; k < ranks->len; k++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, k);
        char **code = level == CG_LEVEL_GRID ? screen->grids->code : screen->regions->code;
        json_t *child = link_json (code[rank->row], rank->name, level);
        json_object_set_new (child, "count", json_integer (rank->count));
        json_object_set_new (child, "households", json_integer (rank->base));
        json_array_append_new (children, child);
    }
    return children;
}

json_t *
screen_place_json (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    CgLevel level = screen->whole != NULL ? screen->place_level : CG_LEVEL_COUNTY;
    g_autofree char *label = screen_place_label (screen);
    const char *code = screen->whole == NULL ? screen->county_code
                       : level == CG_LEVEL_GRID
                           ? screen->whole->grids->code[screen->place_row]
                           : screen->regions->code[screen->place_row];
    const char *name = screen->whole == NULL ? screen->county_name
                       : level == CG_LEVEL_GRID
                           ? screen->whole->grids->name[screen->place_row]
                           : screen->regions->name[screen->place_row];
    json_t *place = link_json (code, name, level);
    json_object_set_new (place, "label", text_or_null (screen->whole != NULL ? label : name));
    json_object_set_new (place, "parents", parents_json (screen));
    json_object_set_new (place, "children", children_json (screen, since_s, until_s));
    return place;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static CgLabel
grid_label (const CgScreen *screen, guint32 row)
{
    CgLabel label = { .text = screen->grids->name[row] };
    cg_shapes_label_point (screen->grids->shapes, row, &label.x, &label.y, &label.priority);
    return label;
}

static CgLabel
region_label (const CgScreen *screen, guint32 row)
{
    return (CgLabel){ .x = screen->label_x[row],
                      .y = screen->label_y[row],
                      .text = screen->regions->name[row],
                      .priority = screen->label_room[row] };
}

void
screen_draw_place_labels (const ScreenJob *job, const CgMapView *view,
                          const ScreenCircles *circles, GArray *taken)
{
    const CgScreen *screen = job->screen;
    if (job->no_names)
        return;
    if (screen->whole == NULL || screen->drawn) {
        /* Communities only where a map is large enough to hold their names. */
        screen_draw_level_labels (job, view, CG_LEVEL_TOWN, 0, circles, taken);
        screen_draw_level_labels (job, view, CG_LEVEL_COMMUNITY, COMMUNITY_ROOM_VH, circles,
                                  taken);
        return;
    }
    CgLevel level;
    g_autoptr (GArray) rows = screen_children (screen, &level);
    g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (CgLabel));
    for (guint k = 0; k < rows->len; k++) {
        guint32 row = g_array_index (rows, guint32, k);
        CgLabel label =
            level == CG_LEVEL_GRID ? grid_label (screen, row) : region_label (screen, row);
        if (isfinite (label.x) && label.text != NULL)
            g_array_append_val (labels, label);
    }
    CgLabelOptions options = { .size = CG_TEXT_BODY,
                               .bold = level != CG_LEVEL_GRID,
                               .n_taken = taken->len,
                               .taken = (const CgRect *) (gpointer) taken->data };
    g_autofree CgRect *boxes = g_new0 (CgRect, MAX (labels->len, 1));
    cg_map_labels (job->canvas, view, labels->len, (const CgLabel *) (gpointer) labels->data,
                   &options, boxes);
    g_array_append_vals (taken, boxes, labels->len);
}

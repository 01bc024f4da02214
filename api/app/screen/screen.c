#include "app/screen/screen.h"

#include "app/screen/screen_internal.h"
#include "attach/attach.h"
#include "base/error.h"
#include "model/codes.h"

#include <math.h>
#include <string.h>

void
cg_screen_tables_clear (CgScreenTables *tables)
{
    g_clear_pointer (&tables->config, cg_config_free);
    if (tables->lender != NULL) {
        tables->regions = NULL;
        tables->barriers = NULL;
        tables->plan = NULL;
        tables->grids = NULL;
        tables->cameras = NULL;
        tables->coverage = NULL;
        tables->covered = NULL;
        tables->covered_regions = NULL;
        g_clear_pointer (&tables->lender, cg_screen_unref);
    }
    g_clear_pointer (&tables->regions, cg_regions_free);
    g_clear_pointer (&tables->barriers, cg_barriers_free);
    g_clear_pointer (&tables->plan, cg_plan_free);
    g_clear_pointer (&tables->grids, cg_grids_free);
    g_clear_pointer (&tables->incidents, cg_places_free);
    g_clear_pointer (&tables->incident_grid, g_free);
    g_clear_pointer (&tables->incident_key, g_free);
    g_clear_pointer (&tables->incident_first, g_free);
    g_clear_pointer (&tables->cameras, cg_places_free);
    g_clear_pointer (&tables->camera_grid, g_free);
    g_clear_pointer (&tables->coverage, cg_coverage_facts_free);
    g_clear_pointer (&tables->covered, cg_coverage_rows_free);
    g_clear_pointer (&tables->covered_regions, cg_coverage_rows_free);
    g_clear_pointer (&tables->index, cg_attach_snapshot_unref);
}

static gboolean
check_tables (const CgScreenTables *tables, GError **error)
{
    const char *wrong = NULL;
    if (tables->config == NULL)
        wrong = "no configuration";
    else if (tables->plan != NULL ? tables->grids == NULL
                                  : tables->grids != NULL && tables->grids->n > 0)
        wrong = "a plan without grids or grids without a plan";
    else if (tables->grids != NULL && tables->grids->shapes->n_shapes != tables->grids->n)
        wrong = "grids and their polygons differ in number";
    else if (tables->regions != NULL && tables->regions->shapes->n_shapes != tables->regions->n)
        wrong = "regions and their polygons differ in number";
    else if (tables->covered != NULL && (tables->grids == NULL || tables->covered->n != tables->grids->n))
        wrong = "coverage and grids differ in number";
    else if (tables->covered_regions != NULL &&
             (tables->regions == NULL || tables->covered_regions->n != tables->regions->n))
        wrong = "coverage and regions differ in number";
    if (wrong != NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "snapshot: %s", wrong);
    return wrong == NULL;
}

/* Rows that the store has no grid for (they came after the last attach) get theirs by the same
 * rule. */
static void
attach_missing (const CgAttachIndex *index, const CgPlaces *places, guint32 n_grids, guint32 **grid_of)
{
    if (*grid_of == NULL) {
        *grid_of = g_new (guint32, MAX (places->n, 1));
        memset (*grid_of, 0xff, sizeof (guint32) * MAX (places->n, 1));
    }
    for (guint32 i = 0; i < places->n; i++) {
        if ((*grid_of)[i] >= n_grids)
            (*grid_of)[i] = CG_NONE;
        if ((*grid_of)[i] == CG_NONE && index != NULL && isfinite (places->x[i]))
            (*grid_of)[i] = cg_attach_find (index, places->x[i], places->y[i]);
    }
}

static gboolean
attach_all (CgScreen *screen, GError **error)
{
    CgScreenTables *tables = &screen->tables;
    if (tables->index == NULL && screen->grids->n > 0 &&
        (tables->index = cg_attach_snapshot_new (screen->grids->shapes, NULL, 0, error)) == NULL)
        return FALSE;
    const CgAttachIndex *index =
        tables->index != NULL ? cg_attach_snapshot_index (tables->index) : NULL;
    attach_missing (index, screen->incidents, screen->grids->n, &tables->incident_grid);
    attach_missing (index, screen->cameras, screen->grids->n, &tables->camera_grid);
    return TRUE;
}

guint32
screen_region_above (const CgRegions *regions, guint32 row, CgLevel level)
{
    /* A hostile file may hold a circle of parents; the tree has four levels. */
    for (guint step = 0; row != CG_NONE && row < regions->n && step < 8; step++) {
        if (regions->level[row] == level)
            return row;
        row = regions->parent[row];
    }
    return CG_NONE;
}

static void
name_regions (CgScreen *screen)
{
    const CgRegions *regions = screen->regions;
    const CgConfig *config = screen->tables.config;
    const char *name = config->county_name, *code = config->county_code;
    g_autoptr (CgCodeIndex) by_code = cg_code_index_new (regions);
    for (guint32 i = 0; i < regions->n; i++) {
        screen->n_towns += regions->level[i] == CG_LEVEL_TOWN;
        screen->n_communities += regions->level[i] == CG_LEVEL_COMMUNITY;
        if (regions->level[i] != CG_LEVEL_COUNTY)
            continue;
        if (name == NULL || name[0] == '\0')
            name = regions->name[i];
        if (code == NULL || code[0] == '\0')
            code = regions->code[i];
    }
    screen->county_name = g_strdup (name != NULL ? name : "");
    screen->county_code = g_strdup (code != NULL ? code : "");
    guint32 n = screen->grids->n;
    screen->grid_community = g_new (guint32, MAX (n, 1));
    screen->grid_town = g_new (guint32, MAX (n, 1));
    for (guint32 g = 0; g < n; g++) {
        guint32 row = cg_code_index_find (by_code, screen->grids->within[g]);
        screen->grid_community[g] = row;
        screen->grid_town[g] = screen_region_above (regions, row, CG_LEVEL_TOWN);
    }
}

static void
sum_people (CgScreen *screen)
{
    const CgGrids *grids = screen->grids;
    if (grids->n == 0) {
        screen->households = screen->tables.units_households;
        screen->population = screen->tables.units_population;
        screen->households_estimated = screen->tables.units_households_estimated;
        screen->population_estimated = screen->tables.units_population_estimated;
        return;
    }
    for (guint32 g = 0; g < grids->n; g++) {
        screen->households += grids->households[g];
        screen->population += grids->population[g];
        screen->households_estimated += grids->households_estimated[g];
        screen->population_estimated += grids->population_estimated[g];
    }
}

static void
sort_types (CgScreen *screen)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 n_types = incidents->types != NULL ? cg_names_count (incidents->types) : 0;
    screen->kinds = cg_names_new ();
    screen->kind_of = g_new (guint32, MAX (n_types, 1));
    for (guint32 t = 0; t < n_types; t++) {
        g_autofree char *kind = g_strdup (cg_names_get (incidents->types, t));
        char *slash = strchr (kind, '/');
        if (slash != NULL)
            *slash = '\0';
        screen->kind_of[t] = cg_names_add (screen->kinds, g_strstrip (kind));
    }
    guint32 n_states = incidents->states != NULL ? cg_names_count (incidents->states) : 0;
    screen->settled = g_new0 (guint8, MAX (n_states, 1));
    for (guint32 s = 0; s < n_states; s++)
        screen->settled[s] =
            cg_config_is_closed (screen->tables.config, cg_names_get (incidents->states, s));
}

static void
sort_levels (CgScreen *screen)
{
    const CgRegions *regions = screen->regions;
    guint32 n = MAX (regions->n, 1);
    for (guint level = 0; level < CG_LEVEL_GRID; level++) {
        screen->level[level] = cg_shapes_new (CG_SHAPES_AREA);
        screen->level_row[level] = g_array_new (FALSE, FALSE, sizeof (guint32));
    }
    screen->label_x = g_new (double, n);
    screen->label_y = g_new (double, n);
    screen->label_room = g_new (double, n);
    for (guint32 i = 0; i < regions->n; i++) {
        guint level = regions->level[i];
        screen->label_x[i] = screen->label_y[i] = screen->label_room[i] = NAN;
        if (level >= CG_LEVEL_GRID)
            continue;
        cg_shapes_add_shape (screen->level[level], regions->shapes, i);
        g_array_append_val (screen->level_row[level], i);
        if (level != CG_LEVEL_COUNTY)
            cg_shapes_label_point (regions->shapes, i, &screen->label_x[i], &screen->label_y[i],
                                   &screen->label_room[i]);
    }
}

static void
measure_box (CgScreen *screen)
{
    screen->box = CG_BOX_EMPTY;
    for (guint32 i = 0; i < screen->regions->n; i++) {
        CgBox box = cg_shapes_box (screen->regions->shapes, i);
        cg_box_join (&screen->box, &box);
    }
    CgBox grids = cg_shapes_box_all (screen->grids->shapes);
    if (!cg_box_is_empty (&grids))
        cg_box_join (&screen->box, &grids);
    if (!cg_box_is_empty (&screen->box))
        return;
    for (guint32 i = 0; i < screen->incidents->n; i++)
        if (isfinite (screen->incidents->x[i]) && isfinite (screen->incidents->y[i]))
            cg_box_add (&screen->box, screen->incidents->x[i], screen->incidents->y[i]);
}

/* Years 1 to 9999: what a calendar can name. Rows without a time sort first, absurd ones at either
 * end. */
static gboolean
check_times (CgScreen *screen, GError **error)
{
    const gint64 earliest = G_GINT64_CONSTANT (-62135596800),
                 latest = G_GINT64_CONSTANT (253402214400);
    const CgPlaces *incidents = screen->incidents;
    const gint64 *time_s = incidents->time_s;
    guint32 first = 0, end = time_s != NULL ? incidents->n : 0;
    while (first < end && time_s[first] < earliest)
        first++;
    while (end > first && time_s[end - 1] > latest)
        end--;
    for (guint32 i = first + 1; i < end; i++)
        if (time_s[i] < time_s[i - 1]) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "snapshot: incident %u is earlier than the one before", i);
            return FALSE;
        }
    screen->first_dated = first;
    screen->end_dated = end;
    return TRUE;
}

/* Outlines are as large as the tables that they are made of, and change as seldom. */
static void
borrow_outlines (CgScreen *screen, const CgScreen *lender)
{
    memcpy (screen->level, lender->level, sizeof screen->level);
    memcpy (screen->level_row, lender->level_row, sizeof screen->level_row);
    memcpy (screen->thin, lender->thin, sizeof screen->thin);
    screen->thin_m = lender->thin_m;
    screen->label_x = lender->label_x;
    screen->label_y = lender->label_y;
    screen->label_room = lender->label_room;
    screen->box = lender->box;
    screen->kept = lender->kept;
    screen->borrowed = TRUE;
}

static void
free_outlines (CgScreen *screen)
{
    if (screen->borrowed)
        return;
    for (guint level = 0; level < CG_LEVEL_GRID; level++) {
        g_clear_pointer (&screen->level[level], cg_shapes_free);
        g_clear_pointer (&screen->level_row[level], g_array_unref);
    }
    for (guint level = 0; level <= CG_LEVEL_GRID; level++)
        g_clear_pointer (&screen->thin[level], cg_shapes_free);
    g_free (screen->label_x);
    g_free (screen->label_y);
    g_free (screen->label_room);
    screen_kept_free (screen->kept);
}

static char *
make_stamp (const CgScreen *screen)
{
    const CgPlan *plan = screen->tables.plan;
    gint64 end = screen_data_end (screen);
    return g_strdup_printf (
        "%s|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%s|%u|%u|%" G_GINT64_FORMAT,
        screen->county_code, screen->county_name, screen->tables.data_version,
        plan != NULL ? plan->id : 0, plan != NULL && plan->hash != NULL ? plan->hash : "",
        screen->incidents->n, screen->cameras->n, end);
}

CgScreen *
cg_screen_new_from_tables (CgScreenTables *tables, GError **error)
{
    g_autoptr (CgScreen) screen = g_new0 (CgScreen, 1);
    g_atomic_ref_count_init (&screen->references);
    screen->tables = *tables;
    memset (tables, 0, sizeof *tables);
    CgScreenTables *own = &screen->tables;
    if (!check_tables (own, error))
        return NULL;
    screen->regions = own->regions != NULL ? own->regions : (own->regions = cg_regions_new (0));
    screen->grids = own->grids != NULL ? own->grids : (own->grids = cg_grids_new (0, 0));
    screen->incidents = own->incidents != NULL
                            ? own->incidents
                            : (own->incidents = cg_places_new (CG_PLACE_INCIDENT, 0));
    screen->cameras =
        own->cameras != NULL ? own->cameras : (own->cameras = cg_places_new (CG_PLACE_CAMERA, 0));
    if (!check_times (screen, error) || !attach_all (screen, error))
        return NULL;
    name_regions (screen);
    sum_people (screen);
    sort_types (screen);
    if (own->lender != NULL && !cg_box_is_empty (&own->lender->box)) {
        borrow_outlines (screen, own->lender);
    } else {
        sort_levels (screen);
        measure_box (screen);
        screen_make_thin (screen);
        screen->kept = screen_kept_new ();
    }
    screen->stamp = make_stamp (screen);
    return g_steal_pointer (&screen);
}

CgScreen *
cg_screen_ref (CgScreen *screen)
{
    g_atomic_ref_count_inc (&screen->references);
    return screen;
}

void
cg_screen_unref (CgScreen *screen)
{
    if (screen == NULL || !g_atomic_ref_count_dec (&screen->references))
        return;
    cg_screen_tables_clear (&screen->tables);
    g_free (screen->county_name);
    g_free (screen->county_code);
    g_free (screen->stamp);
    g_free (screen->grid_community);
    g_free (screen->grid_town);
    g_free (screen->kind_of);
    g_clear_pointer (&screen->kinds, cg_names_free);
    g_free (screen->settled);
    free_outlines (screen);
    g_free (screen);
}

gint64
cg_screen_data_version (const CgScreen *screen)
{
    return screen->tables.data_version;
}

const char *
cg_screen_county_name (const CgScreen *screen)
{
    return screen->county_name;
}

const CgConfig *
cg_screen_config (const CgScreen *screen)
{
    return screen->tables.config;
}

const char *
cg_screen_stamp (const CgScreen *screen)
{
    return screen->stamp;
}

void
cg_screen_facts (const CgScreen *screen, CgScreenFacts *out)
{
    const CgPlan *plan = screen->tables.plan;
    *out = (CgScreenFacts){ .plan = plan != NULL ? plan->id : 0,
                            .plan_from_s = plan != NULL ? plan->effective_from_s : CG_TIME_NONE,
                            .last_incident_s = screen_data_end (screen),
                            .incidents = screen->incidents->n };
}

guint32
cg_screen_refresh_s (const CgScreen *screen)
{
    return MAX (screen->tables.config->screen_refresh_s, 1);
}

char *
screen_grid_label (const CgScreen *screen, guint32 grid)
{
    if (grid == CG_NONE)
        return g_strdup (screen_word (screen, "网格外"));
    guint32 row = screen->grid_community[grid];
    const char *community = row != CG_NONE ? screen->regions->name[row] : NULL;
    return cg_grids_label (screen->grids, grid, community);
}

gint64
cg_screen_today_s (const CgScreen *screen, gint64 now_s)
{
    gint64 today = screen_day_start (now_s), end = screen_data_end (screen);
    return end == CG_TIME_NONE || end >= today ? today : screen_day_start (end);
}

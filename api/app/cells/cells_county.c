#include "app/cells/cells_county.h"

#include <string.h>

#include "app/cells/cell_report.h"
#include "app/cells/cell_units.h"
#include "app/json.h"
#include "base/error.h"
#include "model/codes.h"

/* Everything that cells of a county are made from. */
typedef struct {
    CgRegions *regions;
    CgUnits *units;   /* of today */
    CgNames *earlier; /* communities whose units of today were made */
    char *parameters; /* of those */
    CgBarriers *borders;
    CgNames *wanted; /* communities that need cells, in order of code */
    CgBuildings *buildings;
    CgBarriers *barriers;
    CgCompounds *compounds, *groups; /* groups: drawn outlines of villager groups */
    guint32 *drawn_group;
    CgShapes *areas; /* of wanted */
    double *known;
    guint32 *row;    /* of wanted, in the file of the regions */
    guint8 *village; /* of wanted */
    CgCellSource source;
} County;

static void
county_done (County *c)
{
    cg_regions_free (c->regions);
    cg_units_free (c->units);
    cg_names_free (c->earlier);
    g_free (c->parameters);
    cg_barriers_free (c->borders);
    cg_names_free (c->wanted);
    cg_buildings_free (c->buildings);
    cg_barriers_free (c->barriers);
    cg_compounds_free (c->compounds);
    cg_compounds_free (c->groups);
    g_free (c->drawn_group);
    cg_shapes_free (c->areas);
    g_free (c->known);
    g_free (c->row);
    g_free (c->village);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (County, county_done)

void
cg_county_units_free (CgCountyUnits *county)
{
    if (county == NULL)
        return;
    cg_units_free (county->units);
    g_free (county->made);
    cg_barriers_free (county->borders);
    json_decref (county->report);
    g_free (county);
}

/* ---- which communities ------------------------------------------------------------------- */

static CgNames *
read_communities (const char *parameters)
{
    CgNames *names = cg_names_new ();
    g_autoptr (json_t) json = parameters != NULL ? json_loads (parameters, 0, NULL) : NULL;
    const json_t *list = json_object_get (json, "communities");
    for (gsize k = 0; k < json_array_size (list); k++) {
        const char *code = json_string_value (json_array_get (list, k));
        if (code != NULL)
            cg_names_add (names, code);
    }
    return names;
}

static gboolean
was_made (const County *c, guint32 unit)
{
    guint32 region = c->units->region[unit];
    return region != CG_NONE &&
           cg_names_find (c->earlier, cg_names_get (c->units->regions, region)) != CG_NONE;
}

/* Rows of regions that delivered units name. NULL: a unit names none, so nobody knows what is
 * left. */
static guint8 *
find_delivered (const County *c, guint32 *out_stray)
{
    guint8 *delivered = g_new0 (guint8, (gsize) c->regions->n + 1);
    g_autoptr (CgCodeIndex) row_of = cg_code_index_new (c->regions);
    *out_stray = CG_NONE;
    for (guint32 i = c->units->n; i-- > 0;) {
        if (was_made (c, i))
            continue;
        const char *code = cg_names_get (c->units->regions, c->units->region[i]);
        guint32 row = cg_code_index_find (row_of, code);
        if (row != CG_NONE)
            delivered[row] = TRUE;
        else
            *out_stray = i;
    }
    return delivered;
}

/* A region above it may have been named instead. */
static gboolean
is_delivered (const CgRegions *regions, const guint8 *delivered, guint32 row)
{
    for (guint32 steps = 0; row != CG_NONE && steps <= regions->n; steps++) {
        if (delivered[row])
            return TRUE;
        row = regions->parent[row];
    }
    return FALSE;
}

/* Ground where a community lies is the community's, also where no code or parent says so. */
static guint32
list_wanted (County *c)
{
    guint32 stray;
    const CgRegions *regions = c->regions;
    cg_regions_link (c->regions, NULL); /* files of before did not all know their parents */
    g_autofree guint8 *delivered = find_delivered (c, &stray);
    g_autofree guint8 *has_below = g_new0 (guint8, (gsize) regions->n + 1);
    for (guint32 r = 0; r < regions->n; r++)
        if (regions->parent[r] != CG_NONE && regions->level[r] != CG_LEVEL_GRID)
            has_below[regions->parent[r]] = TRUE;
    c->wanted = cg_names_new ();
    for (guint32 r = 0; r < regions->n; r++)
        if (!has_below[r] && regions->level[r] != CG_LEVEL_GRID &&
            !is_delivered (regions, delivered, r) && !cg_regions_has_inside (regions, r))
            cg_names_add (c->wanted, regions->code[r]);
    return stray;
}

/* ---- loading ----------------------------------------------------------------------------- */

static gboolean
load_sources (CgStore *store, County *c, double wide_water_m, GError **error)
{
    g_autoptr (CgBarriers) stored = cg_store_load_barriers (store, NULL, error);
    return stored != NULL &&
           (c->buildings = cg_store_load_buildings (store, error)) != NULL &&
           (c->barriers = cg_ways_prepare (stored, wide_water_m, 1, 1, error)) != NULL &&
           (c->compounds = cg_store_load_compounds (store, error)) != NULL &&
           (c->groups = cg_store_load_groups (store, error)) != NULL;
}

/* Groups by the houses' words and by outlines, under one number each name. */
static void
fill_groups (County *c)
{
    CgNames *names = c->buildings->groups;
    CgCellsInput *input = &c->source.input;
    c->drawn_group = g_new (guint32, (gsize) c->groups->n + 1);
    for (guint32 i = 0; i < c->groups->n; i++)
        c->drawn_group[i] = cg_names_add (names, c->groups->name[i]);
    c->source.groups = names;
    c->source.group_row = c->groups->row;
    input->n_groups = cg_names_count (names);
    input->group = c->buildings->group;
    input->drawn = c->groups->n > 0 ? c->groups->shapes : NULL;
    input->drawn_group = c->drawn_group;
}

static void
fill_source (County *c)
{
    guint32 n = cg_names_count (c->wanted);
    c->areas = cg_shapes_new (CG_SHAPES_AREA);
    c->known = g_new (double, (gsize) n + 1);
    c->row = g_new (guint32, (gsize) n + 1);
    c->village = g_new (guint8, (gsize) n + 1);
    for (guint32 r = 0; r < c->regions->n; r++) {
        guint32 k = cg_names_find (c->wanted, c->regions->code[r]);
        if (k == CG_NONE)
            continue;
        cg_shapes_add_shape (c->areas, c->regions->shapes, r);
        c->known[k] = c->regions->households[r];
        c->row[k] = c->regions->row[r];
        /* A town of which no community is known is no village, whatever it is called. */
        c->village[k] = !c->regions->urban[r] && c->regions->level[r] == CG_LEVEL_COMMUNITY;
    }
    c->source = (CgCellSource){
        .input = { .regions = c->areas,
                   .n_buildings = c->buildings->n,
                   .outlines = c->buildings->outlines,
                   .points = c->buildings->points,
                   .key = c->buildings->key,
                   .barriers = c->barriers->n > 0 ? c->barriers : NULL,
                   .compounds = c->compounds->n > 0 ? c->compounds->shapes : NULL,
                   .metre_x = 1,
                   .metre_y = 1 },
        .buildings = c->buildings,
        .barriers = c->barriers,
        .compounds = c->compounds,
        .n_regions = n,
        .region = (char *const *) c->wanted->names->pdata,
        .known = c->known,
        .village = c->village,
        .building_file = "buildings",
        .region_file = "regions",
        .barrier_file = "barriers",
        .group_file = "groups",
        .region_row = c->row,
    };
    fill_groups (c);
}

/* ---- from what --------------------------------------------------------------------------- */

static json_t *
options_json (const CgCellsSettings *s)
{
    json_t *cut = json_array ();
    for (guint class = CG_BARRIER_NONE + 1; class < CG_BARRIER_BUILDING; class ++)
        if (s->cells.cut >> class & 1)
            json_array_append_new (cut, json_string (cg_barrier_name (class)));
    return json_pack ("{s:o, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o}", "cut", cut,
                      "close_m", s->cells.close_m, "empty_m2", s->cells.empty_m2, "sliver_m",
                      s->cells.sliver_m, "straighten_m", s->cells.simplify_m, "dwelling_m2",
                      s->dwellings.dwelling_m2, "storey_m", s->dwellings.storey_m, "storeys",
                      s->dwellings.storeys, "least_m2", s->dwellings.least_m2, "persons",
                      s->persons, "wide_water_m", s->wide_water_m, "total", isnan (s->total) ? json_null () : json_real (s->total));
}

/* Goes up when the same data would become other units than before. */
#define RULES 6

/* Which communities, how, and a digest of all data that cells depend on. (transfer full) */
static char *
describe (CgStore *store, const County *c, const CgCellsSettings *settings, GError **error)
{
    static const char *const tables[] = { "region", "region_total", "compound", "barrier",
                                          "building" };
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    for (guint t = 0; t < G_N_ELEMENTS (tables); t++) {
        g_autofree char *digest = cg_store_table_digest (store, tables[t], error);
        if (digest == NULL)
            return NULL;
        g_checksum_update (sum, (const guchar *) digest, (gssize) strlen (digest) + 1);
    }
    json_t *communities = json_array ();
    for (guint32 k = 0; k < cg_names_count (c->wanted); k++)
        json_array_append_new (communities, json_string (cg_names_get (c->wanted, k)));
    g_autoptr (json_t) json =
        json_pack ("{s:s, s:i, s:o, s:s, s:o}", "by", "cells", "rules", RULES, "options", options_json (settings),
                   "inputs", g_checksum_get_string (sum), "communities", communities);
    char *text = json_dumps (json, JSON_COMPACT | JSON_REAL_PRECISION (15));
    char *copy = g_strdup (text);
    free (text);
    return copy;
}

/* ---- making ------------------------------------------------------------------------------ */

static gboolean
make_cells (CgStore *store, County *c, const char *parameters, const CgCellsSettings *settings,
            const CgProgress *progress, GCancellable *cancel, json_t **out_report, GError **error)
{
    fill_source (c);
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgCells) cells =
        cg_cells_build (&c->source.input, &settings->cells, progress, cancel, error);
    g_autoptr (CgCellColumns) columns =
        cells != NULL ? cg_cell_columns_new (&c->source, cells, settings, error) : NULL;
    if (columns == NULL) {
        g_prefix_error_literal (error, "cells: ");
        return FALSE;
    }
    double solve_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    g_autofree guint8 *keep = g_new0 (guint8, (gsize) c->units->n + 1);
    for (guint32 i = 0; i < c->units->n; i++)
        keep[i] = !was_made (c, i);
    g_autoptr (CgUnits) units =
        cg_cell_units_new (&c->source, cells, columns, c->units, keep);
    g_autoptr (CgBarriers) borders = cg_cell_borders_new (cells);
    borders->working_crs = g_strdup (units->working_crs);
    if (!cg_store_put_made_units (store, units, parameters, borders, error))
        return FALSE;
    *out_report = cg_cell_report (&c->source, cells, columns);
    json_object_set_new (*out_report, "seconds",
                         json_pack ("{s:f, s:f}", "cells", solve_s, "store",
                                    (g_get_monotonic_time () - start) / 1e6));
    return TRUE;
}

/* ---- what has to be said, of kept units too ---------------------------------------------- */

static void
warn_unshared (const County *c, const CgCellsSettings *settings, json_t *list)
{
    guint32 n = cg_names_count (c->wanted);
    g_autofree guint64 *households = g_new0 (guint64, (gsize) n + 1);
    g_autofree guint8 *has_ground = g_new0 (guint8, (gsize) n + 1);
    for (guint32 i = 0; i < c->units->n; i++) {
        const char *code = cg_names_get (c->units->regions, c->units->region[i]);
        guint32 k = was_made (c, i) ? cg_names_find (c->wanted, code) : CG_NONE;
        if (k == CG_NONE)
            continue;
        households[k] += c->units->households[i];
        has_ground[k] = TRUE;
    }
    for (guint32 r = 0; isnan (settings->total) && r < c->regions->n; r++) {
        guint32 k = cg_names_find (c->wanted, c->regions->code[r]);
        if (k != CG_NONE && c->regions->households[r] > 0 && households[k] == 0)
            json_array_append_new (list,
                                   cg_cell_unshared_warning (c->regions->code[r],
                                                             c->regions->households[r],
                                                             has_ground[k]));
    }
}

/* "A, B, C and 4 more" (transfer full) */
static char *
list_names (const CgNames *names)
{
    enum { MOST = 5 };
    guint32 n = cg_names_count (names);
    GString *text = g_string_new (NULL);
    for (guint32 k = 0; k < MIN (n, MOST); k++)
        g_string_append_printf (text, "%s%s", k > 0 ? ", " : "", cg_names_get (names, k));
    if (n > MOST)
        g_string_append_printf (text, " and %u more", n - MOST);
    return g_string_free (text, FALSE);
}

/* Villages where no unit, or not every unit, has a villager group. */
static void
warn_villages (const County *c, json_t *list)
{
    g_autoptr (CgNames) with = cg_names_new (), without = cg_names_new (), rest = cg_names_new (),
                        undivided = cg_names_new ();
    for (guint32 i = 0; i < c->units->n; i++)
        if (was_made (c, i) && c->units->kind[i] == CG_UNIT_RURAL)
            cg_names_add (c->units->group[i] != CG_NONE ? with : without,
                          cg_names_get (c->units->regions, c->units->region[i]));
    for (guint32 k = 0; k < cg_names_count (without); k++) {
        const char *code = cg_names_get (without, k);
        cg_names_add (cg_names_find (with, code) != CG_NONE ? rest : undivided, code);
    }
    const struct {
        CgNames *names;
        const char *text;
    } rows[] = {
        { undivided, "villages without villager groups, each of them one rural grid: %u (%s)" },
        { rest, "villages with ground that no villager group reaches, one rural grid each: %u (%s)" }
    };
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
        guint32 n = cg_names_count (rows[k].names);
        g_autofree char *names = list_names (rows[k].names);
        g_autofree char *text = g_strdup_printf (rows[k].text, n, names);
        if (n > 0)
            json_array_append_new (list, json_pack ("{s:s, s:i, s:s}", "code", "NO_GROUPS",
                                                    "villages", (int) n, "text", text));
    }
}

/* The units of today with what belongs to them, as the store has them. */
static CgCountyUnits *
finish (CgStore *store, County *c, const CgCellsSettings *settings, json_t *report, GError **error)
{
    g_autoptr (CgCountyUnits) out = g_new0 (CgCountyUnits, 1);
    out->report = report;
    if (report != NULL) {
        g_clear_pointer (&c->units, cg_units_free);
        g_clear_pointer (&c->parameters, g_free);
        g_clear_pointer (&c->borders, cg_barriers_free);
        g_clear_pointer (&c->earlier, cg_names_free);
        if ((c->units = cg_store_load_units (store, error)) == NULL ||
            !cg_store_load_made (store, &c->parameters, &c->borders, error))
            return NULL;
        c->earlier = read_communities (c->parameters);
    }
    out->made = g_new0 (guint8, (gsize) c->units->n + 1);
    for (guint32 i = 0; i < c->units->n; i++)
        out->made[i] = was_made (c, i);
    if (out->report == NULL && c->parameters != NULL) {
        json_t *warnings = json_array ();
        warn_unshared (c, settings, warnings);
        out->report = json_pack ("{s:b, s:o*, s:o}", "kept", 1, "parameters",
                                 json_loads (c->parameters, 0, NULL), "warnings", warnings);
    } else if (out->report != NULL)
        json_object_set_new (out->report, "kept", json_false ());
    if (out->report != NULL)
        warn_villages (c, json_object_get (out->report, "warnings"));
    out->units = g_steal_pointer (&c->units);
    out->borders = g_steal_pointer (&c->borders);
    return g_steal_pointer (&out);
}

CgCountyUnits *
cg_county_units_load (CgStore *store, const CgCellsSettings *settings, const CgProgress *progress,
                      GCancellable *cancel, GError **error)
{
    g_auto (County) c = { 0 };
    guint32 n_buildings, stray;
    json_t *report = NULL;
    if ((c.regions = cg_store_load_regions (store, error)) == NULL ||
        (c.units = cg_store_load_units (store, error)) == NULL ||
        !cg_store_load_made (store, &c.parameters, &c.borders, error) ||
        !cg_store_count (store, "buildings", &n_buildings, error))
        return NULL;
    c.earlier = read_communities (c.parameters);
    stray = list_wanted (&c);
    if (n_buildings == 0 || cg_names_count (c.wanted) == 0)
        return finish (store, &c, settings, NULL, error);
    if (stray != CG_NONE) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "unit %s was delivered without a community, so it is not known which of the "
                     "%u communities without units need some made from buildings",
                     c.units->id[stray], cg_names_count (c.wanted));
        return NULL;
    }
    g_autofree char *parameters = describe (store, &c, settings, error);
    if (parameters == NULL)
        return NULL;
    if (g_strcmp0 (parameters, c.parameters) == 0)
        return finish (store, &c, settings, NULL, error);
    if (!load_sources (store, &c, settings->wide_water_m, error) ||
        !make_cells (store, &c, parameters, settings, progress, cancel, &report, error))
        return NULL;
    return finish (store, &c, settings, report, error);
}

#include "app/cells/cells.h"

#include <math.h>
#include <string.h>

#include "app/cells/cell_report.h"
#include "app/json.h"
#include "base/error.h"
#include "export/cells.h"
#include "import/buildings.h"
#include "normalise/crs.h"

/* Everything that was read, in the coordinates of the boundary file. */
typedef struct {
    CgKeyedAreas *boundary;
    CgBuildings *buildings;
    CgBarriers *barriers;
    CgCompounds *compounds;
    CgCompounds *groups; /* drawn */
    guint32 *drawn_group;
    CgShapes *outlines, *points;
    CgCellSource source;
    GPtrArray *reports; /* of CgImportReport, of the other files; the boundary's first */
    char *building_file, *boundary_file, *group_file, *compound_file;
} Inputs;

static void
inputs_done (Inputs *in)
{
    cg_keyed_areas_free (in->boundary);
    cg_buildings_free (in->buildings);
    cg_barriers_free (in->barriers);
    cg_compounds_free (in->compounds);
    cg_compounds_free (in->groups);
    g_free (in->drawn_group);
    cg_shapes_free (in->outlines);
    cg_shapes_free (in->points);
    g_clear_pointer (&in->reports, g_ptr_array_unref);
    g_free (in->building_file);
    g_free (in->boundary_file);
    g_free (in->group_file);
    g_free (in->compound_file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inputs, inputs_done)

/* ---- reading ----------------------------------------------------------------------------- */

/* A report for one of the other files. (transfer none) */
static CgImportReport *
new_report (Inputs *in, const char *file)
{
    CgImportReport *report = cg_import_report_new (file);
    g_ptr_array_add (in->reports, report);
    return report;
}

/* "--boundary-id COL" and "--total COL", as far as they were given. (g_strfreev) */
static char **
words_of (const char *id_option, const char *id, const char *value_option, const char *value)
{
    g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
    g_autofree char *one = id != NULL ? g_strconcat (id_option, " ", id, NULL) : NULL;
    g_autofree char *two = value != NULL ? g_strconcat (value_option, " ", value, NULL) : NULL;
    if (one != NULL)
        g_strv_builder_add (words, one);
    if (two != NULL)
        g_strv_builder_add (words, two);
    return g_strv_builder_end (words);
}

static gboolean
check_totals (const CgCellsFile *job, const Inputs *in, GError **error)
{
    const CgKeyedAreas *b = in->boundary;
    for (guint32 r = 0; b->count != NULL && r < b->n; r++) {
        if (isnan (b->count[r]) || (b->count[r] >= 0 && b->count[r] <= 1e9))
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s:%u: %s: %g known households are not from 0 to 1e9", in->boundary_file,
                     b->row[r], job->total_column, b->count[r]);
        return FALSE;
    }
    return TRUE;
}

/* Cells are made in the boundary's coordinates, which must have a name that files can carry: an
 * outline in those of online maps is taken to WGS 84, vertex for vertex. */
static gboolean
name_plane (CgKeyedAreas *boundary, GError **error)
{
    const char *const plane = "EPSG:4326";
    const char *crs = boundary->delivered_crs;
    if (g_strcmp0 (crs, "gcj02") != 0 && g_strcmp0 (crs, "bd09") != 0)
        return TRUE;
    g_autoptr (CgTransform) transform = cg_transform_new (crs, plane, error);
    CgShapes *moved =
        transform != NULL ? cg_transform_shapes (transform, boundary->delivered, error) : NULL;
    if (moved == NULL)
        return FALSE;
    cg_shapes_free (boundary->delivered);
    boundary->delivered = moved;
    g_free (boundary->delivered_crs);
    boundary->delivered_crs = g_strdup (plane);
    return TRUE;
}

static gboolean
read_boundary (const CgCellsFile *job, Inputs *in, GError **error)
{
    g_auto (GStrv) words =
        words_of ("--boundary-id", job->boundary_id, "--total", job->total_column);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->boundary;
    options.map_words = words;
    options.assumed_crs = job->crs;
    in->boundary = cg_import_boundary (&options, job->boundary_id, job->total_column,
                                       new_report (in, job->boundary), error);
    return in->boundary != NULL && name_plane (in->boundary, error) &&
           check_totals (job, in, error);
}

static gboolean
check_crs (const Inputs *in, const char *file, const char *working_crs, GError **error)
{
    if (g_strcmp0 (working_crs, in->boundary->working_crs) == 0)
        return TRUE;
    g_autofree char *name = g_path_get_basename (file);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: only one of this file and the boundary names its coordinate system: say "
                 "--crs EPSG:n, which is taken for all that name none",
                 name);
    return FALSE;
}

static gboolean
read_buildings (const CgCellsFile *job, Inputs *in, CgImportReport *report,
                const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const struct {
        const char *field, *option, *column;
    } rows[] = { { "id", "id", job->id },
                 { "households", "households", job->households },
                 { "population", "population", job->population },
                 { "levels", "levels", job->levels },
                 { "use", "use", job->use },
                 { "compound", "compound", job->compound },
                 { "group", "group", job->group } };
    g_autoptr (GStrvBuilder) maps = g_strv_builder_new (), words = g_strv_builder_new ();
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].column != NULL) {
            g_autofree char *map = g_strdup_printf ("%s=%s", rows[i].field, rows[i].column);
            g_autofree char *word = g_strdup_printf ("--%s %s", rows[i].option, rows[i].column);
            g_strv_builder_add (maps, map);
            g_strv_builder_add (words, word);
        }
    g_auto (GStrv) map = g_strv_builder_end (maps), map_words = g_strv_builder_end (words);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->buildings;
    options.crs = job->crs;
    options.encoding = job->encoding;
    options.map = map;
    options.map_words = map_words;
    options.working_crs = in->boundary->working_crs;
    options.skip_bad = TRUE;
    options.none_will_do = TRUE;
    in->buildings = cg_import_buildings (&options, report, progress, cancel, error);
    /* Nothing has no coordinates. */
    return in->buildings != NULL &&
           (in->buildings->n == 0 ||
            check_crs (in, job->buildings, in->buildings->working_crs, error));
}

/* Moves all rows of more behind those of into. */
static void
append_barriers (CgBarriers **into, CgBarriers *more)
{
    if (*into == NULL) {
        *into = more;
        return;
    }
    CgBarriers *old = *into, *all = cg_barriers_new (old->n + more->n);
    const CgBarriers *parts[] = { old, more };
    all->working_crs = g_strdup (old->working_crs);
    for (guint p = 0, to = 0; p < 2; p++)
        for (guint32 i = 0; i < parts[p]->n; i++, to++) {
            all->id[to] = g_strdup (parts[p]->id[i]);
            all->name[to] = g_strdup (parts[p]->name[i]);
            all->class[to] = parts[p]->class[i];
            all->passable[to] = parts[p]->passable[i];
            all->row[to] = parts[p]->row[i];
            all->file[to] = cg_names_add (all->files, cg_names_get (parts[p]->files, parts[p]->file[i]));
            cg_shapes_add_shape (all->lines, parts[p]->lines, i);
            cg_shapes_add_shape (all->areas, parts[p]->areas, i);
        }
    cg_barriers_free (old);
    cg_barriers_free (more);
    *into = all;
}

static gboolean
read_barriers (const CgCellsFile *job, Inputs *in, const CgProgress *progress,
               GCancellable *cancel, GError **error)
{
    for (guint k = 0; job->barriers != NULL && job->barriers[k] != NULL; k++) {
        CgImportReport *report = new_report (in, job->barriers[k]);
        CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
        options.path = job->barriers[k];
        options.plane = in->boundary->working_crs == NULL;
        options.assumed_crs = job->crs;
        options.working_crs = in->boundary->working_crs;
        options.skip_bad = TRUE;
        options.borders_only = TRUE;
        options.none_will_do = TRUE;
        CgBarriers *more = cg_import_barriers (&options, report, progress, cancel, error);
        if (more == NULL)
            return FALSE;
        append_barriers (&in->barriers, more);
        if (!check_crs (in, job->barriers[k], in->barriers->working_crs, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_compounds (const CgCellsFile *job, Inputs *in, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    if (job->compounds == NULL)
        return TRUE;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->compounds;
    options.plane = in->boundary->working_crs == NULL;
    options.assumed_crs = job->crs;
    options.working_crs = in->boundary->working_crs;
    options.skip_bad = TRUE;
    in->compounds = cg_import_compounds (&options, new_report (in, job->compounds), progress,
                                         cancel, error);
    return in->compounds != NULL &&
           check_crs (in, job->compounds, in->compounds->working_crs, error);
}

static gboolean
read_groups (const CgCellsFile *job, Inputs *in, const CgProgress *progress, GCancellable *cancel,
             GError **error)
{
    if (job->groups == NULL)
        return TRUE;
    g_auto (GStrv) words = words_of ("--groups-id", job->groups_id, NULL, NULL);
    g_autofree char *name =
        job->groups_id != NULL ? g_strconcat ("group=", job->groups_id, NULL) : NULL;
    char *map[] = { name, NULL };
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->groups;
    options.assumed_crs = job->crs;
    options.working_crs = in->boundary->working_crs;
    options.map = map;
    options.map_words = words;
    in->groups =
        cg_import_groups (&options, new_report (in, job->groups), progress, cancel, error);
    return in->groups != NULL && check_crs (in, job->groups, in->groups->working_crs, error);
}

/* Groups by the houses' words and by outlines, under one number each name. */
static void
name_groups (Inputs *in)
{
    CgNames *names = in->buildings->groups;
    guint32 n = in->groups != NULL ? in->groups->n : 0;
    in->drawn_group = g_new (guint32, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        in->drawn_group[i] = cg_names_add (names, in->groups->name[i]);
    in->source.groups = names;
    in->source.input.n_groups = cg_names_count (names);
    in->source.input.group = in->buildings->group;
    in->source.input.drawn = n > 0 ? in->groups->shapes : NULL;
    in->source.input.drawn_group = in->drawn_group;
}

/* ---- one plane for all ------------------------------------------------------------------- */

static gboolean
move_shapes (CgTransform *transform, CgShapes *shapes, GError **error)
{
    if (transform == NULL || shapes == NULL ||
        cg_transform_run (transform, shapes->n_vertices, shapes->x, shapes->y) == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "a place lies outside the boundary's coordinate system");
    return FALSE;
}

/* Metres of one unit of the boundary's coordinates, at its middle. */
static gboolean
measure_unit (Inputs *in, GError **error)
{
    const CgKeyedAreas *b = in->boundary;
    CgBox box = cg_shapes_box_all (b->delivered);
    double wide = MAX (box.x_max - box.x_min, box.y_max - box.y_min) / 1000;
    double cx = box.x_min / 2 + box.x_max / 2, cy = box.y_min / 2 + box.y_max / 2;
    double x[] = { cx, cx + wide, cx }, y[] = { cy, cy, cy + wide };
    g_autoptr (CgTransform) transform = cg_transform_new (b->delivered_crs, b->working_crs, error);
    if (transform == NULL)
        return FALSE;
    if (!(wide > 0) || cg_transform_run (transform, 3, x, y) > 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the boundary has no ground");
        return FALSE;
    }
    in->source.input.metre_x = sqrt ((x[1] - x[0]) * (x[1] - x[0]) + (y[1] - y[0]) * (y[1] - y[0])) / wide;
    in->source.input.metre_y = sqrt ((x[2] - x[0]) * (x[2] - x[0]) + (y[2] - y[0]) * (y[2] - y[0])) / wide;
    return TRUE;
}

/* Wide waters, and roads that lead over what is impassable. */
static gboolean
prepare_barriers (Inputs *in, double wide_water_m, GError **error)
{
    if (in->barriers == NULL)
        return TRUE;
    CgBarriers *prepared = cg_ways_prepare (in->barriers, wide_water_m, in->source.input.metre_x,
                                            in->source.input.metre_y, error);
    if (prepared == NULL)
        return FALSE;
    cg_barriers_free (in->barriers);
    in->barriers = prepared;
    return TRUE;
}

/* Cells are made in the coordinates of the boundary file: what is straight there stays so. */
static gboolean
to_plane (Inputs *in, double wide_water_m, GError **error)
{
    const CgKeyedAreas *b = in->boundary;
    gboolean same = b->delivered_crs == NULL || strcmp (b->delivered_crs, b->working_crs) == 0;
    g_autoptr (CgTransform) transform = NULL;
    in->source.input.metre_x = in->source.input.metre_y = 1;
    if (!same) {
        transform = cg_transform_new (b->working_crs, b->delivered_crs, error);
        if (transform == NULL || !measure_unit (in, error))
            return FALSE;
    }
    in->outlines = cg_shapes_copy (in->buildings->outlines);
    in->points = cg_shapes_copy (in->buildings->points);
    if (!move_shapes (transform, in->outlines, error) ||
        !move_shapes (transform, in->points, error) ||
        (in->barriers != NULL && (!move_shapes (transform, in->barriers->lines, error) ||
                                  !move_shapes (transform, in->barriers->areas, error))) ||
        (in->compounds != NULL && !move_shapes (transform, in->compounds->shapes, error)) ||
        (in->groups != NULL && !move_shapes (transform, in->groups->shapes, error)))
        return FALSE;
    if (!prepare_barriers (in, wide_water_m, error))
        return FALSE;
    name_groups (in);
    in->source.input.regions = b->delivered;
    in->source.input.n_buildings = in->buildings->n;
    in->source.input.outlines = in->outlines;
    in->source.input.points = in->points;
    in->source.input.key = in->buildings->key;
    in->source.input.barriers = in->barriers;
    in->source.input.compounds = in->compounds != NULL ? in->compounds->shapes : NULL;
    in->source.buildings = in->buildings;
    in->source.barriers = in->barriers;
    in->source.compounds = in->compounds;
    in->source.n_regions = b->n;
    in->source.region = b->id;
    in->source.known = b->count;
    in->source.village = b->village;
    in->source.building_file = in->building_file;
    in->source.region_file = in->boundary_file;
    in->source.group_file = in->group_file;
    in->source.compound_file = in->compound_file;
    in->source.barrier_file = "barriers";
    in->source.region_row = b->row;
    in->source.group_row = in->groups != NULL ? in->groups->row : NULL;
    return TRUE;
}

/* "110.5,32.1,110.6,32.2" (transfer full) */
static char *
extent_text (const CgBox *box, gboolean degrees)
{
    int digits = degrees ? 5 : 0;
    return g_strdup_printf ("%.*f,%.*f,%.*f,%.*f", digits, box->x_min, digits, box->y_min, digits,
                            box->x_max, digits, box->y_max);
}

/* Two files that lie apart are a mistake: of the file, or of a coordinate system. */
static gboolean
check_extents (const Inputs *in, GError **error)
{
    gboolean degrees = FALSE;
    CgBox there = cg_shapes_box_all (in->outlines), points = cg_shapes_box_all (in->points);
    CgBox own = cg_shapes_box_all (in->boundary->delivered);
    there = (CgBox){ MIN (there.x_min, points.x_min), MIN (there.y_min, points.y_min),
                     MAX (there.x_max, points.x_max), MAX (there.y_max, points.y_max) };
    if (cg_box_is_empty (&there))
        return TRUE; /* no building at all is no other place */
    if (there.x_min <= own.x_max && there.x_max >= own.x_min && there.y_min <= own.y_max &&
        there.y_max >= own.y_min)
        return TRUE;
    if (in->boundary->delivered_crs != NULL &&
        !cg_crs_is_geographic (in->boundary->delivered_crs, &degrees, error))
        return FALSE;
    g_autofree char *one = extent_text (&there, degrees), *two = extent_text (&own, degrees);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s lies in %s, beside %s, which lies in %s (west,south,east,north in the "
                 "boundary's coordinates): is it another place, or is --crs needed?",
                 in->building_file, one, in->boundary_file, two);
    return FALSE;
}

/* ---- file to file ------------------------------------------------------------------------ */

static gboolean
read_all (const CgCellsFile *job, Inputs *in, CgImportReport *report, const CgProgress *progress,
          GCancellable *cancel, GError **error)
{
    in->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_import_report_free);
    in->building_file = g_path_get_basename (job->buildings);
    in->boundary_file = g_path_get_basename (job->boundary);
    in->compound_file = job->compounds != NULL ? g_path_get_basename (job->compounds) : NULL;
    in->group_file = job->groups != NULL ? g_path_get_basename (job->groups) : NULL;
    return read_boundary (job, in, error) &&
           read_buildings (job, in, report, progress, cancel, error) &&
           read_barriers (job, in, progress, cancel, error) &&
           read_compounds (job, in, progress, cancel, error) && read_groups (job, in, progress, cancel, error) &&
           to_plane (in, job->settings.wide_water_m, error) && check_extents (in, error);
}

static gboolean
write_cells (const CgCellsFile *job, const Inputs *in, const CgCells *cells, const CgCellColumns *c,
             const CgProgress *progress, GCancellable *cancel, GError **error)
{
    CgCellTable table = {
        .cells = cells,
        .crs = in->boundary->delivered_crs,
        .id = c->id,
        .region = c->region,
        .compound = c->compound,
        .group = c->group,
        .village = in->boundary->village,
        .dedicated = in->compounds != NULL ? in->compounds->dedicated : NULL,
        .households = c->households,
        .population = c->population,
        .estimated = c->estimated,
        .population_estimated = c->population_estimated,
        .building_id = in->buildings->id,
        .building_row = in->buildings->row,
        .building_households = c->of_building,
        .ways = in->barriers,
    };
    CgExportStamp stamp = { 0, job->options_text, NULL };
    return cg_export_cells (job->output, &table, &stamp, progress, cancel, error);
}

/* What is repaired of the boundary moves every cell beside it. */
static void
warn_of_boundary (const Inputs *in, json_t *report)
{
    json_t *list = json_object_get (report, "warnings");
    const CgImportReport *boundary = in->reports->pdata[0];
    guint at = 0;
    for (guint i = 0; i < boundary->findings->len; i++) {
        const CgFinding *f = boundary->findings->pdata[i];
        if (f->level != CG_FINDING_REPAIR && f->level != CG_FINDING_WARNING)
            continue;
        g_autofree char *text = g_strdup_printf ("boundary repaired: %s", f->text);
        json_t *item = json_pack ("{s:s, s:s, s:i, s:s}", "code", f->code, "file", f->file, "row",
                                  (int) f->row, "text",
                                  f->level == CG_FINDING_REPAIR ? text : f->text);
        if (isfinite (f->x)) {
            json_object_set_new (item, "x", json_real (f->x));
            json_object_set_new (item, "y", json_real (f->y));
        }
        json_array_insert_new (list, at++, item);
    }
}

/* Half a file beside the boundary may be one coordinate system too few. */
static void
warn_of_outside (const Inputs *in, const CgCells *cells, json_t *report)
{
    guint32 n = cells->n_findings[CG_CELLS_OUTSIDE];
    if (n * 2.0 <= cells->n_buildings)
        return;
    g_autofree char *text = g_strdup_printf (
        "%u of %u buildings lie outside the boundary: is it the right one, or is --crs needed?", n,
        cells->n_buildings);
    json_array_append_new (json_object_get (report, "warnings"),
                           json_pack ("{s:s, s:s, s:s}", "code", "OUTSIDE", "file",
                                      in->building_file, "text", text));
}

/* Roads of another place cut nothing, which nobody would notice in the cells. */
static void
warn_of_barriers (const Inputs *in, json_t *report)
{
    if (in->barriers == NULL || in->barriers->n == 0)
        return;
    CgBox lines = cg_shapes_box_all (in->barriers->lines);
    CgBox areas = cg_shapes_box_all (in->barriers->areas);
    CgBox own = cg_shapes_box_all (in->boundary->delivered);
    if (cg_box_meets (&lines, &own) || cg_box_meets (&areas, &own))
        return;
    g_autofree char *text = g_strdup_printf (
        "all %u roads, railways, walls and waters lie outside the boundary and cut nothing: is it "
        "another place, or does the file name a wrong coordinate system?",
        in->barriers->n);
    json_array_append_new (
        json_object_get (report, "warnings"),
        json_pack ("{s:s, s:s, s:s}", "code", "BARRIERS_OUTSIDE", "file", "--barriers", "text",
                   text));
}

static void
warn_of_villages (const Inputs *in, const CgCells *cells, const CgCellColumns *columns,
                  json_t *report)
{
    g_autoptr (CgNames) names = cg_names_new ();
    for (guint32 k = 0; k < cells->n; k++)
        if (in->boundary->village[cells->region[k]] && columns->group[k] == NULL)
            cg_names_add (names, columns->region[k]);
    guint32 n = cg_names_count (names);
    g_autofree char *text = g_strdup_printf (
        "villages with ground of no villager group, which becomes one rural grid each: %u (the first: "
        "%s)",
        n, cg_names_get (names, n > 0 ? 0 : CG_NONE));
    if (n > 0)
        json_array_append_new (json_object_get (report, "warnings"),
                               json_pack ("{s:s, s:s, s:i, s:s}", "code", "NO_GROUPS", "file",
                                          in->boundary_file, "villages", (int) n, "text", text));
}

/* report gets the findings about the other files too, once its own are in the result. */
static json_t *
report_all (const Inputs *in, const CgCells *cells, const CgCellColumns *columns,
            CgImportReport *report)
{
    json_t *json = cg_cell_report (&in->source, cells, columns), *others = json_array ();
    json_object_set_new (json, "input", cg_json_import_report (report));
    warn_of_boundary (in, json);
    warn_of_outside (in, cells, json);
    warn_of_barriers (in, json);
    warn_of_villages (in, cells, columns, json);
    for (guint k = 0; k < in->reports->len; k++) {
        json_array_append_new (others, cg_json_import_report (in->reports->pdata[k]));
        if (k > 0)
            cg_import_report_add_findings (report, in->reports->pdata[k]);
    }
    json_object_set_new (json, "other_files", others);
    return json;
}

gboolean
cg_cells_file (const CgCellsFile *job, CgImportReport *report, const CgProgress *progress,
               GCancellable *cancel, json_t **out_report, GError **error)
{
    g_auto (Inputs) in = { 0 };
    gint64 start = g_get_monotonic_time ();
    if (!read_all (job, &in, report, progress, cancel, error))
        return FALSE;
    double read_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    g_autoptr (CgCells) cells =
        cg_cells_build (&in.source.input, &job->settings.cells, progress, cancel, error);
    g_autoptr (CgCellColumns) columns = NULL;
    if (cells != NULL)
        columns = cg_cell_columns_new (&in.source, cells, &job->settings, error);
    if (columns == NULL)
        return FALSE;
    double solve_s = (g_get_monotonic_time () - start) / 1e6;
    start = g_get_monotonic_time ();
    if (!write_cells (job, &in, cells, columns, progress, cancel, error))
        return FALSE;
    g_autoptr (json_t) json = report_all (&in, cells, columns, report);
    json_object_set_new (json, "seconds",
                         json_pack ("{s:f, s:f, s:f}", "read", read_s, "cells", solve_s, "write",
                                    (g_get_monotonic_time () - start) / 1e6));
    if (job->report != NULL && !cg_json_write (job->report, json, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&json);
    return TRUE;
}

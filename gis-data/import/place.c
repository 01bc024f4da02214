/* Where the shapes of a table are: CRS, ranges, the county, the working CRS. */
#include <math.h>
#include <string.h>

#include "import/table.h"
#include "normalise/repair.h"

/* How far the box of a county is widened before a file counts as lying elsewhere. */
#define COUNTY_MARGIN_M 20000.0

static gboolean
file_fault (CgTable *table, const char *code, const char *text)
{
    cg_import_report_add (table->report, CG_FINDING_ERROR, code, 0, NULL, NULL, "%s", text);
    return FALSE;
}

static char *
canonical_crs (const char *name)
{
    if (g_ascii_strcasecmp (name, "gcj-02") == 0)
        return g_strdup ("gcj02");
    if (g_ascii_strcasecmp (name, "bd-09") == 0)
        return g_strdup ("bd09");
    if (g_ascii_strncasecmp (name, "epsg:", 5) == 0)
        return g_ascii_strup (name, -1);
    return g_ascii_strncasecmp (name, "gcj", 3) == 0 || g_ascii_strncasecmp (name, "bd0", 3) == 0
               ? g_ascii_strdown (name, -1)
               : g_strdup (name);
}

static gboolean
box_within (const CgBox *inner, const CgBox *outer)
{
    return inner->x_min >= outer->x_min && inner->x_max <= outer->x_max &&
           inner->y_min >= outer->y_min && inner->y_max <= outer->y_max;
}

/* Whether all coordinates could be degrees, while crs is in metres: who has several files and names
 * the metres of some does not mean a GeoJSON that is as the standard has it. */
static gboolean
is_of_others (const CgTable *table, const char *crs)
{
    const CgBox degrees = { -180, -90, 180, 90 };
    gboolean geographic = TRUE;
    if (!table->crs_is_default || !cg_crs_is_geographic (crs, &geographic, NULL) || geographic)
        return FALSE;
    for (guint k = 0; k < 3; k++) {
        if (table->shapes[k] == NULL)
            continue;
        CgBox box = cg_shapes_box_all (table->shapes[k]);
        if (!cg_box_is_empty (&box) && !box_within (&box, &degrees))
            return FALSE;
    }
    return TRUE;
}

/* The user's word about this very file. */
static void
take_users_crs (CgTable *table, const char *of_file)
{
    table->crs = canonical_crs (table->options->crs);
    table->report->crs_from = "option";
    if (of_file == NULL || strcmp (of_file, table->crs) == 0)
        return;
    g_autofree char *was = cg_crs_describe (of_file);
    cg_import_report_add (table->report, CG_FINDING_NOTE, "CRS_OVERRIDDEN", 0, NULL, NULL,
                          table->crs_is_default
                              ? "the file names no CRS, which means %s by its format; the user says "
                                "%s: the user's word is taken"
                              : "the file says %s, the user %s: the user's word is taken",
                          was, table->crs);
}

/* What the file itself names. */
static void
take_files_crs (CgTable *table, char *of_file)
{
    const char *assumed = table->options->assumed_crs;
    g_autofree char *other = assumed != NULL ? canonical_crs (assumed) : NULL;
    table->crs = of_file;
    table->report->crs_from = "file";
    if (other == NULL || strcmp (other, of_file) == 0)
        return;
    g_autofree char *own = cg_crs_describe (of_file);
    cg_import_report_add (table->report, CG_FINDING_NOTE, "CRS_KEPT", 0, NULL, NULL,
                          "the file says %s, which stands: %s is for files that name none", own,
                          other);
}

/* What the user named for files that name none, else what such files are in. FALSE: nobody knows. */
static gboolean
take_default_crs (CgTable *table, char *of_format, const char *of_columns)
{
    const char *assumed = table->options->assumed_crs;
    g_autofree char *usual = of_format;
    if (of_columns != NULL) {
        table->crs = g_strdup (of_columns);
        table->report->crs_from = "default";
        cg_import_report_add (
            table->report, CG_FINDING_NOTE, "CRS_ASSUMED", 0, NULL, NULL,
            "the file does not name its CRS; its columns look like degrees: taken as %s", of_columns);
    } else if (assumed != NULL && !is_of_others (table, assumed)) {
        table->crs = canonical_crs (assumed);
        table->report->crs_from = "option";
        cg_import_report_add (table->report, CG_FINDING_WARNING, "CRS_ASSUMED", 0, NULL, NULL,
                              "the file does not name its CRS: taken as %s, as the user said",
                              table->crs);
    } else if (usual != NULL) {
        table->crs = g_steal_pointer (&usual);
        table->report->crs_from = "default";
        if (assumed != NULL)
            cg_import_report_add (table->report, CG_FINDING_WARNING, "CRS_ASSUMED", 0, NULL, NULL,
                                  "the file does not name its CRS and is in degrees: taken as %s, "
                                  "not as %s",
                                  table->crs, assumed);
    }
    return table->crs != NULL;
}

gboolean
cg_table_decide_crs (CgTable *table, const char *assumed, gboolean plane_allowed)
{
    g_autofree char *of_file = g_steal_pointer (&table->crs);
    if (table->options->crs != NULL) {
        take_users_crs (table, of_file);
    } else if (of_file != NULL && !table->crs_is_default) {
        take_files_crs (table, g_steal_pointer (&of_file));
    } else if (take_default_crs (table, g_steal_pointer (&of_file), assumed)) {
        /* told there */
    } else if (plane_allowed) {
        cg_import_report_add (
            table->report, CG_FINDING_WARNING, "CRS_MISSING", 0, NULL, NULL,
            "the file does not name its CRS: its coordinates are taken as plane metres");
        return TRUE;
    } else {
        return file_fault (
            table, "CRS_MISSING",
            "the file does not name its coordinate reference system: say --crs EPSG:n, "
            "gcj02 or bd09");
    }
    g_autoptr (GError) error = NULL;
    gboolean unused;
    if (!cg_crs_is_geographic (table->crs, &unused, &error))
        return file_fault (table, "CRS_UNKNOWN", error->message);
    g_free (table->report->crs);
    table->report->crs = cg_crs_describe (table->crs);
    return TRUE;
}

/* ---- ranges --------------------------------------------------------------------------- */

static gboolean
has_place (const CgTable *table, guint32 i)
{
    const CgTableRow *row = cg_table_row (table, i);
    return !row->bad && !row->placeless && row->kind != CG_NO_SHAPE;
}

static CgBox
delivered_box (const CgTable *table, guint32 i)
{
    const CgTableRow *row = cg_table_row (table, i);
    return cg_shapes_box (table->shapes[row->kind], row->shape);
}

static CgBox
turned (const CgBox *box)
{
    return (CgBox){ box->y_min, box->x_min, box->y_max, box->x_max };
}

/* What a coordinate outside the range of its CRS may be instead, in words; "" when there is no
 * idea. */
static char *
guess_crs (const CgTable *table, const CgBox *box, gboolean geographic)
{
    double x = (box->x_min + box->x_max) / 2, y = (box->y_min + box->y_max) / 2;
    gboolean degrees = fabs (x) <= 180 && fabs (y) <= 90;
    if (!geographic && degrees)
        return g_strdup ("; these look like degrees: say --crs EPSG:4326, gcj02 or bd09");
    int zone = (int) floor (x / 1e6);
    if (y > 300000 && y < 6200000 && zone >= 25 && zone <= 45)
        return g_strdup_printf (
            "; an easting of %.0f belongs to 3-degree zone %d: say --crs EPSG:%d", x, zone,
            4513 + zone - 25);
    if (y > 300000 && y < 6200000 && zone >= 13 && zone <= 23)
        return g_strdup_printf (
            "; an easting of %.0f belongs to 6-degree zone %d: say --crs EPSG:%d", x, zone,
            4491 + zone - 13);
    if (geographic && !degrees)
        return g_strdup (
            "; these look like metres: say --crs with the zone of the county, such as EPSG:4545");
    return g_strdup ("");
}

static void
check_range (CgTable *table, guint32 i, const CgBox *bounds, gboolean geographic)
{
    CgBox box = delivered_box (table, i), other = turned (&box);
    if (box_within (&box, bounds))
        return;
    gboolean corner_x = box.x_min < bounds->x_min || box.x_max > bounds->x_max;
    double x = box.x_min < bounds->x_min ? box.x_min : box.x_max;
    double y = box.y_min < bounds->y_min ? box.y_min : box.y_max;
    if (box_within (&other, bounds) && geographic)
        cg_table_fault (table, i, CG_N_FIELDS, "SWAPPED",
                        "(%.7g, %.7g) looks like latitude and longitude are swapped", x, y);
    else if (box_within (&other, bounds))
        cg_table_fault (
            table, i, CG_N_FIELDS, "SWAPPED",
            "(%.10g, %.10g) looks like x and y are swapped: in Gauss-Krueger tables X is north", x,
            y);
    else
        cg_table_fault (table, i, CG_N_FIELDS, "OUT_OF_RANGE",
                        "%s %.10g lies outside %.10g to %.10g, the range of %s",
                        corner_x ? "x" : "y", corner_x ? x : y,
                        corner_x ? bounds->x_min : bounds->y_min,
                        corner_x ? bounds->x_max : bounds->y_max, table->crs);
}

static gboolean
check_ranges (CgTable *table)
{
    CgBox bounds, all = CG_BOX_EMPTY;
    gboolean geographic;
    g_autoptr (GError) error = NULL;
    if (!cg_crs_bounds (table->crs, &bounds, &error) ||
        !cg_crs_is_geographic (table->crs, &geographic, &error))
        return file_fault (table, "CRS_UNKNOWN", error->message);
    guint32 n = 0, outside = 0, swapped = 0;
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        if (!has_place (table, i))
            continue;
        CgBox box = delivered_box (table, i), other = turned (&box);
        gboolean good = box_within (&box, &bounds);
        n++;
        outside += !good;
        swapped += !good && box_within (&other, &bounds);
        if (!good)
            cg_box_join (&all, &box);
        check_range (table, i, &bounds, geographic);
    }
    /* One row may be a slip of the pen; half of them are not. */
    if (outside * 2 <= n || outside == 0 || swapped * 2 > outside)
        return TRUE;
    g_autofree char *guess = guess_crs (table, &all, geographic);
    g_autofree char *text = g_strdup_printf ("%u of %u rows lie outside the range of %s%s", outside,
                                             n, table->crs, guess);
    return file_fault (table, "WRONG_CRS", text);
}

/* ---- the county ----------------------------------------------------------------------- */

static CgBox
widened (CgBox box, double margin)
{
    return (CgBox){ box.x_min - margin, box.y_min - margin, box.x_max + margin,
                    box.y_max + margin };
}

/* A CRS in which the delivered place would fall into the county, or NULL. (transfer full) */
static char *
fitting_crs (const CgTable *table, const CgBox *delivered, const CgBox *county)
{
    double x = (delivered->x_min + delivered->x_max) / 2,
           y = (delivered->y_min + delivered->y_max) / 2;
    for (int code = 4491; code <= 4556; code++) {
        g_autofree char *name = code == 4555   ? g_strdup ("EPSG:4326")
                                : code == 4556 ? g_strdup ("EPSG:3857")
                                               : g_strdup_printf ("EPSG:%d", code);
        g_autoptr (CgTransform) transform = cg_transform_new (name, table->working_crs, NULL);
        double px = x, py = y;
        if (strcmp (name, table->crs) != 0 && transform != NULL &&
            cg_transform_run (transform, 1, &px, &py) == 0 && px >= county->x_min &&
            px <= county->x_max && py >= county->y_min && py <= county->y_max)
            return g_steal_pointer (&name);
    }
    return NULL;
}

/* A file wholly outside the county was read in the wrong zone, or is of another county. */
static gboolean
check_county (CgTable *table, const CgBox *working, const CgBox *delivered)
{
    const CgRegions *regions = table->options->regions;
    if (regions == NULL || cg_box_is_empty (working) || regions->shapes->n_vertices == 0)
        return TRUE;
    CgBox county = widened (cg_shapes_box_all (regions->shapes), COUNTY_MARGIN_M);
    if (cg_box_meets (working, &county))
        return TRUE;
    double dx = (working->x_min + working->x_max - county.x_min - county.x_max) / 2;
    double dy = (working->y_min + working->y_max - county.y_min - county.y_max) / 2;
    g_autofree char *name = fitting_crs (table, delivered, &county);
    g_autofree char *fit = name != NULL ? cg_crs_describe (name) : NULL;
    CgBox other = turned (delivered);
    g_autofree char *swapped = name == NULL ? fitting_crs (table, &other, &county) : NULL;
    g_autofree char *text =
        g_strdup_printf ("all places lie about %.0f km from the county when read as %s%s%s%s",
                         hypot (dx, dy) / 1000, table->crs,
                         fit != NULL       ? "; they would fit as "
                         : swapped != NULL ? "; x and y look swapped"
                                           : "; is the CRS right?",
                         fit != NULL ? fit : "", fit != NULL ? ": wrong zone?" : "");
    return file_fault (table, "WRONG_CRS", text);
}

/* ---- working CRS ---------------------------------------------------------------------- */

static gboolean
choose_working (CgTable *table, const CgBox *box)
{
    const CgImportOptions *options = table->options;
    g_autoptr (GError) error = NULL;
    const char *wanted = options->working_crs;
    if (wanted == NULL && options->regions != NULL)
        wanted = options->regions->working_crs;
    table->working_crs =
        wanted != NULL ? canonical_crs (wanted) : cg_crs_working_for (table->crs, box, &error);
    gboolean metric = FALSE;
    if (table->working_crs == NULL || !cg_crs_is_metric (table->working_crs, &metric, &error))
        return file_fault (table, "CRS_UNKNOWN", error->message);
    if (!metric) {
        g_autofree char *text =
            g_strdup_printf ("the working CRS %s is not in metres", table->working_crs);
        return file_fault (table, "CRS_UNKNOWN", text);
    }
    g_free (table->report->working_crs);
    table->report->working_crs = cg_crs_describe (table->working_crs);
    if (strcmp (table->working_crs, table->crs) != 0)
        table->transform = cg_transform_new (table->crs, table->working_crs, &error);
    return error == NULL || file_fault (table, "CRS_UNKNOWN", error->message);
}

static gboolean
is_finite_shape (const CgShapes *shapes, guint32 i)
{
    guint32 from = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i]]];
    guint32 to = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i + 1]]];
    for (guint32 v = from; v < to; v++)
        if (!isfinite (shapes->x[v]) || !isfinite (shapes->y[v]))
            return FALSE;
    return TRUE;
}

static void
move_shapes (CgTable *table)
{
    for (guint k = 0; k < 3; k++) {
        if (table->shapes[k] == NULL)
            continue;
        table->working[k] = cg_shapes_copy (table->shapes[k]);
        if (table->transform != NULL)
            cg_transform_run (table->transform, table->working[k]->n_vertices, table->working[k]->x,
                              table->working[k]->y);
    }
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        const CgTableRow *row = cg_table_row (table, i);
        if (has_place (table, i) && !is_finite_shape (table->working[row->kind], row->shape))
            cg_table_fault (table, i, CG_N_FIELDS, "OUT_OF_RANGE",
                            "the place cannot be converted from %s to %s", table->crs,
                            table->working_crs);
    }
}

gboolean
cg_table_place (CgTable *table)
{
    CgBox delivered = CG_BOX_EMPTY, working = CG_BOX_EMPTY;
    if (table->crs != NULL && !check_ranges (table))
        return FALSE;
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (has_place (table, i)) {
            CgBox box = delivered_box (table, i);
            cg_box_join (&delivered, &box);
        }
    if (table->crs != NULL && !cg_box_is_empty (&delivered) && !choose_working (table, &delivered))
        return FALSE;
    move_shapes (table);
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (has_place (table, i)) {
            const CgTableRow *row = cg_table_row (table, i);
            CgBox box = cg_shapes_box (table->working[row->kind], row->shape);
            cg_box_join (&working, &box);
        }
    return table->crs == NULL || check_county (table, &working, &delivered);
}

/* ---- repair --------------------------------------------------------------------------- */

static void
tell_invalid (CgTable *table, guint32 i, CgFieldId label, const CgRepair *found)
{
    CgTableRow *row = cg_table_row (table, i);
    const char *name = label < CG_N_FIELDS ? cg_table_cell (table, i, label) : NULL;
    g_autofree char *who = name != NULL ? g_strdup_printf ("%.60s: ", name) : g_strdup ("");
    double x = found->x, y = found->y;
    if (table->transform != NULL) {
        g_autoptr (CgTransform) back = cg_transform_new (table->working_crs, table->crs, NULL);
        if (back != NULL)
            cg_transform_run (back, 1, &x, &y);
    }
    if (found->result == CG_REPAIR_DONE)
        cg_import_report_add_repair (
            table->report, "REPAIRED", row->row, found->after_m2 - found->before_m2,
            "%s%s at (%.8g, %.8g) repaired; area %+.1f m2 (%.4f %%)", who, found->reason, x, y,
            found->after_m2 - found->before_m2,
            100 * fabs (found->after_m2 - found->before_m2) / MAX (found->after_m2, 1e-9));
    else if (found->result == CG_REPAIR_TOO_MUCH)
        cg_table_fault (table, i, CG_N_FIELDS, "INVALID_AREA",
                        "%s%s at (%.8g, %.8g); a repair would change the area from %.1f to %.1f m2 "
                        "and the parts from %u to %u:"
                        " draw it again",
                        who, found->reason, x, y, found->before_m2, found->after_m2,
                        found->parts_before, found->parts_after);
    else
        cg_table_fault (
            table, i, CG_N_FIELDS, "INVALID_AREA", "%s%s at (%.8g, %.8g)%s", who, found->reason, x,
            y, found->result == CG_REPAIR_HOPELESS ? "; it cannot be repaired: draw it again" : "");
    cg_import_report_set_place (table->report, x, y);
}

static void
repair_row (CgTable *table, guint32 i, CgFieldId label, double most_share)
{
    CgTableRow *row = cg_table_row (table, i);
    CgRepair found = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) delivered = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgShapes) working = cg_shapes_new (CG_SHAPES_AREA);
    const CgShapes *source = table->transform != NULL ? table->shapes[CG_SHAPES_AREA] : NULL;
    if (!cg_repair_area (table->working[CG_SHAPES_AREA], source, row->shape, table->transform,
                         most_share, delivered, working, &found, &error)) {
        cg_table_fault (table, i, CG_N_FIELDS, "BAD_GEOMETRY", "%s", error->message);
        return;
    }
    if (found.result == CG_REPAIR_DONE && !table->options->repair)
        found.result = CG_REPAIR_VALID;
    if (found.reason != NULL)
        tell_invalid (table, i, label, &found);
    if (found.result == CG_REPAIR_DONE) {
        cg_shapes_add_shape (table->shapes[CG_SHAPES_AREA], delivered, 0);
        cg_shapes_add_shape (table->working[CG_SHAPES_AREA], source != NULL ? working : delivered,
                             0);
        row->shape = table->shapes[CG_SHAPES_AREA]->n_shapes - 1;
    }
    cg_repair_clear (&found);
}

void
cg_table_repair_areas (CgTable *table, CgFieldId label, double most_share)
{
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (has_place (table, i) && cg_table_row (table, i)->kind == CG_SHAPES_AREA)
            repair_row (table, i, label, most_share);
}

/* ---- end ------------------------------------------------------------------------------ */

gboolean
cg_import_fail (CgImportReport *report, GCancellable *cancel, GError **error)
{
    cg_import_report_sort (report);
    if (g_cancellable_is_cancelled (cancel))
        g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped while reading; nothing was changed");
    else if (!cg_import_report_fail (report, error))
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the file could not be imported");
    return FALSE;
}

/* Errors that leaving out rows does not cure. */
static gboolean
has_fatal (const CgTable *table)
{
    const CgImportReport *report = table->report;
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        if (finding->level == CG_FINDING_ERROR &&
            (finding->row == 0 ||
             (strcmp (finding->code, "PERSONAL_DATA") == 0 && !table->options->skip_personal)))
            return TRUE;
    }
    return FALSE;
}

/* Row of the table with that number in the file, or NULL: rows ascend. */
static const CgTableRow *
row_of_number (CgTable *table, guint32 number)
{
    guint32 low = 0, high = cg_table_count (table);
    while (low < high) {
        guint32 half = low + (high - low) / 2;
        if (cg_table_row (table, half)->row < number)
            low = half + 1;
        else
            high = half;
    }
    return low < cg_table_count (table) && cg_table_row (table, low)->row == number
               ? cg_table_row (table, low)
               : NULL;
}

void
cg_table_place_findings (CgTable *table)
{
    for (guint k = 0; k < table->report->findings->len; k++) {
        CgFinding *finding = g_ptr_array_index (table->report->findings, k);
        const CgTableRow *row = finding->row > 0 && isnan (finding->x) &&
                                        g_strcmp0 (finding->file, table->report->file) == 0
                                    ? row_of_number (table, finding->row)
                                    : NULL;
        if (row == NULL)
            continue;
        finding->x = row->x;
        finding->y = row->y;
        if (isnan (row->x) && row->kind != CG_NO_SHAPE) {
            const CgShapes *shapes = table->shapes[row->kind];
            guint32 v = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[row->shape]]];
            finding->x = shapes->x[v];
            finding->y = shapes->y[v];
        }
    }
}

gboolean
cg_table_finish (CgTable *table, GError **error)
{
    cg_table_place_findings (table);
    CgImportReport *report = table->report;
    guint32 n_good;
    g_autofree guint32 *good = cg_table_good (table, &n_good);
    report->n_rows += cg_table_count (table);
    report->n_good += n_good;
    if (table->n_z > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "Z_DROPPED", 0, "geometry", NULL,
                              "heights or measures of %u rows were left out", table->n_z);
    if (table->n_repeats > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "REPEATED_VERTICES", 0, "geometry", NULL,
                              "%u vertices that repeat the one before were left out",
                              table->n_repeats);
    if (table->cleaned.n > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "TEXT_CLEANED", 0, NULL, NULL,
                              "line ends and tabs inside values became blanks: %u values, the "
                              "first in row %u",
                              table->cleaned.n, table->cleaned.first_row);
    if (table->trimmed.n > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "TEXT_TRIMMED", 0, NULL, NULL,
                              "blanks around values were cut off: %u values, the first in row %u",
                              table->trimmed.n, table->trimmed.first_row);
    if (n_good == 0 && !table->may_be_empty && (report->n_errors == 0 || table->options->skip_bad))
        cg_import_report_add (report, CG_FINDING_ERROR, "NO_ROWS", 0, NULL, NULL,
                              cg_table_count (table) == 0 ? "the file holds no rows"
                                                          : "no row is fit to be stored");
    cg_import_report_sort (report);
    if (report->n_errors == 0 || (table->options->skip_bad && !has_fatal (table)))
        return TRUE;
    return cg_import_report_fail (report, error) ? FALSE : TRUE;
}

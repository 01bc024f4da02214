#include <math.h>
#include <string.h>

#include "import/table.h"

/* ---- where ---------------------------------------------------------------------------- */

typedef struct {
    CgFieldId x, y;  /* columns of the coordinates, CG_N_FIELDS: the file's shapes */
    const char *crs; /* assumed where nothing is said, or NULL                     */
} PlaceColumns;

static gboolean
has_shapes (const CgTable *table)
{
    return table->shapes[0] != NULL || table->shapes[1] != NULL || table->shapes[2] != NULL;
}

/* Whether every number of the two columns could be degrees, and most have a fraction. */
static gboolean
look_like_degrees (const CgTable *table, CgFieldId x, CgFieldId y)
{
    guint32 n = 0, fractions = 0;
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        const char *tx = cg_table_cell (table, i, x), *ty = cg_table_cell (table, i, y);
        if (tx == NULL || ty == NULL)
            continue;
        double vx = g_ascii_strtod (tx, NULL), vy = g_ascii_strtod (ty, NULL);
        if (!(fabs (vx) <= 180) || !(fabs (vy) <= 90))
            return FALSE;
        n++;
        fractions += vx != floor (vx) || vy != floor (vy);
    }
    return n > 0 && fractions * 2 > n;
}

static gboolean
choose_columns (CgTable *table, PlaceColumns *out)
{
    gboolean degrees = table->slot[CG_FIELD_LON] >= 0 && table->slot[CG_FIELD_LAT] >= 0;
    gboolean plane = table->slot[CG_FIELD_X] >= 0 && table->slot[CG_FIELD_Y] >= 0,
             geographic = TRUE;
    *out = (PlaceColumns){ CG_N_FIELDS, CG_N_FIELDS, NULL };
    if (has_shapes (table) || (!table->is_text && !degrees && !plane) ||
        (table->is_text && table->slot[CG_FIELD_GEOMETRY] >= 0))
        return TRUE;
    if (table->options->crs != NULL)
        cg_crs_is_geographic (table->options->crs, &geographic, NULL);
    if (degrees && (geographic || !plane)) {
        *out = (PlaceColumns){ CG_FIELD_LON, CG_FIELD_LAT, "EPSG:4326" };
        return TRUE;
    }
    if (plane) {
        *out = (PlaceColumns){ CG_FIELD_X, CG_FIELD_Y, NULL };
        out->crs = look_like_degrees (table, CG_FIELD_X, CG_FIELD_Y) ? "EPSG:4326" : NULL;
        return TRUE;
    }
    cg_import_report_add (table->report, CG_FINDING_ERROR, "MISSING_COLUMN", 0, "lon", NULL,
                          "no columns for the place: lon and lat (经度, 纬度), x and y, or WKT; %s",
                          table->options->map_words == NULL ? "say --map lon=COLUMN lat=COLUMN"
                                                            : "name them so");
    return FALSE;
}

/* NaN after a fault. */
static double
read_coordinate (CgTable *table, guint32 i, CgFieldId field)
{
    double value;
    return cg_table_number (table, i, field, NAN, &value) ? value : NAN;
}

static gboolean
set_point (CgTable *table, guint32 i, double x, double y)
{
    CgTableRow *row = cg_table_row (table, i);
    cg_shapes_add_point (table->shapes[CG_SHAPES_POINT], x, y);
    row->kind = CG_SHAPES_POINT;
    row->shape = table->shapes[CG_SHAPES_POINT]->n_shapes - 1;
    return TRUE;
}

static void
point_of_columns (CgTable *table, guint32 i, const PlaceColumns *columns)
{
    const char *tx = cg_table_cell (table, i, columns->x),
               *ty = cg_table_cell (table, i, columns->y);
    if (tx == NULL || ty == NULL) {
        cg_table_fault (table, i, tx == NULL ? columns->x : columns->y, "NO_PLACE",
                        "the coordinate is empty");
        return;
    }
    double x = read_coordinate (table, i, columns->x), y = read_coordinate (table, i, columns->y);
    if (isfinite (x) && isfinite (y))
        set_point (table, i, x, y);
}

/* A line is placed at its middle vertex, an area at its label point. */
static void
point_of_shape (CgTable *table, guint32 i, guint32 *n_labels)
{
    CgTableRow *row = cg_table_row (table, i);
    if (row->kind == CG_NO_SHAPE) {
        cg_table_fault (table, i, CG_N_FIELDS, "NO_PLACE", "the row has no place");
        return;
    }
    CgShapes *shapes = table->shapes[row->kind];
    guint32 part = shapes->shape_part[row->shape], ring = shapes->part_ring[part];
    if (row->kind == CG_SHAPES_POINT) {
        if (shapes->shape_part[row->shape + 1] - part > 1)
            cg_table_fault (table, i, CG_N_FIELDS, "GEOMETRY_TYPE", "several points in one row");
        return;
    }
    double x, y;
    if (row->kind == CG_SHAPES_AREA) {
        cg_shapes_label_point (shapes, row->shape, &x, &y, NULL);
    } else {
        guint32 middle = shapes->ring_vertex[ring] +
                         (shapes->ring_vertex[ring + 1] - shapes->ring_vertex[ring]) / 2;
        x = shapes->x[middle];
        y = shapes->y[middle];
    }
    *n_labels += 1;
    set_point (table, i, x, y);
}

static void
make_points (CgTable *table, const PlaceColumns *columns)
{
    guint32 n_labels = 0;
    if (table->shapes[CG_SHAPES_POINT] == NULL)
        table->shapes[CG_SHAPES_POINT] = cg_shapes_new (CG_SHAPES_POINT);
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        if (cg_table_row (table, i)->bad || cg_table_row (table, i)->placeless)
            continue;
        if (columns->x != CG_N_FIELDS)
            point_of_columns (table, i, columns);
        else
            point_of_shape (table, i, &n_labels);
    }
    g_clear_pointer (&table->shapes[CG_SHAPES_LINE], cg_shapes_free);
    g_clear_pointer (&table->shapes[CG_SHAPES_AREA], cg_shapes_free);
    if (n_labels > 0)
        cg_import_report_add (table->report, CG_FINDING_WARNING, "LABEL_POINT", 0, "geometry",
                              NULL, "%u rows are lines or areas: a point inside each was taken",
                              n_labels);
}

/* Whole degrees in both coordinates are what systems write for "unknown": (0, 0), (111, 11). In a
 * file of points with fractions (at least 20 rows, below 5 % whole) they are no places; (0, 0)
 * never is. */
static void
find_placeholders (CgTable *table)
{
    gboolean geographic = FALSE;
    guint32 n = 0, whole = 0;
    if (table->crs == NULL || !cg_crs_is_geographic (table->crs, &geographic, NULL) || !geographic)
        return;
    const CgShapes *points = table->shapes[CG_SHAPES_POINT];
    g_autofree guint8 *suspect = g_new0 (guint8, cg_table_count (table) + 1);
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        const CgTableRow *row = cg_table_row (table, i);
        if (row->bad || row->placeless || row->kind != CG_SHAPES_POINT)
            continue;
        double x = points->x[row->shape], y = points->y[row->shape];
        n++;
        suspect[i] = x == floor (x) && y == floor (y) ? (x == 0 && y == 0) + 1 : 0;
        whole += suspect[i] > 0;
    }
    gboolean rare = n >= 20 && whole * 20 < n;
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (suspect[i] == 2 || (suspect[i] == 1 && rare)) {
            const CgTableRow *row = cg_table_row (table, i);
            cg_table_fault (table, i, CG_N_FIELDS, "PLACEHOLDER",
                            "(%g, %g) is a stand-in for an unknown place", points->x[row->shape],
                            points->y[row->shape]);
        }
}

/* ---- what ----------------------------------------------------------------------------- */

static const char *
kind_name (CgPlaceKind kind, gboolean lenient)
{
    static const char *names[] = { "incidents", "cameras", "services" };
    return lenient && kind == CG_PLACE_INCIDENT ? "points" : names[kind];
}

/* Everything the row says except where; values are read a second time when the table is built. */
static void
check_row (CgTable *table, guint32 i, CgPlaceKind kind, gboolean lenient)
{
    const char *text = NULL;
    gint64 time_s;
    guint32 revision;
    double number = 0;
    gboolean id_needed = !lenient && table->slot[CG_FIELD_ID] >= 0;
    cg_table_text (table, i, CG_FIELD_ID, id_needed, &text);
    cg_table_text (table, i, CG_FIELD_TYPE, FALSE, &text);
    gboolean withdrawn = FALSE;
    if (kind == CG_PLACE_INCIDENT)
        cg_table_flag (table, i, CG_FIELD_WITHDRAWN, FALSE, &withdrawn);
    if (withdrawn)
        cg_table_row (table, i)->placeless = TRUE;
    else if (kind == CG_PLACE_INCIDENT && !lenient &&
        cg_table_cell (table, i, CG_FIELD_OCCURRED) == NULL)
        cg_table_fault (table, i, CG_FIELD_OCCURRED, "MISSING_VALUE", "the time is empty");
    cg_table_time (table, i, CG_FIELD_OCCURRED, CG_TIME_NONE, &time_s);
    cg_table_time (table, i, CG_FIELD_REPORTED, CG_TIME_NONE, &time_s);
    cg_table_whole (table, i, CG_FIELD_REVISION, FALSE, G_MAXINT32, &revision);
    if (cg_table_number (table, i, CG_FIELD_WEIGHT, 1, &number) && number < 0)
        cg_table_fault (table, i, CG_FIELD_WEIGHT, "NEGATIVE", "the weight is negative");
    if (lenient && table->slot[CG_FIELD_WEIGHT] >= 0 &&
        cg_table_cell (table, i, CG_FIELD_WEIGHT) == NULL)
        cg_table_fault (table, i, CG_FIELD_WEIGHT, "MISSING_VALUE",
                        "the weight is empty: a number from 0 is needed");
    if (cg_table_number (table, i, CG_FIELD_BEARING, 0, &number) && (number < -360 || number > 360))
        cg_table_fault (table, i, CG_FIELD_BEARING, "TOO_LARGE",
                        "a bearing lies between 0 and 360 degrees");
    if (cg_table_number (table, i, CG_FIELD_FOV, 0, &number) && (number < 0 || number > 360))
        cg_table_fault (table, i, CG_FIELD_FOV, "TOO_LARGE",
                        "a field of view lies between 0 and 360 degrees");
    if (cg_table_number (table, i, CG_FIELD_RANGE, 0, &number) && (number < 0 || number > 100000))
        cg_table_fault (table, i, CG_FIELD_RANGE, "TOO_LARGE",
                        "a reach lies between 0 and 100000 metres");
}

/* An incident may come again with a higher revision; everything else has one row for each id. */
static void
check_unique (CgTable *table, gboolean lenient)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint32 i = 0; !lenient && i < cg_table_count (table); i++) {
        const char *id = cg_table_cell (table, i, CG_FIELD_ID),
                   *revision = cg_table_cell (table, i, CG_FIELD_REVISION);
        const char *source = cg_table_cell (table, i, CG_FIELD_SOURCE);
        if (id == NULL)
            continue;
        char *key = g_strdup_printf ("%s\n%s\n%s", id, source != NULL ? source : "",
                                     revision != NULL ? revision : "0");
        gpointer before = g_hash_table_lookup (seen, key);
        if (before != NULL)
            cg_table_fault (table, i, CG_FIELD_ID, "DUPLICATE_ID",
                            "\"%.60s\" is already used in row %u", id,
                            cg_table_row (table, GPOINTER_TO_UINT (before) - 1)->row);
        if (before != NULL)
            g_free (key);
        else
            g_hash_table_insert (seen, key, GUINT_TO_POINTER (i + 1));
    }
}

/* ---- ids of rows that have none ------------------------------------------------------- */

/* From what the row says, so that a repeated delivery makes the same ids; equal rows are numbered
 * in file order. */
static char *
content_id (const CgTable *table, guint32 i, GHashTable *seen)
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    for (guint s = 0; s < table->n_slots; s++) {
        const char *cell = g_ptr_array_index (table->cells, i * table->n_slots + s);
        g_checksum_update (sum, (const guchar *) (cell != NULL ? cell : ""), -1);
        g_checksum_update (sum, (const guchar *) "\x1f", 1);
    }
    const CgTableRow *row = cg_table_row (table, i);
    if (row->kind == CG_SHAPES_POINT) {
        char place[2 * G_ASCII_DTOSTR_BUF_SIZE + 1], y[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_dtostr (place, G_ASCII_DTOSTR_BUF_SIZE,
                        table->shapes[CG_SHAPES_POINT]->x[row->shape]);
        g_ascii_dtostr (y, sizeof y, table->shapes[CG_SHAPES_POINT]->y[row->shape]);
        g_strlcat (place, " ", sizeof place);
        g_strlcat (place, y, sizeof place);
        g_checksum_update (sum, (const guchar *) place, -1);
    }
    char *key = g_strndup (g_checksum_get_string (sum), 16);
    guint times = GPOINTER_TO_UINT (g_hash_table_lookup (seen, key)) + 1;
    char *id = times == 1 ? g_strdup (key) : g_strdup_printf ("%s-%u", key, times);
    g_hash_table_insert (seen, key, GUINT_TO_POINTER (times));
    return id;
}

static void
set_ids (CgTable *table, CgPlaces *places, const guint32 *good, gboolean lenient)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint32 p = 0; p < places->n; p++) {
        const char *id = cg_table_cell (table, good[p], CG_FIELD_ID);
        if (id != NULL)
            places->id[p] = g_strdup (id);
        else if (lenient)
            places->id[p] = g_strdup_printf ("%u", places->row[p]);
        else
            places->id[p] = content_id (table, good[p], seen);
    }
    if (table->slot[CG_FIELD_ID] < 0 && !lenient)
        cg_import_report_add (table->report, CG_FINDING_NOTE, "ID_GENERATED", 0, NULL, NULL,
                              "the file has no ids: they are made from the content of the rows");
}

/* ---- table ---------------------------------------------------------------------------- */

static guint32 *
name_column (CgTable *table, const guint32 *good, guint32 n, CgFieldId field, CgNames *names)
{
    if (table->slot[field] < 0)
        return NULL;
    guint32 *column = g_new (guint32, n + 1);
    for (guint32 p = 0; p < n; p++) {
        const char *cell = cg_table_cell (table, good[p], field);
        column[p] = cell != NULL ? cg_names_add (names, cell) : CG_NONE;
    }
    return column;
}

static double *
number_column (CgTable *table, const guint32 *good, guint32 n, CgFieldId field, double missing)
{
    if (table->slot[field] < 0)
        return NULL;
    double *column = g_new (double, n + 1);
    for (guint32 p = 0; p < n; p++)
        cg_table_number (table, good[p], field, missing, &column[p]);
    return column;
}

static gint64 *
time_column (CgTable *table, const guint32 *good, guint32 n, CgFieldId field)
{
    if (table->slot[field] < 0)
        return NULL;
    gint64 *column = g_new (gint64, n + 1);
    for (guint32 p = 0; p < n; p++)
        cg_table_time (table, good[p], field, CG_TIME_NONE, &column[p]);
    return column;
}

static void
set_places (CgTable *table, CgPlaces *places, const guint32 *good)
{
    const CgShapes *delivered = table->shapes[CG_SHAPES_POINT],
                   *working = table->working[CG_SHAPES_POINT];
    for (guint32 p = 0; p < places->n; p++) {
        const CgTableRow *row = cg_table_row (table, good[p]);
        places->row[p] = row->row;
        if (row->kind != CG_SHAPES_POINT)
            continue;
        places->delivered_x[p] = delivered->x[row->shape];
        places->delivered_y[p] = delivered->y[row->shape];
        if (row->placeless)
            continue;
        places->x[p] = working->x[row->shape];
        places->y[p] = working->y[row->shape];
    }
}

static void
set_cameras (CgTable *table, CgPlaces *places, const guint32 *good)
{
    places->bearing_deg = number_column (table, good, places->n, CG_FIELD_BEARING, NAN);
    places->fov_deg = number_column (table, good, places->n, CG_FIELD_FOV, NAN);
    places->range_m = number_column (table, good, places->n, CG_FIELD_RANGE, NAN);
    for (guint32 p = 0; places->bearing_deg != NULL && p < places->n; p++)
        if (places->bearing_deg[p] < 0 || places->bearing_deg[p] >= 360)
            places->bearing_deg[p] -= 360 * floor (places->bearing_deg[p] / 360);
}

static guint8 *
flag_column (CgTable *table, const guint32 *good, guint32 n, CgFieldId field)
{
    guint8 *column = g_new0 (guint8, n + 1);
    for (guint32 p = 0; p < n; p++) {
        gboolean value = FALSE;
        cg_table_flag (table, good[p], field, FALSE, &value);
        column[p] = value != FALSE;
    }
    return column;
}

static CgPlaces *
build (CgTable *table, CgPlaceKind kind, gboolean lenient)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    CgPlaces *places = cg_places_new (kind, n);
    places->delivered_crs = g_strdup (table->crs);
    places->working_crs = g_strdup (table->working_crs);
    set_places (table, places, good);
    set_ids (table, places, good, lenient);
    guint32 *types = name_column (table, good, n, CG_FIELD_TYPE, places->types);
    if (types != NULL) {
        g_free (places->type);
        places->type = types;
    }
    places->time_s = time_column (table, good, n, CG_FIELD_OCCURRED);
    places->reported_s = time_column (table, good, n, CG_FIELD_REPORTED);
    places->weight = number_column (table, good, n, CG_FIELD_WEIGHT, 1);
    places->source = name_column (table, good, n, CG_FIELD_SOURCE, places->sources);
    places->state = name_column (table, good, n, CG_FIELD_STATE, places->states);
    if (table->slot[CG_FIELD_REVISION] >= 0) {
        places->revision = g_new0 (guint32, n + 1);
        for (guint32 p = 0; p < n; p++)
            cg_table_whole (table, good[p], CG_FIELD_REVISION, FALSE, G_MAXINT32,
                            &places->revision[p]);
    }
    if (kind == CG_PLACE_INCIDENT && table->slot[CG_FIELD_WITHDRAWN] >= 0)
        places->withdrawn = flag_column (table, good, n, CG_FIELD_WITHDRAWN);
    if (table->slot[CG_FIELD_NAME] >= 0) {
        places->name = g_new0 (char *, n + 1);
        for (guint32 p = 0; p < n; p++)
            places->name[p] = g_strdup (cg_table_cell (table, good[p], CG_FIELD_NAME));
    }
    set_cameras (table, places, good);
    cg_import_report_sort (table->report);
    return places;
}

CgPlaces *
cg_import_places (const CgImportOptions *options, CgPlaceKind kind, gboolean lenient,
                  CgImportReport *report, const CgProgress *progress, GCancellable *cancel,
                  GError **error)
{
    g_autoptr (CgSource) source = cg_source_open (options, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    guint take = CG_TAKE (CG_SHAPES_POINT) | CG_TAKE (CG_SHAPES_LINE) | CG_TAKE (CG_SHAPES_AREA);
    PlaceColumns columns;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of (kind_name (kind, lenient)), take,
                               progress, cancel);
    if (table == NULL) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    table->keep_placeless = options->keep_placeless;
    for (guint32 i = 0; i < cg_table_count (table); i++)
        check_row (table, i, kind, lenient);
    check_unique (table, lenient);
    if (choose_columns (table, &columns) && cg_table_decide_crs (table, columns.crs, lenient)) {
        make_points (table, &columns);
        find_placeholders (table);
        cg_table_place (table);
    }
    return cg_table_finish (table, error) ? build (table, kind, lenient) : NULL;
}

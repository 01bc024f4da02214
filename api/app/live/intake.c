#include "app/live/intake.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "import/fields.h"
#include "normalise/crs.h"

#define LOCAL_OFFSET_S (8 * 3600)

typedef struct {
    CgTransform *transform;
    CgBox bounds; /* that coordinates may have */
} Frame;

struct _CgIntake {
    GMutex lock;
    char *working_crs;
    GHashTable *frames; /* CRS -> Frame */
};

static void
frame_free (gpointer data)
{
    Frame *frame = data;
    cg_transform_free (frame->transform);
    g_free (frame);
}

CgIntake *
cg_intake_new (const char *working_crs)
{
    CgIntake *intake = g_new0 (CgIntake, 1);
    g_mutex_init (&intake->lock);
    intake->working_crs = g_strdup (working_crs);
    intake->frames = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, frame_free);
    return intake;
}

void
cg_intake_free (CgIntake *intake)
{
    if (intake == NULL)
        return;
    g_mutex_clear (&intake->lock);
    g_hash_table_unref (intake->frames);
    g_free (intake->working_crs);
    g_free (intake);
}

/* ---- one item ---------------------------------------- */

typedef struct {
    const json_t *item;
    guint32 row;
    gint64 now_s;
    CgIntake *intake;
    CgPlaces *places;
    GArray *faults;
    const char *crs; /* of all places so far; NULL where they came in several */
    gboolean crs_known;
} Reader;

static gboolean fault (Reader *reader, CgError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
static gboolean
fault (Reader *reader, CgError code, const char *format, ...)
{
    const GError named = { .domain = CG_ERROR, .code = (int) code };
    CgIntakeFault one = { .item = reader->row, .code = cg_error_name (&named) };
    va_list args;
    va_start (args, format);
    one.text = g_strdup_vprintf (format, args);
    va_end (args);
    g_array_append_val (reader->faults, one);
    return FALSE;
}

/* A short text without control characters that does not look personal; NULL in out where there is
 * none. */
static gboolean
get_text (Reader *reader, const char *field, const char **out)
{
    const json_t *value = json_object_get (reader->item, field);
    *out = NULL;
    if (value == NULL || json_is_null (value))
        return TRUE;
    if (!json_is_string (value))
        return fault (reader, CG_ERROR_INPUT, "%s is not a text", field);
    const char *text = json_string_value (value);
    if (json_string_length (value) != strlen (text) || strlen (text) > CG_INTAKE_MAX_TEXT)
        return fault (reader, CG_ERROR_INPUT, "%s is longer than %u bytes or has a zero byte",
                      field, CG_INTAKE_MAX_TEXT);
    for (const char *c = text; *c != '\0'; c++)
        if (g_ascii_iscntrl (*c))
            return fault (reader, CG_ERROR_INPUT, "%s has a control character", field);
    const char *personal = cg_value_is_personal (text);
    if (personal != NULL)
        return fault (reader, CG_ERROR_FORBIDDEN, "%s looks like %s, which is never stored", field,
                      personal);
    *out = text[0] != '\0' ? text : NULL;
    return TRUE;
}

static gboolean
get_id (Reader *reader)
{
    const json_t *value = json_object_get (reader->item, "id");
    const char *text;
    if (json_is_integer (value)) {
        reader->places->id[reader->row] =
            g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
        const char *personal = cg_value_is_personal (reader->places->id[reader->row]);
        return personal == NULL || fault (reader, CG_ERROR_FORBIDDEN,
                                          "id looks like %s, which is never stored", personal);
    }
    if (!get_text (reader, "id", &text))
        return FALSE;
    if (text == NULL)
        return fault (reader, CG_ERROR_INPUT, "id is missing");
    reader->places->id[reader->row] = g_strdup (text);
    return TRUE;
}

static gboolean
get_number (Reader *reader, const char *field, double *out)
{
    const json_t *value = json_object_get (reader->item, field);
    *out = NAN;
    if (value == NULL || json_is_null (value))
        return TRUE;
    if (!json_is_number (value) || !isfinite (json_number_value (value)))
        return fault (reader, CG_ERROR_INPUT, "%s is not a number", field);
    *out = json_number_value (value);
    return TRUE;
}

static gboolean
get_time (Reader *reader, const char *field, gint64 *out)
{
    const char *text;
    *out = CG_TIME_NONE;
    if (!get_text (reader, field, &text))
        return FALSE;
    if (text == NULL)
        return TRUE;
    g_autofree char *iso = g_strdup (text);
    if (strlen (iso) > 10 && iso[10] == ' ')
        iso[10] = 'T';
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (LOCAL_OFFSET_S);
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, zone);
    if (time == NULL)
        return fault (reader, CG_ERROR_INPUT, "%s is no time; write 2026-11-21T08:00:00+08:00",
                      field);
    *out = g_date_time_to_unix (time);
    if (*out > reader->now_s + CG_INTAKE_AHEAD_S)
        return fault (reader, CG_ERROR_INPUT, "%s lies in the future", field);
    return TRUE;
}

static gboolean
get_revision (Reader *reader)
{
    const json_t *value = json_object_get (reader->item, "revision");
    json_int_t revision = value != NULL ? json_integer_value (value) : 0;
    if (value != NULL && (!json_is_integer (value) || revision < 0 || revision > G_MAXUINT32))
        return fault (reader, CG_ERROR_INPUT, "revision is not a whole number from 0 to %u",
                      G_MAXUINT32);
    reader->places->revision[reader->row] = (guint32) revision;
    return TRUE;
}

static gboolean
get_withdrawn (Reader *reader)
{
    const json_t *value = json_object_get (reader->item, "withdrawn");
    if (value != NULL && !json_is_boolean (value))
        return fault (reader, CG_ERROR_INPUT, "withdrawn is neither true nor false");
    reader->places->withdrawn[reader->row] = json_is_true (value);
    return TRUE;
}

static gboolean
get_facts (Reader *reader)
{
    CgPlaces *places = reader->places;
    const char *source, *type, *state;
    double weight;
    if (!get_id (reader) || !get_text (reader, "source", &source) ||
        !get_text (reader, "type", &type) || !get_text (reader, "state", &state) ||
        !get_revision (reader) || !get_withdrawn (reader) || !get_time (reader, "occurred", &places->time_s[reader->row]) ||
        !get_time (reader, "reported", &places->reported_s[reader->row]) ||
        !get_number (reader, "weight", &weight))
        return FALSE;
    if (places->time_s[reader->row] == CG_TIME_NONE && !places->withdrawn[reader->row])
        return fault (reader, CG_ERROR_INPUT, "occurred is missing");
    if (weight <= 0)
        return fault (reader, CG_ERROR_INPUT, "weight is not above 0");
    places->weight[reader->row] = isnan (weight) ? 1 : weight;
    places->source[reader->row] = source != NULL ? cg_names_add (places->sources, source) : CG_NONE;
    places->type[reader->row] = type != NULL ? cg_names_add (places->types, type) : CG_NONE;
    places->state[reader->row] = state != NULL ? cg_names_add (places->states, state) : CG_NONE;
    return TRUE;
}

/* ---- places ---------------------------------------- */

/* With the lock held. */
static const Frame *
find_frame (CgIntake *intake, const char *crs, GError **error)
{
    Frame *frame = g_hash_table_lookup (intake->frames, crs);
    if (frame != NULL)
        return frame;
    CgBox bounds;
    if (!cg_crs_bounds (crs, &bounds, error))
        return NULL;
    CgTransform *transform = cg_transform_new (crs, intake->working_crs, error);
    if (transform == NULL)
        return NULL;
    /* Names come from outside: a client that invents them does not fill the memory. */
    if (g_hash_table_size (intake->frames) >= 32)
        g_hash_table_remove_all (intake->frames);
    frame = g_new (Frame, 1);
    *frame = (Frame){ .transform = transform, .bounds = bounds };
    g_hash_table_insert (intake->frames, g_strdup (crs), frame);
    return frame;
}

static gboolean
transform (Reader *reader, const char *crs, double x, double y)
{
    CgIntake *intake = reader->intake;
    CgPlaces *places = reader->places;
    g_autoptr (GError) error = NULL;
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&intake->lock);
    const Frame *frame = find_frame (intake, crs, &error);
    if (frame == NULL)
        return fault (reader, CG_ERROR_INPUT, "crs: %s", error->message);
    const CgBox *b = &frame->bounds;
    if (x < b->x_min || x > b->x_max || y < b->y_min || y > b->y_max)
        return fault (reader, CG_ERROR_INPUT, "(%.9g, %.9g) lies outside the range of %s%s", x, y,
                      crs,
                      y >= b->x_min && y <= b->x_max && x >= b->y_min && x <= b->y_max
                          ? "; are the two exchanged?"
                          : "");
    double *to_x = &places->x[reader->row], *to_y = &places->y[reader->row];
    *to_x = places->delivered_x[reader->row] = x;
    *to_y = places->delivered_y[reader->row] = y;
    if (cg_transform_run (frame->transform, 1, to_x, to_y) > 0)
        return fault (reader, CG_ERROR_INPUT, "(%.9g, %.9g) cannot be converted from %s", x, y,
                      crs);
    return TRUE;
}

static gboolean
get_place (Reader *reader)
{
    double lon, lat, x, y;
    const char *crs;
    if (!get_number (reader, "lon", &lon) || !get_number (reader, "lat", &lat) ||
        !get_number (reader, "x", &x) || !get_number (reader, "y", &y) ||
        !get_text (reader, "crs", &crs))
        return FALSE;
    gboolean degrees = !isnan (lon) || !isnan (lat), plane = !isnan (x) || !isnan (y);
    if (degrees && plane)
        return fault (reader, CG_ERROR_INPUT, "lon, lat and x, y are both given");
    if ((degrees && (isnan (lon) || isnan (lat))) || (plane && (isnan (x) || isnan (y))))
        return fault (reader, CG_ERROR_INPUT, "%s is given without the other",
                      degrees ? (isnan (lon) ? "lat" : "lon") : (isnan (x) ? "y" : "x"));
    if (plane && crs == NULL)
        return fault (reader, CG_ERROR_INPUT, "x and y need crs, such as EPSG:4545");
    if (!degrees && !plane)
        return TRUE;
    crs = crs != NULL ? crs : "EPSG:4326";
    if (!reader->crs_known)
        reader->crs = crs;
    else if (g_strcmp0 (reader->crs, crs) != 0)
        reader->crs = NULL;
    reader->crs_known = TRUE;
    return transform (reader, crs, degrees ? lon : x, degrees ? lat : y);
}

static gboolean
check_fields (Reader *reader)
{
    static const char *const known[] = { "id",       "source",   "revision", "type", "state",
                                         "occurred", "reported", "lon",      "lat",  "x",
                                         "y",        "crs",      "weight",   "withdrawn",
                                         NULL };
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *) reader->item, name, value)
    {
        if (g_strv_contains (known, name))
            continue;
        g_autofree char *shown = g_utf8_make_valid (name, (gssize) strnlen (name, 40));
        if (cg_field_is_personal (name))
            return fault (reader, CG_ERROR_FORBIDDEN,
                          "field '%s' names personal data, which is never stored", shown);
        return fault (reader, CG_ERROR_INPUT, "unknown field '%s'", shown);
    }
    return TRUE;
}

static void
read_item (Reader *reader)
{
    if (!json_is_object (reader->item)) {
        fault (reader, CG_ERROR_INPUT, "is not an object");
        return;
    }
    if (check_fields (reader) && get_facts (reader))
        get_place (reader);
}

/* ---- all ---------------------------------------- */

static CgPlaces *
new_incidents (guint32 n, const char *working_crs)
{
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    places->time_s = g_new (gint64, n);
    places->reported_s = g_new (gint64, n);
    places->weight = g_new (double, n);
    places->source = g_new (guint32, n);
    places->revision = g_new (guint32, n);
    places->state = g_new (guint32, n);
    places->withdrawn = g_new0 (guint8, n);
    places->working_crs = g_strdup (working_crs);
    for (guint32 i = 0; i < n; i++)
        places->delivered_x[i] = places->delivered_y[i] = NAN;
    return places;
}

static void
clear_fault (gpointer data)
{
    g_free (((CgIntakeFault *) data)->text);
}

CgPlaces *
cg_intake_parse (CgIntake *intake, const json_t *body, gint64 now_s, GArray **out_faults,
                 GError **error)
{
    const json_t *list = json_is_object (body) ? json_object_get (body, "incidents") : body;
    gboolean single = list == NULL && json_is_object (body);
    gsize n = single ? 1 : json_array_size (list);
    if (!single && (!json_is_array (list) || n == 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "the body is neither an incident nor a list with at least one");
        return NULL;
    }
    if (n > CG_INTAKE_MAX_ITEMS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%" G_GSIZE_FORMAT " incidents; a delivery has at most %u", n,
                     CG_INTAKE_MAX_ITEMS);
        return NULL;
    }
    g_autoptr (CgPlaces) places = new_incidents ((guint32) n, intake->working_crs);
    g_autoptr (GArray) faults = g_array_new (FALSE, FALSE, sizeof (CgIntakeFault));
    g_array_set_clear_func (faults, clear_fault);
    Reader reader = { .now_s = now_s, .intake = intake, .places = places, .faults = faults };
    for (guint32 i = 0; i < n; i++) {
        reader.item = single ? body : json_array_get (list, i);
        reader.row = i;
        read_item (&reader);
    }
    gboolean good = faults->len == 0;
    places->delivered_crs = g_strdup (reader.crs);
    *out_faults = g_steal_pointer (&faults);
    return good ? g_steal_pointer (&places) : NULL;
}

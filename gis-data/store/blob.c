#include "store/blob.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define HEAD 39 /* start, byte order, SRID, box, mark */
#define BOX_MARK 0x7c
#define ENTITY_MARK 0x69
#define END_MARK 0xfe

enum { POINT = 1, LINE, POLYGON, MULTIPOINT, MULTILINE, MULTIPOLYGON };

/* A walk over a blob that never leaves it. */
typedef struct {
    const guint8 *at, *end;
    guint32 type;
    gint32 srid;
    double box[4];   /* x_min, y_min, x_max, y_max of what was met */
    GByteArray *wkb; /* NULL: only looked at */
} Walk;

static gboolean
take_number (Walk *walk, guint32 *out)
{
    if (walk->end - walk->at < 4)
        return FALSE;
    memcpy (out, walk->at, 4);
    *out = GUINT32_FROM_LE (*out);
    walk->at += 4;
    return TRUE;
}

static void
put (Walk *walk, const guint8 *data, gsize length)
{
    if (walk->wkb != NULL)
        g_byte_array_append (walk->wkb, data, (guint) length);
}

static void
put_number (Walk *walk, guint32 number)
{
    guint32 little = GUINT32_TO_LE (number);
    put (walk, (const guint8 *) &little, 4);
}

static void
put_type (Walk *walk, guint32 type)
{
    const guint8 little_endian = 1;
    put (walk, &little_endian, 1);
    put_number (walk, type);
}

static double
coordinate (const guint8 *at)
{
    guint64 bits;
    double value;
    memcpy (&bits, at, 8);
    bits = GUINT64_FROM_LE (bits);
    memcpy (&value, &bits, 8);
    return value;
}

static gboolean
take_places (Walk *walk, guint32 n)
{
    if ((gsize) (walk->end - walk->at) / 16 < n)
        return FALSE;
    for (guint32 k = 0; k < n; k++) {
        double x = coordinate (walk->at + 16 * (gsize) k);
        double y = coordinate (walk->at + 16 * (gsize) k + 8);
        walk->box[0] = MIN (walk->box[0], x);
        walk->box[1] = MIN (walk->box[1], y);
        walk->box[2] = MAX (walk->box[2], x);
        walk->box[3] = MAX (walk->box[3], y);
    }
    put (walk, walk->at, 16 * (gsize) n);
    walk->at += 16 * (gsize) n;
    return TRUE;
}

static gboolean
take_line (Walk *walk)
{
    guint32 n;
    if (!take_number (walk, &n))
        return FALSE;
    put_number (walk, n);
    return take_places (walk, n);
}

/* A point, line or polygon behind its type. */
static gboolean
take_simple (Walk *walk, guint32 type)
{
    guint32 n_rings;
    put_type (walk, type);
    if (type == POINT)
        return take_places (walk, 1);
    if (type == LINE)
        return take_line (walk);
    if (type != POLYGON || !take_number (walk, &n_rings))
        return FALSE;
    put_number (walk, n_rings);
    for (guint32 r = 0; r < n_rings; r++)
        if (!take_line (walk))
            return FALSE;
    return TRUE;
}

static gboolean
take_entities (Walk *walk)
{
    guint32 n, type;
    if (!take_number (walk, &n))
        return FALSE;
    put_type (walk, walk->type);
    put_number (walk, n);
    for (guint32 k = 0; k < n; k++) {
        if (walk->at == walk->end || *walk->at++ != ENTITY_MARK || !take_number (walk, &type) ||
            type != walk->type - MULTIPOINT + POINT || !take_simple (walk, type))
            return FALSE;
    }
    return TRUE;
}

/* TRUE when the whole blob is one of ours. */
static gboolean
walk_blob (sqlite3_value *value, Walk *walk)
{
    guint32 srid;
    const guint8 *blob = NULL;
    gsize length = 0;
    if (sqlite3_value_type (value) == SQLITE_BLOB) {
        blob = sqlite3_value_blob (value);
        length = (gsize) sqlite3_value_bytes (value);
    }
    if (length < HEAD + 5 || blob[0] != 0 || blob[1] != 1 || blob[HEAD - 1] != BOX_MARK ||
        blob[length - 1] != END_MARK)
        return FALSE;
    memcpy (&srid, blob + 2, 4);
    walk->srid = (gint32) GUINT32_FROM_LE (srid);
    walk->at = blob + HEAD;
    walk->end = blob + length - 1;
    walk->box[0] = walk->box[1] = INFINITY;
    walk->box[2] = walk->box[3] = -INFINITY;
    return take_number (walk, &walk->type) && walk->type >= POINT && walk->type <= MULTIPOLYGON &&
           (walk->type < MULTIPOINT ? take_simple (walk, walk->type) : take_entities (walk)) &&
           walk->at == walk->end;
}

/* ---- the functions ---------------------------------------- */

static void
geometry_type (sqlite3_context *context, int n, sqlite3_value **values)
{
    static const char *const names[] = { NULL,         "POINT",           "LINESTRING",  "POLYGON",
                                         "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON" };
    Walk walk = { 0 };
    if (walk_blob (values[0], &walk))
        sqlite3_result_text (context, names[walk.type], -1, SQLITE_STATIC);
}

static void
srid_of (sqlite3_context *context, int n, sqlite3_value **values)
{
    Walk walk = { 0 };
    if (walk_blob (values[0], &walk))
        sqlite3_result_int (context, walk.srid);
}

static void
as_binary (sqlite3_context *context, int n, sqlite3_value **values)
{
    g_autoptr (GByteArray) wkb =
        g_byte_array_sized_new ((guint) sqlite3_value_bytes (values[0]) + 16);
    Walk walk = { .wkb = wkb };
    if (walk_blob (values[0], &walk))
        sqlite3_result_blob64 (context, wkb->data, wkb->len, SQLITE_TRANSIENT);
}

/* One side of the box: which one stands behind the function. */
static void
box_side (sqlite3_context *context, int n, sqlite3_value **values)
{
    Walk walk = { 0 };
    const guint *side = sqlite3_user_data (context);
    if (walk_blob (values[0], &walk) && isfinite (walk.box[*side]))
        sqlite3_result_double (context, walk.box[*side]);
}

static void
place_of (sqlite3_context *context, int n, sqlite3_value **values)
{
    Walk walk = { 0 };
    const guint *side = sqlite3_user_data (context);
    if (walk_blob (values[0], &walk) && walk.type == POINT && isfinite (walk.box[*side]))
        sqlite3_result_double (context, walk.box[*side]);
}

int
cg_blob_replace_functions (sqlite3 *handle)
{
    static const guint sides[] = { 0, 1, 2, 3 };
    static const struct {
        const char *name;
        void (*run) (sqlite3_context *context, int n, sqlite3_value **values);
        const guint *side;
    } functions[] = {
        { "GeometryType", geometry_type, NULL }, { "ST_SRID", srid_of, NULL },
        { "ST_AsBinary", as_binary, NULL },      { "ST_MinX", box_side, &sides[0] },
        { "ST_MinY", box_side, &sides[1] },      { "ST_MaxX", box_side, &sides[2] },
        { "ST_MaxY", box_side, &sides[3] },
        { "ST_X", place_of, &sides[0] },         { "ST_Y", place_of, &sides[1] },
    };
    int code = SQLITE_OK;
    for (guint k = 0; k < G_N_ELEMENTS (functions) && code == SQLITE_OK; k++)
        code = sqlite3_create_function_v2 (
            handle, functions[k].name, 1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, (void *) functions[k].side,
            functions[k].run, NULL, NULL, NULL);
    return code;
}

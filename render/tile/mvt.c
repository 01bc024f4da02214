/* Mapbox Vector Tile 2.1: geometry to whole units, and the few kinds of Protocol Buffers that it
 * needs. */
#include "tile/tile.h"

#include <math.h>
#include <string.h>

#define LOW (-(double) CG_MVT_MARGIN)
#define HIGH ((double) (CG_MVT_EXTENT + CG_MVT_MARGIN))

enum { MVT_POINT = 1, MVT_LINE, MVT_AREA };
enum { MOVE_TO = 1, LINE_TO, CLOSE_PATH = 7 };

typedef struct {
    double x, y;
} Place;

typedef struct {
    gint32 x, y;
} Unit;

struct _CgMvt {
    char *name;
    double scale, u, v; /* units = (world - origin) * scale */
    guint type;         /* of the feature that was begun    */
    gint32 pen_x, pen_y;
    GArray *geometry, *tags; /* guint32                      */
    GArray *ring, *cut;      /* Place                        */
    GArray *units;           /* Unit                         */
    GByteArray *features;
    GPtrArray *keys;        /* char *, in order of first use  */
    GHashTable *key_number; /* name -> number + 1             */
    GPtrArray *values;      /* GBytes, encoded                */
    GHashTable *value_number;
};

/* ---- Protocol Buffers ------------------------------------------------------------------------ */

static void
put_varint (GByteArray *out, guint64 value)
{
    do {
        guint8 byte = (guint8) (value & 127);
        value >>= 7;
        byte |= value > 0 ? 128 : 0;
        g_byte_array_append (out, &byte, 1);
    } while (value > 0);
}

static void
put_number (GByteArray *out, guint field, guint64 value)
{
    put_varint (out, field << 3);
    put_varint (out, value);
}

static void
put_bytes (GByteArray *out, guint field, gconstpointer data, gsize length)
{
    put_varint (out, field << 3 | 2);
    put_varint (out, length);
    g_byte_array_append (out, data, (guint) length);
}

static void
put_list (GByteArray *out, guint field, const GArray *numbers)
{
    g_autoptr (GByteArray) packed = g_byte_array_new ();
    for (guint i = 0; i < numbers->len; i++)
        put_varint (packed, g_array_index (numbers, guint32, i));
    put_bytes (out, field, packed->data, packed->len);
}

/* ---- begin and end --------------------------------------------------------------------------- */

CgMvt *
cg_mvt_new (const CgTile *tile, const char *layer)
{
    CgMvt *mvt = g_new0 (CgMvt, 1);
    CgBox box = cg_tile_box (tile, 0);
    mvt->name = g_strdup (layer);
    mvt->u = box.x_min;
    mvt->v = box.y_min;
    mvt->scale = ldexp (CG_MVT_EXTENT, (int) tile->z);
    mvt->geometry = g_array_new (FALSE, FALSE, sizeof (guint32));
    mvt->tags = g_array_new (FALSE, FALSE, sizeof (guint32));
    mvt->ring = g_array_new (FALSE, FALSE, sizeof (Place));
    mvt->cut = g_array_new (FALSE, FALSE, sizeof (Place));
    mvt->units = g_array_new (FALSE, FALSE, sizeof (Unit));
    mvt->features = g_byte_array_new ();
    mvt->keys = g_ptr_array_new_with_free_func (g_free);
    mvt->key_number = g_hash_table_new (g_str_hash, g_str_equal);
    mvt->values = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    mvt->value_number = g_hash_table_new (g_bytes_hash, g_bytes_equal);
    return mvt;
}

void
cg_mvt_free (CgMvt *mvt)
{
    if (mvt == NULL)
        return;
    g_array_unref (mvt->geometry);
    g_array_unref (mvt->tags);
    g_array_unref (mvt->ring);
    g_array_unref (mvt->cut);
    g_array_unref (mvt->units);
    g_byte_array_unref (mvt->features);
    g_hash_table_unref (mvt->key_number);
    g_hash_table_unref (mvt->value_number);
    g_ptr_array_unref (mvt->keys);
    g_ptr_array_unref (mvt->values);
    g_free (mvt->name);
    g_free (mvt);
}

void
cg_mvt_end (CgMvt *mvt, guint64 id)
{
    g_autoptr (GByteArray) feature = g_byte_array_new ();
    if (id > 0)
        put_number (feature, 1, id);
    if (mvt->tags->len > 0)
        put_list (feature, 2, mvt->tags);
    put_number (feature, 3, mvt->type);
    put_list (feature, 4, mvt->geometry);
    put_bytes (mvt->features, 2, feature->data, feature->len);
}

GBytes *
cg_mvt_finish (CgMvt *mvt)
{
    g_autoptr (CgMvt) own = mvt;
    g_autoptr (GByteArray) layer = g_byte_array_new ();
    GByteArray *tile = g_byte_array_new ();
    if (own->features->len == 0)
        return g_byte_array_free_to_bytes (tile);
    put_number (layer, 15, 2);
    put_bytes (layer, 1, own->name, strlen (own->name));
    g_byte_array_append (layer, own->features->data, own->features->len);
    for (guint i = 0; i < own->keys->len; i++)
        put_bytes (layer, 3, own->keys->pdata[i], strlen (own->keys->pdata[i]));
    for (guint i = 0; i < own->values->len; i++) {
        gsize length;
        gconstpointer data = g_bytes_get_data (own->values->pdata[i], &length);
        put_bytes (layer, 4, data, length);
    }
    put_number (layer, 5, CG_MVT_EXTENT);
    put_bytes (tile, 3, layer->data, layer->len);
    return g_byte_array_free_to_bytes (tile);
}

/* ---- tags ------------------------------------------------------------------------------------ */

/* Takes value. */
static void
put_tag (CgMvt *mvt, const char *key, GByteArray *value)
{
    g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (value);
    guint32 pair[2] = { GPOINTER_TO_UINT (g_hash_table_lookup (mvt->key_number, key)),
                        GPOINTER_TO_UINT (g_hash_table_lookup (mvt->value_number, bytes)) };
    if (pair[0] == 0) {
        char *name = g_strdup (key);
        g_ptr_array_add (mvt->keys, name);
        pair[0] = mvt->keys->len;
        g_hash_table_insert (mvt->key_number, name, GUINT_TO_POINTER (pair[0]));
    }
    if (pair[1] == 0) {
        g_ptr_array_add (mvt->values, g_bytes_ref (bytes));
        pair[1] = mvt->values->len;
        g_hash_table_insert (mvt->value_number, bytes, GUINT_TO_POINTER (pair[1]));
    }
    pair[0]--;
    pair[1]--;
    g_array_append_vals (mvt->tags, pair, 2);
}

void
cg_mvt_tag_text (CgMvt *mvt, const char *key, const char *text)
{
    GByteArray *value = g_byte_array_new ();
    put_bytes (value, 1, text, strlen (text));
    put_tag (mvt, key, value);
}

void
cg_mvt_tag_whole (CgMvt *mvt, const char *key, gint64 whole)
{
    GByteArray *value = g_byte_array_new ();
    put_number (value, 4, (guint64) whole);
    put_tag (mvt, key, value);
}

void
cg_mvt_tag_real (CgMvt *mvt, const char *key, double real)
{
    GByteArray *value = g_byte_array_new ();
    guint64 bits;
    memcpy (&bits, &real, sizeof bits);
    bits = GUINT64_TO_LE (bits);
    put_varint (value, 3 << 3 | 1);
    g_byte_array_append (value, (const guint8 *) &bits, sizeof bits);
    put_tag (mvt, key, value);
}

void
cg_mvt_tag_flag (CgMvt *mvt, const char *key, gboolean flag)
{
    GByteArray *value = g_byte_array_new ();
    put_number (value, 7, flag ? 1 : 0);
    put_tag (mvt, key, value);
}

/* ---- geometry: commands ---------------------------------------------------------------------- */

static void
begin (CgMvt *mvt, guint type)
{
    g_array_set_size (mvt->geometry, 0);
    g_array_set_size (mvt->tags, 0);
    mvt->type = type;
    mvt->pen_x = mvt->pen_y = 0;
}

static void
put_command (CgMvt *mvt, guint32 command, guint32 count)
{
    guint32 number = command | count << 3;
    g_array_append_val (mvt->geometry, number);
}

static void
put_step (CgMvt *mvt, const Unit *to)
{
    gint32 step[2] = { to->x - mvt->pen_x, to->y - mvt->pen_y };
    for (guint i = 0; i < 2; i++) {
        guint32 zigzag = ((guint32) step[i] << 1) ^ (step[i] < 0 ? G_MAXUINT32 : 0);
        g_array_append_val (mvt->geometry, zigzag);
    }
    mvt->pen_x = to->x;
    mvt->pen_y = to->y;
}

static Place
place_of (const CgMvt *mvt, double u, double v)
{
    return (Place){ (u - mvt->u) * mvt->scale, (v - mvt->v) * mvt->scale };
}

/* The places as units, without those that fall on the one before. */
static void
round_places (CgMvt *mvt, const GArray *places)
{
    g_array_set_size (mvt->units, 0);
    for (guint i = 0; i < places->len; i++) {
        const Place *place = &g_array_index (places, Place, i);
        Unit unit = { (gint32) floor (place->x + 0.5), (gint32) floor (place->y + 0.5) };
        const Unit *last =
            mvt->units->len > 0 ? &g_array_index (mvt->units, Unit, mvt->units->len - 1) : NULL;
        if (last == NULL || last->x != unit.x || last->y != unit.y)
            g_array_append_val (mvt->units, unit);
    }
}

static void
put_path (CgMvt *mvt, gboolean backwards)
{
    guint n = mvt->units->len;
    for (guint i = 0; i < n; i++) {
        if (i == 0)
            put_command (mvt, MOVE_TO, 1);
        else if (i == 1)
            put_command (mvt, LINE_TO, n - 1);
        put_step (mvt, &g_array_index (mvt->units, Unit, backwards ? n - 1 - i : i));
    }
}

/* ---- geometry: areas ------------------------------------------------------------------------- */

/* How far a place lies inside one of the four sides. */
static double
depth (const Place *place, guint side)
{
    double value = side < 2 ? place->x : place->y;
    return side % 2 == 0 ? value - LOW : HIGH - value;
}

static void
cut_side (const GArray *from, GArray *to, guint side)
{
    g_array_set_size (to, 0);
    for (guint i = 0; i < from->len; i++) {
        const Place *a = &g_array_index (from, Place, i),
                    *b = &g_array_index (from, Place, (i + 1) % from->len);
        double da = depth (a, side), db = depth (b, side);
        if (da >= 0)
            g_array_append_val (to, *a);
        if ((da >= 0) == (db >= 0))
            continue;
        double t = da / (da - db);
        Place on = { a->x + t * (b->x - a->x), a->y + t * (b->y - a->y) };
        *(side < 2 ? &on.x : &on.y) = side % 2 == 0 ? LOW : HIGH;
        g_array_append_val (to, on);
    }
}

static gint64
twice_area (const GArray *units)
{
    gint64 sum = 0;
    for (guint i = 0; i < units->len; i++) {
        const Unit *a = &g_array_index (units, Unit, i),
                   *b = &g_array_index (units, Unit, (i + 1) % units->len);
        sum += (gint64) a->x * b->y - (gint64) b->x * a->y;
    }
    return sum;
}

/* FALSE: nothing is left of it. */
static gboolean
put_ring (CgMvt *mvt, const CgShapes *world, guint32 ring, gboolean outer)
{
    g_array_set_size (mvt->ring, 0);
    for (guint32 v = world->ring_vertex[ring]; v + 1 < world->ring_vertex[ring + 1]; v++) {
        Place place = place_of (mvt, world->x[v], world->y[v]);
        g_array_append_val (mvt->ring, place);
    }
    for (guint side = 0; side < 4; side++) {
        cut_side (mvt->ring, mvt->cut, side);
        GArray *swap = mvt->ring;
        mvt->ring = mvt->cut;
        mvt->cut = swap;
    }
    round_places (mvt, mvt->ring);
    const Unit *units = (const Unit *) (const void *) mvt->units->data;
    while (mvt->units->len > 1 && units[0].x == units[mvt->units->len - 1].x &&
           units[0].y == units[mvt->units->len - 1].y)
        g_array_set_size (mvt->units, mvt->units->len - 1);
    gint64 area = mvt->units->len > 2 ? twice_area (mvt->units) : 0;
    if (area == 0)
        return FALSE;
    put_path (mvt, (area > 0) != outer);
    put_command (mvt, CLOSE_PATH, 1);
    return TRUE;
}

/* ---- geometry: lines ------------------------------------------------------------------------- */

static gboolean
shorten (double p, double q, double *t0, double *t1)
{
    if (p == 0)
        return q >= 0;
    if (p < 0)
        *t0 = MAX (*t0, q / p);
    else
        *t1 = MIN (*t1, q / p);
    return *t0 <= *t1;
}

static void
end_path (CgMvt *mvt)
{
    round_places (mvt, mvt->ring);
    if (mvt->units->len > 1)
        put_path (mvt, FALSE);
    g_array_set_size (mvt->ring, 0);
}

static void
put_segment (CgMvt *mvt, const Place *a, const Place *b)
{
    double t0 = 0, t1 = 1, dx = b->x - a->x, dy = b->y - a->y;
    if (!shorten (-dx, a->x - LOW, &t0, &t1) || !shorten (dx, HIGH - a->x, &t0, &t1) ||
        !shorten (-dy, a->y - LOW, &t0, &t1) || !shorten (dy, HIGH - a->y, &t0, &t1)) {
        end_path (mvt);
        return;
    }
    Place from = { a->x + t0 * dx, a->y + t0 * dy },
          to = t1 < 1 ? (Place){ a->x + t1 * dx, a->y + t1 * dy } : *b;
    if (t0 > 0 || mvt->ring->len == 0) {
        end_path (mvt);
        g_array_append_val (mvt->ring, from);
    }
    g_array_append_val (mvt->ring, to);
    if (t1 < 1)
        end_path (mvt);
}

static void
put_line (CgMvt *mvt, const CgShapes *world, guint32 ring)
{
    g_array_set_size (mvt->ring, 0);
    for (guint32 v = world->ring_vertex[ring]; v + 1 < world->ring_vertex[ring + 1]; v++) {
        Place a = place_of (mvt, world->x[v], world->y[v]),
              b = place_of (mvt, world->x[v + 1], world->y[v + 1]);
        put_segment (mvt, &a, &b);
    }
    end_path (mvt);
}

/* ---- features -------------------------------------------------------------------------------- */

gboolean
cg_mvt_add_shape (CgMvt *mvt, const CgShapes *world, guint32 i)
{
    begin (mvt, world->kind == CG_SHAPES_AREA ? MVT_AREA : MVT_LINE);
    for (guint32 p = world->shape_part[i]; p < world->shape_part[i + 1]; p++)
        for (guint32 r = world->part_ring[p]; r < world->part_ring[p + 1]; r++) {
            gboolean outer = r == world->part_ring[p];
            if (world->kind == CG_SHAPES_LINE)
                put_line (mvt, world, r);
            else if (!put_ring (mvt, world, r, outer) && outer)
                break; /* holes of nothing */
        }
    return mvt->geometry->len > 0;
}

gboolean
cg_mvt_add_point (CgMvt *mvt, double u, double v)
{
    Place place = place_of (mvt, u, v);
    if (!(place.x >= LOW && place.x <= HIGH && place.y >= LOW && place.y <= HIGH))
        return FALSE;
    Unit unit = { (gint32) floor (place.x + 0.5), (gint32) floor (place.y + 0.5) };
    begin (mvt, MVT_POINT);
    put_command (mvt, MOVE_TO, 1);
    put_step (mvt, &unit);
    return TRUE;
}

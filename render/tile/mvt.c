/* Mapbox Vector Tile 2.1: geometry to whole units, and the few kinds of Protocol Buffers that it
 * needs. A tile has thousands of features of a few bytes each, so all is written in its last form at once,
 * into buffers that only grow. */
#include "tile/tile.h"

#include <math.h>
#include <string.h>

#define LOW (-(double) CG_MVT_MARGIN)
#define HIGH ((double) (CG_MVT_EXTENT + CG_MVT_MARGIN))
#define LONGEST 10u /* bytes of a number */

enum { MVT_POINT = 1, MVT_LINE, MVT_AREA };
enum { MOVE_TO = 1, LINE_TO, CLOSE_PATH = 7 };

typedef struct {
    double x, y;
} Place;

typedef struct {
    gint32 x, y;
} Unit;

typedef struct {
    guint8 *data;
    gsize n, room;
} Bytes;

typedef struct {
    Place *at;
    gsize n, room;
} Places;

/* A value that was written: where, and its number + 1 (0: a free slot). */
typedef struct {
    gsize at;
    guint32 hash, number;
} Slot;

/* The value that a key had last: neighbours often share it. */
typedef struct {
    gsize at, n;
    guint32 number;
} Last;

struct _CgMvt {
    char *name;
    double scale, u, v; /* units = (world - origin) * scale */
    guint type;         /* of the feature that was begun    */
    gint32 pen_x, pen_y;
    Bytes geometry, tags; /* of that feature, as they are sent */
    Places ring, cut;
    Unit *units;
    gsize n_units, units_room;
    Bytes features;
    GPtrArray *keys; /* char *, in order of first use              */
    GArray *last;    /* of Last, of each key                       */
    guint next_key;  /* place in keys where the next tag is looked for first */
    Bytes values;    /* fields of the layer, in order of first use */
    guint32 n_values, n_slots;
    Slot *slots; /* [n_slots], a power of two: open addressing */
};

/* ---- buffers --------------------------------------------------------------------------------- */

/* Room for n more items of so many bytes each. */
static gpointer
grow (gpointer items, gsize n, gsize more, gsize each, gsize *inout_room)
{
    gsize wanted = n + more, room = MAX (*inout_room, 64);
    while (room < wanted)
        room *= 2;
    if (room == *inout_room)
        return items;
    *inout_room = room;
    return g_realloc_n (items, room, each);
}

static inline void
need_bytes (Bytes *bytes, gsize more)
{
    if (G_UNLIKELY (bytes->room - bytes->n < more))
        bytes->data = grow (bytes->data, bytes->n, more, 1, &bytes->room);
}

static inline void
push_place (Places *places, Place place)
{
    if (G_UNLIKELY (places->n == places->room))
        places->at = grow (places->at, places->n, 1, sizeof (Place), &places->room);
    places->at[places->n++] = place;
}

/* ---- Protocol Buffers ------------------------------------------------------------------------ */

static inline gsize
varint_size (guint64 value)
{
    gsize size = 1;
    for (; value > 127; value >>= 7)
        size++;
    return size;
}

/* There is room for it. */
static inline void
write_varint (Bytes *out, guint64 value)
{
    guint8 *to = out->data + out->n;
    for (; value > 127; value >>= 7)
        *to++ = (guint8) (value | 128);
    *to++ = (guint8) value;
    out->n = (gsize) (to - out->data);
}

static inline void
put_varint (Bytes *out, guint64 value)
{
    need_bytes (out, LONGEST);
    write_varint (out, value);
}

static void
put_number (Bytes *out, guint field, guint64 value)
{
    put_varint (out, field << 3);
    put_varint (out, value);
}

static void
put_bytes (Bytes *out, guint field, gconstpointer data, gsize length)
{
    need_bytes (out, length + 2 * LONGEST);
    write_varint (out, field << 3 | 2);
    write_varint (out, length);
    if (length > 0)
        memcpy (out->data + out->n, data, length);
    out->n += length;
}

static gsize
bytes_size (gsize length)
{
    return 1 + varint_size (length) + length; /* fields below 16 */
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
    mvt->keys = g_ptr_array_new_with_free_func (g_free);
    mvt->last = g_array_new (FALSE, FALSE, sizeof (Last));
    mvt->n_slots = 1024;
    mvt->slots = g_new0 (Slot, mvt->n_slots);
    return mvt;
}

void
cg_mvt_free (CgMvt *mvt)
{
    if (mvt == NULL)
        return;
    g_free (mvt->geometry.data);
    g_free (mvt->tags.data);
    g_free (mvt->ring.at);
    g_free (mvt->cut.at);
    g_free (mvt->units);
    g_free (mvt->features.data);
    g_ptr_array_unref (mvt->keys);
    g_array_unref (mvt->last);
    g_free (mvt->values.data);
    g_free (mvt->slots);
    g_free (mvt->name);
    g_free (mvt);
}

void
cg_mvt_end (CgMvt *mvt, guint64 id)
{
    Bytes *out = &mvt->features;
    gsize size = 2 + bytes_size (mvt->geometry.n) + (id > 0 ? 1 + varint_size (id) : 0) +
                 (mvt->tags.n > 0 ? bytes_size (mvt->tags.n) : 0);
    put_varint (out, 2 << 3 | 2);
    put_varint (out, size);
    if (id > 0)
        put_number (out, 1, id);
    if (mvt->tags.n > 0)
        put_bytes (out, 2, mvt->tags.data, mvt->tags.n);
    put_number (out, 3, mvt->type);
    put_bytes (out, 4, mvt->geometry.data, mvt->geometry.n);
}

GBytes *
cg_mvt_finish (CgMvt *mvt)
{
    g_autoptr (CgMvt) own = mvt;
    if (own->features.n == 0)
        return g_bytes_new (NULL, 0);
    Bytes layer = { NULL, 0, 0 }, tile = { NULL, 0, 0 };
    need_bytes (&layer, own->features.n + own->values.n + 1024);
    put_number (&layer, 15, 2);
    put_bytes (&layer, 1, own->name, strlen (own->name));
    need_bytes (&layer, own->features.n);
    memcpy (layer.data + layer.n, own->features.data, own->features.n);
    layer.n += own->features.n;
    for (guint i = 0; i < own->keys->len; i++)
        put_bytes (&layer, 3, own->keys->pdata[i], strlen (own->keys->pdata[i]));
    need_bytes (&layer, own->values.n);
    if (own->values.n > 0)
        memcpy (layer.data + layer.n, own->values.data, own->values.n);
    layer.n += own->values.n;
    put_number (&layer, 5, CG_MVT_EXTENT);
    put_bytes (&tile, 3, layer.data, layer.n);
    g_free (layer.data);
    return g_bytes_new_take (tile.data, tile.n);
}

/* ---- tags ------------------------------------------------------------------------------------ */

/* Features name their keys in the same order, mostly: the next one is looked at first. */
static guint32
key_number (CgMvt *mvt, const char *key)
{
    guint n = mvt->keys->len;
    for (guint i = 0; i < n; i++) {
        guint at = (mvt->next_key + i) % n;
        if (strcmp (mvt->keys->pdata[at], key) == 0) {
            mvt->next_key = at + 1;
            return at;
        }
    }
    const Last none = { 0, 0, 0 };
    g_ptr_array_add (mvt->keys, g_strdup (key));
    g_array_append_val (mvt->last, none);
    mvt->next_key = 0;
    return n;
}

static guint32
hash_bytes (const guint8 *data, gsize n)
{
    guint64 hash = n;
    for (; n >= 8; data += 8, n -= 8) {
        guint64 eight;
        memcpy (&eight, data, 8);
        hash = (hash ^ eight) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    for (; n > 0; data++, n--)
        hash = (hash ^ *data) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    return (guint32) (hash >> 32);
}

static void
double_slots (CgMvt *mvt)
{
    guint32 n = mvt->n_slots;
    Slot *old = mvt->slots;
    mvt->n_slots = 2 * n;
    mvt->slots = g_new0 (Slot, mvt->n_slots);
    for (guint32 i = 0; i < n; i++) {
        guint32 s = old[i].hash & (mvt->n_slots - 1);
        while (old[i].number != 0 && mvt->slots[s].number != 0)
            s = (s + 1) & (mvt->n_slots - 1);
        if (old[i].number != 0)
            mvt->slots[s] = old[i];
    }
    g_free (old);
}

/* The value of n bytes that was written at `from`; a known one is taken back. (A field says its length
 * first, so none is the beginning of another.) */
static Last
find_value (CgMvt *mvt, gsize from, gsize n)
{
    const guint8 *data = mvt->values.data;
    guint32 hash = hash_bytes (data + from, n), s = hash & (mvt->n_slots - 1);
    for (; mvt->slots[s].number != 0; s = (s + 1) & (mvt->n_slots - 1))
        if (mvt->slots[s].hash == hash && memcmp (data + mvt->slots[s].at, data + from, n) == 0) {
            mvt->values.n = from;
            return (Last){ mvt->slots[s].at, n, mvt->slots[s].number - 1 };
        }
    mvt->slots[s] = (Slot){ from, hash, ++mvt->n_values };
    if (mvt->n_values > mvt->n_slots / 2)
        double_slots (mvt);
    return (Last){ from, n, mvt->n_values - 1 };
}

/* Begins a value of so many bytes; returns where. */
static gsize
begin_value (CgMvt *mvt, gsize size)
{
    gsize from = mvt->values.n;
    need_bytes (&mvt->values, size + 2 * LONGEST);
    write_varint (&mvt->values, 4 << 3 | 2);
    write_varint (&mvt->values, size);
    return from;
}

static void
put_tag (CgMvt *mvt, const char *key, gsize value_from)
{
    guint32 number = key_number (mvt, key);
    Last *last = &g_array_index (mvt->last, Last, number);
    const guint8 *data = mvt->values.data;
    gsize n = mvt->values.n - value_from;
    if (last->n == n && memcmp (data + last->at, data + value_from, n) == 0)
        mvt->values.n = value_from;
    else
        *last = find_value (mvt, value_from, n);
    put_varint (&mvt->tags, number);
    put_varint (&mvt->tags, last->number);
}

void
cg_mvt_tag_text (CgMvt *mvt, const char *key, const char *text)
{
    gsize length = strlen (text), from = begin_value (mvt, bytes_size (length));
    put_bytes (&mvt->values, 1, text, length);
    put_tag (mvt, key, from);
}

void
cg_mvt_tag_whole (CgMvt *mvt, const char *key, gint64 whole)
{
    gsize from = begin_value (mvt, 1 + varint_size ((guint64) whole));
    put_number (&mvt->values, 4, (guint64) whole);
    put_tag (mvt, key, from);
}

void
cg_mvt_tag_real (CgMvt *mvt, const char *key, double real)
{
    gsize from = begin_value (mvt, 9);
    guint64 bits;
    memcpy (&bits, &real, sizeof bits);
    bits = GUINT64_TO_LE (bits);
    put_varint (&mvt->values, 3 << 3 | 1);
    need_bytes (&mvt->values, sizeof bits);
    memcpy (mvt->values.data + mvt->values.n, &bits, sizeof bits);
    mvt->values.n += sizeof bits;
    put_tag (mvt, key, from);
}

void
cg_mvt_tag_flag (CgMvt *mvt, const char *key, gboolean flag)
{
    gsize from = begin_value (mvt, 2);
    put_number (&mvt->values, 7, flag ? 1 : 0);
    put_tag (mvt, key, from);
}

/* ---- geometry: commands ---------------------------------------------------------------------- */

static void
begin (CgMvt *mvt, guint type)
{
    mvt->geometry.n = mvt->tags.n = 0;
    mvt->type = type;
    mvt->pen_x = mvt->pen_y = 0;
}

static inline void
put_command (CgMvt *mvt, guint32 command, guint32 count)
{
    put_varint (&mvt->geometry, command | count << 3);
}

static inline guint32
zigzag (gint32 step)
{
    return ((guint32) step << 1) ^ (step < 0 ? G_MAXUINT32 : 0);
}

/* There is room for it. */
static inline void
write_step (CgMvt *mvt, Unit to)
{
    write_varint (&mvt->geometry, zigzag (to.x - mvt->pen_x));
    write_varint (&mvt->geometry, zigzag (to.y - mvt->pen_y));
    mvt->pen_x = to.x;
    mvt->pen_y = to.y;
}

static inline Place
place_of (const CgMvt *mvt, double u, double v)
{
    return (Place){ (u - mvt->u) * mvt->scale, (v - mvt->v) * mvt->scale };
}

/* floor (value + 0.5), which is a call where processors of any age are asked for. */
static inline gint32
nearest (double value)
{
    double raised = value + 0.5;
    gint32 whole = (gint32) raised;
    return whole - (raised < whole);
}

/* The places as units, without those that fall on the one before. */
static void
round_places (CgMvt *mvt, const Places *places)
{
    gsize n = 0;
    if (mvt->units_room < places->n)
        mvt->units = grow (mvt->units, 0, places->n, sizeof (Unit), &mvt->units_room);
    for (gsize i = 0; i < places->n; i++) {
        Unit unit = { nearest (places->at[i].x), nearest (places->at[i].y) };
        mvt->units[n] = unit;
        n += n == 0 || mvt->units[n - 1].x != unit.x || mvt->units[n - 1].y != unit.y;
    }
    mvt->n_units = n;
}

static void
put_path (CgMvt *mvt, gboolean backwards)
{
    gsize n = mvt->n_units;
    need_bytes (&mvt->geometry, (n + 2) * LONGEST);
    for (gsize i = 0; i < n; i++) {
        if (i == 0)
            put_command (mvt, MOVE_TO, 1);
        else if (i == 1)
            put_command (mvt, LINE_TO, (guint32) n - 1);
        write_step (mvt, mvt->units[backwards ? n - 1 - i : i]);
    }
}

/* ---- geometry: areas ------------------------------------------------------------------------- */

/* How far a place lies inside one of the four sides. */
static inline double
depth (const Place *place, guint side)
{
    double value = side < 2 ? place->x : place->y;
    return side % 2 == 0 ? value - LOW : HIGH - value;
}

static void
cut_side (const Places *from, Places *to, guint side)
{
    to->n = 0;
    for (gsize i = 0; i < from->n; i++) {
        const Place *a = &from->at[i], *b = &from->at[i + 1 < from->n ? i + 1 : 0];
        double da = depth (a, side), db = depth (b, side);
        if (da >= 0)
            push_place (to, *a);
        if ((da >= 0) == (db >= 0))
            continue;
        double t = da / (da - db);
        Place on = { a->x + t * (b->x - a->x), a->y + t * (b->y - a->y) };
        *(side < 2 ? &on.x : &on.y) = side % 2 == 0 ? LOW : HIGH;
        push_place (to, on);
    }
}

/* Cuts the ring at those sides that it crosses. */
static void
cut_ring (CgMvt *mvt, const CgBox *box)
{
    const double least[4] = { box->x_min - LOW, HIGH - box->x_max, box->y_min - LOW,
                              HIGH - box->y_max };
    for (guint side = 0; side < 4; side++) {
        if (least[side] >= 0)
            continue;
        cut_side (&mvt->ring, &mvt->cut, side);
        Places swap = mvt->ring;
        mvt->ring = mvt->cut;
        mvt->cut = swap;
    }
}

static gint64
twice_area (const Unit *units, gsize n)
{
    gint64 sum = 0;
    for (gsize i = 0; i < n; i++) {
        const Unit *a = &units[i], *b = &units[i + 1 < n ? i + 1 : 0];
        sum += (gint64) a->x * b->y - (gint64) b->x * a->y;
    }
    return sum;
}

/* FALSE: nothing is left of it. */
static gboolean
put_ring (CgMvt *mvt, const CgShapes *world, guint32 ring, gboolean outer)
{
    CgBox box = CG_BOX_EMPTY;
    mvt->ring.n = 0;
    for (guint32 v = world->ring_vertex[ring]; v + 1 < world->ring_vertex[ring + 1]; v++) {
        Place place = place_of (mvt, world->x[v], world->y[v]);
        box = (CgBox){ MIN (box.x_min, place.x), MIN (box.y_min, place.y), MAX (box.x_max, place.x),
                       MAX (box.y_max, place.y) };
        push_place (&mvt->ring, place);
    }
    cut_ring (mvt, &box);
    round_places (mvt, &mvt->ring);
    const Unit *units = mvt->units;
    while (mvt->n_units > 1 && units[0].x == units[mvt->n_units - 1].x &&
           units[0].y == units[mvt->n_units - 1].y)
        mvt->n_units--;
    gint64 area = mvt->n_units > 2 ? twice_area (units, mvt->n_units) : 0;
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
    round_places (mvt, &mvt->ring);
    if (mvt->n_units > 1)
        put_path (mvt, FALSE);
    mvt->ring.n = 0;
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
    if (t0 > 0 || mvt->ring.n == 0) {
        end_path (mvt);
        push_place (&mvt->ring, from);
    }
    push_place (&mvt->ring, to);
    if (t1 < 1)
        end_path (mvt);
}

static void
put_line (CgMvt *mvt, const CgShapes *world, guint32 ring)
{
    mvt->ring.n = 0;
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
    return mvt->geometry.n > 0;
}

gboolean
cg_mvt_add_point (CgMvt *mvt, double u, double v)
{
    Place place = place_of (mvt, u, v);
    if (!(place.x >= LOW && place.x <= HIGH && place.y >= LOW && place.y <= HIGH))
        return FALSE;
    begin (mvt, MVT_POINT);
    need_bytes (&mvt->geometry, 3 * LONGEST);
    put_command (mvt, MOVE_TO, 1);
    write_step (mvt, (Unit){ nearest (place.x), nearest (place.y) });
    return TRUE;
}

void
cg_mvt_add_box (CgMvt *mvt, const CgBox *world)
{
    Place low = place_of (mvt, world->x_min, world->y_min),
          high = place_of (mvt, world->x_max, world->y_max);
    const Unit a = { nearest (low.x), nearest (low.y) }, c = { nearest (high.x), nearest (high.y) };
    begin (mvt, MVT_AREA);
    need_bytes (&mvt->geometry, 12 * LONGEST);
    put_command (mvt, MOVE_TO, 1);
    write_step (mvt, a);
    put_command (mvt, LINE_TO, 3);
    write_step (mvt, (Unit){ c.x, a.y });
    write_step (mvt, c);
    write_step (mvt, (Unit){ a.x, c.y });
    put_command (mvt, CLOSE_PATH, 1);
}

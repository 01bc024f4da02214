#include "cover.h"

#include <math.h>
#include <string.h>

static guint
segment_hash (gconstpointer key)
{
    guint64 bits[4], mixed = 0;
    memcpy (bits, key, sizeof bits);
    for (guint i = 0; i < 4; i++)
        mixed = (mixed ^ bits[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    return (guint) (mixed >> 32);
}

static gboolean
segment_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, 4 * sizeof (double)) == 0;
}

static void
add_segment (Cover *cover, double ax, double ay, double bx, double by, guint32 unit)
{
    gboolean turned = bx < ax || (bx == ax && by < ay);
    CoverSegment key = turned ? (CoverSegment){ bx, by, ax, ay, CG_NONE, CG_NONE }
                              : (CoverSegment){ ax, ay, bx, by, CG_NONE, CG_NONE };
    CoverSegment *segment = g_hash_table_lookup (cover->lookup, &key);
    if (segment == NULL) {
        segment = g_memdup2 (&key, sizeof key);
        g_hash_table_add (cover->lookup, segment);
        g_array_append_val (cover->segments, segment);
    }
    guint32 *side = turned ? &segment->right : &segment->left;
    cover->doubled += *side != CG_NONE;
    *side = unit;
}

Cover *
cover_new (const CgShapes *shapes)
{
    Cover *cover = g_new0 (Cover, 1);
    cover->lookup = g_hash_table_new_full (segment_hash, segment_equal, NULL, g_free);
    cover->segments = g_array_new (FALSE, FALSE, sizeof (CoverSegment *));
    for (guint32 i = 0; i < shapes->n_shapes; i++)
        for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
            for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
                for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++)
                    add_segment (cover, shapes->x[v], shapes->y[v], shapes->x[v + 1],
                                 shapes->y[v + 1], i);
    return cover;
}

void
cover_free (Cover *cover)
{
    g_hash_table_unref (cover->lookup);
    g_array_unref (cover->segments);
    g_free (cover);
}

/* ---- crossings ------------------------------------------------------------------------------- */

static double
side_of (const CoverSegment *s, double x, double y)
{
    return (s->bx - s->ax) * (y - s->ay) - (s->by - s->ay) * (x - s->ax);
}

static gboolean
crosses (const CoverSegment *s, const CoverSegment *t)
{
    double a = side_of (s, t->ax, t->ay), b = side_of (s, t->bx, t->by);
    double c = side_of (t, s->ax, s->ay), d = side_of (t, s->bx, s->by);
    return ((a > 0 && b < 0) || (a < 0 && b > 0)) && ((c > 0 && d < 0) || (c < 0 && d > 0));
}

#define BUCKET_M 60.0

static gpointer
bucket_key (gint64 column, gint64 row)
{
    return GSIZE_TO_POINTER ((gsize) ((column & 0xffffff) << 24 | (row & 0xffffff)) + 1);
}

guint32
cover_crossings (const Cover *cover)
{
    g_autoptr (GHashTable) buckets =
        g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
    guint32 count = 0;
    for (guint i = 0; i < cover->segments->len; i++) {
        CoverSegment *s = g_array_index (cover->segments, CoverSegment *, i);
        gint64 x0 = (gint64) floor (s->ax / BUCKET_M), x1 = (gint64) floor (s->bx / BUCKET_M);
        gint64 y0 = (gint64) floor (MIN (s->ay, s->by) / BUCKET_M);
        gint64 y1 = (gint64) floor (MAX (s->ay, s->by) / BUCKET_M);
        for (gint64 x = x0; x <= x1; x++)
            for (gint64 y = y0; y <= y1; y++) {
                GPtrArray *bucket = g_hash_table_lookup (buckets, bucket_key (x, y));
                if (bucket == NULL) {
                    bucket = g_ptr_array_new ();
                    g_hash_table_insert (buckets, bucket_key (x, y), bucket);
                }
                for (guint k = 0; k < bucket->len; k++)
                    count += crosses (s, bucket->pdata[k]);
                g_ptr_array_add (bucket, s);
            }
    }
    return count;
}

/* ---- connection ------------------------------------------------------------------------------ */

static guint32
root_of (guint32 *parent, guint32 i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

guint32
cover_torn (const Cover *cover, const guint32 *label, guint32 n, guint32 n_labels)
{
    g_autofree guint32 *parent = g_new (guint32, n), *root = g_new (guint32, n_labels);
    g_autofree guint8 *torn = g_new0 (guint8, n_labels);
    for (guint32 i = 0; i < n; i++)
        parent[i] = i;
    for (guint i = 0; i < cover->segments->len; i++) {
        const CoverSegment *s = g_array_index (cover->segments, CoverSegment *, i);
        if (s->left != CG_NONE && s->right != CG_NONE && label[s->left] == label[s->right])
            parent[root_of (parent, s->left)] = root_of (parent, s->right);
    }
    for (guint32 k = 0; k < n_labels; k++)
        root[k] = CG_NONE;
    for (guint32 i = 0; i < n; i++) {
        if (label[i] == CG_NONE)
            continue;
        torn[label[i]] |= root[label[i]] != CG_NONE && root[label[i]] != root_of (parent, i);
        root[label[i]] = root_of (parent, i);
    }
    guint32 count = 0;
    for (guint32 k = 0; k < n_labels; k++)
        count += torn[k];
    return count;
}

gboolean
cover_inside (const CgShapes *shapes, guint32 shape, double x, double y)
{
    gboolean inside = FALSE;
    CgBox box = cg_shapes_box (shapes, shape);
    if (x < box.x_min || x > box.x_max || y < box.y_min || y > box.y_max)
        return FALSE;
    for (guint32 p = shapes->shape_part[shape]; p < shapes->shape_part[shape + 1]; p++)
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
            for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
                double ay = shapes->y[v], by = shapes->y[v + 1], ax = shapes->x[v],
                       bx = shapes->x[v + 1];
                if ((ay > y) != (by > y) && x < ax + (y - ay) * (bx - ax) / (by - ay))
                    inside = !inside;
            }
    return inside;
}

/* ---- digest ---------------------------------------------------------------------------------- */

static void
eat (GChecksum *sum, gconstpointer data, gsize size)
{
    if (data != NULL && size > 0)
        g_checksum_update (sum, data, (gssize) size);
}

static void
eat_text (GChecksum *sum, char *const *text, guint32 n)
{
    for (guint32 i = 0; text != NULL && i < n; i++) {
        const char *one = text[i] != NULL ? text[i] : "\1";
        eat (sum, one, strlen (one) + 1);
    }
}

static void
eat_names (GChecksum *sum, const CgNames *names)
{
    for (guint32 i = 0; i < cg_names_count (names); i++) {
        const char *name = cg_names_get (names, i);
        eat (sum, name, strlen (name) + 1);
    }
}

static void
eat_shapes (GChecksum *sum, const CgShapes *shapes)
{
    eat (sum, shapes->shape_part, (shapes->n_shapes + 1) * sizeof (guint32));
    eat (sum, shapes->part_ring, (shapes->n_parts + 1) * sizeof (guint32));
    eat (sum, shapes->ring_vertex, (shapes->n_rings + 1) * sizeof (guint32));
    eat (sum, shapes->x, shapes->n_vertices * sizeof (double));
    eat (sum, shapes->y, shapes->n_vertices * sizeof (double));
}

static void
eat_places (GChecksum *sum, const CgPlaces *places)
{
    guint32 n = places->n;
    eat_text (sum, places->id, n);
    eat_text (sum, places->name, n);
    eat (sum, places->x, n * sizeof (double));
    eat (sum, places->y, n * sizeof (double));
    eat (sum, places->type, n * sizeof (guint32));
    eat (sum, places->time_s, n * sizeof (gint64));
    eat (sum, places->reported_s, n * sizeof (gint64));
    eat (sum, places->source, n * sizeof (guint32));
    eat (sum, places->state, n * sizeof (guint32));
    eat (sum, places->bearing_deg, n * sizeof (double));
    eat (sum, places->range_m, n * sizeof (double));
    eat_names (sum, places->types);
    eat_names (sum, places->sources);
    eat_names (sum, places->states);
}

char *
cover_digest (const CgSample *sample)
{
    GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
    const CgUnits *units = sample->units;
    eat_text (sum, sample->regions->code, sample->regions->n);
    eat_text (sum, sample->regions->name, sample->regions->n);
    eat_shapes (sum, sample->regions->shapes);
    eat_text (sum, sample->compounds->code, sample->compounds->n);
    eat_text (sum, sample->compounds->name, sample->compounds->n);
    eat_shapes (sum, sample->compounds->shapes);
    eat_text (sum, units->id, units->n);
    eat (sum, units->households, units->n * sizeof (guint32));
    eat (sum, units->population, units->n * sizeof (guint32));
    eat (sum, units->region, units->n * sizeof (guint32));
    eat (sum, units->compound, units->n * sizeof (guint32));
    eat (sum, units->group, units->n * sizeof (guint32));
    eat (sum, units->kind, units->n);
    eat_names (sum, units->groups);
    eat_names (sum, units->compounds);
    eat_shapes (sum, units->shapes);
    eat_text (sum, sample->barriers->name, sample->barriers->n);
    eat (sum, sample->barriers->class, sample->barriers->n);
    eat_shapes (sum, sample->barriers->lines);
    eat_shapes (sum, sample->barriers->areas);
    eat_text (sum, sample->buildings->id, sample->buildings->n);
    eat (sum, sample->buildings->households, sample->buildings->n * sizeof (double));
    eat (sum, sample->buildings->population, sample->buildings->n * sizeof (double));
    eat_shapes (sum, sample->buildings->outlines);
    eat_shapes (sum, sample->buildings->points);
    eat_places (sum, sample->incidents);
    eat_places (sum, sample->cameras);
    eat_places (sum, sample->services);
    char *text = g_strdup (g_checksum_get_string (sum));
    g_checksum_free (sum);
    return text;
}

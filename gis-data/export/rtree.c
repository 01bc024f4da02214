#include "export/rtree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL_BYTES 24u /* row or node, then least and greatest x, least and greatest y */
#define HEAD_BYTES 4u  /* depth of the tree (in the root only), cells in use           */
#define TEXT_BYTES (1u << 16)

typedef struct {
    gint64 id; /* row of the layer, or node */
    float x_min, x_max, y_min, y_max;
} Box;

/* What statements call by a word after a dollar, since names are no parameters of SQL. Text stands
 * between single quotes, tables and triggers between double ones. */
enum { LAYER, COLUMN, CALLED, TRIGGER, NODE, ROWID, PARENT, N_NAMES };

static const struct {
    const char *word, *suffix; /* suffix of a name of the index; NULL: none */
    char mark;
} names[N_NAMES] = {
    [LAYER] = { "layer", NULL, '\'' },       [COLUMN] = { "column", NULL, '\'' },
    [CALLED] = { "called", "insert", '\'' }, [TRIGGER] = { "trigger", "insert", '"' },
    [NODE] = { "node", "node", '"' },        [ROWID] = { "rowid", "rowid", '"' },
    [PARENT] = { "parent", "parent", '"' },
};

struct CgRtree {
    GDALDatasetH dataset;
    OGRLayerH layer;
    char *name[N_NAMES]; /* between quotes                                      */
    char *trigger;       /* statement that makes the trigger for new rows again */
    GArray *boxes;       /* of Box                                              */
};

/* ---- statements -------------------------------------------------------------------------- */

/* The name between quotes, those in it doubled. (transfer full) */
static char *
quote (const char *name, char mark)
{
    GString *out = g_string_new (NULL);
    g_string_append_c (out, mark);
    for (; *name != '\0'; name++) {
        if (*name == mark)
            g_string_append_c (out, mark);
        g_string_append_c (out, *name);
    }
    g_string_append_c (out, mark);
    return g_string_free (out, FALSE);
}

static void
name_all (CgRtree *tree, const char *layer, const char *column)
{
    for (guint k = 0; k < N_NAMES; k++) {
        g_autofree char *name =
            names[k].suffix != NULL
                ? g_strconcat ("rtree_", layer, "_", column, "_", names[k].suffix, NULL)
                : g_strdup (k == LAYER ? layer : column);
        tree->name[k] = quote (name, names[k].mark);
    }
}

/* Appends the statement with its names. */
static void
append_statement (GString *text, const CgRtree *tree, const char *sql)
{
    for (guint k = 0; *sql != '\0'; k = 0) {
        if (*sql != '$') {
            g_string_append_c (text, *sql++);
            continue;
        }
        while (!g_str_has_prefix (sql + 1, names[k].word))
            k++;
        g_string_append (text, tree->name[k]);
        sql += 1 + strlen (names[k].word);
    }
}

/* First field of the first row of the answer, or NULL. (transfer full) */
static char *
ask (const CgRtree *tree, const char *sql)
{
    char *answer = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    append_statement (text, tree, sql);
    OGRLayerH rows = GDALDatasetExecuteSQL (tree->dataset, text->str, NULL, NULL);
    OGRFeatureH row = rows != NULL ? OGR_L_GetNextFeature (rows) : NULL;
    if (row != NULL) {
        answer = g_strdup (OGR_F_GetFieldAsString (row, 0));
        OGR_F_Destroy (row);
    }
    if (rows != NULL)
        GDALDatasetReleaseResultSet (tree->dataset, rows);
    return answer;
}

/* What the library has against it, it tells the handler. */
static gboolean
tell (const CgRtree *tree, const char *text)
{
    CPLErrorReset ();
    OGRLayerH rows = GDALDatasetExecuteSQL (tree->dataset, text, NULL, NULL);
    if (rows != NULL)
        GDALDatasetReleaseResultSet (tree->dataset, rows);
    return CPLGetLastErrorType () < CE_Failure;
}

static gboolean
tell_statement (const CgRtree *tree, const char *sql)
{
    g_autoptr (GString) text = g_string_new (NULL);
    append_statement (text, tree, sql);
    return tell (tree, text->str);
}

/* ---- an empty index ---------------------------------------------------------------------- */

CgRtree *
cg_rtree_new (GDALDatasetH dataset, OGRLayerH layer)
{
    g_autoptr (CgRtree) tree = g_new0 (CgRtree, 1);
    tree->dataset = dataset;
    tree->layer = layer;
    tree->boxes = g_array_new (FALSE, FALSE, sizeof (Box));
    name_all (tree, OGR_L_GetName (layer), OGR_L_GetGeometryColumn (layer));
    g_autofree char *made = ask (tree, "SELECT CreateSpatialIndex ($layer, $column)");
    if (g_strcmp0 (made, "1") != 0)
        return NULL;
    tree->trigger =
        ask (tree, "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = $called");
    if (tree->trigger == NULL || !tell_statement (tree, "DROP TRIGGER $trigger"))
        return NULL;
    return g_steal_pointer (&tree);
}

void
cg_rtree_free (CgRtree *tree)
{
    if (tree == NULL)
        return;
    for (guint k = 0; k < N_NAMES; k++)
        g_free (tree->name[k]);
    g_free (tree->trigger);
    g_array_unref (tree->boxes);
    g_free (tree);
}

gboolean
cg_rtree_is_of (const CgRtree *tree, OGRLayerH layer)
{
    return tree->layer == layer;
}

/* The index holds single numbers: its boxes are rounded outwards. */
static float
round_down (double value)
{
    float f = (float) value;
    return (double) f > value ? nextafterf (f, -INFINITY) : f;
}

static float
round_up (double value)
{
    float f = (float) value;
    return (double) f < value ? nextafterf (f, INFINITY) : f;
}

void
cg_rtree_add (CgRtree *tree, OGRFeatureH feature)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
    if (geometry == NULL || OGR_G_IsEmpty (geometry))
        return;
    OGREnvelope e;
    OGR_G_GetEnvelope (geometry, &e);
    Box box = { OGR_F_GetFID (feature), round_down (e.MinX), round_up (e.MaxX), round_down (e.MinY),
                round_up (e.MaxY) };
    g_array_append_val (tree->boxes, box);
}

/* ---- packing ----------------------------------------------------------------------------- */

static int
compare (double a, double b, gint64 id_a, gint64 id_b)
{
    if (a != b)
        return a < b ? -1 : 1;
    return (id_a > id_b) - (id_a < id_b);
}

static int
compare_x (gconstpointer p, gconstpointer q)
{
    const Box *a = p, *b = q;
    return compare ((double) a->x_min + a->x_max, (double) b->x_min + b->x_max, a->id, b->id);
}

static int
compare_y (gconstpointer p, gconstpointer q)
{
    const Box *a = p, *b = q;
    return compare ((double) a->y_min + a->y_max, (double) b->y_min + b->y_max, a->id, b->id);
}

/* Strips from west to east, in each from south to north: runs of `room` boxes lie close together. */
static void
tile (Box *boxes, gsize n, gsize room)
{
    gsize nodes = (n + room - 1) / room;
    gsize strip = (gsize) ceil (sqrt ((double) nodes)) * room;
    qsort (boxes, n, sizeof (Box), compare_x);
    for (gsize from = 0; from < n; from += strip)
        qsort (boxes + from, MIN (strip, n - from), sizeof (Box), compare_y);
}

static Box
box_around (const Box *boxes, gsize n, gint64 node)
{
    Box all = boxes[0];
    all.id = node;
    for (gsize k = 1; k < n; k++) {
        all.x_min = MIN (all.x_min, boxes[k].x_min);
        all.x_max = MAX (all.x_max, boxes[k].x_max);
        all.y_min = MIN (all.y_min, boxes[k].y_min);
        all.y_max = MAX (all.y_max, boxes[k].y_max);
    }
    return all;
}

/* ---- into the file ----------------------------------------------------------------------- */

/* The tree as it grows from its leaves. */
typedef struct {
    const CgRtree *tree;
    gsize bytes, room; /* of a node: its size and how many boxes it holds                  */
    GString *text;     /* statement that adds nodes; empty: none                           */
    GArray *leaf_of;   /* of guint32: node that holds row k + 1; 0: none does              */
    GArray *parent_of; /* of guint32: the same of node k + 1                               */
    guint32 n_nodes;   /* node 1 is the root                                               */
} Packing;

static void
packing_done (Packing *p)
{
    g_string_free (p->text, TRUE);
    g_array_unref (p->leaf_of);
    g_array_unref (p->parent_of);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Packing, packing_done)

static gboolean
flush (Packing *p)
{
    gboolean told = p->text->len == 0 || tell (p->tree, p->text->str);
    g_string_truncate (p->text, 0);
    return told;
}

static void
append_hex (GString *text, guint64 value, guint bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (guint k = 2 * bytes; k-- > 0;)
        g_string_append_c (text, digits[value >> (4 * k) & 15]);
}

static void
append_float (GString *text, float value)
{
    guint32 bits;
    memcpy (&bits, &value, sizeof bits);
    append_hex (text, bits, sizeof bits);
}

static gboolean
write_node (Packing *p, guint32 node, guint depth, const Box *boxes, gsize n)
{
    if (p->text->len > TEXT_BYTES && !flush (p))
        return FALSE;
    gboolean first = p->text->len == 0;
    if (first)
        append_statement (p->text, p->tree, "INSERT INTO $node VALUES ");
    g_string_append_printf (p->text, "%s(%u,X'", first ? "" : ",", node);
    append_hex (p->text, depth, 2);
    append_hex (p->text, n, 2);
    for (gsize k = 0; k < n; k++) {
        append_hex (p->text, (guint64) boxes[k].id, 8);
        append_float (p->text, boxes[k].x_min);
        append_float (p->text, boxes[k].x_max);
        append_float (p->text, boxes[k].y_min);
        append_float (p->text, boxes[k].y_max);
    }
    for (gsize k = HEAD_BYTES + n * CELL_BYTES; k < p->bytes; k++)
        append_hex (p->text, 0, 1);
    g_string_append (p->text, "')");
    return TRUE;
}

/* node_of[k] holds row or node k + 1. SQLite reads an array faster than a list of rows. */
static gboolean
write_places (Packing *p, const char *insert, const GArray *node_of)
{
    for (guint from = 0, k = 0; from < node_of->len; from = k) {
        append_statement (p->text, p->tree, insert);
        g_string_append_printf (p->text, " SELECT key + %u, value FROM json_each ('[", from + 1);
        for (; k < node_of->len && p->text->len < TEXT_BYTES; k++)
            g_string_append_printf (p->text, "%s%u", k > from ? "," : "",
                                    g_array_index (node_of, guint32, k));
        g_string_append (p->text, "]') WHERE value > 0");
        if (!flush (p))
            return FALSE;
    }
    return TRUE;
}

static void
put (GArray *node_of, gint64 id, guint32 node)
{
    if (node_of->len < (guint64) id)
        g_array_set_size (node_of, (guint) id);
    g_array_index (node_of, guint32, id - 1) = node;
}

/* Writes nodes around the boxes and leaves the boxes of these nodes in their place. */
static gboolean
write_level (Packing *p, GArray *boxes, guint depth)
{
    gsize n = boxes->len, kept = 0;
    Box *box = (Box *) (gpointer) boxes->data;
    tile (box, n, p->room);
    for (gsize from = 0; from < n; from += p->room) {
        gsize run = MIN (p->room, n - from);
        guint32 node = n <= p->room ? 1 : ++p->n_nodes;
        if (!write_node (p, node, n <= p->room ? depth : 0, box + from, run))
            return FALSE;
        for (gsize k = from; k < from + run; k++)
            put (depth == 0 ? p->leaf_of : p->parent_of, box[k].id, node);
        box[kept++] = box_around (box + from, run, node);
    }
    g_array_set_size (boxes, (guint) kept);
    return TRUE;
}

gboolean
cg_rtree_write (CgRtree *tree)
{
    /* Nodes are as large as the first, which the library has made. */
    g_autofree char *bytes = ask (tree, "SELECT length (data) FROM $node WHERE nodeno = 1");
    g_auto (Packing) p = { .tree = tree,
                           .bytes = bytes != NULL ? strtoul (bytes, NULL, 10) : 0,
                           .text = g_string_new (NULL),
                           .leaf_of = g_array_new (FALSE, TRUE, sizeof (guint32)),
                           .parent_of = g_array_new (FALSE, TRUE, sizeof (guint32)),
                           .n_nodes = 1 };
    if (tree->boxes->len == 0)
        return tell (tree, tree->trigger);
    if (p.bytes < HEAD_BYTES + 2 * CELL_BYTES || !tell_statement (tree, "DELETE FROM $node"))
        return FALSE;
    p.room = (p.bytes - HEAD_BYTES) / CELL_BYTES;
    for (guint depth = 0; depth == 0 || tree->boxes->len > 1; depth++)
        if (!write_level (&p, tree->boxes, depth))
            return FALSE;
    return flush (&p) && write_places (&p, "INSERT INTO $rowid", p.leaf_of) &&
           write_places (&p, "INSERT INTO $parent", p.parent_of) && tell (tree, tree->trigger);
}

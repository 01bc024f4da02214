#include "sample_internal.h"

typedef struct {
    GPtrArray *names;
    GArray *classes, *passable;
    CgShapes *lines, *areas;
} Table;

static void
add_row (Table *table, guint8 class, const char *name, gboolean passable)
{
    guint8 yes = passable;
    g_ptr_array_add (table->names, g_strdup (name));
    g_array_append_val (table->classes, class);
    g_array_append_val (table->passable, yes);
}

static void
add_lines (Table *table, const GPtrArray *ways)
{
    for (guint i = 0; i < ways->len; i++) {
        const CgWay *way = ways->pdata[i];
        if (way->line->len < 2)
            continue;
        for (guint k = 0; k < way->line->len; k++) {
            const CgSpot *at = &g_array_index (way->line, CgSpot, k);
            cg_shapes_add_vertex (table->lines, at->x, at->y);
        }
        cg_shapes_end_ring (table->lines);
        cg_shapes_end_part (table->lines);
        cg_shapes_end_shape (table->lines);
        cg_shapes_end_shape (table->areas);
        add_row (table, way->class, way->name, TRUE);
    }
}

static void
add_water (Table *table, const GPtrArray *rivers)
{
    for (guint i = 0; i < rivers->len; i++) {
        const CgWay *river = rivers->pdata[i];
        guint32 n;
        if (river->width_to_m < 12)
            continue;
        cg_river_areas (river, 12, table->areas, &n);
        for (guint32 k = 0; k < n; k++) {
            cg_shapes_end_shape (table->lines);
            add_row (table, CG_BARRIER_WATER, river->name, TRUE);
        }
    }
}

/* ---- streets: the edges of a cut, chained again ---------------------------------------------- */

typedef struct {
    guint32 street, edge;
} StreetEdge;

static int
by_street (gconstpointer a, gconstpointer b)
{
    const StreetEdge *p = a, *q = b;
    if (p->street != q->street)
        return p->street < q->street ? -1 : 1;
    return p->edge < q->edge ? -1 : p->edge > q->edge;
}

typedef struct {
    const CgMesh *mesh;
    const StreetEdge *edges;
    guint n;
    GHashTable *at; /* spot + 1 -> number of edges of this street there, then last unused edge */
    guint8 *used;
} Chain;

static guint32
end_of (const Chain *chain, guint i, guint which)
{
    return CG_HALF (chain->mesh, 2 * chain->edges[i].edge + which)->origin;
}

static guint
edges_at (const Chain *chain, guint32 spot)
{
    guint count = 0;
    const GArray *list = g_hash_table_lookup (chain->at, GUINT_TO_POINTER (spot + 1));
    for (guint k = 0; k < list->len; k++)
        count += !chain->used[g_array_index (list, guint, k)];
    return count;
}

static void
add_spot (Table *table, const Chain *chain, guint32 spot)
{
    const CgSpot *at = CG_SPOT (chain->mesh, spot);
    cg_shapes_add_vertex (table->lines, at->x, at->y);
}

static void
follow (Table *table, Chain *chain, guint32 spot)
{
    add_spot (table, chain, spot);
    for (;;) {
        const GArray *list = g_hash_table_lookup (chain->at, GUINT_TO_POINTER (spot + 1));
        guint next = G_MAXUINT;
        for (guint k = 0; k < list->len && next == G_MAXUINT; k++)
            if (!chain->used[g_array_index (list, guint, k)])
                next = g_array_index (list, guint, k);
        if (next == G_MAXUINT)
            break;
        chain->used[next] = TRUE;
        spot = end_of (chain, next, 0) == spot ? end_of (chain, next, 1) : end_of (chain, next, 0);
        add_spot (table, chain, spot);
    }
    cg_shapes_end_ring (table->lines);
    cg_shapes_end_part (table->lines);
}

static void
add_street (Table *table, Chain *chain)
{
    chain->at = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
    chain->used = g_new0 (guint8, chain->n);
    for (guint i = 0; i < chain->n; i++)
        for (guint which = 0; which < 2; which++) {
            gpointer key = GUINT_TO_POINTER (end_of (chain, i, which) + 1);
            GArray *list = g_hash_table_lookup (chain->at, key);
            if (list == NULL) {
                list = g_array_new (FALSE, FALSE, sizeof (guint));
                g_hash_table_insert (chain->at, key, list);
            }
            g_array_append_val (list, i);
        }
    /* From loose ends first, so that a street comes out in as few pieces as it has. */
    for (guint pass = 0; pass < 2; pass++)
        for (guint i = 0; i < chain->n; i++)
            for (guint which = 0; which < 2 && !chain->used[i]; which++)
                if (pass == 1 || edges_at (chain, end_of (chain, i, which)) == 1)
                    follow (table, chain, end_of (chain, i, which));
    cg_shapes_end_shape (table->lines);
    cg_shapes_end_shape (table->areas);
    g_hash_table_unref (chain->at);
    g_free (chain->used);
}

static void
add_streets (Table *table, const CgWorld *world)
{
    g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (StreetEdge));
    for (guint32 e = 0; e < world->mesh->edges->len; e++) {
        StreetEdge edge = { g_array_index (world->mesh->edges, CgEdge, e).street, e };
        if (edge.street != CG_NONE)
            g_array_append_val (edges, edge);
    }
    g_array_sort (edges, by_street);
    const StreetEdge *all = (const StreetEdge *) (void *) edges->data;
    for (guint i = 0; i < edges->len;) {
        guint end = i;
        while (end < edges->len && all[end].street == all[i].street)
            end++;
        const CgStreet *street = world->towns->streets->pdata[all[i].street];
        Chain chain = { world->mesh, all + i, end - i, NULL, NULL };
        add_street (table, &chain);
        add_row (table, street->class, street->name, TRUE);
        i = end;
    }
}

static void
add_buildings (Table *table, CgWorld *world)
{
    g_autoptr (CgShapes) buildings = cg_world_buildings (world);
    for (guint32 i = 0; i < buildings->n_shapes; i++) {
        cg_shapes_add_shape (table->areas, buildings, i);
        cg_shapes_end_shape (table->lines);
        add_row (table, CG_BARRIER_BUILDING, NULL, TRUE);
    }
}

void
cg_world_barriers (CgWorld *world)
{
    Table table = { g_ptr_array_new (), g_array_new (FALSE, FALSE, 1),
                    g_array_new (FALSE, FALSE, 1), cg_shapes_new (CG_SHAPES_LINE),
                    cg_shapes_new (CG_SHAPES_AREA) };
    add_lines (&table, world->rivers);
    add_water (&table, world->rivers);
    add_lines (&table, world->tracks);
    add_lines (&table, world->roads);
    add_streets (&table, world);
    add_buildings (&table, world);
    CgBarriers *barriers = world->sample->barriers = cg_barriers_new (table.names->len);
    for (guint32 i = 0; i < barriers->n; i++) {
        barriers->id[i] = g_strdup_printf ("%sB%06u", world->county->county_code, i + 1);
        barriers->name[i] = table.names->pdata[i];
        barriers->class[i] = g_array_index (table.classes, guint8, i);
        barriers->passable[i] = g_array_index (table.passable, guint8, i);
    }
    cg_shapes_free (barriers->lines);
    cg_shapes_free (barriers->areas);
    barriers->lines = table.lines;
    barriers->areas = table.areas;
    barriers->working_crs = g_strdup (world->county->working_crs);
    g_ptr_array_unref (table.names);
    g_array_unref (table.classes);
    g_array_unref (table.passable);
}

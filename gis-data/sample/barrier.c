#include <math.h>

#include "sample_internal.h"

#define END_M 1.0        /* alleys and walls end so far from a wide river          */
#define BRIDGE_M 12.0    /* a bridge begins so far from the water                  */
#define APART_M 450.0    /* of two bridges of arterials in a town, at least        */
#define FAR_M 1400.0     /* a street has a bridge where none is so near            */

typedef struct {
    const CgWater *wide;
    GPtrArray *names;
    GArray *classes, *rows;
    CgShapes *lines, *areas;
} Table;

static void
add_row (Table *table, guint8 class, const char *name, guint32 road)
{
    guint32 row = road > 0 ? road : table->names->len + 1;
    g_ptr_array_add (table->names, g_strdup (name));
    g_array_append_val (table->classes, class);
    g_array_append_val (table->rows, row);
}

static void
add_piece (Table *table, const GArray *line)
{
    for (guint k = 0; k < line->len; k++) {
        const CgSpot *at = &g_array_index (line, CgSpot, k);
        cg_shapes_add_vertex (table->lines, at->x, at->y);
    }
    cg_shapes_end_ring (table->lines);
    cg_shapes_end_part (table->lines);
}

static void
end_lines (Table *table, guint8 class, const char *name, guint32 road)
{
    cg_shapes_end_shape (table->lines);
    cg_shapes_end_shape (table->areas);
    add_row (table, class, name, road);
}

/* A road on a bridge: the road, and the bridge as a row of its own that belongs to it. */
static void
add_bridge (Table *table, const GArray *line, guint8 class, const char *name)
{
    guint32 road = table->names->len + 1;
    add_piece (table, line);
    end_lines (table, class, name, 0);
    add_piece (table, line);
    end_lines (table, CG_BARRIER_BRIDGE, name, road);
}

static GPtrArray *
new_lines (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
}

/* A road or railway of the country. A railway's bridge is no way for people on foot, field tracks have
 * none. */
static void
add_road (Table *table, const CgWay *way)
{
    gboolean track = way->class == CG_BARRIER_ALLEY;
    g_autoptr (GPtrArray) land = new_lines (), over = new_lines ();
    cg_line_divide (table->wide, way->line, track ? END_M : BRIDGE_M, land, over);
    for (guint k = 0; k < land->len; k++)
        add_piece (table, land->pdata[k]);
    if (land->len > 0)
        end_lines (table, way->class, way->name, 0);
    for (guint k = 0; k < over->len && !track; k++)
        add_bridge (table, over->pdata[k], way->class, way->name);
}

static void
add_roads (Table *table, const GPtrArray *ways)
{
    for (guint i = 0; i < ways->len; i++) {
        const CgWay *way = ways->pdata[i];
        if (way->line->len >= 2 && way->class == CG_BARRIER_RAILWAY) {
            add_piece (table, way->line);
            end_lines (table, way->class, way->name, 0);
        } else if (way->line->len >= 2) {
            add_road (table, way);
        }
    }
}

static void
add_rivers (Table *table, const GPtrArray *rivers)
{
    for (guint i = 0; i < rivers->len; i++) {
        const CgWay *river = rivers->pdata[i];
        add_piece (table, river->line);
        end_lines (table, river->class, river->name, 0);
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
            add_row (table, CG_BARRIER_WATER, river->name, 0);
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

static GArray *
follow (Chain *chain, guint32 spot)
{
    GArray *line = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    g_array_append_val (line, *CG_SPOT (chain->mesh, spot));
    for (;;) {
        const GArray *list = g_hash_table_lookup (chain->at, GUINT_TO_POINTER (spot + 1));
        guint next = G_MAXUINT;
        for (guint k = 0; k < list->len && next == G_MAXUINT; k++)
            if (!chain->used[g_array_index (list, guint, k)])
                next = g_array_index (list, guint, k);
        if (next == G_MAXUINT)
            return line;
        chain->used[next] = TRUE;
        spot = end_of (chain, next, 0) == spot ? end_of (chain, next, 1) : end_of (chain, next, 0);
        g_array_append_val (line, *CG_SPOT (chain->mesh, spot));
    }
}

/* The lines of one street. (transfer full) */
static GPtrArray *
trace_street (Chain *chain)
{
    GPtrArray *lines = new_lines ();
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
                    g_ptr_array_add (lines, follow (chain, end_of (chain, i, which)));
    g_hash_table_unref (chain->at);
    g_free (chain->used);
    return lines;
}

/* Streets in the order of their numbers. (transfer full: GPtrArray of GPtrArray of lines) */
static GPtrArray *
trace_streets (const CgWorld *world, GArray *out_street)
{
    GPtrArray *all_lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
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
        Chain chain = { world->mesh, all + i, end - i, NULL, NULL };
        g_ptr_array_add (all_lines, trace_street (&chain));
        g_array_append_val (out_street, all[i].street);
        i = end;
    }
    return all_lines;
}

static gboolean
is_apart (const GArray *bridges, CgSpot at, double least_m)
{
    for (guint k = 0; k < bridges->len; k++) {
        CgSpot other = g_array_index (bridges, CgSpot, k);
        if (hypot (at.x - other.x, at.y - other.y) < least_m)
            return FALSE;
    }
    return TRUE;
}

/* The middles of bridges that a town builds: first those of arterials, then of streets. */
static GArray *
plan_bridges (const CgWorld *world, const GPtrArray *lines, const GArray *street)
{
    static const struct {
        guint8 class;
        double apart_m;
    } turns[] = { { CG_BARRIER_ARTERIAL, APART_M }, { CG_BARRIER_STREET, FAR_M } };
    GArray *bridges = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    for (guint turn = 0; turn < G_N_ELEMENTS (turns); turn++)
        for (guint i = 0; i < lines->len; i++) {
            const CgStreet *one = world->towns->streets->pdata[g_array_index (street, guint32, i)];
            const GPtrArray *pieces = lines->pdata[i];
            g_autoptr (GPtrArray) land = new_lines (), over = new_lines ();
            for (guint k = 0; k < pieces->len && one->class == turns[turn].class; k++)
                cg_line_divide (world->wide, pieces->pdata[k], BRIDGE_M, land, over);
            for (guint k = 0; k < over->len; k++) {
                CgSpot at = cg_line_middle (over->pdata[k]);
                if (cg_line_is_bridge (world->wide, over->pdata[k]) &&
                    is_apart (bridges, at, turns[turn].apart_m))
                    g_array_append_val (bridges, at);
            }
        }
    return bridges;
}

static void
add_street (Table *table, const CgStreet *street, const GPtrArray *lines, const GArray *bridges)
{
    gboolean wide = street->class == CG_BARRIER_ARTERIAL || street->class == CG_BARRIER_STREET;
    g_autoptr (GPtrArray) land = new_lines (), over = new_lines ();
    for (guint k = 0; k < lines->len; k++)
        cg_line_divide (table->wide, lines->pdata[k], wide ? BRIDGE_M : END_M, land, over);
    for (guint k = 0; k < land->len; k++)
        add_piece (table, land->pdata[k]);
    if (land->len > 0)
        end_lines (table, street->class, street->name, 0);
    for (guint k = 0; k < over->len && wide; k++)
        if (!is_apart (bridges, cg_line_middle (over->pdata[k]), 1))
            add_bridge (table, over->pdata[k], street->class, street->name);
}

static void
add_streets (Table *table, const CgWorld *world)
{
    g_autoptr (GArray) street = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GPtrArray) lines = trace_streets (world, street);
    g_autoptr (GArray) bridges = plan_bridges (world, lines, street);
    for (guint i = 0; i < lines->len; i++)
        add_street (table, world->towns->streets->pdata[g_array_index (street, guint32, i)],
                    lines->pdata[i], bridges);
}

static void
add_buildings (Table *table, CgWorld *world)
{
    g_autoptr (CgShapes) buildings = cg_world_buildings (world);
    for (guint32 i = 0; i < buildings->n_shapes; i++) {
        cg_shapes_add_shape (table->areas, buildings, i);
        cg_shapes_end_shape (table->lines);
        add_row (table, CG_BARRIER_BUILDING, NULL, 0);
    }
}

void
cg_world_barriers (CgWorld *world)
{
    Table table = { world->wide, g_ptr_array_new (), g_array_new (FALSE, FALSE, 1),
                    g_array_new (FALSE, FALSE, sizeof (guint32)),
                    cg_shapes_new (CG_SHAPES_LINE), cg_shapes_new (CG_SHAPES_AREA) };
    add_rivers (&table, world->rivers);
    add_water (&table, world->rivers);
    add_roads (&table, world->tracks);
    add_roads (&table, world->roads);
    add_streets (&table, world);
    add_buildings (&table, world);
    CgBarriers *barriers = world->sample->barriers = cg_barriers_new (table.names->len);
    for (guint32 i = 0; i < barriers->n; i++) {
        barriers->id[i] = g_strdup_printf ("%sB%06u", world->county->county_code, i + 1);
        barriers->name[i] = table.names->pdata[i];
        barriers->class[i] = g_array_index (table.classes, guint8, i);
        barriers->passable[i] = TRUE;
        barriers->row[i] = g_array_index (table.rows, guint32, i);
    }
    cg_shapes_free (barriers->lines);
    cg_shapes_free (barriers->areas);
    barriers->lines = table.lines;
    barriers->areas = table.areas;
    barriers->working_crs = g_strdup (world->county->working_crs);
    g_ptr_array_unref (table.names);
    g_array_unref (table.classes);
    g_array_unref (table.rows);
}

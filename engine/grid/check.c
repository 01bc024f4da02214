#include "grid.h"

#include "graph/topology.h"

#include <math.h>

/* Room for rounding: areas are sums of products of coordinates. */
#define AREA_SLACK 1e-6
#define AREA_SLACK_M2 0.01

typedef struct {
    guint64 households, population;
    guint32 units, first_unit;
    double area_m2;
    guint32 pieces;
} Sum;

G_GNUC_PRINTF (2, 3) static void
violate (CgGridCheck *out, const char *format, ...)
{
    out->violations++;
    if (out->first != NULL)
        return;
    va_list args;
    va_start (args, format);
    out->first = g_strdup_vprintf (format, args);
    va_end (args);
}

static guint32
find_top (guint32 *top, guint32 u)
{
    while (top[u] != u)
        u = top[u] = top[top[u]];
    return u;
}

static void
join (guint32 *top, guint32 u, guint32 v)
{
    guint32 a = find_top (top, u), b = find_top (top, v);
    top[MAX (a, b)] = MIN (a, b);
}

/* A crossing joins nothing that it does not reach: it must be as long as the units are apart, or longer where
 * a barrier lies between their nearest points. */
static void
join_crossings (const CgUnits *units, const GArray *crossings, const guint32 *grid_of,
                guint32 *top, CgGridCheck *out)
{
    for (guint k = 0; crossings != NULL && k < crossings->len; k++) {
        const CgCrossing *c = &g_array_index (crossings, CgCrossing, k);
        if (c->a >= units->n || c->b >= units->n) {
            violate (out, "a crossing from row %u to row %u of %u", c->a, c->b, units->n);
            continue;
        }
        double distance = cg_graph_unit_distance (units, c->a, c->b);
        if (!(distance - c->length_cm / 100.0 <= 0.02 + 1e-6 * distance))
            violate (out, "the crossing from \"%s\" to \"%s\" says %.2f m, they are %.2f m apart",
                     units->id[c->a], units->id[c->b], c->length_cm / 100.0, distance);
        else if (grid_of[c->a] == grid_of[c->b])
            join (top, c->a, c->b);
    }
}

/* Units that hang together inside their grid get the same top: the lowest of them. */
static guint32 *
join_units (const CgUnits *units, const CgGraph *graph, const GArray *crossings,
            const CgGrids *grids, CgGridCheck *out)
{
    guint32 *top = g_new (guint32, (gsize) units->n + 1);
    for (guint32 u = 0; u < units->n; u++)
        top[u] = u;
    for (guint32 u = 0; u < units->n; u++)
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
            if (grids->grid_of[graph->target[k]] == grids->grid_of[u])
                join (top, u, graph->target[k]);
    join_crossings (units, crossings, grids->grid_of, top, out);
    return top;
}

static Sum *
sum_units (const CgUnits *units, const CgGraph *graph, const GArray *crossings,
           const CgGrids *grids, CgGridCheck *out)
{
    Sum *sums = g_new0 (Sum, (gsize) grids->n + 1);
    g_autofree guint32 *top = join_units (units, graph, crossings, grids, out);
    for (guint32 i = 0; i < units->n; i++) {
        const char *id = units->id[i] != NULL ? units->id[i] : "?";
        if (grids->grid_of[i] >= grids->n) {
            violate (out, "unit \"%s\" (row %u) is in no grid", id, i);
            continue;
        }
        Sum *sum = &sums[grids->grid_of[i]];
        sum->first_unit = sum->units == 0 ? i : sum->first_unit;
        sum->households += units->households[i];
        sum->population += units->population[i];
        sum->area_m2 += cg_shapes_area (units->shapes, i);
        sum->units++;
        if (find_top (top, i) == i && sum->pieces++ > 0)
            violate (out, "grid %s is in several pieces: unit \"%s\" has no way to the others",
                     grids->code[grids->grid_of[i]], id);
    }
    return sums;
}

static void
check_counts (const CgGrids *grids, guint32 g, const Sum *sum, CgGridCheck *out)
{
    if (sum->units == 0)
        violate (out, "grid %s has no units", grids->code[g]);
    else if (sum->units != grids->units[g])
        violate (out, "grid %s says %u units but has %u", grids->code[g], grids->units[g],
                 sum->units);
    if (MIN (sum->households, (guint64) G_MAXUINT32) != grids->households[g])
        violate (out, "grid %s says %u households but its units have %" G_GUINT64_FORMAT,
                 grids->code[g], grids->households[g], sum->households);
    if (MIN (sum->population, (guint64) G_MAXUINT32) != grids->population[g])
        violate (out, "grid %s says population %u but its units have %" G_GUINT64_FORMAT,
                 grids->code[g], grids->population[g], sum->population);
}

/* Boxes catch what sums cannot: a polygon of the right size in another place. */
static gboolean
boxes_agree (const CgBox *a, const CgBox *b, double slack_m)
{
    if (cg_box_is_empty (a) || cg_box_is_empty (b))
        return cg_box_is_empty (a) == cg_box_is_empty (b);
    return fabs (a->x_min - b->x_min) <= slack_m && fabs (a->y_min - b->y_min) <= slack_m &&
           fabs (a->x_max - b->x_max) <= slack_m && fabs (a->y_max - b->y_max) <= slack_m;
}

void
cg_grid_check (const CgUnits *units, const CgGraph *graph, const GArray *crossings,
               const CgGrids *grids, CgGridCheck *out)
{
    *out = (CgGridCheck){ 0 };
    if (grids->n_units != units->n || graph->n != units->n ||
        grids->shapes->n_shapes != grids->n) {
        violate (out, "grids of %u units with %u polygons against %u units", grids->n_units,
                 grids->shapes->n_shapes, units->n);
        return;
    }
    /* Snapping may move a border more than once. */
    double snap_m = graph->topology != NULL ? graph->topology->snap_m : CG_GRAPH_SNAP_M;
    double moved_m = graph->snapped ? 4 * snap_m : 1e-6;
    g_autofree Sum *sums = sum_units (units, graph, crossings, grids, out);
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) grids->n + 1);
    for (guint32 g = 0; g < grids->n; g++)
        boxes[g] = CG_BOX_EMPTY;
    for (guint32 i = 0; i < units->n; i++) {
        CgBox box = cg_shapes_box (units->shapes, i);
        if (grids->grid_of[i] < grids->n)
            cg_box_join (&boxes[grids->grid_of[i]], &box);
    }
    for (guint32 g = 0; g < grids->n; g++) {
        double area = cg_shapes_area (grids->shapes, g), difference = area - sums[g].area_m2;
        double slack = AREA_SLACK * sums[g].area_m2 + AREA_SLACK_M2;
        /* Snapping moves the outline and closes what lies inside. */
        if (graph->snapped)
            slack += snap_m * grids->perimeter_m[g] + graph->gap_m2 + graph->overlap_m2;
        CgBox box = cg_shapes_box (grids->shapes, g);
        check_counts (grids, g, &sums[g], out);
        out->multipart += cg_grid_pieces (grids, g) > 1;
        out->uncovered_m2 += MAX (-difference, 0);
        out->overlap_m2 += MAX (difference, 0);
        if (!(fabs (difference) <= slack))
            violate (out, "grid %s covers %.2f m2 but its units %.2f m2", grids->code[g], area,
                     sums[g].area_m2);
        if (!boxes_agree (&box, &boxes[g], moved_m))
            violate (out, "grid %s lies elsewhere than its units", grids->code[g]);
    }
}

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

/* Marks all units that hang together with `start` inside its grid. */
static void
flood (const CgGraph *graph, const guint32 *grid_of, guint32 start, guint8 *seen, guint32 *queue)
{
    guint32 head = 0, tail = 0;
    queue[tail++] = start;
    seen[start] = TRUE;
    while (head < tail) {
        guint32 u = queue[head++];
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
            guint32 v = graph->target[k];
            if (seen[v] || grid_of[v] != grid_of[u])
                continue;
            seen[v] = TRUE;
            queue[tail++] = v;
        }
    }
}

static Sum *
sum_units (const CgUnits *units, const CgGraph *graph, const CgGrids *grids, CgGridCheck *out)
{
    Sum *sums = g_new0 (Sum, (gsize) grids->n + 1);
    g_autofree guint8 *seen = g_new0 (guint8, (gsize) units->n + 1);
    g_autofree guint32 *queue = g_new (guint32, (gsize) units->n + 1);
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
        if (seen[i])
            continue;
        flood (graph, grids->grid_of, i, seen, queue);
        if (sum->pieces++ > 0)
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
cg_grid_check (const CgUnits *units, const CgGraph *graph, const CgGrids *grids, CgGridCheck *out)
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
    g_autofree Sum *sums = sum_units (units, graph, grids, out);
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
        out->uncovered_m2 += MAX (-difference, 0);
        out->overlap_m2 += MAX (difference, 0);
        if (!(fabs (difference) <= slack))
            violate (out, "grid %s covers %.2f m2 but its units %.2f m2", grids->code[g], area,
                     sums[g].area_m2);
        if (!boxes_agree (&box, &boxes[g], moved_m))
            violate (out, "grid %s lies elsewhere than its units", grids->code[g]);
    }
}

#include "graph/subset.h"

guint32
cg_graph_pieces (const CgGraph *graph, const guint32 *label, guint32 *out_piece)
{
    g_autofree guint32 *stack = g_new (guint32, graph->n);
    guint32 n_pieces = 0;
    for (guint32 i = 0; i < graph->n; i++)
        out_piece[i] = CG_NONE;
    for (guint32 start = 0; start < graph->n; start++) {
        if (label[start] == CG_NONE || out_piece[start] != CG_NONE)
            continue;
        guint32 depth = 0;
        stack[depth++] = start;
        out_piece[start] = n_pieces;
        while (depth > 0) {
            guint32 unit = stack[--depth];
            for (guint32 k = graph->first[unit]; k < graph->first[unit + 1]; k++) {
                guint32 next = graph->target[k];
                if (!graph->passable[k] || label[next] != label[start] ||
                    out_piece[next] != CG_NONE)
                    continue;
                out_piece[next] = n_pieces;
                stack[depth++] = next;
            }
        }
        n_pieces++;
    }
    return n_pieces;
}

CgGraph *
cg_graph_subset (const CgGraph *graph, guint32 n_rows, const guint32 *rows)
{
    g_autofree guint32 *new_row = g_new (guint32, graph->n);
    for (guint32 i = 0; i < graph->n; i++)
        new_row[i] = CG_NONE;
    guint32 n_links = 0;
    for (guint32 k = 0; k < n_rows; k++) {
        new_row[rows[k]] = k;
        n_links += graph->first[rows[k] + 1] - graph->first[rows[k]];
    }
    CgGraph *subset = g_new0 (CgGraph, 1);
    subset->n = n_rows;
    subset->snapped = graph->snapped;
    subset->first = g_new (guint32, n_rows + 1);
    subset->target = g_new (guint32, n_links);
    subset->reverse = g_new (guint32, n_links);
    subset->border_cm = g_new (guint32, n_links);
    subset->barrier = g_new (guint8, n_links);
    subset->open_cm = graph->open_cm != NULL ? g_new (guint32, n_links) : NULL;
    subset->beyond_cm = graph->beyond_cm != NULL ? g_new (guint32, n_links) : NULL;
    subset->line = graph->line != NULL ? g_new (guint8, n_links) : NULL;
    subset->passable = g_new (guint8, n_links);
    subset->loose = graph->loose != NULL ? g_new (guint8, n_links) : NULL;
    subset->crossing_cm = graph->crossing_cm != NULL ? g_new (guint32, n_links) : NULL;
    subset->outer_cm = g_new (guint32, n_rows);
    subset->area_m2 = g_new (double, n_rows);
    g_autofree guint32 *new_link = g_new (guint32, graph->first[graph->n]);
    guint32 link = 0;
    for (guint32 k = 0; k < n_rows; k++) {
        guint32 unit = rows[k];
        subset->first[k] = link;
        subset->outer_cm[k] = graph->outer_cm[unit];
        subset->area_m2[k] = graph->area_m2[unit];
        for (guint32 old = graph->first[unit]; old < graph->first[unit + 1]; old++) {
            if (new_row[graph->target[old]] == CG_NONE) {
                subset->outer_cm[k] += graph->border_cm[old];
                continue;
            }
            subset->target[link] = new_row[graph->target[old]];
            subset->border_cm[link] = graph->border_cm[old];
            subset->barrier[link] = graph->barrier[old];
            if (subset->open_cm != NULL)
                subset->open_cm[link] = graph->open_cm[old];
            if (subset->beyond_cm != NULL)
                subset->beyond_cm[link] = graph->beyond_cm[old];
            if (subset->line != NULL)
                subset->line[link] = graph->line[old];
            subset->passable[link] = graph->passable[old];
            if (subset->loose != NULL)
                subset->loose[link] = graph->loose[old];
            if (subset->crossing_cm != NULL)
                subset->crossing_cm[link] = graph->crossing_cm[old];
            subset->reverse[link] = graph->reverse[old]; /* old number, renumbered below */
            new_link[old] = link++;
        }
    }
    subset->first[n_rows] = link;
    for (guint32 k = 0; k < link; k++)
        subset->reverse[k] = new_link[subset->reverse[k]];
    return subset;
}

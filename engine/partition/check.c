#include "partition/partition.h"

/* Written without anything of the splitter, so that a fault there cannot hide here. */

typedef struct {
    guint32 violations;
    char *text;
} Findings;

G_GNUC_PRINTF (2, 3)
static void
complain (Findings *findings, const char *format, ...)
{
    if (findings->violations++ > 0)
        return;
    va_list arguments;
    va_start (arguments, format);
    findings->text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
}

static char *
unit_name (const CgPartitionInput *input, guint32 unit)
{
    return input->id != NULL && input->id[unit] != NULL ? g_strdup (input->id[unit])
                                                        : g_strdup_printf ("#%u", unit + 1);
}

static guint32
find_top (guint32 *top, guint32 unit)
{
    while (top[unit] != unit)
        unit = top[unit] = top[top[unit]];
    return unit;
}

/* Units that are joined inside their part get the same top. */
static guint32 *
join_units (const CgPartitionInput *input, const CgParts *parts)
{
    const CgGraph *graph = input->graph;
    guint32 *top = g_new (guint32, (gsize) graph->n + 1);
    for (guint32 unit = 0; unit < graph->n; unit++)
        top[unit] = unit;
    for (guint32 unit = 0; unit < graph->n; unit++)
        for (guint32 link = graph->first[unit]; link < graph->first[unit + 1]; link++) {
            guint32 to = graph->target[link];
            if (!graph->passable[link] || parts->part_of[unit] != parts->part_of[to])
                continue;
            guint32 a = find_top (top, unit), b = find_top (top, to);
            top[MAX (a, b)] = MIN (a, b);
        }
    return top;
}

guint32
cg_partition_check (const CgPartitionInput *input, const CgParts *parts, char **out_text)
{
    Findings findings = { 0 };
    guint32 n = input->graph->n;
    if (parts->n_units != n)
        complain (&findings, "the division has %u units, the graph %u", parts->n_units, n);
    for (guint32 unit = 0; unit < n && parts->n_units == n; unit++)
        if (parts->part_of[unit] >= parts->n_parts) {
            g_autofree char *name = unit_name (input, unit);
            complain (&findings, "unit %s is in no part", name);
        }
    if (findings.violations == 0) {
        g_autofree guint32 *top = join_units (input, parts);
        g_autofree guint32 *first = g_new (guint32, (gsize) parts->n_parts + 1);
        for (guint32 part = 0; part < parts->n_parts; part++)
            first[part] = CG_NONE;
        for (guint32 unit = 0; unit < n; unit++) {
            guint32 part = parts->part_of[unit], start = first[part];
            g_autofree char *name = NULL;
            if (start == CG_NONE) {
                first[part] = unit;
                continue;
            }
            if (input->region != NULL && input->region[unit] != input->region[start]) {
                name = unit_name (input, unit);
                complain (&findings, "part %u lies in two regions: unit %s", part + 1, name);
            }
            if (top[unit] == unit) {
                g_clear_pointer (&name, g_free);
                name = unit_name (input, unit);
                complain (&findings, "part %u is in pieces: unit %s", part + 1, name);
            }
        }
        for (guint32 part = 0; part < parts->n_parts; part++)
            if (first[part] == CG_NONE)
                complain (&findings, "part %u has no unit", part + 1);
    }
    if (out_text != NULL)
        *out_text = findings.text;
    else
        g_free (findings.text);
    return findings.violations;
}

typedef enum { COUNT_ALL, COUNT_ON_BARRIER, COUNT_BEYOND } Count;

static guint32
count_cm (const CgGraph *graph, guint32 link, Count count)
{
    if (count == COUNT_BEYOND)
        return graph->beyond_cm != NULL ? graph->beyond_cm[link] : 0;
    return graph->border_cm[link] - (count == COUNT_ON_BARRIER ? cg_graph_open_cm (graph, link) : 0);
}

/* Centimetres, each border once. */
static guint64
internal_cm (const CgPartitionInput *input, const CgParts *parts, Count count)
{
    const CgGraph *graph = input->graph;
    guint64 sum = 0;
    for (guint32 unit = 0; unit < graph->n; unit++)
        for (guint32 link = graph->first[unit]; link < graph->first[unit + 1]; link++) {
            guint32 to = graph->target[link];
            if (to < unit || parts->part_of[to] == parts->part_of[unit]
                || (input->region != NULL && input->region[to] != input->region[unit]))
                continue;
            sum += count_cm (graph, link, count);
        }
    return sum;
}

double
cg_partition_internal_boundary_m (const CgPartitionInput *input, const CgParts *parts)
{
    return (double) internal_cm (input, parts, COUNT_ALL) / 100;
}

double
cg_partition_beyond_lines_m (const CgPartitionInput *input, const CgParts *parts)
{
    return (double) internal_cm (input, parts, COUNT_BEYOND) / 100;
}

double
cg_partition_border_on_barrier (const CgPartitionInput *input, const CgParts *parts)
{
    guint64 all = internal_cm (input, parts, COUNT_ALL);
    return all == 0 ? 0 : (double) internal_cm (input, parts, COUNT_ON_BARRIER) / (double) all;
}

guint32
cg_partition_barrier_inside (const CgPartitionInput *input, const CgParts *parts, double *out_m)
{
    const CgGraph *graph = input->graph;
    guint32 count = 0;
    for (guint32 part = 0; part < parts->n_parts; part++)
        out_m[part] = 0;
    for (guint32 unit = 0; unit < graph->n; unit++)
        for (guint32 link = graph->first[unit]; link < graph->first[unit + 1]; link++) {
            guint32 to = graph->target[link], part = parts->part_of[unit];
            if (to < unit || graph->passable[link] || parts->part_of[to] != part
                || (graph->loose != NULL && graph->loose[link]))
                continue;
            count += out_m[part] == 0;
            out_m[part] += graph->border_cm[link] / 100.0;
        }
    return count;
}

guint64 *
cg_partition_sums (const CgPartitionInput *input, const CgParts *parts)
{
    guint64 *sum = g_new0 (guint64, (gsize) parts->n_parts + 1);
    for (guint32 unit = 0; unit < parts->n_units; unit++)
        sum[parts->part_of[unit]] += input->weight[unit];
    return sum;
}

#include "partition/partition_internal.h"

/* The weight of shape is no part of the search: outlines of parts are dear to keep at every proposal,
 * and short borders make for good shapes already. What it asks for beyond that is taken at the end, by
 * single nodes that change sides as long as all terms together fall. */

enum { PASSES = 4 }; /* over all nodes, for each point of effort */

typedef struct {
    CgPartitionState *state;
    const CgPartitionProblem *problem;
    double weight;       /* energy of one part whose outline squared is twice that of a disc */
    guint32 *border_cm;  /* [links of problem] shared border                                 */
    gint64 *outer_cm;    /* [n] border with what is not in the piece                         */
    gint64 *area_cm2;    /* [n]                                                              */
    gint64 *outline_cm;  /* [n] by part                                                      */
    gint64 *ground_cm2;  /* [n] by part                                                      */
} Shape;

static void
shape_done (Shape *shape)
{
    gpointer all[] = { shape->border_cm, shape->outer_cm, shape->area_cm2, shape->outline_cm,
                       shape->ground_cm2 };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
    g_clear_pointer (&shape->state, cg_state_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shape, shape_done)

/* Basic operations only, which every machine rounds alike; an outline is at most 10^9 m. */
static gint64
part_energy (const Shape *shape, gint64 outline_cm, gint64 ground_cm2)
{
    const double four_pi = 12.566370614359172;
    if (ground_cm2 <= 0)
        return 0;
    double ratio = (double) outline_cm * (double) outline_cm / (four_pi * (double) ground_cm2);
    return (gint64) (shape->weight * MIN (ratio, 1000.0));
}

/* Link of node v to another, joining or not; CG_NONE. */
static guint32
find_link (const CgPartitionProblem *problem, guint32 v, guint32 to)
{
    for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
        if (problem->link[i].target == to)
            return i;
    return CG_NONE;
}

/* Borders, free borders and areas of nodes from those of their units. */
static void
measure_nodes (Shape *shape, const CgShapeUnits *units)
{
    const CgGraph *graph = units->input->graph;
    const CgPieces *pieces = units->pieces;
    guint32 first = pieces->first[units->piece], end = pieces->first[units->piece + 1];
    for (guint32 i = 0; i < end - first; i++) {
        guint32 u = pieces->unit[first + i], v = units->node_of[i];
        shape->area_cm2[v] += graph->area_m2 != NULL ? (gint64) (graph->area_m2[u] * 1e4) : 0;
        shape->outer_cm[v] += graph->outer_cm[u];
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
            guint32 other = graph->target[k];
            guint32 to = pieces->piece[other] == units->piece ? units->node_of[pieces->local[other]]
                                                              : CG_NONE;
            guint32 link = to == v || to == CG_NONE ? CG_NONE : find_link (shape->problem, v, to);
            if (link != CG_NONE)
                shape->border_cm[link] += graph->border_cm[k];
            else if (to != v)
                shape->outer_cm[v] += graph->border_cm[k];
        }
    }
}

static void
measure_parts (Shape *shape)
{
    const CgPartitionProblem *problem = shape->problem;
    for (guint32 v = 0; v < problem->n; v++) {
        guint32 part = shape->state->part[v];
        shape->ground_cm2[part] += shape->area_cm2[v];
        shape->outline_cm[part] += shape->outer_cm[v];
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
            if (shape->state->part[problem->link[i].target] != part)
                shape->outline_cm[part] += shape->border_cm[i];
    }
}

/* What changes when a node goes over. */
typedef struct {
    gint64 outline_from, outline_to; /* afterwards */
    gint32 walls;                    /* more of them inside */
    gint64 growth;                   /* of all terms        */
} Step;

static Step
weigh_step (const Shape *shape, guint32 node, guint32 to)
{
    const CgPartitionProblem *problem = shape->problem;
    const CgPartitionState *state = shape->state;
    guint32 from = state->part[node];
    const CgStatePart *a = &state->parts[from], *b = &state->parts[to];
    gint64 weight = problem->weight[node], area = shape->area_cm2[node], whole = shape->outer_cm[node];
    gint64 with_from = 0, with_to = 0;
    Step step = { .walls = 0 };
    for (guint32 i = problem->first[node]; i < problem->first[node + 1]; i++) {
        guint32 part = state->part[problem->link[i].target];
        gboolean wall = i >= problem->wall[node];
        whole += shape->border_cm[i];
        with_from += part == from ? shape->border_cm[i] : 0;
        with_to += part == to ? shape->border_cm[i] : 0;
        step.walls += wall && part == to ? 1 : wall && part == from ? -1 : 0;
    }
    step.outline_from = shape->outline_cm[from] - whole + 2 * with_from;
    step.outline_to = shape->outline_cm[to] + whole - 2 * with_to;
    step.growth = state->node[node].own - cg_state_cost_to (state, node, to)
                  + cg_problem_part_cost (problem, a->sum - weight) - a->cost
                  + cg_problem_part_cost (problem, b->sum + weight) - b->cost
                  + part_energy (shape, step.outline_from, shape->ground_cm2[from] - area)
                  - part_energy (shape, shape->outline_cm[from], shape->ground_cm2[from])
                  + part_energy (shape, step.outline_to, shape->ground_cm2[to] + area)
                  - part_energy (shape, shape->outline_cm[to], shape->ground_cm2[to]);
    if (state->anchored)
        step.growth += cg_state_move_cost (state, node, to) - cg_state_move_cost (state, node, from);
    if (problem->second != NULL)
        step.growth += cg_second_shift (state, node, to);
    return step;
}

/* Bounds are never given up for a shape. */
static gboolean
keeps_bounds (const Shape *shape, guint32 node, guint32 to)
{
    const CgPartitionProblem *problem = shape->problem;
    const CgStatePart *a = &shape->state->parts[shape->state->part[node]];
    const CgStatePart *b = &shape->state->parts[to];
    gint64 weight = problem->weight[node];
    if (a->count < 2 || cg_problem_violation (problem, a->sum - weight) > 0
        || cg_problem_violation (problem, b->sum + weight) > 0)
        return FALSE;
    return problem->second == NULL
           || (cg_second_violation (problem, a->second - problem->second[node]) == 0
               && cg_second_violation (problem, b->second + problem->second[node]) == 0);
}

/* TRUE: the node changed sides. */
static gboolean
improve_node (Shape *shape, guint32 node)
{
    const CgPartitionProblem *problem = shape->problem;
    CgPartitionState *state = shape->state;
    guint32 from = state->part[node], best = CG_NONE;
    Step best_step = { .growth = 0 };
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 to = state->part[problem->link[i].target];
        if (to == from || to == best || !keeps_bounds (shape, node, to))
            continue;
        Step step = weigh_step (shape, node, to);
        if (step.walls > 0 || step.growth >= best_step.growth)
            continue;
        best = to;
        best_step = step;
    }
    if (best == CG_NONE || !cg_state_can_leave (state, node))
        return FALSE;
    shape->outline_cm[from] = best_step.outline_from;
    shape->outline_cm[best] = best_step.outline_to;
    shape->ground_cm2[from] -= shape->area_cm2[node];
    shape->ground_cm2[best] += shape->area_cm2[node];
    cg_state_shift (state, node, best);
    return TRUE;
}

void
cg_shape_run (const CgPartitionProblem *problem, const CgShapeUnits *units, CgPartitionWork *work,
              guint32 *part_of)
{
    gsize n = (gsize) problem->n + 1;
    if (problem->weights.shape == 0 || problem->n < 2)
        return;
    g_auto (Shape) shape = { .problem = problem, .state = cg_state_new (problem),
                             .weight = problem->weights.shape / 1000.0 * (double) problem->scale,
                             .border_cm = g_new0 (guint32, (gsize) problem->first[problem->n] + 1),
                             .outer_cm = g_new0 (gint64, n), .area_cm2 = g_new0 (gint64, n),
                             .outline_cm = g_new0 (gint64, n), .ground_cm2 = g_new0 (gint64, n) };
    cg_state_set (shape.state, part_of);
    measure_nodes (&shape, units);
    measure_parts (&shape);
    gboolean changed = TRUE;
    for (guint pass = 0; changed && pass < PASSES * work->effort && !cg_work_is_over (work); pass++) {
        changed = FALSE;
        for (guint32 v = 0; v < problem->n; v++)
            changed |= improve_node (&shape, v);
    }
    memcpy (part_of, shape.state->part, sizeof (guint32) * problem->n);
}

/* Made-up neighbour graphs for the splitter's tests, and an oracle for tiny ones. */
#ifndef CG_TEST_DRAWN_GRAPHS_H
#define CG_TEST_DRAWN_GRAPHS_H

#include "base/random.h"
#include "partition/partition.h"

typedef struct {
    CgGraph *graph;
    guint32 *weight, *region, *compound, *keep; /* region, compound, keep may be NULL */
    char **id;                                  /* "u0", "u1", ...                     */
    CgPartitionOptions options;
} DrawnCase;

/* Collects links; the graph comes out symmetric with sorted targets. */
typedef struct {
    guint32 n;
    GArray *link; /* of five guint32: from, to, border_cm, barrier, passable */
} Draft;

void draft_init (Draft *draft, guint32 n);
void draft_link (Draft *draft, guint32 a, guint32 b, guint32 border_cm);
void draft_wall (Draft *draft, guint32 a, guint32 b, guint32 border_cm, CgBarrierClass barrier,
                 gboolean passable);
CgGraph *draft_done (Draft *draft); /* frees what the draft holds */

/* columns x rows, border of 100 m each. */
CgGraph *drawn_lattice (guint32 columns, guint32 rows);
CgPartitionInput drawn_input (const DrawnCase *drawn);
/* Any shape and any weights, at most `most` units: lattice with holes and diagonals, tree, star,
 * path, loose units; zero weights, giants, walls, regions, compounds, an old plan. */
void drawn_random (DrawnCase *drawn, CgRandom *random, guint32 most);
void drawn_done (DrawnCase *drawn);
/* A lattice of units of that weight, at little effort. */
DrawnCase drawn_lattice_case (guint32 columns, guint32 rows, guint32 weight);

/* A plan that holds together (cg_partition_check), or the test fails. */
CgParts *drawn_run (const CgPartitionInput *input, const CgPartitionOptions *options);
CgParts *drawn_run_case (const DrawnCase *drawn);

/* Whether the units of part p hold together over passable links; n <= 32. */
gboolean drawn_is_connected (const CgGraph *graph, const guint32 *part, guint32 p);
/* Calls judge with every division of n units into parts 0..n_parts-1, connected or not, in part[n]. */
typedef void (*DrawnJudge) (gpointer oracle, guint32 n_parts);
void drawn_each_plan (guint32 n, guint32 *part, DrawnJudge judge, gpointer oracle);

/* ---- oracle, n <= 14: sees every plan that keeps compounds whole ---- */
typedef struct {
    gint64 violation; /* least possible sum                  */
    guint32 exceptions; /* least possible number at that sum */
} DrawnBest;

DrawnBest drawn_best (const DrawnCase *drawn);
/* TRUE: some plan has every part that meets the set of units (bits) within bounds. */
gboolean drawn_can_serve (const DrawnCase *drawn, guint32 set);

#endif

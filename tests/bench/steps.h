/* Benches that look at one promise each; every one prints its figures and the line of its bar.
 * FALSE: data are absent or the program failed, said on stdout. */
#ifndef CG_BENCH_STEPS_H
#define CG_BENCH_STEPS_H

#include <glib.h>

/* Bar 1: n random planar graphs of at most 60 units. */
gboolean bench_planar (guint n);

/* Bar 7: every community of Rockland by itself, with proofs asked for. */
gboolean bench_certify (void);

/* Bar 10: one unit in ten gets 0.5 to 2.5 times its weight, the others 0.95 to 1.05; split again
 * with the old plan kept, and from nothing by ours and METIS. Five changes each. */
gboolean bench_replan (void);

/* Bar 11: one unit of a community of about 220 changes; the community is split again from its old
 * plan. All communities of made-10k, 20 changes each. */
gboolean bench_resolve (void);

/* Bar 12: boundary on Rockland over seeds 1..n. */
gboolean bench_seeds (guint n);

/* Bar 12: a line "instance hash" for each of some instances, to be compared between builds. */
gboolean bench_hashes (guint threads);

/* Bar 13: half a second on a million units, and on a county that no plan satisfies. */
gboolean bench_deadline (void);

/* Bar 9: `program` split on made-1m in `folder` (made there when absent), as a child process on
 * one thread; time and peak memory of the child. */
gboolean bench_command (const char *program, const char *folder);

#endif

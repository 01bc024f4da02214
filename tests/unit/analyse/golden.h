/* Tables of ../shared/data/expected and of tests/data/analyse: values by column, neighbours by key. */
#ifndef CG_TEST_GOLDEN_H
#define CG_TEST_GOLDEN_H

#include "analyse/neighbours.h"

typedef struct {
    GPtrArray *rows; /* of char **; row 0 is the header */
    guint32 n;
} GoldenTable;

/* NULL after g_test_skip when absent. */
GoldenTable *golden_expected (const char *name);
GoldenTable *golden_own (const char *name); /* of tests/data/analyse; must exist */
void golden_free (GoldenTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoldenTable, golden_free)

const char *golden_text (const GoldenTable *table, guint32 i, const char *column);
double *golden_column (const GoldenTable *table, const char *column); /* NaN for NA; g_free */

/* Pairs in columns a and b of `pairs` as rows (from 1, key NULL) or values of key in table. */
CgNeighbours *golden_neighbours (const GoldenTable *table, const char *key,
                                 const GoldenTable *pairs, const char *a, const char *b);

/* Within 1e-9 of the wanted value, relative to its size (absolute below 1e-3 of scale). */
void golden_near (double found, double wanted, const char *what, guint32 row);

#endif

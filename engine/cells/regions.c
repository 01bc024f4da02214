/* Ground that several regions claim: whose it is, and how much each two share. */
#include "cells/cells_internal.h"

#include <stdlib.h>

#define NESTED_SHARE 99 /* hundredths of a region's ground that lie in a larger one: an enclave */

/* A region that claims a triangle after another one. */
typedef struct {
    guint32 region, next; /* next: of CgCellsClaims.claim, or CG_NONE */
} Claim;

/* Ground of two regions, other being the earlier row. */
typedef struct {
    guint32 row, other, triangle; /* triangle: the largest of it */
    CgWide area, largest;
} Common;

typedef struct {
    guint32 outer, inner;
} Nested;

struct CgCellsClaims {
    CgCellsJob *job;
    CgWide *area;   /* [regions]                                    */
    guint32 *first; /* [n_triangles] of claim, or CG_NONE; NULL: no claim yet */
    guint32 *last;  /* [regions] of common, with the region in hand */
    GArray *claim, *common;
    GArray *nested; /* by outer, then inner */
    CgWide twice;   /* ground claimed after others */
};

CgCellsClaims *
cg_cells_claims_new (CgCellsJob *job)
{
    CgCellsClaims *claims = g_new0 (CgCellsClaims, 1);
    gsize n = (gsize) job->in->regions->n_shapes + 1;
    claims->job = job;
    claims->area = g_new0 (CgWide, n);
    claims->last = g_new (guint32, n);
    for (gsize r = 0; r < n; r++)
        claims->last[r] = CG_NONE;
    claims->claim = g_array_new (FALSE, FALSE, sizeof (Claim));
    claims->common = g_array_new (FALSE, FALSE, sizeof (Common));
    claims->nested = g_array_new (FALSE, FALSE, sizeof (Nested));
    return claims;
}

void
cg_cells_claims_free (CgCellsClaims *claims)
{
    if (claims == NULL)
        return;
    g_free (claims->area);
    g_free (claims->first);
    g_free (claims->last);
    g_array_unref (claims->claim);
    g_array_unref (claims->common);
    g_array_unref (claims->nested);
    g_free (claims);
}

static void
add_common (CgCellsClaims *claims, guint32 row, guint32 other, guint32 t, CgWide twice)
{
    GArray *common = claims->common;
    guint32 at = claims->last[other];
    if (at == CG_NONE || g_array_index (common, Common, at).row != row) {
        Common one = { row, other, t, 0, 0 };
        at = claims->last[other] = common->len;
        g_array_append_val (common, one);
    }
    Common *both = &g_array_index (common, Common, at);
    both->area += twice;
    if (twice <= both->largest)
        return;
    both->largest = twice;
    both->triangle = t;
}

static guint32 *
none_of (gsize n)
{
    guint32 *list = g_try_new (guint32, n + 1);
    for (gsize k = 0; list != NULL && k <= n; k++)
        list[k] = CG_NONE;
    return list;
}

gboolean
cg_cells_claim (CgCellsClaims *claims, guint32 region, const GArray *triangles, GError **error)
{
    CgCellsJob *job = claims->job;
    for (guint k = 0; k < triangles->len; k++) {
        guint32 t = g_array_index (triangles, guint32, k);
        CgWide twice = cg_cells_twice (job, t);
        claims->area[region] += twice;
        if (job->region_of[t] == CG_NONE) {
            job->region_of[t] = region;
            continue;
        }
        if (claims->first == NULL &&
            (claims->first = none_of (job->mesh->n_triangles)) == NULL)
            return cg_cells_no_memory (error);
        add_common (claims, region, job->region_of[t], t, twice);
        for (guint32 c = claims->first[t]; c != CG_NONE;
             c = g_array_index (claims->claim, Claim, c).next)
            add_common (claims, region, g_array_index (claims->claim, Claim, c).region, t, twice);
        Claim one = { region, claims->first[t] };
        claims->first[t] = claims->claim->len;
        claims->twice += twice;
        g_array_append_val (claims->claim, one);
    }
    return TRUE;
}

/* ---- whose it is ------------------------------------------------------------------------- */

static int
compare_nested (gconstpointer x, gconstpointer y)
{
    const Nested *a = x, *b = y;
    if (a->outer != b->outer)
        return a->outer < b->outer ? -1 : 1;
    return (a->inner > b->inner) - (a->inner < b->inner);
}

static void
find_nested (CgCellsClaims *claims)
{
    const CgWide *area = claims->area;
    for (guint k = 0; k < claims->common->len; k++) {
        const Common *both = &g_array_index (claims->common, Common, k);
        guint32 inner = area[both->row] < area[both->other] ? both->row : both->other;
        Nested one = { both->row + both->other - inner, inner };
        if (area[inner] < area[one.outer] && both->area * 100 >= area[inner] * NESTED_SHARE)
            g_array_append_val (claims->nested, one);
    }
    g_array_sort (claims->nested, compare_nested);
}

static gboolean
is_nested (const CgCellsClaims *claims, guint32 outer, guint32 inner)
{
    Nested one = { outer, inner };
    return claims->nested->len > 0 &&
           bsearch (&one, claims->nested->data, claims->nested->len, sizeof one,
                    compare_nested) != NULL;
}

/* The earliest row of those that claim the triangle and hold no other that does. */
static guint32
owner_of (const CgCellsClaims *claims, guint32 t)
{
    const GArray *claim = claims->claim;
    guint32 owner = claims->job->region_of[t];
    for (guint32 c = claims->first[t]; c != CG_NONE; c = g_array_index (claim, Claim, c).next) {
        guint32 region = g_array_index (claim, Claim, c).region;
        gboolean goes_before = is_nested (claims, owner, region) ||
                               (region < owner && !is_nested (claims, region, owner));
        owner = goes_before ? region : owner;
    }
    return owner;
}

CgWide
cg_cells_settle_claims (CgCellsClaims *claims)
{
    CgCellsJob *job = claims->job;
    CgWide ground = -claims->twice;
    find_nested (claims);
    for (guint32 t = 0; claims->nested->len > 0 && t < job->mesh->n_triangles; t++)
        if (claims->first[t] != CG_NONE)
            job->region_of[t] = owner_of (claims, t);
    for (guint k = 0; k < claims->common->len; k++) {
        const Common *both = &g_array_index (claims->common, Common, k);
        gboolean swap = is_nested (claims, both->other, both->row);
        double x, y;
        cg_cells_centre (job, both->triangle, &x, &y);
        cg_cells_note (job, CG_CELLS_REGIONS_OVERLAP, swap ? both->other : both->row,
                       swap ? both->row : both->other, x, y, cg_cells_m2 (job, both->area));
    }
    for (guint32 r = 0; r < job->in->regions->n_shapes; r++)
        ground += claims->area[r];
    job->out->regions_overlap_m2 = cg_cells_m2 (job, claims->twice);
    return ground;
}

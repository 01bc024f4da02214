#include <math.h>

#include "town_internal.h"

static const CgUseInfo uses[CG_N_USES] = {
    [CG_USE_TOWERS] = { "compound", NULL, 120, 0.80, 2.6, 30, 17, 26, 38, 0.95 },
    [CG_USE_SLABS] = { "compound", NULL, 80, 0.80, 2.8, 52, 12, 14, 25, 0.95 },
    [CG_USE_OLD] = { "compound", NULL, 60, 0.70, 2.4, 34, 10, 12, 15, 0.90 },
    [CG_USE_HOUSES] = { NULL, NULL, 26, 1.10, 0, 13, 10, 7, 9, 0.80 },
    [CG_USE_SHOPS] = { NULL, NULL, 28, 0.90, 0, 26, 14, 8, 12, 0.85 },
    [CG_USE_SCHOOL] = { "school", "学校", 0, 9.00, 0, 60, 15, 40, 34, 0.55 },
    [CG_USE_HOSPITAL] = { "hospital", "医院", 0, 9.00, 0, 56, 22, 20, 26, 0.75 },
    [CG_USE_MARKET] = { "market", "市场", 2, 9.00, 0, 64, 34, 12, 16, 0.90 },
    [CG_USE_OFFICE] = { "office", "政务中心", 0, 9.00, 0, 66, 20, 24, 30, 0.70 },
    [CG_USE_BUSES] = { "station", "汽车站", 0, 9.00, 0, 70, 24, 30, 40, 0.60 },
    [CG_USE_SITE] = { "site", "项目工地", 0, 9.00, 0, 30, 17, 30, 44, 0.50 },
    [CG_USE_GREEN] = { NULL, NULL, 0, 12.0, 0, 14, 10, 80, 90, 0.10 },
    [CG_USE_WORKS] = { "park", "工业园区", 1, 5.00, 0, 84, 42, 22, 26, 0.85 },
};

const CgUseInfo *
cg_use_info (CgUse use)
{
    return &uses[use];
}

static void
street_free (CgStreet *street)
{
    g_free (street->name);
    g_free (street);
}

static void
close_free (CgClose *close)
{
    g_free (close->name);
    g_free (close);
}

void
cg_towns_free (CgTowns *towns)
{
    if (towns == NULL)
        return;
    g_array_unref (towns->blocks);
    g_array_unref (towns->communities);
    g_ptr_array_unref (towns->closes);
    g_ptr_array_unref (towns->streets);
    g_ptr_array_unref (towns->street_ends);
    g_ptr_array_unref (towns->dedicated);
    g_free (towns->households);
    g_free (towns);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Direction of the longest edge: buildings stand along the street in front. */
static double
front_angle (const CgMesh *mesh, guint32 face)
{
    double best = -1, angle = 0;
    guint32 start = CG_FACE (mesh, face)->loop, h = start;
    do {
        const CgSpot *a = CG_SPOT (mesh, CG_HALF (mesh, h)->origin);
        const CgSpot *b = CG_SPOT (mesh, CG_HALF (mesh, h ^ 1)->origin);
        double length = hypot (b->x - a->x, b->y - a->y);
        if (length > best) {
            best = length;
            angle = atan2 (b->y - a->y, b->x - a->x);
        }
        h = CG_HALF (mesh, h)->next;
    } while (h != start);
    return angle;
}

double
cg_towns_dry_area (const CgTowns *towns, guint32 face)
{
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    cg_mesh_outline (towns->mesh, face, ring);
    double wet = cg_water_share (towns->wide, (const CgSpot *) (void *) ring->data, ring->len);
    return wet > 0.5 ? 0 : cg_mesh_area (towns->mesh, face) * (1 - wet);
}

static void
find_blocks (CgTowns *towns, const CgLand *land, const CgSettle *settle)
{
    CgMesh *mesh = towns->mesh;
    g_autofree double *reach = g_new0 (double, towns->n_cores);
    for (guint32 face = 0; face < mesh->faces->len; face++) {
        CgFace *info = CG_FACE (mesh, face);
        if (info->core == CG_NONE)
            continue;
        CgBlock block = { .core = info->core, .community = CG_NONE, .dedicated = CG_NONE };
        block.area_m2 = cg_mesh_area (mesh, face);
        block.dry_m2 = cg_towns_dry_area (towns, face);
        block.middle = cg_mesh_middle (mesh, face);
        block.angle = front_angle (mesh, face);
        CgSpot seat = cg_land_centre (land, settle->town_seat[info->core]);
        block.far = hypot (block.middle.x - seat.x, block.middle.y - seat.y);
        reach[info->core] = MAX (reach[info->core], block.far);
        info->block = towns->blocks->len;
        g_array_append_val (towns->blocks, block);
    }
    for (guint i = 0; i < towns->blocks->len; i++) {
        CgBlock *block = &g_array_index (towns->blocks, CgBlock, i);
        block->far /= MAX (reach[block->core], 1);
    }
}

/* What a block without special purpose is: the middle is old and full of shops, towers stand
 * outside, houses at the rim; in small towns mostly houses along the street. */
static CgUse
common_use (const CgBlock *block, guint32 n, gboolean city, guint64 seed)
{
    /* A city has swallowed villages: small houses wall to wall, in patches. */
    double village = cg_noise (seed + 92, block->middle.x, block->middle.y, 1100);
    double far = block->far, pick = cg_noise_pick (seed, 90, n);
    if (block->dry_m2 <= 0)
        return CG_USE_GREEN;
    if (city && village > 0.18)
        return pick < 0.9 ? CG_USE_HOUSES : CG_USE_SHOPS;
    const double chance[] = {
        block->core == 0 ? 0.16 + 0.40 * far : 0.03, block->core == 0 ? 0.36 - 0.12 * far : 0.12,
        block->core == 0 ? 0.26 - 0.22 * far : 0.18, block->core == 0 ? 0.14 - 0.13 * far : 0.17,
        block->core == 0 ? 0.03 + 0.05 * far : 0.05,
    };
    static const CgUse use[] = { CG_USE_TOWERS, CG_USE_SLABS, CG_USE_OLD, CG_USE_SHOPS,
                                 CG_USE_GREEN };
    if (block->area_m2 > 13e4)
        return pick < 0.7 ? CG_USE_HOUSES : CG_USE_GREEN;
    for (guint i = 0; i < G_N_ELEMENTS (use); i++) {
        if (pick < chance[i])
            return use[i];
        pick -= chance[i];
    }
    return CG_USE_HOUSES;
}

/* Gives `count` blocks of a core a special use: near the wanted distance from the middle, far from
 * others of the same use, of a fitting size. */
static void
place_use (CgTowns *towns, guint32 core, CgUse use, guint count, double far, double min_ha,
           double max_ha, guint64 seed)
{
    GArray *blocks = towns->blocks;
    for (guint k = 0; k < count; k++) {
        CgBlock *best = NULL;
        double best_value = G_MAXDOUBLE;
        for (guint i = 0; i < blocks->len; i++) {
            CgBlock *block = &g_array_index (blocks, CgBlock, i);
            double ha = block->area_m2 / 1e4;
            if (block->core != core || block->use >= CG_USE_SCHOOL || ha > max_ha || ha < min_ha)
                continue;
            double value = fabs (block->far - far) + 0.3 * cg_noise_pick (seed + use, 91, i);
            for (guint j = 0; j < blocks->len; j++) {
                const CgBlock *other = &g_array_index (blocks, CgBlock, j);
                if (other->core == core && other->use == use && j != i)
                    value += 150 / (60 + hypot (other->middle.x - block->middle.x,
                                                other->middle.y - block->middle.y));
            }
            if (value < best_value) {
                best_value = value;
                best = block;
            }
        }
        if (best != NULL)
            best->use = use;
    }
}

static void
choose_uses (CgTowns *towns, const CgCounty *county, guint64 seed)
{
    for (guint i = 0; i < towns->blocks->len; i++) {
        CgBlock *block = &g_array_index (towns->blocks, CgBlock, i);
        block->use = common_use (block, i, county->villages == 0, seed);
    }
    guint grids = county->seat_grids;
    place_use (towns, 0, CG_USE_MARKET, 1 + grids / 45, 0.12, 0.6, 4, seed);
    place_use (towns, 0, CG_USE_OFFICE, 1 + grids / 120, 0.2, 0.6, 5, seed);
    place_use (towns, 0, CG_USE_HOSPITAL, 1 + grids / 60, 0.35, 1.0, 6, seed);
    place_use (towns, 0, CG_USE_BUSES, 1 + grids / 150, 0.5, 0.8, 5, seed);
    place_use (towns, 0, CG_USE_SCHOOL, 2 + grids / 12, 0.4, 1.2, 7, seed);
    place_use (towns, 0, CG_USE_SITE, 2 + grids / 20, 0.75, 1.0, 8, seed);
    for (guint32 core = 1; core < towns->n_cores; core++) {
        place_use (towns, core, CG_USE_MARKET, 1, 0.15, 0.3, 4, seed);
        place_use (towns, core, CG_USE_SCHOOL, 1, 0.5, 0.6, 6, seed);
        place_use (towns, core, CG_USE_HOSPITAL, 1, 0.4, 0.3, 4, seed);
        place_use (towns, core, CG_USE_OFFICE, 1, 0.2, 0.3, 4, seed);
    }
}

/* ---- dedicated areas ------------------------------------------------------------------------- */

typedef struct {
    CgTowns *towns;
    const CgBlockLinks *links;
    guint8 *open; /* [blocks] of the county town and not dedicated */
    guint32 number;
    CgUse use;
    double wanted_m2;
} Claim;

static gboolean
may_claim (const Claim *claim, guint32 block)
{
    if (!claim->open[block])
        return FALSE;
    guint32 before = cg_links_pieces (claim->links, claim->open);
    claim->open[block] = FALSE;
    gboolean whole = cg_links_pieces (claim->links, claim->open) <= before;
    claim->open[block] = TRUE;
    return whole;
}

static void
claim_block (const Claim *claim, guint32 i)
{
    CgBlock *block = &g_array_index (claim->towns->blocks, CgBlock, i);
    block->dedicated = claim->number;
    block->use = claim->use;
    claim->open[i] = FALSE;
}

/* The next block of a growing area: the neighbour that touches it most and whose loss does not cut
 * the rest of the town in two. */
static guint32
next_block (const Claim *claim, CgSpot start)
{
    guint32 best = CG_NONE;
    double best_value = 0;
    for (guint32 i = 0; i < claim->links->n; i++) {
        double touch = 0;
        for (guint32 l = claim->links->first[i]; l < claim->links->first[i + 1]; l++) {
            const CgBlock *other =
                &g_array_index (claim->towns->blocks, CgBlock, claim->links->target[l]);
            if (other->dedicated == claim->number && claim->links->class[l] != CG_BARRIER_WATER)
                touch += claim->links->length_m[l];
        }
        const CgBlock *block = &g_array_index (claim->towns->blocks, CgBlock, i);
        double value = touch / (200 + hypot (block->middle.x - start.x, block->middle.y - start.y));
        if (touch > 20 && value > best_value && may_claim (claim, i)) {
            best = i;
            best_value = value;
        }
    }
    return best;
}

static void
claim_area (const Claim *claim)
{
    guint32 first = CG_NONE;
    double best = -1;
    for (guint32 i = 0; i < claim->links->n; i++) {
        const CgBlock *block = &g_array_index (claim->towns->blocks, CgBlock, i);
        if (!claim->open[i] || (claim->number > 0 && block->use != claim->use))
            continue;
        double value = claim->number == 0 ? block->far : 1 - fabs (block->far - 0.45);
        if (value > best && may_claim (claim, i)) {
            best = value;
            first = i;
        }
    }
    if (first == CG_NONE)
        return;
    CgSpot start = g_array_index (claim->towns->blocks, CgBlock, first).middle;
    double area = 0;
    for (guint32 next = first; next != CG_NONE && area < claim->wanted_m2;
         next = area < claim->wanted_m2 ? next_block (claim, start) : CG_NONE) {
        claim_block (claim, next);
        area += g_array_index (claim->towns->blocks, CgBlock, next).area_m2;
    }
}

static void
claim_areas (CgTowns *towns, const CgCounty *county)
{
    static const struct {
        CgUse use;
        const char *title;
        double share; /* of the county town's core */
    } kinds[] = { { CG_USE_WORKS, "工业园区", 0.07 },
                  { CG_USE_HOSPITAL, "人民医院", 0.001 },
                  { CG_USE_SCHOOL, "职业学院", 0.001 } };
    CgBlockLinks links;
    cg_block_links_init (&links, towns);
    g_autofree guint8 *open = g_new0 (guint8, MAX (links.n, 1));
    double total = 0;
    for (guint32 i = 0; i < links.n; i++) {
        const CgBlock *block = &g_array_index (towns->blocks, CgBlock, i);
        open[i] = block->core == 0 && block->dry_m2 > 0;
        total += open[i] ? block->area_m2 : 0;
    }
    for (guint32 k = 0; k < county->dedicated && k < G_N_ELEMENTS (kinds); k++) {
        Claim claim = { towns, &links, open, k, kinds[k].use, MIN (kinds[k].share * total, 1.8e6) };
        claim_area (&claim);
        g_ptr_array_add (towns->dedicated,
                         g_strconcat (county->county_name, kinds[k].title, NULL));
    }
    cg_block_links_done (&links);
}

static void
cut_streets (CgTowns *towns, const CgCounty *county, const CgLand *land, const CgSettle *settle,
             const GPtrArray *rivers, const GPtrArray *tracks, CgNamer *namer, guint64 seed)
{
    gboolean city = county->villages == 0;
    for (guint32 core = 0; core < towns->n_cores; core++) {
        CgStreetPlan seat = { 185, 230, 3, 4, 0.16 }, town = { 150, 190, 4, 5, 0.15 };
        CgStreetPlan large = { 240, 250, 4, 4, 0.14 };
        CgFrame frame;
        cg_frame_init (&frame, land, settle, core, seed);
        cg_streets_cut (towns, &frame, city ? &large : core == 0 ? &seat : &town, core, rivers,
                        tracks, namer);
        cg_frame_done (&frame);
    }
}

CgTowns *
cg_towns_new (const CgCounty *county, const CgLand *land, const CgSettle *settle, CgMesh *mesh,
              const GPtrArray *rivers, const CgWater *wide, const GPtrArray *tracks, CgNamer *namer,
              guint64 seed)
{
    CgTowns *towns = g_new0 (CgTowns, 1);
    towns->mesh = mesh;
    towns->wide = wide;
    towns->n_cores = county->villages == 0 ? 1 : settle->n_towns;
    towns->blocks = g_array_new (FALSE, FALSE, sizeof (CgBlock));
    towns->communities = g_array_new (FALSE, FALSE, sizeof (CgCommunity));
    towns->closes = g_ptr_array_new_with_free_func ((GDestroyNotify) close_free);
    towns->streets = g_ptr_array_new_with_free_func ((GDestroyNotify) street_free);
    towns->street_ends = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
    towns->dedicated = g_ptr_array_new_with_free_func (g_free);
    for (guint32 core = 0; core < towns->n_cores; core++) {
        g_ptr_array_add (towns->street_ends, g_array_new (FALSE, FALSE, sizeof (CgSpot)));
        CG_FACE (mesh, settle->n_pieces + core)->core = core;
    }
    cut_streets (towns, county, land, settle, rivers, tracks, namer, seed);
    cg_banks_cut (towns, rivers);
    find_blocks (towns, land, settle);
    choose_uses (towns, county, seed);
    claim_areas (towns, county);
    cg_communities_form (towns, county, seed);
    cg_lots_cut (towns, county, namer, seed);
    cg_lots_people (towns, county, seed);
    return towns;
}

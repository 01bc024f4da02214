#include <math.h>

#include "sample_internal.h"

#define DRY_M 3.0 /* houses keep so far away from the water */

typedef struct {
    CgSpot middle;
    double c, s, half_w, half_d; /* direction and half sizes */
} House;

typedef struct {
    CgSpot a, b;
    double set_back; /* how far buildings keep away */
} Side;

/* Whether a house keeps away from all rivers, by the circle around it. */
static gboolean
is_dry (const CgWater *water, const House *house)
{
    return cg_water_is_dry (water, house->middle, DRY_M + hypot (house->half_w, house->half_d));
}

static void
house_corners (const House *house, CgSpot out[4])
{
    static const double signs[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };
    for (guint k = 0; k < 4; k++) {
        double a = signs[k][0] * house->half_w, b = signs[k][1] * house->half_d;
        out[k] = cg_plane_round ((CgSpot){ house->middle.x + a * house->c - b * house->s,
                                           house->middle.y + a * house->s + b * house->c });
    }
}

static double
set_back (const CgWorld *world, guint8 class)
{
    switch (class) {
    case CG_BARRIER_WATER:
        return world->county->land.river_m / 2 + 14;
    case CG_BARRIER_RAILWAY:
        return 24;
    case CG_BARRIER_ARTERIAL:
        return 17;
    case CG_BARRIER_STREET:
        return 10;
    case CG_BARRIER_NONE:
        return 8;
    default:
        return 4;
    }
}

static void
read_sides (const CgWorld *world, guint32 face, GArray *ring, GArray *sides)
{
    const CgMesh *mesh = world->mesh;
    g_array_set_size (sides, 0);
    cg_mesh_outline (mesh, face, ring);
    guint32 start = CG_FACE (mesh, face)->loop, h = start;
    do {
        Side side = { *CG_SPOT (mesh, CG_HALF (mesh, h)->origin),
                      *CG_SPOT (mesh, CG_HALF (mesh, h ^ 1)->origin),
                      set_back (world, CG_EDGE (mesh, h)->class) };
        g_array_append_val (sides, side);
        h = CG_HALF (mesh, h)->next;
    } while (h != start);
}

static gboolean
house_fits (const House *house, const GArray *ring, const GArray *sides)
{
    CgSpot corner[4];
    house_corners (house, corner);
    const CgSpot *at = (const CgSpot *) (void *) ring->data;
    if (!cg_plane_inside (at, ring->len, house->middle))
        return FALSE;
    for (guint i = 0; i < sides->len; i++) {
        const Side *side = &g_array_index (sides, Side, i);
        double t, u;
        for (guint k = 0; k < 4; k++) {
            if (cg_plane_gap (corner[k], side->a, side->b) < side->set_back)
                return FALSE;
            if (cg_plane_cross (corner[k], corner[(k + 1) % 4], side->a, side->b, &t, &u))
                return FALSE;
        }
    }
    return TRUE;
}

static void
add_house (CgWorld *world, const House *house, CgShapes *shapes)
{
    CgSpot corner[4];
    house_corners (house, corner);
    for (guint k = 0; k <= 4; k++)
        cg_shapes_add_vertex (shapes, corner[k % 4].x, corner[k % 4].y);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    CgSpot middle = cg_plane_round (house->middle);
    g_array_append_val (world->houses, middle);
}

/* Homes face south as far as the street allows: along the street or across, whichever lies nearer
 * to east-west. */
static double
facing (double angle, CgUse use)
{
    if (use > CG_USE_OLD)
        return angle;
    double c = cos (angle), s = sin (angle);
    return fabs (c) >= fabs (s) ? angle : angle + G_PI / 2;
}

typedef struct {
    const CgUseInfo *info;
    double c, s, scale;
    guint64 seed;
} Pattern;

static gboolean
house_at (const Pattern *pattern, CgSpot home, int i, int j, guint32 face, House *out)
{
    const CgUseInfo *info = pattern->info;
    guint64 key = ((guint64) (i + 5000) << 20) + (guint64) (j + 5000);
    if (cg_noise_pick (pattern->seed + face, 130, key) > info->built)
        return FALSE;
    double w = info->house_w_m * pattern->scale, d = info->house_d_m * pattern->scale;
    w *= 0.82 + 0.3 * cg_noise_pick (pattern->seed + face, 131, key);
    d *= 0.90 + 0.2 * cg_noise_pick (pattern->seed + face, 132, key);
    double a = i * (info->house_w_m + info->gap_x_m) * pattern->scale;
    double b = j * (info->house_d_m + info->gap_y_m) * pattern->scale;
    a += info->gap_x_m * pattern->scale * 0.5 *
         (cg_noise_pick (pattern->seed + face, 133, key) - 0.5);
    CgSpot middle = { home.x + a * pattern->c - b * pattern->s,
                      home.y + a * pattern->s + b * pattern->c };
    *out = (House){ middle, pattern->c, pattern->s, w / 2, d / 2 };
    return TRUE;
}

static void
build_urban (CgWorld *world, const CgWater *water, guint32 face, GArray *ring, GArray *sides,
             CgShapes *shapes)
{
    const CgBlock *block =
        &g_array_index (world->towns->blocks, CgBlock, CG_FACE (world->mesh, face)->block);
    double angle = facing (block->angle, block->use);
    /* In a city everything stands closer together than in a county town. */
    Pattern pattern = { cg_use_info (block->use), cos (angle), sin (angle),
                        world->county->buildings > 0 ? 0.60 : 1, world->seed };
    read_sides (world, face, ring, sides);
    CgSpot home = cg_mesh_middle (world->mesh, face);
    double reach = 0;
    for (guint i = 0; i < ring->len; i++) {
        CgSpot at = g_array_index (ring, CgSpot, i);
        reach = MAX (reach, hypot (at.x - home.x, at.y - home.y));
    }
    int n_i =
        (int) (reach / ((pattern.info->house_w_m + pattern.info->gap_x_m) * pattern.scale)) + 1;
    int n_j =
        (int) (reach / ((pattern.info->house_d_m + pattern.info->gap_y_m) * pattern.scale)) + 1;
    House house;
    for (int j = -n_j; j <= n_j; j++)
        for (int i = -n_i; i <= n_i; i++)
            if (house_at (&pattern, home, i, j, face, &house) && is_dry (water, &house) &&
                house_fits (&house, ring, sides) &&
                !cg_water_parts (world->wide, home, house.middle))
                add_house (world, &house, shapes);
}

/* ---- hamlets --------------------------------------------------------------------------------- */

static gboolean
hamlet_house_fits (const CgWorld *world, guint32 unit, const House *house, guint first)
{
    CgSpot corner[4];
    house_corners (house, corner);
    for (guint k = 0; k < 4; k++)
        if (!cg_world_in_unit (world, unit, corner[k]))
            return FALSE;
    for (guint i = first; i < world->houses->len; i++) {
        CgSpot other = g_array_index (world->houses, CgSpot, i);
        if (hypot (other.x - house->middle.x, other.y - house->middle.y) < 21)
            return FALSE;
    }
    return TRUE;
}

/* Farm houses in loose rows along the contour, one drawn for about three households. */
static void
build_hamlet (CgWorld *world, const CgWater *water, guint32 unit, guint32 piece, CgShapes *shapes)
{
    CgRandom random;
    cg_random_init (&random, world->seed + 140, unit);
    guint wanted = (world->sample->units->households[unit] + 2) / 3;
    CgSpot home = cg_land_centre (world->land, world->settle->piece_seat[piece]);
    double slope = cg_noise (world->seed + 141, home.x, home.y, 900) * G_PI;
    double c = cos (slope), s = sin (slope), reach = 26 + 13 * sqrt (wanted);
    guint first = world->houses->len;
    for (guint t = 0; t < 14 * wanted && world->houses->len - first < wanted; t++) {
        double a = 1.5 * reach * (2 * cg_random_unit (&random) - 1);
        double b = 0.55 * reach * (2 * cg_random_unit (&random) - 1);
        b = 24 * floor (b / 24) + 12 + 8 * sin (a / 60);
        double turn = slope + 0.16 * (cg_random_unit (&random) - 0.5);
        double half_w = 5 + 2 * cg_random_unit (&random), half_d = 3.2 + cg_random_unit (&random);
        House house = { { home.x + a * c - b * s, home.y + a * s + b * c }, cos (turn), sin (turn),
                        half_w, half_d };
        if (is_dry (water, &house) && !cg_water_parts (world->wide, home, house.middle) &&
            hamlet_house_fits (world, unit, &house, first))
            add_house (world, &house, shapes);
    }
}

/* Takes evenly spread rows out until exactly `keep` are left. */
static CgShapes *
thin_out (CgWorld *world, CgShapes *shapes, guint32 keep)
{
    guint32 n = shapes->n_shapes, kept = 0;
    CgShapes *out = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GArray) houses = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    guint32 n_units = world->sample->units->n;
    g_autofree guint32 *first = g_new0 (guint32, n_units + 1);
    for (guint32 unit = 0, i = 0; unit < n_units; unit++) {
        for (; i < world->first_house[unit + 1]; i++) {
            if ((guint64) (i + 1) * keep / n == (guint64) i * keep / n)
                continue;
            cg_shapes_add_shape (out, shapes, i);
            g_array_append_val (houses, g_array_index (world->houses, CgSpot, i));
            kept++;
        }
        first[unit + 1] = kept;
    }
    cg_shapes_free (shapes);
    g_array_unref (world->houses);
    world->houses = g_steal_pointer (&houses);
    g_free (world->first_house);
    world->first_house = g_steal_pointer (&first);
    return out;
}

CgShapes *
cg_world_buildings (CgWorld *world)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    guint32 n = world->sample->units->n;
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    g_autoptr (GArray) sides = g_array_new (FALSE, FALSE, sizeof (Side));
    g_autoptr (CgWater) water = cg_water_new (world->rivers, 0);
    world->houses = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    world->first_house = g_new0 (guint32, n + 1);
    for (guint32 unit = 0; unit < n; unit++) {
        guint32 face = world->unit_face[unit], piece = CG_FACE (world->mesh, face)->piece;
        if (piece == CG_NONE)
            build_urban (world, water, face, ring, sides, shapes);
        else
            build_hamlet (world, water, unit, piece, shapes);
        world->first_house[unit + 1] = world->houses->len;
    }
    if (world->county->buildings > 0 && shapes->n_shapes > world->county->buildings)
        shapes = thin_out (world, shapes, world->county->buildings);
    return shapes;
}

#include <math.h>

#include "town_internal.h"

#define SHORE_M 8.0 /* a street that ends nearer to a wide river has no road beyond it */

/* ---- the frame ------------------------------------------------------------------------------- */

static void
to_frame (const CgFrame *frame, CgSpot at, double *out_u, double *out_v)
{
    double dx = at.x - frame->middle.x, dy = at.y - frame->middle.y;
    *out_u = dx * frame->cx + dy * frame->cy;
    *out_v = -dx * frame->cy + dy * frame->cx;
}

/* The axis along which the core is longest. */
static void
find_axis (CgFrame *frame, const GArray *cells)
{
    double xx = 0, xy = 0, yy = 0;
    frame->middle = (CgSpot){ 0, 0 };
    for (guint i = 0; i < cells->len; i++) {
        CgSpot at = g_array_index (cells, CgSpot, i);
        frame->middle.x += at.x / cells->len;
        frame->middle.y += at.y / cells->len;
    }
    for (guint i = 0; i < cells->len; i++) {
        CgSpot at = g_array_index (cells, CgSpot, i);
        double dx = at.x - frame->middle.x, dy = at.y - frame->middle.y;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    /* Eigenvector of the larger eigenvalue of the spread, without trigonometry. */
    double half = (xx - yy) / 2, root = sqrt (half * half + xy * xy);
    double ex = half + root, ey = xy, length = hypot (ex, ey);
    frame->cx = length > 0 ? ex / length : 1;
    frame->cy = length > 0 ? ey / length : 0;
}

static void
find_bend (CgFrame *frame, const GArray *cells)
{
    frame->step = 200;
    frame->n = (guint) ((frame->u_max - frame->u_min) / frame->step) + 2;
    frame->bend = g_new0 (double, frame->n);
    double window = MAX (500, (frame->u_max - frame->u_min) / 9);
    for (guint i = 0; i < frame->n; i++) {
        double at = frame->u_min + i * frame->step, sum = 0, total = 0, u, v;
        for (guint k = 0; k < cells->len; k++) {
            to_frame (frame, g_array_index (cells, CgSpot, k), &u, &v);
            double near = 1 - fabs (u - at) / window;
            if (near > 0) {
                sum += near * v;
                total += near;
            }
        }
        frame->bend[i] = total > 0 ? sum / total : i > 0 ? frame->bend[i - 1] : 0;
    }
}

static double
bend_at (const CgFrame *frame, double u)
{
    double t = CLAMP ((u - frame->u_min) / frame->step, 0, frame->n - 1.000001);
    guint i = (guint) t;
    double f = t - i;
    return frame->bend[i] * (1 - f) + frame->bend[MIN (i + 1, frame->n - 1)] * f;
}

void
cg_frame_init (CgFrame *frame, const CgLand *land, const CgSettle *settle, guint32 town,
               guint64 seed)
{
    g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    for (guint32 i = 0; i < land->n; i++)
        if (settle->label[i] == settle->n_pieces + town) {
            CgSpot at = cg_land_centre (land, i);
            g_array_append_val (cells, at);
        }
    frame->seed = seed + town;
    find_axis (frame, cells);
    CgBox box = CG_BOX_EMPTY;
    double u, v;
    for (guint i = 0; i < cells->len; i++) {
        to_frame (frame, g_array_index (cells, CgSpot, i), &u, &v);
        cg_box_add (&box, u, v);
    }
    frame->u_min = box.x_min - land->width_m;
    frame->u_max = box.x_max + land->width_m;
    find_bend (frame, cells);
    CgBox across = CG_BOX_EMPTY;
    for (guint i = 0; i < cells->len; i++) {
        to_frame (frame, g_array_index (cells, CgSpot, i), &u, &v);
        cg_box_add (&across, u, v - bend_at (frame, u));
    }
    frame->v_min = across.y_min - land->width_m;
    frame->v_max = across.y_max + land->width_m;
}

void
cg_frame_done (CgFrame *frame)
{
    g_clear_pointer (&frame->bend, g_free);
}

CgSpot
cg_frame_spot (const CgFrame *frame, double u, double v)
{
    double w = v + bend_at (frame, u);
    CgSpot at = { frame->middle.x + u * frame->cx - w * frame->cy,
                  frame->middle.y + u * frame->cy + w * frame->cx };
    /* Streets were laid by people: none is quite straight. */
    at.x += 16 * cg_noise (frame->seed + 1, at.x, at.y, 420);
    at.y += 16 * cg_noise (frame->seed + 2, at.x, at.y, 420);
    return at;
}

/* ---- cutting --------------------------------------------------------------------------------- */

typedef struct {
    CgTowns *towns;
    guint32 core;
    double dropped;
    guint64 seed;
} Cutter;

static void
cut_core (const Cutter *cutter, const CgSpot *line, guint n_line, const CgCut *cut)
{
    CgMesh *mesh = cutter->towns->mesh;
    CgBox box = CG_BOX_EMPTY;
    for (guint i = 0; i < n_line; i++)
        cg_box_add (&box, line[i].x, line[i].y);
    guint n = mesh->faces->len;
    for (guint32 face = 0; face < n; face++) {
        if (CG_FACE (mesh, face)->core != cutter->core)
            continue;
        CgBox around = cg_mesh_box (mesh, face);
        if (!cg_box_meets (&around, &box))
            continue;
        if (cutter->dropped > 0) {
            CgSpot middle = cg_mesh_middle (mesh, face);
            if (cg_noise_pick (cutter->seed + cut->street, (guint64) middle.x, (guint64) middle.y) <
                cutter->dropped)
                continue;
        }
        cg_mesh_cut (mesh, face, line, n_line, cut);
    }
}

static guint32
new_street (CgTowns *towns, guint8 class, char *name)
{
    CgStreet *street = g_new0 (CgStreet, 1);
    street->class = class;
    street->name = name;
    g_ptr_array_add (towns->streets, street);
    return towns->streets->len - 1;
}

static void
cut_ways (const Cutter *cutter, const GPtrArray *ways, double least_m, double min_area_m2)
{
    for (guint i = 0; i < ways->len; i++) {
        const CgWay *way = ways->pdata[i];
        if (way->class == CG_BARRIER_WATER && way->width_to_m < least_m)
            continue;
        CgCut cut = { way->class, CG_NONE, 3, min_area_m2, 0.15 };
        cut_core (cutter, (const CgSpot *) (void *) way->line->data, way->line->len, &cut);
    }
}

/* One street: along (v fixed) or across (u fixed). */
static void
cut_street (const Cutter *cutter, const CgFrame *frame, gboolean along, double at, guint8 class,
            CgNamer *namer)
{
    g_autoptr (GArray) line = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    double from = along ? frame->u_min : frame->v_min, to = along ? frame->u_max : frame->v_max;
    guint n = MAX (2, (guint) ((to - from) / 70));
    for (guint i = 0; i <= n; i++) {
        double s = from + (to - from) * i / n;
        CgSpot spot = along ? cg_frame_spot (frame, s, at) : cg_frame_spot (frame, at, s);
        g_array_append_val (line, spot);
    }
    char *name = cg_namer_take (namer, CG_NAME_STREET);
    CgCut cut = { class, new_street (cutter->towns, class, name), 14, 4200, 0.5 };
    cut_core (cutter, (const CgSpot *) (void *) line->data, line->len, &cut);
}

static void
cut_family (Cutter *cutter, const CgFrame *frame, const CgStreetPlan *plan, gboolean along,
            guint8 class, CgNamer *namer)
{
    double spacing = along ? plan->along_m : plan->across_m;
    guint main = along ? plan->main_along : plan->main_across;
    double from = along ? frame->v_min : frame->u_min, to = along ? frame->v_max : frame->u_max;
    /* Counted from the middle, so that the main street runs through it. */
    int first = (int) ceil (from / spacing), last = (int) floor (to / spacing);
    for (int k = first; k <= last; k++) {
        gboolean arterial = ((k % (int) main) + (int) main) % (int) main == 0;
        if (arterial != (class == CG_BARRIER_ARTERIAL))
            continue;
        double jitter =
            0.3 * spacing * (cg_noise_pick (frame->seed + along, 80, (guint64) (k + 1000)) - 0.5);
        cut_street (cutter, frame, along, k * spacing + jitter, class, namer);
    }
}

/* TRUE when one of the faces around the origin of a half-edge is not of that core. */
static gboolean
is_on_rim (const CgMesh *mesh, guint32 start, guint32 core)
{
    guint32 h = start;
    do {
        guint32 face = CG_HALF (mesh, h)->face;
        if (face == CG_NONE || CG_FACE (mesh, face)->core != core)
            return TRUE;
        h = CG_HALF (mesh, h)->prev ^ 1;
    } while (h != start);
    return FALSE;
}

/* Where streets reach the rim; a core too small for streets offers its whole rim. */
static void
find_ends (CgTowns *towns, guint32 core)
{
    CgMesh *mesh = towns->mesh;
    GArray *ends = towns->street_ends->pdata[core];
    for (guint pass = 0; pass < 2 && ends->len == 0; pass++)
        for (guint32 h = 0; h < mesh->halves->len; h++) {
            const CgHalf *half = CG_HALF (mesh, h);
            guint8 class = CG_EDGE (mesh, h)->class;
            if (half->face == CG_NONE || CG_FACE (mesh, half->face)->core != core)
                continue;
            if (pass == 0 && class != CG_BARRIER_ARTERIAL && class != CG_BARRIER_STREET)
                continue;
            if (is_on_rim (mesh, h, core) &&
                (pass == 1 || cg_water_is_dry (towns->wide, *CG_SPOT (mesh, half->origin), SHORE_M)))
                g_array_append_val (ends, *CG_SPOT (mesh, half->origin));
        }
}

void
cg_streets_cut (CgTowns *towns, const CgFrame *frame, const CgStreetPlan *plan, guint32 core,
                const GPtrArray *rivers, const GPtrArray *tracks, CgNamer *namer)
{
    Cutter cutter = { towns, core, 0, frame->seed };
    cut_ways (&cutter, rivers, 9, 6000);
    if (core == 0)
        cut_ways (&cutter, tracks, 0, 12000);
    cut_family (&cutter, frame, plan, TRUE, CG_BARRIER_ARTERIAL, namer);
    cut_family (&cutter, frame, plan, FALSE, CG_BARRIER_ARTERIAL, namer);
    cutter.dropped = plan->dropped;
    cut_family (&cutter, frame, plan, FALSE, CG_BARRIER_STREET, namer);
    cut_family (&cutter, frame, plan, TRUE, CG_BARRIER_STREET, namer);
    find_ends (towns, core);
}

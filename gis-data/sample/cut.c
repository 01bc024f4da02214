#include <math.h>

#include "mesh_internal.h"

/* Where a line meets the outline of a face. */
typedef struct {
    double along;    /* stretch of the line and how far along it   */
    guint32 half;    /* half-edge that it meets                    */
    double on_half;  /* 0..1 on it; 0: at its origin               */
    CgSpot at;
} Meeting;

typedef struct {
    CgMesh *mesh;
    const CgCut *cut;
    const CgSpot *line;
    guint n_line;
    GArray *ring;     /* CgSpot, outline of the face        */
    GArray *ring_half; /* guint32, half-edge of each corner */
    GArray *meetings;
} Knife;

static void
read_outline (Knife *knife, guint32 face)
{
    g_array_set_size (knife->ring_half, 0);
    guint32 start = CG_FACE (knife->mesh, face)->loop, h = start;
    do {
        g_array_append_val (knife->ring_half, h);
        h = CG_HALF (knife->mesh, h)->next;
    } while (h != start);
    cg_mesh_outline (knife->mesh, face, knife->ring);
}

static int
by_along (gconstpointer a, gconstpointer b)
{
    const Meeting *p = a, *q = b;
    if (p->along != q->along)
        return p->along < q->along ? -1 : 1;
    return p->half < q->half ? -1 : p->half > q->half;
}

static void
add_meeting (Knife *knife, guint stretch, double t, guint corner, double u)
{
    const CgSpot *ring = (const CgSpot *) (void *) knife->ring->data;
    guint n = knife->ring->len, next = (corner + 1) % n;
    Meeting meeting = { stretch + t, g_array_index (knife->ring_half, guint32, corner), u,
                        cg_plane_between (ring[corner], ring[next], u) };
    double length = hypot (ring[next].x - ring[corner].x, ring[next].y - ring[corner].y);
    if (u * length < knife->cut->snap_m || (1 - u) * length < knife->cut->snap_m) {
        guint snap = u < 0.5 ? corner : next;
        meeting.half = g_array_index (knife->ring_half, guint32, snap);
        meeting.on_half = 0;
        meeting.at = ring[snap];
    } else {
        meeting.at = cg_plane_round (meeting.at);
    }
    for (guint i = 0; i < knife->meetings->len; i++) {
        const Meeting *old = &g_array_index (knife->meetings, Meeting, i);
        if (old->half == meeting.half && old->on_half == 0 && meeting.on_half == 0 &&
            fabs (old->along - meeting.along) < 0.5)
            return;
    }
    g_array_append_val (knife->meetings, meeting);
}

static void
find_meetings (Knife *knife)
{
    const CgSpot *ring = (const CgSpot *) (void *) knife->ring->data;
    guint n = knife->ring->len;
    CgBox box = CG_BOX_EMPTY;
    for (guint i = 0; i < n; i++)
        cg_box_add (&box, ring[i].x, ring[i].y);
    g_array_set_size (knife->meetings, 0);
    for (guint s = 0; s + 1 < knife->n_line; s++) {
        CgSpot a = knife->line[s], b = knife->line[s + 1];
        CgBox stretch = { MIN (a.x, b.x), MIN (a.y, b.y), MAX (a.x, b.x), MAX (a.y, b.y) };
        if (!cg_box_meets (&stretch, &box))
            continue;
        double t, u;
        for (guint i = 0; i < n; i++)
            if (cg_plane_cross (a, b, ring[i], ring[(i + 1) % n], &t, &u))
                add_meeting (knife, s, t, i, u);
    }
    g_array_sort (knife->meetings, by_along);
}

/* The way between two meetings: both ends and the points of the line between them. */
static GArray *
way_between (const Knife *knife, const Meeting *a, const Meeting *b)
{
    GArray *way = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    g_array_append_val (way, a->at);
    for (guint i = (guint) a->along + 1; i <= (guint) b->along && i < knife->n_line; i++) {
        CgSpot at = cg_plane_round (knife->line[i]);
        if (hypot (at.x - a->at.x, at.y - a->at.y) > 2 * knife->cut->snap_m &&
            hypot (at.x - b->at.x, at.y - b->at.y) > 2 * knife->cut->snap_m)
            g_array_append_val (way, at);
    }
    g_array_append_val (way, b->at);
    return way;
}

/* Inner points keep clear of the outline and no stretch crosses it or another stretch. */
static gboolean
way_is_clear (const Knife *knife, const GArray *way)
{
    const CgSpot *ring = (const CgSpot *) (void *) knife->ring->data;
    const CgSpot *at = (const CgSpot *) (void *) way->data;
    guint n = knife->ring->len, last = way->len - 2;
    double t, u;
    for (guint s = 0; s <= last; s++) {
        CgSpot middle = cg_plane_between (at[s], at[s + 1], 0.5);
        if (!cg_plane_inside (ring, n, middle))
            return FALSE;
        for (guint i = 0; i < n; i++) {
            CgSpot c = ring[i], d = ring[(i + 1) % n];
            if (cg_plane_gap (middle, c, d) < knife->cut->snap_m)
                return FALSE;
            if (s > 0 && cg_plane_gap (at[s], c, d) < knife->cut->snap_m)
                return FALSE;
            if (!cg_plane_cross (at[s], at[s + 1], c, d, &t, &u))
                continue;
            gboolean at_start = s == 0 && cg_plane_gap (at[0], c, d) < 0.01;
            gboolean at_end = s == last && cg_plane_gap (at[last + 1], c, d) < 0.01;
            if (!at_start && !at_end)
                return FALSE;
        }
        for (guint r = 0; r + 1 < s; r++)
            if (cg_plane_cross (at[r], at[r + 1], at[s], at[s + 1], &t, &u))
                return FALSE;
    }
    return TRUE;
}

/* Corners of the ring that the way leaves on one side, with the way: the piece it would cut off. */
static GArray *
piece_left (const Knife *knife, const Meeting *a, const Meeting *b, const GArray *way)
{
    GArray *piece = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    g_array_append_vals (piece, way->data, way->len);
    guint n = knife->ring->len, i = 0;
    while (g_array_index (knife->ring_half, guint32, i) != b->half)
        i++;
    guint end = 0;
    while (g_array_index (knife->ring_half, guint32, end) != a->half)
        end++;
    gboolean same = i == end && a->on_half > b->on_half;
    if (a->half == b->half && same)
        return piece;
    do {
        i = (i + 1) % n;
        if (i == end && a->on_half == 0)
            break;
        g_array_append_val (piece, g_array_index (knife->ring, CgSpot, i));
    } while (i != end);
    return piece;
}

static double
sine_at (CgSpot corner, CgSpot a, CgSpot b)
{
    double lengths =
        hypot (a.x - corner.x, a.y - corner.y) * hypot (b.x - corner.x, b.y - corner.y);
    double dot = (a.x - corner.x) * (b.x - corner.x) + (a.y - corner.y) * (b.y - corner.y);
    if (lengths == 0)
        return 0;
    return dot <= 0 ? 1 : fabs (cg_plane_turn (corner, a, b)) / lengths;
}

static gboolean
ends_are_blunt (const Knife *knife, const Meeting *m, CgSpot inner)
{
    guint n = knife->ring->len, i = 0;
    while (g_array_index (knife->ring_half, guint32, i) != m->half)
        i++;
    CgSpot ahead = g_array_index (knife->ring, CgSpot, (i + 1) % n);
    CgSpot behind = g_array_index (knife->ring, CgSpot, m->on_half > 0 ? i : (i + n - 1) % n);
    return sine_at (m->at, inner, ahead) >= knife->cut->min_angle &&
           sine_at (m->at, inner, behind) >= knife->cut->min_angle;
}

static gboolean
way_is_worth (const Knife *knife, const Meeting *a, const Meeting *b, const GArray *way)
{
    if (a->half == b->half && a->on_half == b->on_half)
        return FALSE;
    if (!way_is_clear (knife, way))
        return FALSE;
    if (!ends_are_blunt (knife, a, g_array_index (way, CgSpot, 1)) ||
        !ends_are_blunt (knife, b, g_array_index (way, CgSpot, way->len - 2)))
        return FALSE;
    g_autoptr (GArray) piece = piece_left (knife, a, b, way);
    double whole = cg_plane_area ((const CgSpot *) (void *) knife->ring->data, knife->ring->len);
    double part = fabs (cg_plane_area ((const CgSpot *) (void *) piece->data, piece->len));
    return MIN (part, whole - part) >= knife->cut->min_area_m2;
}

/* ---- changing the mesh ----------------------------------------------------------------------- */

static guint32
add_spot (CgMesh *mesh, CgSpot at)
{
    g_array_append_val (mesh->spots, at);
    return mesh->spots->len - 1;
}

static guint32
add_edge (CgMesh *mesh, guint32 from, guint32 to, guint8 class, guint32 street)
{
    CgHalf there = { from, CG_NONE, CG_NONE, CG_NONE }, back = { to, CG_NONE, CG_NONE, CG_NONE };
    CgEdge edge = { class, street };
    g_array_append_val (mesh->halves, there);
    g_array_append_val (mesh->halves, back);
    g_array_append_val (mesh->edges, edge);
    return mesh->halves->len - 2;
}

static void
join (CgMesh *mesh, guint32 first, guint32 second)
{
    CG_HALF (mesh, first)->next = second;
    CG_HALF (mesh, second)->prev = first;
}

guint32
cg_mesh_split_half (CgMesh *mesh, guint32 h, CgSpot at)
{
    guint32 twin = h ^ 1, spot = add_spot (mesh, at), end = CG_HALF (mesh, twin)->origin;
    CgEdge edge = *CG_EDGE (mesh, h);
    guint32 on = add_edge (mesh, spot, end, edge.class, edge.street), back = on ^ 1;
    CG_HALF (mesh, on)->face = CG_HALF (mesh, h)->face;
    CG_HALF (mesh, back)->face = CG_HALF (mesh, twin)->face;
    CG_HALF (mesh, twin)->origin = spot;
    guint32 after = CG_HALF (mesh, h)->next, before = CG_HALF (mesh, twin)->prev;
    join (mesh, on, after);
    join (mesh, h, on);
    join (mesh, before, back);
    join (mesh, back, twin);
    return on;
}

/* New edges along way from the origin of half-edge a to that of b; what lies left of the way
 * stays the old face, the rest is a new one. */
static void
split_face (CgMesh *mesh, guint32 face, guint32 a, guint32 b, const GArray *way, const CgCut *cut)
{
    guint32 before_a = CG_HALF (mesh, a)->prev, before_b = CG_HALF (mesh, b)->prev;
    guint32 from = CG_HALF (mesh, a)->origin, end = CG_HALF (mesh, b)->origin;
    guint32 there = before_a, back = a;
    for (guint i = 1; i < way->len; i++) {
        guint32 to = i + 1 == way->len ? end : add_spot (mesh, g_array_index (way, CgSpot, i));
        guint32 h = add_edge (mesh, from, to, cut->class, cut->street);
        join (mesh, there, h);
        join (mesh, h ^ 1, back);
        there = h;
        back = h ^ 1;
        from = to;
    }
    join (mesh, there, b);
    join (mesh, before_b, back);
    CgFace copy = *CG_FACE (mesh, face);
    copy.loop = a;
    g_array_append_val (mesh->faces, copy);
    CG_FACE (mesh, face)->loop = b;
    guint32 h = b;
    do {
        CG_HALF (mesh, h)->face = face;
        h = CG_HALF (mesh, h)->next;
    } while (h != b);
    h = a;
    do {
        CG_HALF (mesh, h)->face = mesh->faces->len - 1;
        h = CG_HALF (mesh, h)->next;
    } while (h != a);
}

static void
make_cut (Knife *knife, guint32 face, Meeting a, Meeting b, const GArray *way)
{
    CgMesh *mesh = knife->mesh;
    if (a.half == b.half && a.on_half > 0 && b.on_half > 0) {
        /* Both on one edge: the farther one first, so that the nearer stays on this half. */
        if (a.on_half > b.on_half) {
            a.half = cg_mesh_split_half (mesh, a.half, a.at);
            b.half = cg_mesh_split_half (mesh, b.half, b.at);
        } else {
            b.half = cg_mesh_split_half (mesh, b.half, b.at);
            a.half = cg_mesh_split_half (mesh, a.half, a.at);
        }
    } else {
        gboolean a_first = a.on_half > 0;
        if (a_first)
            a.half = cg_mesh_split_half (mesh, a.half, a.at);
        if (b.on_half > 0)
            b.half = cg_mesh_split_half (mesh, b.half, b.at);
    }
    split_face (mesh, face, a.half, b.half, way, knife->cut);
}

static gboolean
cut_once (Knife *knife, guint32 face)
{
    read_outline (knife, face);
    find_meetings (knife);
    for (guint i = 0; i + 1 < knife->meetings->len; i++) {
        const Meeting *a = &g_array_index (knife->meetings, Meeting, i), *b = a + 1;
        g_autoptr (GArray) way = way_between (knife, a, b);
        if (!way_is_worth (knife, a, b, way))
            continue;
        make_cut (knife, face, *a, *b, way);
        return TRUE;
    }
    return FALSE;
}

guint
cg_mesh_cut (CgMesh *mesh, guint32 face, const CgSpot *line, guint n_line, const CgCut *cut)
{
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    g_autoptr (GArray) ring_half = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) meetings = g_array_new (FALSE, FALSE, sizeof (Meeting));
    g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint32));
    Knife knife = { mesh, cut, line, n_line, ring, ring_half, meetings };
    g_array_append_val (open, face);
    guint made = 0;
    while (open->len > 0) {
        guint32 at = g_array_index (open, guint32, open->len - 1);
        if (!cut_once (&knife, at)) {
            g_array_set_size (open, open->len - 1);
            continue;
        }
        guint32 added = mesh->faces->len - 1;
        g_array_append_val (open, added);
        made++;
    }
    return made;
}

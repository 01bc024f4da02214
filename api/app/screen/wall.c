#include "app/screen/wall.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define SHAPE_TOLERANCE 0.01
#define MAX_PANELS_A_SIDE (CG_WALL_MAX_SEAMS + 1)

/* "7680x2160" */
static gboolean
parse_pair (const char *text, guint most, guint *out_a, guint *out_b)
{
    guint64 a, b;
    g_auto (GStrv) part = g_strsplit (text, "x", -1);
    if (g_strv_length (part) != 2 ||
        !g_ascii_string_to_unsigned (g_strstrip (part[0]), 10, 1, most, &a, NULL) ||
        !g_ascii_string_to_unsigned (g_strstrip (part[1]), 10, 1, most, &b, NULL))
        return FALSE;
    *out_a = (guint) a;
    *out_b = (guint) b;
    return TRUE;
}

/* "1920, 3840" as shares of size. */
static gboolean
parse_seams (const char *text, guint size, guint *out_n, double *out)
{
    g_auto (GStrv) part = g_strsplit (text, ",", -1);
    guint n = *text != '\0' ? g_strv_length (part) : 0;
    guint64 before = 0, at;
    if (n > CG_WALL_MAX_SEAMS)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        if (!g_ascii_string_to_unsigned (g_strstrip (part[i]), 10, before + 1, MAX (size, 1) - 1,
                                         &at, NULL))
            return FALSE;
        out[i] = (double) at / size;
        before = at;
    }
    *out_n = n;
    return TRUE;
}

static guint
equal_parts (guint n, double *out)
{
    for (guint i = 1; i < n; i++)
        out[i - 1] = (double) i / n;
    return n - 1;
}

static gboolean
refuse (GError **error, const char *key, const char *value, const char *wanted)
{
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "[wall] %s = %.60s: %s", key, value, wanted);
    return FALSE;
}

gboolean
cg_wall_parse (const char *size, const char *panels, const char *seams_x, const char *seams_y,
               CgWall *out, GError **error)
{
    CgWall wall = { 0 };
    gboolean placed = *seams_x != '\0' || *seams_y != '\0';
    if (*size == '\0' && (placed || *panels != '\0'))
        return refuse (error, "size", size, "the wall's pixels are wanted with its panels, as in 7680x2160");
    if (*size != '\0' && !parse_pair (size, CG_CANVAS_MAX_SIDE, &wall.width, &wall.height))
        return refuse (error, "size", size, "width x height in pixels is wanted, as in 7680x2160");
    if (placed && *panels != '\0')
        return refuse (error, "panels", panels, "either panels or seams_x and seams_y, not both");
    if (*panels != '\0') {
        guint columns, rows;
        if (!parse_pair (panels, MAX_PANELS_A_SIDE, &columns, &rows))
            return refuse (error, "panels", panels, "columns x rows of panels is wanted, as in 4x2");
        wall.n_x = equal_parts (columns, wall.x);
        wall.n_y = equal_parts (rows, wall.y);
    }
    if (placed && !parse_seams (seams_x, wall.width, &wall.n_x, wall.x))
        return refuse (error, "seams_x", seams_x, "rising pixels inside the wall are wanted, at most 31");
    if (placed && !parse_seams (seams_y, wall.height, &wall.n_y, wall.y))
        return refuse (error, "seams_y", seams_y, "rising pixels inside the wall are wanted, at most 31");
    *out = wall;
    return TRUE;
}

gboolean
cg_wall_fits (const CgWall *wall, double width, double height)
{
    if (wall->n_x + wall->n_y == 0 || !(width > 0.0 && height > 0.0))
        return FALSE;
    double shape = width / height * wall->height / wall->width;
    return fabs (shape - 1.0) <= SHAPE_TOLERANCE;
}

/* ---- snapping -------------------------------------------------------------------------------- */

#define LEAST_SCALE 0.75
#define MOST_SCALE 1.6
#define TOUCH 1e-3 /* that neighbours may lie over each other by rounding */

typedef struct {
    double low[2], high[2];
} Extent;

typedef struct {
    CgRect *rects;
    double gap;
    guint n_seams[2];
    const double *seam[2];
} Snap;

/* With the half of the gutter around it. */
static Extent
extent_of (const Snap *snap, guint i)
{
    const CgRect *r = &snap->rects[i];
    double half = snap->gap / 2;
    return (Extent){ { r->x - half, r->y - half },
                     { r->x + r->width + half, r->y + r->height + half } };
}

static void
sort_by_low (const Snap *snap, guint axis, guint n, guint *rows)
{
    for (guint i = 1; i < n; i++)
        for (guint k = i; k > 0; k--) {
            Extent a = extent_of (snap, rows[k - 1]), b = extent_of (snap, rows[k]);
            if (a.low[axis] <= b.low[axis])
                break;
            guint row = rows[k];
            rows[k] = rows[k - 1];
            rows[k - 1] = row;
        }
}

/* Groups that a line across the axis parts: ends of them in rows (sorted) and where they part.
 * Returns how many. */
static guint
find_cuts (const Snap *snap, guint axis, guint n, guint *rows, guint *out_end, double *out_at)
{
    guint groups = 0;
    double high = -INFINITY;
    sort_by_low (snap, axis, n, rows);
    for (guint i = 0; i < n; i++) {
        Extent one = extent_of (snap, rows[i]);
        if (i > 0 && one.low[axis] >= high - TOUCH) {
            out_at[groups] = (one.low[axis] + high) / 2;
            out_end[groups++] = i;
        }
        high = MAX (high, one.high[axis]);
    }
    out_end[groups++] = n;
    return groups;
}

/* m + 1 boundaries before, the first and the last already at their new places; of the others as many
 * as can be moved to seams, the rest in proportion between them. */
static void
choose (const Snap *snap, guint axis, guint m, const double *before, double *inout)
{
    guint n = snap->n_seams[axis], size = (m + 1) * (n + 2);
    g_autofree double *cost = g_new (double, size), *at = g_new (double, size);
    g_autofree guint *from = g_new0 (guint, size);
    double low = inout[0], high = inout[m];
    /* Node k * (n + 2) + j: boundary k at seam j - 1; j = 0 and n + 1 are the ends. */
    for (guint v = 0; v < size; v++) {
        guint k = v / (n + 2), j = v % (n + 2);
        gboolean inner = j > 0 && j <= n && k > 0 && k < m;
        at[v] = j == 0 ? low : j > n ? high : snap->seam[axis][j - 1];
        gboolean ends = (j == 0 && k == 0) || (j > n && k == m);
        cost[v] = INFINITY;
        if (!ends && !(inner && at[v] > low && at[v] < high))
            continue;
        if (k == 0)
            cost[v] = 0.0;
        for (guint u = 0; u < v; u++) {
            guint back = u / (n + 2);
            if (back >= k || !isfinite (cost[u]) || !(at[v] > at[u]))
                continue;
            double scale = (at[v] - at[u]) / (before[k] - before[back]), bend = log (scale);
            gboolean whole = back == 0 && k == m;
            if (!whole && (scale < LEAST_SCALE || scale > MOST_SCALE))
                continue;
            double total = cost[u] + (k - back) * bend * bend - (inner ? 1.0 : 0.0);
            if (total < cost[v]) {
                cost[v] = total;
                from[v] = u;
            }
        }
    }
    for (guint v = size - 1; v > 0; v = from[v]) {
        guint u = from[v], k = v / (n + 2), back = u / (n + 2);
        for (guint b = back; b <= k; b++)
            inout[b] = at[u] + (at[v] - at[u]) * (before[b] - before[back]) /
                                   (before[k] - before[back]);
    }
}

static double
moved (double value, const Extent *old, const Extent *new, guint axis)
{
    double share = (value - old->low[axis]) / (old->high[axis] - old->low[axis]);
    return new->low[axis] + share * (new->high[axis] - new->low[axis]);
}

static void
move_all (const Snap *snap, guint n, const guint *rows, const Extent *old, const Extent *new)
{
    double half = snap->gap / 2;
    for (guint i = 0; i < n; i++) {
        Extent one = extent_of (snap, rows[i]), to;
        for (guint axis = 0; axis < 2; axis++) {
            to.low[axis] = moved (one.low[axis], old, new, axis);
            to.high[axis] = moved (one.high[axis], old, new, axis);
        }
        snap->rects[rows[i]] = (CgRect){ to.low[0] + half, to.low[1] + half,
                                         to.high[0] - to.low[0] - snap->gap,
                                         to.high[1] - to.low[1] - snap->gap };
    }
}

static void
snap_region (const Snap *snap, guint n, guint *rows, Extent old, Extent new, guint depth)
{
    g_autofree guint *end = g_new (guint, n);
    g_autofree double *before = g_new (double, n + 1), *after = g_new (double, n + 1);
    guint axis = 0, groups = 1;
    for (axis = 0; axis < 2 && groups == 1 && depth < 32; axis++)
        groups = find_cuts (snap, axis, n, rows, end, before + 1);
    if (groups == 1) {
        move_all (snap, n, rows, &old, &new);
        return;
    }
    axis--;
    before[0] = old.low[axis];
    before[groups] = old.high[axis];
    for (guint k = 0; k <= groups; k++)
        after[k] = moved (before[k], &old, &new, axis);
    choose (snap, axis, groups, before, after);
    for (guint k = 0, start = 0; k < groups; start = end[k++]) {
        Extent part = old, to = new;
        part.low[axis] = before[k];
        part.high[axis] = before[k + 1];
        to.low[axis] = after[k];
        to.high[axis] = after[k + 1];
        snap_region (snap, end[k] - start, rows + start, part, to, depth + 1);
    }
}

void
cg_wall_snap (guint n, CgRect *rects, double gap, guint n_x, const double *seam_x, guint n_y,
              const double *seam_y)
{
    Snap snap = { rects, gap, { n_x, n_y }, { seam_x, seam_y } };
    g_autofree guint *rows = g_new (guint, MAX (n, 1));
    Extent all = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };
    for (guint i = 0; i < n; i++) {
        Extent one = extent_of (&snap, i);
        rows[i] = i;
        for (guint axis = 0; axis < 2; axis++) {
            all.low[axis] = MIN (all.low[axis], one.low[axis]);
            all.high[axis] = MAX (all.high[axis], one.high[axis]);
        }
    }
    if (n > 1 && n_x + n_y > 0)
        snap_region (&snap, n, rows, all, all, 0);
}

/* The longest stretch of low .. low + length between the seams in it. */
static void
longest_stretch (double *low, double *length, double gap, guint n, const double *seam)
{
    double start = *low, end = *low + *length, hair = 1e-9 * *length, from = start;
    *length = 0;
    for (guint k = 0; k <= n; k++) {
        if (k < n && (seam[k] <= start + hair || seam[k] >= end - hair))
            continue;
        double to = k < n ? seam[k] - gap / 2 : end;
        if (to - from > *length + hair) {
            *low = from;
            *length = to - from;
        }
        from = k < n ? seam[k] + gap / 2 : end;
    }
}

CgRect
cg_wall_clear (CgRect rect, double gap, guint n_x, const double *seam_x, guint n_y,
               const double *seam_y)
{
    longest_stretch (&rect.x, &rect.width, gap, n_x, seam_x);
    longest_stretch (&rect.y, &rect.height, gap, n_y, seam_y);
    return rect;
}

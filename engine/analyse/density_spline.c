/* Density through a coarse lattice: events are spread to nodes, nodes are smoothed, pixels are read
 * off.
 *
 *     events --spread--> int64 nodes --taps--> float nodes --evaluate--> pixels
 *
 * Spreading and evaluating use the cubic B-spline, four nodes along each axis. The lattice is fixed
 * to the world (node k lies at k spacings from the origin of the CRS), so that neighbouring windows
 * agree. */
#include "analyse/density_internal.h"
#include "base/error.h"

#include <string.h>

/* One axis of the lattice as a window sees it. */
typedef struct {
    double spacing_m;
    double first;    /* number of the first node that events are spread to              */
    guint32 n_nodes; /* nodes that events are spread to                                 */
    guint32 n_read;  /* nodes that pixels read: radius + 3 more lie on each side        */
    guint32 n_pixels;
    guint32 *node; /* [n_pixels] first of the four nodes read, counted in n_read      */
    float *weight; /* [4 * n_pixels]                                                  */
} Axis;

typedef struct {
    Axis columns, rows;
    guint radius;   /* of the taps                                                     */
    float *taps;    /* [radius + 1], or [(radius + 1)^2]                               */
    gint64 *spread; /* [rows.n_nodes * columns.n_nodes] fixed point                    */
    float *nodes;   /* what the pass over rows reads, [rows.n_nodes] lines of n_line   */
    guint32 n_line;
    guint8 *line_used; /* [rows.n_nodes] FALSE: all zero                                  */
} Lattice;

static void
axis_done (Axis *axis)
{
    g_free (axis->node);
    g_free (axis->weight);
}

static void
lattice_done (Lattice *lattice)
{
    axis_done (&lattice->columns);
    axis_done (&lattice->rows);
    g_free (lattice->taps);
    g_free (lattice->spread);
    g_free (lattice->nodes);
    g_free (lattice->line_used);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lattice, lattice_done)

/* Weights of the four nodes around a place that lies `part` (0..1) of a spacing after
 * the second. */
static inline void
spline_weights (double part, double *out)
{
    double rest = 1 - part;
    out[0] = rest * rest * rest / 6;
    out[1] = (4 - 3 * part * part * (1 + rest)) / 6;
    out[2] = (4 - 3 * rest * rest * (1 + part)) / 6;
    out[3] = part * part * part / 6;
}

/* centre (i) = first_m + i * step_m for the pixels; FALSE when memory is short. */
static gboolean
axis_init (Axis *axis, double spacing_m, guint radius, double first_m, double step_m,
           guint32 n_pixels)
{
    double last_m = first_m + (n_pixels - 1) * step_m;
    double first_read = floor (MIN (first_m, last_m) / spacing_m) - 1;
    double last_read = floor (MAX (first_m, last_m) / spacing_m) + 2;
    guint margin = radius + 3;
    *axis = (Axis){ .spacing_m = spacing_m, .first = first_read - margin, .n_pixels = n_pixels };
    axis->n_read = (guint32) (last_read - first_read) + 1;
    axis->n_nodes = axis->n_read + 2 * margin;
    axis->node = g_try_new (guint32, n_pixels);
    axis->weight = g_try_new (float, 4 * (gsize) n_pixels);
    if (axis->node == NULL || axis->weight == NULL)
        return FALSE;
    for (guint32 i = 0; i < n_pixels; i++) {
        double place = (first_m + i * step_m) / spacing_m, weight[4];
        spline_weights (place - floor (place), weight);
        axis->node[i] = (guint32) (floor (place) - 1 - first_read);
        for (guint k = 0; k < 4; k++)
            axis->weight[4 * (gsize) i + k] = (float) weight[k];
    }
    return TRUE;
}

static gboolean
lattice_init (Lattice *lattice, CgKernel kernel, double spacings, const CgDensity *density)
{
    gboolean gaussian = kernel == CG_KERNEL_GAUSSIAN;
    g_autofree double *taps = (gaussian ? cg_density_gaussian_taps
                                        : cg_density_quartic_taps) (spacings, &lattice->radius);
    guint n_taps = gaussian ? lattice->radius + 1 : (lattice->radius + 1) * (lattice->radius + 1);
    lattice->taps = g_new (float, n_taps);
    for (guint t = 0; t < n_taps; t++)
        lattice->taps[t] = (float) taps[t];

    const CgBox *box = &density->box;
    double spacing_m = density->bandwidth_m / spacings;
    double pixel_x = (box->x_max - box->x_min) / density->width;
    double pixel_y = (box->y_max - box->y_min) / density->height;
    if (!axis_init (&lattice->columns, spacing_m, lattice->radius, box->x_min + pixel_x / 2,
                    pixel_x, density->width) ||
        !axis_init (&lattice->rows, spacing_m, lattice->radius, box->y_max - pixel_y / 2, -pixel_y,
                    density->height))
        return FALSE;
    gsize n_nodes = (gsize) lattice->rows.n_nodes * lattice->columns.n_nodes;
    lattice->spread = g_try_new0 (gint64, n_nodes);
    lattice->line_used = g_try_new0 (guint8, lattice->rows.n_nodes);
    return lattice->spread != NULL && lattice->line_used != NULL;
}

static void
spread (Lattice *lattice, const Events *events)
{
    const Axis *columns = &lattice->columns, *rows = &lattice->rows;
    for (guint32 i = 0; i < events->n; i++) {
        if (!event_is_usable (events, i))
            continue;
        double place_x = events->x[i] / columns->spacing_m,
               place_y = events->y[i] / rows->spacing_m;
        double node_x = floor (place_x), node_y = floor (place_y);
        double column = node_x - 1 - columns->first, row = node_y - 1 - rows->first;
        /* Nodes that the taps reach from the window are complete: the margin is three
         * nodes wider. */
        if (!(column >= 0 && row >= 0 && column + 4 <= columns->n_nodes &&
              row + 4 <= rows->n_nodes))
            continue;
        double weight_x[4], weight_y[4];
        spline_weights (place_x - node_x, weight_x);
        spline_weights (place_y - node_y, weight_y);
        gint64 *node = lattice->spread + (gsize) row * columns->n_nodes + (gsize) column;
        double weight = event_weight (events, i) * events->to_fixed;
        for (guint r = 0; r < 4; r++, node += columns->n_nodes) {
            double factor = weight * weight_y[r];
            for (guint c = 0; c < 4; c++)
                node[c] += (gint64) (factor * weight_x[c]);
            lattice->line_used[(guint32) row + r] = TRUE;
        }
    }
}

/* out[i] += sum over taps, both sides at once, for n places; in[i] is the middle. */
static void
add_taps (float *restrict out, const float *restrict in, guint32 n, const float *taps, guint radius)
{
    for (guint32 i = 0; i < n; i++)
        out[i] += taps[0] * in[i];
    for (guint t = 1; t <= radius; t++) {
        const float *left = in - t, *right = in + t;
        float tap = taps[t];
        for (guint32 i = 0; i < n; i++)
            out[i] += tap * (left[i] + right[i]);
    }
}

/* Fixed point to floats, events per km2. For the Gaussian the taps along x follow at once and a
 * line shrinks to the nodes that pixels read; for the quartic lines keep their margin. */
static gboolean
make_lines (Lattice *lattice, CgKernel kernel, double per_km2)
{
    guint32 n_nodes = lattice->columns.n_nodes;
    gboolean gaussian = kernel == CG_KERNEL_GAUSSIAN;
    lattice->n_line = gaussian ? lattice->columns.n_read : n_nodes;
    lattice->nodes = g_try_new0 (float, (gsize) lattice->rows.n_nodes * lattice->n_line);
    g_autofree float *whole = g_try_new (float, n_nodes);
    if (lattice->nodes == NULL || whole == NULL)
        return FALSE;
    for (guint32 r = 0; r < lattice->rows.n_nodes; r++) {
        if (!lattice->line_used[r])
            continue;
        const gint64 *fixed = lattice->spread + (gsize) r * n_nodes;
        float *line = lattice->nodes + (gsize) r * lattice->n_line;
        float *target = gaussian ? whole : line;
        for (guint32 c = 0; c < n_nodes; c++)
            target[c] = (float) (fixed[c] * per_km2);
        if (gaussian)
            add_taps (line, whole + lattice->radius + 3, lattice->n_line, lattice->taps,
                      lattice->radius);
    }
    g_clear_pointer (&lattice->spread, g_free);
    return TRUE;
}

/* Smooths along y: the line of nodes `row` (counted in n_read) that pixels read. sum is scratch of
 * n_line. */
static void
smooth_line (const Lattice *lattice, CgKernel kernel, guint32 row, float *restrict sum,
             float *restrict out)
{
    guint32 n_read = lattice->columns.n_read, n_line = lattice->n_line,
            middle = row + lattice->radius + 3;
    memset (out, 0, n_read * sizeof (float));
    for (guint t = 0; t <= lattice->radius; t++) {
        if (!lattice->line_used[middle - t] && !lattice->line_used[middle + t])
            continue;
        const float *above = lattice->nodes + (gsize) (middle - t) * n_line;
        const float *below = lattice->nodes + (gsize) (middle + t) * n_line;
        for (guint32 c = 0; c < n_line; c++)
            sum[c] = t > 0 ? above[c] + below[c] : above[c];
        if (kernel == CG_KERNEL_QUARTIC)
            add_taps (out, sum + lattice->radius + 3, n_read,
                      lattice->taps + t * (lattice->radius + 1), lattice->radius);
        else
            for (guint32 c = 0; c < n_read; c++)
                out[c] += lattice->taps[t] * sum[c];
    }
}

/* A row of pixels from one line of nodes. */
static void
read_pixels (const Axis *columns, const float *restrict line, float *restrict out)
{
    for (guint32 i = 0; i < columns->n_pixels; i++) {
        const float *weight = columns->weight + 4 * (gsize) i, *node = line + columns->node[i];
        out[i] = (weight[0] * node[0] + weight[1] * node[1]) +
                 (weight[2] * node[2] + weight[3] * node[3]);
    }
}

/* Rows of pixels go from north to south, so the four lines of nodes they need are made
 * once each. */
static gboolean
evaluate (const Lattice *lattice, CgKernel kernel, float *out)
{
    guint32 n_read = lattice->columns.n_read,
            made[4] = { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 };
    g_autofree float *lines = g_try_new (float, 5 * (gsize) n_read);
    g_autofree float *sum = g_try_new (float, lattice->n_line);
    if (lines == NULL || sum == NULL)
        return FALSE;
    float *restrict mixed = lines + 4 * (gsize) n_read;
    for (guint32 i = 0; i < lattice->rows.n_pixels; i++) {
        const float *part[4], *weight = lattice->rows.weight + 4 * (gsize) i;
        for (guint k = 0; k < 4; k++) {
            guint32 row = lattice->rows.node[i] + k;
            float *line = lines + (gsize) (row % 4) * n_read;
            if (made[row % 4] != row)
                smooth_line (lattice, kernel, row, sum, line);
            made[row % 4] = row;
            part[k] = line;
        }
        for (guint32 c = 0; c < n_read; c++)
            mixed[c] = (weight[0] * part[0][c] + weight[1] * part[1][c]) +
                       (weight[2] * part[2][c] + weight[3] * part[3][c]);
        read_pixels (&lattice->columns, mixed, out + (gsize) i * lattice->columns.n_pixels);
    }
    return TRUE;
}

gboolean
cg_density_by_spline (const Events *events, CgKernel kernel, double spacings, CgDensity *density,
                      GError **error)
{
    g_auto (Lattice) lattice = { .radius = 0 };
    gboolean enough = lattice_init (&lattice, kernel, spacings, density);
    if (enough) {
        double spacing_m = lattice.columns.spacing_m;
        spread (&lattice, events);
        enough = make_lines (&lattice, kernel, 1e6 / (spacing_m * spacing_m) / events->to_fixed) &&
                 evaluate (&lattice, kernel, density->per_km2);
    }
    if (!enough)
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", density->width,
                     density->height);
    return enough;
}

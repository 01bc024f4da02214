#include <math.h>

#include "map/map_internal.h"

/* Free space kept round a label, in parts of its line. */
#define AIR 0.15
#define MAX_LABELS 20000u
#define BINS 48u

typedef struct {
    CgRect view;
    GArray *boxes;            /* CgRect, placed and taken          */
    GArray *bin[BINS * BINS]; /* guint: rows of boxes, or NULL     */
} Room;

static guint
bin_at (double at, double start, double extent)
{
    return (guint) CLAMP ((at - start) / extent * BINS, 0.0, BINS - 1.0);
}

static void
bins_of (const Room *room, const CgRect *box, guint *x0, guint *y0, guint *x1, guint *y1)
{
    *x0 = bin_at (box->x, room->view.x, room->view.width);
    *x1 = bin_at (box->x + box->width, room->view.x, room->view.width);
    *y0 = bin_at (box->y, room->view.y, room->view.height);
    *y1 = bin_at (box->y + box->height, room->view.y, room->view.height);
}

static void
room_take (Room *room, CgRect box)
{
    guint x0, y0, x1, y1, row = room->boxes->len;
    if (!isfinite (box.x) || !isfinite (box.y) || !(box.width > 0.0) || !(box.height > 0.0))
        return;
    g_array_append_val (room->boxes, box);
    bins_of (room, &box, &x0, &y0, &x1, &y1);
    for (guint y = y0; y <= y1; y++)
        for (guint x = x0; x <= x1; x++) {
            GArray **bin = &room->bin[y * BINS + x];
            if (*bin == NULL)
                *bin = g_array_new (FALSE, FALSE, sizeof (guint));
            g_array_append_val (*bin, row);
        }
}

static gboolean
meets (const CgRect *a, const CgRect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static gboolean
room_has (const Room *room, const CgRect *box)
{
    guint x0, y0, x1, y1;
    if (box->x < room->view.x || box->y < room->view.y ||
        box->x + box->width > room->view.x + room->view.width ||
        box->y + box->height > room->view.y + room->view.height)
        return FALSE;
    bins_of (room, box, &x0, &y0, &x1, &y1);
    for (guint y = y0; y <= y1; y++)
        for (guint x = x0; x <= x1; x++) {
            const GArray *bin = room->bin[y * BINS + x];
            for (guint k = 0; bin != NULL && k < bin->len; k++)
                if (meets (box,
                           &g_array_index (room->boxes, CgRect, g_array_index (bin, guint, k))))
                    return FALSE;
        }
    return TRUE;
}

static void
room_done (Room *room)
{
    for (guint i = 0; i < BINS * BINS; i++)
        g_clear_pointer (&room->bin[i], g_array_unref);
    g_array_unref (room->boxes);
}

typedef struct {
    guint row;
    double priority;
} Order;

static int
by_priority (gconstpointer a, gconstpointer b)
{
    const Order *one = a, *two = b;
    if (one->priority != two->priority)
        return one->priority > two->priority ? -1 : 1;
    return one->row < two->row ? -1 : one->row > two->row;
}

static GArray *
order_labels (const CgMapView *view, guint n, const CgLabel *labels)
{
    GArray *order = g_array_new (FALSE, FALSE, sizeof (Order));
    for (guint i = 0; i < n; i++) {
        const CgLabel *label = &labels[i];
        if (label->text == NULL || *label->text == '\0' || !(label->x >= view->box.x_min) ||
            !(label->x <= view->box.x_max) || !(label->y >= view->box.y_min) ||
            !(label->y <= view->box.y_max))
            continue;
        Order one = { i, isnan (label->priority) ? -INFINITY : label->priority };
        g_array_append_val (order, one);
    }
    g_array_sort (order, by_priority);
    if (order->len > MAX_LABELS)
        g_array_set_size (order, MAX_LABELS);
    return order;
}

/* Tries the middle, then eight places round it: inside the given radius, or just beside a point. */
static gboolean
find_place (CgCanvas *canvas, Room *room, const char *text, const CgText *style, double radius_px,
            double px, double py, double *out_x, double *out_y, CgRect *out_box)
{
    static const double shifts[9][2] = { { 0, 0 },       { 0, -1 },    { 0, 1 },
                                         { 1, 0 },       { -1, 0 },    { 0.7, -0.7 },
                                         { -0.7, -0.7 }, { 0.7, 0.7 }, { -0.7, 0.7 } };
    CgRect box = cg_canvas_measure (canvas, px, py, text, style);
    double line = cg_canvas_line_height (canvas, style->size), air = AIR * line;
    box = (CgRect){ box.x - air, box.y - air, box.width + 2 * air, box.height + 2 * air };
    double far_x = radius_px > 0.0 ? radius_px * 0.9 : box.width * 0.6,
           far_y = radius_px > 0.0 ? radius_px * 0.9 : line;
    for (guint half = 0; half < 2; half++)
        for (guint s = half; s < G_N_ELEMENTS (shifts); s++) {
            double share = radius_px > 0.0 && half == 0 ? 0.5 : 1.0;
            double dx = shifts[s][0] * far_x * share, dy = shifts[s][1] * far_y * share;
            CgRect moved = { box.x + dx, box.y + dy, box.width, box.height };
            if (!room_has (room, &moved))
                continue;
            room_take (room, moved);
            *out_x = px + dx;
            *out_y = py + dy;
            *out_box = moved;
            return TRUE;
        }
    return FALSE;
}

static gboolean
place_label (CgCanvas *canvas, const CgMapView *view, Room *room, const CgLabel *label,
             const CgText *style, CgRect *out_box)
{
    CgText small = *style;
    small.size = CG_TEXT_SMALL;
    const struct {
        const char *text;
        const CgText *style;
    } tries[4] = { { label->text, style },
                   { label->short_text, style },
                   { label->text, &small },
                   { label->short_text, &small } };
    double px, py, x, y, radius = label->radius_m > 0.0 ? label->radius_m / view->m_per_px : 0.0;
    cg_map_view_to_px (view, label->x, label->y, &px, &py);
    for (guint t = 0; t < G_N_ELEMENTS (tries); t++) {
        if (tries[t].text == NULL || *tries[t].text == '\0' ||
            !find_place (canvas, room, tries[t].text, tries[t].style, radius, px, py, &x, &y,
                         out_box))
            continue;
        cg_canvas_text (canvas, x, y, tries[t].text, tries[t].style);
        return TRUE;
    }
    return FALSE;
}

guint
cg_map_labels (CgCanvas *canvas, const CgMapView *view, guint n, const CgLabel *labels,
               const CgLabelOptions *options, CgRect *out_box)
{
    if (out_box != NULL)
        for (guint i = 0; i < n; i++)
            out_box[i] = (CgRect){ 0, 0, 0, 0 };
    if (n == 0 || !cg_map_begin (canvas, view))
        return 0;
    g_autofree Room *room = g_new0 (Room, 1);
    room->view = view->rect;
    room->boxes = g_array_new (FALSE, FALSE, sizeof (CgRect));
    for (guint i = 0; i < options->n_taken; i++)
        room_take (room, options->taken[i]);
    CgText style = { .size = options->size,
                     .bold = options->bold,
                     .colour = canvas->theme->text,
                     .align = CG_ALIGN_CENTRE,
                     .halo = canvas->theme->halo };
    g_autoptr (GArray) order = order_labels (view, n, labels);
    guint n_placed = 0;
    for (guint k = 0; k < order->len; k++) {
        guint row = g_array_index (order, Order, k).row;
        CgRect box;
        if (!place_label (canvas, view, room, &labels[row], &style, &box))
            continue;
        n_placed++;
        if (out_box != NULL)
            out_box[row] = box;
    }
    room_done (room);
    cg_map_end (canvas);
    return n_placed;
}

guint
cg_map_area_labels (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                    char *const *name, const double *priority, const CgLabelOptions *options)
{
    if (areas == NULL || areas->kind != CG_SHAPES_AREA || areas->n_shapes == 0)
        return 0;
    g_autofree CgLabel *labels = g_new0 (CgLabel, areas->n_shapes);
    double line_m = cg_canvas_line_height (canvas, options->size) * view->m_per_px;
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        CgBox box = cg_shapes_box (areas, i);
        double radius = 0.0;
        labels[i].x = NAN;
        /* The name of an area flatter than a third of a line would seem to belong to its neighbour.
         */
        if (name[i] == NULL || !cg_box_meets (&box, &view->box))
            continue;
        cg_shapes_label_point (areas, i, &labels[i].x, &labels[i].y, &radius);
        labels[i].text = radius * 6 >= line_m ? name[i] : NULL;
        labels[i].radius_m = radius;
        labels[i].priority = priority != NULL ? priority[i] : cg_shapes_area (areas, i);
    }
    return cg_map_labels (canvas, view, areas->n_shapes, labels, options, NULL);
}

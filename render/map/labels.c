#include <math.h>

#include "map/map_internal.h"

/* Free space kept round a label, in parts of its line. */
#define AIR 0.15
#define MAX_LABELS 20000u
#define BINS 48u

typedef struct {
    CgRect box;
    double radius; /* > 0: only the circle inside the box */
} Taken;

typedef struct {
    CgRect view;
    GArray *boxes;            /* Taken                             */
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
room_take (Room *room, CgRect box, double radius)
{
    guint x0, y0, x1, y1, row = room->boxes->len;
    Taken taken = { box, radius };
    if (!isfinite (box.x) || !isfinite (box.y) || !(box.width > 0.0) || !(box.height > 0.0))
        return;
    g_array_append_val (room->boxes, taken);
    bins_of (room, &box, &x0, &y0, &x1, &y1);
    for (guint y = y0; y <= y1; y++)
        for (guint x = x0; x <= x1; x++) {
            GArray **bin = &room->bin[y * BINS + x];
            if (*bin == NULL)
                *bin = g_array_new (FALSE, FALSE, sizeof (guint));
            g_array_append_val (*bin, row);
        }
}

static void
room_take_circle (Room *room, const CgMapCircle *circle)
{
    double side = 2 * circle->radius;
    CgRect box = { circle->x - circle->radius, circle->y - circle->radius, side, side };
    room_take (room, box, circle->radius);
}

static gboolean
meets (const CgRect *a, const CgRect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* The own circle may hold the label whole, and one that is twice as high as the label also with its
 * ends beyond the rim. */
typedef struct {
    double x, y;
    gboolean across;
} Own;

static gboolean
is_free_of (const Taken *taken, const CgRect *box, const Own *own)
{
    double cx = taken->box.x + taken->box.width / 2, cy = taken->box.y + taken->box.height / 2;
    if (!meets (box, &taken->box))
        return TRUE;
    if (!(taken->radius > 0.0))
        return FALSE;
    double near_x = CLAMP (cx, box->x, box->x + box->width) - cx;
    double near_y = CLAMP (cy, box->y, box->y + box->height) - cy;
    if (hypot (near_x, near_y) >= taken->radius)
        return TRUE;
    double far_x = MAX (cx - box->x, box->x + box->width - cx);
    double far_y = MAX (cy - box->y, box->y + box->height - cy);
    if (fabs (cx - own->x) >= 0.01 || fabs (cy - own->y) >= 0.01)
        return FALSE;
    return hypot (far_x, far_y) <= taken->radius || (own->across && taken->radius >= box->height);
}

static gboolean
room_has (const Room *room, const CgRect *box, const Own *own)
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
                if (!is_free_of (
                        &g_array_index (room->boxes, Taken, g_array_index (bin, guint, k)), box,
                        own))
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

/* ---- memory
 * -------------------------------------------------------------------------------------- */

/* A place as it was found: which text and size, and which shift. */
typedef struct {
    guint text, shift, half;
} Place;

struct _CgLabelMemory {
    double m_per_px, vh;
    CgTextSize size;
    GHashTable *places; /* "text\nn" -> Place */
};

CgLabelMemory *
cg_label_memory_new (void)
{
    CgLabelMemory *memory = g_new0 (CgLabelMemory, 1);
    memory->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    return memory;
}

void
cg_label_memory_free (CgLabelMemory *memory)
{
    if (memory == NULL)
        return;
    g_hash_table_unref (memory->places);
    g_free (memory);
}

static void
memory_begin (CgLabelMemory *memory, const CgCanvas *canvas, const CgMapView *view, CgTextSize size)
{
    if (memory->m_per_px != view->m_per_px || memory->vh != canvas->vh || memory->size != size)
        g_hash_table_remove_all (memory->places);
    memory->m_per_px = view->m_per_px;
    memory->vh = canvas->vh;
    memory->size = size;
}

/* Names by label: its text and how many equal ones came before it. (g_strfreev) */
static char **
label_names (guint n, const CgLabel *labels)
{
    char **names = g_new0 (char *, (gsize) n + 1);
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint i = 0; i < n; i++) {
        const char *text = labels[i].text != NULL ? labels[i].text : "";
        guint before = GPOINTER_TO_UINT (g_hash_table_lookup (seen, text));
        g_hash_table_insert (seen, (gpointer) text, GUINT_TO_POINTER (before + 1));
        names[i] = g_strdup_printf ("%s\n%u", text, before);
    }
    return names;
}

/* ---- places
 * -------------------------------------------------------------------------------------- */

static const double shifts[9][2] = { { 0, 0 },       { 0, -1 },    { 0, 1 },
                                     { 1, 0 },       { -1, 0 },    { 0.7, -0.7 },
                                     { -0.7, -0.7 }, { 0.7, 0.7 }, { -0.7, 0.7 } };
/* The middle once more, over the rim of the own circle. */
#define ACROSS G_N_ELEMENTS (shifts)

/* One label and what it may be written as. */
typedef struct {
    CgCanvas *canvas;
    Room *room;
    double x, y, radius, circle; /* pixels */
    struct {
        const char *text;
        CgText style;
    } tries[4];
} Candidate;

static void
candidate_init (Candidate *candidate, CgCanvas *canvas, const CgMapView *view, Room *room,
                const CgLabel *label, const CgText *style)
{
    CgText small = *style;
    small.size = CG_TEXT_SMALL;
    candidate->canvas = canvas;
    candidate->room = room;
    candidate->radius = label->radius_m > 0.0 ? label->radius_m / view->m_per_px : 0.0;
    candidate->circle = label->circle_px > 0.0 ? label->circle_px : 0.0;
    cg_map_view_to_px (view, label->x, label->y, &candidate->x, &candidate->y);
    for (guint t = 0; t < G_N_ELEMENTS (candidate->tries); t++) {
        candidate->tries[t].text = t % 2 == 0 ? label->text : label->short_text;
        candidate->tries[t].style = t < 2 ? *style : small;
    }
}

/* The box of a try about the label's point, with air. */
static CgRect
box_of (const Candidate *candidate, guint t)
{
    const CgText *style = &candidate->tries[t].style;
    double air = AIR * cg_canvas_line_height (candidate->canvas, style->size);
    CgRect box = cg_canvas_measure (candidate->canvas, candidate->x, candidate->y,
                                    candidate->tries[t].text, style);
    return (CgRect){ box.x - air, box.y - air, box.width + 2 * air, box.height + 2 * air };
}

/* How far a try is moved: inside the given radius, just beside a point, or so that it touches the
 * circle from outside. */
static void
shift_of (const Candidate *candidate, const CgRect *box, const Place *place, double *out_dx,
          double *out_dy)
{
    const CgText *style = &candidate->tries[place->text].style;
    double line = cg_canvas_line_height (candidate->canvas, style->size);
    double radius = candidate->radius, share = radius > 0.0 && place->half == 0 ? 0.5 : 1.0;
    double x = place->shift != ACROSS ? shifts[place->shift][0] : 0.0;
    double y = place->shift != ACROSS ? shifts[place->shift][1] : 0.0;
    if (candidate->circle > 0.0) {
        double reach = x != 0.0 && y != 0.0 ? G_SQRT2 / 2 : 1.0;
        double middle = box->y + box->height / 2 - candidate->y; /* of the box, below the text's */
        *out_dx = (x > 0.0 ? 1 : x < 0.0 ? -1 : 0) * (reach * candidate->circle + box->width / 2);
        *out_dy = (y > 0.0 ? 1 : y < 0.0 ? -1 : 0) * (reach * candidate->circle + box->height / 2);
        *out_dy -= x != 0.0 || y != 0.0 ? middle : 0.0;
        return;
    }
    *out_dx = x * share * (radius > 0.0 ? radius * 0.9 : box->width * 0.6);
    *out_dy = y * share * (radius > 0.0 ? radius * 0.9 : line);
}

/* Takes the place and writes the text there, if it is free. */
static gboolean
take_place (const Candidate *candidate, const CgRect *box, const Place *place, CgRect *out_box)
{
    double dx, dy;
    shift_of (candidate, box, place, &dx, &dy);
    CgRect moved = { box->x + dx, box->y + dy, box->width, box->height };
    Own own = { candidate->x, candidate->y, place->shift == ACROSS };
    if (!room_has (candidate->room, &moved, &own))
        return FALSE;
    room_take (candidate->room, moved, 0.0);
    cg_canvas_text (candidate->canvas, candidate->x + dx, candidate->y + dy,
                    candidate->tries[place->text].text, &candidate->tries[place->text].style);
    *out_box = moved;
    return TRUE;
}

static gboolean
has_text (const Candidate *candidate, guint t)
{
    return candidate->tries[t].text != NULL && *candidate->tries[t].text != '\0';
}

/* Tries the middle, then eight places round it, of each text and size in turn; last across a circle. */
static gboolean
find_place (const Candidate *candidate, Place *out_place, CgRect *out_box)
{
    for (guint t = 0; t < G_N_ELEMENTS (candidate->tries); t++) {
        if (!has_text (candidate, t))
            continue;
        CgRect box = box_of (candidate, t);
        for (guint half = 0; half < 2; half++)
            for (guint s = half; s < G_N_ELEMENTS (shifts); s++) {
                *out_place = (Place){ t, s, half };
                if (take_place (candidate, &box, out_place, out_box))
                    return TRUE;
            }
        *out_place = (Place){ t, ACROSS, 0 };
        if (candidate->circle > 0.0 && take_place (candidate, &box, out_place, out_box))
            return TRUE;
    }
    return FALSE;
}

static gboolean
keep_place (const Candidate *candidate, const Place *place, CgRect *out_box)
{
    if (place == NULL || !has_text (candidate, place->text))
        return FALSE;
    CgRect box = box_of (candidate, place->text);
    return take_place (candidate, &box, place, out_box);
}

/* What one call of cg_map_labels works on. */
typedef struct {
    CgCanvas *canvas;
    const CgMapView *view;
    const CgLabel *labels;
    Room *room;
    CgText style;
    const GArray *order;
    char **names; /* NULL without memory */
    CgRect *box;  /* [labels] width 0: not placed */
} Placing;

/* Those that stay, then the others; both by priority. */
static guint
place_all (Placing *placing, CgLabelMemory *memory)
{
    guint n_placed = 0;
    g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    for (guint pass = memory != NULL ? 0 : 1; pass < 2; pass++)
        for (guint k = 0; k < placing->order->len; k++) {
            guint row = g_array_index (placing->order, Order, k).row;
            const char *name = memory != NULL ? placing->names[row] : NULL;
            Candidate candidate;
            Place place;
            if (placing->box[row].width > 0.0)
                continue;
            const Place *old = pass == 0 ? g_hash_table_lookup (memory->places, name) : NULL;
            if (pass == 0 && old == NULL)
                continue;
            candidate_init (&candidate, placing->canvas, placing->view, placing->room,
                            &placing->labels[row], &placing->style);
            if (pass == 0 ? !keep_place (&candidate, old, &placing->box[row])
                          : !find_place (&candidate, &place, &placing->box[row]))
                continue;
            n_placed++;
            if (memory != NULL)
                g_hash_table_insert (places, g_strdup (name),
                                     g_memdup2 (pass == 0 ? old : &place, sizeof place));
        }
    if (memory != NULL) {
        g_hash_table_unref (memory->places);
        memory->places = g_steal_pointer (&places);
    }
    return n_placed;
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
    room->boxes = g_array_new (FALSE, FALSE, sizeof (Taken));
    for (guint i = 0; i < options->n_taken; i++)
        room_take (room, options->taken[i], 0.0);
    for (guint i = 0; i < options->n_circles; i++)
        room_take_circle (room, &options->circles[i]);
    g_autoptr (GArray) order = order_labels (view, n, labels);
    g_auto (GStrv) names = options->memory != NULL ? label_names (n, labels) : NULL;
    g_autofree CgRect *own_box = out_box == NULL ? g_new0 (CgRect, n) : NULL;
    Placing placing = { canvas,
                        view,
                        labels,
                        room,
                        .order = order,
                        .names = names,
                        .box = out_box != NULL ? out_box : own_box };
    placing.style = (CgText){ .size = options->size,
                              .bold = options->bold,
                              .colour = canvas->theme->text,
                              .align = CG_ALIGN_CENTRE,
                              .halo = canvas->theme->halo };
    if (options->memory != NULL)
        memory_begin (options->memory, canvas, view, options->size);
    guint n_placed = place_all (&placing, options->memory);
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

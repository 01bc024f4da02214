/* Two measures at once: nine colours and the square that explains them. */
#include <math.h>

#include "map/kinds.h"
#include "map/map_internal.h"

#define N CG_BIVARIATE_CLASSES
#define PAD_VH 1.0
#define CELL_VH 5.2
#define CELL_HEIGHT_VH 3.6
#define SWATCH_VH 2.4
#define GAP_VH 0.5

/* [dark][y][x]. Corners were chosen and the rest lies between them in CIELAB, so that the least
 * distance of two colours is large in each kind of colour vision. */
static const guint32 colours[2][N][N] = {
    { { 0xe1e6e0, 0x959ed0, 0x2f5dbd },
      { 0xe6b28a, 0x987582, 0x463e77 },
      { 0xdb7f35, 0x8c4e3b, 0x402238 } },
    { { 0x343c52, 0x40669b, 0x3f93ea },
      { 0x8a4f43, 0xa1818d, 0xabb6df },
      { 0xd65f2c, 0xeb9e7d, 0xf3dbd2 } },
};

CgColour
cg_bivariate_colour (const CgTheme *theme, guint x, guint y)
{
    return CG_RGB (colours[theme->dark ? 1 : 0][MIN (y, N - 1)][MIN (x, N - 1)]);
}

static guint
n_classes (const CgBivariateAxis *axis)
{
    return CLAMP (axis->n_classes, 1, N);
}

/* -1 without a value. */
static int
class_of (const CgBivariateAxis *axis, double value)
{
    if (!isfinite (value))
        return -1;
    guint n = n_classes (axis);
    for (guint c = 0; c + 1 < n; c++)
        if (value <= axis->upper[c])
            return (int) c;
    return (int) n - 1;
}

/* Two classes are the two ends, one is the low end. */
static guint
colour_step (const CgBivariateAxis *axis, guint class)
{
    return n_classes (axis) == 2 ? class * 2 : class;
}

static gboolean
is_highest (const CgBivariate *bivariate, double x, double y)
{
    int cx = class_of (&bivariate->x, x), cy = class_of (&bivariate->y, y);
    return cx > 0 && cy > 0 && cx + 1 == (int) n_classes (&bivariate->x) &&
           cy + 1 == (int) n_classes (&bivariate->y);
}

/* Of the areas highest in both, whose own colour is near that of the text on one theme. */
static CgColour
outline_colour (const CgTheme *theme)
{
    return theme->dark ? theme->warning[CG_WARNING_YELLOW] : theme->text;
}

void
cg_bivariate_count (guint32 n, const double *x_value, const double *y_value, CgBivariate *bivariate)
{
    bivariate->count_none = 0;
    for (guint y = 0; y < N; y++)
        for (guint x = 0; x < N; x++)
            bivariate->count[y][x] = 0;
    for (guint32 i = 0; i < n; i++) {
        int x = class_of (&bivariate->x, x_value[i]), y = class_of (&bivariate->y, y_value[i]);
        if (x < 0 || y < 0)
            bivariate->count_none++;
        else
            bivariate->count[y][x]++;
    }
}

typedef struct {
    const CgTheme *theme;
    const CgBivariate *bivariate;
    const double *x, *y;
} Values;

static CgColour
colour_of (guint32 i, gconstpointer user_data)
{
    const Values *values = user_data;
    const CgBivariate *b = values->bivariate;
    int x = class_of (&b->x, values->x[i]), y = class_of (&b->y, values->y[i]);
    if (x < 0 || y < 0)
        return values->theme->no_data;
    return cg_bivariate_colour (values->theme, colour_step (&b->x, (guint) x),
                                colour_step (&b->y, (guint) y));
}

static void
hatch_missing (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, const Values *values)
{
    if (!cg_map_begin (canvas, view))
        return;
    cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
    cairo_set_source (canvas->cr, hatch);
    cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_EVEN_ODD);
    for (guint32 i = 0; i < areas->n_shapes; i++)
        if ((!isfinite (values->x[i]) || !isfinite (values->y[i])) &&
            cg_map_path (canvas, view, areas, i, 1.0))
            cairo_fill (canvas->cr);
    cairo_pattern_destroy (hatch);
    cg_map_end (canvas);
}

void
cg_map_bivariate (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                  const double *x_value, const double *y_value, CgBivariate *bivariate)
{
    g_return_if_fail (bivariate != NULL);
    if (areas == NULL || x_value == NULL || y_value == NULL)
        return;
    Values values = { canvas->theme, bivariate, x_value, y_value };
    cg_bivariate_count (areas->n_shapes, x_value, y_value, bivariate);
    cg_map_fill (canvas, view, areas, 1.0, colour_of, &values);
    if (bivariate->count_none > 0)
        hatch_missing (canvas, view, areas, &values);
    g_autoptr (GArray) highest = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < areas->n_shapes; i++)
        if (is_highest (bivariate, x_value[i], y_value[i]))
            g_array_append_val (highest, i);
    cg_map_outline (canvas, view, areas, highest->len, (const guint32 *) (gpointer) highest->data,
                    outline_colour (canvas->theme), 0.22);
}

/* ---- legend ---------------------------------------------------------------------------------- */

typedef struct {
    char *x_title, *y_title;
    double tick_width; /* of the widest class of y */
    double cell_width;
    double width, height;
    guint n_rows;
} Plan;

static void
plan_done (Plan *plan)
{
    g_free (plan->x_title);
    g_free (plan->y_title);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_done)

static char *
axis_title (const CgBivariateAxis *axis, const char *arrow)
{
    gboolean has_unit = axis->unit != NULL && *axis->unit != '\0';
    return g_strdup_printf ("%s %s%s%s%s", arrow, axis->title != NULL ? axis->title : "",
                            has_unit ? " (" : "", has_unit ? axis->unit : "", has_unit ? ")" : "");
}

/* "21–31": whole numbers begin after the end of the class below, others share it. */
static char *
class_text (const CgCanvas *canvas, const CgBivariateAxis *axis, guint class)
{
    double low = class == 0 ? axis->lower : axis->upper[class - 1], high = axis->upper[class];
    if (axis->decimals == 0 && class > 0)
        low = floor (low) + 1.0;
    g_autofree char *from = cg_format_number_in (canvas->language, low, axis->decimals);
    g_autofree char *to = cg_format_number_in (canvas->language, high, axis->decimals);
    return g_str_equal (from, to) || low > high ? g_steal_pointer (&to)
                                                : g_strconcat (from, "–", to, NULL);
}

static double
width_of (CgCanvas *canvas, const char *text)
{
    CgText style = { .size = CG_TEXT_SMALL, .bold = TRUE };
    return cg_canvas_measure (canvas, 0, 0, text, &style).width;
}

static gboolean
has_highest (const CgBivariate *bivariate)
{
    return n_classes (&bivariate->x) > 1 && n_classes (&bivariate->y) > 1;
}

static double
widest_class (CgCanvas *canvas, const CgBivariateAxis *axis)
{
    double widest = 0.0;
    for (guint k = 0; k < n_classes (axis); k++) {
        g_autofree char *text = class_text (canvas, axis, k);
        widest = MAX (widest, width_of (canvas, text));
    }
    return widest;
}

static void
plan_init (CgCanvas *canvas, const CgBivariate *bivariate, Plan *plan)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    plan->x_title = axis_title (&bivariate->x, "→");
    plan->y_title = axis_title (&bivariate->y, "↑");
    plan->tick_width = widest_class (canvas, &bivariate->y);
    plan->cell_width = MAX (CELL_VH * vh, widest_class (canvas, &bivariate->x) + 0.8 * vh);
    double square = plan->tick_width + GAP_VH * vh + n_classes (&bivariate->x) * plan->cell_width;
    double titles = MAX (width_of (canvas, plan->x_title), width_of (canvas, plan->y_title));
    double rows = (SWATCH_VH + 0.8) * vh +
                  width_of (canvas, cg_word (canvas->language, "两者都在最高级  12,345"));
    plan->n_rows = (has_highest (bivariate) ? 1 : 0) + (bivariate->count_none > 0 ? 1 : 0);
    plan->width = 2 * PAD_VH * vh + MAX (MAX (square, titles), plan->n_rows > 0 ? rows : 0.0);
    plan->height = 2 * PAD_VH * vh + n_classes (&bivariate->y) * CELL_HEIGHT_VH * vh +
                   (3.7 + 1.1 * plan->n_rows) * line;
}

CgRect
cg_map_bivariate_legend_rect (CgCanvas *canvas, const CgMapView *view, const CgBivariate *bivariate,
                              CgCorner corner)
{
    g_auto (Plan) plan = { 0 };
    plan_init (canvas, bivariate, &plan);
    return cg_map_corner (canvas, view, plan.width, plan.height, corner);
}

static void
draw_cell (CgCanvas *canvas, const CgBivariate *bivariate, guint x, guint y, CgRect cell)
{
    CgColour colour = cg_bivariate_colour (canvas->theme, colour_step (&bivariate->x, x),
                                           colour_step (&bivariate->y, y));
    gboolean pale = cg_colour_lightness (colour) > 55.0;
    g_autofree char *count = cg_format_count_in (canvas->language, bivariate->count[y][x]);
    CgText style = { .size = CG_TEXT_SMALL,
                     .colour = pale ? CG_RGB (0x101820) : CG_RGB (0xffffff),
                     .align = CG_ALIGN_CENTRE };
    cg_canvas_fill (canvas, cell, colour);
    cg_canvas_text (canvas, cell.x + cell.width / 2, cell.y + cell.height / 2, count, &style);
    if (has_highest (bivariate) && x + 1 == n_classes (&bivariate->x) &&
        y + 1 == n_classes (&bivariate->y))
        cg_canvas_frame (canvas, cell, outline_colour (canvas->theme), 0.22);
}

/* The square with its classes; left, bottom: its lower left corner. */
static void
draw_square (CgCanvas *canvas, const CgBivariate *bivariate, double cell_width, double left,
             double bottom)
{
    double vh = canvas->vh, height = CELL_HEIGHT_VH * vh,
           line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    guint nx = n_classes (&bivariate->x), ny = n_classes (&bivariate->y);
    for (guint y = 0; y < ny; y++)
        for (guint x = 0; x < nx; x++)
            draw_cell (canvas, bivariate, x, y,
                       (CgRect){ floor (left + x * cell_width), floor (bottom - (y + 1) * height),
                                 ceil (cell_width), ceil (height) });
    CgText style = { .size = CG_TEXT_SMALL,
                     .colour = canvas->theme->text2,
                     .align = CG_ALIGN_RIGHT };
    for (guint k = 0; k < ny; k++) {
        g_autofree char *text = class_text (canvas, &bivariate->y, k);
        cg_canvas_text (canvas, left - GAP_VH * vh, bottom - (k + 0.5) * height, text, &style);
    }
    style.align = CG_ALIGN_CENTRE;
    for (guint k = 0; k < nx; k++) {
        g_autofree char *text = class_text (canvas, &bivariate->x, k);
        cg_canvas_text (canvas, left + (k + 0.5) * cell_width, bottom + 0.3 * vh + line / 2, text,
                        &style);
    }
}

static void
draw_row (CgCanvas *canvas, double left, double y, gboolean is_missing, const char *text,
          double count)
{
    double vh = canvas->vh;
    CgRect box = { left, y - 0.65 * vh, SWATCH_VH * vh, 1.3 * vh };
    g_autofree char *number = cg_format_count_in (canvas->language, count);
    g_autofree char *words = g_strdup_printf ("%s  %s", text, number);
    CgText style = { .size = CG_TEXT_SMALL, .colour = canvas->theme->text };
    cg_canvas_fill (canvas, box,
                    is_missing ? canvas->theme->no_data
                               : cg_bivariate_colour (canvas->theme, N - 1, N - 1));
    if (is_missing) {
        cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
        cairo_set_source (canvas->cr, hatch);
        cairo_rectangle (canvas->cr, box.x, box.y, box.width, box.height);
        cairo_fill (canvas->cr);
        cairo_pattern_destroy (hatch);
    }
    cg_canvas_frame (canvas, box,
                     is_missing ? canvas->theme->text2 : outline_colour (canvas->theme),
                     is_missing ? 0.05 : 0.22);
    cg_canvas_text (canvas, left + (SWATCH_VH + 0.8) * vh, y, words, &style);
}

void
cg_map_bivariate_legend (CgCanvas *canvas, const CgMapView *view, const CgBivariate *bivariate,
                         CgCorner corner)
{
    if (!cg_map_begin (canvas, view))
        return;
    g_auto (Plan) plan = { 0 };
    plan_init (canvas, bivariate, &plan);
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    guint nx = n_classes (&bivariate->x), ny = n_classes (&bivariate->y);
    CgRect box = cg_map_corner (canvas, view, plan.width, plan.height, corner);
    double left = box.x + PAD_VH * vh, y = box.y + PAD_VH * vh + line / 2;
    CgText title = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = canvas->theme->text };
    cg_canvas_fill (canvas, box, cg_colour_alpha (canvas->theme->panel, 0.9));
    cg_canvas_frame (canvas, box, canvas->theme->hairline, 0.08);
    cg_canvas_text (canvas, left, y, plan.y_title, &title);
    y += 1.1 * line + ny * CELL_HEIGHT_VH * vh;
    draw_square (canvas, bivariate, plan.cell_width, left + plan.tick_width + GAP_VH * vh, y);
    y += 1.7 * line;
    cg_canvas_text (canvas, left, y, plan.x_title, &title);
    y += 1.2 * line;
    if (has_highest (bivariate)) {
        draw_row (canvas, left, y, FALSE, cg_word (canvas->language, "两者都在最高级"),
                  bivariate->count[ny - 1][nx - 1]);
        y += 1.1 * line;
    }
    if (bivariate->count_none > 0)
        draw_row (canvas, left, y, TRUE, cg_word (canvas->language, "缺一项或两项数据"),
                  bivariate->count_none);
    cg_map_end (canvas);
}

#include "drawn_units.h"

static void
draw_ring (CgShapes *shapes, const char *text, gboolean close)
{
    g_auto (GStrv) corners = g_strsplit (text, ",", -1);
    double x0 = 0, y0 = 0;
    for (guint k = 0; corners[k] != NULL; k++) {
        char *end;
        double x = g_ascii_strtod (corners[k], &end), y = g_ascii_strtod (end, NULL);
        cg_shapes_add_vertex (shapes, x, y);
        x0 = k == 0 ? x : x0;
        y0 = k == 0 ? y : y0;
    }
    if (close)
        cg_shapes_add_vertex (shapes, x0, y0);
    cg_shapes_end_ring (shapes);
}

void
cg_test_draw_shape (CgShapes *shapes, const char *text)
{
    g_auto (GStrv) parts = g_strsplit (text, "+", -1);
    for (guint p = 0; parts[p] != NULL; p++) {
        g_auto (GStrv) rings = g_strsplit (parts[p], "|", -1);
        for (guint r = 0; rings[r] != NULL; r++)
            draw_ring (shapes, rings[r], shapes->kind == CG_SHAPES_AREA);
        cg_shapes_end_part (shapes);
    }
    cg_shapes_end_shape (shapes);
}

CgUnits *
cg_test_draw_units (guint n, const char *const *texts)
{
    CgUnits *units = cg_units_new (n);
    guint32 region = cg_names_add (units->regions, "R");
    for (guint i = 0; i < n; i++) {
        cg_test_draw_shape (units->shapes, texts[i]);
        units->id[i] =
            i < 26 ? g_strdup_printf ("%c", 'A' + (int) i) : g_strdup_printf ("U%u", i);
        units->households[i] = 100;
        units->region[i] = region;
    }
    return units;
}

void
cg_test_draw_barrier (CgBarriers *barriers, guint32 i, CgBarrierClass class, const char *text)
{
    barriers->class[i] = class;
    barriers->passable[i] = TRUE;
    cg_test_draw_shape (barriers->lines, text);
}

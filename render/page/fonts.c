/* Fonts from two named files under our own rules.
 *
 * Fontconfig is given an empty configuration plus the pinned files, so neither the user's nor the
 * machine's settings (hinting, embolden, substitutes) reach a picture. */
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>

#include "base/error.h"
#include "page/canvas_internal.h"

static const char *const font_files[] = { "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc" };

static void
free_font_map (gpointer map)
{
    g_object_unref (map);
}

/* A font map may serve one thread only. */
static GPrivate thread_fonts = G_PRIVATE_INIT (free_font_map);

static FcConfig *
load_config (GError **error)
{
    FcConfig *config = FcConfigCreate ();
    for (guint i = 0; config != NULL && i < G_N_ELEMENTS (font_files); i++) {
        g_autofree char *path = g_build_filename (CG_FONT_DIR, font_files[i], NULL);
        if (g_file_test (path, G_FILE_TEST_EXISTS) &&
            FcConfigAppFontAddFile (config, (const FcChar8 *) path))
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "font file %s is missing or damaged: install fonts-noto-cjk", path);
        FcConfigDestroy (config);
        return NULL;
    }
    if (config == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for fonts");
    return config;
}

/* The configuration of all threads: nothing changes it once it is read, which takes tens of milliseconds
 * (what signs the files have). Not kept where files are missing: they may be installed. */
static FcConfig *
shared_config (GError **error)
{
    static GMutex lock;
    static FcConfig *shared;
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
    if (shared == NULL)
        shared = load_config (error);
    return shared != NULL ? FcConfigReference (shared) : NULL;
}

static PangoFontMap *
font_map (GError **error)
{
    PangoFontMap *map = g_private_get (&thread_fonts);
    if (map != NULL)
        return map;
    FcConfig *config = shared_config (error);
    if (config == NULL)
        return NULL;
    map = pango_cairo_font_map_new_for_font_type (CAIRO_FONT_TYPE_FT);
    if (map == NULL) {
        FcConfigDestroy (config);
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "cairo was built without FreeType fonts");
        return NULL;
    }
    pango_fc_font_map_set_config (PANGO_FC_FONT_MAP (map), config);
    FcConfigDestroy (config); /* the map holds its own reference */
    g_private_set (&thread_fonts, map);
    return map;
}

gboolean
cg_fonts_load (GError **error)
{
    FcConfig *config = shared_config (error);
    if (config == NULL)
        return FALSE;
    FcConfigDestroy (config);
    return TRUE;
}

PangoContext *
cg_fonts_context (GError **error)
{
    PangoFontMap *map = font_map (error);
    if (map == NULL)
        return NULL;
    PangoContext *context = pango_font_map_create_context (map);
    cairo_font_options_t *options = cairo_font_options_create ();
    cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options (context, options);
    cairo_font_options_destroy (options);
    pango_cairo_context_set_resolution (context, 96.0);
    pango_context_set_language (context, pango_language_from_string ("zh-cn"));
    pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
    return context;
}

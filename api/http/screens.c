/* Figures and pictures of the county. */
#include "http/http_internal.h"

#include "analyse/breaks.h"
#include "base/error.h"

#include <string.h>

static gboolean
get_overview (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    g_autoptr (CgScreen) screen = cg_screen_source_get (context->source, error);
    if (screen == NULL)
        return FALSE;
    gint64 minute = context->now_s () / 60;
    const char *place = g_hash_table_lookup (request->query, "place");
    const char *sources = g_hash_table_lookup (request->query, "sources");
    g_autofree char *escaped = g_uri_escape_string (sources != NULL ? sources : "", NULL, FALSE);
    g_autofree char *tag = g_strdup_printf ("overview|%s|%" G_GINT64_FORMAT "|%s|%d%s",
                                            cg_screen_stamp (screen), minute,
                                            place != NULL ? place : "", sources != NULL, escaped);
    json_t *overview = cg_screen_overview_of (screen, place, sources, minute * 60, error);
    if (overview == NULL)
        return FALSE;
    json_object_set_new (overview, "live", json_boolean (context->live != NULL));
    http_reply_json (reply, overview);
    http_reply_tag (reply, tag);
    return TRUE;
}

static json_t *
entry (const char *name, const char *title)
{
    json_t *object = json_object ();
    json_object_set_new (object, "name", json_string (name));
    json_object_set_new (object, "title", json_string (title));
    return object;
}

static json_t *
uses_json (guint uses)
{
    static const struct {
        guint use;
        const char *name;
    } all[] = {
        { CG_SCREEN_USES_MEASURE, "measure" }, { CG_SCREEN_USES_PERIOD, "period" },
        { CG_SCREEN_USES_CLASSES, "breaks" },  { CG_SCREEN_USES_CLASSES, "classes" },
        { CG_SCREEN_USES_PALETTE, "palette" }, { CG_SCREEN_USES_HATCH, "hatch" },
        { CG_SCREEN_USES_PAGE, "page" },       { CG_SCREEN_USES_FRAME, "frame" },
        { CG_SCREEN_USES_PLACE, "place" },     { CG_SCREEN_USES_SCENE, "scene" },
        { CG_SCREEN_USES_TYPES, "types" },     { CG_SCREEN_USES_BOX, "box" },
        { CG_SCREEN_USES_KERNEL, "kernel" },   { CG_SCREEN_USES_KERNEL, "bandwidth" },
        { CG_SCREEN_USES_AGAINST, "against" }, { CG_SCREEN_USES_NAMES, "names" },
        { CG_SCREEN_USES_SOURCES, "sources" }, { CG_SCREEN_USES_BOX, "area" },
    };
    json_t *names = json_array ();
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        if (uses & all[i].use)
            json_array_append_new (names, json_string (all[i].name));
    return names;
}

/* Formats of the picture and of what it is made of. */
static json_t *
files_json (const CgScreenPicture *picture)
{
    json_t *names = json_pack ("[s, s, s]", "png", "svg", "pdf");
    for (CgScreenFile f = 0; f < CG_SCREEN_FILES; f++)
        if (cg_screen_has_file (picture, f))
            json_array_append_new (names, json_string (cg_screen_file_name (f)));
    return names;
}

static gboolean
get_pictures (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    json_t *all = json_object (), *pictures = json_array (), *measures = json_array (),
           *themes = json_array (), *breaks = json_array (), *palettes = json_array ();
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++) {
        json_t *object = entry (p->name, p->title);
        json_object_set_new (object, "width", json_integer (p->width));
        json_object_set_new (object, "height", json_integer (p->height));
        json_object_set_new (object, "scene", json_boolean (p->scene));
        json_object_set_new (object, "options", uses_json (p->uses));
        json_object_set_new (object, "files", files_json (p));
        json_array_append_new (pictures, object);
    }
    for (const CgScreenMeasure *m = cg_screen_measures (); m->name != NULL; m++) {
        json_t *object = entry (m->name, m->title);
        json_object_set_new (object, "unit", json_string (m->unit));
        json_array_append_new (measures, object);
    }
    for (const CgTheme *t = cg_themes (); t->name != NULL; t++)
        json_array_append_new (themes, entry (t->name, t->title));
    for (const CgBreaksMethod *b = cg_breaks_methods (); b->name != NULL; b++)
        json_array_append_new (breaks, entry (b->name, b->title_zh));
    for (const CgPalette *p = cg_palettes (); p->name != NULL; p++)
        json_array_append_new (palettes, entry (p->name, p->title));
    json_object_set_new (all, "pictures", pictures);
    json_object_set_new (all, "measures", measures);
    json_object_set_new (all, "themes", themes);
    json_object_set_new (all, "breaks", breaks);
    json_object_set_new (all, "palettes", palettes);
    http_reply_json (reply, all);
    http_reply_tag (reply, "pictures");
    return TRUE;
}

/* What a request asks of a picture. */
typedef struct {
    CgScreenOptions options;
    int file; /* CgScreenFile, or -1: the picture itself */
    const char *at;
} Wanted;

static gboolean
get_size (const HttpRequest *request, const char *name, guint *out, GError **error)
{
    guint64 value = *out;
    if (!http_get_whole (request, name, 1, 1000000, &value, error))
        return FALSE;
    *out = (guint) value;
    return TRUE;
}

static gboolean
check_hatch (guint hatch, CgScreenOptions *options, GError **error)
{
    options->hatch = hatch == 1;
    if (hatch > 1)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter hatch: '%u' is not 1", hatch);
    return hatch <= 1;
}

static gboolean
check_pixels (const CgScreenOptions *options, GError **error)
{
    if ((guint64) options->width * options->height <= CG_HTTP_MAX_PIXELS)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "picture of %u x %u: the server draws at most %u pixels", options->width,
                 options->height, CG_HTTP_MAX_PIXELS);
    return FALSE;
}

/* The lists' own names only: cg_format_parse would also take a file name. */
static gboolean
get_format (const HttpRequest *request, Wanted *wanted, GError **error)
{
    const char *format = g_hash_table_lookup (request->query, "format");
    wanted->options.format = CG_FORMAT_PNG;
    wanted->file = -1;
    for (CgFormat f = CG_FORMAT_PNG; f <= CG_FORMAT_PDF; f++)
        if (format == NULL || strcmp (format, cg_format_name (f)) == 0) {
            wanted->options.format = f;
            return TRUE;
        }
    for (CgScreenFile f = 0; f < CG_SCREEN_FILES; f++)
        if (strcmp (format, cg_screen_file_name (f)) == 0) {
            wanted->file = (int) f;
            return TRUE;
        }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "parameter format: '%.40s' is none of png, svg, pdf, json, xlsx, csv, gpkg, tif", format);
    return FALSE;
}

static gboolean
get_options (const HttpRequest *request, Wanted *wanted, GError **error)
{
    CgScreenOptions *options = &wanted->options;
    guint hatch = 0;
    if (!get_format (request, wanted, error))
        return FALSE;
    wanted->at = g_hash_table_lookup (request->query, "at");
    if (wanted->at != NULL && wanted->file != CG_SCREEN_JSON) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter at: goes with format=json");
        return FALSE;
    }
    options->theme = g_hash_table_lookup (request->query, "theme");
    options->language = g_hash_table_lookup (request->query, "lang");
    options->measure = g_hash_table_lookup (request->query, "measure");
    options->period = g_hash_table_lookup (request->query, "period");
    options->breaks = g_hash_table_lookup (request->query, "breaks");
    options->palette = g_hash_table_lookup (request->query, "palette");
    options->place = g_hash_table_lookup (request->query, "place");
    options->scene = g_hash_table_lookup (request->query, "scene");
    options->types = g_hash_table_lookup (request->query, "types");
    options->sources = g_hash_table_lookup (request->query, "sources");
    options->box = g_hash_table_lookup (request->query, "box");
    options->area = g_hash_table_lookup (request->query, "area");
    options->kernel = g_hash_table_lookup (request->query, "kernel");
    options->bandwidth = g_hash_table_lookup (request->query, "bandwidth");
    options->against = g_hash_table_lookup (request->query, "against");
    guint64 names = 1;
    if (!http_get_whole (request, "names", 0, 1, &names, error))
        return FALSE;
    options->no_names = names == 0;
    return get_size (request, "w", &options->width, error) &&
           get_size (request, "h", &options->height, error) && check_pixels (options, error) &&
           get_size (request, "screen", &options->screen_height, error) &&
           get_size (request, "classes", &options->classes, error) &&
           get_size (request, "page", &options->page, error) &&
           get_size (request, "frame", &options->frame, error) &&
           get_size (request, "hatch", &hatch, error) && check_hatch (hatch, options, error);
}

/* Everything that makes a picture another one. Texts are escaped: none of them can pass for two. */
static char *
options_key (const Wanted *wanted)
{
    const CgScreenOptions *options = &wanted->options;
    const char *const texts[] = { options->theme,   options->measure, options->period,
                                  options->breaks,  options->palette, options->place,
                                  options->scene,   options->types,   options->sources,
                                  options->box,     options->kernel,  options->bandwidth,
                                  options->against, wanted->at,       options->language,
                                  options->area };
    GString *key = g_string_new (NULL);
    g_string_printf (key, "%d|%ux%u|%u|%s|%u|%u|%u|%d|%d", wanted->file, options->width, options->height,
                     options->screen_height, cg_format_name (options->format), options->classes,
                     options->page, options->frame, options->hatch, options->no_names);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_string_append_c (key, '|');
        if (texts[i] != NULL)
            g_string_append_uri_escaped (key, texts[i], NULL, FALSE);
    }
    return g_string_free (key, FALSE);
}

typedef struct {
    CgScreenSource *source;
    CgScreen *screen;
    const char *name;
    const Wanted *wanted;
    const char *mark; /* of outlines */
} Picture;

static GBytes *
make_picture (gpointer user_data, GError **error)
{
    const Picture *picture = user_data;
    const Wanted *wanted = picture->wanted;
    gint64 start_us = g_get_monotonic_time ();
    GBytes *bytes = wanted->file < 0
                        ? cg_screen_render (picture->screen, picture->name, &wanted->options, error)
                        : cg_screen_data (picture->screen, picture->name, &wanted->options,
                                          (CgScreenFile) wanted->file, wanted->at, error);
    cg_screen_source_drew (picture->source, picture->screen, g_get_monotonic_time () - start_us);
    return bytes;
}

/* The snapshot that v names ("44", or with anything behind a dash), while it is kept: all pictures of
 * one frame then show the same data. */
static CgScreen *
get_screen (HttpContext *context, const HttpRequest *request, GError **error)
{
    const char *v = g_hash_table_lookup (request->query, "v");
    gsize digits = v != NULL ? strspn (v, "0123456789") : 0;
    g_autofree char *number = digits > 0 && (v[digits] == '\0' || v[digits] == '-') ? g_strndup (v, digits) : NULL;
    guint64 version;
    CgScreen *kept = NULL;
    if (number != NULL && g_ascii_string_to_unsigned (number, 10, 0, G_MAXINT64, &version, NULL))
        kept = cg_screen_source_at (context->source, (gint64) version);
    return kept != NULL ? kept : cg_screen_source_get (context->source, error);
}

/* Of what a scene is made of: a server that starts anew with another scene file has the same data. (transfer full) */
static char *
scenes_digest (const HttpContext *context, const CgScreen *screen, GError **error)
{
    json_t *scenes = cg_screen_scenes (screen, context->scenes, error);
    if (scenes == NULL)
        return NULL;
    g_auto (HttpReply) text = { 0 };
    http_reply_json (&text, scenes);
    return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, text.body);
}

/* Picture and key of a request, and the snapshot that both are of. */
static CgScreen *
get_picture (HttpContext *context, const HttpRequest *request, const char *kind, const char *name,
             Wanted *wanted, char **out_key, HttpReply *reply, GError **error)
{
    CgScreenOptions *options = &wanted->options;
    *options = (CgScreenOptions){ .now_s = context->now_s (),
                                  .scenes = context->scenes,
                                  .cancel = request->cancel,
                                  .progress = request->progress };
    if (!get_options (request, wanted, error))
        return NULL;
    g_autoptr (CgScreen) screen = request->snapshot != NULL ? cg_screen_ref (request->snapshot)
                                                            : get_screen (context, request, error);
    if (screen == NULL)
        return NULL;
    g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, cg_screen_data_version (screen));
    http_reply_header (reply, "Data-Version", version);
    gboolean running = cg_screen_today_s (screen, options->now_s) + 86400 > options->now_s;
    g_autofree char *asked = options_key (wanted), *scenes = NULL;
    const CgScreenPicture *picture = cg_screen_picture_find (name);
    if (picture != NULL && (picture->uses & CG_SCREEN_USES_SCENE) != 0 &&
        (scenes = scenes_digest (context, screen, error)) == NULL)
        return NULL;
    *out_key = g_strdup_printf ("%s%s|%s|%" G_GINT64_FORMAT "|%d|%s|%s", kind, name, asked,
                                cg_screen_today_s (screen, options->now_s), running,
                                cg_screen_stamp (screen), scenes != NULL ? scenes : "");
    return g_steal_pointer (&screen);
}

/* The bytes of key, of the cache or of make. What would take long is found beforehand, not while others wait for the
 * same key; where it must not take long now it is postponed: NULL without error. */
static GBytes *
get_bytes (HttpContext *context, const HttpRequest *request, const Picture *picture, const char *key,
           HttpCacheMake make, HttpReply *reply, GError **error)
{
    GBytes *kept = http_cache_peek (context->cache, key);
    if (kept != NULL)
        return kept;
    gboolean now = context->analyses == NULL || request->cancel != NULL;
    if (!now && picture->wanted->file < 0 &&
        cg_screen_is_book (picture->name, &picture->wanted->options)) {
        reply->postponed = g_strdup (key);
        reply->snapshot = cg_screen_ref (picture->screen);
        return NULL;
    }
    if (!cg_screen_analyse (picture->screen, picture->name, &picture->wanted->options,
                            now ? NULL : &reply->postponed, error)) {
        if (reply->postponed != NULL)
            reply->snapshot = cg_screen_ref (picture->screen);
        return NULL;
    }
    return http_cache_get (context->cache, key, make, (gpointer) picture, error);
}

/* Who names the picture's own tag has got it from here: nothing is drawn to say that it is still the same. "*" names none. */
static gboolean
has_picture (const HttpRequest *request, const Wanted *wanted, const HttpReply *reply)
{
    return wanted->file < 0 && http_reply_is_known (request, reply) &&
           strchr (request->if_none_match, '*') == NULL;
}

static gboolean
get_render (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    static const char *const types[] = { "image/png", "image/svg+xml", "application/pdf" };
    Wanted wanted;
    g_autofree char *key = NULL;
    g_autoptr (CgScreen) screen = get_picture (context, request, "", names[0], &wanted, &key, reply, error);
    if (screen == NULL)
        return FALSE;
    http_reply_tag (reply, key);
    reply->status = 200;
    reply->type = wanted.file < 0 ? types[wanted.options.format]
                                  : cg_screen_file_type ((CgScreenFile) wanted.file);
    if (has_picture (request, &wanted, reply))
        return cg_screen_check (screen, names[0], &wanted.options, error);
    Picture picture = { context->source, screen, names[0], &wanted, NULL };
    reply->body = get_bytes (context, request, &picture, key, make_picture, reply, error);
    return reply->body != NULL;
}

static GBytes *
make_outlines (gpointer user_data, GError **error)
{
    const Picture *picture = user_data;
    json_t *outlines = cg_screen_outlines (picture->screen, picture->name, &picture->wanted->options,
                                           picture->mark, error);
    if (outlines == NULL)
        return NULL;
    char *text = json_dumps (outlines, JSON_COMPACT | JSON_REAL_PRECISION (10));
    json_decref (outlines);
    return g_bytes_new_take (text, strlen (text));
}

static gboolean
get_outlines (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    Wanted wanted;
    g_autofree char *drawn = NULL;
    g_autoptr (CgScreen) screen =
        get_picture (context, request, "outlines|", names[0], &wanted, &drawn, reply, error);
    if (screen == NULL)
        return FALSE;
    const char *mark = g_hash_table_lookup (request->query, "mark");
    g_autofree char *key = g_strdup_printf ("%s|%s", drawn, mark != NULL ? mark : "");
    http_reply_tag (reply, key);
    Picture picture = { context->source, screen, names[0], &wanted, mark };
    reply->body = get_bytes (context, request, &picture, key, make_outlines, reply, error);
    reply->status = 200;
    reply->type = "application/json";
    return reply->body != NULL;
}

static gboolean
get_scenes (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    g_autoptr (CgScreen) screen = cg_screen_source_last (context->source);
    json_t *scenes = cg_screen_scenes (screen, context->scenes, error);
    if (scenes == NULL)
        return FALSE;
    http_reply_json (reply, scenes);
    g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, reply->body);
    http_reply_tag (reply, hash);
    return TRUE;
}

static gboolean
get_schema (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    http_reply_json (reply, json_deep_copy (cg_scenes_schema ()));
    http_reply_tag (reply, "scenes-schema");
    reply->type = "application/schema+json";
    return TRUE;
}

static gboolean
get_types (HttpContext *context, const HttpRequest *request, const char *const *names,
           HttpReply *reply, GError **error)
{
    g_autoptr (CgScreen) screen = cg_screen_source_get (context->source, error);
    if (screen == NULL)
        return FALSE;
    g_autofree char *tag = g_strdup_printf ("types|%s", cg_screen_stamp (screen));
    http_reply_json (reply, json_pack ("{s:o}", "types", cg_screen_types (screen)));
    http_reply_tag (reply, tag);
    return TRUE;
}

static const char *const overview_parameters[] = { "place", "sources", NULL };
static const char *const outline_parameters[] = {
    "w",       "h",         "screen",  "measure", "period", "breaks", "classes",
    "palette", "place",     "frame",   "mark",    "v",      "types",  "box",
    "kernel",  "bandwidth", "against", "sources", "lang",   "names",  "area", NULL
};
static const char *const render_parameters[] = {
    "w",      "h",       "screen",  "format", "theme",  "measure",   "period",
    "breaks", "classes", "palette", "hatch",  "page",   "frame",     "place",
    "scene",  "v",       "types",   "box",    "kernel", "bandwidth", "against",
    "at",     "sources", "lang",    "names",  "area", NULL
};

const HttpRoute http_picture_routes[] = {
    { "GET", "/api/overview", HTTP_DRAWS, overview_parameters, get_overview,
      "figures of the county screen, or of one place" },
    { "GET", "/api/outlines/{name}", HTTP_DRAWS, outline_parameters, get_outlines,
      "where the places of a map lie in its picture" },
    { "GET", "/api/scenes", HTTP_AT_ONCE, http_no_parameters, get_scenes,
      "what the big screens show" },
    { "GET", "/api/scenes/schema", HTTP_AT_ONCE, http_no_parameters, get_schema,
      "JSON schema of a scene file", "application/schema+json" },
    { "GET", "/api/types", HTTP_DRAWS, http_no_parameters, get_types,
      "types of incidents with the number of those of each and below it" },
    { "GET", "/api/pictures", HTTP_AT_ONCE, http_no_parameters, get_pictures,
      "names of pictures, measures, themes, classifications and palettes" },
    { "GET", "/api/render/{name}", HTTP_DRAWS, render_parameters, get_render,
      "a picture or what it is made of, byte for byte that of countygrid render",
      "image/png image/svg+xml application/pdf application/json "
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet text/csv "
      "application/geopackage+sqlite3 image/tiff" },
    { NULL },
};

#include "analyse/breaks.h"
#include "app/density/area.h"
#include "app/screen/screen.h"
#include "app/status.h"
#include "cli.h"

#include <string.h>

static char *
describe_pictures (void)
{
    GString *text = g_string_new ("Scenes and charts:");
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
        g_string_append_printf (text, "\n  %-12s %s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", p->name, p->title,
                                p->scene ? " (a whole page)" : "",
                                p->uses & CG_SCREEN_USES_MEASURE ? " --measure" : "",
                                p->uses & CG_SCREEN_USES_PERIOD ? " --period" : "",
                                p->uses & CG_SCREEN_USES_CLASSES ? " --breaks --classes" : "",
                                p->uses & CG_SCREEN_USES_PALETTE ? " --palette" : "",
                                p->uses & CG_SCREEN_USES_HATCH ? " --hatch" : "",
                                p->uses & CG_SCREEN_USES_PAGE ? " --page" : "",
                                p->uses & CG_SCREEN_USES_FRAME ? " --frame" : "",
                                p->uses & CG_SCREEN_USES_PLACE ? " --place" : "",
                                p->uses & CG_SCREEN_USES_SCENE ? " --scene --scenes" : "",
                                p->uses & CG_SCREEN_USES_TYPES ? " --types" : "",
                                p->uses & CG_SCREEN_USES_SOURCES ? " --sources" : "",
                                p->uses & CG_SCREEN_USES_BOX ? " --box --area" : "",
                                p->uses & CG_SCREEN_USES_KERNEL ? " --kernel --bandwidth" : "",
                                p->uses & CG_SCREEN_USES_AGAINST ? " --against" : "",
                                p->uses & CG_SCREEN_USES_NAMES ? " --no-names" : "");
    g_string_append (text, "\n\nMeasures:");
    for (const CgScreenMeasure *m = cg_screen_measures (); m->name != NULL; m++)
        g_string_append_printf (text, "\n  %-24s %s (%s)", m->name, m->title, m->unit);
    g_string_append (text, "\n\nMethods of --breaks:");
    for (const CgBreaksMethod *b = cg_breaks_methods (); b->name != NULL; b++)
        g_string_append_printf (text, "\n  %-24s %s", b->name, b->title);
    g_string_append (text, "\n  10,20,50                 fixed bounds, one class more than bounds");
    g_string_append (text, "\n\nPalettes:");
    for (const CgPalette *p = cg_palettes (); p->name != NULL; p++)
        g_string_append_printf (text, "\n  %-24s %s", p->name, p->title);
    return g_string_free (text, FALSE);
}

/* out_file: CgScreenFile, or -1: the picture itself. */
static gboolean
parse_format (const char *path, CgFormat *out, int *out_file, GError **error)
{
    CgScreenFile file;
    *out_file = -1;
    if (cg_format_parse (path, out))
        return TRUE;
    if (strchr (path, '.') != NULL && cg_screen_file_parse (path, &file)) {
        *out_file = (int) file;
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "-o %s: the name must end in .png, .svg or .pdf, or of what it is made of in .json, .xlsx, .csv, "
                 ".gpkg or .tif",
                 path);
    return FALSE;
}

static gboolean
write_bytes (const char *path, GBytes *bytes, GError **error)
{
    gsize length;
    const char *data = g_bytes_get_data (bytes, &length);
    g_autoptr (GError) problem = NULL;
    if (g_file_set_contents (path, data, (gssize) length, &problem))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", path, problem->message);
    return FALSE;
}

typedef struct {
    char *output, *size, *theme, *measure, *period, *breaks, *palette, *place, *scene, *scenes;
    char *lang, *types, *sources, *box, *area, *kernel, *bandwidth, *against, *frames, *window, *at;
    gint classes, page, frame, screen;
    double fps;
    gboolean hatch, no_names;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->size,    o->theme,  o->measure,   o->period,
                            o->breaks, o->palette, o->place,  o->scene,     o->scenes,
                            o->types,  o->box,     o->kernel, o->bandwidth, o->against,
                            o->frames, o->window,  o->lang,   o->at,        o->sources,
                            o->area };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
parse_options (CgCli *cli, Options *o, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
          "picture to write: .png, .svg or .pdf; what it is made of: .json, .xlsx, .csv, .gpkg, "
          ".tif",
          "OUT" },
        { "size", 0, 0, G_OPTION_ARG_STRING, &o->size, "pixels (default: as fits the picture)",
          "WxH" },
        { "screen", 0, 0, G_OPTION_ARG_INT, &o->screen,
          "height of the whole wall that the picture is a part of, which text sizes follow", "PIXELS" },
        { "theme", 0, 0, G_OPTION_ARG_STRING, &o->theme,
          "dark (default) or light (default on paper)", "NAME" },
        { "measure", 0, 0, G_OPTION_ARG_STRING, &o->measure,
          "number that is shown; bivariate: two, A,B", "NAME" },
        { "period", 0, 0, G_OPTION_ARG_STRING, &o->period,
          "so many days to today, or first and last day: 2026-10-01/2026-10-31", "DAYS|FROM/TO" },
        { "breaks", 0, 0, G_OPTION_ARG_STRING, &o->breaks,
          "how classes are made (default quantile), or their bounds", "METHOD|B1,B2,..." },
        { "classes", 0, 0, G_OPTION_ARG_INT, &o->classes, "number of classes, 2 to 9", "N" },
        { "palette", 0, 0, G_OPTION_ARG_STRING, &o->palette, "colours (default: the theme's)",
          "NAME" },
        { "place", 0, 0, G_OPTION_ARG_STRING, &o->place,
          "code of a town, community or grid that is shown by itself; busiest: the busiest town",
          "CODE" },
        { "scene", 0, 0, G_OPTION_ARG_STRING, &o->scene,
          "which scene `scene` draws (default county)", "NAME" },
        { "scenes", 0, 0, G_OPTION_ARG_FILENAME, &o->scenes,
          "scene file, as of serve (default: the built-in ones)", "FILE" },
        { "types", 0, 0, G_OPTION_ARG_STRING, &o->types,
          "only incidents of these types and those below them: 治安,民生服务/噪音", "A,B" },
        { "sources", 0, 0, G_OPTION_ARG_STRING, &o->sources,
          "only incidents whose source holds one of these texts: 12345,热线", "A,B" },
        { "box", 0, 0, G_OPTION_ARG_STRING, &o->box,
          "only grids with their centroid in it, metres of the county's CRS",
          "XMIN,YMIN,XMAX,YMAX" },
        { "area", 0, 0, G_OPTION_ARG_STRING, &o->area,
          "only grids with their centroid in this outline: POLYGON ((x y, ...)) in metres of the county's CRS, "
          "GeoJSON (longitude, latitude), or a file of either",
          "WKT|GEOJSON|FILE" },
        { "kernel", 0, 0, G_OPTION_ARG_STRING, &o->kernel,
          "gaussian (default), quartic, epanechnikov, triangular, uniform", "NAME" },
        { "bandwidth", 0, 0, G_OPTION_ARG_STRING, &o->bandwidth,
          "of the density (default: county.ini, else auto)", "METRES|auto" },
        { "against", 0, 0, G_OPTION_ARG_STRING, &o->against,
          "a second period: one scale for the pictures of both, or what a change is from",
          "DAYS|FROM/TO" },
        { "at", 0, 0, G_OPTION_ARG_STRING, &o->at,
          "with -o OUT.json: the grid that holds a point of the county's CRS, and the density "
          "there",
          "X,Y" },
        { "hatch", 0, 0, G_OPTION_ARG_NONE, &o->hatch,
          "dots or contours that copies without colour keep", NULL },
        { "page", 0, 0, G_OPTION_ARG_INT, &o->page,
          "one page of a book (default: all as PDF, else the first)", "N" },
        { "frame", 0, 0, G_OPTION_ARG_INT, &o->frame,
          "frame of what moves: of a list 25 a second, of `play` one a day (default: the first, 1)",
          "N" },
        { "frames", 0, 0, G_OPTION_ARG_STRING, &o->frames,
          "map: pictures through its period with one colour scale: so many, or one a hour, day, "
          "week, "
          "month, 6h, 2d; -o OUT.png moves (APNG), -o DIR/ takes one file a frame",
          "N|STEP" },
        { "window", 0, 0, G_OPTION_ARG_STRING, &o->window,
          "incidents that a frame shows: 6h, 7d, up to its end (default: those of its step)",
          "SPAN" },
        { "fps", 0, 0, G_OPTION_ARG_DOUBLE, &o->fps, "frames a second (default 2.5)", "F" },
        { "lang", 0, 0, G_OPTION_ARG_STRING, &o->lang,
          "zh (default) or en: what the picture says; names of places stay as stored", "LANGUAGE" },
        { "no-names", 0, 0, G_OPTION_ARG_NONE, &o->no_names, "maps without names of places", NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *pictures = describe_pictures ();
    if (!cg_cli_parse (cli, &cg_command_render, entries, pictures, argc, argv, error) ||
        !cg_cli_expect (&cg_command_render, *argc, 2, error) ||
        !cg_cli_need (o->output, "-o OUT.png", error))
        return FALSE;
    if (o->screen < 0 || o->screen > 1000000) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--screen %d: 1 to 1000000", o->screen);
        return FALSE;
    }
    if (o->classes < 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--classes %d: 2 to 9", o->classes);
        return FALSE;
    }
    if (o->frames == NULL && (o->window != NULL || o->fps != 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: without --frames nothing moves",
                     o->window != NULL ? "--window" : "--fps");
        return FALSE;
    }
    if (o->fps != 0 && !(o->fps >= 0.1 && o->fps <= 50)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--fps %g: 0.1 to 50 frames a second",
                     o->fps);
        return FALSE;
    }
    if (o->page >= 0 && o->frame >= 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--%s %d: counted from 1",
                 o->page < 0 ? "page" : "frame", MIN (o->page, o->frame));
    return FALSE;
}

/* The picture, or its frames, written; frames: what --json says of them. */
static gboolean
draw (const CgScreen *screen, const char *name, const CgScreenOptions *options, const Options *o,
      int file, json_t **out_frames, GError **error)
{
    if (o->frames != NULL) {
        CgScreenMotion motion = { o->frames, o->window,
                                  o->fps > 0 ? (guint) (1000 / o->fps + 0.5) : 0 };
        *out_frames = cg_screen_render_frames (screen, name, options, &motion, o->output, error);
        return *out_frames != NULL;
    }
    g_autoptr (GBytes) bytes =
        file < 0 ? cg_screen_render (screen, name, options, error)
                 : cg_screen_data (screen, name, options, (CgScreenFile) file, o->at, error);
    return bytes != NULL && !cg_app_is_stopped (options->cancel, error) &&
           write_bytes (o->output, bytes, error);
}

static gboolean
run_render (CgCli *cli, int argc, char **argv, GError **error)
{
    g_auto (Options) o = { 0 };
    if (!parse_options (cli, &o, &argc, &argv, error))
        return FALSE;
    g_autofree char *area = o.area != NULL ? cg_area_read (o.area, error) : NULL;
    if (o.area != NULL && area == NULL)
        return FALSE;
    CgScreenOptions options = { .theme = o.theme,
                                .measure = o.measure,
                                .period = o.period,
                                .breaks = o.breaks,
                                .classes = (guint) o.classes,
                                .palette = o.palette,
                                .hatch = o.hatch,
                                .place = o.place,
                                .scene = o.scene,
                                .types = o.types,
                                .sources = o.sources,
                                .box = o.box,
                                .area = area,
                                .kernel = o.kernel,
                                .bandwidth = o.bandwidth,
                                .against = o.against,
                                .page = (guint) o.page,
                                .frame = (guint) o.frame,
                                .now_s = cg_app_now () };
    const char *output = o.output;
    options.no_names = o.no_names;
    options.language = o.lang;
    options.cancel = cli->cancel;
    options.progress = &cli->progress;
    options.screen_height = (guint) o.screen;
    int file = -1;
    if ((o.frames == NULL && !parse_format (output, &options.format, &file, error)) ||
        (o.size != NULL && !cg_cli_parse_size (o.size, &options.width, &options.height, error)))
        return FALSE;
    if (o.at != NULL && file != CG_SCREEN_JSON) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, "--at: goes with -o OUT.json");
        return FALSE;
    }
    g_autoptr (CgScenes) scenes = NULL;
    if (o.scenes != NULL && (scenes = cg_scenes_load (o.scenes, error)) == NULL)
        return FALSE;
    options.scenes = scenes;
    /* Of a directory OUT/ that frames are to make, the folder that it goes into must be there. */
    g_autofree char *target = g_strdup (output);
    for (gsize n = strlen (target); o.frames != NULL && n > 1 && target[n - 1] == '/'; n--)
        target[n - 1] = '\0';
    const char *const picture = target, *const county = argv[1];
    if (!cg_cli_check_paths (1, &picture, 1, &county, error))
        return FALSE;
    g_autoptr (CgScreen) screen = cg_screen_open (argv[1], error);
    g_autoptr (json_t) frames = NULL;
    if (screen == NULL || !draw (screen, argv[2], &options, &o, file, &frames, error))
        return FALSE;
    cg_cli_say (cli, "written: %s", output);
    g_autoptr (json_t) result =
        json_pack ("{s:s, s:s, s:I}", "picture", argv[2], "file", output, "data_version",
                   (json_int_t) cg_screen_data_version (screen));
    if (frames != NULL)
        json_object_set (result, "frames", frames);
    cg_cli_result (cli, result);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_render (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_render = {
    .name = "render",
    .summary = "draws a scene or chart of a county, the same pixels that the server gives",
    .usage = "COUNTY.sqlite SCENE|CHART -o OUT.png",
    .details =
        "Example:\n"
        "  countygrid render wuqi.sqlite county -o wall.png --size 3840x2160\n"
        "  countygrid render wuqi.sqlite choropleth -o rate.pdf --measure households --theme "
        "light\n"
        "  countygrid render wuqi.sqlite choropleth -o may.png --period 2026-05-01/2026-05-31 "
        "--breaks jenks --classes 5\n"
        "  countygrid render wuqi.sqlite map -o year.png --period 365 --frames week --window 28d\n"
        "  countygrid render wuqi.sqlite hotspots -o theft.xlsx --types 治安/盗窃 --period 90\n"
        "  countygrid render wuqi.sqlite map -o centre.png --area centre.geojson",
    .run = run,
    .gives_up = TRUE,
};

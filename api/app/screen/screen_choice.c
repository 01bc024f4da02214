/* What of a county a picture shows: incidents of some types or sources, one place, a box or an area drawn by hand. */
#include "app/density/area.h"
#include "app/screen/screen_internal.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define UNTYPED "未分类"
#define MIN_BOX_M 100.0 /* a box smaller than a house says nothing about a county */

/* ---- types ------------------------------------------------------------------------------------ */

/* "民生服务" holds "民生服务/噪音" and "民生服务 /噪音", whose first level reads the same. */
static gboolean
is_of_type (const CgScreen *screen, guint32 type, const char *wanted)
{
    const char *name = cg_names_get (screen->incidents->types, type);
    gsize length = strlen (wanted);
    if (strncmp (name, wanted, length) == 0 && (name[length] == '\0' || name[length] == '/'))
        return TRUE;
    return strcmp (cg_names_get (screen->kinds, screen->kind_of[type]), wanted) == 0;
}

/* out_wanted[types + 1], the last for incidents without a type. */
static gboolean
mark_types (const CgScreen *screen, const char *types, guint32 n_types, guint8 *out_wanted,
            GError **error)
{
    g_auto (GStrv) names = g_strsplit (types, ",", -1);
    for (guint k = 0; names[k] != NULL; k++) {
        gboolean found = strcmp (names[k], UNTYPED) == 0;
        out_wanted[n_types] |= found;
        for (guint32 t = 0; t < n_types; t++)
            if (is_of_type (screen, t, names[k]))
                out_wanted[t] = found = TRUE;
        if (!found) {
            g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no type of incident named '%.80s'",
                         names[k]);
            return FALSE;
        }
    }
    return TRUE;
}

/* out_wanted[sources]. A source may be away today and deliver tomorrow: one that is not known is no error. */
static void
mark_sources (const CgScreen *screen, const char *sources, guint32 n_sources, guint8 *out_wanted)
{
    g_auto (GStrv) texts = g_strsplit (sources, ",", -1);
    for (guint k = 0; texts[k] != NULL; k++)
        for (guint32 s = 0; texts[k][0] != '\0' && s < n_sources; s++)
            out_wanted[s] |= strstr (cg_names_get (screen->incidents->sources, s), texts[k]) != NULL;
}

/* Row i of a column of names is one of the wanted; wanted NULL: any is. */
static gboolean
is_wanted (const guint8 *wanted, const guint32 *column, guint32 i, guint32 n_names)
{
    guint32 name = column != NULL ? column[i] : CG_NONE;
    return wanted == NULL || wanted[name < n_names ? name : n_names];
}

/* types or sources NULL: all. */
static gboolean
sift (const CgScreen *screen, const char *types, const char *sources, CgScreen *out, GError **error)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 n_types = incidents->types != NULL ? cg_names_count (incidents->types) : 0;
    guint32 n_sources = incidents->sources != NULL ? cg_names_count (incidents->sources) : 0;
    g_autofree guint8 *of_type = types != NULL ? g_new0 (guint8, n_types + 1) : NULL;
    g_autofree guint8 *of_source = sources != NULL ? g_new0 (guint8, n_sources + 1) : NULL;
    if (types != NULL && !mark_types (screen, types, n_types, of_type, error))
        return FALSE;
    if (sources != NULL)
        mark_sources (screen, sources, n_sources, of_source);
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
    *out = *screen;
    out->all = screen;
    out->first_dated = out->end_dated = 0;
    for (guint32 i = 0; i < incidents->n; i++) {
        if (!is_wanted (of_type, incidents->type, i, n_types) ||
            !is_wanted (of_source, incidents->source, i, n_sources))
            continue;
        g_array_append_val (rows, i);
        out->first_dated += i < screen->first_dated;
        out->end_dated += i < screen->end_dated;
    }
    out->incidents = screen_pick_places (incidents, screen->tables.incident_grid, NULL, rows,
                                         &out->tables.incident_grid);
    return TRUE;
}

static char *
chosen_title (const CgScreen *screen, const char *title, const char *chosen, const char *unit)
{
    if (chosen == NULL || title == NULL)
        return g_strdup (title);
    g_auto (GStrv) names = g_strsplit (chosen, ",", -1);
    g_autofree char *few = g_strjoinv (screen_word (screen, "、"), names);
    if (g_strv_length (names) <= 2 && g_utf8_strlen (few, -1) <= 16)
        return g_strdup_printf (screen_word (screen, "%s（%s）"), title, few);
    return g_strdup_printf (screen_word (screen, "%s（%u %s）"), title, g_strv_length (names),
                            unit);
}

/* Names of the sources that a text asks for, those that are known; the text itself where none is. */
static char *
known_sources (const CgScreen *screen, const char *sources)
{
    const CgNames *names = screen->incidents->sources;
    guint32 n = names != NULL ? cg_names_count (names) : 0;
    g_autofree guint8 *wanted = g_new0 (guint8, n + 1);
    g_autoptr (GString) known = g_string_new (NULL);
    mark_sources (screen, sources, n, wanted);
    for (guint32 s = 0; s < n; s++)
        if (wanted[s])
            g_string_append_printf (known, "%s%s", known->len > 0 ? "," : "", cg_names_get (names, s));
    return g_strdup (known->len > 0 ? known->str : sources);
}

char *
screen_types_title (const ScreenJob *job, const char *title)
{
    g_autofree char *typed =
        chosen_title (job->screen, title, job->types, screen_word (job->screen, "类"));
    g_autofree char *sources =
        job->sources != NULL ? known_sources (job->screen, job->sources) : NULL;
    return chosen_title (job->screen, typed, sources, screen_word (job->screen, "个来源"));
}

static void
add_count (GHashTable *count, const char *name, guint32 n)
{
    guint so_far = GPOINTER_TO_UINT (g_hash_table_lookup (count, name));
    g_hash_table_replace (count, g_strdup (name), GUINT_TO_POINTER (so_far + n));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

json_t *
cg_screen_types (const CgScreen *screen)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 n_types = incidents->types != NULL ? cg_names_count (incidents->types) : 0;
    g_autofree guint32 *number = g_new0 (guint32, n_types + 1);
    g_autoptr (GHashTable) count = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    for (guint32 i = 0; i < incidents->n; i++) {
        guint32 type = incidents->type != NULL ? incidents->type[i] : CG_NONE;
        number[type < n_types ? type : n_types]++;
    }
    for (guint32 t = 0; t <= n_types; t++) {
        g_autofree char *name = g_strdup (t < n_types ? cg_names_get (incidents->types, t) : UNTYPED);
        if (number[t] == 0 || !g_utf8_validate (name, -1, NULL))
            continue;
        /* "a/b/c" counts in "a" and "a/b" too. */
        for (char *slash = name + strlen (name); slash != NULL; slash = strrchr (name, '/')) {
            *slash = '\0';
            add_count (count, name, number[t]);
        }
    }
    GHashTableIter iter;
    gpointer name, n;
    g_hash_table_iter_init (&iter, count);
    while (g_hash_table_iter_next (&iter, &name, NULL))
        g_ptr_array_add (names, name);
    g_ptr_array_sort (names, compare_names);
    json_t *all = json_array ();
    for (guint k = 0; k < names->len; k++) {
        n = g_hash_table_lookup (count, names->pdata[k]);
        json_array_append_new (all, json_pack ("{s:s, s:I}", "name", (const char *) names->pdata[k], "count",
                                               (json_int_t) GPOINTER_TO_UINT (n)));
    }
    return all;
}

/* ---- box -------------------------------------------------------------------------------------- */

static gboolean
parse_box (const char *text, CgBox *out, GError **error)
{
    double value[4];
    guint n = 0;
    const char *at = text;
    for (char *end; n < 4; n++) {
        value[n] = g_ascii_strtod (at, &end);
        if (end == at || !isfinite (value[n]) || *end != (n < 3 ? ',' : '\0'))
            break;
        at = end + 1;
    }
    if (n == 4 && value[2] - value[0] >= MIN_BOX_M && value[3] - value[1] >= MIN_BOX_M) {
        *out = (CgBox){ value[0], value[1], value[2], value[3] };
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "box '%.80s': x_min,y_min,x_max,y_max in metres of the county's coordinate system, "
                 "at least %.0f m a side",
                 text, MIN_BOX_M);
    return FALSE;
}

/* ---- area ------------------------------------------------------------------------------------- */

static gboolean
read_area (const CgScreen *screen, const char *text, CgBox *out, ScreenChoice *choice, GError **error)
{
    g_autoptr (CgShapes) area = cg_area_parse (text, screen->regions->working_crs, error);
    if (area == NULL)
        return FALSE;
    *out = cg_shapes_box (area, 0);
    const CgBox *county = &screen->box;
    if (!cg_box_is_empty (county) && !cg_box_meets (out, county)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "area: it lies outside the county, which has x from %.0f to %.0f and y from %.0f to %.0f",
                     county->x_min, county->x_max, county->y_min, county->y_max);
        return FALSE;
    }
    g_autoptr (GBytes) wkb = cg_shapes_get_wkb (area, 0, TRUE);
    choice->area_key = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, wkb);
    choice->area = g_steal_pointer (&area);
    return TRUE;
}

/* ---- both ------------------------------------------------------------------------------------- */

gboolean
screen_choose (const CgScreen *screen, const CgScreenOptions *options, ScreenChoice *out,
               GError **error)
{
    CgBox box;
    out->shown = screen;
    if ((options->box != NULL) + (options->place != NULL) + (options->area != NULL) > 1) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "box, area and place: either a box, an area or a place");
        return FALSE;
    }
    if ((options->box != NULL && !parse_box (options->box, &box, error)) ||
        (options->area != NULL && !read_area (screen, options->area, &box, out, error)))
        return FALSE;
    if (options->types != NULL || options->sources != NULL) {
        if (!sift (screen, options->types, options->sources, &out->sifted, error))
            return FALSE;
        out->shown = &out->sifted;
    }
    if (options->box != NULL || options->area != NULL)
        screen_narrow_drawn (out->shown, &box, out->area, out->area_key, &out->narrow);
    else if (options->place != NULL &&
             !screen_narrow (out->shown, options->place, &out->narrow, error))
        return FALSE;
    if (out->narrow.whole != NULL)
        out->shown = &out->narrow;
    return TRUE;
}

void
screen_choice_clear (ScreenChoice *choice)
{
    screen_narrow_clear (&choice->narrow);
    g_clear_pointer (&choice->area, cg_shapes_free);
    g_clear_pointer (&choice->area_key, g_free);
    if (choice->sifted.all == NULL)
        return;
    screen_places_clear (choice->sifted.incidents);
    g_free (choice->sifted.tables.incident_grid);
    choice->sifted.all = NULL;
}

#include "cells_options.h"

#include <string.h>

#include "app/cells/cell_report.h"
#include "base/error.h"

void
cg_cli_cells_init (CgCliCells *o)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    *o = (CgCliCells){ .close_m = usual.cells.close_m,
                       .empty_m2 = usual.cells.empty_m2,
                       .sliver_m = usual.cells.sliver_m,
                       .simplify_m = usual.cells.simplify_m,
                       .wide_water_m = usual.wide_water_m,
                       .dwelling_m2 = usual.dwellings.dwelling_m2,
                       .storeys = usual.dwellings.storeys,
                       .persons = usual.persons };
}

void
cg_cli_cells_done (CgCliCells *o)
{
    g_free (o->cut);
}

GOptionEntry *
cg_cli_cells_entries (CgCliCells *o, const GOptionEntry *own, const char *prefix)
{
    const GOptionEntry more[] = {
        { "cut", 0, 0, G_OPTION_ARG_STRING, &o->cut,
          "kinds of barriers that units never cross (default: water,railway,arterial,street,alley,wall)",
          "LIST" },
        { "close", 0, 0, G_OPTION_ARG_DOUBLE, &o->close_m,
          "lines that end this near to another are led on to it (default 8)", "METRES" },
        { "empty", 0, 0, G_OPTION_ARG_DOUBLE, &o->empty_m2,
          "ground that no building faces is a cell of its own from here on (default 5000)", "M2" },
        { "sliver", 0, 0, G_OPTION_ARG_DOUBLE, &o->sliver_m,
          "empty ground narrower than this joins over the weakest line (default 12)", "METRES" },
        { "straighten", 0, 0, G_OPTION_ARG_DOUBLE, &o->simplify_m,
          "borders between gardens may be straightened by this (default 0.5)", "METRES" },
        { "wide-water", 0, 0, G_OPTION_ARG_DOUBLE, &o->wide_water_m,
          "areas of water this wide part grids, but where a road, bridge, tunnel or ferry leads over "
          "(default 50; 0: none does)",
          "METRES" },
        { "dwelling", 0, 0, G_OPTION_ARG_DOUBLE, &o->dwelling_m2,
          "floor area of one dwelling, walls and stairs included (default 100)", "M2" },
        { "storeys", 0, 0, G_OPTION_ARG_DOUBLE, &o->storeys,
          "storeys of a building without levels and height (default 2)", "N" },
        { "persons", 0, 0, G_OPTION_ARG_DOUBLE, &o->persons,
          "people of a household, where none are counted (default 2.6)", "N" },
    };
    guint n_own = 0;
    while (own[n_own].long_name != NULL)
        n_own++;
    GOptionEntry *all = g_new0 (GOptionEntry, n_own + G_N_ELEMENTS (more) + 1);
    memcpy (all, own, n_own * sizeof *own);
    memcpy (all + n_own, more, sizeof more);
    for (guint k = 0; k < G_N_ELEMENTS (more); k++) {
        g_autofree char *text = g_strconcat (prefix, more[k].description, NULL);
        all[n_own + k].description = g_intern_string (text);
    }
    return all;
}

static gboolean
check_size (const char *option, double value, double min, double max, GError **error)
{
    if (value >= min && value <= max)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: %g is not from %g to %g", option, value,
                 min, max);
    return FALSE;
}

/* "water,railway,street" as bits. */
static gboolean
parse_classes (const char *text, guint *out, GError **error)
{
    g_auto (GStrv) names = g_strsplit (text, ",", -1);
    guint bits = 0;
    for (guint k = 0; names[k] != NULL; k++) {
        guint8 class = CG_BARRIER_NONE;
        if (!cg_barrier_parse (names[k], &class) || class == CG_BARRIER_NONE ||
            class >= CG_BARRIER_BUILDING) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "--cut: '%s' is none of water, railway, arterial, street, alley, wall",
                         names[k]);
            return FALSE;
        }
        bits |= 1u << class;
    }
    *out = bits;
    return TRUE;
}

gboolean
cg_cli_cells_settings (const CgCliCells *o, CgCellsSettings *out, GError **error)
{
    *out = CG_CELLS_SETTINGS_DEFAULT;
    if (!check_size ("--close", o->close_m, 0, 1000, error) ||
        !check_size ("--empty", o->empty_m2, 0, 1e12, error) ||
        !check_size ("--sliver", o->sliver_m, 0, 1000, error) ||
        !check_size ("--straighten", o->simplify_m, 0, 100, error) ||
        !check_size ("--wide-water", o->wide_water_m, 0, 1e6, error) ||
        !check_size ("--dwelling", o->dwelling_m2, 1, 10000, error) ||
        !check_size ("--storeys", o->storeys, 0.1, 300, error) ||
        !check_size ("--persons", o->persons, 0, 100, error))
        return FALSE;
    out->cells.close_m = o->close_m;
    out->cells.empty_m2 = o->empty_m2;
    out->cells.sliver_m = o->sliver_m;
    out->cells.simplify_m = o->simplify_m;
    out->dwellings.dwelling_m2 = o->dwelling_m2;
    out->dwellings.storeys = o->storeys;
    out->persons = o->persons;
    out->wide_water_m = o->wide_water_m;
    return o->cut == NULL || parse_classes (o->cut, &out->cells.cut, error);
}

char *
cg_cli_cells_describe (const CgCliCells *o)
{
    return g_strdup_printf ("close=%g empty=%g sliver=%g straighten=%g wide-water=%g "
                            "dwelling=%g storeys=%g "
                            "persons=%g cut=%s",
                            o->close_m, o->empty_m2, o->sliver_m, o->simplify_m, o->wide_water_m, o->dwelling_m2,
                            o->storeys, o->persons, o->cut != NULL ? o->cut : "all");
}

/* ---- what was found ---------------------------------------------------------------------- */

/* Few of each code: three thousand rows with two counts are one fault. */
static void
show_warnings (const CgCli *cli, const json_t *warnings)
{
    enum { MOST_OF_A_KIND = 3 };
    g_autoptr (GHashTable) kinds = g_hash_table_new (g_str_hash, g_str_equal);
    guint left = 0;
    for (gsize k = 0; k < json_array_size (warnings); k++) {
        const json_t *item = json_array_get (warnings, k);
        const char *code = json_string_value (json_object_get (item, "code"));
        const char *file = json_string_value (json_object_get (item, "file"));
        json_int_t row = json_integer_value (json_object_get (item, "row"));
        guint before = GPOINTER_TO_UINT (g_hash_table_lookup (kinds, code));
        g_hash_table_insert (kinds, (gpointer) code, GUINT_TO_POINTER (before + 1));
        if (before >= MOST_OF_A_KIND) {
            left++;
            continue;
        }
        g_autofree char *place =
            file == NULL ? g_strdup ("")
            : row > 0    ? g_strdup_printf ("%s:%" JSON_INTEGER_FORMAT ": ", file, row)
                         : g_strdup_printf ("%s: ", file);
        const json_t *x = json_object_get (item, "x"), *y = json_object_get (item, "y");
        g_autofree char *where = json_is_number (x) && row > 0
                                     ? g_strdup_printf (" at %.8g, %.8g", json_number_value (x),
                                                        json_number_value (y))
                                     : g_strdup ("");
        cg_cli_warn (cli, "warning: %s%s (%s)%s", place,
                     json_string_value (json_object_get (item, "text")), code, where);
    }
    if (left > 0)
        cg_cli_warn (cli, "warning: ... and %u more; --report FILE lists all", left);
}

void
cg_cli_cells_tell (const CgCli *cli, const json_t *report, gboolean has_report)
{
    const char *code;
    json_t *value;
    gboolean any = FALSE;
    if (cli->json)
        return;
    show_warnings (cli, json_object_get (report, "warnings"));
    json_object_foreach (json_object_get (report, "counts"), code, value) {
        const char *meaning = cg_cell_finding_meaning (code);
        if (json_integer_value (value) == 0)
            continue;
        cg_cli_say (cli, "  %s: %" JSON_INTEGER_FORMAT " (%s)", code, json_integer_value (value),
                    meaning != NULL ? meaning : "");
        any = TRUE;
    }
    if (any && !has_report)
        cg_cli_say (cli, "  --report FILE lists each of them with file, row and place");
}

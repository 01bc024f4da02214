#include "cells_options.h"

#include <string.h>

#include "base/error.h"
#include "cli.h"

void
cg_cli_cells_init (CgCliCells *o)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    *o = (CgCliCells){ .close_m = usual.cells.close_m,
                       .empty_m2 = usual.cells.empty_m2,
                       .sliver_m = usual.cells.sliver_m,
                       .simplify_m = usual.cells.simplify_m,
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
cg_cli_cells_entries (CgCliCells *o, const GOptionEntry *own)
{
    const GOptionEntry more[] = {
        { "cut", 0, 0, G_OPTION_ARG_STRING, &o->cut,
          "classes that cells never cross (default: water,railway,arterial,street,alley,wall)",
          "LIST" },
        { "close", 0, 0, G_OPTION_ARG_DOUBLE, &o->close_m,
          "lines that end this near to another are led on to it (default 8)", "METRES" },
        { "empty", 0, 0, G_OPTION_ARG_DOUBLE, &o->empty_m2,
          "ground that no building faces is a cell of its own from here on (default 5000)", "M2" },
        { "sliver", 0, 0, G_OPTION_ARG_DOUBLE, &o->sliver_m,
          "empty ground narrower than this joins over the weakest line (default 12)", "METRES" },
        { "straighten", 0, 0, G_OPTION_ARG_DOUBLE, &o->simplify_m,
          "borders between gardens may be straightened by this (default 0.5)", "METRES" },
        { "dwelling", 0, 0, G_OPTION_ARG_DOUBLE, &o->dwelling_m2,
          "floor of one household (default 100)", "M2" },
        { "storeys", 0, 0, G_OPTION_ARG_DOUBLE, &o->storeys,
          "of buildings of which nothing is known (default 2)", "N" },
        { "persons", 0, 0, G_OPTION_ARG_DOUBLE, &o->persons,
          "people of a household, where none are counted (default 2.6)", "N" },
    };
    guint n_own = 0;
    while (own[n_own].long_name != NULL)
        n_own++;
    GOptionEntry *all = g_new0 (GOptionEntry, n_own + G_N_ELEMENTS (more) + 1);
    memcpy (all, own, n_own * sizeof *own);
    memcpy (all + n_own, more, sizeof more);
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
            class == CG_BARRIER_BUILDING) {
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
    return o->cut == NULL || parse_classes (o->cut, &out->cells.cut, error);
}

char *
cg_cli_cells_describe (const CgCliCells *o)
{
    return g_strdup_printf ("close=%g empty=%g sliver=%g straighten=%g dwelling=%g storeys=%g "
                            "persons=%g cut=%s",
                            o->close_m, o->empty_m2, o->sliver_m, o->simplify_m, o->dwelling_m2,
                            o->storeys, o->persons, o->cut != NULL ? o->cut : "all");
}

/* Grids under warning: four colours by how far the last seven days lie above what is usual. */
#include "app/screen/screen_internal.h"

#include "analyse/usual.h"

#define WEEKS_BEFORE 4

static int
compare_warnings (gconstpointer a, gconstpointer b)
{
    const ScreenWarning *left = a, *right = b;
    if (left->colour != right->colour)
        return left->colour < right->colour ? -1 : 1;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return left->grid < right->grid ? -1 : left->grid > right->grid;
}

gboolean
screen_warnings_ready (const CgScreen *screen, gint64 today_s)
{
    return screen_data_begin (screen) <= today_s - (7 * (WEEKS_BEFORE + 1) - 2) * SCREEN_DAY_S;
}

/* The strongest colour whose limit the count is above, or CG_N_WARNINGS. */
static guint
colour_by_limit (const CgConfig *config, const CgUsual *usual, guint32 count, guint32 *out_limit)
{
    double chance = cg_usual_at_least (usual, count);
    for (guint c = 0; c < CG_N_WARNINGS; c++) {
        double share = 1 - config->warning_limit[c] / 100;
        /* A count above the limit is no likelier than the share. */
        if (chance > share)
            continue;
        *out_limit = cg_usual_limit (usual, share);
        return c;
    }
    return CG_N_WARNINGS;
}

static guint
colour_by_times (const CgConfig *config, double usual, guint32 count)
{
    for (guint c = 0; c < CG_N_WARNINGS; c++)
        if (count >= config->warning_times[c] * MAX (usual, 1.0))
            return c;
    return CG_N_WARNINGS;
}

/* Chance of any warning in a usual week. */
static double
chance_of_any (const CgConfig *config, const CgUsual *usual)
{
    double share = 1 - config->warning_limit[CG_N_WARNINGS - 1] / 100;
    return cg_usual_at_least (usual,
                              MAX (cg_usual_limit (usual, share) + 1, config->warning_min));
}

GArray *
screen_warnings (const CgScreen *screen, gint64 today_s, double *out_by_chance)
{
    const CgConfig *config = screen->tables.config;
    const CgScreen *county = screen->whole != NULL ? screen->whole : screen;
    GArray *warnings = g_array_new (FALSE, FALSE, sizeof (ScreenWarning));
    gint64 until_s = today_s + SCREEN_DAY_S, week_s = until_s - 7 * SCREEN_DAY_S;
    gint64 before_s = week_s - WEEKS_BEFORE * 7 * SCREEN_DAY_S;
    guint32 n = county->grids->n;
    double by_chance = 0;
    gboolean by_limit = config->warning_rule == CG_WARN_LIMIT;
    if (screen_warnings_ready (screen, today_s)) {
        g_autofree guint32 *week = screen_by_grid (county, week_s, until_s);
        g_autofree guint32 *before = screen_by_grid (county, before_s, week_s);
        g_autofree CgUsual *usual = g_new (CgUsual, MAX (n, 1));
        cg_usual_fit (n, before, WEEKS_BEFORE, usual);
        for (guint32 g = 0; g < n; g++) {
            guint32 row = screen->whole != NULL ? screen->new_grid[g] : g;
            if (row == CG_NONE)
                continue;
            ScreenWarning warning = { .grid = row, .count = week[g] };
            warning.usual =
                by_limit ? cg_usual_mean (&usual[g]) : before[g] / (double) WEEKS_BEFORE;
            by_chance += by_limit ? chance_of_any (config, &usual[g]) : 0;
            if (week[g] < config->warning_min)
                continue;
            warning.colour = by_limit
                                 ? colour_by_limit (config, &usual[g], week[g], &warning.limit)
                                 : colour_by_times (config, warning.usual, week[g]);
            if (warning.colour < CG_N_WARNINGS)
                g_array_append_val (warnings, warning);
        }
    }
    g_array_sort (warnings, compare_warnings);
    if (out_by_chance != NULL)
        *out_by_chance = by_chance;
    return warnings;
}

/* (transfer full) "3 / 2 / 1.5 / 1.2" */
static char *
four_numbers (const double *number)
{
    GString *text = g_string_new (NULL);
    for (guint c = 0; c < CG_N_WARNINGS; c++) {
        g_autofree char *one = cg_format_number (number[c], 4);
        g_string_append_printf (text, "%s%s", c > 0 ? " / " : "", one);
    }
    return g_string_free (text, FALSE);
}

char *
screen_warning_rule (const CgScreen *screen)
{
    const CgConfig *config = screen->tables.config;
    gboolean by_limit = config->warning_rule == CG_WARN_LIMIT;
    g_autofree char *numbers =
        four_numbers (by_limit ? config->warning_limit : config->warning_times);
    if (by_limit)
        return g_strdup_printf (screen_word (screen, "超平常周 %s %% 的上限且不少于 %u 起"),
                                numbers, config->warning_min);
    return g_strdup_printf (screen_word (screen, "达前四周周均 %s 倍且不少于 %u 起"), numbers,
                            config->warning_min);
}

char *
screen_warning_reason (const CgScreen *screen, const ScreenWarning *warning)
{
    const CgConfig *config = screen->tables.config;
    if (config->warning_rule == CG_WARN_TIMES)
        return g_strdup_printf (screen_word (screen, "近 7 日 %u 起, 前四周周均 %.1f 起"),
                                warning->count, warning->usual);
    g_autofree char *share =
        cg_format_number_in (screen->language, config->warning_limit[warning->colour], 4);
    return g_strdup_printf (
        screen_word (screen, "近 7 日 %u 起, 平常每周 %.1f 起, %s %% 的周不超过 %u 起"),
        warning->count, warning->usual, share, warning->limit);
}

const char *
screen_colour_name (CgWarning colour)
{
    static const char *const names[CG_N_WARNINGS] = { "red", "orange", "yellow", "blue" };
    return colour < CG_N_WARNINGS ? names[colour] : "";
}

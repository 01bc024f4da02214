/* The bars of the splitter that can be read from the table. */
#include "table.h"

#include <stdarg.h>
#include <stdio.h>

void
bench_bar (const char *number, gboolean reached, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    g_autofree char *text = g_strdup_vprintf (format, values);
    va_end (values);
    printf ("- bar %s: %s, %s\n", number, text, reached ? "reached" : "**not reached**");
    fflush (stdout);
}

static const BenchRow *
find (const GArray *rows, const char *instance, const char *solver)
{
    for (guint i = 0; i < rows->len; i++) {
        const BenchRow *row = &g_array_index (rows, BenchRow, i);
        if (g_str_equal (row->instance, instance) && g_str_equal (row->solver, solver))
            return row;
    }
    return NULL;
}

static guint32
n_out (const BenchRow *row)
{
    return row->m.grids - row->m.in_range;
}

static guint32
n_unproved (const BenchRow *row)
{
    return n_out (row) - MIN (row->certified, n_out (row));
}

typedef struct {
    const char *number, *instance, *ours, *metis;
    double boundary;   /* at most this share of METIS's */
    double time;       /* at most so many times METIS's; 0: no matter */
    gboolean no_worse; /* mean deviation at most METIS's */
    gboolean all_in;   /* no grid out of range, proved or not */
} Duel;

static const Duel duels[] = {
    { "2", "chiayi", "ours", "metis-250", 0.955, 3, TRUE, TRUE },
    { "3", "chiayi", "ours-100", "metis-250", 0.92, 0, TRUE, TRUE },
    { "4 (default)", "nantou", "ours", "metis-250", 0.93, 3, TRUE, FALSE },
    { "4 (effort 100)", "nantou", "ours-100", "metis-250", 0.895, 0, TRUE, FALSE },
    { "5 (default)", "rockland", "ours", "metis-100", 0.90, 0, TRUE, FALSE },
    { "8", "made-200k", "ours", "metis-100", 0.93, 1, FALSE, TRUE },
};

static void
judge_duel (const GArray *rows, const Duel *duel)
{
    const BenchRow *ours = find (rows, duel->instance, duel->ours);
    const BenchRow *metis = find (rows, duel->instance, duel->metis);
    if (ours == NULL || metis == NULL)
        return;
    double boundary = ours->m.boundary_m / metis->m.boundary_m, time = ours->cpu_s / metis->cpu_s;
    gboolean reached = n_unproved (ours) == 0 && boundary <= duel->boundary &&
                       (!duel->no_worse || ours->m.deviation <= metis->m.deviation) &&
                       (!duel->all_in || n_out (ours) == 0) &&
                       (duel->time <= 0 || time <= duel->time);
    g_autofree char *limit =
        duel->time > 0 ? g_strdup_printf (" (at most %.0f)", duel->time) : g_strdup ("");
    bench_bar (duel->number, reached,
               "%s %s: boundary %.3f of %s (at most %.3f; %.3f of its shortest) at deviation "
               "%.2f %% (METIS %.2f %%), "
               "%.2f %% in range, %u out of range without proof, solve %.2f x METIS%s",
               duel->instance, duel->ours, boundary, duel->metis, duel->boundary,
               ours->m.boundary_m / metis->shortest_m, 100 * ours->m.deviation,
               100 * metis->m.deviation, 100.0 * ours->m.in_range / ours->m.grids,
               n_unproved (ours), time, limit);
}

static void
judge_violations (const GArray *rows)
{
    guint32 violations = 0, plans = 0;
    for (guint i = 0; i < rows->len; i++) {
        const BenchRow *row = &g_array_index (rows, BenchRow, i);
        if (g_str_has_prefix (row->solver, "ours")) {
            violations += row->m.violations;
            plans++;
        }
    }
    if (plans > 0)
        bench_bar ("1 (this table)", violations == 0, "%u violations in %u plans", violations,
                   plans);
}

static void
judge_rockland (const GArray *rows)
{
    const BenchRow *ours = find (rows, "rockland", "ours");
    const BenchRow *best = find (rows, "rockland", "ours-100");
    if (ours != NULL) {
        double in_range = 100.0 * ours->m.in_range / ours->m.grids;
        bench_bar ("5 (in range, shape)", in_range >= 96.8 && ours->m.compactness >= 0.56,
                   "rockland: %.2f %% in range (at least 96.8), compactness %.3f (at least .56)",
                   in_range, ours->m.compactness);
    }
    if (best != NULL)
        bench_bar ("5 (effort 100)",
                   best->m.boundary_m <= 335e3 && best->m.deviation <= 0.145 &&
                       n_unproved (best) == 0,
                   "rockland: %.2f km (at most 335) at deviation %.2f %% (at most 14.5), "
                   "%u out of range without proof",
                   best->m.boundary_m / 1000, 100 * best->m.deviation, n_unproved (best));
}

/* Lumpy small communities: against each of METIS's rows, boundary and deviation both better. */
static void
judge_lumpy (const GArray *rows)
{
    static const char *const metis[] = { "metis-250", "metis-100", "metis-30" };
    const BenchRow *ours = find (rows, "chiayi-code2", "ours");
    guint beaten = 0, there = 0;
    g_autoptr (GString) text = g_string_new (NULL);
    for (guint i = 0; i < G_N_ELEMENTS (metis); i++) {
        const BenchRow *row = find (rows, "chiayi-code2", metis[i]);
        if (row == NULL || ours == NULL)
            continue;
        there++;
        beaten += ours->m.boundary_m < row->m.boundary_m && ours->m.deviation < row->m.deviation;
        g_string_append_printf (text, "; %s %.2f km, %.2f %%", metis[i], row->m.boundary_m / 1000,
                                100 * row->m.deviation);
    }
    if (there > 0)
        bench_bar ("6", beaten == there && n_unproved (ours) == 0,
                   "chiayi-code2: %.2f km at deviation %.2f %%, %u of %u out of range without "
                   "proof; better than METIS in both against %u of %u settings%s",
                   ours->m.boundary_m / 1000, 100 * ours->m.deviation, n_unproved (ours),
                   n_out (ours), beaten, there, text->str);
}

static gboolean
beats (const BenchRow *a, const BenchRow *b)
{
    return (guint64) a->m.in_range * b->m.grids >= (guint64) b->m.in_range * a->m.grids &&
           a->m.boundary_m < b->m.boundary_m && a->m.deviation < b->m.deviation &&
           a->m.violations <= b->m.violations;
}

/* No bar: how many rows of METIS and Scotch lie behind the front of ours, and which do not. */
static void
tell_front (const GArray *rows)
{
    guint32 opponents = 0, beaten = 0;
    g_autoptr (GString) left = g_string_new (NULL);
    for (guint i = 0; i < rows->len; i++) {
        const BenchRow *row = &g_array_index (rows, BenchRow, i);
        gboolean behind = FALSE;
        if (!g_str_has_prefix (row->solver, "metis") && !g_str_has_prefix (row->solver, "scotch"))
            continue;
        for (guint k = 0; k < rows->len && !behind; k++) {
            const BenchRow *ours = &g_array_index (rows, BenchRow, k);
            behind = g_str_has_prefix (ours->solver, "ours") &&
                     g_str_equal (ours->instance, row->instance) && beats (ours, row);
        }
        opponents++;
        beaten += behind;
        if (!behind)
            g_string_append_printf (left, "%s %s %s",
                                    left->len > 0 ? "," : "; not beaten:", row->instance,
                                    row->solver);
    }
    if (opponents > 0)
        printf ("- front: %u of %u rows of METIS and Scotch are beaten in range, boundary and "
                "deviation at once by one row of ours%s\n",
                beaten, opponents, left->str);
}

void
bench_bars (const GArray *rows)
{
    judge_violations (rows);
    for (guint i = 0; i < G_N_ELEMENTS (duels); i++)
        judge_duel (rows, &duels[i]);
    judge_rockland (rows);
    judge_lumpy (rows);
    const BenchRow *large = find (rows, "made-1m", "ours");
    if (large != NULL)
        bench_bar ("9 (solve)", large->cpu_s <= 10,
                   "made-1m: solve %.2f s on one thread "
                   "(at most 10), %.2f %% in range",
                   large->cpu_s, 100.0 * large->m.in_range / large->m.grids);
    tell_front (rows);
}

/* Counts over the incidents of a snapshot. Rows are sorted by time, so a period is a range of rows.
 */
#include "app/screen/screen_internal.h"

#include "aggregate/aggregate.h"

#include <math.h>
#include <string.h>

#define UNTYPED "未分类"

gint64
screen_day_start (gint64 time_s)
{
    gint64 local = time_s + SCREEN_SHIFT_S;
    gint64 rest = ((local % SCREEN_DAY_S) + SCREEN_DAY_S) % SCREEN_DAY_S;
    return time_s - rest;
}

static GDateTime *
local_time (gint64 time_s)
{
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_s);
    return utc != NULL ? g_date_time_add_seconds (utc, SCREEN_SHIFT_S) : NULL;
}

gint64
screen_year_before (gint64 time_s)
{
    g_autoptr (GDateTime) local = local_time (time_s);
    g_autoptr (GDateTime) before = local != NULL ? g_date_time_add_years (local, -1) : NULL;
    return before != NULL ? g_date_time_to_unix (before) - SCREEN_SHIFT_S
                          : time_s - 365 * SCREEN_DAY_S;
}

gboolean
screen_camera_is_outside (const CgScreen *screen, guint32 camera)
{
    return screen->grids->n > 0 && screen->tables.camera_grid[camera] == CG_NONE;
}

guint32
screen_cameras_inside (const CgScreen *screen)
{
    guint32 inside = 0;
    for (guint32 i = 0; i < screen->cameras->n; i++)
        inside += !screen_camera_is_outside (screen, i);
    return inside;
}

/* First dated row with time >= since_s. */
static guint32
lower_bound (const CgScreen *screen, gint64 since_s)
{
    guint32 low = screen->first_dated, high = screen->end_dated;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (screen->incidents->time_s[middle] < since_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void
screen_range (const CgScreen *screen, gint64 since_s, gint64 until_s, guint32 *out_from,
              guint32 *out_to)
{
    *out_from = lower_bound (screen, since_s);
    *out_to = MAX (lower_bound (screen, until_s), *out_from);
}

guint32
screen_count_between (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    guint32 from, to;
    screen_range (screen, since_s, until_s, &from, &to);
    return to - from;
}

/* Without the narrowing to a place or to types. */
static const CgScreen *
all_of (const CgScreen *screen)
{
    if (screen->whole != NULL)
        screen = screen->whole;
    return screen->all != NULL ? screen->all : screen;
}

gint64
screen_data_end (const CgScreen *screen)
{
    screen = all_of (screen);
    return screen->end_dated > screen->first_dated
               ? screen->incidents->time_s[screen->end_dated - 1]
               : CG_TIME_NONE;
}

gint64
screen_data_begin (const CgScreen *screen)
{
    screen = all_of (screen);
    return screen->end_dated > screen->first_dated ? screen->incidents->time_s[screen->first_dated]
                                                   : G_MAXINT64;
}

void
screen_states (const CgScreen *screen, gint64 until_s, ScreenStates *out)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 from, to;
    screen_range (screen, until_s - 30 * SCREEN_DAY_S, until_s, &from, &to);
    *out = (ScreenStates){ 0 };
    gboolean column = incidents->state != NULL && incidents->states != NULL;
    for (guint32 i = 0; column && i < incidents->n; i++) {
        if (incidents->state[i] == CG_NONE)
            continue;
        out->known = TRUE;
        gboolean done = screen->settled[incidents->state[i]];
        out->open += !done;
        out->stated += i >= from && i < to;
        out->settled += done && i >= from && i < to;
    }
}

static int
compare_ranks (gconstpointer a, gconstpointer b)
{
    const ScreenRank *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return left->row < right->row ? -1 : left->row > right->row;
}

guint32 *
screen_by_grid (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    guint32 *count = g_new0 (guint32, MAX (screen->grids->n, 1)), from, to;
    screen_range (screen, since_s, until_s, &from, &to);
    for (guint32 i = from; i < to; i++)
        if (screen->tables.incident_grid[i] != CG_NONE)
            count[screen->tables.incident_grid[i]]++;
    return count;
}

GArray *
screen_rank_towns (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    g_autofree guint32 *by_grid = screen_by_grid (screen, since_s, until_s);
    g_autofree guint32 *count = g_new0 (guint32, MAX (screen->regions->n, 1));
    g_autofree guint32 *base = g_new0 (guint32, MAX (screen->regions->n, 1));
    g_autofree guint32 *estimated = g_new0 (guint32, MAX (screen->regions->n, 1));
    for (guint32 g = 0; g < screen->grids->n; g++) {
        guint32 town = screen->grid_town[g];
        if (town == CG_NONE)
            continue;
        count[town] += by_grid[g];
        base[town] += screen->grids->households[g];
        estimated[town] += screen->grids->households_estimated[g];
    }
    GArray *ranks = g_array_new (FALSE, FALSE, sizeof (ScreenRank));
    for (guint32 i = 0; i < screen->regions->n; i++) {
        if (screen->regions->level[i] != CG_LEVEL_TOWN)
            continue;
        ScreenRank rank = { i, screen->regions->name[i], count[i], base[i], estimated[i] };
        g_array_append_val (ranks, rank);
    }
    g_array_sort (ranks, compare_ranks);
    return ranks;
}

GArray *
screen_rank_grids (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    g_autofree guint32 *count = screen_by_grid (screen, since_s, until_s);
    GArray *ranks = g_array_new (FALSE, FALSE, sizeof (ScreenRank));
    for (guint32 g = 0; g < screen->grids->n; g++) {
        ScreenRank rank = { g, screen->grids->name[g], count[g], screen->grids->households[g],
                            screen->grids->households_estimated[g] };
        if (count[g] > 0)
            g_array_append_val (ranks, rank);
    }
    g_array_sort (ranks, compare_ranks);
    return ranks;
}

static int
compare_kinds (gconstpointer a, gconstpointer b)
{
    const ScreenKind *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return strcmp (left->name, right->name);
}

GArray *
screen_rank_kinds (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    guint32 n = cg_names_count (screen->kinds), from, to;
    g_autofree guint32 *count = g_new0 (guint32, n + 1); /* the last: no type given */
    screen_range (screen, since_s, until_s, &from, &to);
    for (guint32 i = from; i < to; i++) {
        guint32 type = screen->incidents->type[i];
        count[type != CG_NONE ? screen->kind_of[type] : n]++;
    }
    GArray *kinds = g_array_new (FALSE, FALSE, sizeof (ScreenKind));
    for (guint32 k = 0; k <= n; k++) {
        ScreenKind kind = { k < n ? cg_names_get (screen->kinds, k) : screen_word (screen, UNTYPED),
                            count[k], k };
        if (count[k] > 0)
            g_array_append_val (kinds, kind);
    }
    g_array_sort (kinds, compare_kinds);
    return kinds;
}

/* The part behind the first level, or the whole of a type that has none. */
static const char *
second_level (const char *type)
{
    const char *slash = strchr (type, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : type;
}

GArray *
screen_rank_second_kinds (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
    GArray *kinds = g_array_new (FALSE, FALSE, sizeof (ScreenKind));
    guint32 from, to;
    screen_range (screen, since_s, until_s, &from, &to);
    for (guint32 i = from; i < to; i++) {
        guint32 type = screen->incidents->type[i];
        const char *name =
            type != CG_NONE ? second_level (cg_names_get (screen->incidents->types, type)) : UNTYPED;
        gpointer row = g_hash_table_lookup (row_of, name);
        if (row == NULL) {
            ScreenKind kind = { name, 0, CG_NONE };
            g_array_append_val (kinds, kind);
            row = GUINT_TO_POINTER (kinds->len);
            g_hash_table_insert (row_of, (gpointer) name, row);
        }
        g_array_index (kinds, ScreenKind, GPOINTER_TO_UINT (row) - 1).count++;
    }
    g_array_sort (kinds, compare_kinds);
    return kinds;
}

void
screen_hours (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out)
{
    guint32 from, to;
    memset (out, 0, sizeof (double) * 7 * 24);
    screen_range (screen, since_s, until_s, &from, &to);
    for (guint32 i = from; i < to; i++) {
        guint hour, weekday;
        cg_local_hour (screen->incidents->time_s[i], &hour, &weekday);
        out[weekday * 24 + hour]++;
    }
}

double
screen_count_day (const CgScreen *screen, gint64 day_s)
{
    if (day_s + SCREEN_DAY_S <= screen_data_begin (screen) || day_s > screen_data_end (screen))
        return NAN;
    return screen_count_between (screen, day_s, day_s + SCREEN_DAY_S);
}

ScreenBefore
screen_trend (const CgScreen *screen, gint64 today_s, guint days, double *out_now,
              double *out_before)
{
    gint64 first_s = today_s - (gint64) (days - 1) * SCREEN_DAY_S,
           begin = screen_data_begin (screen);
    ScreenBefore before = SCREEN_BEFORE_NONE;
    if (begin <= screen_year_before (first_s) + SCREEN_DAY_S)
        before = SCREEN_BEFORE_YEAR;
    else if (begin <= first_s - (gint64) (days - 1) * SCREEN_DAY_S)
        before = SCREEN_BEFORE_PERIOD;
    for (guint d = 0; d < days; d++) {
        gint64 day_s = first_s + (gint64) d * SCREEN_DAY_S;
        out_now[d] = screen_count_day (screen, day_s);
        gint64 year_s = screen_year_before (day_s);
        /* 29 February had no such day: the 28th would be counted twice. */
        gboolean no_day = year_s == screen_year_before (day_s - SCREEN_DAY_S);
        if (before == SCREEN_BEFORE_YEAR)
            out_before[d] = no_day ? NAN : screen_count_day (screen, year_s);
        else if (before == SCREEN_BEFORE_PERIOD)
            out_before[d] = screen_count_day (screen, day_s - (gint64) days * SCREEN_DAY_S);
        else
            out_before[d] = NAN;
    }
    return before;
}

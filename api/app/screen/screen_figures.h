/* The figures behind a picture: rows with named columns, single facts, and what to beware of. */
#ifndef CG_APP_SCREEN_FIGURES_H
#define CG_APP_SCREEN_FIGURES_H

#include "app/screen/screen_internal.h"

typedef struct {
    const char *key, *title, *title_en; /* constant */
    guint decimals;
    double *number; /* [n] of numbers; NaN: not known. Owned, as is what follows */
    char **text;    /* [n] of texts; one of the two is NULL */
} ScreenColumn;

typedef struct _ScreenFigures {
    guint32 n;
    GArray *columns;   /* of ScreenColumn */
    guint32 *row;      /* [n] of grids or of regions: where each lies; NULL: rows are no places */
    gboolean of_grids; /* row is of grids */
    json_t *facts;     /* [{key, title, title_en, value, unit, unit_en}] */
    json_t *caveats;   /* [{zh, en}] */
} ScreenFigures;

/* For n rows; anything from here to screen_figures_clear may be added in any order. */
void screen_figures_init (ScreenFigures *figures, guint32 n);
void screen_figures_clear (ScreenFigures *figures);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenFigures, screen_figures_clear)

/* [n] of NaN, to be filled; borrowed. */
double *screen_figures_number (ScreenFigures *figures, const char *key, const char *title,
                               const char *title_en, guint decimals);
/* [n] of NULL, to be filled with texts that become the column's; borrowed. */
char **screen_figures_text (ScreenFigures *figures, const char *key, const char *title,
                            const char *title_en);
void screen_figures_fact (ScreenFigures *figures, const char *key, const char *title,
                          const char *title_en, double value, const char *unit, const char *unit_en);
/* Takes both texts. */
void screen_figures_caveat (ScreenFigures *figures, char *zh, char *en);

/* Rows of all grids that are shown: code, name, town, incidents of the period, households, rate per
 * 1000 of them with its exact interval of 95 %, and the mark of small counts; caveats about them. */
void screen_figures_of_grids (const ScreenJob *job, ScreenFigures *out);
/* The same of what the place is divided into (screen_children). */
void screen_figures_of_children (const ScreenJob *job, ScreenFigures *out);

/* The period asked for, else what the pictures of an analysis take. */
void screen_figures_window (const ScreenJob *job, gint64 *out_since_s, gint64 *out_until_s);

/* Of pictures; CgScreenPicture.tell. Errors LIMIT; NOT_FOUND no such measure */
gboolean screen_tell_heat (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_choropleth (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_ranking (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_children (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_days (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_types (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_hours (const ScreenJob *job, ScreenFigures *out, GError **error);
gboolean screen_tell_difference (const ScreenJob *job, ScreenFigures *out, GError **error);

/* Says so where a surface is made of few incidents. */
void screen_tell_few (const ScreenJob *job, ScreenFigures *out);

/* Surfaces; CgScreenPicture.surface. Values of a raster (row by row from the north-west) and at one
 * point, in events per km2. */
typedef struct _ScreenSurface {
    const char *name;  /* of the band */
    CgBox box;
    guint32 width, height;
    float *value; /* [width * height] (g_free) */
    double bandwidth_m;
    CgKernel kernel;
} ScreenSurface;
/* Errors LIMIT.
 * at: NULL, or a point (x, y) instead of the raster, whose density goes to out_at. */
gboolean screen_surface_heat (const ScreenJob *job, const double *at, ScreenSurface *out,
                              double *out_at, GError **error);
gboolean screen_surface_difference (const ScreenJob *job, const double *at, ScreenSurface *out,
                                    double *out_at, GError **error);

#endif

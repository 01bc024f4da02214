/* The map book: what its pages share, and the column beside each map. */
#ifndef CG_APP_SCREEN_BOOK_INTERNAL_H
#define CG_APP_SCREEN_BOOK_INTERNAL_H

#include "app/screen/screen_internal.h"

#define BOOK_GAP_VH 1.6

typedef struct {
    const ScreenJob *job;
    gint64 since_s, until_s;
    ScreenEvents events;
    guint32 *by_grid; /* [grids] events                                     */
    guint32 *by_town; /* [level_row of towns] events, while there are no grids; else NULL */
    guint n_pages;    /* the county, then each town                         */
    char *what;       /* "每千户事件数", "事件密度"                         */
    char *method;     /* the method line                                    */
    /* heat */
    gboolean is_heat;
    CgHeat heat;
    double bandwidth_m;
    /* choropleth */
    const CgScreenMeasure *measure;
    double *value; /* [grids] */
    CgChoropleth choropleth;
    char *note;
} Book;

/* What a page shows: a town, or the county. */
typedef struct {
    guint number;   /* from 1                              */
    guint32 town;   /* row of regions; CG_NONE: the county */
    CgShapes *area; /* of it                               */
    char *place;    /* its name                            */
} BookPage;

typedef struct {
    guint32 grids, events, none;   /* none: grids without a value                         */
    double households, population; /* NaN: not known, of a town while there are no grids  */
    guint64 households_estimated, population_estimated;  /* of them: nobody has counted */
} BookCounts;
/* Fills by_town from the events. Errors LIMIT, GEOMETRY */
gboolean book_count_towns (Book *book, GError **error);
/* Of the town's grids, or of all for CG_NONE. */
void book_count (const Book *book, guint32 town, BookCounts *out);

/* Legend, figures, and a list of towns or communities, from the top of rect down. */
void book_draw_side (const Book *book, const BookPage *page, CgRect rect);

#endif

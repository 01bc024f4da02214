/* Points of an analyst's file, as every command that needs nothing but places and times reads them.
 */
#ifndef CG_APP_POINTS_H
#define CG_APP_POINTS_H

#include "import/import.h"

typedef struct {
    const char *path;           /* FILE or FILE:LAYER                                   */
    const char *crs, *encoding; /* NULL: the file's                                    */
    const char *weight;         /* column of --weight, or NULL                          */
    const char *working_crs;    /* NULL: chosen from the points                         */
    const char *weight_words;   /* what the user typed for it; NULL: "--weight COL"     */
    const char *time;           /* column of --time-column; NULL: the one named like times   */
    gboolean skip_bad;          /* bad rows are left out and listed, else they are an error */
} CgPointsFile;

/* Rows without a usable place stay, with NaN and a warning: a hundred good points are shown without
 * the one bad one. A weight that is asked for must be a finite number from 0 in every row: an empty
 * one, a text, NaN, an infinity or a negative one makes the row bad.
 * Errors  those of cg_import_places */
CgPlaces *cg_points_read (const CgPointsFile *file, CgImportReport *report,
                          const CgProgress *progress, GCancellable *cancel, GError **error);

/* Rows outside since_s <= time < until_s, or without a time, lose their place, so that no later
 * step counts them. CG_TIME_NONE: that side is open; both: nothing is done. Errors  INPUT no column
 * of times (path is named) */
gboolean cg_points_keep_span (CgPlaces *points, const char *path, gint64 since_s, gint64 until_s,
                              GError **error);

/* Says why no event has a time. Errors  INPUT always, with the columns that are not read */
void cg_points_refuse_timeless (const CgPlaces *points, const char *path,
                                const CgImportReport *report, GError **error);

/* Only rows with a place and, with timed, a time: x, y and time_s in the order of the file.
 * out_row[k] is the row of the table; all arrays are owned by the caller (g_free). Returns how
 * many. */
guint32 cg_points_usable (const CgPlaces *points, gboolean timed, double **out_x, double **out_y,
                          double **out_days, guint32 **out_row);

/* Numbers parted by commas, as of --space and --time, each above the one before, at least one.
 * (g_free) NULL with error
 * Errors  ARGUMENT names the option and what is wrong */
double *cg_parse_numbers (const char *option, const char *text, guint *out_n, GError **error);

#endif

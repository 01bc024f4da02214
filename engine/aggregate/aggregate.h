/* Counts of things by place, period and type: the rows of the measure table. */
#ifndef CG_AGGREGATE_H
#define CG_AGGREGATE_H

#include "model/places.h"

typedef enum {
    CG_PERIOD_ALL,
    CG_PERIOD_DAY,
    CG_PERIOD_WEEK,
    CG_PERIOD_MONTH,
    CG_PERIOD_YEAR,
    CG_N_PERIODS
} CgPeriod;

const char *cg_period_name (CgPeriod period); /* "all", "day", "week", "month", "year" */
gboolean cg_period_parse (const char *name, CgPeriod *out); /* out untouched when FALSE */

/* First second of the period that holds time_s, Asia/Shanghai (UTC+8, no summer time); weeks begin
 * on Monday. CG_PERIOD_ALL gives 0. Any time: Gregorian calendar, carried on before 1582; within
 * 110 000 years of the ends of 64 bits it saturates. */
gint64 cg_period_start (CgPeriod period, gint64 time_s);
/* First second of the period `steps` after (before, if negative) the one that starts at start_s,
 * which is a start as cg_period_start gives it. ALL gives 0. |steps| <= 100 000. */
gint64 cg_period_step (CgPeriod period, gint64 start_s, int steps);
/* First second of the same period one year earlier: of a day the same date (of 29 February the
 * 28th), of a week the one 52 weeks before, so that weekdays compare, of a month and a year the one
 * of that name. */
gint64 cg_period_last_year (CgPeriod period, gint64 start_s);

typedef struct {
    guint32 place;   /* row of the grid (or region)      */
    guint32 type;    /* id of the type                   */
    gint64 start_s;  /* first second of the period       */
    guint32 count;
} CgCount;

/* Rows with count > 0, sorted by place, start, type. Things with place CG_NONE or (unless the
 * period is ALL) without time are left out; they are counted in out_left_out (may be NULL). A
 * thing without type counts under type CG_NONE, which sorts last.
 * Cost O(n log n) (transfer full: CgCount) */
GArray *cg_aggregate_count (const CgPlaces *places, const guint32 *place_of, CgPeriod period,
                            guint32 *out_left_out);

/* Hour of day 0..23 and day of week 0..6 (Monday 0), Asia/Shanghai. */
void cg_local_hour (gint64 time_s, guint *out_hour, guint *out_weekday);

#endif

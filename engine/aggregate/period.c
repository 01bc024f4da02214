#include "aggregate/aggregate.h"

#include <string.h>

#define DAY_S G_GINT64_CONSTANT (86400)
#define UTC_OFFSET_S G_GINT64_CONSTANT (28800)
/* Room for steps of 100 000 years. */
#define TIME_LIMIT_S (G_MAXINT64 - 100400 * 366 * DAY_S)

static const char *const names[] = {
    [CG_PERIOD_ALL] = "all",     [CG_PERIOD_DAY] = "day",   [CG_PERIOD_WEEK] = "week",
    [CG_PERIOD_MONTH] = "month", [CG_PERIOD_YEAR] = "year",
};
G_STATIC_ASSERT (G_N_ELEMENTS (names) == CG_N_PERIODS);

const char *
cg_period_name (CgPeriod period)
{
    g_return_val_if_fail ((guint) period < G_N_ELEMENTS (names), "");
    return names[period];
}

gboolean
cg_period_parse (const char *name, CgPeriod *out)
{
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (name != NULL && strcmp (names[i], name) == 0) {
            *out = i;
            return TRUE;
        }
    return FALSE;
}

static gint64
floor_divide (gint64 a, gint64 b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 on the clock of Asia/Shanghai, and the second of that day. */
static gint64
local_day (gint64 time_s, gint64 *out_second)
{
    gint64 local_s = CLAMP (time_s, -TIME_LIMIT_S, TIME_LIMIT_S) + UTC_OFFSET_S;
    gint64 day = floor_divide (local_s, DAY_S);
    *out_second = local_s - day * DAY_S;
    return day;
}

/* A date of the Gregorian calendar, carried on to all years. */
typedef struct {
    gint64 year;
    guint32 month, day; /* 1..12, 0..30: days since the first of the month */
} Date;

/* Days since the last first of March of a leap year's cycle tell the month without a table: from
 * March on, months of 31, 30, 31, 30, 31 days repeat, and February with its odd length
 * comes last. */
static Date
date_of (gint64 day)
{
    const gint64 days_1970 = 719468; /* from 0000-03-01 to 1970-01-01 */
    gint64 shifted = day + days_1970, cycle = floor_divide (shifted, 146097); /* 400 years */
    guint32 in_cycle = (guint32) (shifted - cycle * 146097);
    guint32 year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    guint32 in_year = in_cycle - (365 * year + year / 4 - year / 100); /* 0 on the first of March */
    guint32 month = (5 * in_year + 2) / 153;                           /* 0 is March */
    return (Date){ .year = cycle * 400 + year + (month >= 10),
                   .month = month < 10 ? month + 3 : month - 9,
                   .day = in_year - (153 * month + 2) / 5 };
}

/* The reverse. day may be beyond the end of its month. */
static gint64
day_of (Date date)
{
    gint64 year = date.month > 2 ? date.year : date.year - 1;
    guint32 month = date.month > 2 ? date.month - 3 : date.month + 9;
    gint64 cycle = floor_divide (year, 400), in_cycle = year - cycle * 400;
    return cycle * 146097 + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 + (153 * month + 2) / 5 +
           date.day - 719468;
}

static guint
weekday (gint64 day)
{
    gint64 since_monday = day + 3; /* 1970-01-01 was a Thursday */
    return (guint) (since_monday - floor_divide (since_monday, 7) * 7);
}

gint64
cg_period_start (CgPeriod period, gint64 time_s)
{
    gint64 second, day = local_day (time_s, &second);
    switch (period) {
    case CG_PERIOD_DAY:
        break;
    case CG_PERIOD_WEEK:
        day -= weekday (day);
        break;
    case CG_PERIOD_MONTH:
        day -= date_of (day).day;
        break;
    case CG_PERIOD_YEAR:
        day = day_of ((Date){ date_of (day).year, 1, 0 });
        break;
    default:
        return 0;
    }
    return day * DAY_S - UTC_OFFSET_S;
}

gint64
cg_period_step (CgPeriod period, gint64 start_s, int steps)
{
    gint64 second, day = local_day (start_s, &second);
    Date date = date_of (day);
    gint64 month = date.year * 12 + date.month - 1 + steps;
    switch (period) {
    case CG_PERIOD_DAY:
        day += steps;
        break;
    case CG_PERIOD_WEEK:
        day += 7 * (gint64) steps;
        break;
    case CG_PERIOD_MONTH:
        day = day_of ((Date){ floor_divide (month, 12),
                              (guint32) (month - floor_divide (month, 12) * 12) + 1, 0 });
        break;
    case CG_PERIOD_YEAR:
        day = day_of ((Date){ date.year + steps, 1, 0 });
        break;
    default:
        return 0;
    }
    return day * DAY_S - UTC_OFFSET_S;
}

gint64
cg_period_last_year (CgPeriod period, gint64 start_s)
{
    if (period == CG_PERIOD_WEEK)
        return cg_period_step (period, start_s, -52);
    if (period != CG_PERIOD_DAY)
        return cg_period_step (period, start_s, period == CG_PERIOD_MONTH ? -12 : -1);
    gint64 second, day = local_day (start_s, &second);
    Date date = date_of (day);
    gboolean leap_day = date.month == 2 && date.day == 28;
    date.year--;
    date.day -= leap_day;
    return day_of (date) * DAY_S - UTC_OFFSET_S;
}

void
cg_local_hour (gint64 time_s, guint *out_hour, guint *out_weekday)
{
    gint64 second, day = local_day (time_s, &second);
    *out_hour = (guint) (second / 3600);
    *out_weekday = weekday (day);
}

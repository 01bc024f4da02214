/* Use case: a sheet of figures by place and period, for daily, weekly and monthly reports. */
#ifndef CG_APP_REPORT_H
#define CG_APP_REPORT_H

#include <jansson.h>

#include "app/coverage_rows.h"
#include "store/store.h"

/* Incidents by the plan in force, or each by the plan of its own time (app/split/eras.h). */
typedef enum { CG_GRIDS_NOW, CG_GRIDS_THEN } CgReportGrids;
gboolean cg_report_grids_parse (const char *name, CgReportGrids *out); /* "now", "then" */

typedef struct {
    CgLevel level;
    CgPeriod period;
    gint64 since_s, until_s; /* periods that the span touches; CG_TIME_NONE: open           */
    guint last;              /* with since_s open: so many periods up to the end; 0 is 1    */
    const char *type;        /* NULL: all together; "*": all, then each by itself; else one, with
                                what lies below it ("a" takes in "a/b")                     */
    gint64 plan;             /* 0: the one in force, else the newest draft                  */
    CgReportGrids grids;     /* THEN: of all plans that ever were in force; plan is 0       */
    gint64 now_s;            /* seconds since 1970, the clock: with since_s and until_s open the sheet
                                ends with the last whole day, for a day of three hours beside
                                whole ones looks like a collapse; a running day that was asked
                                for is compared with nothing; 0: no clock, all days are whole  */
} CgReportJob;

/* One place in one period. NaN: not known. */
typedef struct {
    char *code, *name; /* code "" outside every grid                                        */
    char *type;        /* "" all                                                            */
    gint64 start_s;
    double count;
    gint64 plan;                      /* whose place this is                                 */
    double households;                /* of that plan; NaN outside every grid                */
    double rate, rate_low, rate_high; /* per 1000 households, interval of 95 % (Garwood 1936) */
    double previous, last_year;       /* the same count one period and one year before; of an
                                         unfinished period over as many days               */
    gboolean few;       /* under CG_SMALL_COUNT events: the rate says little                 */
    gboolean estimated; /* households rest on estimates                                      */
    /* As kept of the row's plan, whatever the period; of a higher place sums over sums.           */
    double seen_share, blind_m2, buildings_share, housed_share; /* app/coverage_rows.h       */
    double walk_minutes, most_minutes, far_share;
} CgReportRow;

typedef struct {
    CgLevel level;
    CgPeriod period;
    gint64 plan, data_version; /* plan: with THEN the one in force */
    CgReportGrids grids;
    char *plan_title, *plan_hash;
    gboolean has_coverage;     /* some row has                                              */
    CgCoverageFacts *coverage; /* of the plan                                               */
    gint64 begin_s,
        end_s; /* days of the data: first second of the first, of the day after the last */
    gint64 today_s;         /* first second of the running day; 0: no clock */
    gboolean without_today; /* the data go on in the running day; end_s is its first second */
    guint n;
    CgReportRow *rows; /* by period, then code, then type                                  */
} CgReport;
void cg_report_free (CgReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgReport, cg_report_free)

/* Reads the measures only, never the events. What a comparison would need from before the first
 * day of the data is NaN.
 *
 * With grids THEN a community, town or county has one row a period, with the households of the plan in
 * force at the period's end; a grid has a row in each period that its plan was in force in, and is
 * compared with periods from its plan's beginning on. All counts add up to those of grids NOW.
 *
 * Where coverage is kept of the plan of a row, its columns are part of the row.
 *
 * Errors  NOT_FOUND no plan, no dated incident, no such type (names those there are); LIMIT more
 *         than 2 million rows; ARGUMENT period ALL with `since`, THEN with a plan; CONFLICT THEN is not
 *         counted yet in a file of an earlier program; those of the store */
CgReport *cg_report_run (CgStore *store, const CgReportJob *job, GError **error);

/* Fills has_coverage, coverage and the columns of the rows. Errors those of the store; report_coverage.c */
gboolean cg_report_add_coverage (CgReport *report, CgStore *store, GError **error);

/* The last day of the period of a row that the data reach, and whether that is before its end. */
gint64 cg_report_row_end (const CgReport *report, const CgReportRow *row, gboolean *out_unfinished);

/* Whether a period is a day that is not over yet: compared with nothing. */
gboolean cg_report_is_running (const CgReport *report, gint64 start_s);

/* level, period, plan, data_version, data (first and last day), rows: the columns of the sheet by
 * their keys, null where a number is not known. (transfer full) */
json_t *cg_report_json (const CgReport *report);

/* .csv or .xlsx; same report, same bytes. Errors as cg_export_sheet */
gboolean cg_report_write (const CgReport *report, const char *path, GError **error);

#endif

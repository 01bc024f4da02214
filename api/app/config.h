/* county.ini: the numbers of the policy and the county's names. Defaults are those of the national
 * rule. */
#ifndef CG_APP_CONFIG_H
#define CG_APP_CONFIG_H

#include "app/screen/wall.h"
#include "partition/partition.h"

typedef enum { CG_WARN_LIMIT, CG_WARN_TIMES } CgWarningRule;

typedef struct {
    char *county_name, *county_code; /* "" when not set                                     */
    char *working_crs;               /* "EPSG:n", or "": chosen from the first import       */
    guint32 households_min, households_max, households_target; /* 300, 500, 400             */
    guint32 population_min, population_max, population_target; /* 750, 1250, 1000           */
    guint32 micro_min, micro_max; /* 5, 15                                               */
    double crossing_max_m;        /* 1000; 0: pieces of a community are never joined      */
    CgPartitionWeights weights;   /* [split]: keys as in cg_partition_weight_list        */
    guint32 screen_refresh_s;     /* 15                                                  */
    double heat_bandwidth_m;      /* 0: automatic                                        */
    guint32 settled_target;       /* per cent of events that should be settled, 90       */
    char *playlist;               /* names of scenes with commas between, county,heat,warnings */
    guint32 dwell_s;              /* of each of them, 30                                 */
    guint32 reload_hour;          /* of pages, by night, 4                               */
    char *wall_size, *wall_panels, *wall_seams_x, *wall_seams_y; /* as written; */
    CgWall wall;                  /* what they mean                                      */
    char *alarm_types;            /* types of incidents that take over the walls, ""     */
    guint32 alarm_red;            /* 1: so does a grid that turns red; 0                 */
    guint32 alarm_life_h;         /* hours after its time that an alarm stays open; 12   */
    guint heat_days;              /* days of incidents on the overview's heat map, 30    */
    double camera_range_m, camera_fov_deg; /* of cameras whose own are not known: 50, 90   */
    double service_minutes, service_speed_m_min; /* the service circle: 5 at 75 m a minute */
    /* How a grid's last seven days are held against the four weeks before, and where the colours
     * begin: CG_WARN_LIMIT, above the limit that this share of usual weeks keeps (99.99, 99.9, 99, 95 %;
     * analyse/usual.h); CG_WARN_TIMES, at so many times the weekly mean (3, 2, 1.5, 1.2). Red >= orange >=
     * yellow >= blue. Fewer incidents than warning_min (5) are never warned of. */
    CgWarningRule warning_rule;
    double warning_limit[4], warning_times[4]; /* red, orange, yellow, blue */
    guint32 warning_min;
    /* [serve]: analyses that take long at a time (0: half as many as cores), that wait, seconds of each: 0, 16, 60. */
    guint32 serve_analyses, serve_analyses_waiting;
    double serve_analysis_s;
    /* States of a source's own wording that mean "nothing is left to do", with commas between;
     * all others count as open. See cg_config_is_closed. */
    char *closed_states;
} CgConfig;

CgConfig *cg_config_new (void); /* defaults */
void cg_config_free (CgConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgConfig, cg_config_free)

/* TRUE for a state that is in closed_states; capitals of ASCII and blanks around do not matter. */
gboolean cg_config_is_closed (const CgConfig *config, const char *state);

/* Reads the text of a county.ini over the defaults. Unknown groups and keys are errors that name
 * them and the nearest known one; so are values out of range. Errors INPUT. */
CgConfig *cg_config_parse (const char *text, const char *file, GError **error);

/* The commented default county.ini. Borrowed. */
const char *cg_config_template (void);

#endif

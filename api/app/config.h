/* county.ini: the numbers of the policy and the county's names. Defaults are those of the national rule. */
#ifndef CG_APP_CONFIG_H
#define CG_APP_CONFIG_H

#include <glib.h>

typedef struct {
    char *county_name, *county_code; /* "" when not set                                     */
    char *working_crs;               /* "EPSG:n", or "": chosen from the first import       */
    guint32 households_min, households_max, households_target; /* 300, 500, 400             */
    guint32 population_target;       /* 1000                                                */
    guint32 micro_min, micro_max;    /* 5, 15                                               */
    guint32 screen_refresh_s;        /* 15                                                  */
    double heat_bandwidth_m;         /* 0: automatic                                        */
    guint heat_days;                 /* days of incidents on the overview's heat map, 30    */
} CgConfig;

CgConfig *cg_config_new (void); /* defaults */
void cg_config_free (CgConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgConfig, cg_config_free)

/* Reads the text of a county.ini over the defaults. Unknown groups and keys are errors that name them and the
 * nearest known one; so are values out of range. Errors INPUT. */
CgConfig *cg_config_parse (const char *text, const char *file, GError **error);

/* The commented default county.ini. Borrowed. */
const char *cg_config_template (void);

#endif

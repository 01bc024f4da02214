/* What happens in a county: types of incidents with their rhythm and places. */
#ifndef CG_SAMPLE_KIND_INTERNAL_H
#define CG_SAMPLE_KIND_INTERNAL_H

#include "land_internal.h"

typedef enum {
    CG_RHYTHM_OFFICE,  /* hotline: 9-11 and 15-17        */
    CG_RHYTHM_NIGHT,   /* noise: 21-23                   */
    CG_RHYTHM_TRAFFIC, /* 7-9 and 17-19                  */
    CG_RHYTHM_EVENING, /* families: after work           */
    CG_RHYTHM_ROUND,   /* rounds of grid workers by day  */
    CG_RHYTHM_FARM,    /* morning and late afternoon     */
    CG_RHYTHM_DARK,    /* theft: night and crowded hours */
    CG_N_RHYTHMS
} CgRhythm;

typedef enum {
    CG_SEASON_NONE,
    CG_SEASON_WINTER,   /* heating, fire                              */
    CG_SEASON_SUMMER,   /* noise outdoors, water                      */
    CG_SEASON_FARM,     /* sowing and harvest                         */
    CG_SEASON_FESTIVAL, /* weeks before spring festival: debts, family */
    CG_N_SEASONS
} CgSeason;

typedef enum {
    CG_SOURCE_HOTLINE, CG_SOURCE_APP, CG_SOURCE_POLICE, CG_SOURCE_PATROL, CG_SOURCE_VISIT,
    CG_SOURCE_CAMERA, CG_SOURCE_MAILBOX, CG_N_SOURCES
} CgSource;

typedef struct {
    const char *type;     /* "民生服务/噪音"                                        */
    double rate;          /* relative                                               */
    CgRhythm rhythm;
    CgSeason season;
    double weekend;       /* factor on Saturday and Sunday                          */
    double urban, rural;  /* by household                                           */
    double market, hospital, school, buses, site, compound; /* at hot spots of a kind */
    double road;          /* at crossings and along roads                           */
    double source[CG_N_SOURCES];
} CgKind;

extern const CgKind cg_kinds[]; /* ends with type == NULL */
const char *cg_source_name (CgSource source);
const double *
cg_rhythm_hours (CgRhythm rhythm); /* [24] relative weights of the hours of local time */
/* Factor of a season on a day (days since 1970, local). */
double cg_season_factor (CgSeason season, gint64 day);
/* First day of the spring festival of a year: the new moon between 21 January and 20 February, by
 * the mean month of 29.530588853 days (Meeus, Astronomical Algorithms, 1998, ch. 49); right to a
 * day. */
gint64 cg_season_festival (guint year);

#endif

/* A small made-up county in memory: a jittered mesh of grids in towns and communities, 400 days of incidents. */
#ifndef CG_TEST_FAKE_COUNTY_H
#define CG_TEST_FAKE_COUNTY_H

#include "app/screen/screen.h"

/* 2026-11-21 16:30:00 Asia/Shanghai, the last second that has an incident in the fake county. */
#define FAKE_NOW_S G_GINT64_CONSTANT (1795249800)

/* Tables of the county, made the same each time. */
void fake_county_tables (CgScreenTables *out, gint64 data_version);
CgScreen *fake_county (gint64 data_version);

#endif

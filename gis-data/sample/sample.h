/* A made-up county of any size, from a seed: no real person, place or address in it.
 *
 * What it is good for: first start, demonstrations, tests of the whole job. The figures of a preset
 * (towns, villages, grids, cameras) are those that counties of that kind have published; land,
 * names and events are invented. All tables are in the working CRS, whole millimetres; delivered is
 * NULL for shapes and equals the working coordinates for places.
 *
 * regions     county, towns, communities in this order of rows, sorted by code within a town. Codes
 *             begin with 9900nn, which is no real county: towns 001.. for subdistricts and 100..
 *             for others, communities 001.. for urban ones and 200.. for villages
 * units       an exact coverage: neighbours share their border vertex for vertex; communities,
 *             towns and county are unions of units. URBAN: lots of 0-150 households, in compounds
 *             where there are any; RURAL: hamlet or land of a villager group (group
 *             "杨家湾村三组", 1-4 units); DEDICATED: industrial park, hospital, college (group and
 *             compound of the same name).
 *             id = community code and four digits
 * grids       not made here: the households of an urban community are up to 2 % above a multiple of
 *             400, and the multiples add up to the preset's number of urban grids
 * compounds   residential compounds, schools, markets and so on, each inside one community; kind
 *             "compound", "school", "hospital", "market", "office", "station", "site", "park"
 * barriers    rivers as lines, the wide ones also as areas; railway; arterials (county roads,
 *             motorway, main streets), streets, alleys and field tracks, compound walls; buildings.
 *             Everything is passable. Streets, alleys and walls lie exactly on borders of units. At rivers
 *             of 50 m and more alleys, walls and most streets end; main roads, and streets where no bridge
 *             is near, lead over: their rows are parted there, and a row of class BRIDGE follows that of
 *             the road on it, with the same row number. An urban community lies on one bank
 * buildings   those of barriers once more, in that order within a unit, with storeys, households and
 *             people that add up to the unit's, group of villagers; a unit with households but
 *             without a building has a place instead, among the rows of its unit
 * incidents   two-level types "民生服务/噪音", id "GD" + local day + number in the day, sorted by
 *             time; hours, weekdays and seasons after cg_kinds (kind.c); Beijing time
 * cameras     types "A", "B", "C" and "卡口"; 20-digit device numbers in the order of GB/T 28181
 * services    党群服务中心 of every community, police, clinics, schools, hospitals, markets, ...
 */
#ifndef CG_SAMPLE_H
#define CG_SAMPLE_H

#include "base/progress.h"
#include "model/buildings.h"
#include "model/places.h"
#include "model/regions.h"
#include "model/units.h"

typedef struct {
    const char *name, *title; /* "wuqi", "吴起型: 9 towns, 99 villages ..." */
} CgSamplePreset;

/* Ends with name == NULL; the first is the default. Borrowed. */
const CgSamplePreset *cg_sample_presets (void);

typedef struct {
    char *county_code, *county_name, *working_crs;
    CgRegions *regions;
    CgCompounds *compounds;
    CgUnits *units;
    CgBarriers *barriers;
    CgBuildings *buildings;
    CgPlaces *incidents, *cameras, *services;
} CgSample;

/* Makes a county. (transfer full)
 *
 * preset   name of cg_sample_presets, NULL: the default
 * seed     another seed is another county with the same figures
 * until_s  end of the incident history, seconds UTC; incidents occurred in the `days` days before
 *          it and were reported before it. The engine has no clock: the caller says. A day reads
 *          the same in a longer or later history (its handling states go on)
 * progress names of steps, then "incidents"
 * Errors   NOT_FOUND preset; CANCELLED
 * Promise  same preset, seed, until_s and days: the same tables bit for bit, with every compiler
 * Method   drainage tree by cheapest ways over rough ground, heights from it by slope and basin;
 *          regions grow over a honeycomb of cells and meet on ridges; town cores are cut by rivers,
 *          streets and lots in one mesh of shared edges
 * Cost     one core of 2020, 365 days: wuqi 1.5 s, fangxian 2.5 s, city 1 s; below 80 MB
 */
CgSample *cg_sample_run (const char *preset, guint64 seed, gint64 until_s, guint days,
                         const CgProgress *progress, GCancellable *cancel, GError **error);
void cg_sample_free (CgSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSample, cg_sample_free)

#endif

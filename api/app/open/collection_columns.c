/* The list of collections: which tables they are made of, and their columns. */
#include "app/open/collections_internal.h"
#include "app/screen/screen_internal.h"

#include <math.h>
#include <string.h>

/* ---- values ---------------------------------------------------------------------------------- */

static void
set_text (CgFeatureValue *out, const char *text)
{
    out->text = text;
    out->is_null = text == NULL;
}

static void
set_whole (CgFeatureValue *out, gint64 whole)
{
    out->whole = whole;
    out->is_null = FALSE;
}

static void
set_real (CgFeatureValue *out, double real)
{
    out->real = real;
    out->is_null = !isfinite (real);
}

static void
set_time (CgFeatureValue *out, const gint64 *column, guint32 row)
{
    out->whole = column != NULL ? column[row] : CG_TIME_NONE;
    out->is_null = out->whole == CG_TIME_NONE;
}

static const char *
name_of (const CgNames *names, const guint32 *column, guint32 row)
{
    return names != NULL && column != NULL && column[row] != CG_NONE
               ? cg_names_get (names, column[row])
               : NULL;
}

static const char *
grid_code (const CgScreen *screen, guint32 grid)
{
    return grid < screen->grids->n ? screen->grids->code[grid] : NULL;
}

/* ---- coverage -------------------------------------------------------------------------------- */

/* The last columns of regions and of grids, in this order. */
#define COVERAGE_COLUMNS                                                                             \
    { "camera_coverage", CG_FEATURE_REAL, "视频监控覆盖率 open ground in view of a camera, %" },      \
    { "blind_m2", CG_FEATURE_REAL, "监控盲区 open ground that no camera sees, m²", .adds = TRUE },    \
    { "building_coverage", CG_FEATURE_REAL, "可见楼栋占比 buildings in view of a camera, %" },   \
    { "household_coverage", CG_FEATURE_REAL,                                                         \
      "可见楼栋户数占比 households in buildings in view of a camera, %" },                       \
    { "service_minutes", CG_FEATURE_REAL,                                                            \
      "到服务点户均分钟 mean minutes on foot to the nearest service point, by household" },           \
    { "service_minutes_most", CG_FEATURE_REAL,                                                       \
      "到服务点最远分钟 minutes of the furthest unit with households" },                              \
    { "service_far", CG_FEATURE_REAL,                                                                \
      "服务圈外户数占比 households beyond the service circle, %" },                              \
    { "coverage_stale", CG_FEATURE_FLAG,                                                             \
      "覆盖数据已过时 cameras, services, buildings or roads changed since; null: not worked out" }

enum { COVERED_SEEN, COVERED_BLIND, COVERED_BUILDINGS, COVERED_HOUSED, COVERED_WALK, COVERED_MOST, COVERED_FAR };

static void
covered_value (const CgScreen *screen, const CgCoverageRows *rows, guint32 row, guint column, CgFeatureValue *out)
{
    static const CgCovered covered[] = {
        [COVERED_SEEN] = CG_COVERED_GROUND,       [COVERED_BUILDINGS] = CG_COVERED_BUILDINGS,
        [COVERED_HOUSED] = CG_COVERED_HOUSEHOLDS, [COVERED_WALK] = CG_COVERED_WALK,
        [COVERED_MOST] = CG_COVERED_MOST,         [COVERED_FAR] = CG_COVERED_FAR,
    };
    const CgCoverageFacts *facts = screen->tables.coverage;
    if (rows == NULL || facts == NULL)
        return;
    if (column == COVERED_BLIND)
        set_real (out, cg_coverage_rows_blind_m2 (rows, row));
    else if (column == COVERED_WALK || column == COVERED_MOST)
        set_real (out, cg_coverage_rows_value (rows, covered[column], row));
    else if (column <= COVERED_FAR)
        set_real (out, 100 * cg_coverage_rows_value (rows, covered[column], row));
    else if (facts->state == CG_COVERAGE_FRESH || facts->state == CG_COVERAGE_STALE)
        set_whole (out, facts->state == CG_COVERAGE_STALE);
}

/* ---- regions --------------------------------------------------------------------------------- */

enum {
    REGION_CODE,
    REGION_NAME,
    REGION_LEVEL,
    REGION_PARENT,
    REGION_URBAN,
    REGION_HOUSEHOLDS,
    REGION_COVERED,
};
static const CgFeatureColumn region_columns[] = {
    { "code", CG_FEATURE_TEXT, "代码 6, 9 or 12 digits" },
    { "name", CG_FEATURE_TEXT, "名称 name" },
    { "level", CG_FEATURE_TEXT, "层级 county, town or community" },
    { "parent", CG_FEATURE_TEXT, "上级代码 code of the place above" },
    { "urban", CG_FEATURE_FLAG, "城镇 urban community, else village" },
    { "households", CG_FEATURE_REAL, "已知户数 households that are known to live there" },
    COVERAGE_COLUMNS,
    { NULL },
};

static guint32
count_regions (const FeatureSource *source)
{
    return source->screen->regions->n;
}

static gboolean
is_town (const FeatureSource *source, guint32 row)
{
    return source->screen->regions->level[row] == CG_LEVEL_TOWN;
}

static gboolean
is_community (const FeatureSource *source, guint32 row)
{
    return source->screen->regions->level[row] == CG_LEVEL_COMMUNITY;
}

static void
region_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgRegions *regions = source->screen->regions;
    guint32 parent = regions->parent[row];
    if (column == REGION_CODE)
        set_text (out, regions->code[row]);
    else if (column == REGION_NAME)
        set_text (out, regions->name[row]);
    else if (column == REGION_LEVEL)
        set_text (out, cg_level_name (regions->level[row]));
    else if (column == REGION_PARENT)
        set_text (out, parent < regions->n ? regions->code[parent] : NULL);
    else if (column == REGION_URBAN)
        set_whole (out, regions->urban[row] != 0);
    else if (column == REGION_HOUSEHOLDS)
        set_real (out, regions->households != NULL ? regions->households[row] : NAN);
    else
        covered_value (source->screen, source->screen->tables.covered_regions, row, column - REGION_COVERED, out);
}

static const CgShapes *
region_areas (const FeatureSource *source)
{
    return source->screen->regions->shapes;
}

/* ---- grids ----------------------------------------------------------------------------------- */

enum {
    GRID_CODE,
    GRID_NAME,
    GRID_WITHIN,
    GRID_KIND,
    GRID_STATUS,
    GRID_ID,
    GRID_HOUSEHOLDS,
    GRID_HOUSEHOLDS_ESTIMATED,
    GRID_POPULATION,
    GRID_POPULATION_ESTIMATED,
    GRID_UNITS,
    GRID_AREA,
    GRID_PERIMETER,
    GRID_COMPACTNESS,
    GRID_CERTIFICATE,
    GRID_COVERED,
};
static const CgFeatureColumn grid_columns[] = {
    { "code", CG_FEATURE_TEXT, "网格编码 15 digits" },
    { "name", CG_FEATURE_TEXT, "名称 name" },
    { "within", CG_FEATURE_TEXT, "所属社区 code of the community" },
    { "kind", CG_FEATURE_TEXT, "类别 urban, rural or dedicated" },
    { "status", CG_FEATURE_TEXT, "户数范围 ok, below or above" },
    { "grid_id", CG_FEATURE_WHOLE, "序号 number in the plan" },
    { "households", CG_FEATURE_WHOLE, "户数 households", .adds = TRUE },
    { "households_estimated", CG_FEATURE_WHOLE, "其中估算户数 of them estimated", .adds = TRUE },
    { "population", CG_FEATURE_WHOLE, "人口 people", .adds = TRUE },
    { "population_estimated", CG_FEATURE_WHOLE, "其中估算人口 of them estimated", .adds = TRUE },
    { "units", CG_FEATURE_WHOLE, "单元数 base units", .adds = TRUE },
    { "area_m2", CG_FEATURE_REAL, "面积 area, m²", .adds = TRUE },
    { "perimeter_m", CG_FEATURE_REAL, "周长 length of the outline, m" },
    { "compactness", CG_FEATURE_REAL, "紧凑度 4 pi area / perimeter², 0 to 1" },
    { "certificate", CG_FEATURE_TEXT, "证明 why it cannot be in range", .wide = TRUE },
    COVERAGE_COLUMNS,
    { NULL },
};

static guint32
count_grids (const FeatureSource *source)
{
    return source->screen->grids->n;
}

static void
grid_text (const CgGrids *grids, guint32 row, guint column, CgFeatureValue *out)
{
    if (column == GRID_CODE)
        set_text (out, grids->code[row]);
    else if (column == GRID_NAME)
        set_text (out, grids->name[row]);
    else if (column == GRID_WITHIN)
        set_text (out, grids->within[row]);
    else if (column == GRID_KIND)
        set_text (out, cg_unit_kind_name (grids->kind[row]));
    else if (column == GRID_STATUS)
        set_text (out, cg_grid_status_name (grids->status[row]));
    else
        set_text (out, grids->certificate != NULL ? grids->certificate[row] : NULL);
}

static void
grid_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgGrids *grids = source->screen->grids;
    const guint32 *const whole[] = {
        grids->grid_id,    grids->households,           grids->households_estimated,
        grids->population, grids->population_estimated, grids->units
    };
    const double *const real[] = { grids->area_m2, grids->perimeter_m, grids->compactness };
    if (column >= GRID_COVERED)
        covered_value (source->screen, source->screen->tables.covered, row, column - GRID_COVERED, out);
    else if (column < GRID_ID || column == GRID_CERTIFICATE)
        grid_text (grids, row, column, out);
    else if (column < GRID_AREA)
        set_whole (out, whole[column - GRID_ID][row]);
    else
        set_real (out, real[column - GRID_AREA][row]);
}

static const CgShapes *
grid_areas (const FeatureSource *source)
{
    return source->screen->grids->shapes;
}

/* ---- units ----------------------------------------------------------------------------------- */

enum {
    UNIT_ID,
    UNIT_REGION,
    UNIT_COMPOUND,
    UNIT_GROUP,
    UNIT_KIND,
    UNIT_HOUSEHOLDS,
    UNIT_POPULATION,
    UNIT_ESTIMATED,
    UNIT_POPULATION_ESTIMATED,
    UNIT_GRID,
};
static const CgFeatureColumn unit_columns[] = {
    { "unit_id", CG_FEATURE_TEXT, "单元编号 id of the base unit" },
    { "region", CG_FEATURE_TEXT, "所属社区 code of the community" },
    { "compound", CG_FEATURE_TEXT, "小区 compound" },
    { "villager_group", CG_FEATURE_TEXT, "村民小组 villager group or dedicated area" },
    { "kind", CG_FEATURE_TEXT, "类别 urban, rural or dedicated" },
    { "households", CG_FEATURE_WHOLE, "户数 households", .adds = TRUE },
    { "population", CG_FEATURE_WHOLE, "人口 people; null: not known", .adds = TRUE },
    { "estimated", CG_FEATURE_FLAG, "户数为估算 households are an estimate" },
    { "population_estimated", CG_FEATURE_FLAG, "人口为估算 people are an estimate" },
    { "grid", CG_FEATURE_TEXT, "所属网格 code of the grid" },
    { NULL },
};

static guint32
count_units (const FeatureSource *source)
{
    return source->units != NULL ? source->units->n : 0;
}

/* The plan's own units are those of today only where their number says so. */
static const char *
grid_of_unit (const FeatureSource *source, guint32 row)
{
    const CgGrids *grids = source->screen->grids;
    return grids->grid_of != NULL && grids->n_units == source->units->n
               ? grid_code (source->screen, grids->grid_of[row])
               : NULL;
}

static void
unit_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgUnits *units = source->units;
    if (column == UNIT_ID)
        set_text (out, units->id[row]);
    else if (column == UNIT_REGION)
        set_text (out, name_of (units->regions, units->region, row));
    else if (column == UNIT_COMPOUND)
        set_text (out, name_of (units->compounds, units->compound, row));
    else if (column == UNIT_GROUP)
        set_text (out, name_of (units->groups, units->group, row));
    else if (column == UNIT_KIND)
        set_text (out, cg_unit_kind_name (units->kind[row]));
    else if (column == UNIT_HOUSEHOLDS)
        set_whole (out, units->households[row]);
    else if (column == UNIT_POPULATION && units->has_population)
        set_whole (out, units->population[row]);
    else if (column == UNIT_ESTIMATED)
        set_whole (out, (units->estimated[row] & CG_ESTIMATED_HOUSEHOLDS) != 0);
    else if (column == UNIT_POPULATION_ESTIMATED)
        set_whole (out, (units->estimated[row] & CG_ESTIMATED_POPULATION) != 0);
    else
        set_text (out, column == UNIT_GRID ? grid_of_unit (source, row) : NULL);
}

static const CgShapes *
unit_areas (const FeatureSource *source)
{
    return source->units != NULL ? source->units->shapes : NULL;
}

/* ---- incidents ------------------------------------------------------------------------------- */

enum {
    INCIDENT_SOURCE,
    INCIDENT_SOURCE_ID,
    INCIDENT_REVISION,
    INCIDENT_TYPE,
    INCIDENT_STATE,
    INCIDENT_OCCURRED,
    INCIDENT_REPORTED,
    INCIDENT_WEIGHT,
    INCIDENT_GRID,
};
static const CgFeatureColumn incident_columns[] = {
    { "source", CG_FEATURE_TEXT, "来源 hotline, patrol, ..." },
    { "source_id", CG_FEATURE_TEXT, "来源编号 number of the source", .detail = TRUE },
    { "revision", CG_FEATURE_WHOLE, "修订 revision of the source's record", .detail = TRUE },
    { "type", CG_FEATURE_TEXT, "类型 branches parted by /" },
    { "state", CG_FEATURE_TEXT, "办理状态 handling state" },
    { "occurred", CG_FEATURE_TIME, "发生时间 occurred" },
    { "reported", CG_FEATURE_TIME, "上报时间 reported", .detail = TRUE },
    { "weight", CG_FEATURE_REAL, "权重 1 unless told", .detail = TRUE },
    { "grid", CG_FEATURE_TEXT, "所属网格 code of the grid; null: in none" },
    { NULL },
};

gint64
feature_incident_key (const CgScreen *screen, guint32 row)
{
    const gint64 *first = screen->tables.incident_first;
    return first != NULL ? first[row] : (gint64) row + 1;
}

static guint32
count_incidents (const FeatureSource *source)
{
    return source->screen->incidents->n;
}

/* The rest is read from the file when a page shows it. */
static void
incident_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgPlaces *places = source->screen->incidents;
    if (column == INCIDENT_SOURCE)
        set_text (out, name_of (places->sources, places->source, row));
    else if (column == INCIDENT_TYPE)
        set_text (out, name_of (places->types, places->type, row));
    else if (column == INCIDENT_STATE)
        set_text (out, name_of (places->states, places->state, row));
    else if (column == INCIDENT_OCCURRED)
        set_time (out, places->time_s, row);
    else if (column == INCIDENT_GRID)
        set_text (out, grid_code (source->screen, source->screen->tables.incident_grid[row]));
}

void
cg_feature_details_value (const CgFeatureDetails *details, guint i, guint column,
                          CgFeatureValue *out)
{
    const CgPlaces *places = details->incidents;
    *out = (CgFeatureValue){ .is_null = TRUE };
    if (places == NULL || places->id[i] == NULL)
        return;
    if (column == INCIDENT_SOURCE_ID)
        set_text (out, places->id[i]);
    else if (column == INCIDENT_REVISION)
        set_whole (out, places->revision[i]);
    else if (column == INCIDENT_REPORTED)
        set_time (out, places->reported_s, i);
    else
        set_real (out, places->weight[i]);
}

static const CgPlaces *
incident_points (const FeatureSource *source)
{
    return source->screen->incidents;
}

/* ---- cameras, service points ----------------------------------------------------------------- */

enum {
    CAMERA_ID,
    CAMERA_NAME,
    CAMERA_CLASS,
    CAMERA_BEARING,
    CAMERA_FOV,
    CAMERA_RANGE,
    CAMERA_GRID
};
static const CgFeatureColumn camera_columns[] = {
    { "device_id", CG_FEATURE_TEXT, "设备编号 20 digits" },
    { "name", CG_FEATURE_TEXT, "名称 name" },
    { "class", CG_FEATURE_TEXT, "类别 A, B, C or checkpoint" },
    { "bearing_deg", CG_FEATURE_REAL, "朝向 degrees clockwise from north" },
    { "fov_deg", CG_FEATURE_REAL, "视场角 field of view, degrees" },
    { "range_m", CG_FEATURE_REAL, "视距 range, m" },
    { "grid", CG_FEATURE_TEXT, "所属网格 code of the grid; null: in none" },
    { NULL },
};

static guint32
count_cameras (const FeatureSource *source)
{
    return source->screen->cameras->n;
}

static void
camera_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgPlaces *places = source->screen->cameras;
    const double *const real[] = { places->bearing_deg, places->fov_deg, places->range_m };
    if (column == CAMERA_ID)
        set_text (out, places->id[row]);
    else if (column == CAMERA_NAME)
        set_text (out, places->name != NULL ? places->name[row] : NULL);
    else if (column == CAMERA_CLASS)
        set_text (out, name_of (places->types, places->type, row));
    else if (column == CAMERA_GRID)
        set_text (out, grid_code (source->screen, source->screen->tables.camera_grid[row]));
    else
        set_real (out,
                  real[column - CAMERA_BEARING] != NULL ? real[column - CAMERA_BEARING][row] : NAN);
}

static const CgPlaces *
camera_points (const FeatureSource *source)
{
    return source->screen->cameras;
}

enum { SERVICE_ID, SERVICE_NAME, SERVICE_KIND };
static const CgFeatureColumn service_columns[] = {
    { "service_id", CG_FEATURE_TEXT, "编号 id" },
    { "name", CG_FEATURE_TEXT, "名称 name" },
    { "kind", CG_FEATURE_TEXT, "类别 kind of service" },
    { NULL },
};

static guint32
count_services (const FeatureSource *source)
{
    return source->services != NULL ? source->services->n : 0;
}

static void
service_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgPlaces *places = source->services;
    if (column == SERVICE_ID)
        set_text (out, places->id[row]);
    else if (column == SERVICE_NAME)
        set_text (out, places->name != NULL ? places->name[row] : NULL);
    else
        set_text (out, name_of (places->types, places->type, row));
}

static const CgPlaces *
service_points (const FeatureSource *source)
{
    return source->services;
}

/* ---- barriers -------------------------------------------------------------------------------- */

enum { BARRIER_CLASS, BARRIER_NAME, BARRIER_PASSABLE, BARRIER_SOURCE_ID };
static const CgFeatureColumn barrier_columns[] = {
    { "class", CG_FEATURE_TEXT, "类别 water, railway, arterial, street, alley or wall" },
    { "name", CG_FEATURE_TEXT, "名称 name" },
    { "passable", CG_FEATURE_FLAG, "可穿越 a grid may lie on both sides" },
    { "source_id", CG_FEATURE_TEXT, "来源编号 id in the file that it came from" },
    { NULL },
};

static const CgBarriers *
barriers_of (const FeatureSource *source)
{
    return source->screen->tables.barriers;
}

static guint32
count_barriers (const FeatureSource *source)
{
    return barriers_of (source) != NULL ? barriers_of (source)->n : 0;
}

/* The snapshot keeps outlines of buildings, which it draws, behind the barriers. */
static gboolean
is_barrier (const FeatureSource *source, guint32 row)
{
    return barriers_of (source)->class[row] != CG_BARRIER_BUILDING;
}

static void
barrier_value (const FeatureSource *source, guint32 row, guint column, CgFeatureValue *out)
{
    const CgBarriers *barriers = barriers_of (source);
    if (column == BARRIER_CLASS)
        set_text (out, cg_barrier_name (barriers->class[row]));
    else if (column == BARRIER_NAME)
        set_text (out, barriers->name[row]);
    else if (column == BARRIER_PASSABLE)
        set_whole (out, barriers->passable[row] != 0);
    else
        set_text (out, barriers->id[row]);
}

static const CgShapes *
barrier_areas (const FeatureSource *source)
{
    return barriers_of (source) != NULL ? barriers_of (source)->areas : NULL;
}

static const CgShapes *
barrier_lines (const FeatureSource *source)
{
    return barriers_of (source) != NULL ? barriers_of (source)->lines : NULL;
}

/* ---- the list -------------------------------------------------------------------------------- */

const FeatureKind cg_feature_kinds[] = {
    { .about = { "regions", "County, towns and communities", "行政区划（县、镇、社区）",
                 region_columns, FALSE, FALSE, "MultiPolygon" },
      count_regions,
      NULL,
      region_value,
      region_areas,
      NULL,
      NULL,
      REGION_CODE,
      FEATURE_GROUND },
    { .about = { "towns", "Towns", "乡镇街道", region_columns, FALSE, FALSE, "MultiPolygon" },
      count_regions,
      is_town,
      region_value,
      region_areas,
      NULL,
      NULL,
      REGION_CODE,
      FEATURE_GROUND },
    { .about = { "communities", "Communities and villages", "社区和村", region_columns, FALSE,
                 FALSE, "MultiPolygon" },
      count_regions,
      is_community,
      region_value,
      region_areas,
      NULL,
      NULL,
      REGION_CODE,
      FEATURE_GROUND },
    { .about = { "grids", "Grids of the plan in force", "现行方案的网格", grid_columns, FALSE,
                 FALSE, "MultiPolygon" },
      count_grids,
      NULL,
      grid_value,
      grid_areas,
      NULL,
      NULL,
      GRID_CODE,
      FEATURE_GROUND },
    { .about = { "units", "Base units, which no grid cuts", "基本单元", unit_columns, FALSE, FALSE,
                 "MultiPolygon" },
      count_units,
      NULL,
      unit_value,
      unit_areas,
      NULL,
      NULL,
      UNIT_ID,
      FEATURE_STORED },
    { .about = { "incidents", "Incidents, the latest revision of each", "事件（各取最新修订）",
                 incident_columns, TRUE, TRUE, "Point" },
      count_incidents,
      NULL,
      incident_value,
      NULL,
      NULL,
      incident_points,
      0,
      FEATURE_INCIDENTS },
    { .about = { "cameras", "Cameras and checkpoints", "摄像头和卡口", camera_columns, FALSE, FALSE,
                 "Point" },
      count_cameras,
      NULL,
      camera_value,
      NULL,
      NULL,
      camera_points,
      CAMERA_ID,
      FEATURE_GROUND },
    { .about = { "services", "Service points", "服务点", service_columns, FALSE, FALSE, "Point" },
      count_services,
      NULL,
      service_value,
      NULL,
      NULL,
      service_points,
      SERVICE_ID,
      FEATURE_STORED },
    { .about = { "barriers", "Roads, railways, water and walls", "道路、铁路、水系、墙",
                 barrier_columns, TRUE, FALSE, "any" },
      count_barriers,
      is_barrier,
      barrier_value,
      barrier_areas,
      barrier_lines,
      NULL,
      0,
      FEATURE_GROUND },
    { .about = { NULL } },
};

const CgCollection *
cg_collection_find (const char *name)
{
    for (const FeatureKind *kind = cg_feature_kinds; kind->about.name != NULL; kind++)
        if (strcmp (kind->about.name, name) == 0)
            return &kind->about;
    return NULL;
}

guint
cg_collection_count (void)
{
    guint n = 0;
    while (cg_feature_kinds[n].about.name != NULL)
        n++;
    return n;
}

const CgCollection *
cg_collection_at (guint which)
{
    return &cg_feature_kinds[which].about;
}

int
cg_collection_column (const CgCollection *collection, const char *name)
{
    for (int c = 0; collection->columns[c].name != NULL; c++)
        if (strcmp (collection->columns[c].name, name) == 0)
            return c;
    return -1;
}

const char *
feature_working_crs (const FeatureSource *source)
{
    const CgScreen *screen = source->screen;
    const char *const names[] = {
        screen->grids->working_crs,
        screen->regions->working_crs,
        screen->incidents->working_crs,
        screen->cameras->working_crs,
        source->units != NULL ? source->units->working_crs : NULL,
        source->services != NULL ? source->services->working_crs : NULL,
    };
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (names[i] != NULL)
            return names[i];
    return NULL;
}

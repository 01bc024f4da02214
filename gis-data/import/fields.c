#include "import/fields.h"

#include <string.h>

#include "import/import.h"

/* clang-format off */
#define PLACE_FIELDS \
    { CG_FIELD_LON, "lon", CG_VALUE_COORDINATE, CG_OPTIONAL, "longitude, degrees", \
      "lon|lng|long|longitude|经度|gps经度|东经|lonwgs84|lngwgs84" }, \
    { CG_FIELD_LAT, "lat", CG_VALUE_COORDINATE, CG_OPTIONAL, "latitude, degrees", \
      "lat|latitude|纬度|gps纬度|北纬|latwgs84" }, \
    { CG_FIELD_X, "x", CG_VALUE_COORDINATE, CG_OPTIONAL, \
      "easting (or longitude), in the unit of the CRS", \
      "x|easting|x坐标|坐标x|东坐标|横坐标|xcoord|coordx|pointx" }, \
    { CG_FIELD_Y, "y", CG_VALUE_COORDINATE, CG_OPTIONAL, \
      "northing (or latitude), in the unit of the CRS", \
      "y|northing|y坐标|坐标y|北坐标|纵坐标|ycoord|coordy|pointy" }

#define SHAPE_FIELD \
    { CG_FIELD_GEOMETRY, "geometry", CG_VALUE_GEOMETRY, CG_OPTIONAL, \
      "outline as well-known text, in a CSV", "wkt|geometry|geom|thegeom|边界|几何|空间范围" }
/* clang-format on */

static const CgField unit_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_REQUIRED, "key of the unit, unique",
      "unitid|单元编码|单元编号|楼栋编码|地块编码|编码|编号|code|codebase|geoid|geoid20|id" },
    { CG_FIELD_HOUSEHOLDS, "households", CG_VALUE_COUNT, CG_REQUIRED,
      "households, whole number from 0",
      "households|户数|住户数|总户数|家庭户数|常住户数|户籍户数|household|hh|totalhouseholds" },
    { CG_FIELD_POPULATION, "population", CG_VALUE_COUNT, CG_OPTIONAL, "people, whole number from 0",
      "population|人口|人口数|总人口|常住人口|常住人口数|实有人口|pop|totpop|totpop20|"
      "totalpopulation" },
    { CG_FIELD_REGION, "region", CG_VALUE_TEXT, CG_OPTIONAL, "code of the community; --within",
      "region|within|社区编码|社区代码|村居编码|村居代码|村社区编码|regioncode|communitycode|"
      "villagecode|villcode|"
      "区划代码|区划编码|社区|村居|community" },
    { CG_FIELD_COMPOUND, "compound", CG_VALUE_TEXT, CG_OPTIONAL,
      "housing estate that should stay together",
      "compound|小区编码|小区|小区名称|住宅小区|estate|compoundcode" },
    { CG_FIELD_GROUP, "group", CG_VALUE_TEXT, CG_OPTIONAL, "villager group, or dedicated area",
      "group|村民小组|小组|村组|村民组|专属区域|villagergroup|groupname|groupid" },
    { CG_FIELD_KEEP, "keep", CG_VALUE_TEXT, CG_OPTIONAL, "grid of the old plan; --keep",
      "keep|原网格|现网格|旧网格|网格编码|网格编号|网格名称|网格名|网格|gridid|gridcode|gridname|"
      "grid" },
    { CG_FIELD_KIND, "kind", CG_VALUE_TEXT, CG_OPTIONAL,
      "urban, rural or dedicated (城镇, 农村, 专属)",
      "kind|类型|网格类型|单元类型|城乡|城乡类型|unitkind" },
    { CG_FIELD_ESTIMATED, "estimated", CG_VALUE_FLAG, CG_OPTIONAL,
      "households are an estimate; or how many of them",
      "estimated|householdsestimated|估算|估计|是否估算|户数估算|户数估计|isestimate" },
    { CG_FIELD_POPULATION_ESTIMATED, "population_estimated", CG_VALUE_FLAG, CG_OPTIONAL,
      "people are an estimate; or how many of them",
      "populationestimated|peopleestimated|人口估算|人口估计|人口是否估算" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField region_fields[] = {
    { CG_FIELD_ID, "code", CG_VALUE_TEXT, CG_OPTIONAL,
      "6, 9 or 12 digits; made up (and said) when there is none",
      "regioncode|编码|代码|区划码|区划代码|行政区划代码|统计用区划代码|社区编码|社区代码|"
      "villagecode|villcode|"
      "towncode|countycode|adcode|xzqdm|code|id" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_REQUIRED, "name",
      "regionname|名称|地名|区域名称|区划名称|社区名称|村居名称|villagename|villname|乡镇名称|"
      "townname|countyname|"
      "xzqmc|name" },
    { CG_FIELD_LEVEL, "level", CG_VALUE_TEXT, CG_OPTIONAL,
      "county, town or community (县 镇 社区 村)", "level|级别|行政级别|层级|layer" },
    { CG_FIELD_HOUSEHOLDS, "households", CG_VALUE_NUMBER, CG_OPTIONAL,
      "known households: estimates from buildings add up to it",
      "households|总户数|户数" },
    { CG_FIELD_PARENT, "parent", CG_VALUE_TEXT, CG_OPTIONAL,
      "code of the region above; else from the code",
      "parent|上级|上级编码|上级代码|上级区划|parentcode" },
    { CG_FIELD_URBAN, "urban", CG_VALUE_TEXT, CG_OPTIONAL, "urban or rural; else from the name, else from the code",
      "urban|城乡|城乡分类|城乡分类代码|城乡属性|urbanrural" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField compound_fields[] = {
    { CG_FIELD_ID, "code", CG_VALUE_TEXT, CG_OPTIONAL,
      "key, unique; made up (and said) when there is none",
      "compoundcode|小区编码|编码|编号|代码|code|osmid|id" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_OPTIONAL, "name",
      "compoundname|小区名称|小区|名称|name" },
    { CG_FIELD_KIND, "kind", CG_VALUE_TEXT, CG_OPTIONAL,
      "compound, park, hospital, school, market, ...", "kind|类型|类别|性质|type|landuse" },
    { CG_FIELD_REGION, "region", CG_VALUE_TEXT, CG_OPTIONAL, "code of the community",
      "region|社区编码|社区代码|村居编码|所属社区|regioncode|communitycode|社区|community" },
    { CG_FIELD_DEDICATED, "dedicated", CG_VALUE_FLAG, CG_OPTIONAL,
      "a dedicated grid is cut out for it; else by kind", "dedicated|专属|专属网格|是否专属" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField group_fields[] = {
    { CG_FIELD_GROUP, "group", CG_VALUE_TEXT, CG_OPTIONAL,
      "name or code of the villager group; rows may share one; the row number when there is none",
      "villagergroup|村民小组|村民组|小组|村组|小组名称|组名|groupname|group|groupid|name|名称|code|"
      "编码|编号|id" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField barrier_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL, "key; may repeat",
      "id|osmid|osmwayid|编码|编号|code" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_OPTIONAL, "name",
      "name|名称|道路名称|河流名称|路名" },
    { CG_FIELD_CLASS, "class", CG_VALUE_TEXT, CG_OPTIONAL,
      "water, railway, arterial, street, alley, wall, building, tunnel, bridge, ferry (河流 铁路 "
      "主干道 街道 小路 围墙 建筑 隧道 桥 渡口)",
      "class|类型|类别|等级|kind|type" },
    { CG_FIELD_PASSABLE, "passable", CG_VALUE_FLAG, CG_OPTIONAL,
      "no: a grid may never lie on both sides; default yes", "passable|可通行|可跨越|是否可跨越" },
    { CG_FIELD_HIGHWAY, "highway", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap highway",
      "highway|kinddetail|道路等级|fclass|roadclass" },
    { CG_FIELD_RAILWAY, "railway", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap railway", "railway" },
    { CG_FIELD_WATERWAY, "waterway", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap waterway",
      "waterway" },
    { CG_FIELD_NATURAL, "natural", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap natural", "natural" },
    { CG_FIELD_BARRIER, "barrier", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap barrier", "barrier" },
    { CG_FIELD_BUILDING, "building", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap building",
      "building" },
    { CG_FIELD_TUNNEL, "tunnel", CG_VALUE_TEXT, CG_OPTIONAL,
      "yes: it runs underground and parts nothing; a road there connects what lies at its ends",
      "tunnel|istunnel|隧道|是否隧道" },
    { CG_FIELD_BRIDGE, "bridge", CG_VALUE_TEXT, CG_OPTIONAL,
      "yes: a road there connects what lies at its ends", "bridge|isbridge|桥|桥梁|是否桥梁" },
    { CG_FIELD_ROUTE, "route", CG_VALUE_TEXT, CG_OPTIONAL, "OpenStreetMap route (ferry)", "route" },
    { CG_FIELD_TAGS, "tags", CG_VALUE_TAGS, CG_OPTIONAL,
      "other tags of OpenStreetMap, searched for those above", "othertags" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField incident_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL,
      "key of the source; made of the row's content when there is none",
      "incidentid|事件编号|案件编号|工单编号|警情编号|事件编码|编号|编码|caseid|eventid|id" },
    PLACE_FIELDS,
    { CG_FIELD_TYPE, "type", CG_VALUE_TEXT, CG_OPTIONAL, "type of incident",
      "type|事件类型|案件类型|事件类别|警情类别|诉求类型|类型|类别|primarytype|incidenttype|type1|"
      "category|class" },
    { CG_FIELD_OCCURRED, "occurred", CG_VALUE_TIME, CG_REQUIRED,
      "when it happened; without zone: UTC+8",
      "occurred|occurredat|发生时间|案发时间|事发时间|datetime|发生日期|timestamp|time|date|when|时间|"
      "日期" },
    { CG_FIELD_REPORTED, "reported", CG_VALUE_TIME, CG_OPTIONAL, "when it was reported",
      "reported|reportedat|上报时间|报告时间|受理时间|来电时间|登记时间" },
    { CG_FIELD_SOURCE, "source", CG_VALUE_TEXT, CG_OPTIONAL, "hotline, police, patrol, ...",
      "source|来源|事件来源|数据来源|渠道" },
    { CG_FIELD_REVISION, "revision", CG_VALUE_COUNT, CG_OPTIONAL, "revision of the source's record",
      "revision|修订|版本|版本号" },
    { CG_FIELD_WITHDRAWN, "withdrawn", CG_VALUE_FLAG, CG_OPTIONAL,
      "yes: this revision takes the incident back; the rest of the row may be empty",
      "withdrawn|撤销|是否撤销|已撤销|作废|是否作废|撤单" },
    { CG_FIELD_STATE, "state", CG_VALUE_TEXT, CG_OPTIONAL, "handling state",
      "state|status|处理状态|办理状态|状态" },
    { CG_FIELD_WEIGHT, "weight", CG_VALUE_NUMBER, CG_OPTIONAL, "weight in a heat map, from 0",
      "weight|权重" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField camera_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_REQUIRED, "device id, unique",
      "deviceid|设备编码|设备编号|国标编码|摄像机编码|点位编码|编码|编号|cameraid|osmid|id" },
    PLACE_FIELDS,
    { CG_FIELD_TYPE, "type", CG_VALUE_TEXT, CG_OPTIONAL, "class A, B, C or checkpoint",
      "class|摄像机类别|点位类别|点位类型|设备类型|类别|级别|类型|type|manmade" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_OPTIONAL, "name of the point",
      "name|设备名称|点位名称|摄像机名称|名称|description" },
    { CG_FIELD_BEARING, "bearing", CG_VALUE_NUMBER, CG_OPTIONAL, "degrees from north, clockwise",
      "bearing|方位角|朝向|方向角|azimuth|direction" },
    { CG_FIELD_FOV, "fov", CG_VALUE_NUMBER, CG_OPTIONAL, "opening angle, degrees",
      "fov|视场角|视角|水平视场角" },
    { CG_FIELD_RANGE, "range", CG_VALUE_NUMBER, CG_OPTIONAL, "reach, metres",
      "range|可视距离|监控距离|视距|rangem" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField service_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL, "key, unique; made up when there is none",
      "serviceid|编码|编号|代码|code|osmid|id" },
    PLACE_FIELDS,
    { CG_FIELD_TYPE, "type", CG_VALUE_TEXT, CG_OPTIONAL, "kind of service",
      "kind|类型|类别|type|amenity|category" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_OPTIONAL, "name", "name|名称|机构名称|站点名称" },
    { CG_FIELD_WEIGHT, "weight", CG_VALUE_NUMBER, CG_OPTIONAL, "capacity",
      "weight|capacity|容量|床位" },
    SHAPE_FIELD,
    { 0 },
};

/* Analysts' files: only a place is needed. */
static const CgField point_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL, "key; the row number when there is none",
      "id|编号|编码|code|事件编号|设备编码|incidentid|deviceid|osmid" },
    PLACE_FIELDS,
    { CG_FIELD_TYPE, "type", CG_VALUE_TEXT, CG_OPTIONAL, "type",
      "type|事件类型|类型|类别|primarytype|incidenttype|type1|category|class" },
    { CG_FIELD_OCCURRED, "occurred", CG_VALUE_TIME, CG_OPTIONAL, "when it happened",
      "occurred|occurredat|发生时间|案发时间|事发时间|datetime|发生日期|timestamp|time|date|when|时间|"
      "日期" },
    /* Only where it is asked for: an event must not count five times because of a column's name. */
    { CG_FIELD_WEIGHT, "weight", CG_VALUE_NUMBER, CG_OPTIONAL, "weight, from 0", "" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField area_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL,
      "key of the area; the feature number when there is none",
      "gridid|code|unitid|网格编码|单元编码|编码|编号|codebase|geoid|geoid20|id" },
    { CG_FIELD_VALUE, "value", CG_VALUE_NUMBER, CG_OPTIONAL, "the figure that is asked for", "" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField boundary_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL,
      "code of the community; the feature number when there is none",
      "gridid|code|unitid|网格编码|单元编码|编码|编号|codebase|geoid|geoid20|id" },
    { CG_FIELD_VALUE, "value", CG_VALUE_NUMBER, CG_OPTIONAL, "households that are known", "" },
    { CG_FIELD_URBAN, "urban", CG_VALUE_TEXT, CG_OPTIONAL,
      "urban or rural; else from the name, else from the code",
      "urban|城乡|城乡分类|城乡分类代码|城乡属性|urbanrural" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_OPTIONAL, "name",
      "regionname|名称|区域名称|区划名称|社区名称|村居名称|name" },
    SHAPE_FIELD,
    { 0 },
};

static const CgField building_fields[] = {
    { CG_FIELD_ID, "id", CG_VALUE_TEXT, CG_OPTIONAL,
      "key; rows of one key that touch are one building; the row number when there is none",
      "buildingid|楼栋编码|楼栋编号|建筑编码|编码|编号|code|osmid|osmwayid|id" },
    { CG_FIELD_HOUSEHOLDS, "households", CG_VALUE_NUMBER, CG_OPTIONAL,
      "households; estimated from floor area when there is no such column",
      "households|户数|住户数|总户数|household|hh" },
    { CG_FIELD_POPULATION, "population", CG_VALUE_NUMBER, CG_OPTIONAL, "people",
      "population|人口|人口数|总人口|pop" },
    { CG_FIELD_LEVELS, "levels", CG_VALUE_NUMBER, CG_OPTIONAL, "storeys above the ground",
      "levels|buildinglevels|层数|楼层|楼层数|地上层数|floors|storeys" },
    { CG_FIELD_HEIGHT, "height", CG_VALUE_NUMBER, CG_OPTIONAL, "metres, where levels are not known",
      "height|高度|楼高|建筑高度" },
    { CG_FIELD_BASE_LEVEL, "base_level", CG_VALUE_NUMBER, CG_OPTIONAL,
      "storeys below a part of a building that begins above the ground",
      "baselevel|minlevel|buildingminlevel|起始层" },
    { CG_FIELD_BASE_HEIGHT, "base_height", CG_VALUE_NUMBER, CG_OPTIONAL,
      "metres of such a part above the ground", "baseheight|minheight|底部高度" },
    { CG_FIELD_BUILDING, "use", CG_VALUE_TEXT, CG_OPTIONAL,
      "what it is: garages, barns, schools, factories, ... are no dwellings",
      "building|用途|建筑用途|使用性质|use|usage|buildinguse|buildingtype|kinddetail" },
    { CG_FIELD_NAME, "name", CG_VALUE_TEXT, CG_OPTIONAL,
      "of the building: banks, schools, hotels, ... are no dwellings; read where the use is not given",
      "buildingname|建筑名称|楼名|名称|name" },
    { CG_FIELD_PART, "part", CG_VALUE_TEXT, CG_OPTIONAL,
      "building_part, or yes: a piece of the building around it, of whose use it is",
      "buildingpart|part|kind" },
    { CG_FIELD_COMPOUND, "compound", CG_VALUE_TEXT, CG_OPTIONAL,
      "housing estate that should stay together",
      "compound|小区编码|小区|小区名称|住宅小区|estate|compoundcode|community" },
    { CG_FIELD_GROUP, "group", CG_VALUE_TEXT, CG_OPTIONAL, "villager group",
      "group|村民小组|小组|村组|村民组|villagergroup|groupname|groupid" },
    { CG_FIELD_TAGS, "tags", CG_VALUE_TAGS, CG_OPTIONAL, "other tags of OpenStreetMap",
      "othertags" },
    SHAPE_FIELD,
    { 0 },
};

static const CgFieldTable tables[] = {
    { "units", unit_fields },         { "regions", region_fields },
    { "compounds", compound_fields }, { "barriers", barrier_fields },
    { "groups", group_fields },       { "boundary", boundary_fields },
    { "incidents", incident_fields }, { "cameras", camera_fields },
    { "services", service_fields },   { "points", point_fields },
    { "areas", area_fields },         { "buildings", building_fields },
};

const CgFieldTable *
cg_fields_of (const char *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        if (strcmp (tables[i].kind, kind) == 0)
            return &tables[i];
    return NULL;
}

char *
cg_field_key (const char *header)
{
    static const char *const open[] = { "(", "[", "（", "【" };
    g_autofree char *folded = g_utf8_casefold (header, -1);
    gsize length = strlen (folded);
    for (guint i = 0; i < G_N_ELEMENTS (open); i++) {
        const char *bracket = strstr (folded, open[i]);
        if (bracket != NULL && bracket > folded)
            length = MIN (length, (gsize) (bracket - folded));
    }
    GString *key = g_string_sized_new (length);
    for (gsize i = 0; i < length; i++)
        if (strchr (" _-.:：\t\r\n", folded[i]) == NULL || (guchar) folded[i] >= 0x80)
            g_string_append_c (key, folded[i]);
    return g_string_free (key, FALSE);
}

gboolean
cg_field_matches (const char *synonyms, const char *key, guint *out_rank)
{
    gsize length = strlen (key);
    guint rank = 0;
    for (const char *at = synonyms; at != NULL && *at != '\0'; rank++) {
        const char *end = strchr (at, '|');
        gsize size = end != NULL ? (gsize) (end - at) : strlen (at);
        if (size == length && strncmp (at, key, size) == 0) {
            if (out_rank != NULL)
                *out_rank = rank;
            return TRUE;
        }
        at = end != NULL ? end + 1 : NULL;
    }
    return FALSE;
}

char *
cg_tags_find (const char *tags, const char *key)
{
    g_autofree char *start = g_strdup_printf ("\"%s\"=>\"", key);
    const char *at = tags != NULL ? strstr (tags, start) : NULL;
    if (at == NULL || (at > tags && at[-1] != ','))
        return NULL;
    at += strlen (start);
    gsize length = 0;
    while (at[length] != '\0' && at[length] != '"')
        length += at[length] == '\\' && at[length + 1] != '\0' ? 2 : 1;
    return g_strndup (at, length);
}

char *
cg_import_describe_fields (const char *kind)
{
    const CgFieldTable *table = cg_fields_of (kind);
    if (table == NULL)
        return g_strdup ("");
    GString *out = g_string_new (NULL);
    for (const CgField *field = table->fields; field->name != NULL; field++) {
        g_autofree char *names = g_strdelimit (g_strdup (field->synonyms), "|", ' ');
        g_string_append_printf (out, "  %-11s %s%s\n", field->name, field->title,
                                field->need == CG_REQUIRED ? " (needed)" : "");
        if (names[0] != '\0')
            g_string_append_printf (out, "              columns: %s\n", names);
    }
    return g_string_free (out, FALSE);
}

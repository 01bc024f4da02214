#include "http/openapi_words.h"

#include <string.h>

#define TEXT "{\"type\":\"string\"}"
#define WHOLE(low, high) "{\"type\":\"integer\",\"minimum\":" #low ",\"maximum\":" #high "}"

const HttpWord http_parameters[] = {
    { "f", "format of the reply, before Accept",
      "{\"type\":\"string\",\"enum\":[\"json\",\"html\"]}", TRUE },
    { "limit", "features on a page; more than the maximum is taken as the maximum",
      "{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000,\"default\":100}", TRUE },
    { "bbox",
      "features with a point in the box: west, south, east, north; or as bbox-crs has its axes",
      "{\"type\":\"array\",\"minItems\":4,\"maxItems\":6,\"items\":{\"type\":\"number\"}}", TRUE },
    { "bbox-crs", "coordinate system of bbox, one of the collection's crs",
      "{\"type\":\"string\",\"format\":\"uri\"}", TRUE },
    { "crs", "coordinate system of the reply, one of the collection's crs",
      "{\"type\":\"string\",\"format\":\"uri\"}", TRUE },
    { "datetime", "a time or FROM/TO, both within; .. is open", TEXT, TRUE },
    { "after", "id of the feature behind which the page begins; as next and prev links have it",
      TEXT, TRUE },
    { "w", "width, pixels", WHOLE (16, 16384), FALSE },
    { "h", "height, pixels", WHOLE (16, 16384), FALSE },
    { "screen", "height of the whole wall, which text sizes follow", WHOLE (1, 1000000), FALSE },
    { "format", "of the file",
      "{\"type\":\"string\",\"enum\":[\"png\",\"svg\",\"pdf\",\"json\",\"xlsx\",\"csv\",\"gpkg\","
      "\"tif\"]}",
      FALSE },
    { "at",
      "with format=json: x,y in metres of the county's coordinate system: the grid that holds the "
      "point and the "
      "density there",
      TEXT, FALSE },
    { "theme", "dark for walls, light for paper",
      "{\"type\":\"string\",\"enum\":[\"dark\",\"light\"]}", FALSE },
    { "measure", "the number shown, a name of /api/pictures", TEXT, FALSE },
    { "period",
      "of pictures: days to today, or first and last day; of measures: day, week, month, "
      "year, all",
      TEXT, FALSE },
    { "breaks", "how classes are made, or their bounds", TEXT, FALSE },
    { "classes", "number of classes", WHOLE (2, 9), FALSE },
    { "palette", "colours, a name of /api/pictures", TEXT, FALSE },
    { "lang", "of what a picture says; names of places stay as stored",
      "{\"type\":\"string\",\"enum\":[\"zh\",\"en\"]}", FALSE },
    { "names", "0: a map without names of places", WHOLE (0, 1), FALSE },
    { "hatch", "1: for copies without colour", WHOLE (0, 1), FALSE },
    { "page", "of a book, from 1", WHOLE (1, 1000000), FALSE },
    { "frame", "of a moving list, from 1", WHOLE (1, 1000000), FALSE },
    { "v",
      "data version that the picture shall be of, while the server keeps it (the present one and the one before); "
      "Data-Version of the reply says which it is of. Other texts only make a browser ask again",
      TEXT, FALSE },
    { "place", "code of a town, community or grid that is shown by itself", TEXT, FALSE },
    { "types", "types of incidents with those below them, commas between", TEXT, FALSE },
    { "sources", "texts, commas between: incidents whose source's name holds one of them", TEXT,
      FALSE },
    { "box",
      "x_min,y_min,x_max,y_max in metres of the county's coordinate system: the grids whose "
      "centroid "
      "lies in it",
      TEXT, FALSE },
    { "area",
      "an outline: POLYGON ((x y, x y, x y)) in metres of the county's coordinate system, or GeoJSON in longitude and "
      "latitude: the grids whose centroid lies in it",
      TEXT, FALSE },
    { "kernel", "of the density",
      "{\"type\":\"string\",\"enum\":[\"gaussian\",\"quartic\",\"epanechnikov\",\"triangular\","
      "\"uniform\"]}",
      FALSE },
    { "bandwidth", "of the density: metres from 10 to 50000, or auto", TEXT, FALSE },
    { "against",
      "a second period, to whose picture the scale fits as well, or from which a change is shown",
      TEXT, FALSE },
    { "mark", "code of one more place", TEXT, FALSE },
    { "scene", "name of a scene", TEXT, FALSE },
    { "level", "of places",
      "{\"type\":\"string\",\"enum\":[\"grid\",\"community\",\"town\",\"county\"]}", FALSE },
    { "last", "so many periods", WHOLE (1, 100000), FALSE },
    { "when", "FROM/TO: every period that these days touch", TEXT, FALSE },
    { "type", "one type of incident with those below it", TEXT, FALSE },
    { "plan", "number of a plan", WHOLE (0, 2147483647), FALSE },
    { "full", "of heat: incidents per km2 of the last colour", "{\"type\":\"number\"}", FALSE },
    { "grids", "as of which grids incidents are counted", TEXT, FALSE },
    { "last_event_id", "as Last-Event-ID: what came after it is told first", TEXT, FALSE },
    { NULL },
};

const HttpWord http_variables[] = {
    { "collectionId", "name of a collection", TEXT, FALSE },
    { "featureId", "id of a feature", TEXT, FALSE },
    { "name", "name of a picture, of /api/pictures", TEXT, FALSE },
    { "layer", "name of a layer, of /api/tiles", TEXT, FALSE },
    { "mark", "what a request for a picture had as its header X-Progress", TEXT, FALSE },
    { "style", "light or dark: what the colours stand out from", TEXT, FALSE },
    { "time", "current, a day, or FROM/TO with its slash as %2F", TEXT, FALSE },
    { "tileMatrixSet", "WebMercatorQuad", TEXT, FALSE },
    { "z", "zoom", WHOLE (0, 22), FALSE },
    { "x", "column from the west", WHOLE (0, 4194303), FALSE },
    { "y", "row from the north", WHOLE (0, 4194303), FALSE },
    { NULL },
};

const HttpWord *
http_word_find (const HttpWord *words, const char *name)
{
    for (; words->name != NULL; words++)
        if (strcmp (words->name, name) == 0)
            return words;
    return NULL;
}

const char *
http_schema_of (const char *pattern)
{
    static const char *const schemas[][2] = {
        { "/api", "landingPage" },
        { "/api/conformance", "conformance" },
        { "/api/collections", "collections" },
        { "/api/collections/{collectionId}", "collection" },
        { "/api/collections/{collectionId}/items/{featureId}", "anyFeature" },
        { "/api/tiles/{layer}/tilejson.json", "tileJson" },
        { "/api/tiles", "tileLayers" },
        { "/api/tiles/{layer}/legend.json", "tileLegend" },
        { "/api/pictures", "pictures" },
        { "/api/measures", "measures" },
        { "/api/analyses/{mark}", "analysis" },
        { "/api/incidents", "stored" },
        { "/healthz", "health" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
        if (strcmp (schemas[i][0], pattern) == 0)
            return schemas[i][1];
    return NULL;
}

const char http_openapi_head[] =
    "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"countygrid\",\"version\":\"\",\"description\":"
    "\"Grids, places, incidents, tiles and pictures of a county. Every GET is answered to HEAD as "
    "well, every 200 has an ETag that If-None-Match asks by.\",\"contact\":{\"name\":\"whoever runs "
    "this server\"},\"license\":{\"name\":\"Apache-2.0\",\"url\":"
    "\"https://www.apache.org/licenses/LICENSE-2.0\"}},\"security\":[],\"tags\":["
    "{\"name\":\"features\",\"description\":\"OGC API Features\"},"
    "{\"name\":\"operation\",\"description\":\"for whoever runs the server\"},"
    "{\"name\":\"screens\",\"description\":\"figures, pictures and events\"},"
    "{\"name\":\"tiles\",\"description\":\"tiles of web maps\"}]}";

/* Shapes that no table holds. */
const char http_openapi_components[] =
    "{\"responses\":{\"problem\":{\"description\":\"what is wrong (RFC 9457)\",\"content\":{"
    "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}},"
    "\"schemas\":{"
    "\"problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"code\","
    "\"detail\"],\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"status\":{\"type\":\"integer\"},\"code\":{\"type\":\"string\"},\"detail\":{\"type\":"
    "\"string\"},\"faults\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
    "\"item\",\"code\",\"detail\"]}},\"data_version\":{\"type\":\"integer\"},\"counts\":{\"$ref\":"
    "\"#/components/schemas/counts\"},\"incidents\":{\"$ref\":\"#/components/schemas/taken\"}}},"
    "\"link\":{\"type\":\"object\",\"required\":[\"href\",\"rel\"],\"properties\":{\"href\":{"
    "\"type\":\"string\"},\"rel\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},\"title\":{"
    "\"type\":\"string\"}}},"
    "\"links\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/link\"}},"
    "\"landingPage\":{\"type\":\"object\",\"required\":[\"title\",\"links\"],\"properties\":{"
    "\"title\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},\"links\":{\"$ref\":"
    "\"#/components/schemas/links\"}}},"
    "\"conformance\":{\"type\":\"object\",\"required\":[\"conformsTo\"],\"properties\":{"
    "\"conformsTo\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
    "\"extent\":{\"type\":\"object\",\"properties\":{\"spatial\":{\"type\":\"object\",\"required\":["
    "\"bbox\"],\"properties\":{\"bbox\":{\"type\":\"array\",\"items\":{\"type\":\"array\","
    "\"minItems\":4,\"maxItems\":4,\"items\":{\"type\":\"number\"}}},\"crs\":{\"type\":\"string\"}}},"
    "\"temporal\":{\"type\":\"object\",\"properties\":{\"interval\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"string\"}}},\"trs\":{\"type\":\"string\"}}}}},"
    "\"collection\":{\"type\":\"object\",\"required\":[\"id\",\"links\",\"crs\",\"storageCrs\"],"
    "\"properties\":{\"id\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"description\":{"
    "\"type\":\"string\"},\"links\":{\"$ref\":\"#/components/schemas/links\"},\"extent\":{\"$ref\":"
    "\"#/components/schemas/extent\"},\"itemType\":{\"type\":\"string\"},\"crs\":{\"type\":"
    "\"array\",\"items\":{\"type\":\"string\"}},\"storageCrs\":{\"type\":\"string\"}}},"
    "\"collections\":{\"type\":\"object\",\"required\":[\"links\",\"collections\"],\"properties\":{"
    "\"links\":{\"$ref\":\"#/components/schemas/links\"},\"collections\":{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#/components/schemas/collection\"}}}},"
    "\"geometry\":{\"type\":\"object\",\"nullable\":true,\"required\":[\"type\",\"coordinates\"],"
    "\"properties\":{\"type\":{\"type\":\"string\",\"enum\":[\"Point\",\"MultiLineString\","
    "\"MultiPolygon\"]},\"coordinates\":{\"type\":\"array\",\"items\":{}}}},"
    "\"tileJson\":{\"type\":\"object\",\"required\":[\"tilejson\",\"tiles\"],\"properties\":{"
    "\"tilejson\":{\"type\":\"string\"},\"tiles\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"string\"}},\"minzoom\":{\"type\":\"integer\"},\"maxzoom\":{\"type\":\"integer\"},\"bounds\":{"
    "\"type\":\"array\",\"minItems\":4,\"maxItems\":4,\"items\":{\"type\":\"number\"}}}},"
    "\"tileLayers\":{\"type\":\"object\",\"required\":[\"layers\"],\"properties\":{\"layers\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"title\",\"format\","
    "\"tilejson\"],\"properties\":{\"name\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"format\":{\"type\":\"string\",\"enum\":[\"png\",\"mvt\"]},\"tilejson\":{\"type\":\"string\"},"
    "\"legend\":{\"type\":\"string\"},\"unit\":{\"type\":\"string\"}}}}}},"
    "\"tileLegend\":{\"type\":\"object\",\"required\":[\"layer\",\"title\",\"unit\"],\"properties\":{"
    "\"layer\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"unit\":{\"type\":\"string\"},"
    "\"classes\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},\"stops\":{\"type\":"
    "\"array\",\"items\":{\"type\":\"object\"}}}},"
    "\"named\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\","
    "\"title\"],\"properties\":{\"name\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"}}}},"
    "\"pictures\":{\"type\":\"object\",\"required\":[\"pictures\",\"measures\",\"themes\"],"
    "\"properties\":{\"pictures\":{\"$ref\":\"#/components/schemas/named\"},\"measures\":{\"$ref\":"
    "\"#/components/schemas/named\"},\"themes\":{\"$ref\":\"#/components/schemas/named\"}}},"
    "\"measures\":{\"type\":\"object\",\"required\":[\"level\",\"period\",\"data_version\",\"rows\"],"
    "\"properties\":{\"level\":{\"type\":\"string\"},\"period\":{\"type\":\"string\"},"
    "\"data_version\":{\"type\":\"integer\"},\"rows\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\"}},\"coverage\":{\"type\":\"object\",\"required\":[\"state\",\"data_version\"],\"properties\":"
    "{\"state\":{\"type\":\"string\",\"enum\":[\"none\",\"fresh\",\"stale\",\"failed\"]},\"data_version\":{"
    "\"type\":\"integer\"}}}}},"
    "\"analysis\":{\"type\":\"object\",\"required\":[\"state\"],"
    "\"properties\":{\"state\":{\"type\":\"string\",\"enum\":[\"none\",\"waiting\",\"running\"]},"
    "\"seconds\":{\"type\":\"number\"},\"limit_s\":{\"type\":\"number\"},\"ahead\":{\"type\":"
    "\"integer\"},\"of\":{\"type\":\"string\"},\"done\":{\"type\":\"number\"}}},"
    "\"health\":{\"type\":\"object\",\"required\":[\"ok\",\"version\",\"data_version\"],"
    "\"properties\":{\"ok\":{\"type\":\"boolean\"},\"version\":{\"type\":\"string\"},"
    "\"data_version\":{\"type\":\"integer\"}}},"
    "\"incident\":{\"type\":\"object\",\"anyOf\":[{\"required\":[\"id\",\"occurred\"]},{\"required\":["
    "\"id\",\"withdrawn\"],\"properties\":{\"withdrawn\":{\"enum\":[true]}}}],\"properties\":{\"id\":{"
    "\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]},\"source\":{\"type\":\"string\"},"
    "\"type\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"},\"revision\":{\"type\":"
    "\"integer\"},\"occurred\":{\"type\":\"string\"},\"reported\":{\"type\":\"string\"},\"lon\":{"
    "\"type\":\"number\"},\"lat\":{\"type\":\"number\"},\"x\":{\"type\":\"number\"},\"y\":{\"type\":"
    "\"number\"},\"crs\":{\"type\":\"string\"},\"weight\":{\"type\":\"number\"},\"withdrawn\":{\"type\":"
    "\"boolean\"}},"
    "\"additionalProperties\":false},"
    "\"alarm\":{\"type\":\"object\",\"required\":[\"alarm\"],\"properties\":{\"alarm\":{\"type\":\"string\","
    "\"maxLength\":300},\"screen\":{\"type\":\"string\",\"maxLength\":80}}},"
    "\"counts\":{\"type\":\"object\",\"required\":[\"new\",\"revised\",\"withdrawn\",\"outdated\","
    "\"repeated\",\"conflict\"],\"additionalProperties\":{\"type\":\"integer\",\"minimum\":0}},"
    "\"taken\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"item\",\"id\","
    "\"revision\",\"status\"],\"properties\":{\"item\":{\"type\":\"integer\"},\"id\":{\"type\":"
    "\"string\"},\"source\":{\"type\":\"string\",\"nullable\":true},\"revision\":{\"type\":\"integer\"},"
    "\"status\":{\"type\":\"string\",\"enum\":[\"new\",\"revised\",\"withdrawn\",\"outdated\","
    "\"repeated\",\"conflict\"]},\"seq\":{\"type\":\"integer\",\"nullable\":true},\"grid\":{\"type\":"
    "\"string\",\"nullable\":true}}}},"
    "\"stored\":{\"type\":\"object\",\"required\":[\"data_version\",\"counts\",\"incidents\"],"
    "\"properties\":{\"data_version\":{\"type\":\"integer\"},\"counts\":{\"$ref\":"
    "\"#/components/schemas/counts\"},\"incidents\":{\"$ref\":\"#/components/schemas/taken\"}}},"
    "\"delivery\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/incident\"},{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#/components/schemas/incident\"}},{\"type\":\"object\",\"required\":["
    "\"incidents\"],\"properties\":{\"incidents\":{\"type\":\"array\",\"items\":{\"$ref\":"
    "\"#/components/schemas/incident\"}}}}]}}}";

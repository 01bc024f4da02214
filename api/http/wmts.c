/* Maps of pictures by OGC WMTS 1.0.0 (07-057r7): /wmts by key and value, /wmts/1.0.0/... by path.
 */
#include "app/clock.h"
#include "base/error.h"
#include "http/items.h"
#include "http/tiles.h"

#include <math.h>
#include <string.h>

#define SET "WebMercatorQuad"
#define CURRENT "current"         /* the usual days, which move on */
#define HALF "20037508.3427892"   /* of the square of EPSG:3857, metres */
#define SCALE_0 559082264.0287178 /* denominator of zoom 0 at 0.28 mm a pixel */

static const char *const styles[][2] = { { "light", "浅色底图" }, { "dark", "深色底图" } };

/* ---- exceptions (OWS 1.1.0, 06-121r3, clause 8) ------------------------------------------------
 */

static gboolean
reply_exception (HttpReply *reply, guint status, const char *code, const char *locator,
                 const char *text)
{
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    g_string_append_printf (
        xml,
        "<ExceptionReport xmlns=\"http://www.opengis.net/ows/1.1\" version=\"1.1.0\">"
        "<Exception exceptionCode=\"%s\"",
        code);
    if (locator != NULL)
        g_string_append_printf (xml, " locator=\"%s\"", locator);
    g_string_append_printf (
        xml, "><ExceptionText>%s</ExceptionText></Exception></ExceptionReport>\n", escaped);
    http_reply_text (reply, "application/xml", xml);
    reply->status = status;
    return TRUE;
}

/* TRUE: told in the way of WMTS. What is no fault of the request stays an error. locator NULL: of a
 * tile. */
static gboolean
tell (HttpReply *reply, const char *locator, GError **inout_error)
{
    const GError *error = *inout_error;
    gboolean missing = error->code == CG_ERROR_NOT_FOUND;
    if (!missing && error->code != CG_ERROR_ARGUMENT)
        return FALSE;
    const char *code = missing && locator == NULL ? "TileOutOfRange" : "InvalidParameterValue";
    reply_exception (reply, missing ? 404 : 400, code, locator, error->message);
    g_clear_error (inout_error);
    return TRUE;
}

/* ---- capabilities ---------------------------------------------------------------------------- */

static void
put (GString *xml, const char *element, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    g_string_append_printf (xml, "<%s>%s</%s>", element, escaped, element);
}

static void
put_operation (GString *xml, const char *name, const char *base)
{
    g_string_append_printf (
        xml,
        "<ows:Operation name=\"%s\"><ows:DCP><ows:HTTP><ows:Get xlink:href=\"%s/wmts?\">"
        "<ows:Constraint name=\"GetEncoding\"><ows:AllowedValues><ows:Value>KVP</ows:Value>"
        "</ows:AllowedValues></ows:Constraint></ows:Get></ows:HTTP></ows:DCP></ows:Operation>\n",
        name, base);
}

static void
put_service (GString *xml, const char *county, const char *base)
{
    g_autofree char *title = g_strconcat (county, county[0] != '\0' ? " " : "", "countygrid", NULL);
    g_string_append (
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Capabilities version=\"1.0.0\" "
        "xmlns=\"http://www.opengis.net/wmts/1.0\" xmlns:ows=\"http://www.opengis.net/ows/1.1\" "
        "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
        "xsi:schemaLocation=\"http://www.opengis.net/wmts/1.0 "
        "http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd\">\n"
        "<ows:ServiceIdentification>");
    put (xml, "ows:Title", title);
    g_string_append (xml, "<ows:ServiceType>OGC WMTS</ows:ServiceType>"
                          "<ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion>"
                          "</ows:ServiceIdentification>\n<ows:OperationsMetadata>\n");
    put_operation (xml, "GetCapabilities", base);
    put_operation (xml, "GetTile", base);
    g_string_append (xml, "</ows:OperationsMetadata>\n");
}

/* first_day NULL: there are no incidents. */
static void
put_layer (GString *xml, const CgTileLayer *layer, const char *base, const CgBox *box,
           const char *first_day, const char *last_day)
{
    gboolean timed = layer->events && first_day != NULL;
    g_string_append (xml, "<Layer>");
    g_autofree char *title = g_strdup_printf ("%s (%s)", layer->title, layer->unit);
    put (xml, "ows:Title", title);
    if (!cg_box_is_empty (box))
        g_string_append_printf (
            xml,
            "<ows:WGS84BoundingBox><ows:LowerCorner>%.7f %.7f</ows:LowerCorner>"
            "<ows:UpperCorner>%.7f %.7f</ows:UpperCorner></ows:WGS84BoundingBox>",
            box->x_min, box->y_min, box->x_max, box->y_max);
    put (xml, "ows:Identifier", layer->name);
    for (guint s = 0; s < G_N_ELEMENTS (styles); s++) {
        g_string_append_printf (xml, "<Style isDefault=\"%s\">", s == 0 ? "true" : "false");
        put (xml, "ows:Title", styles[s][1]);
        put (xml, "ows:Identifier", styles[s][0]);
        g_string_append_printf (xml,
                                "<LegendURL format=\"image/png\" "
                                "xlink:href=\"%s/api/tiles/%s/legend.png?theme=%s\"/></Style>",
                                base, layer->name, styles[s][0]);
    }
    g_string_append (xml, "<Format>image/png</Format>");
    if (timed)
        g_string_append_printf (xml,
                                "<Dimension><ows:Identifier>Time</ows:Identifier><Default>" CURRENT
                                "</Default><Current>true</Current><Value>" CURRENT
                                "</Value><Value>%s/%s/P1D</Value></Dimension>",
                                first_day, last_day);
    g_string_append_printf (
        xml,
        "<TileMatrixSetLink><TileMatrixSet>" SET "</TileMatrixSet></TileMatrixSetLink>"
        "<ResourceURL format=\"image/png\" resourceType=\"tile\" template=\"%s/wmts/1.0.0/%s/"
        "{Style}/%s" SET "/{TileMatrix}/{TileRow}/{TileCol}.png\"/></Layer>\n",
        base, layer->name, timed ? "{Time}/" : "");
}

static void
put_matrices (GString *xml)
{
    g_string_append (xml, "<TileMatrixSet><ows:Identifier>" SET "</ows:Identifier>"
                          "<ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>\n");
    for (guint z = 0; z <= CG_TILE_MAX_ZOOM; z++) {
        char scale[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd (scale, sizeof scale, "%.10f", ldexp (SCALE_0, -(int) z));
        g_string_append_printf (xml,
                                "<TileMatrix><ows:Identifier>%u</ows:Identifier>"
                                "<ScaleDenominator>%s</ScaleDenominator>"
                                "<TopLeftCorner>-" HALF " " HALF "</TopLeftCorner>"
                                "<TileWidth>%u</TileWidth><TileHeight>%u</TileHeight>"
                                "<MatrixWidth>%u</MatrixWidth><MatrixHeight>%u</MatrixHeight>"
                                "</TileMatrix>\n",
                                z, scale, CG_TILE_SIZE, CG_TILE_SIZE, 1u << z, 1u << z);
    }
    g_string_append (xml, "</TileMatrixSet>\n");
}

static gboolean
find_days (HttpContext *context, char **out_first, char **out_last, GError **error)
{
    gint64 first_s, last_s;
    if (context->features == NULL)
        return TRUE;
    g_autoptr (CgFeatureTable) table = http_find_collection (context, "incidents", error);
    if (table == NULL)
        return FALSE;
    if (cg_feature_table_times (table, &first_s, &last_s)) {
        *out_first = cg_app_local_text (first_s, "%Y-%m-%d");
        *out_last = cg_app_local_text (last_s, "%Y-%m-%d");
    }
    return TRUE;
}

static gboolean
get_capabilities (HttpContext *context, const HttpRequest *request, const char *const *names,
                  HttpReply *reply, GError **error)
{
    g_auto (HttpTileMap) asked = { 0 };
    g_autofree char *base = http_request_base (request), *first = NULL, *last = NULL;
    if (!http_tile_map_begin (context, "heat", &asked, error) ||
        !find_days (context, &first, &last, error))
        return FALSE;
    g_autoptr (CgTileMap) map = http_tile_map_get (context, &asked, error);
    if (map == NULL)
        return FALSE;
    CgBox box = cg_tile_map_extent (map);
    GString *xml = g_string_new (NULL);
    put_service (xml, cg_screen_county_name (asked.screen), base);
    g_string_append (xml, "<Contents>\n");
    for (guint i = 0; i < cg_tile_layer_count (); i++) {
        CgTileLayer layer;
        cg_tile_layer_at (i, &layer);
        put_layer (xml, &layer, base, &box, first, last);
    }
    put_matrices (xml);
    g_string_append_printf (
        xml,
        "</Contents>\n<ServiceMetadataURL "
        "xlink:href=\"%s/wmts/1.0.0/WMTSCapabilities.xml\"/>\n</Capabilities>\n",
        base);
    http_reply_text (reply, "application/xml", xml);
    http_reply_vary (request, reply, cg_screen_stamp (asked.screen), FALSE);
    return TRUE;
}

/* ---- tiles -------------------------------------------------------------------------------------
 */

typedef struct {
    const char *layer, *style, *time, *set, *tile[3]; /* z, x, y */
} Wanted;

/* What is wrong goes to out_locator, the name of a parameter of WMTS. */
static gboolean
answer_tile (HttpContext *context, const Wanted *wanted, HttpReply *reply, const char **out_locator,
             GError **error)
{
    g_auto (HttpTileMap) map = { 0 };
    CgTile tile;
    *out_locator = NULL;
    if (!http_parse_tile (wanted->tile, &tile, error))
        return FALSE;
    *out_locator = "Layer";
    if (!http_tile_map_begin (context, wanted->layer, &map, error))
        return FALSE;
    *out_locator = "TileMatrixSet";
    if (strcmp (wanted->set, SET) != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "no set of tiles named '%.40s', only " SET,
                     wanted->set);
        return FALSE;
    }
    *out_locator = "Time";
    if (wanted->time != NULL && wanted->time[0] != '\0' && strcmp (wanted->time, CURRENT) != 0 &&
        !http_parse_datetime (wanted->time, &map.options.since_s, &map.options.until_s, error))
        return FALSE;
    *out_locator = "Style";
    if (wanted->style != NULL && wanted->style[0] != '\0' && strcmp (wanted->style, "default") != 0)
        map.options.theme = wanted->style;
    return http_tile_map_reply (context, &map, &tile, reply, error);
}

static gboolean
reply_tile (HttpContext *context, const Wanted *wanted, HttpReply *reply, GError **error)
{
    const char *locator = NULL;
    g_autoptr (GError) inner = NULL;
    if (answer_tile (context, wanted, reply, &locator, &inner) || tell (reply, locator, &inner))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&inner));
    return FALSE;
}

/* names: layer, style, [time,] set, z, y, x. */
static gboolean
get_by_path (HttpContext *context, const HttpRequest *request, const char *const *names,
             HttpReply *reply, GError **error)
{
    guint t = names[6] != NULL ? 1 : 0;
    const Wanted wanted = { .layer = names[0],
                            .style = names[1],
                            .time = t > 0 ? names[2] : NULL,
                            .set = names[2 + t],
                            .tile = { names[3 + t], names[5 + t], names[4 + t] } };
    return reply_tile (context, &wanted, reply, error);
}

/* Names of parameters are of any case; of two that read alike the first by the alphabet. */
static const char *
value_of (const HttpRequest *request, const char *name)
{
    GHashTableIter iter;
    gpointer key, value;
    const char *found = NULL, *which = NULL;
    g_hash_table_iter_init (&iter, request->query);
    while (g_hash_table_iter_next (&iter, &key, &value))
        if (g_ascii_strcasecmp (key, name) == 0 && (which == NULL || strcmp (key, which) < 0)) {
            which = key;
            found = value;
        }
    return found;
}

static gboolean
get_tile_by_key (HttpContext *context, const HttpRequest *request, HttpReply *reply, GError **error)
{
    static const char *const needed[] = { "Layer", "TileMatrixSet", "TileMatrix", "TileRow",
                                          "TileCol" };
    for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
        if (value_of (request, needed[i]) == NULL)
            return reply_exception (reply, 400, "MissingParameterValue", needed[i],
                                    "GetTile needs this parameter");
    const char *format = value_of (request, "Format");
    if (format != NULL && strcmp (format, "image/png") != 0)
        return reply_exception (reply, 400, "InvalidParameterValue", "Format",
                                "tiles are image/png");
    const Wanted wanted = { .layer = value_of (request, "Layer"),
                            .style = value_of (request, "Style"),
                            .time = value_of (request, "Time"),
                            .set = value_of (request, "TileMatrixSet"),
                            .tile = { value_of (request, "TileMatrix"),
                                      value_of (request, "TileCol"),
                                      value_of (request, "TileRow") } };
    return reply_tile (context, &wanted, reply, error);
}

static gboolean
get_by_key (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    const char *service = value_of (request, "Service"), *what = value_of (request, "Request");
    /* Whoever opens the bare address wants to know what is here. */
    if (g_hash_table_size (request->query) == 0)
        return get_capabilities (context, request, names, reply, error);
    if (service != NULL && g_ascii_strcasecmp (service, "WMTS") != 0)
        return reply_exception (reply, 400, "InvalidParameterValue", "Service", "only WMTS");
    if (what == NULL)
        return reply_exception (reply, 400, "MissingParameterValue", "Request",
                                "GetCapabilities or GetTile");
    if (g_ascii_strcasecmp (what, "GetCapabilities") == 0)
        return get_capabilities (context, request, names, reply, error);
    if (g_ascii_strcasecmp (what, "GetTile") == 0)
        return get_tile_by_key (context, request, reply, error);
    return reply_exception (reply, 501, "OperationNotSupported", "Request",
                            "GetCapabilities or GetTile");
}

const HttpRoute http_wmts_routes[] = {
    { "GET", "/wmts", HTTP_DRAWS, NULL, get_by_key,
      "OGC WMTS 1.0.0: GetCapabilities and GetTile by key and value", "application/xml image/png" },
    { "GET", "/wmts/1.0.0/WMTSCapabilities.xml", HTTP_DRAWS, NULL, get_capabilities,
      "what the WMTS has", "application/xml" },
    { "GET", "/wmts/1.0.0/{layer}/{style}/{tileMatrixSet}/{z}/{y}/{x}.png", HTTP_DRAWS, NULL,
      get_by_path, "a tile by the path of the WMTS", "image/png" },
    { "GET", "/wmts/1.0.0/{layer}/{style}/{time}/{tileMatrixSet}/{z}/{y}/{x}.png", HTTP_DRAWS, NULL,
      get_by_path, "a tile of a time by the path of the WMTS", "image/png" },
    { NULL },
};

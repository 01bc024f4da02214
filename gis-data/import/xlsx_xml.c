/* XML of a part, piece by piece. */
#include <expat.h>
#include <string.h>

#include "base/error.h"
#include "import/xlsx_internal.h"

#define MAX_DEPTH 64u
#define MAX_QUIET (1u << 20) /* a tag or remark of this length is read anew with each piece */

void
xml_fail (Xml *xml, int code, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    g_autofree char *text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    if (xml->error == NULL)
        g_set_error_literal (&xml->error, CG_ERROR, code, text);
    XML_StopParser (xml->parser, XML_FALSE);
}

const char *
xml_find (const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2) {
        const char *colon = strrchr (attributes[0], ':');
        if (strcmp (colon != NULL ? colon + 1 : attributes[0], name) == 0)
            return attributes[1];
    }
    return NULL;
}

static const char *
bare (const char *name)
{
    const char *colon = strrchr (name, ':');
    return colon != NULL ? colon + 1 : name;
}

static void
on_start (void *data, const char *name, const char **attributes)
{
    Xml *xml = data;
    xml->quiet = 0;
    if (++xml->depth > MAX_DEPTH)
        xml_fail (xml, CG_ERROR_LIMIT, "its XML nests deeper than 64 levels");
    else if (xml->error == NULL && !xml->stop)
        xml->handlers->start (xml, bare (name), attributes);
    if (xml->stop)
        XML_StopParser (xml->parser, XML_FALSE);
}

static void
on_end (void *data, const char *name)
{
    Xml *xml = data;
    xml->quiet = 0;
    xml->depth--;
    if (xml->error == NULL && !xml->stop)
        xml->handlers->end (xml, bare (name));
    if (xml->stop)
        XML_StopParser (xml->parser, XML_FALSE);
}

static void
on_text (void *data, const char *bytes, int length)
{
    Xml *xml = data;
    xml->quiet = 0;
    if (xml->handlers->text != NULL && xml->error == NULL && !xml->stop)
        xml->handlers->text (xml, bytes, (gsize) length);
}

/* Spreadsheets have none; entities are declared in them. */
static void
on_document_type (void *data, const char *name, const char *system, const char *public, int internal)
{
    xml_fail (data, CG_ERROR_INPUT, "its XML declares a document type, which no spreadsheet does");
}

static gboolean
feed (const char *bytes, gsize length, gpointer user_data)
{
    Xml *xml = user_data;
    xml->quiet += length;
    if (XML_Parse (xml->parser, bytes, (int) length, FALSE) != XML_STATUS_OK && xml->error == NULL && !xml->stop)
        xml_fail (xml, CG_ERROR_INPUT, "its XML is damaged: %s", XML_ErrorString (XML_GetErrorCode (xml->parser)));
    if (xml->quiet > MAX_QUIET)
        xml_fail (xml, CG_ERROR_LIMIT, "its XML holds a tag or a remark of more than 1 MB");
    return xml->error == NULL && !xml->stop;
}

gboolean
xml_read (const CgZip *zip, const char *name, guint64 most, const XmlHandlers *handlers, gpointer user_data,
          GError **error)
{
    XML_Parser parser = XML_ParserCreate (NULL);
    if (parser == NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_LIMIT, "no memory to read its XML");
        return FALSE;
    }
    Xml xml = { .handlers = handlers, .user_data = user_data, .parser = parser };
    XML_SetUserData (parser, &xml);
    XML_SetElementHandler (parser, on_start, on_end);
    XML_SetCharacterDataHandler (parser, on_text);
    XML_SetStartDoctypeDeclHandler (parser, on_document_type);
    gboolean good = cg_zip_read (zip, name, most, feed, &xml, error);
    if (good && xml.error == NULL && !xml.stop && XML_Parse (parser, "", 0, TRUE) != XML_STATUS_OK && xml.error == NULL)
        xml_fail (&xml, CG_ERROR_INPUT, "its XML is damaged: %s", XML_ErrorString (XML_GetErrorCode (parser)));
    XML_ParserFree (parser);
    if (xml.error == NULL)
        return good;
    if (good)
        g_propagate_error (error, xml.error);
    else
        g_error_free (xml.error);
    return FALSE;
}

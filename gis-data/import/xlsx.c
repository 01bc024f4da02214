/* The parts of a spreadsheet: sheets, formats, shared texts. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "import/xlsx_internal.h"

#define MAX_HEAD_BYTES (16u << 20) /* of the parts that say where the others are */
#define MAX_STYLE_BYTES (64u << 20)
#define MAX_SHEETS 1000u
#define MAX_FORMATS 65536u
#define MAX_TEXTS 8000000u

static void
sheet_free (gpointer data)
{
    Sheet *sheet = data;
    g_free (sheet->name);
    g_free (sheet->part);
    g_free (sheet);
}

void
cg_xlsx_free (CgXlsx *xlsx)
{
    if (xlsx == NULL)
        return;
    g_clear_pointer (&xlsx->formats, g_array_unref);
    g_clear_pointer (&xlsx->first, g_array_unref);
    if (xlsx->texts != NULL)
        g_string_free (xlsx->texts, TRUE);
    g_ptr_array_unref (xlsx->sheets);
    g_free (xlsx->strings_part);
    g_free (xlsx->styles_part);
    cg_zip_free (xlsx->zip);
    g_free (xlsx);
}

guint
cg_xlsx_count (const CgXlsx *xlsx)
{
    return xlsx->sheets->len;
}

const char *
cg_xlsx_name (const CgXlsx *xlsx, guint sheet)
{
    return ((const Sheet *) g_ptr_array_index (xlsx->sheets, sheet))->name;
}

gboolean
cg_xlsx_is_hidden (const CgXlsx *xlsx, guint sheet)
{
    return ((const Sheet *) g_ptr_array_index (xlsx->sheets, sheet))->hidden;
}

static void
ignore_end (Xml *xml, const char *name)
{
}

/* ---- which part refers to which ---------------------------------------- */

typedef struct {
    const char *folder; /* of the part that refers, with its slash */
    GHashTable *by_id;  /* Id -> name of a part                    */
    GHashTable *by_type; /* last word of Type -> name of a part    */
} Links;

static void
links_clear (Links *links)
{
    g_hash_table_unref (links->by_id);
    g_hash_table_unref (links->by_type);
}

/* "../a/b.xml" from the folder "xl/w/" is "xl/a/b.xml". (transfer full) */
static char *
resolve (const char *folder, const char *target)
{
    g_autofree char *all = target[0] == '/' ? g_strdup (target + 1) : g_strconcat (folder, target, NULL);
    g_auto (GStrv) steps = g_strsplit (all, "/", -1);
    g_autoptr (GPtrArray) kept = g_ptr_array_new ();
    for (guint s = 0; steps[s] != NULL; s++) {
        if (strcmp (steps[s], "..") == 0 && kept->len > 0)
            g_ptr_array_set_size (kept, (int) kept->len - 1);
        else if (strcmp (steps[s], "..") != 0 && strcmp (steps[s], ".") != 0)
            g_ptr_array_add (kept, steps[s]);
    }
    g_ptr_array_add (kept, NULL);
    return g_strjoinv ("/", (char **) kept->pdata);
}

static void
take_link (Xml *xml, const char *name, const char **attributes)
{
    Links *links = xml->user_data;
    const char *id = xml_find (attributes, "Id"), *type = xml_find (attributes, "Type"),
               *target = xml_find (attributes, "Target");
    if (strcmp (name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL ||
        g_strcmp0 (xml_find (attributes, "TargetMode"), "External") == 0)
        return;
    const char *word = strrchr (type, '/');
    char *part = resolve (links->folder, target);
    g_hash_table_insert (links->by_id, g_strdup (id), part);
    word = word != NULL ? word + 1 : type;
    if (!g_hash_table_contains (links->by_type, word))
        g_hash_table_insert (links->by_type, g_strdup (word), g_strdup (part));
}

/* What the part folder + name refers to. */
static gboolean
read_links (const CgZip *zip, const char *folder, const char *name, Links *out, GError **error)
{
    static const XmlHandlers handlers = { take_link, ignore_end, NULL };
    g_autofree char *part = g_strdup_printf ("%s_rels/%s.rels", folder, name);
    *out = (Links){ .folder = folder,
                    .by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                    .by_type = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
    return xml_read (zip, part, MAX_HEAD_BYTES, &handlers, out, error);
}

/* ---- the book ---------------------------------------- */

typedef struct {
    CgXlsx *xlsx;
    const Links *links;
} Book;

static gboolean
is_true (const char *text)
{
    return text != NULL && (strcmp (text, "1") == 0 || strcmp (text, "true") == 0);
}

static void
take_book (Xml *xml, const char *element, const char **attributes)
{
    Book *book = xml->user_data;
    if (strcmp (element, "workbookPr") == 0)
        book->xlsx->since_1904 = is_true (xml_find (attributes, "date1904"));
    if (strcmp (element, "sheet") != 0)
        return;
    const char *name = xml_find (attributes, "name"), *state = xml_find (attributes, "state"), *id = NULL;
    for (guint a = 0; attributes[a] != NULL && id == NULL; a += 2)
        if (g_str_has_suffix (attributes[a], ":id"))
            id = attributes[a + 1];
    const char *part = id != NULL ? g_hash_table_lookup (book->links->by_id, id) : NULL;
    if (name == NULL || part == NULL) {
        xml_fail (xml, CG_ERROR_INPUT, "a sheet is named that the file does not hold");
        return;
    }
    if (strstr (part, "chartsheets/") != NULL || strstr (part, "dialogsheets/") != NULL)
        return; /* pictures only */
    if (book->xlsx->sheets->len >= MAX_SHEETS) {
        xml_fail (xml, CG_ERROR_LIMIT, "the file has more than 1000 sheets");
        return;
    }
    Sheet *sheet = g_new0 (Sheet, 1);
    *sheet = (Sheet){ g_strdup (name), g_strdup (part), state != NULL && strcmp (state, "visible") != 0 };
    g_ptr_array_add (book->xlsx->sheets, sheet);
}

static gboolean
read_book (CgXlsx *xlsx, const char *part, GError **error)
{
    static const XmlHandlers handlers = { take_book, ignore_end, NULL };
    const char *slash = strrchr (part, '/');
    g_autofree char *folder = slash != NULL ? g_strndup (part, (gsize) (slash - part) + 1) : g_strdup ("");
    Links links;
    Book book = { xlsx, &links };
    gboolean good = read_links (xlsx->zip, folder, slash != NULL ? slash + 1 : part, &links, error) &&
                    xml_read (xlsx->zip, part, MAX_HEAD_BYTES, &handlers, &book, error);
    xlsx->strings_part = g_strdup (g_hash_table_lookup (links.by_type, "sharedStrings"));
    xlsx->styles_part = g_strdup (g_hash_table_lookup (links.by_type, "styles"));
    links_clear (&links);
    if (good && xlsx->sheets->len == 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT, "the file has no sheet");
        return FALSE;
    }
    return good;
}

static CgXlsx *
open_zip (CgZip *zip, GError **error)
{
    g_autoptr (CgXlsx) xlsx = g_new0 (CgXlsx, 1);
    g_autoptr (GError) inner = NULL;
    Links links;
    xlsx->zip = zip;
    xlsx->sheets = g_ptr_array_new_with_free_func (sheet_free);
    gboolean good = read_links (zip, "", "", &links, &inner);
    g_autofree char *part = g_strdup (g_hash_table_lookup (links.by_type, "officeDocument"));
    links_clear (&links);
    if (g_error_matches (inner, CG_ERROR, CG_ERROR_NOT_FOUND) || (good && part == NULL)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT, "this is a ZIP archive, but no spreadsheet");
        return NULL;
    }
    if (good && g_str_has_suffix (part, ".bin")) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT, "this is a binary spreadsheet (.xlsb): save it as .xlsx or CSV");
        return NULL;
    }
    if (good && read_book (xlsx, part, &inner))
        return g_steal_pointer (&xlsx);
    /* A part that is named and not there is a damaged file, not a missing one. */
    g_set_error_literal (error, CG_ERROR, inner->code == CG_ERROR_NOT_FOUND ? (int) CG_ERROR_INPUT : inner->code,
                         inner->message);
    return NULL;
}

CgXlsx *
cg_xlsx_open (const char *path, GError **error)
{
    CgZip *zip = cg_zip_open (path, error);
    return zip != NULL ? open_zip (zip, error) : NULL;
}

CgXlsx *
cg_xlsx_new (GBytes *bytes, GError **error)
{
    CgZip *zip = cg_zip_new (bytes, error);
    return zip != NULL ? open_zip (zip, error) : NULL;
}

/* ---- formats ---------------------------------------- */

typedef struct {
    GArray *formats;   /* of Format        */
    GHashTable *codes; /* id -> its Format */
    gboolean in_styles;
} Styles;

static guint
whole (const char *text)
{
    gint64 value = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
    return value > 0 && value < G_MAXINT32 ? (guint) value : 0;
}

static void
take_style (Xml *xml, const char *name, const char **attributes)
{
    Styles *styles = xml->user_data;
    if (strcmp (name, "numFmt") == 0 && g_hash_table_size (styles->codes) < MAX_FORMATS) {
        const char *code = xml_find (attributes, "formatCode");
        Format *format = g_new (Format, 1);
        *format = xlsx_format_of_code (code != NULL ? code : "");
        g_hash_table_insert (styles->codes, GUINT_TO_POINTER (whole (xml_find (attributes, "numFmtId"))), format);
    }
    if (strcmp (name, "cellXfs") == 0)
        styles->in_styles = TRUE;
    if (!styles->in_styles || strcmp (name, "xf") != 0 || styles->formats->len >= MAX_FORMATS)
        return;
    guint id = whole (xml_find (attributes, "numFmtId"));
    const Format *own = g_hash_table_lookup (styles->codes, GUINT_TO_POINTER (id));
    Format format = own != NULL ? *own : xlsx_format_of_id (id);
    g_array_append_val (styles->formats, format);
}

static void
end_style (Xml *xml, const char *name)
{
    Styles *styles = xml->user_data;
    if (strcmp (name, "cellXfs") == 0)
        styles->in_styles = FALSE;
}

static gboolean
read_styles (CgXlsx *xlsx, GError **error)
{
    static const XmlHandlers handlers = { take_style, end_style, NULL };
    g_autoptr (GHashTable) codes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    Styles styles = { .formats = g_array_new (FALSE, FALSE, sizeof (Format)), .codes = codes };
    xlsx->formats = styles.formats;
    return xlsx->styles_part == NULL || !cg_zip_has (xlsx->zip, xlsx->styles_part) ||
           xml_read (xlsx->zip, xlsx->styles_part, MAX_STYLE_BYTES, &handlers, &styles, error);
}

/* ---- shared texts ---------------------------------------- */

typedef struct {
    CgXlsx *xlsx;
    GString *text; /* of the item so far */
    gboolean in_item, in_text;
    guint readings; /* levels of readings in other scripts, which are no part of the text */
} Texts;

static void
start_text (Xml *xml, const char *name, const char **attributes)
{
    Texts *texts = xml->user_data;
    if (strcmp (name, "si") == 0) {
        texts->in_item = TRUE;
        g_string_truncate (texts->text, 0);
    }
    if (strcmp (name, "rPh") == 0)
        texts->readings++;
    texts->in_text = texts->in_item && texts->readings == 0 && strcmp (name, "t") == 0;
}

static void
add_text (Xml *xml, const char *bytes, gsize length)
{
    Texts *texts = xml->user_data;
    if (!texts->in_text)
        return;
    if (texts->text->len + length > XLSX_MAX_CELL)
        xml_fail (xml, CG_ERROR_LIMIT, "a text of the file is longer than 1 MB");
    else
        g_string_append_len (texts->text, bytes, (gssize) length);
}

static void
end_text (Xml *xml, const char *name)
{
    Texts *texts = xml->user_data;
    CgXlsx *xlsx = texts->xlsx;
    texts->in_text = FALSE;
    if (strcmp (name, "rPh") == 0 && texts->readings > 0)
        texts->readings--;
    if (strcmp (name, "si") != 0)
        return;
    guint32 first = (guint32) xlsx->texts->len;
    texts->in_item = FALSE;
    if (xlsx->texts->len + texts->text->len >= CG_XLSX_MAX_TEXT || xlsx->first->len >= MAX_TEXTS) {
        xml_fail (xml, CG_ERROR_LIMIT, "the texts of the file are more than 128 MB, or more than 8 000 000");
        return;
    }
    xlsx_add_text (xlsx->texts, texts->text->str, texts->text->len);
    g_string_append_c (xlsx->texts, '\0');
    g_array_append_val (xlsx->first, first);
}

static gboolean
read_texts (CgXlsx *xlsx, GError **error)
{
    static const XmlHandlers handlers = { start_text, end_text, add_text };
    xlsx->texts = g_string_new (NULL);
    xlsx->first = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (xlsx->strings_part == NULL || !cg_zip_has (xlsx->zip, xlsx->strings_part))
        return TRUE;
    Texts texts = { .xlsx = xlsx, .text = g_string_new (NULL) };
    gboolean good = xml_read (xlsx->zip, xlsx->strings_part, CG_XLSX_MAX_XML, &handlers, &texts, error);
    g_string_free (texts.text, TRUE);
    return good;
}

gboolean
xlsx_load (CgXlsx *xlsx, GError **error)
{
    return (xlsx->formats != NULL || read_styles (xlsx, error)) && (xlsx->texts != NULL || read_texts (xlsx, error));
}

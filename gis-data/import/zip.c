#include "import/zip.h"

#include <gio/gio.h>
#include <string.h>

#include "base/error.h"

#define MAX_PARTS 10000u
#define END_BYTES 22u
#define ENTRY_BYTES 46u
#define HEAD_BYTES 30u
#define PIECE_BYTES (64u << 10)

enum { STORED = 0, DEFLATED = 8 };

typedef struct {
    char *name; /* as compared */
    guint flags, method;
    guint32 check;
    guint64 packed, size, at; /* at: where its head lies */
} Entry;

struct _CgZip {
    GBytes *bytes;
    const guint8 *data;
    gsize length;
    GHashTable *entries; /* name -> Entry */
};

static void
entry_free (gpointer data)
{
    Entry *entry = data;
    g_free (entry->name);
    g_free (entry);
}

void
cg_zip_free (CgZip *zip)
{
    if (zip == NULL)
        return;
    g_hash_table_unref (zip->entries);
    g_bytes_unref (zip->bytes);
    g_free (zip);
}

static guint64
number (const guint8 *at, guint bytes)
{
    guint64 value = 0;
    for (guint b = bytes; b-- > 0;)
        value = value << 8 | at[b];
    return value;
}

static gboolean
fail (GError **error, CgError code, const char *text)
{
    g_set_error_literal (error, CG_ERROR, (int) code, text);
    return FALSE;
}

static char *
name_key (const char *name, gsize length)
{
    gsize skip = length > 0 && name[0] == '/';
    return g_ascii_strdown (name + skip, (gssize) (length - skip));
}

/* ---- directory ---------------------------------------- */

/* Sizes and place of a part stand behind its name where four bytes do not hold them. */
static gboolean
read_wide (Entry *entry, const guint8 *extra, gsize length)
{
    guint64 *const fields[] = { &entry->size, &entry->packed, &entry->at };
    for (gsize at = 0; at + 4 <= length;) {
        gsize n = (gsize) number (extra + at + 2, 2), from = at + 4;
        if (from + n > length)
            return FALSE;
        if (number (extra + at, 2) == 1) {
            gsize used = 0;
            for (guint f = 0; f < G_N_ELEMENTS (fields); f++) {
                if (*fields[f] != G_MAXUINT32)
                    continue;
                if (used + 8 > n)
                    return FALSE;
                *fields[f] = number (extra + from + used, 8);
                used += 8;
            }
            return TRUE;
        }
        at = from + n;
    }
    return entry->size != G_MAXUINT32 && entry->packed != G_MAXUINT32 && entry->at != G_MAXUINT32;
}

static gboolean
take_entry (CgZip *zip, const guint8 *at, gsize name_length, gsize extra_length, GError **error)
{
    g_autofree char *key = name_key ((const char *) at + ENTRY_BYTES, name_length);
    if (strlen (key) == 0 || g_hash_table_contains (zip->entries, key))
        return fail (error, CG_ERROR_INPUT, "two parts of the archive have one name, or one has none");
    Entry *entry = g_new0 (Entry, 1);
    *entry = (Entry){ .flags = (guint) number (at + 8, 2),
                      .method = (guint) number (at + 10, 2),
                      .check = (guint32) number (at + 16, 4),
                      .packed = number (at + 20, 4),
                      .size = number (at + 24, 4),
                      .at = number (at + 42, 4) };
    gboolean good = read_wide (entry, at + ENTRY_BYTES + name_length, extra_length);
    entry->name = g_steal_pointer (&key);
    g_hash_table_insert (zip->entries, entry->name, entry);
    return good ? TRUE : fail (error, CG_ERROR_INPUT, "the directory of the archive is damaged");
}

/* Where the record at the end of the archive begins, behind which only a comment lies; length: there is none. */
static gsize
find_end (const CgZip *zip)
{
    gsize least = zip->length > END_BYTES + G_MAXUINT16 ? zip->length - END_BYTES - G_MAXUINT16 : 0;
    for (gsize at = zip->length >= END_BYTES ? zip->length - END_BYTES + 1 : 0; at-- > least;)
        if (memcmp (zip->data + at, "PK\x05\x06", 4) == 0 &&
            at + END_BYTES + number (zip->data + at + 20, 2) == zip->length)
            return at;
    return zip->length;
}

/* The longer record, where the short one has no room. */
static void
find_wide_end (const CgZip *zip, gsize end, guint64 *n, guint64 *bytes, guint64 *at)
{
    if ((*n != G_MAXUINT16 && *at != G_MAXUINT32 && *bytes != G_MAXUINT32) || end < 20 ||
        memcmp (zip->data + end - 20, "PK\x06\x07", 4) != 0)
        return;
    guint64 wide = number (zip->data + end - 20 + 8, 8);
    if (wide > end || end - wide < 56 || memcmp (zip->data + wide, "PK\x06\x06", 4) != 0)
        return;
    *n = number (zip->data + wide + 32, 8);
    *bytes = number (zip->data + wide + 40, 8);
    *at = number (zip->data + wide + 48, 8);
}

static gboolean
read_directory (CgZip *zip, GError **error)
{
    gsize end = find_end (zip);
    if (end == zip->length)
        return fail (error, CG_ERROR_INPUT, "the archive is cut short: its directory at the end is missing");
    guint64 n = number (zip->data + end + 10, 2), bytes = number (zip->data + end + 12, 4),
            at = number (zip->data + end + 16, 4);
    find_wide_end (zip, end, &n, &bytes, &at);
    if (n > MAX_PARTS)
        return fail (error, CG_ERROR_LIMIT, "the archive has more than 10000 parts");
    if (at > end || bytes > end - at)
        return fail (error, CG_ERROR_INPUT, "the directory of the archive is damaged");
    for (gsize i = 0, from = (gsize) at; i < n; i++) {
        const guint8 *entry = zip->data + from;
        if (end - from < ENTRY_BYTES || memcmp (entry, "PK\x01\x02", 4) != 0)
            return fail (error, CG_ERROR_INPUT, "the directory of the archive is damaged");
        gsize name = (gsize) number (entry + 28, 2), extra = (gsize) number (entry + 30, 2),
              all = ENTRY_BYTES + name + extra + (gsize) number (entry + 32, 2);
        if (all > end - from)
            return fail (error, CG_ERROR_INPUT, "the directory of the archive is damaged");
        if (!take_entry (zip, entry, name, extra, error))
            return FALSE;
        from += all;
    }
    return TRUE;
}

CgZip *
cg_zip_new (GBytes *bytes, GError **error)
{
    g_autoptr (CgZip) zip = g_new0 (CgZip, 1);
    zip->bytes = g_bytes_ref (bytes);
    zip->data = g_bytes_get_data (bytes, &zip->length);
    zip->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
    return read_directory (zip, error) ? g_steal_pointer (&zip) : NULL;
}

CgZip *
cg_zip_open (const char *path, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GError) inner = NULL;
    g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &inner);
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_autofree guint8 *piece = g_malloc (1 << 20);
    gssize n = stream != NULL ? 1 : -1;
    while (n > 0 && (n = g_input_stream_read (G_INPUT_STREAM (stream), piece, 1 << 20, NULL, &inner)) > 0) {
        if (all->len + (gsize) n > CG_ZIP_MAX_BYTES) {
            fail (error, CG_ERROR_LIMIT, "the file is larger than 128 MB");
            return NULL;
        }
        g_byte_array_append (all, piece, (guint) n);
    }
    if (n < 0) {
        fail (error, CG_ERROR_IO, inner->message);
        return NULL;
    }
    g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&all));
    return cg_zip_new (bytes, error);
}

gboolean
cg_zip_has (const CgZip *zip, const char *name)
{
    g_autofree char *key = name_key (name, strlen (name));
    return g_hash_table_contains (zip->entries, key);
}

/* ---- parts ---------------------------------------- */

/* Of RFC 1952, bits in reverse. */
static guint32
add_check (guint32 check, const char *bytes, gsize length)
{
    static guint32 table[256];
    static gsize once;
    if (g_once_init_enter (&once)) {
        for (guint32 b = 0; b < 256; b++) {
            guint32 value = b;
            for (guint k = 0; k < 8; k++)
                value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320u : value >> 1;
            table[b] = value;
        }
        g_once_init_leave (&once, 1);
    }
    for (gsize i = 0; i < length; i++)
        check = check >> 8 ^ table[(check ^ (guint8) bytes[i]) & 0xff];
    return check;
}

/* Where the bytes of a part begin; NULL: its own head does not agree with the directory. */
static const guint8 *
find_bytes (const CgZip *zip, const Entry *entry)
{
    if (entry->at > zip->length || zip->length - entry->at < HEAD_BYTES)
        return NULL;
    const guint8 *head = zip->data + entry->at;
    gsize name = (gsize) number (head + 26, 2), extra = (gsize) number (head + 28, 2),
          left = zip->length - (gsize) entry->at - HEAD_BYTES;
    if (memcmp (head, "PK\x03\x04", 4) != 0 || name + extra > left || entry->packed > left - name - extra ||
        number (head + 8, 2) != entry->method)
        return NULL;
    g_autofree char *key = name_key ((const char *) head + HEAD_BYTES, name);
    return strcmp (key, entry->name) == 0 ? head + HEAD_BYTES + name + extra : NULL;
}

typedef struct {
    const Entry *entry;
    const guint8 *at; /* what is not unfolded yet */
    gsize left;
    GZlibDecompressor *inflate; /* NULL: stored */
    gboolean ended;
} Part;

/* The next bytes, 0 at the end. */
static gboolean
unfold (Part *part, char *out, gsize room, gsize *out_n)
{
    gsize read = 0;
    *out_n = 0;
    if (part->inflate == NULL) {
        *out_n = read = MIN (room, part->left);
        memcpy (out, part->at, read);
        part->ended = read == part->left;
    } else if (!part->ended) {
        GConverterResult result = g_converter_convert (G_CONVERTER (part->inflate), part->at, part->left, out, room,
                                                       G_CONVERTER_INPUT_AT_END, &read, out_n, NULL);
        if (result == G_CONVERTER_ERROR)
            return FALSE;
        part->ended = result == G_CONVERTER_FINISHED;
    }
    part->at += read;
    part->left -= read;
    return *out_n > 0 || part->ended;
}

static gboolean
read_part (Part *part, guint64 most, CgZipPiece piece, gpointer user_data, GError **error)
{
    g_autofree char *bytes = g_malloc (PIECE_BYTES);
    guint32 check = G_MAXUINT32;
    guint64 total = 0;
    do {
        gsize n;
        if (!unfold (part, bytes, PIECE_BYTES, &n))
            return fail (error, CG_ERROR_INPUT, "the archive is damaged: a part of it cannot be unpacked");
        total += n;
        check = add_check (check, bytes, n);
        if (total > most)
            return fail (error, CG_ERROR_LIMIT, "a part of the archive unpacks to more than the limit");
        if (total > CG_ZIP_FREE_BYTES && total / CG_ZIP_MAX_RATIO > part->entry->packed)
            return fail (error, CG_ERROR_LIMIT, "a part of the archive unpacks to more than 250 times its size, as only bombs do");
        if (n > 0 && !piece (bytes, n, user_data))
            return TRUE;
    } while (!part->ended);
    if (total != part->entry->size || ~check != part->entry->check)
        return fail (error, CG_ERROR_INPUT, "the archive is damaged: a part of it has another check sum than it should");
    return TRUE;
}

gboolean
cg_zip_read (const CgZip *zip, const char *name, guint64 most, CgZipPiece piece, gpointer user_data, GError **error)
{
    g_autofree char *key = name_key (name, strlen (name));
    const Entry *entry = g_hash_table_lookup (zip->entries, key);
    if (entry == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "the archive has no part \"%.80s\"", name);
        return FALSE;
    }
    if ((entry->flags & 1) != 0)
        return fail (error, CG_ERROR_INPUT, "the archive is encrypted: save it without a password");
    if (entry->method != STORED && entry->method != DEFLATED)
        return fail (error, CG_ERROR_INPUT, "the archive is packed by a method that is not known");
    if (entry->size > most)
        return fail (error, CG_ERROR_LIMIT, "a part of the archive unpacks to more than the limit");
    const guint8 *at = find_bytes (zip, entry);
    if (at == NULL || (entry->method == STORED && entry->packed != entry->size))
        return fail (error, CG_ERROR_INPUT, "the archive is damaged: its directory and its parts contradict each other");
    g_autoptr (GZlibDecompressor) inflate =
        entry->method == DEFLATED ? g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW) : NULL;
    Part part = { .entry = entry, .at = at, .left = (gsize) entry->packed, .inflate = inflate };
    return read_part (&part, most, piece, user_data, error);
}

#include "app/live/feed_internal.h"

#include "app/clock.h"
#include "app/json.h"
#include "base/error.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BEGIN_BYTES 4096u

void
feed_file_free (gpointer data)
{
    FeedFile *file = data;
    g_free (file->path);
    g_free (file->begin);
    g_free (file->trouble);
    g_free (file->sheet);
    g_free (file);
}

void
feed_file_reset (FeedFile *file)
{
    file->device = file->inode = file->offset = file->lines = 0;
    g_clear_pointer (&file->begin, g_free);
    g_clear_pointer (&file->trouble, g_free);
}

char *
feed_digest (int fd, guint64 length)
{
    guchar bytes[BEGIN_BYTES];
    gsize n = (gsize) MIN (length, sizeof bytes);
    if (pread (fd, bytes, n, 0) != (gssize) n)
        return NULL;
    return g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);
}

GHashTable *
feed_load (const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, feed_file_free);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&files);
    gsize length;
    if (!g_file_get_contents (path, &text, &length, error))
        return NULL;
    g_autoptr (json_t) all = json_loadb (text, length, 0, NULL);
    if (!json_is_object (all)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: is not what a feed writes; without it the files are read anew", path);
        return NULL;
    }
    const char *name;
    json_t *one;
    json_object_foreach (all, name, one)
    {
        FeedFile *file = g_new0 (FeedFile, 1);
        file->path = g_strdup (name);
        file->device = (guint64) json_integer_value (json_object_get (one, "device"));
        file->inode = (guint64) json_integer_value (json_object_get (one, "inode"));
        file->offset = (guint64) json_integer_value (json_object_get (one, "offset"));
        file->lines = (guint64) json_integer_value (json_object_get (one, "lines"));
        file->begin = g_strdup (json_string_value (json_object_get (one, "begin")));
        g_hash_table_insert (files, file->path, file);
    }
    return g_steal_pointer (&files);
}

gboolean
feed_save (const char *path, GHashTable *files, GError **error)
{
    g_autoptr (json_t) all = json_object ();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init (&iter, files);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const FeedFile *file = value;
        json_object_set_new (
            all, file->path,
            json_pack ("{s:I, s:I, s:I, s:I, s:s?}", "device", (json_int_t) file->device, "inode",
                       (json_int_t) file->inode, "offset", (json_int_t) file->offset, "lines",
                       (json_int_t) file->lines, "begin", file->begin));
    }
    char *text = json_dumps (all, JSON_INDENT (1) | JSON_SORT_KEYS);
    gboolean good = text != NULL &&
                    g_file_set_contents_full (path, text, -1,
                                              G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                              0640, error);
    free (text);
    return good;
}

static void
append_quoted (GString *line, const char *text)
{
    g_string_append (line, ",\"");
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c (line, '"');
        g_string_append_c (line, g_ascii_iscntrl (*text) ? ' ' : *text);
    }
    g_string_append_c (line, '"');
}

gboolean
feed_reject (const char *path, const char *file, guint64 row, const char *column, const char *code,
             const char *text, GError **error)
{
    int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    g_autoptr (GString) line = g_string_new (NULL);
    g_autofree char *now = cg_app_local_text (cg_app_now (), "%Y-%m-%dT%H:%M:%S+08:00");
    if (fd >= 0 && lseek (fd, 0, SEEK_END) == 0)
        g_string_append (line, "time,file,row,column,code,text\n");
    g_string_append (line, now);
    append_quoted (line, file);
    g_string_append_printf (line, ",%" G_GUINT64_FORMAT, row);
    append_quoted (line, column);
    append_quoted (line, code);
    append_quoted (line, text);
    g_string_append_c (line, '\n');
    gboolean good = fd >= 0 && write (fd, line->str, line->len) == (gssize) line->len;
    if (fd >= 0)
        close (fd);
    if (!good)
        g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: the list of rejects cannot be written", path);
    return good;
}

#include "page/gzip.h"

#include <libdeflate.h>

#define LEVEL 4

typedef struct libdeflate_compressor Compressor;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Compressor, libdeflate_free_compressor)

GBytes *
cg_gzip (GBytes *bytes)
{
    gsize size;
    gconstpointer data = g_bytes_get_data (bytes, &size);
    g_autoptr (Compressor) compressor = libdeflate_alloc_compressor (LEVEL);
    gsize room = compressor != NULL ? libdeflate_gzip_compress_bound (compressor, size) : 0;
    g_autofree guint8 *out = room > 0 ? g_try_malloc (room) : NULL;
    gsize length =
        out != NULL ? libdeflate_gzip_compress (compressor, data, size, out, room) : 0;
    return length > 0 && length < size ? g_bytes_new (out, length) : NULL;
}

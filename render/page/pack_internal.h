/* Deflate for rows of a picture that are mostly zero once filtered.
 *
 * Runs of zeros and single bytes, each block with a Huffman code of its own; nothing else is
 * looked for. On smooth surfaces and areas of one colour that is several times faster than a search
 * for repeats and packs about as well; on text and photographs it packs badly.
 *
 * Method  RFC 1950 and 1951 (dynamic blocks, distance 1 only). A run is written as single zeros or
 *         as a match, whichever is shorter under the block's own code.
 */
#ifndef CG_PACK_INTERNAL_H
#define CG_PACK_INTERNAL_H

#include <glib.h>

typedef struct _CgPack CgPack;

/* NULL without memory. */
CgPack *cg_pack_new (void);
void cg_pack_free (CgPack *pack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPack, cg_pack_free)

void cg_pack_add (CgPack *pack, gsize n, const guint8 *bytes);
/* The whole as a zlib stream; NULL without memory. Nothing can be added after it (transfer full). */
GByteArray *cg_pack_end (CgPack *pack);

#endif

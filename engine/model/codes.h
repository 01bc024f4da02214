/* Codes of regions, and what they say about the region above.
 *
 * A county has 6 digits (GB/T 2260), a town 3 more (GB/T 10114), a community 3 more. Lists of the state
 * write all of them with 12 digits, the missing ones as zeros: 310101000000 is the county 310101,
 * 310101001000 the town 310101001. Both ways of writing name the same place. Codes of other lengths say
 * nothing and are only ever equal to themselves.
 */
#ifndef CG_MODEL_CODES_H
#define CG_MODEL_CODES_H

#include "model/regions.h"

/* Digits of a code of that level: 6, 9, 12, and 15 for a grid. */
guint cg_code_digits (CgLevel level);

/* The level that a code's digits name; FALSE: not 6, 9 or 12 digits. */
gboolean cg_code_level (const char *code, CgLevel *out);

/* The code of a region of that level without the zeros behind it: 310101 for the county 310101000000;
 * any other code as it is. (transfer full) */
char *cg_code_bare (const char *code, CgLevel level);

/* The bare code of the region that a region of `level` has above it at level `above`, by its digits; NULL where
 * they say nothing. (transfer full) */
char *cg_code_above (const char *code, CgLevel level, CgLevel above);

/* Rows by code, however the zeros are written; a code that is written so goes first. The regions must
 * outlive the index and not change. */
typedef struct _CgCodeIndex CgCodeIndex;

CgCodeIndex *cg_code_index_new (const CgRegions *regions);
void cg_code_index_free (CgCodeIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCodeIndex, cg_code_index_free)
guint32 cg_code_index_find (const CgCodeIndex *index, const char *code); /* CG_NONE; code may be NULL */

/* How a region came to its parent. */
typedef enum {
    CG_ABOVE_STATED, /* it had one before             */
    CG_ABOVE_CODE,   /* its digits name it            */
    CG_ABOVE_PLACE,  /* its label point lies in it    */
    CG_ABOVE_NONE
} CgAbove;

/* Gives each region without a parent the next region above it: at each level from the one right above it
 * up, that which its code names, else the first whose area holds its label point. how[n] may be NULL.
 * A county has none. */
void cg_regions_link (CgRegions *regions, guint8 *how);

/* Whether some region of a lower level lies in region r by its label point, whatever its parent. */
gboolean cg_regions_has_inside (const CgRegions *regions, guint32 r);

#endif

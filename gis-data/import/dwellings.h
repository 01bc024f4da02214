/* Which rows of a table of buildings are homes. */
#ifndef CG_IMPORT_DWELLINGS_H
#define CG_IMPORT_DWELLINGS_H

#include "import/table.h"
#include "model/buildings.h"

/* Fills dwelling of all rows; their shapes, levels and heights are there.
 *
 * row      [b->n] rows of the table
 * Word     the column `use` decides where it says something. A dwelling is what is not on the list of
 *          garages, schools, offices, ...
 * Pieces   a row without a word has that of the first row of its id that has one
 * Repeats  so has a row without a word on the very ground of one that has one (box to 1 cm, area to
 *          1 dm2), whatever their ids; not parts, which may stand on each other
 * Name     else the building's name may say that it is a bank, school, hotel, ...; names of homes
 *          (apartments, gardens) and streets are left alone. Names are not kept
 * Shape    without any of these, what is taller than 27 m (8 storeys) and deeper than 36 m (4 times its ground
 *          over the length of its outline; courtyards count as outline) is none: rooms need daylight.
 *          Told as DEEP_BUILDING, row by row as a note and in sum as a warning
 * Parts    rows that are marked as parts of buildings (`part`) and have no word are what the first
 *          building around the middle of the part is, where that has a word or is judged by its shape
 * Errors   LIMIT memory */
gboolean cg_import_judge_dwellings (CgBuildings *b, CgTable *table, const guint32 *row,
                                    GError **error);

#endif

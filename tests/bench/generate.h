/* Made-up counties of any size: a jittered street grid whose cells tile the plane exactly.
 *
 * side        units are side x side
 * communities communities are communities x communities, all connected
 * seed        another seed is another county with the same figures
 *
 * Units are the cells dual to a triangulated street grid: corners lie at the centres of triangles,
 * whole millimetres, so neighbours share their border vertex for vertex and a unit has 4 to 8
 * neighbours, 5.9 on average. Households: 12 % of units have none, the others are log-normal with
 * median 16 and mean 21, at most 250. A community holds the units nearest to its seed, about
 * (side / communities)^2. Same figures on every machine: whole numbers, and of floating point only
 * what IEEE 754 rounds exactly.
 */
#ifndef CG_BENCH_GENERATE_H
#define CG_BENCH_GENERATE_H

#include "model/units.h"

CgUnits *bench_generate (guint32 side, guint32 communities, guint64 seed);

/* Writes units as a GeoPackage, layer "units": unit_id, community, households, population.
 * FALSE: could not be written, *out_why says why (transfer full). */
gboolean bench_write_units (const CgUnits *units, const char *path, char **out_why);

#endif

/* Counties of the real data as input for the splitter: read by GDAL, neighbours by cg_graph_build.
 * Degrees become metres by one local scale for each axis, which keeps ratios of lengths. */
#ifndef CG_TEST_REAL_COUNTIES_H
#define CG_TEST_REAL_COUNTIES_H

#include "graph/graph.h"
#include "partition/partition.h"

typedef struct {
    CgUnits *units; /* households holds whatever column was asked for */
    CgGraph *graph;
    CgPartitionInput input;
} RealCounty;

/* First layer of a file under ../shared/data. FALSE, with the test skipped, when it is absent. */
gboolean real_county_read (RealCounty *county, const char *file, const char *id,
                           const char *weight, const char *within);
void real_county_done (RealCounty *county);

#endif

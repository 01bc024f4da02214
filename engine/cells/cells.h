/* Cells: base units made from a boundary, buildings and barriers, covering the boundary exactly.
 *
 *     boundary + barriers            blocks                       cells
 *     +--------+-------+             +--------+-------+           +----+---+-------+
 *     |   []   |   []  |   cut by    |        |       |   each    | [] | []|  []   |
 *     |        | []    |  ------->   |   1    |   2   |  building |    +---+-+-----+
 *     +--------+-------+   lines     +--------+-------+  takes    +----+-----+ []  |
 *     |  []  ----      |             |                |  its half | [] ----- |     |
 *     |          []    |             |       3        |  of gaps  |    |     +-----+
 *     +----------------+             +----------------+           +----+-----------+
 *
 * Rules, in the order in which they hold
 *   cover     the cells of a region are its ground, no more and no less, without overlap; two cells
 *             share vertices bit for bit. Ground of two regions belongs to the smaller one where that
 *             lies within the other (99 % of it: an enclave), in whichever order they come, else to
 *             the earlier row; ground of none is left out, and told where it lies between two: closed
 *             in by them, or a strip of up to 5 m between their rims (from 1 m2 on).
 *   building  lies in one cell, its outline included; where a barrier runs through it the cell keeps
 *             the building and lies on the side that holds more of it. Buildings that share a tenth
 *             of the smaller one are one building (towers on a podium); a smaller overlap goes to the
 *             earlier row. Rows of one key that touch are one building (cut at map tiles).
 *   barrier   beyond its buildings a cell never crosses a line of the classes in `cut`, nor the
 *             outline of a compound. A line that ends less than close_m before another is led on to
 *             it. A line that ends inside a block is a border where it lies between two buildings.
 *   connected each cell is one piece (shared length, not a corner).
 *   land      ground goes to the nearest building of its block that can be seen over no line, up to
 *             about 100 m (60 to 142) from its walls: gardens end there, open ground begins. Ground that no building faces
 *             joins the cell with the longest common border, or is an empty cell from empty_m2 on and
 *             where a block has no building.
 *   strip     Empty cells narrower than sliver_m join what lies over the weakest line around them,
 *             within their region: each corner of the ground goes to the cell behind the nearest place
 *             of that line. From weak to
 *             strong: no line, alley, wall (into a compound, never out of it), street, arterial,
 *             railway; never over water or what is impassable. A kind of line counts from a tenth of
 *             the rim on. All goes to one side; of two alike to the one further south and east, so
 *             that the carriageways of a road go the same way, and the last stays a border. Strips
 *             over an arterial or a railway are told. Strips that have only strips beyond their
 *             weakest line are one; where that is wide, or a net of lanes without long sides, it is
 *             an empty cell.
 *   group     a cell is of the group that its first building with a word of its own names, else of
 *             the drawn outline that holds most of its buildings; an empty cell of the one that holds
 *             most of its ground, if it hangs together with a house of that group. Cells hang together
 *             over common borders that may be passed, within one region. Drawn outlines are no
 *             borders: an outline that cells shall follow belongs to compounds. With join_groups
 *             the cells of each piece of a group become one, over the barriers between them.
 *   water     what areas of water cover is cells of its own; rims of areas inside water (map tiles)
 *             count for nothing. A building with more than half of its ground there is a cell by its
 *             outline alone: water is no garden.
 *   passable  a border along impassable lines may be passed where a way leads over it, or where a
 *             line of class TUNNEL leads under it (or over it): that is no border itself. Water
 *             of a block half of which is in impassable areas joins nothing: all its borders are
 *             impassable, bridges or not. What a bridge connects is for those who know its ends
 *             (graph/ways.h); to which side the water goes, too (graph/enclosed.h).
 *
 * Space      the plane of the boundary's own coordinates (degrees too): straight there is straight.
 *            metre_x and metre_y say how long its unit is; lengths and areas are in metres by them.
 * Precision  coordinates are x0 + i * step with whole i; step is a power of two, no less than
 *            6e-11 * 1/6 of the boundary's extent; places of the input are rounded to multiples of
 *            6 steps.
 */
#ifndef CG_CELLS_H
#define CG_CELLS_H

#include "base/progress.h"
#include "model/regions.h"

typedef struct {
    const CgShapes *regions; /* AREA, valid; one row a community                               */
    guint32 n_buildings;
    const CgShapes *outlines;   /* AREA, valid, [n_buildings]; empty where the row is a point   */
    const CgShapes *points;     /* POINT, [n_buildings]; empty where the row is an area; or NULL */
    const guint32 *key;         /* [n_buildings] rows of one key are pieces of one building;
                                   CG_NONE: by itself; or NULL                                  */
    const CgBarriers *barriers; /* lines and areas in the plane of regions; or NULL           */
    const CgShapes *compounds;  /* AREA, valid; or NULL                                       */
    double metre_x, metre_y;    /* metres of one unit of x and y, > 0                         */
    guint32 n_groups;           /* villager groups; 0: none                                   */
    const guint32 *group;       /* [n_buildings] 0..n_groups-1 by the row's own word, or CG_NONE;
                                   or NULL                                                    */
    const CgShapes *drawn;      /* AREA, valid: outlines of groups, drawn by hand; or NULL    */
    const guint32 *drawn_group; /* [drawn->n_shapes] 0..n_groups-1                            */
} CgCellsInput;

typedef struct {
    guint cut;      /* bits 1 << CgBarrierClass                                           */
    double close_m; /* 0: lines are left as they end                                      */
    double empty_m2;
    double sliver_m;   /* 2 * area / perimeter of an empty block; 0: none joins              */
    double simplify_m; /* how far a border between two gardens may be straightened: so much, or a
                          sixteenth of the gap between the buildings where that is more, up to ten
                          times as much; borders on lines, walls and outlines stay            */
    gboolean join_groups; /* the cells of a group that hang together become one                 */
} CgCellsOptions;

#define CG_CELLS_CUT_ALL                                                                           \
    (1u << CG_BARRIER_WATER | 1u << CG_BARRIER_RAILWAY | 1u << CG_BARRIER_ARTERIAL |               \
     1u << CG_BARRIER_STREET | 1u << CG_BARRIER_ALLEY | 1u << CG_BARRIER_WALL)
#define CG_CELLS_OPTIONS_DEFAULT                                                                   \
    ((CgCellsOptions){ .cut = CG_CELLS_CUT_ALL,                                                    \
                       .close_m = 8,                                                               \
                       .empty_m2 = 5000,                                                           \
                       .sliver_m = 12,                                                             \
                       .simplify_m = 0.5 })

typedef enum { CG_CELL_BUILT, CG_CELL_EMPTY, CG_CELL_WATER } CgCellContent;
const char *cg_cell_content_name (CgCellContent content); /* "built", "empty", "water" */

/* What was found in the input and what was done about it. */
typedef enum {
    CG_CELLS_REPEATED,        /* a building that covers the same ground as an earlier row: one   */
    CG_CELLS_MERGED,          /* shares so much with an earlier row that both are one            */
    CG_CELLS_OVERLAP,         /* shares less: the common ground went to the earlier row          */
    CG_CELLS_PIECES,          /* pieces of one key put together                                  */
    CG_CELLS_ACROSS,          /* a barrier runs through it (or the rim of a compound)            */
    CG_CELLS_ACROSS_REGIONS,  /* the rim of a region runs through it; other: the other region    */
    CG_CELLS_PARTLY_OUTSIDE,  /* only the part inside the boundary counts                        */
    CG_CELLS_OUTSIDE,         /* lies outside the boundary: left out                             */
    CG_CELLS_COLLAPSED,       /* too small for an area: taken as a point                         */
    CG_CELLS_SAME_PLACE,      /* a point inside another building: one cell                       */
    CG_CELLS_APART,           /* its parts stand in several cells: counts where most of it stands */
    CG_CELLS_REGIONS_OVERLAP, /* ground of two regions, each pair by itself; row does not get it,
                                 other does, unless a third one goes before both                */
    CG_CELLS_REGIONS_GAP,     /* ground of no region between two                                 */
    CG_CELLS_CLOSED,          /* a line was led on to another                                    */
    CG_CELLS_OPEN,            /* a line ends freely: border only between buildings               */
    CG_CELLS_STRIP,           /* narrow ground that no line weaker than a main road or a railway
                                 bounds went over this one                                       */
    CG_CELLS_IN_WATER,        /* more than half of it stands in areas of water: its outline alone is
                                 its cell; a point counts in the cell of the water            */
    CG_CELLS_TILE,            /* a rectangle in the middle of the town where nothing stands, and all
                                 around is cut off: a tile of the map may be missing. No row     */
    CG_CELLS_GROUPS_OVERLAP,  /* ground of two drawn outlines: a house there is of the one with more
                                 of it, of the earlier row where both have all                   */
    CG_CELLS_GROUP_EMPTY,     /* a drawn outline that holds no house                             */
    CG_CELLS_GROUP_DIFFERS,   /* a house lies in the outline of another group than it says: its
                                 own word stands                                                 */
    CG_CELLS_GROUP_APART,     /* a piece of a group without a way to the piece with most houses of
                                 the same region                                                 */
    CG_N_CELLS_FINDINGS
} CgCellsFindingKind;
const char *cg_cells_finding_name (CgCellsFindingKind kind); /* "REPEATED", ... */

typedef struct {
    CgCellsFindingKind kind;
    guint32 row, other; /* of buildings, regions, barriers or drawn outlines (GROUPS_OVERLAP,
                           GROUP_EMPTY; of GROUP_DIFFERS other; of ACROSS_REGIONS other is a
                           region); other may be CG_NONE                                    */
    double x, y;        /* where, in the plane of regions                                */
    double amount;      /* m2 of the ground in question; of CLOSED the metres            */
    double width, height; /* of TILE: its size in the plane, x, y in the middle; else 0  */
} CgCellsFinding;

/* Ground on which a row of buildings stands that an earlier one has taken (MERGED, OVERLAP). */
typedef struct {
    guint32 row, other; /* other: the earlier one */
    double m2;
} CgCellsOverlap;

#define CG_CELLS_MAX_FINDINGS 10000u /* kept of each kind; all are counted */

typedef struct {
    guint32 n;
    CgShapes *shapes;   /* AREA, one polygon each                                             */
    guint32 *region;    /* [n]                                                                */
    guint32 *block;     /* [n] pieces that barriers leave connected, 0..n_blocks - 1          */
    guint32 *compound;  /* [n] row of compounds that holds it, or CG_NONE                     */
    guint32 *group;     /* [n] or CG_NONE                                                     */
    guint32 *buildings; /* [n] rows in it                                                     */
    guint8 *content;    /* [n] CgCellContent                                                  */
    double *area_m2;    /* [n]                                                                */
    guint32 n_blocks;
    guint32 n_buildings;
    guint32 *cell_of;      /* [n_buildings] CG_NONE: outside                                     */
    double *share;         /* [n_buildings] of its ground that counts: inside, not repeated      */
    guint32 *same_as;      /* [n_buildings] first row of the building that the row delivers once
                              more (ground repeated) or a piece of (rows of one key that touch);
                              the row itself where it is the first or by itself                  */
    GArray *overlaps;      /* of CgCellsOverlap, in order of rows                                   */
    guint32 n_borders;     /* pieces of border between two cells, each along one thing           */
    guint32 *left, *right; /* [n_borders] cells                                              */
    guint8 *class;         /* [n_borders] CgBarrierClass                                         */
    guint8 *passable;      /* [n_borders] FALSE along impassable barriers without a bridge       */
    CgShapes *borders;     /* LINE                                                               */
    double x0, y0, step;
    double boundary_area; /* of the regions as given, in square units of the plane            */
    double cell_area;     /* of all cells                                                     */
    double regions_overlap_m2; /* ground that more than one region claims, once for each claim after
                                  the first                                                     */
    GArray *findings;     /* of CgCellsFinding, by kind, then row                               */
    guint32 n_findings[CG_N_CELLS_FINDINGS];
} CgCells;

/* Makes the cells.
 *
 * options   NULL for defaults
 * Order     cells with buildings by their first row, then empty ones
 * Errors    ARGUMENT options out of range, tables that do not match; INPUT no region has ground;
 *           GEOMETRY edges could not be meshed; LIMIT memory, lines on one heap; CANCELLED
 * Promise   as in the rules above; checked before it returns: areas of cells and of the noded
 *           boundary are equal as whole numbers (its joints left out, see below). Same input, same
 *           cells, bit for bit
 * Vertices  corners of the input, crossings, and what lies between buildings. The places that
 *           long lines get between their ends for the triangles are left out again, on both
 *           sides of a border alike, where nothing else lies within 3 places of the lattice
 * Method    snap rounding (noding.h); constrained triangulation (mesh.h); a triangle between two
 *           buildings is cut across its sides where both are equally far, one between three from the
 *           place where all three are (near.c)
 * Cost      about 40 microseconds a building, 5 kB a building
 */
CgCells *cg_cells_build (const CgCellsInput *input, const CgCellsOptions *options,
                         const CgProgress *progress, GCancellable *cancel, GError **error);
void cg_cells_free (CgCells *cells);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCells, cg_cells_free)

#endif

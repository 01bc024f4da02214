/* Households of buildings that are delivered twice, cut in pieces, or stand on a border: each counts
 * once, in one community. */
#include <math.h>
#include <string.h>

#include "app/cells/cell_columns.h"
#include "base/random.h"

#define SIDE 400.0 /* of a community; three in a row from x = 0 */
#define N_REGIONS 3

typedef struct {
    CgShapes *regions;
    CgBuildings *buildings;
    GArray *boxes; /* of CgBox, row by row */
    guint32 n_keys;
    CgCellSource source;
} Town;

static void
add_box (CgShapes *shapes, CgBox b)
{
    double xs[] = { b.x_min, b.x_max, b.x_max, b.x_min, b.x_min };
    double ys[] = { b.y_min, b.y_min, b.y_max, b.y_max, b.y_min };
    for (guint k = 0; k < 5; k++)
        cg_shapes_add_vertex (shapes, xs[k], ys[k]);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
}

static void
town_done (Town *town)
{
    cg_shapes_free (town->regions);
    cg_buildings_free (town->buildings);
    g_clear_pointer (&town->boxes, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Town, town_done)

static void
town_init (Town *town, guint32 room)
{
    static const char *const codes[] = { "A", "B", "C" };
    static const guint32 rows[] = { 1, 2, 3 };
    *town = (Town){ .regions = cg_shapes_new (CG_SHAPES_AREA),
                    .buildings = cg_buildings_new (room),
                    .boxes = g_array_new (FALSE, FALSE, sizeof (CgBox)) };
    town->buildings->n = 0;
    for (guint r = 0; r < N_REGIONS; r++)
        add_box (town->regions, (CgBox){ r * SIDE, 0, (r + 1) * SIDE, SIDE });
    town->source = (CgCellSource){ .n_regions = N_REGIONS,
                                   .region = (char *const *) codes,
                                   .building_file = "houses",
                                   .region_file = "regions",
                                   .region_row = rows };
}

/* key CG_NONE: a row without an id. */
static void
add_row (Town *town, guint32 key, double households, CgBox box)
{
    CgBuildings *b = town->buildings;
    guint32 i = b->n++;
    b->id[i] = key != CG_NONE ? g_strdup_printf ("k%u", key) : g_strdup_printf ("%u", i + 1);
    b->key[i] = key;
    b->row[i] = i + 1;
    b->households[i] = households;
    add_box (b->outlines, box);
    cg_shapes_end_shape (b->points);
    g_array_append_val (town->boxes, box);
}

static CgCells *
build (Town *town)
{
    g_autoptr (GError) error = NULL;
    const CgBuildings *b = town->buildings;
    town->source.buildings = b;
    town->source.input = (CgCellsInput){ .regions = town->regions,
                                         .n_buildings = b->n,
                                         .outlines = b->outlines,
                                         .points = b->points,
                                         .key = b->key,
                                         .metre_x = 1,
                                         .metre_y = 1 };
    CgCells *cells = cg_cells_build (&town->source.input, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    return cells;
}

static CgCellColumns *
fill (Town *town, const CgCells *cells, const CgCellsSettings *settings)
{
    g_autoptr (GError) error = NULL;
    CgCellColumns *c = cg_cell_columns_new (&town->source, cells, settings, &error);
    g_assert_no_error (error);
    return c;
}

static guint64
sum_of (const CgCellColumns *c)
{
    guint64 sum = 0;
    for (guint32 k = 0; k < c->n; k++)
        sum += c->households[k];
    return sum;
}

/* The buildings of each cell have what the cell has. */
static void
check_buildings (const CgCells *cells, const CgCellColumns *c)
{
    g_autofree guint64 *sum = g_new0 (guint64, (gsize) cells->n + 1);
    for (guint32 i = 0; i < cells->n_buildings; i++) {
        if (cells->cell_of[i] != CG_NONE)
            sum[cells->cell_of[i]] += c->of_building[i];
        else
            g_assert_cmpuint (c->of_building[i], ==, 0);
    }
    for (guint32 k = 0; k < cells->n; k++)
        g_assert_cmpuint (sum[k], ==, c->households[k]);
}

/* ---- by hand ----------------------------------------------------------------------------- */

static void
test_rows_of_one (void)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    g_auto (Town) town = { 0 };
    town_init (&town, 9);
    add_row (&town, 0, 12, (CgBox){ 20, 20, 40, 40 }); /* one id, one outline, two counts */
    add_row (&town, 0, 15, (CgBox){ 20, 20, 40, 40 });
    add_row (&town, 1, 9, (CgBox){ 60, 20, 80, 40 }); /* two ids, one outline */
    add_row (&town, 2, 9, (CgBox){ 60, 20, 80, 40 });
    add_row (&town, 3, 20, (CgBox){ 390, 20, 400, 40 }); /* cut at the border of two communities */
    add_row (&town, 3, 20, (CgBox){ 400, 20, 420, 40 });
    add_row (&town, 4, 3, (CgBox){ 20, 200, 30, 210 }); /* one id in two places */
    add_row (&town, 4, 4, (CgBox){ 600, 200, 610, 210 });
    add_row (&town, CG_NONE, NAN, (CgBox){ 500, 300, 520, 320 }); /* nobody has counted it */
    g_autoptr (CgCells) cells = build (&town);
    g_autoptr (CgCellColumns) c = fill (&town, cells, &usual);
    static const guint32 same_as[] = { 0, 0, 2, 2, 4, 4, 6, 7, 8 };
    /* The last one, 20 x 20 m on two storeys: too few are counted to say what they have for their floor. */
    static const guint32 households[] = { 15, 0, 9, 0, 20, 0, 3, 4, 8 };
    for (guint32 i = 0; i < G_N_ELEMENTS (same_as); i++) {
        g_assert_cmpuint (cells->same_as[i], ==, same_as[i]);
        g_assert_cmpuint (c->of_building[i], ==, households[i]);
    }
    g_assert_cmpuint (cells->region[cells->cell_of[4]], ==, 1);
    g_assert_cmpuint (sum_of (c), ==, 59);
    check_buildings (cells, c);
    g_assert_cmpuint (c->notes->len, ==, 3);
    CgCellNote first = g_array_index (c->notes, CgCellNote, 0),
               second = g_array_index (c->notes, CgCellNote, 1);
    g_assert_true (first.kind == CG_CELL_COUNTS_DIFFER && first.row == 0 && first.other == 1);
    g_assert_true (first.count == 12 && first.taken == 15 && !first.is_people);
    g_assert_true (second.kind == CG_CELL_ID_APART && second.row == 7 && second.other == 6);
}

/* An outline in two parts, one of which another row delivers again: they are two buildings. */
static void
test_partly_repeated (void)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    g_auto (Town) town = { 0 };
    town_init (&town, 2);
    add_row (&town, 0, 10, (CgBox){ 20, 20, 40, 40 });
    CgBuildings *b = town.buildings;
    b->id[1] = g_strdup ("k1");
    b->key[1] = 1;
    b->households[1] = 30;
    b->n = 2;
    for (guint part = 0; part < 2; part++) {
        double x = part == 0 ? 20 : 300;
        double xs[] = { x, x + 20, x + 20, x, x }, ys[] = { 20, 20, 40, 40, 20 };
        for (guint k = 0; k < 5; k++)
            cg_shapes_add_vertex (b->outlines, xs[k], ys[k]);
        cg_shapes_end_ring (b->outlines);
        cg_shapes_end_part (b->outlines);
    }
    cg_shapes_end_shape (b->outlines);
    cg_shapes_end_shape (b->points);
    g_autoptr (CgCells) cells = build (&town);
    g_autoptr (CgCellColumns) c = fill (&town, cells, &usual);
    g_assert_cmpuint (cells->same_as[1], ==, 1);
    g_assert_cmpuint (sum_of (c), ==, 40);
}

/* Every other of 100 houses has 7 households, which is 7/8 of what its floor says (20 x 20 m, two storeys); the others have none
 * written. Of the twenty in the east 9 have a count, too few to compare, in the middle nobody has counted. */
static void
test_gaps (void)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    g_auto (Town) town = { 0 };
    town_init (&town, 140);
    for (guint i = 0; i < 140; i++) {
        guint k = i < 100 ? i : (i - 100) % 20;
        double x = 20 + 38.0 * (k % 10) + (i < 100 ? 0 : i < 120 ? SIDE : 2 * SIDE), y = 10 + 38.0 * (k / 10);
        double count = i < 100 ? (i % 2 == 1 ? 7 : NAN) : i < 120 ? NAN : i < 129 ? 7 : NAN;
        add_row (&town, CG_NONE, count, (CgBox){ x, y, x + 20, y + 20 });
    }
    town.buildings->households[0] = 0; /* nobody lives there, and somebody looked */
    g_autoptr (CgCells) cells = build (&town);
    g_autoptr (CgCellColumns) c = fill (&town, cells, &usual);
    /* 350 counted for 408 by floor: 49 x 8 x 350 / 408 = 336; 20 x 8; 63 and 11 x 8 */
    g_assert_cmpuint (sum_of (c), ==, 350 + 336 + 160 + 63 + 88);
    check_buildings (cells, c);
    g_assert_cmpuint (c->of_building[0], ==, 0);
    for (guint i = 1; i < 100; i += 2)
        g_assert_cmpuint (c->of_building[i], ==, 7);
    guint n_estimated = 0;
    for (guint i = 0; i < 140; i++)
        n_estimated += c->estimated[cells->cell_of[i]];
    g_assert_cmpuint (n_estimated, ==, 49 + 20 + 11);
    g_assert_cmpuint (c->households_gap[0].n_without, ==, 49);
    g_assert_cmpuint (c->households_gap[0].n_counted, ==, 51);
    g_assert_cmpuint (c->households_gap[1].n_without, ==, 0);
    g_assert_cmpuint (c->households_gap[2].n_without, ==, 11);
    g_assert_cmpuint (c->notes->len, ==, 49 + 11);
    g_assert_true (g_array_index (c->notes, CgCellNote, 0).kind == CG_CELL_NOT_COUNTED);
}

/* People likewise: of twenty houses of 8 households twelve have 20 people each, the others no word: 2.5 a household. A total
 * scales counts and estimates alike. */
static void
test_people_gaps (void)
{
    CgCellsSettings settings = CG_CELLS_SETTINGS_DEFAULT;
    g_auto (Town) town = { 0 };
    town_init (&town, 20);
    for (guint i = 0; i < 20; i++) {
        add_row (&town, CG_NONE, NAN, (CgBox){ 20 + 38.0 * (i % 10), 10 + 38.0 * (i / 10),
                                               40 + 38.0 * (i % 10), 30 + 38.0 * (i / 10) });
        town.buildings->population[i] = i < 12 ? 20 : NAN;
    }
    g_autoptr (CgCells) cells = build (&town);
    g_autoptr (CgCellColumns) c = fill (&town, cells, &settings);
    guint64 people = 0, marked = 0;
    for (guint32 k = 0; k < c->n; k++) {
        people += c->population[k];
        marked += c->population_estimated[k] ? c->population[k] : 0;
    }
    g_assert_cmpuint (people, ==, 400);
    g_assert_cmpuint (marked, ==, 160);
    g_assert_cmpuint (c->population_gap[0].n_without, ==, 8);
    for (guint i = 0; i < 10; i++)
        town.buildings->households[i] = 4;
    settings.total = 600;
    g_autoptr (CgCellColumns) known = fill (&town, cells, &settings);
    g_assert_cmpuint (sum_of (known), ==, 600);
    for (guint i = 0; i < 20; i++)
        g_assert_cmpuint (known->of_building[i], ==, 30);
    check_buildings (cells, known);
}

/* Estimates of pieces are those of the whole: 30 x 20 m on two storeys are 12 households. */
static void
test_estimated_pieces (void)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    g_auto (Town) town = { 0 };
    town_init (&town, 3);
    add_row (&town, 0, NAN, (CgBox){ 390, 20, 400, 40 });
    add_row (&town, 0, NAN, (CgBox){ 400, 20, 420, 40 });
    add_row (&town, 0, NAN, (CgBox){ 400, 20, 420, 40 });
    g_autoptr (CgCells) cells = build (&town);
    g_autoptr (CgCellColumns) c = fill (&town, cells, &usual);
    g_assert_cmpuint (sum_of (c), ==, 12);
    g_assert_cmpuint (c->of_building[0], ==, 4);
    g_assert_cmpuint (c->of_building[1], ==, 8);
    g_assert_cmpuint (c->of_building[2], ==, 0);
    check_buildings (cells, c);
    CgCellsSettings scaled = usual;
    scaled.total = 100;
    g_autoptr (CgCellColumns) known = fill (&town, cells, &scaled);
    g_assert_cmpuint (sum_of (known), ==, 100);
    check_buildings (cells, known);
}

/* A podium of 60 x 40 m and 2 storeys, a tower of 20 x 20 m and 30 storeys on it: 2000 m2 of 2 and
 * 400 m2 of 30 storeys are 160 households, in whatever order they come. */
static void
test_tower (void)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    const CgBox box[] = { { 100, 100, 160, 140 }, { 120, 110, 140, 130 } };
    const double levels[] = { 2, 30 };
    for (guint first = 0; first < 2; first++) {
        g_auto (Town) town = { 0 };
        town_init (&town, 2);
        for (guint k = 0; k < 2; k++) {
            add_row (&town, k, NAN, box[k ^ first]);
            town.buildings->levels[k] = levels[k ^ first];
        }
        g_autoptr (CgCells) cells = build (&town);
        g_autoptr (CgCellColumns) c = fill (&town, cells, &usual);
        g_assert_cmpuint (cells->overlaps->len, ==, 1);
        g_assert_cmpuint (sum_of (c), ==, 160);
        check_buildings (cells, c);
    }
}

/* ---- whatever comes ---------------------------------------------------------------------- */

/* Houses in places of their own (every 40 m, up to 15 m aside: on borders, over the rim, outside), of
 * which some come twice and some in two pieces. */
static double
random_town (Town *town, CgRandom *random)
{
    double expected = 0;
    for (guint place = 0; place < 300; place++) {
        double x = 40.0 * (place % 30) - 5 + 15 * cg_random_unit (random);
        double y = 40.0 * (place / 30) - 5 + 15 * cg_random_unit (random);
        CgBox box = { x, y, x + 12 + 8 * cg_random_unit (random),
                      y + 10 + 5 * cg_random_unit (random) };
        double count = floor (40 * cg_random_unit (random)), u = cg_random_unit (random);
        guint32 key = u < 0.2 ? CG_NONE : place;
        gboolean inside = box.x_max > 0 && box.x_min < N_REGIONS * SIDE && box.y_max > 0 &&
                          box.y_min < SIDE;
        gboolean all_inside = box.x_min > 0 && box.x_max < N_REGIONS * SIDE && box.y_min > 0 &&
                              box.y_max < SIDE;
        if (u < 0.3) { /* the same outline again, under its id or none */
            add_row (town, key, count, box);
            add_row (town, key, floor (count * cg_random_unit (random)), box);
        } else if (u < 0.5) { /* cut in two */
            double cut = box.x_min + (box.x_max - box.x_min) * (0.2 + 0.6 * cg_random_unit (random));
            CgBox west = box, east = box;
            west.x_max = east.x_min = cut;
            add_row (town, key, count, west);
            /* A piece wholly outside is no part of the county: it takes its word with it. */
            add_row (town, key, u < 0.4 || !all_inside ? count : NAN, east);
        } else
            add_row (town, key, count, box);
        expected += inside ? count : 0;
    }
    return expected;
}

static void
test_sums (void)
{
    const CgCellsSettings usual = CG_CELLS_SETTINGS_DEFAULT;
    guint n_trials = g_test_slow () ? 500 : 12;
    for (guint trial = 0; trial < n_trials; trial++) {
        g_auto (Town) town = { 0 };
        CgRandom random;
        cg_random_init (&random, 4, trial);
        town_init (&town, 600);
        double expected = random_town (&town, &random);
        g_autoptr (CgCells) cells = build (&town);
        g_autoptr (CgCellColumns) c = fill (&town, cells, &usual);
        g_assert_cmpuint (sum_of (c), ==, (guint64) expected);
        check_buildings (cells, c);
        CgCellsSettings scaled = usual;
        scaled.total = 7777;
        g_autoptr (CgCellColumns) known = fill (&town, cells, &scaled);
        g_assert_cmpuint (sum_of (known), ==, 7777);
        check_buildings (cells, known);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/cell-counts/rows-of-one", test_rows_of_one);
    g_test_add_func ("/app/cell-counts/partly-repeated", test_partly_repeated);
    g_test_add_func ("/app/cell-counts/estimated-pieces", test_estimated_pieces);
    g_test_add_func ("/app/cell-counts/tower", test_tower);
    g_test_add_func ("/app/cell-counts/gaps", test_gaps);
    g_test_add_func ("/app/cell-counts/people-gaps", test_people_gaps);
    g_test_add_func ("/app/cell-counts/sums", test_sums);
    return g_test_run ();
}

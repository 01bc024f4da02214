/* Outside files into model tables: formats by GDAL, columns by synonyms, encodings by proof.
 *
 * Drivers  GPKG, GeoJSON, ESRI Shapefile, CSV (also .csv.gz), XLSX (xlsx.h), FlatGeobuf; OSM PBF for barriers
 *          only. A file is opened only by the driver that its content shows AND its name promises;
 *          nothing else is tried.
 * Guards   before any geometry library sees a shape: size, depth, closed rings, finite
 *          coordinates, ranges.
 * Personal columns and values that look like personal data (identity and mobile numbers, names,
 *          addresses) are refused with CG_ERROR_FORBIDDEN when they would be read, and reported as
 *          not read otherwise. skip_bad does not help.
 * CRS      options.crs, else the file's, else EPSG:4326 for columns named like degrees (noted),
 *          else options.assumed_crs; else an error. GeoJSON that names none is EPSG:4326 (RFC 7946)
 *          unless crs or assumed_crs say otherwise; an assumed_crs in metres is not meant where
 *          all of it could be degrees. report->crs_from says which it was.
 * Rows     every reader checks all rows and reports each bad one; with any error it fails with
 *          CG_ERROR_INPUT, unless skip_bad, which leaves bad rows out (all are in the report).
 * Result   tables with `delivered` coordinates and delivered_crs; `shapes` (or x, y) in
 *          working_crs after cg_import_* returns (normalise is called inside, once the whole file
 *          is read).
 */
#ifndef CG_IMPORT_H
#define CG_IMPORT_H

#include "base/progress.h"
#include "import/report.h"
#include "model/places.h"
#include "model/regions.h"
#include "model/units.h"

typedef struct {
    const char *path;  /* FILE or FILE:LAYER                                                     */
    const char *layer; /* NULL: the one in path, or the only one, or the one named like the kind */
    const char *crs;   /* NULL: the file's; "EPSG:n", "gcj02", "bd09"                            */
    const char *assumed_crs; /* of a file that names none and has no crs here; or NULL. Never goes
                                before what the file names                                       */
    const char *encoding;    /* NULL: found out; "UTF-8", "GBK", "GB18030"                       */
    char **map;              /* NULL-terminated "field=column", or NULL                          */
    char **map_words;        /* parallel to map: what the user typed for each, "--households hh",
                                where there is no --map; NULL: --map itself                      */
    const char *working_crs; /* "EPSG:n" in metres; NULL: chosen from the data (normalise/crs.h) */
    gboolean skip_bad;       /* leave bad rows out instead of failing                            */
    gboolean skip_personal;  /* with skip_bad: rows with personal values too (who watches a feed
                                lists them as bad; columns of persons still fail)               */
    GBytes *bytes;           /* CSV: what the file holds, when it is read already; path is but its
                                name. NULL: read path                                            */
    gboolean add;            /* read by who stores: rows go beside those that are stored          */
    gboolean lenient;        /* units of an analyst's file: without an id column the feature
                                number is the id                                                 */
    gboolean repair;         /* default TRUE: invalid areas are repaired and reported; FALSE: they
                                are errors. A repair that changes the area by more than 1 % or
                                loses parts is an error in either case                           */
    gboolean plane;          /* cg_import_barriers, cg_import_compounds: coordinates without a CRS
                                are taken as plane metres, with a warning                      */
    gboolean borders_only;   /* cg_import_barriers, of a file with several layers: those that hold
                                nothing but buildings, which are no border, are not read */
    gboolean none_will_do;   /* cg_import_barriers: a layer without rows, or with none but those of
                                class `none`, is a warning and gives an empty table;
                                cg_import_buildings: a file without rows                       */
    gboolean keep_none;      /* cg_import_barriers: beside barriers, rows whose own class is `none`
                                stay, as CG_BARRIER_NONE: they say where nothing runs           */
    gboolean keep_placeless; /* cg_import_places: rows whose place is missing or impossible stay,
                                with NaN and a warning                                           */
    /* Units only, from other tables of the county; NULL: not checked. In working CRS: gives each
     * unit its community by code or, where it has none, by place; a unit outside every community
     * is an error. */
    const CgRegions *regions;
} CgImportOptions;

#define CG_IMPORT_OPTIONS_DEFAULT ((CgImportOptions){ .repair = TRUE })

/* Fields of each kind with their synonyms, for --help and for the page: one text, a line each.
 * (transfer full) */
char *cg_import_describe_fields (const char *kind);

/* Errors of every reader, each with its finding in the report: NOT_FOUND no such file; IO it cannot
 * be read; INPUT and GEOMETRY wrong rows; FORBIDDEN personal data; LIMIT too large; CANCELLED. */
CgUnits *cg_import_units (const CgImportOptions *options, CgImportReport *report,
                          const CgProgress *progress, GCancellable *cancel, GError **error);
CgRegions *cg_import_regions (const CgImportOptions *options, CgImportReport *report,
                              const CgProgress *progress, GCancellable *cancel, GError **error);
CgCompounds *cg_import_compounds (const CgImportOptions *options, CgImportReport *report,
                                  const CgProgress *progress, GCancellable *cancel, GError **error);
/* Outlines of villager groups, drawn by hand: rows of kind CG_COMPOUND_GROUP with the group's name;
 * rows of one name are one group. Invalid outlines are repaired whatever their area becomes. */
CgCompounds *cg_import_groups (const CgImportOptions *options, CgImportReport *report,
                               const CgProgress *progress, GCancellable *cancel, GError **error);
CgBarriers *cg_import_barriers (const CgImportOptions *options, CgImportReport *report,
                                const CgProgress *progress, GCancellable *cancel, GError **error);
/* Points: incidents, cameras, services; of lines and areas the label point is taken with a warning.
 * Fields that the kind must have are errors when missing; with lenient (analysts' commands) only a
 * place is needed. */
CgPlaces *cg_import_places (const CgImportOptions *options, CgPlaceKind kind, gboolean lenient,
                            CgImportReport *report, const CgProgress *progress,
                            GCancellable *cancel, GError **error);

/* Areas with a key, for attach (map is not used; map_words, where there are any, stand for id_column
 * and value_column, in that order, for those that are given): key column = id_column, or "grid_id", or "code",
 * or the synonyms of a unit's id, or the feature number. */
typedef struct {
    guint32 n;
    char **id;
    gboolean id_is_integer; /* all ids are: ranks follow their numeric order, else text order */
    guint32 *rank;     /* [n] position of the row in that order */
    guint32 *row;      /* [n] in the file */
    guint8 *village;   /* [n] cg_import_boundary: TRUE: column, name or code says so; else NULL */
    double *count;     /* [n] values of value_column, NaN missing; NULL when not asked */
    CgShapes *shapes;  /* working CRS */
    CgShapes *delivered;
    char *id_column, *delivered_crs, *working_crs;
} CgKeyedAreas;
CgKeyedAreas *cg_import_keyed_areas (const CgImportOptions *options, const char *id_column,
                                     const char *value_column, CgImportReport *report,
                                     GError **error);
/* Outlines of communities: the same with `village`. */
CgKeyedAreas *cg_import_boundary (const CgImportOptions *options, const char *id_column,
                                  const char *value_column, CgImportReport *report,
                                  GError **error);
void cg_keyed_areas_free (CgKeyedAreas *areas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgKeyedAreas, cg_keyed_areas_free)

#endif

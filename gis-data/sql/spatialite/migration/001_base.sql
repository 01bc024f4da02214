-- The county, its settings and the base data: regions, compounds, units, barriers.
-- Every geometry column: NOT NULL, one type, the county's SRID (triggers), an R*Tree named as SpatiaLite names it.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE store (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    srid INTEGER NOT NULL,
    data_version INTEGER NOT NULL CHECK (data_version >= 0)
) STRICT;
INSERT INTO store SELECT 1, max(srid), 0 FROM spatial_ref_sys;

CREATE TABLE setting (
    key TEXT PRIMARY KEY CHECK (key <> ''),
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seal (
    scope TEXT PRIMARY KEY,
    n_rows INTEGER NOT NULL CHECK (n_rows >= 0),
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE region (
    region_key INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    name TEXT,
    level TEXT NOT NULL CHECK (level IN ('county', 'town', 'community', 'grid')),
    parent TEXT REFERENCES region (code) DEFERRABLE INITIALLY DEFERRED,
    urban INTEGER NOT NULL CHECK (urban IN (0, 1)),
    source_row INTEGER NOT NULL,
    source_crs TEXT,
    geom BLOB NOT NULL
) STRICT;
CREATE INDEX region_parent ON region (parent);

CREATE TABLE compound (
    compound_key INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    name TEXT,
    kind TEXT,
    region TEXT,
    dedicated INTEGER NOT NULL CHECK (dedicated IN (0, 1)),
    source_row INTEGER NOT NULL,
    source_crs TEXT,
    geom BLOB NOT NULL
) STRICT;

CREATE TABLE unit_version (
    version INTEGER PRIMARY KEY,
    n_units INTEGER NOT NULL CHECK (n_units >= 0),
    has_population INTEGER NOT NULL CHECK (has_population IN (0, 1)),
    source_crs TEXT
) STRICT;

CREATE TABLE unit (
    unit_key INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES unit_version (version),
    id TEXT NOT NULL CHECK (id <> ''),
    households INTEGER NOT NULL CHECK (households BETWEEN 0 AND 4294967295),
    population INTEGER NOT NULL CHECK (population BETWEEN 0 AND 4294967295),
    region TEXT,
    compound TEXT,
    villager_group TEXT,
    kept_grid TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('urban', 'rural', 'dedicated')),
    estimated INTEGER NOT NULL CHECK (estimated IN (0, 1)),
    source_row INTEGER NOT NULL,
    geom BLOB NOT NULL,
    UNIQUE (version, id)
) STRICT;

CREATE TABLE barrier (
    barrier_key INTEGER PRIMARY KEY,
    id TEXT,
    name TEXT,
    class TEXT NOT NULL,
    passable INTEGER NOT NULL CHECK (passable IN (0, 1)),
    source_row INTEGER NOT NULL,
    source_crs TEXT,
    geom BLOB NOT NULL
) STRICT;

CREATE TRIGGER unit_no_update BEFORE UPDATE ON unit BEGIN
    SELECT RAISE(ABORT, 'units are replaced by a new version, never changed');
END;

CREATE VIRTUAL TABLE idx_region_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER region_geom_insert_check BEFORE INSERT ON region
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of region must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER region_geom_update_check BEFORE UPDATE OF geom ON region
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of region must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER region_geom_insert AFTER INSERT ON region BEGIN
    INSERT INTO idx_region_geom VALUES (NEW.region_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER region_geom_update AFTER UPDATE OF geom ON region BEGIN
    UPDATE idx_region_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.region_key;
END;
CREATE TRIGGER region_geom_delete AFTER DELETE ON region BEGIN
    DELETE FROM idx_region_geom WHERE pkid = OLD.region_key;
END;
INSERT INTO geometry_columns SELECT 'region', 'geom', 6, 2, srid, 1 FROM store;

CREATE VIRTUAL TABLE idx_compound_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER compound_geom_insert_check BEFORE INSERT ON compound
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of compound must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER compound_geom_update_check BEFORE UPDATE OF geom ON compound
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of compound must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER compound_geom_insert AFTER INSERT ON compound BEGIN
    INSERT INTO idx_compound_geom VALUES (NEW.compound_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER compound_geom_update AFTER UPDATE OF geom ON compound BEGIN
    UPDATE idx_compound_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.compound_key;
END;
CREATE TRIGGER compound_geom_delete AFTER DELETE ON compound BEGIN
    DELETE FROM idx_compound_geom WHERE pkid = OLD.compound_key;
END;
INSERT INTO geometry_columns SELECT 'compound', 'geom', 6, 2, srid, 1 FROM store;

CREATE VIRTUAL TABLE idx_unit_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER unit_geom_insert_check BEFORE INSERT ON unit
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of unit must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER unit_geom_update_check BEFORE UPDATE OF geom ON unit
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of unit must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER unit_geom_insert AFTER INSERT ON unit BEGIN
    INSERT INTO idx_unit_geom VALUES (NEW.unit_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER unit_geom_update AFTER UPDATE OF geom ON unit BEGIN
    UPDATE idx_unit_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.unit_key;
END;
CREATE TRIGGER unit_geom_delete AFTER DELETE ON unit BEGIN
    DELETE FROM idx_unit_geom WHERE pkid = OLD.unit_key;
END;
INSERT INTO geometry_columns SELECT 'unit', 'geom', 6, 2, srid, 1 FROM store;

CREATE VIRTUAL TABLE idx_barrier_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER barrier_geom_insert_check BEFORE INSERT ON barrier
WHEN coalesce(GeometryType(NEW.geom), '') NOT IN ('MULTILINESTRING', 'MULTIPOLYGON')
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of barrier must be a MULTILINESTRING or MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER barrier_geom_update_check BEFORE UPDATE OF geom ON barrier
WHEN coalesce(GeometryType(NEW.geom), '') NOT IN ('MULTILINESTRING', 'MULTIPOLYGON')
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of barrier must be a MULTILINESTRING or MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER barrier_geom_insert AFTER INSERT ON barrier BEGIN
    INSERT INTO idx_barrier_geom VALUES (NEW.barrier_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER barrier_geom_update AFTER UPDATE OF geom ON barrier BEGIN
    UPDATE idx_barrier_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.barrier_key;
END;
CREATE TRIGGER barrier_geom_delete AFTER DELETE ON barrier BEGIN
    DELETE FROM idx_barrier_geom WHERE pkid = OLD.barrier_key;
END;
INSERT INTO geometry_columns SELECT 'barrier', 'geom', 0, 2, srid, 1 FROM store;

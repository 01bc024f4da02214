-- Buildings, and units that were made from them.

CREATE TABLE building (
    building_key INTEGER PRIMARY KEY,
    id TEXT,
    households REAL CHECK (households >= 0),
    population REAL CHECK (population >= 0),
    levels REAL CHECK (levels >= 0),
    height_m REAL CHECK (height_m >= 0),
    dwelling INTEGER NOT NULL CHECK (dwelling IN (0, 1)),
    compound TEXT,
    villager_group TEXT,
    source_row INTEGER NOT NULL,
    source_crs TEXT,
    geom BLOB NOT NULL
) STRICT;

-- What a community is known to have, by code; a region may come and go.
CREATE TABLE region_total (
    code TEXT PRIMARY KEY CHECK (code <> ''),
    households REAL NOT NULL CHECK (households >= 0)
) STRICT, WITHOUT ROWID;

-- Versions of units of which some were not delivered but made here.
CREATE TABLE unit_made (
    version INTEGER PRIMARY KEY REFERENCES unit_version (version),
    parameters TEXT NOT NULL
) STRICT;

-- What the borders of made units run along, all of one kind together.
CREATE TABLE unit_border (
    border_key INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES unit_made (version),
    class TEXT NOT NULL,
    passable INTEGER NOT NULL CHECK (passable IN (0, 1)),
    geom BLOB NOT NULL
) STRICT;
CREATE INDEX unit_border_version ON unit_border (version);

CREATE VIRTUAL TABLE idx_building_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER building_geom_insert_check BEFORE INSERT ON building
WHEN coalesce(GeometryType(NEW.geom), '') NOT IN ('POINT', 'MULTIPOLYGON')
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of building must be a POINT or MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER building_geom_update_check BEFORE UPDATE OF geom ON building
WHEN coalesce(GeometryType(NEW.geom), '') NOT IN ('POINT', 'MULTIPOLYGON')
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of building must be a POINT or MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER building_geom_insert AFTER INSERT ON building BEGIN
    INSERT INTO idx_building_geom VALUES (NEW.building_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER building_geom_update AFTER UPDATE OF geom ON building BEGIN
    UPDATE idx_building_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.building_key;
END;
CREATE TRIGGER building_geom_delete AFTER DELETE ON building BEGIN
    DELETE FROM idx_building_geom WHERE pkid = OLD.building_key;
END;
INSERT INTO geometry_columns SELECT 'building', 'geom', 0, 2, srid, 1 FROM store;

CREATE VIRTUAL TABLE idx_unit_border_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER unit_border_geom_insert_check BEFORE INSERT ON unit_border
WHEN GeometryType(NEW.geom) IS NOT 'MULTILINESTRING'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of unit_border must be a MULTILINESTRING of the county''s SRID');
END;
CREATE TRIGGER unit_border_geom_update_check BEFORE UPDATE OF geom ON unit_border
WHEN GeometryType(NEW.geom) IS NOT 'MULTILINESTRING'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of unit_border must be a MULTILINESTRING of the county''s SRID');
END;
CREATE TRIGGER unit_border_geom_insert AFTER INSERT ON unit_border BEGIN
    INSERT INTO idx_unit_border_geom VALUES (NEW.border_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER unit_border_geom_update AFTER UPDATE OF geom ON unit_border BEGIN
    UPDATE idx_unit_border_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.border_key;
END;
CREATE TRIGGER unit_border_geom_delete AFTER DELETE ON unit_border BEGIN
    DELETE FROM idx_unit_border_geom WHERE pkid = OLD.border_key;
END;
INSERT INTO geometry_columns SELECT 'unit_border', 'geom', 5, 2, srid, 1 FROM store;

-- Things with a position. Place and record are apart: a hotline call without a usable place is still a call,
-- and no geometry column is ever NULL.

CREATE TABLE incident (
    incident_key INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL CHECK (source_id <> ''),
    revision INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 4294967295),
    type TEXT,
    occurred_s INTEGER,
    reported_s INTEGER,
    weight REAL,
    state TEXT,
    source_row INTEGER NOT NULL,
    source_x REAL,
    source_y REAL,
    source_crs TEXT,
    UNIQUE (source, source_id, revision)
) STRICT;
CREATE INDEX incident_occurred ON incident (occurred_s);

CREATE TRIGGER incident_no_update BEFORE UPDATE ON incident BEGIN
    SELECT RAISE(ABORT, 'incidents are revised by a new revision, never changed');
END;

-- The highest revision of each incident.
CREATE VIEW latest AS
SELECT i.* FROM incident i
WHERE NOT EXISTS (SELECT 1 FROM incident n
    WHERE n.source = i.source AND n.source_id = i.source_id AND n.revision > i.revision);

CREATE TABLE camera (
    camera_key INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL UNIQUE CHECK (device_id <> ''),
    name TEXT,
    class TEXT,
    bearing_deg REAL,
    fov_deg REAL,
    range_m REAL,
    source_row INTEGER NOT NULL,
    source_x REAL,
    source_y REAL,
    source_crs TEXT
) STRICT;

CREATE TABLE service (
    service_key INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL UNIQUE CHECK (source_id <> ''),
    name TEXT,
    kind TEXT,
    source_row INTEGER NOT NULL,
    source_x REAL,
    source_y REAL,
    source_crs TEXT
) STRICT;

CREATE TABLE incident_place (
    incident_key INTEGER PRIMARY KEY REFERENCES incident (incident_key) ON DELETE CASCADE,
    geom BLOB NOT NULL
) STRICT;

CREATE TABLE camera_place (
    camera_key INTEGER PRIMARY KEY REFERENCES camera (camera_key) ON DELETE CASCADE,
    geom BLOB NOT NULL
) STRICT;

CREATE TABLE service_place (
    service_key INTEGER PRIMARY KEY REFERENCES service (service_key) ON DELETE CASCADE,
    geom BLOB NOT NULL
) STRICT;

CREATE VIRTUAL TABLE idx_incident_place_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER incident_place_geom_insert_check BEFORE INSERT ON incident_place
WHEN GeometryType(NEW.geom) IS NOT 'POINT'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of incident_place must be a POINT of the county''s SRID');
END;
CREATE TRIGGER incident_place_geom_update_check BEFORE UPDATE OF geom ON incident_place
WHEN GeometryType(NEW.geom) IS NOT 'POINT'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of incident_place must be a POINT of the county''s SRID');
END;
CREATE TRIGGER incident_place_geom_insert AFTER INSERT ON incident_place BEGIN
    INSERT INTO idx_incident_place_geom VALUES (NEW.incident_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER incident_place_geom_update AFTER UPDATE OF geom ON incident_place BEGIN
    UPDATE idx_incident_place_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.incident_key;
END;
CREATE TRIGGER incident_place_geom_delete AFTER DELETE ON incident_place BEGIN
    DELETE FROM idx_incident_place_geom WHERE pkid = OLD.incident_key;
END;
INSERT INTO geometry_columns SELECT 'incident_place', 'geom', 1, 2, srid, 1 FROM store;

CREATE VIRTUAL TABLE idx_camera_place_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER camera_place_geom_insert_check BEFORE INSERT ON camera_place
WHEN GeometryType(NEW.geom) IS NOT 'POINT'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of camera_place must be a POINT of the county''s SRID');
END;
CREATE TRIGGER camera_place_geom_update_check BEFORE UPDATE OF geom ON camera_place
WHEN GeometryType(NEW.geom) IS NOT 'POINT'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of camera_place must be a POINT of the county''s SRID');
END;
CREATE TRIGGER camera_place_geom_insert AFTER INSERT ON camera_place BEGIN
    INSERT INTO idx_camera_place_geom VALUES (NEW.camera_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER camera_place_geom_update AFTER UPDATE OF geom ON camera_place BEGIN
    UPDATE idx_camera_place_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.camera_key;
END;
CREATE TRIGGER camera_place_geom_delete AFTER DELETE ON camera_place BEGIN
    DELETE FROM idx_camera_place_geom WHERE pkid = OLD.camera_key;
END;
INSERT INTO geometry_columns SELECT 'camera_place', 'geom', 1, 2, srid, 1 FROM store;

CREATE VIRTUAL TABLE idx_service_place_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER service_place_geom_insert_check BEFORE INSERT ON service_place
WHEN GeometryType(NEW.geom) IS NOT 'POINT'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of service_place must be a POINT of the county''s SRID');
END;
CREATE TRIGGER service_place_geom_update_check BEFORE UPDATE OF geom ON service_place
WHEN GeometryType(NEW.geom) IS NOT 'POINT'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of service_place must be a POINT of the county''s SRID');
END;
CREATE TRIGGER service_place_geom_insert AFTER INSERT ON service_place BEGIN
    INSERT INTO idx_service_place_geom VALUES (NEW.service_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER service_place_geom_update AFTER UPDATE OF geom ON service_place BEGIN
    UPDATE idx_service_place_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.service_key;
END;
CREATE TRIGGER service_place_geom_delete AFTER DELETE ON service_place BEGIN
    DELETE FROM idx_service_place_geom WHERE pkid = OLD.service_key;
END;
INSERT INTO geometry_columns SELECT 'service_place', 'geom', 1, 2, srid, 1 FROM store;

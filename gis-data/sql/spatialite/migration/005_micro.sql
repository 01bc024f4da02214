-- Micro-units of a plan: each grid divided once more.

CREATE TABLE micro (
    micro_key INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plan (plan_id),
    micro_id INTEGER NOT NULL CHECK (micro_id BETWEEN 1 AND 4294967294),
    code TEXT NOT NULL CHECK (code <> ''),
    name TEXT,
    grid_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('urban', 'rural', 'dedicated')),
    status TEXT NOT NULL CHECK (status IN ('ok', 'below', 'above')),
    reason TEXT NOT NULL,
    households INTEGER NOT NULL CHECK (households >= 0),
    population INTEGER NOT NULL CHECK (population >= 0),
    units INTEGER NOT NULL CHECK (units >= 0),
    perimeter_m REAL,
    area_m2 REAL,
    compactness REAL,
    certificate TEXT,
    geom BLOB NOT NULL,
    UNIQUE (plan, micro_id),
    UNIQUE (plan, code),
    FOREIGN KEY (plan, grid_code) REFERENCES grid (plan, code)
) STRICT;
CREATE INDEX micro_grid ON micro (plan, grid_code);

CREATE TABLE micro_assignment (
    plan INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES unit (unit_key),
    micro_id INTEGER NOT NULL,
    PRIMARY KEY (plan, unit),
    FOREIGN KEY (plan, micro_id) REFERENCES micro (plan, micro_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX micro_assignment_unit ON micro_assignment (unit);
CREATE INDEX micro_assignment_micro ON micro_assignment (plan, micro_id);

CREATE TRIGGER micro_fixed_insert BEFORE INSERT ON micro
WHEN (SELECT state FROM plan WHERE plan_id = NEW.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the micro-units of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER micro_fixed_update BEFORE UPDATE ON micro
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the micro-units of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER micro_fixed_delete BEFORE DELETE ON micro
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the micro-units of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER micro_assignment_fixed_insert BEFORE INSERT ON micro_assignment
WHEN (SELECT state FROM plan WHERE plan_id = NEW.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the micro-units of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER micro_assignment_fixed_update BEFORE UPDATE ON micro_assignment
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the micro-units of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER micro_assignment_fixed_delete BEFORE DELETE ON micro_assignment
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the micro-units of a plan that is no longer a draft are never changed');
END;

CREATE VIRTUAL TABLE idx_micro_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER micro_geom_insert_check BEFORE INSERT ON micro
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of micro must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER micro_geom_update_check BEFORE UPDATE OF geom ON micro
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of micro must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER micro_geom_insert AFTER INSERT ON micro BEGIN
    INSERT INTO idx_micro_geom VALUES (NEW.micro_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER micro_geom_update AFTER UPDATE OF geom ON micro BEGIN
    UPDATE idx_micro_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.micro_key;
END;
CREATE TRIGGER micro_geom_delete AFTER DELETE ON micro BEGIN
    DELETE FROM idx_micro_geom WHERE pkid = OLD.micro_key;
END;
INSERT INTO geometry_columns SELECT 'micro', 'geom', 6, 2, srid, 1 FROM store;

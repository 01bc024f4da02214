-- Plans: a tree of versions, each the result of logged operations; grids and assignments are derived rows.
-- What hangs on a plan: attachments of things to grids, and measures.

CREATE TABLE plan (
    plan_id INTEGER PRIMARY KEY,
    parent INTEGER REFERENCES plan (plan_id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'published', 'archived')),
    title TEXT,
    author TEXT,
    parameters TEXT,
    hash TEXT NOT NULL,
    created_s INTEGER,
    effective_from_s INTEGER,
    effective_to_s INTEGER CHECK (effective_to_s >= effective_from_s),
    data_version INTEGER NOT NULL,
    unit_version INTEGER NOT NULL REFERENCES unit_version (version),
    n_grids INTEGER NOT NULL,
    n_ok INTEGER NOT NULL,
    n_below INTEGER NOT NULL,
    n_above INTEGER NOT NULL
) STRICT;
CREATE INDEX plan_parent ON plan (parent);
CREATE INDEX plan_unit_version ON plan (unit_version);
-- At most one plan is in force.
CREATE UNIQUE INDEX plan_in_force ON plan (state) WHERE state = 'published';

CREATE TRIGGER plan_fixed BEFORE UPDATE OF plan_id, parent, title, author, parameters, hash, created_s,
    data_version, unit_version, n_grids, n_ok, n_below, n_above ON plan
WHEN OLD.state <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'a plan that is no longer a draft is never changed');
END;
CREATE TRIGGER plan_state BEFORE UPDATE OF state ON plan
WHEN NEW.state <> OLD.state AND NOT (
    (OLD.state = 'draft' AND NEW.state IN ('submitted', 'published'))
    OR (OLD.state = 'submitted' AND NEW.state IN ('draft', 'published'))
    OR (OLD.state = 'published' AND NEW.state = 'archived')) BEGIN
    SELECT RAISE(ABORT, 'a plan goes from draft to submitted to published to archived');
END;
CREATE TRIGGER plan_from BEFORE UPDATE OF effective_from_s ON plan
WHEN OLD.state IN ('published', 'archived') BEGIN
    SELECT RAISE(ABORT, 'a published plan keeps its first day');
END;
CREATE TRIGGER plan_to BEFORE UPDATE OF effective_to_s ON plan
WHEN NOT (OLD.state = 'published' AND NEW.state = 'archived') BEGIN
    SELECT RAISE(ABORT, 'the last day of a plan is set when it is archived');
END;
CREATE TRIGGER plan_delete BEFORE DELETE ON plan
WHEN OLD.state <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'a plan that is no longer a draft is never deleted');
END;

CREATE TABLE operation (
    sequence INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plan (plan_id),
    kind TEXT NOT NULL CHECK (kind <> ''),
    author TEXT NOT NULL,
    parameters TEXT,
    report TEXT,
    data_version INTEGER NOT NULL,
    result_hash TEXT NOT NULL
) STRICT;
CREATE INDEX operation_plan ON operation (plan);
CREATE TRIGGER operation_no_update BEFORE UPDATE ON operation BEGIN
    SELECT RAISE(ABORT, 'the log of operations only grows');
END;
CREATE TRIGGER operation_no_delete BEFORE DELETE ON operation BEGIN
    SELECT RAISE(ABORT, 'the log of operations only grows');
END;

CREATE TABLE grid (
    grid_key INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plan (plan_id),
    grid_id INTEGER NOT NULL CHECK (grid_id BETWEEN 1 AND 4294967294),
    code TEXT NOT NULL CHECK (code <> ''),
    name TEXT,
    within TEXT,
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
    UNIQUE (plan, grid_id),
    UNIQUE (plan, code)
) STRICT;

CREATE TABLE assignment (
    plan INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES unit (unit_key),
    grid_id INTEGER NOT NULL,
    PRIMARY KEY (plan, unit),
    FOREIGN KEY (plan, grid_id) REFERENCES grid (plan, grid_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_unit ON assignment (unit);
CREATE INDEX assignment_grid ON assignment (plan, grid_id);

CREATE TRIGGER grid_fixed_insert BEFORE INSERT ON grid
WHEN (SELECT state FROM plan WHERE plan_id = NEW.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the grids of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER grid_fixed_update BEFORE UPDATE ON grid
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the grids of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER grid_fixed_delete BEFORE DELETE ON grid
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the grids of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER assignment_fixed_insert BEFORE INSERT ON assignment
WHEN (SELECT state FROM plan WHERE plan_id = NEW.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the grids of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER assignment_fixed_update BEFORE UPDATE ON assignment
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the grids of a plan that is no longer a draft are never changed');
END;
CREATE TRIGGER assignment_fixed_delete BEFORE DELETE ON assignment
WHEN (SELECT state FROM plan WHERE plan_id = OLD.plan) <> 'draft' BEGIN
    SELECT RAISE(ABORT, 'the grids of a plan that is no longer a draft are never changed');
END;

CREATE TABLE attachment (
    plan INTEGER NOT NULL REFERENCES plan (plan_id),
    kind TEXT NOT NULL CHECK (kind IN ('incident', 'camera', 'service')),
    thing INTEGER NOT NULL,
    grid_id INTEGER,
    PRIMARY KEY (plan, kind, thing),
    FOREIGN KEY (plan, grid_id) REFERENCES grid (plan, grid_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_grid ON attachment (plan, grid_id);

CREATE TABLE measure (
    plan INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    level TEXT NOT NULL,
    period TEXT NOT NULL,
    place TEXT NOT NULL,
    start_s INTEGER NOT NULL,
    type TEXT NOT NULL,
    value REAL,
    base REAL,
    PRIMARY KEY (plan, name, level, period, place, start_s, type)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE idx_grid_geom USING rtree (pkid, xmin, xmax, ymin, ymax);
CREATE TRIGGER grid_geom_insert_check BEFORE INSERT ON grid
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of grid must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER grid_geom_update_check BEFORE UPDATE OF geom ON grid
WHEN GeometryType(NEW.geom) IS NOT 'MULTIPOLYGON'
    OR ST_SRID(NEW.geom) IS NOT (SELECT srid FROM store) BEGIN
    SELECT RAISE(ABORT, 'geometry of grid must be a MULTIPOLYGON of the county''s SRID');
END;
CREATE TRIGGER grid_geom_insert AFTER INSERT ON grid BEGIN
    INSERT INTO idx_grid_geom VALUES (NEW.grid_key, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER grid_geom_update AFTER UPDATE OF geom ON grid BEGIN
    UPDATE idx_grid_geom SET xmin = ST_MinX(NEW.geom), xmax = ST_MaxX(NEW.geom),
        ymin = ST_MinY(NEW.geom), ymax = ST_MaxY(NEW.geom) WHERE pkid = NEW.grid_key;
END;
CREATE TRIGGER grid_geom_delete AFTER DELETE ON grid BEGIN
    DELETE FROM idx_grid_geom WHERE pkid = OLD.grid_key;
END;
INSERT INTO geometry_columns SELECT 'grid', 'geom', 6, 2, srid, 1 FROM store;

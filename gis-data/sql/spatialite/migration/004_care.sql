-- Who did what, and what came in from outside.

CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    purpose TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit chain only grows');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit chain only grows');
END;

-- The newest link, kept apart so that a tail cut off the chain is noticed.
CREATE TABLE audit_head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head VALUES (1, 0, '');

CREATE TABLE import_log (
    sequence INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind <> ''),
    file TEXT NOT NULL,
    who TEXT NOT NULL,
    n_rows INTEGER NOT NULL CHECK (n_rows >= 0),
    n_good INTEGER NOT NULL CHECK (n_good BETWEEN 0 AND n_rows),
    report TEXT NOT NULL,
    data_version INTEGER NOT NULL
) STRICT;
CREATE TRIGGER import_log_no_update BEFORE UPDATE ON import_log BEGIN
    SELECT RAISE(ABORT, 'the import log only grows');
END;
CREATE TRIGGER import_log_no_delete BEFORE DELETE ON import_log BEGIN
    SELECT RAISE(ABORT, 'the import log only grows');
END;

-- Households and people are counted or estimated each by itself. NULL in rows of earlier programs,
-- where `estimated` says that one of the two is an estimate, and not which.

ALTER TABLE unit ADD COLUMN population_estimated INTEGER CHECK (population_estimated IN (0, 1));

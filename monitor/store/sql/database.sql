-- name: count_tables
-- How many tables there are: none means that the file is blank, whatever made it.
SELECT count(*) AS tables FROM sqlite_master;

-- name: record_migration
-- Remembers that a migration was applied, and what its text was.
INSERT INTO migration (number, name, checksum, applied)
VALUES (:number, :name, :checksum, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));

-- name: applied_migrations
-- The migrations that this database has been through.
SELECT number, name, checksum FROM migration ORDER BY number;

-- name: meta
-- One of the database's own values: its instance id, its time of creation.
SELECT value FROM meta WHERE name = :name;

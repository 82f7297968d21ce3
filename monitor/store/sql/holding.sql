-- name: set_meta
-- Makes or replaces one of the database's own values.
INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: delete_meta
-- Removes one of the database's own values.
DELETE FROM meta WHERE name = :name;

-- name: count_sending
-- Counts a step of sending; the marker beside the database repeats the count.
UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'generation';

-- name: add_withheld
-- Stores a digest that nobody gets: an operator has decided that all that waited was told already.
INSERT INTO digest (id, subscription, period_start, period_end, composed, channel, state)
VALUES (:id, :subscription, :period_start, :period_end, :period_end, '', 'withheld');

-- name: fill_all_places
-- Moves all alerts that wait for a subscription into a digest.
UPDATE place SET digest = :digest WHERE subscription = :subscription AND digest IS NULL AND raised < :before;

-- name: tell_all_keys
-- Enters into the ledger that a subscription is told all keys of a digest.
INSERT INTO telling (subscription, key, digest, at)
SELECT DISTINCT :subscription, alert.key, :digest, :at
FROM place JOIN alert ON alert.id = place.alert WHERE place.digest = :digest;

-- name: add_sighting
-- Counts a piece of news in an account; one that is there already changes only where this article speaks earlier.
INSERT INTO sighting (watchlist, rule, account, value, story, fact, shown, article, at)
VALUES (:watchlist, :rule, :account, :value, :story, :fact, :shown, :article, :at)
ON CONFLICT (watchlist, rule, account, value, story, fact) DO UPDATE SET at = excluded.at, article = excluded.article
WHERE excluded.at < sighting.at;

-- name: sightings
-- What an account has counted, the newest first.
SELECT story, fact, article, at, value FROM sighting
WHERE watchlist = :watchlist AND rule = :rule AND account = :account
AND (:value IS NULL OR value = :value)
ORDER BY at DESC, story, fact LIMIT :latest;

-- name: sighting_times
-- When what an account has counted since an instant speaks.
SELECT at FROM sighting
WHERE watchlist = :watchlist AND rule = :rule AND account = :account AND at >= :since ORDER BY at;

-- name: counted_of
-- The accounts in which a story counts.
SELECT watchlist, rule, account, shown, story, fact, article, at, value FROM sighting WHERE story = :story
ORDER BY watchlist, rule, account, value;

-- name: accounts
-- The accounts in which a rule has counted anything, each with how its value was written last.
SELECT account, max(shown) AS shown FROM sighting WHERE watchlist = :watchlist AND rule = :rule
GROUP BY account ORDER BY account;

-- name: firings
-- When an account held, and whether that is settled: some reader has the alert, or was kept from it.
SELECT
    firing.begin, firing.until, firing.alert, firing.value,
    firing.alert = ''
    OR EXISTS (SELECT 1 FROM place WHERE place.alert = firing.alert AND place.digest IS NOT NULL)
    OR EXISTS (SELECT 1 FROM mute WHERE mute.alert = firing.alert) AS settled
FROM firing
WHERE watchlist = :watchlist AND rule = :rule AND account = :account AND until >= :since
ORDER BY begin, id;

-- name: add_firing
-- Notes that a rule over time held.
INSERT INTO firing (watchlist, rule, account, value, shown, begin, until, alert)
VALUES (:watchlist, :rule, :account, :value, :shown, :begin, :until, :alert);

-- name: drop_firings_within
-- Forgets the firings that a longer one of the same alert takes in.
DELETE FROM firing
WHERE watchlist = :watchlist AND rule = :rule AND account = :account AND value = :value AND alert = :alert
AND begin >= :begin AND until <= :until;

-- name: drop_firing
-- Forgets a firing by the alert that told it.
DELETE FROM firing WHERE alert = :alert AND alert <> '';

-- name: listening
-- Since when a rule over time is listened for, and until when that is known.
SELECT since, heard FROM listening WHERE watchlist = :watchlist AND rule = :rule;

-- name: save_listening
-- Makes or replaces since when a rule over time is listened for.
INSERT INTO listening (watchlist, rule, since, heard) VALUES (:watchlist, :rule, :since, :heard)
ON CONFLICT (watchlist, rule) DO UPDATE SET since = excluded.since, heard = excluded.heard;

-- name: rename_accounts_sighting
-- Gives what was counted the name of today of its watchlist and rule; what the new name has counted stays.
UPDATE OR IGNORE sighting SET watchlist = :new_watchlist, rule = :new_rule
WHERE watchlist = :watchlist AND rule = :rule;

-- name: rename_accounts_firing
-- Gives firings the name of today of their watchlist and rule.
UPDATE firing SET watchlist = :new_watchlist, rule = :new_rule WHERE watchlist = :watchlist AND rule = :rule;

-- name: rename_accounts_listening
-- Gives the listening the name of today of its watchlist and rule.
UPDATE OR IGNORE listening SET watchlist = :new_watchlist, rule = :new_rule
WHERE watchlist = :watchlist AND rule = :rule;

-- name: timed_rules_of
-- The rules of a watchlist that have counted anything.
SELECT rule FROM listening WHERE watchlist = :watchlist
UNION SELECT rule FROM sighting WHERE watchlist = :watchlist;

-- name: counted_by
-- All that a rule has counted.
SELECT account, value, story, fact FROM sighting WHERE watchlist = :watchlist AND rule = :rule;

-- name: held_by
-- The accounts and values with which a rule held.
SELECT DISTINCT account, value FROM firing WHERE watchlist = :watchlist AND rule = :rule;

-- name: rename_sighting
-- Gives a piece of news that was counted other values; where these are there already it stays.
UPDATE OR IGNORE sighting SET account = :new_account, value = :new_value, fact = :new_fact
WHERE watchlist = :watchlist AND rule = :rule AND account = :account AND value = :value AND story = :story
AND fact = :fact;

-- name: rename_firing
-- Gives the times at which a rule held other values.
UPDATE firing SET account = :new_account, value = :new_value
WHERE watchlist = :watchlist AND rule = :rule AND account = :account AND value = :value;

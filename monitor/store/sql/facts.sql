-- name: known_facts
-- Everything that is known, with the newest alert about it for the names as the rule writes them.
SELECT
    memory.*, max(memory.last_told, coalesce(story.last_told, memory.last_told)) AS story_told,
    (SELECT match FROM alert WHERE alert.key = memory.key ORDER BY raised DESC LIMIT 1) AS match
FROM memory LEFT JOIN story ON story.id = memory.story
GROUP BY memory.key
ORDER BY memory.key;

-- name: struck_facts
-- Everything that was struck, in that order.
SELECT key, at, why, memory FROM struck ORDER BY at, id;

-- name: fact_sources
-- The newest articles that tell a fact.
SELECT DISTINCT article.id, article.title, article.publisher, article.source, article.url, article.arrived
FROM alert JOIN article ON article.id = alert.article
WHERE alert.key = :key ORDER BY article.arrived DESC, article.id LIMIT :limit;

-- name: waiting_places
-- How many alerts about a fact wait for a digest.
SELECT count(*) AS places FROM alert JOIN place ON place.alert = alert.id
WHERE alert.key = :key AND place.digest IS NULL;

-- name: keep_struck
-- Enters into the ledger that a fact was struck, as it was known, and why.
INSERT INTO struck (key, at, why, memory) VALUES (:key, :at, :why, :memory);

-- name: forget_memory
-- Forgets what is known of one key.
DELETE FROM memory WHERE key = :key;

-- name: rename_struck
-- Gives what was struck another key.
UPDATE struck SET key = :new WHERE key = :old;

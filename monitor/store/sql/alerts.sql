-- name: add_alert
-- Stores an alert, with the version of the article that its evidence points into.
INSERT INTO alert (
    id, article, version, story, key, watchlist, rule, novelty, reason, raised, former, added, agreeing, match
) VALUES (
    :id, :article, (SELECT version FROM article WHERE id = :article), :story, :key, :watchlist, :rule, :novelty,
    :reason, :raised, :former, :added, :agreeing, :match
);

-- name: add_place
-- Gives an alert its place in a subscription's next digest.
INSERT INTO place (subscription, alert, raised) VALUES (:subscription, :alert, :raised);

-- name: waiting
-- The alerts that wait for a subscription's next digest, oldest first, and whether it was told their keys before.
-- What was told of a fact before it was struck does not count: it was wrong.
SELECT
    alert.*,
    EXISTS (
        SELECT 1 FROM telling
        WHERE telling.subscription = place.subscription AND telling.key = alert.key
        AND telling.at > coalesce((SELECT max(struck.at) FROM struck WHERE struck.key = alert.key), -1)
    ) AS told,
    coalesce(memory.learned, 0) AS learned
FROM place INDEXED BY place_waiting
JOIN alert ON alert.id = place.alert
LEFT JOIN memory ON memory.key = alert.key
WHERE place.subscription = :subscription AND place.digest IS NULL AND place.raised < :before
ORDER BY place.raised, place.alert;

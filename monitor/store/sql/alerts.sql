-- name: add_alert
-- Stores an alert, with the version of the article that its evidence points into.
INSERT INTO alert (
    id, article, version, story, key, watchlist, rule, novelty, reason, raised, former, added, agreeing, why, match
) VALUES (
    :id, :article, coalesce((SELECT version FROM article WHERE id = :article), 0), :story, :key, :watchlist, :rule, :novelty,
    :reason, :raised, :former, :added, :agreeing, :why, :match
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
    coalesce(memory.learned, 0) AS learned,
    EXISTS (
        SELECT 1 FROM mute JOIN alert AS muted ON muted.id = mute.alert
        WHERE mute.subscription = place.subscription AND muted.key = alert.key
        AND muted.novelty IN ('new', 'update') AND muted.raised < alert.raised AND muted.raised >= coalesce((
            SELECT max(telling.at) FROM telling
            WHERE telling.subscription = place.subscription AND telling.key = alert.key
        ), 0)
    ) AS missed
FROM place INDEXED BY place_waiting
JOIN alert ON alert.id = place.alert
LEFT JOIN memory ON memory.key = alert.key
WHERE place.subscription = :subscription AND place.digest IS NULL AND place.raised < :before
ORDER BY place.raised, place.alert;

-- name: cut_short
-- The rules that since some time found more in an article than they tell, each with the last such alert.
SELECT alert.watchlist, alert.rule, json_extract(alert.match, '$.cut') AS cut, max(alert.raised) AS raised, article.title
FROM alert LEFT JOIN article ON article.id = alert.article
WHERE alert.raised >= :since AND json_extract(alert.match, '$.cut') <> ''
GROUP BY alert.watchlist, alert.rule
ORDER BY alert.watchlist, alert.rule;

-- name: drop_place
-- Takes an alert that waits out of a subscription's next digest.
DELETE FROM place WHERE subscription = :subscription AND alert = :alert AND digest IS NULL;

-- name: drop_places
-- Takes an alert that waits out of all next digests.
DELETE FROM place WHERE alert = :alert AND digest IS NULL;

-- name: add_mute
-- Notes that an alert is kept from a subscription; the first reason stays.
INSERT INTO mute (subscription, alert, silence, inhibited_by, at)
VALUES (:subscription, :alert, :silence, :inhibited_by, :at) ON CONFLICT (subscription, alert) DO NOTHING;

-- name: reason_alert
-- Gives an alert that nobody has another reason.
UPDATE alert SET reason = :reason WHERE id = :alert;

-- name: told_of
-- What a subscription was told of a rule, or was not because another told more; each with the time at which its article
-- speaks.
SELECT
    alert.*,
    CASE
        WHEN article.published IS NULL OR article.date_doubtful THEN coalesce(article.arrived, alert.raised)
        ELSE min(article.published, article.arrived)
    END AS speaks
FROM alert LEFT JOIN article ON article.id = alert.article
WHERE alert.raised >= :since AND alert.watchlist = :watchlist
AND (alert.rule = :rule OR instr(alert.agreeing, json_quote(:rule)) > 0)
AND (
    EXISTS (
        SELECT 1 FROM place
        WHERE place.alert = alert.id AND place.subscription = :subscription AND place.digest IS NOT NULL
    )
    OR EXISTS (
        SELECT 1 FROM mute
        WHERE mute.alert = alert.id AND mute.subscription = :subscription AND mute.inhibited_by <> ''
    )
);

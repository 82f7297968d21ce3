-- name: pressing
-- The alerts that a subscription wants at once, and when they were raised: new in the world and to the reader, of one of some
-- severities, about an article that is not old; an absence has none. (What was told of a fact before it was struck does
-- not count.)
-- And what corrects something that was mailed at once to the reader.
SELECT alert.id, alert.raised
FROM place INDEXED BY place_waiting
JOIN alert ON alert.id = place.alert
LEFT JOIN article ON article.id = alert.article
WHERE place.subscription = :subscription AND place.digest IS NULL AND place.raised <= :now
AND (
    alert.novelty = 'new'
    AND json_extract(alert.match, '$.severity') IN (SELECT value FROM json_each(:severities))
    AND (article.published IS NULL OR article.date_doubtful OR alert.raised - article.published < :old)
    AND NOT EXISTS (
        SELECT 1 FROM telling
        WHERE telling.subscription = place.subscription AND telling.key = alert.key
        AND telling.at > coalesce((SELECT max(struck.at) FROM struck WHERE struck.key = alert.key), -1)
    )
    OR alert.reason = :correction AND EXISTS (
        SELECT 1 FROM alert AS wrong
        JOIN place AS seat ON seat.subscription = place.subscription AND seat.alert = wrong.id
        JOIN digest ON digest.id = seat.digest
        WHERE wrong.key = alert.key AND digest.instant
    )
)
ORDER BY alert.raised, alert.id;

-- name: instants_since
-- When the mails of a subscription that were sent at once were composed, since an instant.
SELECT composed FROM digest WHERE subscription = :subscription AND instant AND composed > :since ORDER BY composed;

-- name: instants_of_period
-- The mails of a subscription that were sent at once in a period.
SELECT id, composed, sent FROM digest
WHERE subscription = :subscription AND instant AND composed >= :start AND composed < :end ORDER BY composed;

-- name: instant_alerts
-- The alerts that one of them told.
SELECT alert.* FROM place JOIN alert ON alert.id = place.alert WHERE place.digest = :digest
ORDER BY alert.raised, alert.id;

-- name: source_alarms
-- The sources of whose silence is known.
SELECT source, sign, since, found FROM source_alarm ORDER BY source;

-- name: save_source_alarm
-- Makes or replaces the note of a silent source.
INSERT INTO source_alarm (source, sign, since, found) VALUES (:source, :sign, :since, :found)
ON CONFLICT (source) DO UPDATE SET sign = excluded.sign, since = excluded.since, found = excluded.found;

-- name: forget_source_alarm
-- It speaks again.
DELETE FROM source_alarm WHERE source = :source;

-- name: story_shares
-- How many of the stories of each rule each source told, as its own article or as another place of it.
WITH told AS (
    SELECT alert.watchlist, alert.rule, alert.story, article.source
    FROM alert JOIN article ON article.id = alert.article WHERE alert.raised >= :since
    UNION
    SELECT alert.watchlist, alert.rule, alert.story, copy.source
    FROM alert JOIN copy ON copy.article = alert.article WHERE alert.raised >= :since
),
totals AS (
    SELECT watchlist, rule, count(DISTINCT story) AS of_all FROM told GROUP BY watchlist, rule
)
SELECT told.source, told.watchlist, told.rule, count(DISTINCT told.story) AS stories, totals.of_all
FROM told JOIN totals USING (watchlist, rule)
GROUP BY told.source, told.watchlist, told.rule;

-- name: thin_articles
-- Takes the text from old articles of which no waiting alert speaks; they are still recognised.
UPDATE article SET summary = '', body = '', extra = ''
WHERE id IN (
    SELECT id FROM article
    WHERE ingested < :before AND (body <> '' OR summary <> '' OR extra <> '')
    AND NOT EXISTS (
        SELECT 1 FROM alert JOIN place ON place.alert = alert.id
        WHERE alert.article = article.id AND place.digest IS NULL
    )
    LIMIT :limit
);

-- name: drop_versions
-- Drops what articles said before they were edited, where no alert points into it.
DELETE FROM article_version WHERE rowid IN (
    SELECT article_version.rowid FROM article_version
    WHERE replaced < :before
    AND NOT EXISTS (
        SELECT 1 FROM alert
        WHERE alert.article = article_version.article AND alert.version = article_version.version
    )
    LIMIT :limit
);

-- name: drop_messages
-- Drops the frozen bytes of old digests that went out, or that an operator gave up.
DELETE FROM message WHERE delivery IN (
    SELECT delivery.id FROM delivery
    JOIN digest ON digest.id = delivery.digest
    JOIN message ON message.delivery = delivery.id
    WHERE digest.composed < :before AND delivery.state IN ('sent', 'dropped') LIMIT :limit
);

-- name: drop_rejections
-- Drops old notes about what was read but not taken.
DELETE FROM rejection WHERE id IN (SELECT id FROM rejection WHERE at < :before LIMIT :limit);

-- name: oldest_waiting
-- When the oldest message that waits was composed.
SELECT min(digest.composed) AS composed
FROM delivery JOIN digest ON digest.id = delivery.digest WHERE delivery.state = 'queued';

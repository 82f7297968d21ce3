-- name: articles_called
-- The articles that one of several names means: of an article, an alert, a story, a digest, a mail, a URL, an identity.
WITH name (value) AS (SELECT value FROM json_each(:names)),
called (id) AS (
    SELECT article.id FROM name JOIN article ON article.id = name.value
    UNION SELECT article.id FROM name JOIN article ON article.story = name.value
    UNION SELECT article.id FROM name JOIN story_merge ON story_merge.dropped = name.value
        JOIN article ON article.story = story_merge.kept
    UNION SELECT article.id FROM name JOIN article ON article.url = name.value
    UNION SELECT copy.article FROM name JOIN copy ON copy.url = name.value
    UNION SELECT article_identity.article FROM name JOIN article_identity ON article_identity.identity = name.value
    UNION SELECT alert.article FROM name JOIN alert ON alert.id = name.value
    UNION SELECT alert.article
    FROM name JOIN place ON place.digest = name.value JOIN alert ON alert.id = place.alert
    UNION SELECT alert.article
    FROM name
    JOIN delivery ON delivery.message_id = name.value
    JOIN place ON place.digest = delivery.digest
    JOIN alert ON alert.id = place.alert
)
SELECT article.id FROM called JOIN article ON article.id = called.id ORDER BY article.ingested, article.id;

-- name: articles_with
-- The articles that hold all of several words (which are case-folded already), the newest first.
SELECT id FROM article
WHERE NOT EXISTS (
    SELECT 1 FROM json_each(:words) AS word
    WHERE instr(
        casefold(title || ' ' || summary || ' ' || body || ' ' || publisher || ' ' || url || ' ' || origin), word.value
    ) = 0
)
ORDER BY ingested DESC, id;

-- name: refusals_with
-- What was read and not taken, where the words are found in its place or in the reason, the newest first.
SELECT at, source, origin, reason FROM rejection
WHERE NOT EXISTS (
    SELECT 1 FROM json_each(:words) AS word
    WHERE instr(casefold(source || ' ' || origin || ' ' || reason), word.value) = 0
)
ORDER BY at DESC, id DESC;

-- name: article_row
-- When an article came, and the story that it was put into.
SELECT story, why, score, copy_of, ingested FROM article WHERE id = :id;

-- name: edits
-- When later versions of an article came.
SELECT replaced FROM article_version WHERE article = :article ORDER BY version;

-- name: alerts_of
-- The alerts about an article, in the order in which they were raised.
SELECT * FROM alert WHERE article = :article ORDER BY raised, id;

-- name: seats
-- The places of an alert in the digests of the subscriptions that take it.
SELECT place.subscription, place.digest, digest.period_start, digest.period_end, digest.state
FROM place LEFT JOIN digest ON digest.id = place.digest WHERE place.alert = :alert ORDER BY place.subscription;

-- name: sendings
-- The messages of a digest, each with its last attempt.
SELECT
    delivery.id, delivery.recipient, delivery.message_id, delivery.channel, delivery.state, delivery.attempts,
    delivery.next_at, attempt.at, attempt.detail
FROM delivery LEFT JOIN attempt
    ON attempt.id = (SELECT max(last.id) FROM attempt AS last WHERE last.delivery = delivery.id)
WHERE delivery.digest = :digest ORDER BY delivery.id;

-- name: absences
-- The alerts that no article has caused, the newest first.
SELECT * FROM alert WHERE article IS NULL ORDER BY raised DESC, id;

-- name: sends
-- The messages that the other side took, from a time on, where their data hold all of several words; the newest first.
SELECT attempt.at, attempt.detail, delivery.*
FROM attempt JOIN delivery ON delivery.id = attempt.delivery
WHERE attempt.outcome = 'sent' AND attempt.at >= :since
AND NOT EXISTS (
    SELECT 1 FROM json_each(:words) AS word
    WHERE instr(
        casefold(
            delivery.digest || ' ' || delivery.recipient || ' ' || delivery.channel || ' ' || delivery.subject || ' '
            || delivery.message_id || ' ' || attempt.detail
        ),
        word.value
    ) = 0
)
ORDER BY attempt.at DESC, attempt.id DESC LIMIT :limit;

-- name: last_period_end
-- The end of a subscription's newest digest. What was sent at once ends no period.
SELECT max(period_end) AS period_end FROM digest WHERE subscription = :subscription AND NOT instant;

-- name: note_subscription
-- When a subscription was first known; a later note changes nothing.
INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- name: digest_of_period
-- The digest that a subscription already has for a period.
SELECT id FROM digest
WHERE subscription = :subscription AND instant = :instant AND period_end = :period_end;

-- name: add_digest
-- Stores a frozen digest.
INSERT INTO digest (id, subscription, period_start, period_end, composed, channel, state, instant)
VALUES (:id, :subscription, :period_start, :period_end, :composed, :channel, :state, :instant);

-- name: fill_place
-- Moves an alert from waiting into a digest.
UPDATE place SET digest = :digest WHERE subscription = :subscription AND alert = :alert AND digest IS NULL;

-- name: add_telling
-- Enters into the ledger that a subscription is told a key.
INSERT INTO telling (subscription, key, digest, at) VALUES (:subscription, :key, :digest, :at);

-- name: digest
-- One digest, without its messages.
SELECT id, subscription, period_start, period_end, composed, channel, state, instant FROM digest WHERE id = :id;

-- name: digest_alerts
-- The alerts that a digest holds, in the order in which they were raised.
SELECT alert FROM place WHERE digest = :digest ORDER BY raised, alert;

-- name: digest_keys
-- The keys that a digest tells.
SELECT key FROM telling WHERE digest = :digest ORDER BY key;

-- name: digest_messages
-- The frozen messages of a digest, one per recipient.
SELECT delivery.recipient, delivery.message_id, delivery.subject, message.raw, message.html, message.text
FROM delivery JOIN message ON message.delivery = delivery.id
WHERE delivery.digest = :digest ORDER BY delivery.id;

-- name: recent_digests
-- The newest digests first, with the number of their alerts and recipients.
SELECT
    id, subscription, period_start, period_end, composed, channel, state,
    (SELECT count(*) FROM place WHERE place.digest = digest.id) AS alerts,
    (SELECT count(*) FROM delivery WHERE delivery.digest = digest.id) AS recipients
FROM digest ORDER BY composed DESC, id LIMIT :limit;

-- name: count_articles
-- The articles of each source and their stories, by time of ingest.
SELECT source, count(*) AS articles FROM article WHERE ingested >= :start AND ingested < :end GROUP BY source;

-- name: count_stories
-- The stories that articles of a period tell of, by time of ingest.
SELECT count(DISTINCT story) AS stories FROM article WHERE ingested >= :start AND ingested < :end;

-- name: count_copies
-- The copies that came in during a period.
SELECT count(*) AS copies FROM copy WHERE ingested >= :start AND ingested < :end;

-- name: count_rejections
-- What was read but not taken during a period.
SELECT count(*) AS rejections FROM rejection WHERE at >= :start AND at < :end;

-- name: count_alerts
-- A subscription's alerts of a period by their novelty.
SELECT alert.novelty, count(*) AS alerts
FROM place INDEXED BY place_raised JOIN alert ON alert.id = place.alert
WHERE place.subscription = :subscription AND place.raised >= :start AND place.raised < :end
GROUP BY alert.novelty;

-- name: count_stories_by_watchlist
-- The stories that each watchlist raised alerts about between two instants.
SELECT watchlist, count(DISTINCT story) AS stories FROM alert
WHERE raised >= :start AND raised < :end GROUP BY watchlist;

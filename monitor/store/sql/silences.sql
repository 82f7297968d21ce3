-- name: add_silence
-- Stores a silence.
INSERT INTO silence (
    id, watchlist, rule, fact, story, source, words, subscription, author, reason, created, until, until_new, known,
    ending
) VALUES (
    :id, :watchlist, :rule, :fact, :story, :source, :words, :subscription, :author, :reason, :created, :until,
    :until_new, :known, ''
);

-- name: end_silence
-- Ends a silence before its time.
UPDATE silence SET ended = :at, ending = :ending
WHERE id = :id AND ended IS NULL AND (until IS NULL OR until > :at);

-- name: silences
-- All silences, the newest first.
SELECT * FROM silence ORDER BY created DESC, id;

-- name: open_silences
-- The silences that hold at an instant; one that ends at this very instant still does.
SELECT * FROM silence WHERE ended IS NULL AND until > :now
UNION ALL SELECT * FROM silence WHERE ended IS NULL AND until IS NULL
UNION ALL SELECT * FROM silence WHERE ended >= :now AND (until IS NULL OR until > :now)
ORDER BY created, id;

-- name: silenced_alerts
-- How many alerts a silence has kept from readers.
SELECT count(DISTINCT alert) AS alerts FROM mute WHERE silence = :silence AND silence <> '';

-- name: kept_in
-- What was kept from a subscription during a period, with the rule that inhibited it.
SELECT mute.*, cause.watchlist || '/' || cause.rule AS cause
FROM mute INDEXED BY mute_at LEFT JOIN alert AS cause ON cause.id = mute.inhibited_by
WHERE mute.subscription = :subscription AND mute.at >= :start AND mute.at < :end
ORDER BY mute.at, mute.alert;

-- name: kept_of
-- From whom an alert was kept.
SELECT mute.*, cause.watchlist || '/' || cause.rule AS cause
FROM mute LEFT JOIN alert AS cause ON cause.id = mute.inhibited_by
WHERE mute.alert = :alert ORDER BY mute.subscription;

-- name: rename_silences_of_watchlist
-- Lets silences follow a watchlist to its new name.
UPDATE silence SET watchlist = :new WHERE watchlist = :old;

-- name: rename_silences_of_story
-- Lets silences follow a story to the name that it goes by.
UPDATE silence SET story = :kept WHERE story = :dropped AND story <> '';

-- name: rename_silences_of_rule
-- Lets silences follow a rule to its new name.
UPDATE silence SET rule = :new WHERE watchlist = :watchlist AND rule = :old;

-- name: kept_by
-- The alerts that a silence has kept back, the newest first.
SELECT alert.*, mute.subscription FROM mute JOIN alert ON alert.id = mute.alert
WHERE mute.silence = :silence AND mute.silence <> '' ORDER BY alert.raised DESC, alert.id, mute.subscription;

-- name: grouped
-- The number of the last article that was grouped.
SELECT max(
    coalesce((SELECT max(touched) FROM lesson), 0), coalesce((SELECT touched FROM rarity), 0)
) AS touched;

-- name: open_profiles
-- The stories of the window, the longest untouched first.
SELECT story, profile FROM story_profile WHERE open ORDER BY touched;

-- name: save_profile
-- What a story is known by, at the place of its newest article.
INSERT OR REPLACE INTO story_profile (touched, story, open, profile) VALUES (:touched, :story, 1, :profile);

-- name: drop_profile
-- A story that is over, or that goes by another name.
DELETE FROM story_profile WHERE story = :story;

-- name: close_profile
-- A story that is over and was told by a rule without a fact: an article may tell it again at any age.
UPDATE story_profile SET open = 0 WHERE story = :story;

-- name: profile
-- What one story is known by, whether it is over or not.
SELECT profile FROM story_profile WHERE story = :story;

-- name: add_story_term
-- A term under which a story that is over is found.
INSERT INTO story_term (term, story) VALUES (:term, :story) ON CONFLICT DO NOTHING;

-- name: drop_story_terms
-- A story that is taken up again is found in the window.
DELETE FROM story_term WHERE story = :story;

-- name: stories_over
-- The stories that are over and share most of an article's heaviest terms, of which rules (the beginnings of their
-- keys) have told; `terms` pairs each term with its weight.
SELECT story_term.story, sum(wanted.value ->> 1) AS shared
FROM json_each(:terms) AS wanted
JOIN story_term ON story_term.term = wanted.value ->> 0
WHERE EXISTS (
    SELECT 1 FROM json_each(:rules) AS rule
    JOIN memory ON memory.key = rule.value || json_quote(story_term.story) || ']'
)
GROUP BY story_term.story HAVING shared >= :least ORDER BY shared DESC, story_term.story LIMIT :limit;

-- name: told_without_fact
-- Whether a rule without a fact has told a story.
SELECT 1 FROM memory WHERE story = :story AND key >= '["story"' AND key < '["story#' LIMIT 1;

-- name: rarity
-- How often terms occurred up to an article.
SELECT touched, articles, counts FROM rarity;

-- name: forget_rarity
-- Makes room for newer counts.
DELETE FROM rarity;

-- name: save_rarity
-- The counts up to an article.
INSERT INTO rarity (touched, articles, counts) VALUES (:touched, :articles, :counts);

-- name: lessons
-- The terms of the articles since then.
SELECT terms FROM lesson ORDER BY touched;

-- name: add_lesson
-- The terms of one article.
INSERT INTO lesson (touched, terms) VALUES (:touched, :terms);

-- name: forget_lessons
-- They are in the counts now.
DELETE FROM lesson;

-- name: add_merge
-- Two stories are one from now on.
INSERT INTO story_merge (dropped, kept, article, score, at) VALUES (:dropped, :kept, :article, :score, :at);

-- name: merged_into
-- The stories that go by another's name, the latest last.
SELECT dropped, article, score, at FROM story_merge WHERE kept = :kept ORDER BY at, dropped;

-- name: rename_merges
-- What went by the dropped name goes by the kept one.
UPDATE story_merge SET kept = :kept WHERE kept = :dropped;

-- name: move_articles
-- The articles of a dropped story.
UPDATE article SET story = :kept WHERE story = :dropped;

-- name: move_alerts
-- The alerts of a dropped story: cards that wait are one.
UPDATE alert SET story = :kept WHERE story = :dropped;

-- name: move_memories
-- What is known of the facts of a dropped story.
UPDATE memory SET story = :kept WHERE story = :dropped;

-- name: unite_sightings
-- Where both stories count, the one that is kept speaks as early as the other.
UPDATE sighting SET at = earlier.at, article = earlier.article
FROM sighting AS earlier
WHERE sighting.story = :kept AND earlier.story = :dropped AND earlier.at < sighting.at
AND earlier.watchlist = sighting.watchlist AND earlier.rule = sighting.rule
AND earlier.account = sighting.account AND earlier.value = sighting.value AND earlier.fact = sighting.fact;

-- name: move_sightings
-- What rules over time counted of a dropped story; a story counts once.
UPDATE OR IGNORE sighting SET story = :kept WHERE story = :dropped;

-- name: drop_sightings
-- What was counted of both.
DELETE FROM sighting WHERE story = :dropped;

-- name: drop_story
-- A dropped story is a name only.
DELETE FROM story WHERE id = :dropped;

-- name: story_memories
-- What rules without a fact know of a story.
SELECT memory.*, memory.last_told AS story_told FROM memory
WHERE story = :story AND key >= '["story"' AND key < '["story#' ORDER BY key;

-- name: drop_telling
-- What was told under a key that gave way, and is told under the kept one as well.
DELETE FROM telling WHERE key = :key;

-- name: current_name
-- The name that a story goes by today.
SELECT kept FROM story_merge WHERE dropped = :story;

-- name: similar_signatures
-- The texts that share most bands with one, the earliest first among equals.
SELECT signature.article, signature.content, shared.bands
FROM (
    SELECT signature, count(*) AS bands FROM band
    WHERE band IN (SELECT value FROM json_each(:bands))
    GROUP BY signature HAVING bands >= :least ORDER BY bands DESC, signature LIMIT :limit
) AS shared
JOIN signature ON signature.id = shared.signature
ORDER BY shared.bands DESC, shared.signature;

-- name: signature_of
-- The number of an article's signature, and its bands.
SELECT id, bands FROM signature WHERE article = :article;

-- name: add_signature
-- What an article's text is known by, where nothing is yet.
INSERT INTO signature (article, ingested, bands, content) VALUES (:article, :ingested, :bands, :content)
ON CONFLICT (article) DO NOTHING RETURNING id;

-- name: add_bands
-- The bands under which a text is found; one that many texts have (as many as stand before its `last`, and that) is
-- boilerplate and finds no more.
INSERT INTO band (band, signature)
SELECT wanted.value, :signature FROM json_each(:bands) AS wanted
WHERE NOT EXISTS (SELECT 1 FROM band WHERE band.band = wanted.value LIMIT 1 OFFSET :last)
ON CONFLICT DO NOTHING;

-- name: drop_band
-- A text is found under it no more.
DELETE FROM band WHERE band = :band AND signature = :signature;

-- name: drop_signature
-- What a text was known by.
DELETE FROM signature WHERE id = :id;

-- name: old_signatures
-- The signatures of old texts.
SELECT id, bands FROM signature WHERE ingested < :before ORDER BY ingested LIMIT :limit;

-- name: memory
-- What is known of one key. Freshness is its story's: what another key of the story told last counts too.
SELECT memory.*, max(memory.last_told, coalesce(story.last_told, memory.last_told)) AS story_told
FROM memory LEFT JOIN story ON story.id = memory.story
WHERE memory.key = :key;

-- name: finer_memories
-- What is known of the facts of one memory that say all that these pairs say, and more; the newest few.
SELECT memory.*, max(memory.last_told, coalesce(story.last_told, memory.last_told)) AS story_told
FROM memory LEFT JOIN story ON story.id = memory.story
WHERE memory.key >= :start AND memory.key < :end AND memory.key <> :key
AND NOT EXISTS (SELECT 1 FROM json_each(:pairs) AS pair WHERE instr(memory.key, pair.value) = 0)
ORDER BY story_told DESC, memory.key LIMIT 8;

-- name: remember
-- Makes or replaces what is known of one key.
INSERT INTO memory (
    key, story, first_article, first_seen, last_seen, last_told, last_published, state, numbers, places, publishers,
    tellings, learned, state_since, state_left
) VALUES (
    :key, :story, :first_article, :first_seen, :last_seen, :last_told, :last_published, :state, :numbers, :places,
    :publishers, :tellings, :learned, :state_since, :state_left
) ON CONFLICT (key) DO UPDATE SET
    story = excluded.story,
    first_article = excluded.first_article,
    first_seen = excluded.first_seen,
    last_seen = excluded.last_seen,
    last_told = excluded.last_told,
    last_published = excluded.last_published,
    state = excluded.state,
    numbers = excluded.numbers,
    places = excluded.places,
    publishers = excluded.publishers,
    tellings = excluded.tellings,
    learned = excluded.learned,
    state_since = excluded.state_since,
    state_left = excluded.state_left;

-- name: find_article
-- The article that owns an identity, in its newest version.
SELECT article.*
FROM article_identity JOIN article ON article.id = article_identity.article
WHERE article_identity.identity = :identity;

-- name: add_article
-- Stores the first version of an article.
INSERT INTO article (
    id, story, why, score, copy_of, fingerprint, ingested, source, arrived, published, date_doubtful, url, publisher,
    author, category, lang, native_id, origin, extra, title, summary, body
) VALUES (
    :id, :story, :why, :score, :copy_of, :fingerprint, :ingested, :source, :arrived, :published, :date_doubtful, :url,
    :publisher, :author, :category, :lang, :native_id, :origin, :extra, :title, :summary, :body
);

-- name: owned
-- Those of a batch's identities that an article owns.
SELECT identity FROM article_identity WHERE identity IN (SELECT value FROM json_each(:identities));

-- name: add_identity
-- Gives an identity to an article, unless another one owns it already.
INSERT INTO article_identity (identity, article) VALUES (:identity, :article) ON CONFLICT (identity) DO NOTHING;

-- name: keep_version
-- Puts the present text of an article aside before it is replaced.
INSERT INTO article_version (article, version, fingerprint, replaced, arrived, published, title, summary, body)
SELECT id, version, fingerprint, :replaced, arrived, published, title, summary, body FROM article WHERE id = :id;

-- name: replace_article
-- Makes an edited article's newest version the current one; its id, its story and its time of ingest stay.
UPDATE article SET
    version = version + 1, fingerprint = :fingerprint, source = :source, arrived = :arrived, published = :published,
    date_doubtful = :date_doubtful, url = :url, publisher = :publisher, author = :author, category = :category,
    lang = :lang, native_id = :native_id, origin = :origin, extra = :extra,
    title = :title, summary = :summary, body = :body
WHERE id = :id;

-- name: add_copy
-- Remembers another place where an article was printed; its own place, and one that is known, are not another one.
INSERT INTO copy (article, source, publisher, url, why, arrived, ingested)
SELECT :article, :source, :publisher, :url, :why, :arrived, :ingested
WHERE NOT EXISTS (
    SELECT 1 FROM article
    WHERE id = :article AND source = :source AND publisher = :publisher AND url = :url
)
ON CONFLICT (article, source, publisher, url) DO NOTHING;

-- name: article
-- One article in its newest version.
SELECT * FROM article WHERE id = :id;

-- name: article_version
-- What an article said in an earlier version.
SELECT arrived, published, title, summary, body FROM article_version WHERE article = :article AND version = :version;

-- name: copies
-- The other places where an article was printed, in order of arrival.
SELECT article, publisher, url, source, arrived, why FROM copy WHERE article = :article ORDER BY arrived, id;

-- name: story
-- One story.
SELECT id, opened, last_told, articles FROM story WHERE id = :id;

-- name: save_story
-- Makes a story or replaces what is known of it.
INSERT INTO story (id, opened, last_told, articles) VALUES (:id, :opened, :last_told, :articles)
ON CONFLICT (id) DO UPDATE SET
    opened = excluded.opened, last_told = excluded.last_told, articles = excluded.articles;

-- name: totals
-- How much of everything is kept.
SELECT
    (SELECT count(*) FROM source) AS sources,
    (SELECT count(*) FROM article) AS articles,
    (SELECT count(*) FROM article_version) AS versions,
    (SELECT count(*) FROM copy) AS copies,
    (SELECT count(*) FROM story) AS stories,
    (SELECT count(*) FROM memory) AS keys,
    (SELECT count(*) FROM alert) AS alerts,
    (SELECT count(*) FROM digest) AS digests,
    (SELECT count(*) FROM delivery) AS deliveries,
    (SELECT count(*) FROM rejection) AS rejections;

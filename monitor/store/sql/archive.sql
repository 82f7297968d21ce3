-- name: archive
-- Every version of every article taken in since an instant, in that order; a version comes when it replaced another.
SELECT id, 1 AS version, ingested AS taken, rowid AS turn FROM article WHERE ingested >= :since
UNION ALL
SELECT article, version + 1, replaced, rowid FROM article_version WHERE replaced >= :since
ORDER BY taken, version, turn;

-- name: source
-- The stored memory of one source.
SELECT * FROM source WHERE name = :name;

-- name: source_files
-- What was ingested of each file of a folder source.
SELECT path, size, mtime_ns, digest FROM source_file WHERE source = :source;

-- name: sources
-- All sources that were ever read, without their files.
SELECT * FROM source ORDER BY name;

-- name: save_source
-- Makes or replaces the memory of one source.
INSERT INTO source (
    name, next_at, etag, last_modified, body_hash, last_read, last_article, failing_since, failures, error,
    last_try, validated, asked, horizon, fault, fault_since, wishes, move, rhythm
) VALUES (
    :name, :next_at, :etag, :last_modified, :body_hash, :last_read, :last_article, :failing_since, :failures, :error,
    :last_try, :validated, :asked, :horizon, :fault, :fault_since, :wishes, :move, :rhythm
) ON CONFLICT (name) DO UPDATE SET
    next_at = excluded.next_at,
    etag = excluded.etag,
    last_modified = excluded.last_modified,
    body_hash = excluded.body_hash,
    last_read = excluded.last_read,
    last_article = excluded.last_article,
    failing_since = excluded.failing_since,
    failures = excluded.failures,
    error = excluded.error,
    last_try = excluded.last_try,
    validated = excluded.validated,
    asked = excluded.asked,
    horizon = excluded.horizon,
    fault = excluded.fault,
    fault_since = excluded.fault_since,
    wishes = excluded.wishes,
    move = excluded.move,
    rhythm = excluded.rhythm;

-- name: save_source_file
-- Makes or replaces the mark of one file.
INSERT INTO source_file (source, path, size, mtime_ns, digest) VALUES (:source, :path, :size, :mtime_ns, :digest)
ON CONFLICT (source, path) DO UPDATE SET
    size = excluded.size, mtime_ns = excluded.mtime_ns, digest = excluded.digest;

-- name: add_rejection
-- Remembers something that was read but not taken.
INSERT INTO rejection (source, origin, reason, at) VALUES (:source, :origin, :reason, :at);

-- name: compose_failed
-- Counts a failure to compose, and keeps the last reason.
INSERT INTO composing (subscription, failing_since, failures, error) VALUES (:subscription, :at, 1, :error)
ON CONFLICT (subscription) DO UPDATE SET failures = failures + 1, error = excluded.error;

-- name: compose_worked
-- Forgets a failure to compose.
DELETE FROM composing WHERE subscription = :subscription;

-- name: compose_failures
-- The subscriptions whose digest cannot be composed.
SELECT subscription, failing_since, failures, error FROM composing ORDER BY subscription;

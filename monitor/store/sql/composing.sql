-- name: compose_failed
-- Counts a failure to compose, and keeps the last reason.
INSERT INTO composing (subscription, failing_since, failures, error) VALUES (:subscription, :at, 1, :error)
ON CONFLICT (subscription) DO UPDATE SET
    failing_since = coalesce(failing_since, excluded.failing_since), failures = failures + 1, error = excluded.error;

-- name: compose_decided
-- Remembers up to where it was decided what a subscription is told, and forgets failures.
INSERT INTO composing (subscription, decided) VALUES (:subscription, :end)
ON CONFLICT (subscription) DO UPDATE SET
    decided = max(coalesce(decided, 0), excluded.decided), failing_since = NULL, failures = 0, error = '';

-- name: decided
-- Up to where it was decided what a subscription is told.
SELECT decided FROM composing WHERE subscription = :subscription;

-- name: compose_failures
-- The subscriptions whose digest cannot be composed.
SELECT subscription, failing_since, failures, error FROM composing WHERE failing_since IS NOT NULL
ORDER BY subscription;

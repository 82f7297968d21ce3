-- name: good_rules
-- The last good version of every rule.
SELECT watchlist, rule, memory, version FROM good_rule;

-- name: save_good_rule
-- Makes or replaces the last good version of a rule.
INSERT INTO good_rule (watchlist, rule, memory, version) VALUES (:watchlist, :rule, :memory, :version)
ON CONFLICT (watchlist, rule) DO UPDATE SET memory = excluded.memory, version = excluded.version;

-- name: forget_good_rule
-- A rule that was taken out of its file on purpose.
DELETE FROM good_rule WHERE watchlist = :watchlist AND rule = :rule;

-- name: forget_watchlist
-- All rules of a watchlist that is retired.
DELETE FROM good_rule WHERE watchlist = :watchlist;

-- name: rule_version
-- The paths and digests of the texts that make one version of a rule file.
SELECT texts FROM rule_version WHERE digest = :digest;

-- name: add_rule_version
-- Keeps which texts make a version; the same again changes nothing.
INSERT INTO rule_version (digest, texts) VALUES (:digest, :texts) ON CONFLICT (digest) DO NOTHING;

-- name: rule_text
-- The text of one rule or terms file.
SELECT content FROM rule_text WHERE digest = :digest;

-- name: add_rule_text
-- Keeps a text; the same again changes nothing.
INSERT INTO rule_text (digest, content) VALUES (:digest, :content) ON CONFLICT (digest) DO NOTHING;

-- name: drop_rule_versions
-- Versions that no rule works with any more.
DELETE FROM rule_version WHERE digest NOT IN (SELECT version FROM good_rule);

-- name: drop_rule_texts
-- Texts that belong to no version any more.
DELETE FROM rule_text WHERE digest NOT IN (
    SELECT part.value FROM rule_version, json_each(rule_version.texts, '$.shared') AS part
    UNION ALL SELECT json_extract(texts, '$.file') FROM rule_version
);

-- name: broken_files
-- The files that cannot be taken as they stand.
SELECT watchlist, file, owner, kept, out, problems, since, told FROM broken_file ORDER BY watchlist;

-- name: save_broken_file
-- Makes or replaces the account of a broken file.
INSERT INTO broken_file (watchlist, file, owner, kept, out, problems, since, told)
VALUES (:watchlist, :file, :owner, :kept, :out, :problems, :since, :told)
ON CONFLICT (watchlist) DO UPDATE SET
    file = excluded.file, owner = excluded.owner, kept = excluded.kept, out = excluded.out,
    problems = excluded.problems, since = excluded.since, told = excluded.told;

-- name: forget_broken_file
-- A file that is whole again.
DELETE FROM broken_file WHERE watchlist = :watchlist;

-- name: keys_like
-- The keys of memory, ledger and alerts that begin with a text.
SELECT key FROM memory WHERE key >= :start AND key < :end
UNION SELECT key FROM telling WHERE key >= :start AND key < :end
UNION SELECT key FROM alert WHERE key >= :start AND key < :end
UNION SELECT key FROM struck WHERE key >= :start AND key < :end;

-- name: rename_memory
-- Gives a memory another key; one that is there already is left alone, and so is the old one.
UPDATE OR IGNORE memory SET key = :new WHERE key = :old;

-- name: rename_telling
-- Gives an entry of the ledger another key.
UPDATE OR IGNORE telling SET key = :new WHERE key = :old;

-- name: rename_alert_key
-- Gives alerts another key.
UPDATE alert SET key = :new WHERE key = :old;

-- name: rename_alerts
-- Gives alerts the name of today of their watchlist.
UPDATE alert SET watchlist = :new, match = json_set(match, '$.watchlist', :new) WHERE watchlist = :old;

-- name: rename_rule_of_alerts
-- Gives alerts the name of today of their rule.
UPDATE alert SET rule = :new, match = json_set(match, '$.rule', :new, '$.about', :about)
WHERE watchlist = :watchlist AND rule = :old;

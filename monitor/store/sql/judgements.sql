-- name: add_judgement
-- Keeps what a reader said of an alert.
INSERT INTO judgement (alert, opinion, why, at) VALUES (:alert, :opinion, :why, :at);

-- name: judgements
-- The last word on each judged alert, under the names that watchlist and rule have today.
SELECT last_word.alert, alert.watchlist, alert.rule, alert.article, last_word.opinion, last_word.why, last_word.at
FROM last_word JOIN alert ON alert.id = last_word.alert
WHERE (:watchlist = '' OR alert.watchlist = :watchlist) AND (:rule = '' OR alert.rule = :rule)
ORDER BY last_word.id;

-- name: rule_records
-- How many alerts of each rule got which word.
SELECT
    alert.watchlist, alert.rule,
    sum(opinion = 'good') AS good, sum(opinion = 'bad') AS bad,
    sum(opinion = 'duplicate') AS duplicate, sum(opinion = 'old') AS old
FROM last_word JOIN alert ON alert.id = last_word.alert
GROUP BY alert.watchlist, alert.rule;

-- name: alerts_called
-- The alerts whose id begins with a text.
SELECT id FROM alert WHERE id >= :start AND id < :end ORDER BY id LIMIT 10;

-- name: rule_activity
-- How many alerts of each rule were news since a time, and when it raised its last one.
SELECT watchlist, rule, sum(raised >= :since AND novelty IN ('new', 'update')) AS told, max(raised) AS last
FROM alert GROUP BY watchlist, rule;

-- name: alert
-- One alert.
SELECT * FROM alert WHERE id = :id;

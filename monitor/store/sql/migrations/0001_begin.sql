-- The first schema. Times are whole microseconds since 1970-01-01 UTC, so that they sort and compare as numbers.
-- Enumerations carry no CHECK: SQLite cannot widen one later, and the codec refuses what it does not know.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The instance id makes Message-IDs ours; it never changes, also not in a restored backup.
INSERT INTO meta (name, value) VALUES ('instance', lower(hex(randomblob(16))));
-- Counts the sendings; a marker beside the database repeats it, so that a restored backup is told by its lower count.
INSERT INTO meta (name, value) VALUES ('generation', '0');
INSERT INTO meta (name, value) VALUES ('created', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));

CREATE TABLE migration (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied  TEXT NOT NULL
);

-- `validated` is the URL that the validators came from. `wishes`, `move` and `rhythm` are JSON, empty where there is
-- nothing to remember.
CREATE TABLE source (
    name          TEXT PRIMARY KEY,
    next_at       INTEGER,
    etag          TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    body_hash     TEXT NOT NULL,
    last_read     INTEGER,
    last_article  INTEGER,
    failing_since INTEGER,
    failures      INTEGER NOT NULL,
    error         TEXT NOT NULL,
    last_try      INTEGER,
    validated     TEXT NOT NULL,
    asked         REAL NOT NULL,
    horizon       INTEGER,
    fault         TEXT NOT NULL,
    fault_since   INTEGER,
    wishes        TEXT NOT NULL,
    move          TEXT NOT NULL,
    rhythm        TEXT NOT NULL
) WITHOUT ROWID;

-- A file name need not be text (case 44), so it is kept as bytes; nanoseconds may exceed SQLite's integers (year 2262).
CREATE TABLE source_file (
    source   TEXT NOT NULL REFERENCES source (name),
    path     BLOB NOT NULL,
    size     INTEGER NOT NULL,
    mtime_ns TEXT NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (source, path)
) WITHOUT ROWID;

CREATE TABLE rejection (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX rejection_at ON rejection (at);

CREATE TABLE story (
    id        TEXT PRIMARY KEY,
    opened    INTEGER NOT NULL,
    last_told INTEGER NOT NULL,
    articles  INTEGER NOT NULL
) WITHOUT ROWID;

-- The newest version of each article. The short columns stand first, so that reading them never follows the text into
-- its overflow pages. `arrived` may be told by the item itself; `ingested` is when we stored its first version.
-- `story` has no foreign key: an article is stored before its story is saved. `why` it is there is the name of the
-- reason, `score` how likely that was where likeness decided; `copy_of` is the article whose text it repeats.
CREATE TABLE article (
    id            TEXT PRIMARY KEY,
    story         TEXT NOT NULL,
    why           TEXT NOT NULL,
    score         REAL,
    copy_of       TEXT NOT NULL,
    fingerprint   TEXT NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1,
    ingested      INTEGER NOT NULL,
    source        TEXT NOT NULL,
    arrived       INTEGER NOT NULL,
    published     INTEGER,
    date_doubtful INTEGER NOT NULL,
    url           TEXT NOT NULL,
    publisher     TEXT NOT NULL,
    author        TEXT NOT NULL,
    category      TEXT NOT NULL,
    lang          TEXT NOT NULL,
    native_id     TEXT NOT NULL,
    origin        TEXT NOT NULL,
    extra         TEXT NOT NULL,
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    body          TEXT NOT NULL
);
CREATE INDEX article_ingested ON article (ingested, source, story);

CREATE TABLE article_identity (
    identity TEXT PRIMARY KEY,
    article  TEXT NOT NULL REFERENCES article (id)
) WITHOUT ROWID;

-- What an article said before it was edited: the evidence of an alert points into the version that it was found in.
CREATE TABLE article_version (
    article     TEXT NOT NULL REFERENCES article (id),
    version     INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    replaced    INTEGER NOT NULL,
    arrived     INTEGER NOT NULL,
    published   INTEGER,
    title       TEXT NOT NULL,
    summary     TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (article, version)
);
CREATE INDEX article_version_replaced ON article_version (replaced);

-- One row per place where an article was printed again; the same feed read twice is no second place.
CREATE TABLE copy (
    id        INTEGER PRIMARY KEY,
    article   TEXT NOT NULL REFERENCES article (id),
    why       TEXT NOT NULL,
    source    TEXT NOT NULL,
    publisher TEXT NOT NULL,
    url       TEXT NOT NULL,
    arrived   INTEGER NOT NULL,
    ingested  INTEGER NOT NULL,
    UNIQUE (article, source, publisher, url)
);
CREATE INDEX copy_ingested ON copy (ingested);

-- What the world knows. Never pruned, so it refers to articles and stories by name only.
CREATE TABLE memory (
    key            TEXT PRIMARY KEY,
    story          TEXT NOT NULL,
    first_article  TEXT NOT NULL,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    last_told      INTEGER NOT NULL,
    last_published INTEGER,
    state          TEXT NOT NULL,
    numbers        TEXT NOT NULL,
    places         TEXT NOT NULL,
    publishers     TEXT NOT NULL,
    tellings       INTEGER NOT NULL,
    learned        INTEGER NOT NULL,
    state_since    INTEGER,
    state_left     TEXT NOT NULL
) WITHOUT ROWID;

-- What an operator struck from the memory, as it was known (JSON), and why. Never pruned.
CREATE TABLE struck (
    id     INTEGER PRIMARY KEY,
    key    TEXT NOT NULL,
    at     INTEGER NOT NULL,
    why    TEXT NOT NULL,
    memory TEXT NOT NULL
);
CREATE INDEX struck_key ON struck (key, at);

-- An alert that tells of an absence has no article. `why` says in words why a rule over time told it.
CREATE TABLE alert (
    id        TEXT PRIMARY KEY,
    article   TEXT REFERENCES article (id),
    version   INTEGER NOT NULL,
    story     TEXT NOT NULL,
    key       TEXT NOT NULL,
    watchlist TEXT NOT NULL,
    rule      TEXT NOT NULL,
    novelty   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    raised    INTEGER NOT NULL,
    former    TEXT NOT NULL,
    added     TEXT NOT NULL,
    agreeing  TEXT NOT NULL,
    why       TEXT NOT NULL,
    match     TEXT NOT NULL
);
CREATE INDEX alert_raised ON alert (raised, watchlist, story);
CREATE INDEX alert_article ON alert (article);
CREATE INDEX alert_key ON alert (key);

CREATE TABLE digest (
    id           TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    period_start INTEGER NOT NULL,
    period_end   INTEGER NOT NULL,
    composed     INTEGER NOT NULL,
    channel      TEXT NOT NULL,
    state        TEXT NOT NULL,
    sent         INTEGER,
    instant      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (subscription, instant, period_end)
);
CREATE INDEX digest_composed ON digest (composed);

-- An alert's seat in a subscription's next digest; `digest` is filled in when that is frozen.
-- `raised` repeats the alert's, so that what waits is found by one index.
CREATE TABLE place (
    subscription TEXT NOT NULL,
    alert        TEXT NOT NULL REFERENCES alert (id),
    raised       INTEGER NOT NULL,
    digest       TEXT REFERENCES digest (id),
    PRIMARY KEY (subscription, alert)
) WITHOUT ROWID;
CREATE INDEX place_waiting ON place (subscription, raised) WHERE digest IS NULL;
CREATE INDEX place_raised ON place (subscription, raised);
CREATE INDEX place_digest ON place (digest) WHERE digest IS NOT NULL;

-- The ledger of what each subscription was told. Never pruned.
CREATE TABLE telling (
    subscription TEXT NOT NULL,
    key          TEXT NOT NULL,
    digest       TEXT NOT NULL REFERENCES digest (id),
    at           INTEGER NOT NULL,
    PRIMARY KEY (subscription, key, digest)
) WITHOUT ROWID;
CREATE INDEX telling_digest ON telling (digest);
CREATE INDEX telling_key ON telling (key);

-- The outbox. Its bulk lies in `message`, so that upkeep can drop old bytes and keep the ledger.
CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,
    digest      TEXT NOT NULL REFERENCES digest (id),
    channel     TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    message_id  TEXT NOT NULL UNIQUE,
    subject     TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER NOT NULL,
    lease_until INTEGER,
    last_error  TEXT NOT NULL DEFAULT '',
    UNIQUE (digest, channel, recipient)
);
CREATE INDEX delivery_due ON delivery (state, channel, next_at);

CREATE TABLE message (
    delivery INTEGER PRIMARY KEY REFERENCES delivery (id),
    raw      BLOB NOT NULL,
    html     TEXT NOT NULL,
    text     TEXT NOT NULL
);

CREATE TABLE attempt (
    id       INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery (id),
    at       INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    detail   TEXT NOT NULL
);
CREATE INDEX attempt_delivery ON attempt (delivery);

-- What an operator did with a delivery, and why. Never pruned.
CREATE TABLE intervention (
    id       INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery (id),
    at       INTEGER NOT NULL,
    verb     TEXT NOT NULL,
    reason   TEXT NOT NULL
);
CREATE INDEX intervention_delivery ON intervention (delivery);

-- Addresses whose mail came back for good: what is composed for them is parked at once. `mailbox` is case-folded.
CREATE TABLE dead_address (
    mailbox   TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    at        INTEGER NOT NULL,
    reason    TEXT NOT NULL
);

-- How composing goes: up to where it was decided what a subscription is told (a period in which nothing waited leaves
-- no digest), and since when and why that fails.
CREATE TABLE composing (
    subscription  TEXT PRIMARY KEY,
    decided       INTEGER,
    failing_since INTEGER,
    failures      INTEGER NOT NULL DEFAULT 0,
    error         TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- "Why did I get this, and why not?" is asked by story, by address and by digest.
CREATE INDEX article_story ON article (story);
CREATE INDEX article_url ON article (url);
CREATE INDEX copy_url ON copy (url);
CREATE INDEX place_alert ON place (alert);

-- The last good version of every rule, so that one that breaks works on, also over a restart.
CREATE TABLE rule_text (
    digest  TEXT PRIMARY KEY,
    content BLOB NOT NULL
);

-- `texts` is JSON: {"file": digest, "shared": {path: digest}}.
CREATE TABLE rule_version (
    digest TEXT PRIMARY KEY,
    texts  TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE good_rule (
    watchlist TEXT NOT NULL,
    rule      TEXT NOT NULL,
    memory    TEXT NOT NULL,
    version   TEXT NOT NULL REFERENCES rule_version (digest),
    PRIMARY KEY (watchlist, rule)
) WITHOUT ROWID;
CREATE INDEX good_rule_version ON good_rule (version);

-- What is broken now, for status, footers and the one mail to the owner. Lists are JSON.
CREATE TABLE broken_file (
    watchlist TEXT PRIMARY KEY,
    file      TEXT NOT NULL,
    owner     TEXT NOT NULL,
    kept      TEXT NOT NULL,
    out       TEXT NOT NULL,
    problems  TEXT NOT NULL,
    since     INTEGER NOT NULL,
    told      TEXT NOT NULL
) WITHOUT ROWID;

-- Sources of whose silence their readers were told, until they speak again.
CREATE TABLE source_alarm (
    source TEXT PRIMARY KEY,
    sign   TEXT NOT NULL,
    since  INTEGER NOT NULL,
    found  INTEGER NOT NULL
) WITHOUT ROWID;

-- What readers said of alerts. Never pruned; of several words on one alert the last counts.
CREATE TABLE judgement (
    id      INTEGER PRIMARY KEY,
    alert   TEXT NOT NULL REFERENCES alert (id),
    opinion TEXT NOT NULL,
    why     TEXT NOT NULL,
    at      INTEGER NOT NULL
);
CREATE INDEX judgement_alert ON judgement (alert);

CREATE VIEW last_word AS
SELECT id, alert, opinion, why, at FROM judgement
WHERE id IN (SELECT max(id) FROM judgement GROUP BY alert);

-- Rules over time. A story, or each fact of it, counts once in an account, at the earliest time at which an article
-- tells it.
-- Never pruned: what was seen once is not new for ever.
CREATE TABLE sighting (
    watchlist TEXT NOT NULL,
    rule      TEXT NOT NULL,
    account   TEXT NOT NULL,
    value     TEXT NOT NULL,
    story     TEXT NOT NULL,
    fact      TEXT NOT NULL,
    shown     TEXT NOT NULL,
    article   TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (watchlist, rule, account, value, story, fact)
) WITHOUT ROWID;
CREATE INDEX sighting_at ON sighting (watchlist, rule, account, at);
CREATE INDEX sighting_story ON sighting (story);

-- When a rule over time held, and the alert that told it; history that was learned has none.
CREATE TABLE firing (
    id        INTEGER PRIMARY KEY,
    watchlist TEXT NOT NULL,
    rule      TEXT NOT NULL,
    account   TEXT NOT NULL,
    value     TEXT NOT NULL,
    shown     TEXT NOT NULL,
    begin     INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    alert     TEXT NOT NULL
);
CREATE INDEX firing_account ON firing (watchlist, rule, account, until);
CREATE INDEX firing_alert ON firing (alert) WHERE alert <> '';

CREATE TABLE listening (
    watchlist TEXT NOT NULL,
    rule      TEXT NOT NULL,
    since     INTEGER NOT NULL,
    heard     INTEGER NOT NULL,
    PRIMARY KEY (watchlist, rule)
) WITHOUT ROWID;

-- Mutes with an end. `fact` and `known` are JSON. Never pruned: they say who kept what from whom.
CREATE TABLE silence (
    id           TEXT PRIMARY KEY,
    watchlist    TEXT NOT NULL,
    rule         TEXT NOT NULL,
    fact         TEXT NOT NULL,
    story        TEXT NOT NULL,
    source       TEXT NOT NULL,
    words        TEXT NOT NULL,
    subscription TEXT NOT NULL,
    author       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    created      INTEGER NOT NULL,
    until        INTEGER,
    until_new    TEXT NOT NULL,
    known        TEXT NOT NULL,
    ended        INTEGER,
    ending       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX silence_open ON silence (until) WHERE ended IS NULL;
CREATE INDEX silence_ended ON silence (ended) WHERE ended IS NOT NULL;
CREATE INDEX silence_story ON silence (story) WHERE story <> '';

-- An alert that a subscription is not told, in the place of its place: by a silence, or by an alert whose rule inhibits
-- this one's.
CREATE TABLE mute (
    subscription TEXT NOT NULL,
    alert        TEXT NOT NULL REFERENCES alert (id),
    silence      TEXT NOT NULL,
    inhibited_by TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (subscription, alert)
) WITHOUT ROWID;
CREATE INDEX mute_at ON mute (subscription, at);
CREATE INDEX mute_alert ON mute (alert);
CREATE INDEX mute_silence ON mute (silence) WHERE silence <> '';

-- Stories that turned out to be one: `dropped` goes by the name of `kept` since then. `article` showed it. Never pruned.
CREATE TABLE story_merge (
    dropped TEXT PRIMARY KEY,
    kept    TEXT NOT NULL,
    article TEXT NOT NULL,
    score   REAL NOT NULL,
    at      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX story_merge_kept ON story_merge (kept);
CREATE INDEX memory_story ON memory (story);
CREATE INDEX alert_story ON alert (story);

-- What articles are grouped by. `touched` numbers the articles that were grouped: a story stands at its last one.
-- A story that is over (`open` = 0) is kept where a rule without a fact told it, under its heaviest terms.
CREATE TABLE story_profile (
    touched INTEGER PRIMARY KEY,
    story   TEXT NOT NULL UNIQUE,
    open    INTEGER NOT NULL,
    profile BLOB NOT NULL
);
CREATE TABLE story_term (
    term  INTEGER NOT NULL,
    story TEXT NOT NULL,
    PRIMARY KEY (term, story)
) WITHOUT ROWID;
CREATE INDEX story_term_story ON story_term (story);

-- How often terms occur: the counts up to an article, and the terms of those since. One row, and a few hundred.
CREATE TABLE rarity (
    touched  INTEGER NOT NULL,
    articles REAL NOT NULL,
    counts   BLOB NOT NULL
);
CREATE TABLE lesson (
    touched INTEGER PRIMARY KEY,
    terms   BLOB NOT NULL
);

-- What copies are known by: a signature of each text, found under its bands.
CREATE TABLE signature (
    id       INTEGER PRIMARY KEY,
    article  TEXT NOT NULL UNIQUE REFERENCES article (id),
    ingested INTEGER NOT NULL,
    bands    BLOB NOT NULL,
    content  BLOB NOT NULL
);
CREATE INDEX signature_ingested ON signature (ingested);
CREATE TABLE band (
    band      INTEGER NOT NULL,
    signature INTEGER NOT NULL,
    PRIMARY KEY (band, signature)
) WITHOUT ROWID;

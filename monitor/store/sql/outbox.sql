-- name: add_delivery
-- Puts one recipient's message into the outbox.
INSERT INTO delivery (digest, channel, recipient, message_id, subject, state, next_at, last_error)
VALUES (:digest, :channel, :recipient, :message_id, :subject, :state, :next_at, :error);

-- name: add_message
-- Stores the frozen bytes of the delivery that was put into the outbox last.
INSERT INTO message (delivery, raw, html, text) VALUES (last_insert_rowid(), :raw, :html, :text);

-- name: next_due
-- The delivery of a channel that has been due the longest; none while everything is held.
SELECT id, next_at FROM delivery
WHERE state = 'queued' AND channel = :channel AND next_at <= :now
AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'hold')
ORDER BY next_at, id LIMIT 1;

-- name: claim
-- Takes a queued delivery for sending; changes no row if somebody else was faster.
UPDATE delivery SET state = 'sending', lease_until = :lease_until WHERE id = :id AND state = 'queued';

-- name: add_attempt
-- Enters one try to send into the ledger.
INSERT INTO attempt (delivery, at, outcome, detail) VALUES (:delivery, :at, :outcome, :detail);

-- name: count_attempt
-- Counts a try, and keeps what went wrong for the operator.
UPDATE delivery SET attempts = attempts + 1, last_error = :error WHERE id = :id;

-- name: settle
-- Gives a delivery the state that an attempt led to. A late answer of a sender that lost its lease changes nothing,
-- unless it is that the message went out.
UPDATE delivery SET state = :state, next_at = coalesce(:next_at, next_at), lease_until = NULL
WHERE id = :id AND (state = 'sending' OR :state = 'sent');

-- name: mark_digest_sent
-- Marks the digest of a delivery as sent once every recipient has it, or was given up while another one has it.
UPDATE digest SET state = 'sent', sent = :at
WHERE id = (SELECT digest FROM delivery WHERE delivery.id = :delivery) AND state <> 'sent'
AND EXISTS (SELECT 1 FROM delivery WHERE delivery.digest = digest.id AND delivery.state = 'sent')
AND NOT EXISTS (
    SELECT 1 FROM delivery WHERE delivery.digest = digest.id AND delivery.state NOT IN ('sent', 'dropped')
);

-- name: delivery
-- One delivery with its message.
SELECT delivery.*, message.raw, message.html, message.text
FROM delivery JOIN message ON message.delivery = delivery.id WHERE delivery.id = :id;

-- name: expired
-- The deliveries whose sender died, or lost its way, with the message in its hands.
SELECT delivery.*, message.raw, message.html, message.text
FROM delivery JOIN message ON message.delivery = delivery.id
WHERE delivery.state = 'sending' AND delivery.lease_until <= :now ORDER BY delivery.id;

-- name: end_leases
-- Ends the claims of senders that are known to be dead, sooner than their leases would.
UPDATE delivery SET lease_until = :now WHERE state = 'sending' AND lease_until > :now;

-- name: deliveries
-- The whole outbox, oldest first.
SELECT delivery.*, message.raw, message.html, message.text
FROM delivery JOIN message ON message.delivery = delivery.id ORDER BY delivery.id;

-- name: deliveries_in_state
-- The part of the outbox that is in one state, oldest first.
SELECT delivery.*, message.raw, message.html, message.text
FROM delivery JOIN message ON message.delivery = delivery.id WHERE delivery.state = :state ORDER BY delivery.id;

-- name: count_deliveries
-- How many deliveries are in each state.
SELECT state, count(*) AS deliveries FROM delivery GROUP BY state;

-- name: give_back
-- Undoes a claim of which no byte has left.
UPDATE delivery SET state = 'queued', lease_until = NULL WHERE id = :id AND state = 'sending';

-- name: outbox
-- The deliveries in some states without their messages, oldest first.
SELECT delivery.*, digest.composed
FROM json_each(:states) AS wanted
JOIN delivery ON delivery.state = wanted.value
JOIN digest ON digest.id = delivery.digest
ORDER BY delivery.id;

-- name: outbox_line
-- One delivery without its message.
SELECT delivery.*, digest.composed FROM delivery JOIN digest ON digest.id = delivery.digest WHERE delivery.id = :id;

-- name: message
-- The frozen bytes of a delivery.
SELECT raw FROM message WHERE delivery = :id;

-- name: delivery_ledger
-- All that happened to a delivery, in order: attempts, and what an operator did.
SELECT at, 'attempt: ' || outcome AS what, detail, id FROM attempt WHERE delivery = :id
UNION ALL
SELECT at, 'operator: ' || verb, reason, id FROM intervention WHERE delivery = :id
ORDER BY at, id;

-- name: retry
-- Puts a delivery back into the queue, due now and with its patience renewed.
UPDATE delivery SET state = 'queued', attempts = 0, next_at = :now, lease_until = NULL
WHERE id = :id AND state IN ('queued', 'failed', 'unknown', 'dropped');

-- name: drop
-- Takes a delivery out of the queue for good.
UPDATE delivery SET state = 'dropped', lease_until = NULL WHERE id = :id AND state IN ('queued', 'failed', 'unknown');

-- name: open_deliveries
-- The deliveries that were neither sent nor dropped.
SELECT id FROM delivery WHERE state IN ('queued', 'sending', 'failed', 'unknown') ORDER BY id;

-- name: drop_any
-- Takes a delivery out of the outbox for good, whatever state it is in.
UPDATE delivery SET state = 'dropped', lease_until = NULL WHERE id = :id;

-- name: add_intervention
-- Enters into the ledger what an operator did with a delivery.
INSERT INTO intervention (delivery, at, verb, reason) VALUES (:delivery, :at, :verb, :reason);

-- name: queued_by_channel
-- How many deliveries wait for each channel.
SELECT channel, count(*) AS deliveries FROM delivery WHERE state = 'queued' GROUP BY channel;

-- name: undelivered
-- The messages of a subscription's digests that nobody has got, by state.
SELECT delivery.state, count(*) AS deliveries
FROM digest JOIN delivery ON delivery.digest = digest.id
WHERE digest.subscription = :subscription AND delivery.state IN ('queued', 'sending', 'failed', 'unknown')
GROUP BY delivery.state;

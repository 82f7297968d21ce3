-- name: sent_to
-- A message that the server took, by its id and the address that it went to.
SELECT id, recipient FROM delivery
WHERE message_id = :message_id AND casefold(recipient) = :recipient AND state = 'sent';

-- name: park_returned
-- Parks a delivery that was sent and came back.
UPDATE delivery SET state = 'failed', last_error = :reason WHERE id = :id AND state = 'sent';

-- name: add_dead_address
-- Notes an address to which nothing is sent; a later note changes nothing.
INSERT INTO dead_address (mailbox, recipient, at, reason) VALUES (:mailbox, :recipient, :at, :reason)
ON CONFLICT (mailbox) DO NOTHING;

-- name: dead_address
-- Whether nothing is sent to an address, and why.
SELECT at, reason FROM dead_address WHERE mailbox = :mailbox;

-- name: dead_addresses
-- All addresses to which nothing is sent.
SELECT recipient, at, reason FROM dead_address ORDER BY mailbox;

-- name: revive_address
-- Lets mail to an address leave again.
DELETE FROM dead_address WHERE mailbox = :mailbox;

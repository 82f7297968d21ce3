"""What waits, made into a digest: due, composed, rendered, frozen as mails. Pure: the clock is passed in."""

"""Rule files on disk, and the rules at work: read, checked, kept over a restart, replaced while they are used."""

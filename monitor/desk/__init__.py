"""Where digests are composed, with which templates, and their pages."""

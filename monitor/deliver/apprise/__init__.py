"""The way out to all that the library apprise knows (extra `channels`)."""

from monitor.deliver.apprise.channel import AppriseChannel, address_is_known, posts

__all__ = ["AppriseChannel", "address_is_known", "posts"]

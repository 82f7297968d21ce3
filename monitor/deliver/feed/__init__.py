"""The way out into an Atom feed."""

from monitor.deliver.feed.channel import FeedChannel
from monitor.deliver.feed.format import posts

__all__ = ["FeedChannel", "posts"]

"""The way out to Slack, and to services that take its webhooks."""

from monitor.deliver.slack.channel import SlackChannel
from monitor.deliver.slack.format import block_posts, markdown_posts

__all__ = ["SlackChannel", "block_posts", "markdown_posts"]

"""The way out to Microsoft Teams."""

from monitor.deliver.teams.channel import TeamsChannel
from monitor.deliver.teams.format import posts

__all__ = ["TeamsChannel", "posts"]

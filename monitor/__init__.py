"""Watchlist monitor: an alerting and watchlist monitor for news.

The rooms follow the way an article travels: ingest -> query -> stories -> alerts -> digest -> deliver.
"""

__version__ = "0.1.0"

"""The way out into a folder."""

from monitor.deliver.files.channel import FileChannel, safe_stem

__all__ = ["FileChannel", "safe_stem"]

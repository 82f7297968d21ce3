"""Whether the daemon gets on with its work, and who is told: files, pages, systemd, a watcher from outside."""

from monitor.health.pulse import Pulse, complaints, health_file, read_health, show_life, write_health

__all__ = ["Pulse", "complaints", "health_file", "read_health", "show_life", "write_health"]

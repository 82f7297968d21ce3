"""Whether the daemon gets on with its work, and who is told: files, pages, systemd, a watcher from outside."""

from monitor.health.pulse import Pulse, show_life
from monitor.health.report import Condition, complaints, condition, health_file, read_health, write_health

__all__ = [
    "Condition",
    "Pulse",
    "complaints",
    "condition",
    "health_file",
    "read_health",
    "show_life",
    "write_health",
]

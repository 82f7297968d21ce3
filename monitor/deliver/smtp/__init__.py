"""The way out by mail."""

from monitor.deliver.smtp.channel import Security, SmtpChannel, SmtpSettings, stuffed

__all__ = ["Security", "SmtpChannel", "SmtpSettings", "stuffed"]

"""What could keep the monitor from working, looked at one thing after the other; each finding says what to do.

Nothing is changed, and no mail is sent. Only `reach` uses the network, and it logs in nowhere.
"""

from monitor.diagnosis.findings import Finding, Grade, worst
from monitor.diagnosis.here import examine
from monitor.diagnosis.reach import reach

__all__ = ["Finding", "Grade", "examine", "reach", "worst"]

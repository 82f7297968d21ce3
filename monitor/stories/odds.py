"""The learnt weights of the evidence: logarithms of odds per unit, by `python -m benchmarks.stories --fit`."""

from __future__ import annotations

from monitor.stories.likeness import Likeness

BIAS = -3.017
WEIGHTS = Likeness(
    tightness=5.557,
    size=-0.564,
    exchanged=-1.278,
    strange=-2.210,
    surprise=1.098,
    surprise_log=0.590,
    counts_agree=2.346,
    counts_differ=-1.877,
    days_differ=-1.687,
)

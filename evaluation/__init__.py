"""Frozen labelled cases, scoring from outside, content checks and the figures behind the thresholds."""

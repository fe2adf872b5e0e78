"""Counts and lifecycles by state machines: what comes of many requests, one after the other, in several projects."""

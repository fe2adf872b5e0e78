"""Hypothesis strategies and exact synthetic media at the documented boundaries. No network."""

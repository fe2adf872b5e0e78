"""Hostile uploads: a documented refusal, or an acceptance that reads back."""

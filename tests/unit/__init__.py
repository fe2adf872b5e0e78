"""Tests of one part, in this process; they run in a minute together."""

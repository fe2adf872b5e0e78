"""A run of the suites: options, set-up, recording, conclusion, console."""

"""A run in files and on the console: CTRF, JUnit, one HTML page, a summary, a badge, a history."""

"""Tests that start the suites, a deployment or a command as processes."""

"""The documented limits, row by row: Intel Geti platform 2.0.0, "System Constraints and Limit Handling"."""

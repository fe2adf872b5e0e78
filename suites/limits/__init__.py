"""The documented limits, judged at every enforcement point."""

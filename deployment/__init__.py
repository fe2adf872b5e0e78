"""The way to a deployment: one client for every byte, discovery, containment."""

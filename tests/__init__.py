"""The project's own tests, never of a deployment."""

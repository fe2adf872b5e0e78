"""Media limits at dataset import."""

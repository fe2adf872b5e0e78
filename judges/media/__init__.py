"""Images and videos at a boundary, at upload."""

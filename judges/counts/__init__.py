"""Limits on counts: projects, labels, tasks, datasets, media, annotation versions, training images."""

"""Properties of the media limits: what is drawn around each is judged, and what fails is made as simple as it gets."""

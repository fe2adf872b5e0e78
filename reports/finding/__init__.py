"""A finding as a folder: what was sent and answered, and a script that sends it again and says whether it stands."""

"""Benign deployments: each differs from the embedded one as an installation may, and none may be reported."""

"""The direct encoders and containers, one format a module."""

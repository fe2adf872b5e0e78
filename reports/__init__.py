"""A run's results as CTRF JSON, JUnit XML and on the console."""

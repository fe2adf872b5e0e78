"""Errors that end a run before it judged anything, each with the next step in its message."""


class SetupError(Exception):
    """The run cannot start: going on would judge the set-up, not the deployment."""


class NotContainedError(Exception):
    """A mutating request names something this run did not create; it was not sent."""

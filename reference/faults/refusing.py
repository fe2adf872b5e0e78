"""Refusals answered otherwise, by what they refuse."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.responses import JSONResponse, Response

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.rewriting import BROKEN


def refusing(concerned: Callable[[ApiError], bool], answer: Callable[[ApiError], Response]) -> type[Behaviour]:
    """A behaviour that answers the refusals that are concerned as ``answer`` says."""

    class RefusesOtherwise(Behaviour):
        def refusal(self, error: ApiError) -> Response:
            return answer(error) if concerned(error) else super().refusal(error)

    return RefusesOtherwise


def broken(_error: Exception) -> Response:
    """The answer of a deployment that breaks."""
    return JSONResponse(BROKEN, 500)

"""From a specification to an upload: the one place where generated media meet a dataset."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Final

from contract.observations import Answer
from contract.verdicts import inconclusive_reason
from deployment.media import Dataset, Kind
from generators.artefacts import Artefact
from generators.specs import ImageSpec, MediaSpec

_TRIES: Final = 4
_PREPROCESSING_S: Final = 60
_SETTLED: Final = frozenset({"FINISHED", "FAILED"})


def kind_of(spec: MediaSpec) -> Kind:
    """The collection that a medium is uploaded to."""
    return "images" if isinstance(spec, ImageSpec) else "videos"


def upload(dataset: Dataset, artefact: Artefact) -> Answer:
    """Upload an artefact under the name of its specification."""
    spec, content = artefact.spec, artefact.content
    return dataset.upload(kind_of(spec), spec.name, io.BytesIO(content), artefact.media_type, len(content))


def answered(send: Callable[[], Answer]) -> Answer:
    """The first answer that speaks of what was sent, of a few: for what a case needs, and does not judge."""
    answer = send()
    for _ in range(_TRIES):
        if answer.unsent or inconclusive_reason(answer) is None:
            break
        answer = send()
    return answer


def settled(dataset: Dataset, path: str) -> Answer | None:
    """The medium at ``path`` once the deployment has read it; None where it is still busy after a minute."""
    deadline = time.monotonic() + _PREPROCESSING_S
    while time.monotonic() < deadline:
        answer = dataset.client.send("GET", path)
        state = answer.body.get("preprocessing") if isinstance(answer.body, dict) else None
        status = state.get("status") if isinstance(state, dict) else None
        if status is None or str(status).upper() in _SETTLED:
            return answer
        time.sleep(0.2)
    return None

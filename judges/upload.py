"""From a specification to an upload: the one place where generated media meet a dataset."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import Final

import httpx

from contract.constraints import CONSTRAINTS
from contract.observations import Answer
from contract.profiles import Profile
from contract.verdicts import inconclusive_reason
from deployment.media import Dataset, Kind
from deployment.retry import RetryPolicy
from generators.artefacts import Artefact
from generators.specs import ImageSpec, MediaSpec

_TRIES: Final = RetryPolicy(attempts=5, first_s=0)
_PREPROCESSING: Final = RetryPolicy(patience_s=60, first_s=0.2, longest_s=0.2)
_SETTLED: Final = frozenset({"FINISHED", "FAILED"})


def kind_of(spec: MediaSpec) -> Kind:
    """The collection that a medium is uploaded to."""
    return "images" if isinstance(spec, ImageSpec) else "videos"


def upload(dataset: Dataset, artefact: Artefact, name: str = "") -> Answer:
    """Upload an artefact under a name, that of its specification unless another is given."""
    spec, content = artefact.spec, artefact.content
    file = io.BytesIO(content)
    return dataset.upload(kind_of(spec), name or spec.name, file, artefact.media_type, len(content))


def upload_labelled(dataset: Dataset, artefact: Artefact, labels: Sequence[str]) -> Answer:
    """Upload an artefact with the ids of the labels that it has."""
    file = {"file": (artefact.spec.name, artefact.content, artefact.media_type)}
    info = {"upload_info": json.dumps({"label_ids": list(labels)})}
    form = httpx.Request("POST", "http://nowhere.invalid", files=file, data=info)
    return dataset.upload_form(kind_of(artefact.spec), form.read(), form.headers["content-type"])


def beyond_file_size(artefact: Artefact, profile: Profile) -> str:
    """Why a limit of media says nothing of an artefact: its file is larger than any may be; empty where it is not."""
    kind, size = kind_of(artefact.spec).removesuffix("s"), len(artefact.content)
    most = profile.at(f"{kind}-upload").held_to(CONSTRAINTS[f"{kind}.file.max"]).allowed.most
    return f"the file has {size:,} bytes, and {most:,} may be uploaded" if most is not None and size > most else ""


def answered(send: Callable[[], Answer]) -> Answer:
    """The first answer that speaks of what was sent, of a few: for what a case needs, and does not judge."""
    return _TRIES.ask(send, until=lambda answer: inconclusive_reason(answer) is None)


def settled(dataset: Dataset, path: str) -> Answer | None:
    """The medium at ``path`` once the deployment has read it; None where it is still busy after a minute."""
    answer = _PREPROCESSING.ask(lambda: dataset.client.send("GET", path), until=is_settled)
    return answer if is_settled(answer) else None


def is_settled(answer: Answer) -> bool:
    """Whether the deployment has read the medium that an answer describes."""
    state = answer.fields.get("preprocessing")
    status = state.get("status") if isinstance(state, dict) else None
    return status is None or str(status).upper() in _SETTLED

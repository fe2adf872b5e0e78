"""From a specification to an upload: the one place where generated media meet a dataset."""

from __future__ import annotations

import io

from contract.observations import Answer
from deployment.media import Dataset, Kind
from generators.artefacts import Artefact
from generators.specs import ImageSpec, MediaSpec


def kind_of(spec: MediaSpec) -> Kind:
    """The collection that a medium is uploaded to."""
    return "images" if isinstance(spec, ImageSpec) else "videos"


def upload(dataset: Dataset, artefact: Artefact) -> Answer:
    """Upload an artefact under the name of its specification."""
    spec, content = artefact.spec, artefact.content
    return dataset.upload(kind_of(spec), spec.name, io.BytesIO(content), artefact.media_type, len(content))

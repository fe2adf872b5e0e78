"""A medium that the deployment holds: uploaded, read, to be used, and deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from contract.observations import Answer, other_conflict
from deployment.media import Dataset
from generators.artefacts import Artefact, make
from generators.specs import MediaSpec
from judges.upload import is_settled, kind_of, settled, upload
from judges.workspace import Workspace


@dataclass
class Held:
    """One medium in a dataset of the run; ``uploaded`` is the answer to its upload, or that once it was read.

    The time that it took is that of the upload in either case.
    """

    dataset: Dataset
    artefact: Artefact
    uploaded: Answer

    @classmethod
    def of(cls, workspace: Workspace, spec: MediaSpec, name: str = "") -> Held:
        """Upload a medium; to a new project, once, where the one in hand is full of what the run made.

        It is called ``name``, and as its specification says where that is taken.
        """
        workspace.make_room()
        held = cls.uploaded_to(workspace.dataset, spec, name)
        if name and other_conflict(held.uploaded) is not None:
            return cls.of(workspace, spec)
        if held.uploaded.status == 409 and other_conflict(held.uploaded) is None and not workspace.renewals:
            workspace.renew_dataset()
            held = cls.uploaded_to(workspace.dataset, spec, name)
        return held

    @classmethod
    def uploaded_to(cls, dataset: Dataset, spec: MediaSpec, name: str = "") -> Held:
        """Upload a medium to a dataset, under a name, that of its specification unless another is given."""
        artefact = make(spec)
        answer = upload(dataset, artefact, name)
        held = cls(dataset, artefact, answer)
        is_read = answer.status == 200 and is_settled(answer) and bool(held.information)
        if answer.text("id") is not None and not is_read:
            read = settled(held.dataset, held.path) or Answer(None, failure="it was not read within a minute")
            held.uploaded = replace(read, elapsed_s=answer.elapsed_s)
        return held

    @cached_property
    def identifier(self) -> str:
        """Its id; empty where there is none."""
        return self.uploaded.text("id") or ""

    @property
    def path(self) -> str:
        """Where it lies, below ``/api/v1``."""
        return f"{self.dataset.path}/media/{kind_of(self.artefact.spec)}/{self.identifier}"

    @property
    def information(self) -> dict[str, Any]:
        """What the deployment says of its size."""
        said = self.uploaded.fields.get("media_information")
        return said if isinstance(said, dict) else {}

    def download(self, place: str) -> tuple[Answer, bytes]:
        """What is given out at a place below it, ``display/full``."""
        return self.dataset.client.download(f"{self.path}/{place}")

    def leave_to(self, workspace: Workspace) -> None:
        """Leave it, where it is there, to be deleted with its project; or now, where it is large.

        It lies in the dataset of the workspace.
        """
        if self.identifier:
            kind = {"type": kind_of(self.artefact.spec).removesuffix("s")}
            workspace.done_with({self.identifier: kind}, len(self.artefact.content))

    def delete(self) -> None:
        """Delete it, where it is there."""
        if self.identifier:
            self.dataset.delete(kind_of(self.artefact.spec), self.identifier)

"""Formats of the export of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

from contract import operations as api
from contract.observations import Answer
from contract.probes import comfortable_side
from contract.purposes import Purpose
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.constraints.subject import Asked, Subject, UnreachableError
from judges.upload import answered, upload


@dataclass
class Exports(Subject):
    """Exports of a dataset with one image; the job of each is cancelled, and has ended before the next is asked for."""

    dataset: Dataset | None = None

    def send(self, asked: Asked) -> Answer:
        """Ask for an export in a format. Raises ``UnreachableError``."""
        dataset, jobs, client = self._home(), self.workspace.importer.jobs, self.workspace.client
        path = client.path(api.PREPARE_EXPORT, dataset.project, dataset.id)
        answer = jobs.submit(path, params={"export_format": asked.value})
        job = answer.text("job_id")
        if job is not None:
            with client.purpose(Purpose.CLEAN_UP):
                client.call(api.CANCEL_JOB, job)
                jobs.ended(answer)
        return answer

    def _home(self) -> Dataset:
        if self.dataset is None:
            dataset = self.workspace.entities.dataset(self.project((("detection", 1),), "exports"))
            side = comfortable_side(self.workspace.profile)
            image = answered(lambda: upload(dataset, make(ImageSpec(side, side, "png", "L"))))
            if not image.accepted:
                raise UnreachableError(f"nothing to export could be made ({image.words_with_message})")
            self.dataset = dataset
        return self.dataset

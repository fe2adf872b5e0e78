"""One import from archive to ended job, for every case that goes through dataset import."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contract.observations import Answer
from deployment.bodies import imported_dataset, imported_project
from deployment.entities import Entities
from deployment.jobs import Jobs, state, warnings
from deployment.state import StateChange
from generators.archives import ArchiveItem, Layout, write_archive
from generators.artefacts import make
from generators.specs import ImageSpec

LABELS: Final = ("one", "two")


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: the last answer, the job once it ended, and what it warned of."""

    answer: Answer
    job: dict[str, Any] | None = None

    @property
    def state(self) -> str | None:
        """How the job ended."""
        return state(self.job) if self.job else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the job warned of."""
        return tuple(warnings(self.job)) if self.job else ()

    @property
    def project(self) -> str | None:
        """The project that was made, where one was."""
        found = (self.job or {}).get("metadata", {}).get("project_id")
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Importer:
    """Builds archives on disk and imports them."""

    entities: Entities
    jobs: Jobs

    def archive(
        self, specs: Sequence[ImageSpec], layout: Layout, *, resumable: bool = False, names: Sequence[str] = ()
    ) -> tuple[Answer, str | None]:
        """Upload an archive of images, under ``names`` where they are given; the answer and the file's id."""
        with tempfile.TemporaryDirectory(prefix="geti-contract-") as directory:
            path = Path(directory, "dataset.zip")
            items = (
                ArchiveItem(
                    names[n] if names else f"image{n}.{spec.format}", make(spec).content, *spec.displayed, LABELS[0]
                )
                for n, spec in enumerate(specs)
            )
            write_archive(path, layout, items, LABELS)
            if resumable:
                content = path.read_bytes()
                return self.jobs.upload_resumable(content, cut_at=len(content) // 3)
            with path.open("rb") as content_file:
                return self.jobs.upload(content_file, path.stat().st_size)

    def _as_project(self, file: str, name: str, labels: int = len(LABELS)) -> Imported:
        """Prepare and import an uploaded archive as a new project with so many labels."""
        prepared = self._prepared(f"{self.jobs.root}/datasets:prepare-for-import", file)
        if prepared is not None:
            return prepared
        names = [*LABELS[:labels], *(f"label {n}" for n in range(len(LABELS), labels))]
        body = imported_project(file, f"{self.entities.prefix}-{name}", names)
        return self._ended(self.jobs.submit(f"{self.jobs.root}/projects:import-from-dataset", body))

    def as_new_project(self, file: str, name: str, labels: int = len(LABELS)) -> tuple[Imported, StateChange[str]]:
        """Import as a new project, and what that changed among the run's projects."""
        with self.entities.watched_projects() as change:
            done = self._as_project(file, name, labels)
            change.expected = done.project
        change.expected = done.project or next(iter(change.appeared or ()), None)
        if change.expected is None:
            self.entities.last.forget()  # it may still come
        return done, change

    def into_project(self, file: str, project: str, *, dataset: str = "", name: str = "") -> Imported:
        """Prepare and import into a project: into the ``dataset`` of an id, or into a new one of a ``name``."""
        path = self.entities.project_path(project)
        prepared = self._prepared(f"{path}/datasets:prepare-for-import", file)
        if prepared is not None:
            return prepared
        body = imported_dataset(file, dataset=dataset, name=name)
        return self._ended(self.jobs.submit(f"{path}:import-from-dataset", body))

    def _prepared(self, path: str, file: str) -> Imported | None:
        """None where the preparation went well."""
        prepared = self._ended(self.jobs.submit(path, None, {"file_id": file}))
        return None if prepared.state == "finished" else prepared

    def _ended(self, answer: Answer) -> Imported:
        return Imported(answer, self.jobs.ended(answer))

"""What one worker sends and what it counts: uploads, queries and downloads in one project of the run."""

from __future__ import annotations

import io
import random
import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from contract.load import Upload
from contract.observations import Answer, documented_error
from contract.verdicts import inconclusive_reason
from deployment.client import Client
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.media.decoding import decoded_size

SPEC: Final = ImageSpec(64, 48, "png", "L", "noise")
# Downloads choose among so many of the worker's own uploads.
_REMEMBERED: Final = 1000


@dataclass(slots=True)
class Tally:
    """What one worker did since it last handed its tally over; everything in it may be sent as JSON."""

    uploads: list[Upload] = field(default_factory=list)
    timings: dict[str, list[float]] = field(default_factory=dict)
    short: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)

    def join(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name, seconds in other.timings.items():
            self.timings.setdefault(name, []).extend(seconds)
        for name in ("uploads", "short", "damaged", "failures", "put_off"):
            getattr(self, name).extend(getattr(other, name))

    def packed(self) -> dict[str, Any]:
        """As plain values, to be sent to the master."""
        return asdict(self)

    @classmethod
    def unpacked(cls, data: dict[str, Any]) -> Tally:
        """What ``packed`` made."""
        return cls(**{**data, "uploads": [Upload(**values) for values in data["uploads"]]})


@dataclass(slots=True)
class LoadWorker:
    """One worker in the project that is loaded; used by greenlets, of which only one runs at a time."""

    client: Client
    label: str = field(default_factory=lambda: secrets.token_hex(3))
    dataset: Dataset | None = None
    tally: Tally = field(default_factory=Tally)
    accepted: list[str] = field(default_factory=list)
    acknowledged: int = 0
    serial: int = 0

    def enter(self, project: str, dataset: str) -> None:
        """Take the dataset of the run, which another process made, for this worker's own too."""
        self.client.created.update((project, dataset))
        self.dataset = Dataset(self.client, project, dataset)

    def drain(self) -> Tally:
        """The tally since it was last drained."""
        drained, self.tally = self.tally, Tally()
        return drained

    def upload(self) -> tuple[str, Answer]:
        """Upload one image that has never been uploaded, under a name of its own."""
        self.serial += 1
        name = f"{self.label}-{self.serial}"
        content = make(ImageSpec(SPEC.width, SPEC.height, "png", "L", "noise", self.serial)).content
        sent_at = time.time()
        answer = self._dataset.upload("images", f"{name}.png", io.BytesIO(content), "image/png", len(content))
        identifier = answer.text("id")
        fault = answer.failure or ""
        if identifier is None and answer.accepted:
            fault = "it was accepted without an id"
        elif answer.status == 409:
            fault = documented_error(answer) or ""
        status = None if identifier is None and answer.accepted else answer.status
        self.tally.uploads.append(Upload(self.label, name, status, identifier, sent_at, time.time(), fault))
        if identifier is not None:
            self.acknowledged += 1
            self.accepted = [*self.accepted, identifier][-_REMEMBERED:]
        return self._timed("upload refused" if answer.status == 409 else "upload", answer)

    def query(self) -> tuple[str, Answer]:
        """Ask for one page; its totals must not fall behind what was acknowledged to this worker before."""
        acknowledged = self.acknowledged
        answer = self._dataset.query({"limit": self._dataset.client.largest_page})
        if answer.fields:
            total = answer.fields.get("total_images")
            if not isinstance(total, int) or total < acknowledged:
                self.tally.short.append(f"a query counted {total}, {acknowledged:,} had been acknowledged")
        return self._timed("query", answer)

    def download(self) -> tuple[str, Answer] | None:
        """Fetch one image that was acknowledged, and decode it; None while there is none."""
        if not self.accepted:
            return None
        medium = random.choice(self.accepted)
        answer, content = self._dataset.client.download(f"{self._dataset.path}/media/images/{medium}/display/full")
        if answer.accepted:
            try:
                size = decoded_size(content, SPEC.pixels)
            except Exception as error:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
                self.tally.damaged.append(f"{medium} does not decode ({type(error).__name__})")
            else:
                if size != (SPEC.width, SPEC.height):
                    self.tally.damaged.append(f"{medium} is {size[0]}x{size[1]}")
        return self._timed("download", answer)

    @property
    def _dataset(self) -> Dataset:
        assert self.dataset is not None, "a worker enters its dataset before its users start"
        return self.dataset

    def _timed(self, name: str, answer: Answer) -> tuple[str, Answer]:
        self.tally.timings.setdefault(name, []).append(answer.elapsed_s)
        if name in ("query", "download") and not answer.accepted:
            put_off = answer.status is not None and inconclusive_reason(answer) is not None
            kind = self.tally.put_off if put_off else self.tally.failures
            kind.append(f"a {name} got {answer.words}")
        return name, answer

"""Annotation versions of one image or frame: filled up one by one, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.limits import EMPTY
from contract.observations import Answer
from contract.probes import Side, comfortable_side
from contract.verdicts import inconclusive_reason
from deployment.bodies import objects, shaped_annotations
from deployment.entities import annotate, annotations_path
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from judges.counts.case import CountCase
from judges.counts.entities import InProject
from judges.counts.probe import DETECTION, UnreachableError
from judges.rest.comparison import altered
from judges.results import Outcome
from judges.upload import answered, upload

# Of many versions so many are looked for where none should have gone.
_SOUGHT: Final = 12
# What a deployment works out in its own time from the version: it may change without a submission.
_DERIVED: Final = "annotation_state_per_task"


@dataclass
class Versions(InProject):
    """Annotation versions of one image or of one frame; none may ever be lost, or read back as another.

    ``shapes`` are those of each version, as its submission was answered. ``latest`` is how the latest version read when
    they were last counted; ``refused_at`` is how it read before a submission that was refused, empty where none was,
    and ``varying`` names what of it may differ without one.
    """

    title = "versions"
    frees_places = False
    chain = DETECTION
    frame: int | None = None
    medium: str = ""
    second: str = ""
    versions: list[str] = field(default_factory=list)
    shapes: dict[str, list[Any]] = field(default_factory=dict)
    past_limit: bool = False
    latest: Mapping[str, Any] = field(default_factory=dict)
    refused_at: Mapping[str, Any] = field(default_factory=dict)
    varying: frozenset[str] = frozenset()

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to; past the limit every version is looked for."""
        self.past_limit = case.probe.side is Side.ABOVE
        return super().judge(case)

    def adopt(self) -> None:
        """Nothing: a medium whose versions are not all known says nothing about lost ones."""

    def create(self, serial: int) -> Answer:
        """One more version: the rectangle's size says which, so that no two versions are alike."""
        label = self.own_label()
        width, height = 4 + serial % 24, 4 + serial // 24 % 24
        return annotate(self._home(), self._medium(), self.frame, label, width, height)

    def _create(self) -> Answer:
        """The submission of the case in hand; past the limit the latest version is read before it."""
        before = self._read_latest().fields if self.past_limit else {}
        self.varying = frozenset({_DERIVED, *_differing(self.latest, before)})
        answer = self._submit_nothing() if self.kind == EMPTY else super()._create()
        self.refused_at = {} if answer.accepted else before
        return answer

    def _submit_nothing(self) -> Answer:
        return self.entities.client.send("POST", self._path, shaped_annotations(self._medium(), self.frame, []))

    def comparable(self, control: Answer) -> bool:
        """Whether it is a version of its own: not every deployment makes one of a submission of no annotation."""
        own = control.text("id")
        return control.accepted and own is not None and own not in self.versions[:-1] and bool(self.there(control))

    def remember(self, answer: Answer) -> None:
        """Keep its id: each version must go on reading back."""
        self.versions.append(answer.body["id"])
        self.shapes[answer.body["id"]] = _shapes(answer)

    def there(self, answer: Answer) -> bool | None:
        """Whether the version of the medium reads back."""
        return self.entities.reads_back(f"{self._path}/{answer.body['id']}")

    def count(self) -> int | None:
        """The versions we know of, where the deployment's latest is one of them; None where it is another."""
        answer = self._read_latest()
        self.latest = answer.fields
        if answer.status == 204:
            return 0 if not self.versions else None
        latest = answer.text("id")
        if latest in self.versions:
            return len(self.versions)
        return len(self.versions) + 1 if latest is not None else None

    def lost(self) -> tuple[str, ...] | None:
        """Versions that no longer read back as they were answered: past the limit of all, else of some.

        The latest may be one that a host which is behind knows; it is none that was refused.
        """
        path = self._path
        sought = self.versions if self.past_limit else self.versions[:: max(1, len(self.versions) // _SOUGHT)]
        answers = [self.entities.client.send("GET", f"{path}/{version}") for version in sought]
        if any(inconclusive_reason(answer) is not None for answer in answers):
            return None
        gone = [answer for answer in answers if not answer.accepted]
        if gone:
            return (f"{len(gone)} of {len(sought)} earlier versions no longer read back",)
        other = [
            version
            for version, answer in zip(sought, answers, strict=True)
            if altered(self.shapes[version], _shapes(answer))
        ]
        if other:
            return (f"{len(other)} of {len(sought)} earlier versions read back with other annotations",)
        return self._other_latest() if self.past_limit else ()

    def _other_latest(self) -> tuple[str, ...] | None:
        """What a refused submission made of the latest version; None where that could not be read."""
        latest = self.entities.client.settling.until(self._read_latest, lambda shown: not self._changed(shown))
        if inconclusive_reason(latest) is not None:
            return None
        if latest.accepted and all(altered(each, _shapes(latest)) for each in self.shapes.values()):
            return ("the latest version has annotations of none that was accepted",)
        changed = self._changed(latest)
        return (f"of the latest version the refused submission changed: {', '.join(changed)}",) if changed else ()

    def _changed(self, latest: Answer) -> list[str]:
        """The fields of the latest version that read otherwise than before a refused submission."""
        differing = _differing(self.refused_at, latest.fields) if self.refused_at else []
        return [name for name in differing if name not in self.varying]

    def _read_latest(self) -> Answer:
        return self.entities.client.send("GET", f"{self._path}/latest")

    def shrink(self) -> int:
        """Versions cannot be deleted: go on with a new medium."""
        freed = max(1, len(self.versions))
        self.medium, self.versions, self.shapes, self.latest, self.refused_at = "", [], {}, {}, {}
        return freed

    def recount(self) -> int | None:
        """Nobody can say whether a version was written whose answer was lost: go on with a new medium."""
        self.shrink()
        return self.count()

    def _home(self) -> Dataset:
        """Where the medium lies: an image in a second dataset, where one can be made, which is not for training."""
        first = self.first_dataset()
        if self.frame is None and not self.second:
            project = self.in_project().body["id"]
            self.second = self.entities.create_dataset(project, "second").text("id") or first.id
        return replace(first, id=self.second) if self.second else first

    def release(self) -> None:
        """Delete the project with all it holds."""
        super().release()
        self.second = ""

    @property
    def _path(self) -> str:
        """Where the annotations lie. Raises ``UnreachableError``."""
        return annotations_path(self._home(), self._medium(), self.frame)

    def _medium(self) -> str:
        if not self.medium:
            assert self.profile is not None
            side = comfortable_side(self.profile)
            spec = ImageSpec(side, side, "png", "L") if self.frame is None else VideoSpec(side, side, 2, 1, "mp4")
            answer = answered(lambda: upload(self._home(), make(spec)))
            if not answer.accepted:
                raise UnreachableError(f"nothing to annotate could be uploaded ({answer.words_with_message})")
            self.medium = answer.body["id"]
        return self.medium


def _shapes(answer: Answer) -> list[Any]:
    """The shapes of the annotations that an answer shows."""
    return [each.get("shape") for each in objects(answer.fields, "annotations")]


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The fields that one of two readings has otherwise than the other, or alone."""
    return [name for name in {**one, **other} if name not in one or name not in other or one[name] != other[name]]

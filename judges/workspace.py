"""What the judges of one run share: the client, what the run is held to, and what it has made to be judged on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from contract.profiles import Profile
from contract.search import AS_USUAL, SearchSettings
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.entities import Entities
from deployment.jobs import Jobs
from deployment.media import Dataset, create_dataset, delete_project
from judges.importer import Importer

Shared = TypeVar("Shared")
# So many bits of the serial numbers are for what one workspace makes.
_SERIALS = 24
# And so many for what one lane makes, in all its workspaces.
_SERIALS_OF_A_LANE = 27
# So many media, of so many bytes together, stay in the dataset of the run until its project is deleted, one request
# for all of them; a larger one is deleted by itself.
_MOST_LEFT = 40
_MOST_BYTES_LEFT = 128 << 20
_LARGE = 16 << 20
Watch = Callable[[str, int, int], AbstractContextManager[Callable[[int], None]]]


@dataclass
class Workspace:
    """The workspace of one run in one process.

    ``prefix`` begins the name of all that it creates, ``files`` is a directory for what is too long to be shown.
    ``watch(label, done, total)`` shows how far long work has come. ``timeout_s`` is how long one answer may take.
    ``document`` is the deployment's OpenAPI document, where it has one; ``search`` is how long each search may go on.
    ``kept`` are the projects that an earlier process of the run filled, ids by title, and ``first_serial`` where the
    numbers of this process begin; ``keeps_unfinished`` says that a fill that was cut short is not deleted, and
    ``unfinished`` that there is one; ``interrupted`` is set where the run is. ``renewals`` counts the projects that
    were full of what the run made. ``notes`` and ``coverage`` are for the report; ``gathered`` is what families keep
    of all their cases, in whichever lane they are judged, ``found`` what a search has found, by case: that alone is
    judged again. ``give_way`` is called between two parts of what takes long, when nothing is in flight: whoever waits
    to judge alone does so first.
    """

    client: Client
    discovery: Discovery
    profile: Profile
    prefix: str
    seed: int
    tier: str
    timeout_s: float
    files: Path
    watch: Watch
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    search: SearchSettings = AS_USUAL
    other_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept: dict[str, str] = field(default_factory=dict)
    first_serial: int = 0
    keeps_unfinished: bool = False
    unfinished: bool = False
    interrupted: bool = False
    renewals: int = 0
    notes: list[str] = field(default_factory=list)
    coverage: dict[str, Any] = field(default_factory=dict)
    gathered: dict[str, Any] = field(default_factory=dict)
    give_way: Callable[[], None] = lambda: None
    _left: int = 0
    _bytes_left: int = 0
    _projects: int = 0
    found: dict[str, Any] = field(default_factory=dict)
    _shared: dict[object, Any] = field(default_factory=dict)

    def once(self, key: Callable[..., Shared], make: Callable[[], Shared]) -> Shared:
        """What several judges share, made by the first of them; ``key`` is its class."""
        if key not in self._shared:
            self._shared[key] = make()
        shared: Shared = self._shared[key]
        return shared

    @cached_property
    def dataset(self) -> Dataset:
        """A project of the run with an empty dataset. Raises ``SetupError`` where none can be created."""
        return create_dataset(self.client, self.discovery, self.prefix)

    def renew_dataset(self) -> None:
        """Go on in a new project: the one in hand is full, of what the run made, and is deleted where it can be.

        Raises ``SetupError`` where none can be created.
        """
        self.renewals += 1
        self._go_on_in_a_new_project()

    def done_with(self, media: Mapping[str, Mapping[str, Any]], size: int) -> None:
        """Media of the run's dataset, of ``size`` bytes each, are of no use any more: large ones are deleted now.

        The others go with their project, many at a time.
        """
        if size > _LARGE:
            self.dataset.delete_listed(media)
        else:
            self._left += len(media)
            self._bytes_left += len(media) * size

    def make_room(self, coming: int = 1) -> None:
        """Go on in a new project where the one in hand has no room for ``coming`` media beside those that are left.

        It holds far fewer than it may. Raises ``SetupError`` where none can be created.
        """
        allowed = self.profile.value("project.media.max")
        most = _MOST_LEFT if allowed is None else min(_MOST_LEFT, allowed // 2)
        if self._left and (self._left + coming > most or self._bytes_left >= _MOST_BYTES_LEFT):
            self._go_on_in_a_new_project()

    def _go_on_in_a_new_project(self) -> None:
        done, self._left, self._bytes_left = self.dataset, 0, 0
        self._projects += 1
        del self.dataset
        delete_project(done)
        self.dataset = create_dataset(self.client, self.discovery, f"{self.prefix}-p{self._projects}")

    @cached_property
    def entities(self) -> Entities:
        """What the run can create in its workspace, under the run's name."""
        return Entities(self.client, self.discovery, self.prefix, self.kept, self.first_serial, self.document)

    @cached_property
    def importer(self) -> Importer:
        """What imports archives; a job may take five times as long as an answer."""
        return Importer(self.entities, Jobs(self.client, self.discovery, 5.0 * self.timeout_s))

    def fresh(self, number: int) -> Workspace:
        """A workspace beside this one in which nothing was made yet: to judge a case from scratch, the n-th time."""
        return replace(
            self,
            prefix=f"{self.prefix}-{number}",
            kept={},
            first_serial=self.first_serial + (number << _SERIALS),
            keeps_unfinished=False,
            notes=[],
            coverage={},
            gathered={},
            _left=0,
            _bytes_left=0,
            _projects=0,
            _shared={},
        )

    def beside(self, number: int) -> Workspace:
        """The workspace of the n-th lane, counted from 0: what it makes is its own, down to the names."""
        return replace(
            self,
            client=self.client.beside(),
            prefix=f"{self.prefix}-{chr(ord('a') + number)}",
            first_serial=self.first_serial + ((number + 1) << _SERIALS_OF_A_LANE),
            _left=0,
            _bytes_left=0,
            _projects=0,
            _shared={},
        )

    def close(self) -> None:
        """Delete what was made here; whatever stays is deleted when the run ends."""
        dataset = self.__dict__.pop("dataset", None)
        if dataset is not None:
            with contextlib.suppress(KeyboardInterrupt):
                delete_project(dataset)

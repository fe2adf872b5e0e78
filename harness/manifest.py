"""The manifest of a run: every case that must be judged is fixed before anything is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from contract.cases import Case
from contract.profiles import CLOUD, PUBLISHED_PROFILES, ProfileError, scaled_down
from deployment.errors import SetupError
from deployment.options import AUTO, profile_named
from generators.specs import UnrepresentableError
from harness.options import Options
from judges.families import families_of
from judges.family import Family, Scope
from judges.rest.plan import Plan


@dataclass(slots=True)
class Manifest:
    """The cases of a run, in order, each with its family. ``chosen`` are the ids of those that this run judges.

    Raises ``ValueError`` for two cases of one id: one of them would go unjudged; ``pytest.UsageError`` for a profile
    that sets a limit where no probe can be.
    """

    scope: Scope
    entries: dict[str, tuple[Family, Case]] = field(init=False)
    chosen: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = {}
        for family, case in self._all():
            if case.id in self.entries:
                raise ValueError(f"there are two cases {case.id}")
            self.entries[case.id] = family, case
        self.chosen = list(self.entries)

    def _all(self) -> Iterator[tuple[Family, Case]]:
        try:
            for family in families_of(self.scope):
                for case in family.cases(self.scope):
                    yield family, case
        except UnrepresentableError as error:
            raise pytest.UsageError(
                f"the profile {self.scope.profile.name} sets a limit at which no file can be made ({error}); "
                'set it to "unknown"'
            ) from None

    def holds(self, name: str) -> bool:
        """Whether there is a case of a name; what a search found is added by its own."""
        if name not in self.entries:
            for family in families_of(self.scope):
                case = family.named(self.scope, name)
                if case is not None:
                    self.entries[name] = family, case
        return name in self.entries

    @property
    def cases(self) -> list[Case]:
        """Every case, in order."""
        return [case for _family, case in self.entries.values()]


def listed(options: Options) -> Manifest:
    """The manifest that a run would have, as far as it can be known without a deployment and its document.

    Raises ``pytest.UsageError`` for a profile that cannot be read.
    """
    try:
        profile = profile_named(options.profile) or CLOUD
    except (SetupError, ProfileError) as error:
        raise pytest.UsageError(str(error)) from None
    if options.url is None and options.tier != "capacity" and profile.name in PUBLISHED_PROFILES:
        profile = scaled_down(profile)  # as the embedded deployment is set
    if options.contract != AUTO:
        profile = replace(profile, release=options.contract)
    return Manifest(Scope(profile, options.seed, options.tier, Plan(), options.search))

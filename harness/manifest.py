"""The manifest of a run: every case that must be judged is fixed before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from contract.cases import Case
from contract.profiles import CLOUD, PUBLISHED_PROFILES, scaled_down
from harness.options import Options
from judges.families import FAMILIES, Family, Scope
from judges.rest.plan import Plan


@dataclass(slots=True)
class Manifest:
    """The cases of a run, in order, each with its family. ``chosen`` are the ids of those that this run judges."""

    scope: Scope
    entries: dict[str, tuple[Family, Case]] = field(init=False)
    chosen: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = {case.id: (family, case) for family in FAMILIES for case in family.cases(self.scope)}
        self.chosen = list(self.entries)

    @property
    def cases(self) -> list[Case]:
        """Every case, in order."""
        return [case for _family, case in self.entries.values()]


def listed(options: Options) -> Manifest:
    """The manifest that a run would have, as far as it can be told without a deployment and its document."""
    profile = PUBLISHED_PROFILES.get(options.profile, CLOUD)
    if options.url is None and options.tier != "capacity":
        profile = scaled_down(profile)  # as the embedded deployment is set
    return Manifest(Scope(profile, options.seed, options.tier, Plan()))

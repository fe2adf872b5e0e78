"""The cases of the media limits at dataset import."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

from contract.cases import Case
from contract.limits import EnforcementPoint
from contract.probes import Probe, Side, control_shape, media_probes
from contract.profiles import Profile
from contract.verdicts import Expected
from generators.archives import LAYOUTS, Layout
from generators.specs import ImageSpec
from judges.media.cases import media_limits, reshaped
from judges.probes import probe_fields

Target = Literal["new-project", "existing-project", "new-dataset"]
TARGETS: Final[tuple[Target, ...]] = ("new-project", "existing-project")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCase(Case):
    """One probe among good images, in one layout, into a new project or an existing one.

    ``spec`` is None where no such file exists or nothing is promised; ``resumable`` says that the archive goes by tus.
    """

    probe: Probe
    spec: ImageSpec | None
    control: ImageSpec
    layout: Layout
    target: Target
    resumable: bool

    @property
    def strand(self) -> str:
        """The imports into one kind of project share a control."""
        return f"import {self.target}"


def import_cases(profile: Profile, seed: int) -> tuple[ImportCase, ...]:
    """Every side of every image limit, into a new project and into one that exists; layouts and uploads take turns.

    What passes a limit is tried by a second route, too: into a dataset that the import makes, under names in capitals.
    """
    shape, turn = control_shape(profile.at(EnforcementPoint.DATASET_IMPORT), video=False), count()
    control = ImageSpec(shape.width, shape.height, "png", "1", seed=seed, encoder="direct")
    probes = [
        probe
        for limit in media_limits("image", EnforcementPoint.DATASET_IMPORT)
        for probe in media_probes(limit, EnforcementPoint.DATASET_IMPORT, profile)
    ]
    above = {probe.limit: probe for probe in probes if probe.side is Side.ABOVE}
    return (
        *(_case(probe, control, target, next(turn)) for probe in probes for target in TARGETS),
        *(_case(probe, control, "new-dataset", next(turn)) for probe in above.values()),
    )


def _case(probe: Probe, control: ImageSpec, target: Target, turn: int) -> ImportCase:
    exists = probe.shape is not None and probe.expected is not Expected.NOTHING
    spec = reshaped(control, probe.shape) if exists and probe.shape else None
    layout = LAYOUTS[turn // 2 % len(LAYOUTS)]
    size = f"{spec.width}x{spec.height}" if spec else f"{probe.wanted} {probe.limit.unit}"
    return ImportCase(
        **{
            **probe_fields(probe, f" of {size} ({layout}, into {target.replace('-', ' ')})"),
            "seconds": max(0.14, probe.limit.seconds / 2),
        },
        variant=f"{probe.side}/{probe.axis}/{target}/{layout}",
        probe=probe,
        spec=spec if isinstance(spec, ImageSpec) else None,
        control=control,
        layout=layout,
        target=target,
        resumable=turn % 5 == 0,
    )

"""The manifest of the media limits at dataset import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

from contract.limits import BY_ID, EnforcementPoint
from contract.probes import MEDIA_AXES, Probe, control_shape, media_probes
from contract.profiles import Profile
from contract.verdicts import Expected
from generators.archives import LAYOUTS, Layout
from generators.specs import ImageSpec
from judges.media.cases import reshaped

Target = Literal["new-project", "existing-project"]
TARGETS: Final[tuple[Target, ...]] = ("new-project", "existing-project")


@dataclass(frozen=True, slots=True)
class ImportCase:
    """One probe among good images, in one layout, into a new project or an existing one."""

    probe: Probe
    spec: ImageSpec | None
    control: ImageSpec
    layout: Layout
    target: Target
    resumable: bool

    @property
    def id(self) -> str:
        """Unique within the manifest."""
        return f"{self.probe.requirement}/{self.probe.side}/{self.probe.axis}/{self.target}/{self.layout}"


def import_cases(profile: Profile, seed: int) -> tuple[ImportCase, ...]:
    """Every side of every image limit, into both targets; layouts and ways of upload take turns."""
    return tuple(_cases(profile, seed))


def _cases(profile: Profile, seed: int) -> Iterator[ImportCase]:
    shape = control_shape(profile, video=False)
    control = ImageSpec(shape.width, shape.height, "png", "1", seed=seed, encoder="direct")
    turn = count()
    for limit_id in MEDIA_AXES:
        if EnforcementPoint.DATASET_IMPORT not in BY_ID[limit_id].enforced_at:
            continue
        for probe in media_probes(limit_id, EnforcementPoint.DATASET_IMPORT, profile):
            spec = None if probe.shape is None or probe.expected is Expected.NOTHING else reshaped(control, probe.shape)
            for target in TARGETS:
                number = next(turn)
                yield ImportCase(
                    probe,
                    spec if isinstance(spec, ImageSpec) else None,
                    control,
                    LAYOUTS[number // 2 % len(LAYOUTS)],
                    target,
                    resumable=number % 5 == 0,
                )

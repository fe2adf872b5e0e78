"""What is planted: a project of each task type, one of media in each format, one of media at each boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import Axis
from contract.probes import Side, bounds_on, control_shape
from contract.profiles import Profile
from contract.task_types import TASK_TYPES, TaskType
from contract.verdicts import Expected
from deployment.bodies import Body
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media.cases import media_cases
from judges.media.use_cases import card_rate

# The project whose annotated images are trained on.
TRAINED: Final = "detection"
SECOND_DATASET: Final = "Zweite Straße 猫"
_SECONDS: Final = 2
# Two exclusive groups, and children of a label: what only a classification has.
_GROUPED: Final = (
    ("big", "#00ff00ff", "size", "ctrl+3", None),
    ("small", "#0000ffff", "size", "ctrl+4", None),
    ("kitten", "#7f00a1ff", "age", "", "cat"),
    ("tomcat", "#7f00a2ff", "age", "", "cat"),
)
_PLAIN: Final = (("cat", "#12ab34ff", "animals", "ctrl+1", None), ("Straße 犬", "#fedcba98", "animals", "ctrl+2", None))
_OF_A_CHAIN: Final = (("good", "#a1b2c3ff", "quality", "ctrl+5", None), ("bad", "#c3b2a1ff", "quality", "ctrl+6", None))


@dataclass(frozen=True, slots=True)
class PlantedMedium:
    """One medium: its file name without the extension, unique in its project, and what it is made of."""

    name: str
    spec: MediaSpec

    @property
    def file_name(self) -> str:
        """The name of the file that is uploaded."""
        return f"{self.name}.{self.spec.format}"


@dataclass(frozen=True, slots=True)
class PlantedProject:
    """One project: its key within the set, its tasks, and its media by dataset, that for training under no name."""

    key: str
    tasks: tuple[Body, ...]
    media: Mapping[str, tuple[PlantedMedium, ...]]
    annotated: TaskType | None = None


def planted_projects(profile: Profile, seed: int) -> Iterator[PlantedProject]:
    """Every project of the set."""
    for task in TASK_TYPES:
        made = _task(task.id, (*_PLAIN, *_GROUPED) if task.whole_medium else _PLAIN, with_labels=task.labels[1] != 0)
        yield PlantedProject(task.id, (made,), {"": _few(profile, seed)}, task)
    chain = (_task("detection", _PLAIN), _task("classification", _OF_A_CHAIN))
    yield PlantedProject("detection-classification", chain, {"": _few(profile, seed)}, TASK_TYPES["detection"])
    images, videos = _cards(profile, seed)
    yield PlantedProject("formats", (_task("detection", _PLAIN),), {"": images, SECOND_DATASET: videos})
    yield PlantedProject("boundaries", (_task("detection", _PLAIN),), {"": tuple(_at_boundaries(profile, seed))})


def described(spec: MediaSpec) -> dict[str, Any]:
    """A specification as JSON values."""
    return {"media": "image" if isinstance(spec, ImageSpec) else "video", **asdict(spec)}


def spec_of(sent: Mapping[str, Any]) -> MediaSpec:
    """The specification that was described. Raises ``TypeError`` or ``UnrepresentableError`` for any other mapping."""
    made = ImageSpec if sent.get("media") == "image" else VideoSpec
    return made(**{key: value for key, value in sent.items() if key != "media"})


def shapes(task: TaskType, version: int, width: int, height: int) -> list[dict[str, Any]]:
    """The shapes of a version of annotations, in pixels; those of the last are one of each type that suits the task."""
    if task.whole_medium:
        return [{"type": "RECTANGLE", "x": 0, "y": 0, "width": width, "height": height}]
    kinds = task.shapes if version == VERSIONS else task.shapes[(version - 1) % len(task.shapes) :][:1]
    return [_shape(kind, version, width, height) for kind in kinds]


VERSIONS: Final = 3


def _shape(kind: str, version: int, width: int, height: int) -> dict[str, Any]:
    """One shape in the middle half of a medium, another for each version."""
    x, y, w, h = width // 4 + version, height // 4, width // 4, height // 4 + version
    match kind:
        case "POLYGON":
            return {"type": kind, "points": [{"x": x, "y": y}, {"x": x + w, "y": y}, {"x": x, "y": y + h}]}
        case "ROTATED_RECTANGLE":
            return {"type": kind, "x": x + w, "y": y + h, "width": w, "height": h, "angle": 30.0}
        case "KEYPOINT":
            return {"type": kind, "x": x, "y": y, "is_visible": True}
        case _:
            return {"type": kind, "x": x, "y": y, "width": w, "height": h}


def _task(task_type: str, rows: tuple[tuple[str, str, str, str, str | None], ...], *, with_labels: bool = True) -> Body:
    task: Body = {"title": f"Planted {task_type}", "task_type": task_type}
    labels = [
        {"name": name, "color": color, "group": group, "hotkey": hotkey, **({"parent_id": parent} if parent else {})}
        for name, color, group, hotkey, parent in rows
    ]
    return {**task, **({"labels": labels} if with_labels else {})}


def _few(profile: Profile, seed: int) -> tuple[PlantedMedium, ...]:
    """Two images and a video, to be annotated."""
    images, videos = _cards(profile, seed)
    chosen = [each for each in (*images, *videos) if each.spec.format in ("png", "jpg", "mp4")]
    return tuple(chosen)


def _cards(profile: Profile, seed: int) -> tuple[tuple[PlantedMedium, ...], tuple[PlantedMedium, ...]]:
    """A test card in each format, images and videos: each picture and each frame shows which one it is."""
    side, rate = control_shape(profile, video=False).width, card_rate(profile)
    low, high = bounds_on("video", Axis.DURATION, profile)
    frames = min(max(_SECONDS, low), high or _SECONDS) * rate
    images = [
        PlantedMedium(f"Bild ü {extension}", ImageSpec(side, side, extension, "RGB", "card", seed + number))
        for number, (extension, record) in enumerate(IMAGE_FORMATS.items())
        if "library" in record.encoders
    ]
    videos = [
        PlantedMedium(
            f"Video {extension}", VideoSpec(side, side, frames, rate, extension, "card", seed + number * frames)
        )
        for number, (extension, record) in enumerate(VIDEO_FORMATS.items())
        if "library" in record.encoders
    ]
    return tuple(images), tuple(videos)


def _at_boundaries(profile: Profile, seed: int) -> Iterator[PlantedMedium]:
    """A medium at each boundary in each format, by the encoder that makes the smaller file."""
    chosen: dict[str, MediaSpec] = {}
    for case in media_cases(profile, seed):
        spec = case.spec
        if spec is None or spec.content != "solid" or case.probe.side is not Side.AT:
            continue
        if case.probe.expected is not Expected.ACCEPTED:
            continue
        name = f"{case.probe.limit.id} {case.probe.axis} {spec.format}".replace(".", "-")
        if name not in chosen or spec.encoder == "direct":
            chosen[name] = spec
    return (PlantedMedium(name, spec) for name, spec in chosen.items())

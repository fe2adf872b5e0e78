"""The kinds of things that are planted: which facts of each must outlive an upgrade, and which the server may change.

What the run put in must read back, and so must what a medium is. All else is the server's own, and may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedKind:
    """One kind of thing; ``firm`` are the facts that must stay, ``promise`` says so in a sentence."""

    id: str
    words: str
    promise: str
    firm: tuple[str, ...]


KINDS: Final[Registry[PlantedKind]] = Registry(
    PlantedKind(
        id="project",
        words="project",
        promise="a project is there with its name and its tasks",
        firm=("name", "tasks", "connections"),
    ),
    PlantedKind(
        id="label",
        words="label",
        promise="a label keeps its name, colour, hotkey, group, parent and task",
        firm=("name", "color", "hotkey", "group", "parent", "task"),
    ),
    PlantedKind(
        id="dataset",
        words="dataset",
        promise="a dataset is there with its name and its use",
        firm=("name", "use_for_training"),
    ),
    PlantedKind(
        id="medium",
        words="medium",
        promise="a medium is there, is listed, and is said to be what it was",
        firm=("name", "type", "listed", "width", "height", "frame_count", "duration"),
    ),
    PlantedKind(
        id="content",
        words="content of",
        promise="the bytes that are given out of a medium are those of before",
        firm=("sha256", "shows"),
    ),
    PlantedKind(
        id="thumbnail", words="thumbnail of", promise="the thumbnail of a medium can be read", firm=("decodes",)
    ),
    PlantedKind(id="frames", words="frames of", promise="each frame of a video shows what it showed", firm=("frames",)),
    PlantedKind(
        id="annotation",
        words="annotation",
        promise="each version of annotations is there with its shapes and labels",
        firm=("annotations",),
    ),
    PlantedKind(
        id="job", words="job", promise="a job that has ended is there, and ended as it did", firm=("type", "state")
    ),
    PlantedKind(id="model", words="model", promise="a trained model is there", firm=("name",)),
)

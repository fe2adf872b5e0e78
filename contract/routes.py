"""Routes: the ways in which a medium can come, by each of which its limits must hold.

Each route joins several of them, and each of them is in a route: pairs, not products, keep the cost small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.registry import Registry

# Geti documents no longest name of a dataset; where so long a one is refused, the next is tried.
LONG_DATASET_NAMES: Final = (200, 100)
_LONG_FILE_NAME: Final = "n" * 200
_PLAIN: Final = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way for a medium to come.

    ``dataset`` is the length of the name of a dataset that is made for it, and that is not for training: 0 for the
    first one of a project. ``stem`` and ``extension`` (one for images, one for videos) make the file name;
    ``labels`` says whether ``upload_info`` names labels, None that there is none. ``after_deletion``: a medium has
    just been deleted there. ``task_chain``: the project has two tasks. ``media_types`` are what the part of the file
    is called, None where it has no media type: they take turns through the limits; where there are none it is called
    what it is.
    """

    id: str
    dataset: int
    stem: str
    image: str
    video: str
    labels: bool | None = None
    after_deletion: bool = False
    task_chain: bool = False
    media_types: tuple[str | None, ...] = ()


ROUTES: Final[Registry[Route]] = Registry(
    Route(
        id="task-chain-second-dataset-capital-extension",
        dataset=16,
        stem=_PLAIN,
        image="PNG",
        video="MP4",
        task_chain=True,
    ),
    Route(
        id="long-dataset-name-double-extension",
        dataset=LONG_DATASET_NAMES[0],
        stem="picture.jpg",
        image="png",
        video="avi",
        labels=False,
    ),
    Route(
        id="after-deletion-short-file-name-labels",
        dataset=0,
        stem="n",
        image="bmp",
        video="mov",
        labels=True,
        after_deletion=True,
    ),
    Route(id="short-dataset-name-long-file-name", dataset=1, stem=_LONG_FILE_NAME, image="tiff", video="mkv"),
    Route(id="first-dataset-capital-extension-labels", dataset=0, stem="n.n", image="JPG", video="M4V", labels=True),
    Route(
        id="first-dataset-other-media-type",
        dataset=0,
        stem=_PLAIN,
        image="png",
        video="mp4",
        media_types=("application/octet-stream", None),
    ),
)

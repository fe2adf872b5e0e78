"""The operations of Geti's API that this project uses, one line each: what is sent, allowed, judged and shown follows.

Paths stand below the workspace, but for the four that lead to it and for what has an ``owner``. Everything in capitals
is an ``ApiOperation``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from contract.limits import EnforcementPoint as Point

API: Final = "/api/v1"
WORKSPACE: Final = "/organizations/{organization}/workspaces/{workspace}"
_PARAMETER: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation: its method and the template of its path.

    ``points`` are the enforcement points that it is; where it never ``refuses``, a limit shows as a warning on a job.
    ``creates`` says what it makes in the workspace itself, which makes it allowed there; what lies within an entity
    of the run needs no such word. A POST that ``reads`` changes nothing. Where it ``describes``, its path is that of
    projects and datasets themselves, whose answers name what belongs to them. ``owner`` is the parameter of the query
    that names the entity which the rest belongs to: it may go out where that is the run's.
    """

    method: str
    path: str
    points: tuple[Point, ...] = ()
    refuses: bool = True
    creates: Literal["project", "file", "job"] | None = None
    reads: bool = False
    describes: bool = False
    owner: str = ""

    @property
    def mutates(self) -> bool:
        """Whether it may change anything."""
        return self.method not in ("GET", "HEAD") and not self.reads

    @property
    def collection(self) -> str | None:
        """What stands before the first id in its path, ``/projects/``; None where it names no entity."""
        before, brace, _ = self.path.partition("{")
        return before if brace else None

    @property
    def shape(self) -> str:
        """The path with every parameter as ``{}``."""
        return shape_of(self.path)

    @property
    def placeholder(self) -> str:
        """The path as it is shown in a command: ``/projects/PROJECT``."""
        return _PARAMETER.sub(lambda match: match[0].strip("{}").upper(), self.path)

    def at(self, root: str, *ids: str | int) -> tuple[str, str]:
        """The method and the path of a request below ``/api/v1``; ``ids`` in the order of the path.

        Raises ``ValueError`` where there are more or fewer ids than parameters.
        """
        first, *rest = _PARAMETER.split(self.path)
        return self.method, root + first + "".join(f"{each}{part}" for each, part in zip(ids, rest, strict=True))


def shape_of(template: str) -> str:
    """A template of a path with every parameter as ``{}``."""
    return _PARAMETER.sub("{}", template)


def pattern_of(template: str) -> str:
    """A regular expression for the paths of a template; each parameter is a group."""
    return "([^/:]+)".join(map(re.escape, _PARAMETER.split(template)))


_PROJECT: Final = "/projects/{project}"
_DATASET: Final = f"{_PROJECT}/datasets/{{dataset}}"
_IMAGE: Final = f"{_DATASET}/media/images/{{image}}"
_VIDEO: Final = f"{_DATASET}/media/videos/{{video}}"
_MODEL: Final = f"{_PROJECT}/model_groups/{{group}}/models/{{model}}"
_UPLOAD: Final = "/datasets/uploads/resumable"

READ_ORGANIZATION: Final = ApiOperation("GET", "/personal_access_tokens/organization")
LIST_WORKSPACES: Final = ApiOperation("GET", "/organizations/{organization}/workspaces")
READ_PRODUCT: Final = ApiOperation("GET", "/product_info")
READ_SWITCHES: Final = ApiOperation("GET", "/feature_flags")
SAVE_SETTINGS: Final = ApiOperation("POST", "/user_settings", owner="project_id")

LIST_PROJECTS: Final = ApiOperation("GET", "/projects")
LIST_PROJECT_NAMES: Final = ApiOperation("GET", "/projects_names")
CREATE_PROJECT: Final = ApiOperation("POST", "/projects", (Point.PROJECT_CREATION,), creates="project", describes=True)
IMPORT_PROJECT: Final = ApiOperation(
    "POST", "/projects:import-from-dataset", (Point.IMPORT_NEW_PROJECT,), creates="project"
)
READ_PROJECT: Final = ApiOperation("GET", _PROJECT, describes=True)
EDIT_PROJECT: Final = ApiOperation("PUT", _PROJECT, (Point.LABEL_MANAGEMENT,))
DELETE_PROJECT: Final = ApiOperation("DELETE", _PROJECT)

LIST_DATASETS: Final = ApiOperation("GET", f"{_PROJECT}/datasets", describes=True)
CREATE_DATASET: Final = ApiOperation("POST", f"{_PROJECT}/datasets", (Point.DATASET_CREATION,))
READ_DATASET: Final = ApiOperation("GET", _DATASET, describes=True)
EDIT_DATASET: Final = ApiOperation("PUT", _DATASET)
DELETE_DATASET: Final = ApiOperation("DELETE", _DATASET)
READ_STATISTICS: Final = ApiOperation("GET", f"{_DATASET}/statistics")

UPLOAD_IMAGE: Final = ApiOperation("POST", f"{_DATASET}/media/images", (Point.IMAGE_UPLOAD,))
UPLOAD_VIDEO: Final = ApiOperation("POST", f"{_DATASET}/media/videos", (Point.VIDEO_UPLOAD,))
QUERY_MEDIA: Final = ApiOperation("POST", f"{_DATASET}/media:query", reads=True)
QUERY_TRAINING_MEDIA: Final = ApiOperation(
    "POST", f"{_DATASET}/training_revisions/{{revision}}/media:query", reads=True
)
READ_IMAGE: Final = ApiOperation("GET", _IMAGE)
READ_VIDEO: Final = ApiOperation("GET", _VIDEO)
DISPLAY_IMAGE: Final = ApiOperation("GET", f"{_IMAGE}/display/full")
DISPLAY_VIDEO: Final = ApiOperation("GET", f"{_VIDEO}/display/stream")
DISPLAY_FRAME: Final = ApiOperation("GET", f"{_VIDEO}/frames/{{frame}}/display/full")
THUMBNAIL_OF_IMAGE: Final = ApiOperation("GET", f"{_IMAGE}/display/thumb")
THUMBNAIL_OF_VIDEO: Final = ApiOperation("GET", f"{_VIDEO}/display/thumb")
DELETE_IMAGE: Final = ApiOperation("DELETE", _IMAGE)
DELETE_VIDEO: Final = ApiOperation("DELETE", _VIDEO)
ANNOTATE_IMAGE: Final = ApiOperation("POST", f"{_IMAGE}/annotations", (Point.IMAGE_ANNOTATION,))
ANNOTATE_FRAME: Final = ApiOperation("POST", f"{_VIDEO}/frames/{{frame}}/annotations", (Point.FRAME_ANNOTATION,))
READ_IMAGE_ANNOTATION: Final = ApiOperation("GET", f"{_IMAGE}/annotations/{{version}}")
READ_FRAME_ANNOTATION: Final = ApiOperation("GET", f"{_VIDEO}/frames/{{frame}}/annotations/{{version}}")
READ_VIDEO_ANNOTATIONS: Final = ApiOperation("GET", f"{_VIDEO}/annotations/latest")

UPLOAD_ARCHIVE: Final = ApiOperation("POST", "/datasets/uploads", creates="file")
START_UPLOAD: Final = ApiOperation("POST", _UPLOAD, creates="file")
READ_UPLOAD_OFFSET: Final = ApiOperation("HEAD", f"{_UPLOAD}/{{file}}")
APPEND_UPLOAD: Final = ApiOperation("PATCH", f"{_UPLOAD}/{{file}}")
DELETE_UPLOAD: Final = ApiOperation("DELETE", f"{_UPLOAD}/{{file}}")
PREPARE_IMPORT: Final = ApiOperation("POST", "/datasets:prepare-for-import", creates="job")
PREPARE_EXPORT: Final = ApiOperation("POST", f"{_DATASET}:prepare-for-export")
DOWNLOAD_EXPORT: Final = ApiOperation("GET", f"{_DATASET}/exports/{{export}}/download")
PREPARE_IMPORT_INTO_PROJECT: Final = ApiOperation("POST", f"{_PROJECT}/datasets:prepare-for-import")
IMPORT_INTO_PROJECT: Final = ApiOperation(
    "POST", f"{_PROJECT}:import-from-dataset", (Point.IMPORT_NEW_DATASET, Point.DATASET_IMPORT)
)

LIST_JOBS: Final = ApiOperation("GET", "/jobs")
READ_JOB: Final = ApiOperation("GET", "/jobs/{job}")
CANCEL_JOB: Final = ApiOperation("POST", "/jobs/{job}:cancel")
TRAIN: Final = ApiOperation("POST", f"{_PROJECT}:train", (Point.TRAINING, Point.HPO), refuses=False)
LIST_MODEL_GROUPS: Final = ApiOperation("GET", f"{_PROJECT}/model_groups")
READ_MODEL: Final = ApiOperation("GET", _MODEL)
OPTIMIZE: Final = ApiOperation("POST", f"{_MODEL}:optimize", (Point.OPTIMIZE,), refuses=False)

OPERATIONS: Final = tuple(each for each in tuple(globals().values()) if isinstance(each, ApiOperation))
AT_POINT: Final = {point: each for each in OPERATIONS for point in each.points}

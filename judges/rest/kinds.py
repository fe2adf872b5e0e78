"""What the parameters of a path stand for: the kind of entity that each of them names."""

from __future__ import annotations

import re
from typing import Final

from contract.openapi import Operation

# What a parameter stands for follows from the collection before it; ids of a kind that has none are named so.
_COLLECTIONS: Final = {
    "organizations": "organization",
    "workspaces": "workspace",
    "projects": "project",
    "datasets": "dataset",
    "images": "image",
    "videos": "video",
    "frames": "frame",
    "annotations": "annotation",
    "jobs": "job",
    "labels": "label",
    "task_chain": "task",
}
_BEFORE: Final = re.compile(r"/([^/{}]+)/\{([^{}]*)\}")


def kinds(operation: Operation) -> dict[str, str]:
    """The kind of each of an operation's path parameters, in order."""
    before = {name: collection for collection, name in _BEFORE.findall(operation.path)}
    named = {name: _COLLECTIONS.get(before.get(name, ""), _stem(name)) for name in operation.parameters}
    of_a_frame = "frame" in named.values()
    return {name: f"frame {kind}" if of_a_frame and kind == "annotation" else kind for name, kind in named.items()}


def _stem(name: str) -> str:
    return re.sub(r"(_id|_index|Id)$", "", name)

"""What ``reproduce.py`` sends with: one deployment, the variables of a plan, and what it made there."""

from __future__ import annotations

import argparse
import lzma
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
_HEX = "[0-9a-f]"
_ID = re.compile(rf"{_HEX}{{24}}|{_HEX}{{32}}|{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{(\w+)(?:\.(swapcase)|:(-?\d*):(-?\d*))?\}")
# A job may hold a project for a moment.
_DELETIONS = 10


class UnknownError(Exception):
    """Whether the finding stands cannot be told; the message says why."""


class Answer:
    """What one request got: a response, or the reason why there is none."""

    def __init__(self, response: httpx.Response | None, failure: str = "") -> None:
        self.response, self.failure = response, failure
        self.status = None if response is None else response.status_code
        self.accepted = self.status is not None and 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return None if self.response is None else self.response.json()
        except (ValueError, RecursionError):
            return None

    @property
    def words(self) -> str:
        """The answer in a few words."""
        if self.response is None:
            return f"no answer ({self.failure})"
        body = self.json
        code = body.get("error_code") if isinstance(body, dict) else None
        return f"{self.status} {code}" if code else str(self.status)


class Deployment:
    """The deployment at ``base``; ``values`` are those of the variables, ``projects`` what was made and is deleted."""

    def __init__(self, base: str, given: argparse.Namespace, prefix: str) -> None:
        self.token = given.token
        verify: Any = given.ca_bundle or True
        self.http = httpx.Client(base_url=base, timeout=given.timeout, verify=verify, follow_redirects=False)
        self.values: dict[str, str] = {"key": self.token, "run": secrets.token_hex(4)}
        self.values["prefix"] = self.filled(prefix)
        for name in ("expired", "foreign"):
            self.values[f"{name}_key"] = os.environ.get(f"GETI_{name.upper()}_TOKEN", "")
        self.projects: dict[str, None] = {}
        organization = self._read("/api/v1/personal_access_tokens/organization").get("organizationId")
        if not organization:
            raise UnknownError(f"{base} does not say which organization the key is of")
        spaces = self._read(f"/api/v1/organizations/{organization}/workspaces").get("workspaces") or []
        chosen = [each["id"] for each in spaces if given.workspace in (None, each["id"], each.get("name"))]
        if not chosen:
            raise UnknownError("there is no such workspace")
        self.values |= {"organization": organization, "workspace": chosen[0]}
        self.root = f"/api/v1/organizations/{organization}/workspaces/{chosen[0]}"

    def _read(self, path: str) -> dict[str, Any]:
        answer = self.ask("GET", path, {"x-api-key": self.token}, b"")
        if not answer.accepted or not isinstance(answer.json, dict):
            raise UnknownError(f"GET {path} got {answer.words}; check the address, the key and what it may do")
        return dict(answer.json)

    def ask(self, method: str, target: str, headers: dict[str, str], content: bytes) -> Answer:
        """Send one request."""
        try:
            sent = httpx.Headers(headers, encoding="latin-1")
            request = self.http.build_request(method, target, headers=sent, content=content or None)
            return Answer(self.http.send(request))
        except httpx.HTTPError as error:
            return Answer(None, type(error).__name__)

    def filled(self, text: str) -> str:
        """A text with the values of its variables. Raises ``KeyError`` for one that no answer gave."""

        def value(found: re.Match[str]) -> str:
            held = self.values[found[1]]
            if found[2]:
                return held.swapcase()
            if found[3] is not None:
                return held[int(found[3] or 0) : int(found[4]) if found[4] else None]
            return held

        return _VARIABLE.sub(value, text)

    def send(self, step: dict[str, Any]) -> Answer:
        """Send a step and take the ids of its answer. Raises ``KeyError`` where it needs one that no answer gave."""
        headers = {name: self.filled(value) for name, value in step["headers"].items()}
        content = self._body(step, headers)
        key = step.get("key", "${key}")
        if key is not None:
            headers["x-api-key"] = self.filled(key)
        answer = self.ask(step["method"], self.filled(step["target"]), headers, content)
        for name, place in step.get("gives", {}).items():
            given = _found(answer, place)
            if given:
                self.values[name] = given
        made = answer.json.get("id") if answer.accepted and isinstance(answer.json, dict) else None
        if step["method"] == "POST" and step["target"].endswith("/projects") and made:
            self.projects[str(made)] = None
        return answer

    def _body(self, step: dict[str, Any], headers: dict[str, str]) -> bytes:
        if "form" not in step:
            return _file(step["file"]) if "file" in step else self.filled(step.get("text", "")).encode()
        boundary, content = step["form"].encode("latin-1"), b""
        for part in step["parts"]:
            body = _file(part["file"]) if "file" in part else self.filled(part["text"]).encode()
            content += b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary, self.filled(part["head"]).encode("latin-1"), body)
        headers["content-type"] = f"multipart/form-data; boundary={step['form']}"
        return content + b"--%b--\r\n" % boundary

    def clean(self) -> None:
        """Delete the projects that were made, those that an import made too: they have the name of this run."""
        listed = self.ask("GET", f"{self.root}/projects_names", {"x-api-key": self.token}, b"").json
        for each in (listed.get("projects") or []) if isinstance(listed, dict) else []:
            if self.values["run"] in str(each.get("name")):
                self.projects[str(each["id"])] = None
        for project in self.projects:
            for _ in range(_DELETIONS):
                got = self.ask("DELETE", f"{self.root}/projects/{project}", {"x-api-key": self.token}, b"")
                if got.status != httpx.codes.CONFLICT:
                    break
                time.sleep(1)
            if not got.accepted and got.status not in (404, 410):
                print(f"left behind: project {project}, its deletion got {got.words}")
        self.projects.clear()


def _found(answer: Answer, place: str) -> str:
    if answer.response is None:
        return ""
    if place.startswith("header "):
        ids = _ID.findall(answer.response.headers.get(place.removeprefix("header "), ""))
        return ids[-1] if ids else ""
    pointer, within, number = place.rpartition(" ")
    value = answer.json
    try:
        for name in (pointer if within else place).split("/")[1:]:
            value = value[int(name)] if isinstance(value, list) else value[name]
        if within:
            value = _ID.findall(value)[int(number)]
    except (KeyError, IndexError, TypeError, ValueError):
        return ""
    return value if isinstance(value, str) else ""


def _file(name: str) -> bytes:
    """The content of a file beside the script, as it is or packed."""
    for file in (HERE / name, HERE / name.removesuffix(".xz")):
        if file.is_file():
            return lzma.decompress(file.read_bytes()) if file.name.endswith(".xz") else file.read_bytes()
    raise UnknownError(f"{name.removesuffix('.xz')} is not here; README.md says how it is made")

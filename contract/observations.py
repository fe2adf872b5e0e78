"""What came back: the plain facts that a verdict is drawn from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# What a gateway says when the service behind it is away for the moment.
GATEWAY: Final = frozenset({502, 503, 504})
# What says that nothing is wrong with the request, only with the moment: it may be sent again.
TRANSIENT: Final = GATEWAY | {408, 429}
# How the failure of a request begins that was held back on our side: it says nothing about the deployment.
NOT_SENT: Final = "not sent"
# Of a deletion that found nothing there after its first answer was lost: nobody can tell whose doing that is.
LOST_DELETION: Final = "the answer was lost, and it is gone now"
# Where error bodies say for people what is wrong: Geti's documented one, and those of common frameworks.
_SAYS: Final = ("message", "detail", "error", "title")
_SHOWN_MESSAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or the lack of one.

    ``status`` is None where no HTTP answer came; ``failure`` then says what happened instead. ``body`` is parsed
    JSON, else text. ``elapsed_s`` is in seconds. ``media_type`` is what the body is called, without parameters: empty
    where the answer does not say, None where nobody looked. ``trace_id`` is that of its request, where it is known.
    """

    status: int | None
    body: Any = None
    elapsed_s: float = 0.0
    failure: str | None = None
    media_type: str | None = None
    trace_id: str = field(default="", compare=False)

    @property
    def accepted(self) -> bool:
        """Whether the answer is a success, 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def unsent(self) -> bool:
        """Whether nothing was sent, so that nothing can be told from it."""
        return self.status is None and (self.failure or "").startswith(NOT_SENT)

    @property
    def lost(self) -> bool:
        """Whether no answer of the deployment came, a gateway's in its place included: it may have been done or not."""
        return self.status is None or self.status in GATEWAY

    @property
    def transient(self) -> bool:
        """Whether the answer speaks of the network or of the moment alone: none, a gateway's, a call for patience."""
        return self.status is None or self.status in TRANSIENT

    @property
    def fields(self) -> Mapping[str, Any]:
        """The JSON object of a success; empty where the answer is none, or its body something else."""
        return self.body if self.accepted and isinstance(self.body, dict) else {}

    def text(self, name: str) -> str | None:
        """A text of the JSON object of a success; None where there is none of that name."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> int | None:
        """A whole number of the JSON object of a success; None where there is none of that name."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def objects(self, name: str) -> list[dict[str, Any]] | None:
        """The objects of a list in the JSON object of a success; None where there is no list of that name."""
        value = self.fields.get(name)
        return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else None

    def names(self, name: str) -> dict[str, str] | None:
        """The names by id of the objects of such a list; None where there is no list of that name."""
        listed = self.objects(name)
        return None if listed is None else {str(each.get("id")): str(each.get("name")) for each in listed}

    @property
    def error_code(self) -> str | None:
        """The ``error_code`` of the documented error body, where there is one."""
        code = self.body.get("error_code") if isinstance(self.body, dict) else None
        return code if isinstance(code, str) else None

    @property
    def words(self) -> str:
        """The answer in a few words: ``409 dimensions_invalid`` or ``no answer (connection reset)``."""
        if self.status is None:
            return f"no answer ({self.failure or 'unknown'})"
        return f"{self.status} {self.error_code}" if self.error_code else str(self.status)

    @property
    def message(self) -> str:
        """What a refusal says for people, in one line: the message of its error body, else its text; empty for none."""
        if self.accepted or not self.body:
            return ""
        said = (
            next((self.body[key] for key in _SAYS if self.body.get(key)), self.body)
            if isinstance(self.body, dict)
            else self.body
        )
        text = " ".join((said if isinstance(said, str) else json.dumps(said)).split())
        return text if len(text) <= _SHOWN_MESSAGE else f"{text[:_SHOWN_MESSAGE]}..."

    @property
    def words_with_message(self) -> str:
        """The answer with what it says for people: ``400 bad_request: the name is taken``."""
        return f"{self.words}: {self.message}" if self.message else self.words


def documented_error(answer: Answer) -> str | None:
    """What is wrong with an error body; None where it is the documented one.

    Documented is a JSON object, called so, with ``error_code`` (text), ``message`` (text or object) and ``http_status``
    equal to the answer's status.
    """
    body = answer.body
    if not isinstance(body, dict):
        return "the body is no JSON object"
    if not isinstance(body.get("error_code"), str) or not body["error_code"]:
        return "error_code is missing"
    if not isinstance(body.get("message"), str | dict | list) or not body["message"]:
        return "message is missing"
    if body.get("http_status") != answer.status:
        return f"http_status says {body.get('http_status')!r}, the answer is {answer.status}"
    if answer.media_type is not None and not answer.media_type.endswith(("/json", "+json")):
        return f"the body is called {answer.media_type or 'nothing'}, and is JSON"
    return None


TAKEN: Final = "a name that is taken"
# What a 409 may speak of beside a limit, by its code or in its message. Source: Geti's REST documentation, 2.11.
_OTHER_CONFLICTS: Final = {
    "a project that a job has locked": re.compile(r"project_locked|\block(?:ed|s)\b", re.IGNORECASE),
    "a project that cannot be edited": re.compile(r"cannot_edit_project|cannot be edited", re.IGNORECASE),
    TAKEN: re.compile(r"already[_ ]exists|name\b.*\b(?:taken|in use)\b", re.IGNORECASE),
}
LOCKED: Final = next(iter(_OTHER_CONFLICTS))
_OF_A_LIMIT: Final = re.compile(r"limit|too_many|max_", re.IGNORECASE)


def speaks_of_a_limit(answer: Answer) -> bool:
    """Whether the code of a refusal says that it is for a limit."""
    return _OF_A_LIMIT.search(answer.error_code or "") is not None


def other_conflict(answer: Answer) -> str | None:
    """What a 409 speaks of where that is not a limit; None for every other answer."""
    if answer.status != 409 or not isinstance(answer.body, dict) or speaks_of_a_limit(answer):
        return None
    text = f"{answer.error_code}: {answer.body.get('message')}"
    return next((subject for subject, pattern in _OTHER_CONFLICTS.items() if pattern.search(text)), None)


def refusal_fault(answer: Answer) -> str | None:
    """What is wrong with a 409 as the refusal of a limit; None where it is the documented one."""
    subject = other_conflict(answer)
    return documented_error(answer) or (f"it speaks of {subject}" if subject else None)


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything seen around one probe.

    ``control`` is the answer to the same artefact well inside every limit. ``changes`` lists what the request changed
    in the state besides the one entity it was allowed to create; None where the state could not be read.
    ``created`` says whether the entity is there afterwards. ``differences`` lists where what reads back differs from
    what was sent; None where it could not be read back. ``alone`` says that a refused control was sent to where the run
    has made nothing else: what stands in its way is not the run's.
    """

    answer: Answer
    control: Answer | None
    created: bool = False
    changes: tuple[str, ...] | None = ()
    differences: tuple[str, ...] | None = ()
    alone: bool = False

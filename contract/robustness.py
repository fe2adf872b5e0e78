"""What is concluded from a hostile upload: a documented refusal or an acceptance that reads back, and nothing else.

Geti documents no rule for each damage, only how a refusal looks. So a deployment is free to refuse or to accept; it
must not break, must not leave anything behind where it refuses, and must stand by what it accepts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from contract.formats import is_media
from contract.observations import Answer, documented_error
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive

# As long as any deployment keeps it whole.
_PLAIN_NAME: Final = re.compile(r"(?P<stem>[A-Za-z0-9][A-Za-z0-9._ -]{0,62}[A-Za-z0-9 ])\.(?P<extension>[A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class HostileSeen:
    """Everything seen around one hostile upload.

    ``control`` is the answer to the same kind of file undamaged. ``changes`` lists media that appeared or disappeared
    besides the one the answer names, None where the listing could not be read; ``listed`` says whether that one is
    listed. ``failed_later`` says that the deployment took the file and then reports of the medium that it could not be
    read. ``differences`` lists where what reads back contradicts what was sent, None where it could not be read back.
    """

    answer: Answer
    control: Answer | None
    listed: bool = False
    changes: tuple[str, ...] | None = ()
    failed_later: bool = False
    differences: tuple[str, ...] | None = ()


def judge_hostile(seen: HostileSeen) -> Judgement:
    """The verdict on one hostile upload.

    A deployment that reads media after it answered cannot refuse at the request: a medium that it then reports as
    failed counts as a
    refusal, and may stay listed, since that is where the report is read.
    """
    answer = seen.answer
    if seen.control is None or not seen.control.accepted:
        state = "no control could be sent" if seen.control is None else f"control got {seen.control.words_with_message}"
        return Judgement(Verdict.INCONCLUSIVE, f"{state} (the hostile upload got {answer.words})")
    if answer.status == 403 and documented_error(answer) is None:
        return _refused(seen)  # the control shows that the key has the permission: it is the file that is forbidden
    return crashed_or_inconclusive(answer) or (_accepted(seen) if answer.accepted else _refused(seen))


def _accepted(seen: HostileSeen) -> Judgement:
    words = f"accepted with {seen.answer.words}"
    if seen.changes is None:
        return Judgement(Verdict.INCONCLUSIVE, f"{words}, but the state could not be read after")
    if seen.changes:
        return Judgement(Verdict.UNCLEAN, f"{words}, but {'; '.join(seen.changes)}")
    if not seen.listed:
        return Judgement(Verdict.UNCLEAN, f"{words}, but no medium is listed for it")
    if seen.failed_later:
        return Judgement(Verdict.KEPT, f"{words}, then reported as unreadable")
    if seen.differences is None:
        return Judgement(Verdict.INCONCLUSIVE, f"{words}, but it could not be read back")
    if seen.differences:
        return Judgement(Verdict.UNCLEAN, f"{words}, but {'; '.join(seen.differences)}")
    return Judgement(Verdict.KEPT, f"{words} and reads back")


def _refused(seen: HostileSeen) -> Judgement:
    words = f"refused with {seen.answer.words}"
    if seen.changes is None:
        return Judgement(Verdict.INCONCLUSIVE, f"{words}, but the state could not be read after")
    if seen.changes:
        return Judgement(Verdict.UNCLEAN, f"{words}, yet {'; '.join(seen.changes)}")
    fault = documented_error(seen.answer)
    if fault is not None:
        return Judgement(Verdict.NONCONFORMING, f"{words}, but not as documented: {fault}")
    return Judgement(Verdict.KEPT, f"{words} and nothing changed")


def related(sent: str, shown: object) -> bool:
    """Whether the name that reads back can come from the file name that was sent.

    Geti documents only that the extension goes. So path parts, further extensions, odd characters and what is beyond
    some length may go or be replaced, something may be added, and letters outside ASCII may read as anything: what
    remains has its letters and digits in the order in which they were sent, and something remains of an ordinary name.
    Of a plain name of letters, digits, dots, spaces and dashes all of these stay: its extension is what follows its
    last dot.
    """
    if not isinstance(shown, str):
        return False
    plain = _PLAIN_NAME.fullmatch(sent)
    if plain and is_media(plain["extension"]):
        rest = iter(_plain(shown))
        return all(character in rest for character in _plain(plain["stem"]))
    return any(_from(one, other) for one in _cores(sent) for other in _cores(shown))


def _from(sent: str, shown: str) -> bool:
    short, long = sorted((sent, shown), key=len)
    rest = iter(long)
    return bool(shown or not sent) and all(character in rest for character in short)


def _cores(name: str) -> set[str]:
    """What may remain of a name: all of it or the last part of it as a path, with its extension or without."""
    parts = (name, re.split(r"[/\\]", name)[-1])
    return {_plain(one) for part in parts for one in (part, part.rpartition(".")[0] if "." in part else part)}


def _plain(text: str) -> str:
    """The ASCII letters and digits, in small letters."""
    return "".join(one for one in unicodedata.normalize("NFC", text).casefold() if one.isascii() and one.isalnum())

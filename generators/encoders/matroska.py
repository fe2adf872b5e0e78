"""MKV and WebM without a library: RFC 8794 (EBML) and RFC 9559 (Matroska), one video track in clusters of one group.

A cluster lasts whole seconds, so that all but the last differ in nothing but their timestamp and key frame.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import chain
from typing import Final

from contract.formats import Codec, required
from generators.encoders.streams import Parts, Stream, StreamOf, joined, length, repeated, written
from generators.specs import VideoSpec, require_within

_CODECS: Final[dict[Codec, bytes]] = {"h264": b"V_MPEG4/ISO/AVC", "mjpeg": b"V_MJPEG", "vp9": b"V_VP9"}
_MILLISECOND_NS: Final = 1_000_000
_SECOND_NS: Final = 1_000_000_000
_LONGEST_CLUSTER_S: Final = 30  # a block's time is a signed 16-bit number of milliseconds, RFC 9559 section 10.1
_MOST_FRAMES: Final = 300
_KEY: Final = 0x80
_VIDEO, _PROGRESSIVE = 1, 2
_SEGMENT, _CUES = "18538067", "1C53BB6B"
_CUES_A_PIECE: Final = 1 << 12
_VOID: Final = 0xEC


def _frames_of_cluster(spec: VideoSpec) -> int:
    """How many frames a cluster holds: whole seconds, at most 30 of them, and no more than 300 frames or one second."""
    return spec.fps * max(1, min(_LONGEST_CLUSTER_S, _MOST_FRAMES // spec.fps))


def encode(spec: VideoSpec, stream_of: StreamOf) -> Iterator[bytes]:
    """The pieces of an MKV or WebM file, each cluster one group of the stream."""
    cluster = _frames_of_cluster(spec)
    stream = stream_of(spec, cluster)
    versions = _element(
        "1A45DFA3",
        _number("4286", 1)
        + _number("42F7", 1)
        + _number("42F2", 4)
        + _number("42F3", 8)
        + _element("4282", spec.record.library.encode())
        + _number("4287", 4)
        + _number("4285", 2),
    )
    whole, rest = divmod(spec.frames, cluster)
    full = [_blocks(spec, stream, number, cluster) for number in range(len(stream.keyframes))]
    last = _blocks(spec, stream, whole, rest)
    size = len(_cluster(0, 0)) + length(full[0])
    described = _element("1549A966", _information(spec)) + _element("1654AE6B", _track(spec, stream))
    count = whole + bool(rest)
    seconds = cluster // spec.fps
    cues = _head(_CUES, len(_cue(0, 0)) * count)
    front = len(described) + len(cues) + len(_cue(0, 0)) * count
    ending = len(_cluster(0, 0)) + length(last) if rest else 0
    require_within(spec, {"bytes": front + size * whole + ending})
    yield versions
    yield _head(_SEGMENT, front + size * whole + ending)
    yield described + cues
    for first in range(0, count, _CUES_A_PIECE):
        numbers = range(first, min(first + _CUES_A_PIECE, count))
        yield b"".join(_cue(number * seconds * 1000, front + number * size) for number in numbers)
    for number in range(count):
        blocks = full[number % len(full)] if number < whole else last
        yield _cluster(number * seconds * 1000, length(blocks))
        yield from written(blocks)


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with a void element at its end, ``more`` bytes in all: 2 and more. RFC 8794 section 11.3.2."""
    if more < 2:
        raise ValueError
    head = bytes((_VOID, 0x80 | more - 2)) if more < 100 else bytes((_VOID,)) + struct.pack(">Q", 1 << 56 | more - 9)
    segment, start = bytes.fromhex(_SEGMENT), b""
    while segment not in start[:-8]:
        start += next(pieces)
    at = start.index(segment) + len(segment)
    (size,) = struct.unpack_from(">Q", start, at)  # eight bytes, which libav and we always take
    grown = start[:at] + struct.pack(">Q", size + more) + start[at + 8 :]
    return chain((grown,), pieces, (head,), repeated(b"\0", more - len(head)))


def _head(identifier: str, size: int) -> bytes:
    """An element's id, in hexadecimal, and its size in eight bytes, RFC 8794 sections 5 and 6."""
    return bytes.fromhex(identifier) + struct.pack(">Q", 1 << 56 | size)


def _element(identifier: str, content: bytes) -> bytes:
    return _head(identifier, len(content)) + content


def _number(identifier: str, value: int) -> bytes:
    return _element(identifier, struct.pack(">Q", value))


def _information(spec: VideoSpec) -> bytes:
    milliseconds = struct.pack(">d", spec.frames * 1000 / spec.fps)
    writer = b"geti-contract"
    return (
        _number("2AD7B1", _MILLISECOND_NS)
        + _element("4489", milliseconds)
        + _element("4D80", writer)
        + _element("5741", writer)
    )


def _track(spec: VideoSpec, stream: Stream) -> bytes:
    private = _element("63A2", stream.private) if stream.private else b""
    picture = _number("B0", spec.width) + _number("BA", spec.height) + _number("9A", _PROGRESSIVE)
    return _element(
        "AE",
        _number("D7", 1)
        + _number("73C5", 1)
        + _number("83", _VIDEO)
        + _number("9C", 0)
        + _element("86", required(_CODECS, spec.coded, spec.record, "_CODECS of generators/encoders/matroska.py"))
        + private
        + _number("23E383", _SECOND_NS // spec.fps)
        + _element("E0", picture),
    )


def _cue(milliseconds: int, place: int) -> bytes:
    """Where to find a cluster, counted from the segment's content; all cues are of one length."""
    position = _element("B7", _number("F7", 1) + _number("F1", place))
    return _element("BB", _number("B3", milliseconds) + position)


def _cluster(milliseconds: int, blocks: int) -> bytes:
    timestamp = _number("E7", milliseconds)
    return _head("1F43B675", len(timestamp) + blocks) + timestamp


def _blocks(spec: VideoSpec, stream: Stream, number: int, frames: int) -> Parts:
    """The simple blocks of one cluster, RFC 9559 section 10.2, with key frame ``number`` modulo theirs."""
    parts: list[tuple[bytes, int]] = []
    for index in range(frames):
        milliseconds = round(index * 1000 / spec.fps)
        if index % stream.group == 0:
            keyframe = stream.keyframes[number % len(stream.keyframes)]
            parts += [(_block(milliseconds, length(keyframe), _KEY), 1), *keyframe]
        else:
            frame = stream.after[index % stream.group - 1]
            parts.append((_block(milliseconds, len(frame), 0) + frame, 1))
    return joined(parts)


def _block(milliseconds: int, size: int, flags: int) -> bytes:
    return _head("A3", 4 + size) + struct.pack(">BhB", 0x81, milliseconds, flags)

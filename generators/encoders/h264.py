"""H.264 without a library: IDR pictures and skipped P pictures, ITU-T H.264 clauses 7.3 (syntax) and 9.2 (CAVLC).

The first row of macroblocks says its samples (I_PCM), the rows below are predicted from it and have no residual; every
later picture skips all its macroblocks. Even sizes are 4:2:0, odd ones monochrome, whose cropping unit is one sample.
"""

from __future__ import annotations

import random
import re
import struct
from typing import Final

from generators.encoders.bits import packed
from generators.encoders.streams import Parts, Stream
from generators.specs import VideoSpec

# Macroblocks a picture and a second by level_idc, table A-1.
_LEVELS: Final = {
    10: (99, 1485),
    20: (396, 11_880),
    30: (1620, 40_500),
    31: (3600, 108_000),
    40: (8192, 245_760),
    42: (8704, 522_240),
    50: (22_080, 589_824),
    51: (36_864, 983_040),
    52: (36_864, 2_073_600),
    60: (139_264, 4_177_920),
    61: (139_264, 8_355_840),
    62: (139_264, 16_711_680),
}
_HIGH: Final = 100
_KEY, _SKIPPED, _SPS, _PPS = 0x65, 0x41, 0x67, 0x68  # nal_ref_idc and nal_unit_type, table 7-1
_I_PCM: Final = 25
_HORIZONTAL, _VERTICAL = 1, 2  # Intra_16x16 mb_type without residual, table 7-11, less one
_NO_COEFFICIENTS: Final = {False: "1", True: "000011"}  # coeff_token, table 9-5: neighbours without or with samples


def stream(spec: VideoSpec, group: int) -> Stream:
    """The stream of a specification: an IDR picture and up to ``group`` - 1 skipped pictures in each group.

    The specification has a ``level``.
    """
    sps, pps = _sequence(spec), _nal(_PPS, _picture_parameters())
    # Consecutive IDR pictures shall differ in idr_pic_id, 7.4.3; 1 and 2 have codes of one length.
    keyframes = tuple(_idr(spec, number) for number in (1, 2))
    after = tuple(_sample(_nal(_SKIPPED, _skipped(spec, number % 16))) for number in range(1, min(group, spec.frames)))
    return Stream(_configuration(spec, sps, pps), keyframes, after)


def level(spec: VideoSpec) -> int:
    """The lowest level_idc that allows size and rate; table A-1. No specification goes beyond the highest, 6.2."""
    wide, high = _macroblocks(spec)
    for number, (picture, second) in _LEVELS.items():
        if wide * high <= picture and max(wide, high) ** 2 <= 8 * picture and wide * high * spec.fps <= second:
            return number
    return 0


def _macroblocks(spec: VideoSpec) -> tuple[int, int]:
    return (spec.width + 15) // 16, (spec.height + 15) // 16


def _has_chroma(spec: VideoSpec) -> bool:
    return spec.width % 2 == 0 and spec.height % 2 == 0


def _unsigned(value: int) -> str:
    """ue(v), clause 9.1."""
    coded = f"{value + 1:b}"
    return "0" * (len(coded) - 1) + coded


def _nal(header: int, bits: str) -> bytes:
    """A NAL unit: rbsp_trailing_bits and emulation prevention, clause 7.3.1."""
    return bytes((header,)) + _guarded(packed(bits + "1"))


def _guarded(data: bytes) -> bytes:
    return re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", data)


def _sample(nal: bytes) -> bytes:
    """A NAL unit behind its length, as ISO/IEC 14496-15 stores it."""
    return struct.pack(">I", len(nal)) + nal


def _sequence(spec: VideoSpec) -> bytes:
    """The sequence parameter set, clauses 7.3.2.1.1 and E.1.1."""
    wide, high = _macroblocks(spec)
    unit = 2 if _has_chroma(spec) else 1
    right, bottom = (16 * wide - spec.width) // unit, (16 * high - spec.height) // unit
    cropping = f"1{_unsigned(0)}{_unsigned(right)}{_unsigned(0)}{_unsigned(bottom)}" if right or bottom else "0"
    bits = (
        f"{_HIGH:08b}{0:08b}{level(spec):08b}{_unsigned(0)}{_unsigned(int(_has_chroma(spec)))}"
        + _unsigned(0) * 2
        + "00"  # eight bits a sample, no scaling matrix
        + _unsigned(0)  # frame_num has four bits
        + _unsigned(2)  # output order is decoding order
        + _unsigned(1)
        + "0"  # one reference picture
        + _unsigned(wide - 1)
        + _unsigned(high - 1)
        + "11"  # frames only
        + cropping
        + "1"
        + f"1{1:08b}"
        + "000"  # square samples
        + "0000"  # the container says the rate: of two that can differ by a field, readers take either
        + "11"
        + _unsigned(0) * 2
        + _unsigned(10) * 2
        + _unsigned(0)
        + _unsigned(1)  # nothing is reordered
    )
    return _nal(_SPS, bits)


def _picture_parameters() -> str:
    """The picture parameter set, clause 7.3.2.2: CAVLC, and a quantiser of 0, at which nothing is deblocked."""
    quantiser = _unsigned(52)  # se(-26)
    return _unsigned(0) * 2 + "00" + _unsigned(0) * 3 + "000" + quantiser + "11" + "000"


def _idr(spec: VideoSpec, number: int) -> Parts:
    """An IDR picture in one I slice, clauses 7.3.3 and 7.3.5, behind its length."""
    head = _unsigned(0) + _unsigned(7) + _unsigned(0) + f"{0:04b}" + _unsigned(number) + "00" + "1"
    wide, high = _macroblocks(spec)
    if spec.content == "noise":
        first = packed(head + _unsigned(_I_PCM)) + _samples(spec, 0)
        macroblocks = [packed(_unsigned(_I_PCM)) + _samples(spec, column) for column in range(wide)]
        row, end = b"".join(macroblocks), b"\x80"
        lead = bytes((_KEY,)) + first + b"".join(macroblocks[1:])
        size = len(lead) + len(row) * (high - 1) + len(end)
        return ((struct.pack(">I", size) + lead, 1), (row, high - 1), (end, 1))
    coded = 1 if spec.content == "solid" else wide
    lead = b""
    for column in range(coded):
        lead += packed((head if not column else "") + _unsigned(_I_PCM)) + _samples(spec, column)
    beside, below = _predicted(spec, _HORIZONTAL), _predicted(spec, _VERTICAL)
    rest = "".join(beside + _NO_COEFFICIENTS[column == 1] for column in range(coded, wide))
    if high > 1:
        rest += "".join(below + _NO_COEFFICIENTS[column < coded] for column in range(wide))
    rest += (below + _NO_COEFFICIENTS[False]) * (wide * (high - 2))
    return ((_sample(bytes((_KEY,)) + _guarded(lead + packed(rest + "1"))), 1),)


def _predicted(spec: VideoSpec, direction: int) -> str:
    """A macroblock that continues its neighbour, all but its coeff_token: types, and no change of the quantiser."""
    chroma = _unsigned(direction) if _has_chroma(spec) else ""
    return _unsigned({_HORIZONTAL: 2, _VERTICAL: 1}[direction]) + chroma + "1"


def _samples(spec: VideoSpec, column: int) -> bytes:
    """The samples of one macroblock of the first row, luma then Cb and Cr; none is zero, which would need guarding."""
    chroma = b"\x80" * 128 if _has_chroma(spec) else b""
    if spec.content == "noise":
        source = random.Random(spec.seed << 16 | column)
        return bytes(source.choices(range(1, 256), k=256)) + chroma
    if spec.content == "gradient":
        last = max(spec.width - 1, 1)
        return bytes(1 + min(254, (16 * column + x) * 254 // last) for x in range(16)) * 16 + chroma
    return bytes((max(1, spec.seed % 256),)) * 256 + chroma


def _skipped(spec: VideoSpec, number: int) -> str:
    """A P picture that skips every macroblock, clauses 7.3.3 and 7.3.4."""
    wide, high = _macroblocks(spec)
    return _unsigned(0) + _unsigned(5) + _unsigned(0) + f"{number:04b}" + "000" + "1" + _unsigned(wide * high)


def _configuration(spec: VideoSpec, sps: bytes, pps: bytes) -> bytes:
    """AVCDecoderConfigurationRecord, ISO/IEC 14496-15 clause 5.3.3.1; lengths have four bytes."""
    sets = struct.pack(">BH", 0xE1, len(sps)) + sps + struct.pack(">BH", 1, len(pps)) + pps
    kind = bytes((0xFC | _has_chroma(spec), 0xF8, 0xF8, 0))
    return bytes((1, _HIGH, 0, level(spec), 0xFF)) + sets + kind

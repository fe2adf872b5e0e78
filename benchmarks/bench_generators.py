"""The direct encoders beside the best that Pillow and PyAV can do: processor seconds, peak MB, bytes.

    .venv/bin/python benchmarks/bench_generators.py [RUNS [WORD]] [--write]

Both make the same specifications in the same pixel modes. Pillow and PyAV get the fastest settings that were found: the
leanest compression that saves time, frames filled in the codec's own pixel format, and of a video one group of frames
only, whose packets are repeated. Every figure is the median of RUNS (default 3) fresh processes, the two encoders by
turns: the processor time of all threads to write the files, without starting Python and importing, and the peak memory
with both. WORD measures the rows alone whose name holds it; ``--write`` puts them into docs/explanation/generators.md.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from contract.formats import SAMPLES  # noqa: E402
from generators.specs import ImageSpec, MediaSpec, VideoSpec  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "generators.md"
BEGIN, END = "<!-- bench_generators: begin -->", "<!-- bench_generators: end -->"
HEAD = (
    "| | Pillow or PyAV: time, peak memory, size | direct | times faster | times less memory |",
    "|---|---|---|---|---|",
)
ENCODERS = ("library", "direct")
# Fewer bytes to write, where compressing costs less than writing; Pillow's RLE for PNG is zlib's strategy 3.
PILLOW = {
    "png": {"compress_level": 1, "compress_type": 3},
    "jpg": {"quality": 1, "subsampling": "4:2:0"},
    "bmp": {},
    "tiff": {"compression": "group4"},
    "webp": {"lossless": True, "quality": 0, "method": 0},
}
PILLOW_NOISE = {"png": {"compress_level": 0}, "tiff": {"compression": "raw"}}
# codec: (encoder, pixel format, options); gray has the fewest samples, libvpx has no gray.
PYAV = {
    "h264": ("libx264", "gray", {"preset": "ultrafast", "tune": "zerolatency", "qp": "51"}),
    "mjpeg": ("mjpeg", "yuvj420p", {}),
    "vp9": ("libvpx", "yuv420p", {"deadline": "realtime", "cpu-used": "16", "lag-in-frames": "0"}),
}
GROUP = 30  # frames, as many as the direct encoder puts into a group; of a shorter video one key frame is repeated


@dataclass(frozen=True, slots=True)
class Figure:
    """Processor seconds of all threads, peak memory in MB and size in bytes."""

    seconds: float
    megabytes: float
    size: float


def image(width: int, height: int, extension: str, **other: str) -> ImageSpec:
    return ImageSpec(width, height, extension, encoder="direct", **other)  # type: ignore[arg-type]


def video(width: int, height: int, seconds: int, fps: int = 1, extension: str = "mp4") -> VideoSpec:
    return VideoSpec(width, height, seconds * fps, fps, extension, encoder="direct")


def rows() -> dict[str, Sequence[MediaSpec]]:
    """What is measured, by the name of its row."""
    small = [ImageSpec(1 + n % 64, 1 + n // 16, "png", "L", seed=n, encoder="direct") for n in range(1000)]
    return {
        "PNG 7680×4620, one bit a pixel": [image(7680, 4620, "png", mode="1")],
        "PNG 7680×4620 RGB": [image(7680, 4620, "png")],
        "PNG 7680×4620 RGB, noise": [image(7680, 4620, "png", content="noise")],
        "JPEG 7680×4620, gray": [image(7680, 4620, "jpg", mode="L")],
        "JPEG 7680×4620 RGB, noise": [image(7680, 4620, "jpg", content="noise")],
        "BMP 7680×4620, one bit a pixel": [image(7680, 4620, "bmp", mode="1")],
        "TIFF 7680×4620, group 4": [image(7680, 4620, "tiff", mode="1", compression="g4")],
        "WebP 7680×4620": [image(7680, 4620, "webp")],
        "PNG 20,000×20,000, one bit a pixel": [image(20_000, 20_000, "png", mode="1")],
        "JPEG 20,000×20,000, gray": [image(20_000, 20_000, "jpg", mode="L")],
        "PNG up to 64×64, 1,000 files": small,
        "MP4 32×32, 10,800 s, 1 fps": [video(32, 32, 10_800)],
        "MP4 7860×4320, 2 s, 1 fps": [video(7860, 4320, 2)],
        "MP4 7860×4320, 10,800 s, 30 fps": [video(7860, 4320, 10_800, 30)],
        "AVI 7860×4320, 4 s, 1 fps": [video(7860, 4320, 4, extension="avi")],
        "WebM 7860×4320, 4 s, 1 fps": [video(7860, 4320, 4, extension="webm")],
        "all files at the boundaries of the gate": gate_files(),
    }


def gate_files() -> list[MediaSpec]:
    """Every file that the gate sends at a media limit or a combination of them, as far as it is made directly."""
    from contract.profiles import CLOUD
    from generators.artefacts import supports_direct
    from judges.media.cases import media_cases
    from judges.media.combinations import combination_cases

    cases = (*media_cases(CLOUD, 0), *combination_cases(CLOUD, 0))
    sent = [case.spec for case in cases if case.spec is not None]
    upright = [spec for spec in sent if isinstance(spec, VideoSpec) or spec.orientation == 1]
    return [
        spec for spec in dict.fromkeys(replace(spec, encoder="direct") for spec in upright) if supports_direct(spec)
    ]


def write(spec: MediaSpec, path: Path, encoder: str) -> None:
    """One file by one encoder."""
    if encoder == "direct":
        from generators.direct import pieces

        with path.open("wb") as file:
            file.writelines(pieces(spec))
    elif isinstance(spec, ImageSpec):
        write_by_pillow(spec, path)
    else:
        write_by_pyav(spec, path)


def write_by_pillow(spec: ImageSpec, path: Path) -> None:
    from PIL import Image

    size = (spec.width, spec.height)
    kind = {"jpeg": "jpg", "jfif": "jpg", "tif": "tiff"}.get(spec.format, spec.format)
    options = PILLOW[kind]
    if spec.content == "solid":
        picture = Image.new(spec.mode, size)
    else:
        samples, bits = SAMPLES[spec.mode]
        row = (spec.width * samples * bits + 7) // 8
        picture = Image.frombytes(spec.mode, size, (os.urandom(8 * row) * (spec.height // 8 + 1))[: row * spec.height])
        options = PILLOW_NOISE.get(kind, options)
    if kind == "tiff" and spec.mode != "1":
        options = {"compression": "raw"}
    picture.save(path, spec.record.library, **options)


def write_by_pyav(spec: VideoSpec, path: Path) -> None:
    import av

    codec, pixel_format, options = PYAV[spec.coded]
    group = GROUP if spec.coded == "h264" and spec.frames > GROUP else 1
    with av.open(str(path), "w", format=spec.record.library) as container:
        stream = container.add_stream(codec, rate=spec.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, pixel_format
        stream.time_base = stream.codec_context.time_base = Fraction(1, spec.fps)
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = group, 0
        frame = av.VideoFrame(spec.width, spec.height, pixel_format)
        for plane in frame.planes:
            plane.update(b"\x80" * plane.buffer_size)
        packets = []
        for number in range(group):
            frame.pts = number
            packets += stream.encode(frame)
        packets += stream.encode(None)
        encoded = [(bytes(packet), packet.is_keyframe) for packet in packets]
        for number in range(spec.frames):
            content, is_keyframe = encoded[number % len(encoded)]
            packet = av.Packet(content)
            packet.stream, packet.time_base, packet.duration = stream, stream.time_base, 1
            packet.pts = packet.dts = number
            packet.is_keyframe = is_keyframe
            container.mux(packet)


def measure(encoder: str, specs: Sequence[MediaSpec]) -> Figure:
    """In this process, which does nothing else: import and write a tiny file, then write each file and forget it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        for spec in {type(spec): spec for spec in specs}.values():
            write(
                replace(spec, width=16, height=16, **({"frames": 1} if isinstance(spec, VideoSpec) else {})),
                path,
                encoder,
            )
        seconds, size = 0.0, 0
        for spec in specs:
            started = time.process_time()
            write(spec, path, encoder)
            seconds, size = seconds + time.process_time() - started, size + path.stat().st_size
            path.unlink()
    status = Path("/proc/self/status").read_text()
    return Figure(seconds, int(status.split("VmHWM:")[1].split()[0]) / 1024, size)


def measured_in_fresh_process(encoder: str, specs: Sequence[MediaSpec]) -> Figure:
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps(list(specs)))
        file.flush()
        command = [sys.executable, __file__, "--measure", encoder, file.name]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Figure(**json.loads(output.splitlines()[-1]))


def median(figures: Sequence[Figure]) -> Figure:
    return Figure(
        *(statistics.median(values) for values in zip(*(asdict(each).values() for each in figures), strict=True))
    )


def cell(figure: Figure) -> str:
    size = f"{figure.size / 1e6:,.1f} MB" if figure.size > 1e6 else f"{figure.size / 1e3:,.1f} kB"
    seconds = f"{figure.seconds:.4f}" if figure.seconds < 0.1 else f"{figure.seconds:,.2f}"
    return f"{seconds} s, {figure.megabytes:,.0f} MB, {size}"


def ratio(slow: float, fast: float) -> str:
    return f"{slow / fast:,.0f}" if slow > 10 * fast else f"{slow / fast:.1f}"


def write_page(lines: dict[str, str]) -> None:
    """Put rows into the table of the page; those of other names stay as they are."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    old, after = rest.split(END)
    kept = {name: line for name in rows() for line in old.splitlines() if line.startswith(f"| {name} |")}
    table = [line for name in rows() if (line := lines.get(name, kept.get(name)))]
    PAGE.write_text("\n".join((before + BEGIN, *HEAD, *table, END + after)), encoding="utf-8")


def draws_a_second(strategy: object, number: int = 2000) -> float:
    """How many examples of a strategy Hypothesis draws in a second of processor time."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    @seed(1)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)  # type: ignore[arg-type]
    def draw(_drawn: object) -> None:
        pass

    started = time.process_time()
    draw()
    return number / (time.process_time() - started)


def print_draws(runs: int) -> None:
    """The rate of each strategy around a limit by that of as many plain integers as it has dimensions, by turns."""
    from hypothesis import strategies as st

    from contract.limits import LIMITS
    from generators.boundaries import BY_UPLOAD, illegal, legal

    # Distance, how far, axis, other side and how long it is; five traits of a file; those of its arrival.
    integers = st.tuples(*[st.integers()] * (5 + 5 + len(BY_UPLOAD)))
    for limit in LIMITS:
        for strategy in (legal, illegal) if limit.axes else ():
            shares = [draws_a_second(strategy(limit.id)) / draws_a_second(integers) for _ in range(runs)]
            print(
                f"{limit.id} {strategy.__name__}: {statistics.median(shares):.2f} of the rate of integers", flush=True
            )


def main() -> None:
    """Print the table, and write it into the page where asked."""
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(asdict(measure(sys.argv[2], pickle.loads(Path(sys.argv[3]).read_bytes())))))
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", nargs="?", type=int, default=3)
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--draws", action="store_true", help="the rate of the strategies around limits, and no more")
    parser.add_argument("--write", action="store_true", help=f"put the rows into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    if options.draws:
        print_draws(options.runs)
        return
    print(*HEAD, sep="\n")
    lines: dict[str, str] = {}
    for name, specs in rows().items():
        if options.word not in name:
            continue
        rounds = [[measured_in_fresh_process(encoder, specs) for encoder in ENCODERS] for _ in range(options.runs)]
        slow, fast = (median(figures) for figures in zip(*rounds, strict=True))
        ratios = f"{ratio(slow.seconds, fast.seconds)} | {ratio(slow.megabytes, fast.megabytes)}"
        lines[name] = f"| {name} | {cell(slow)} | {cell(fast)} | {ratios} |"
        print(lines[name], flush=True)
        if options.write:
            write_page(lines)


if __name__ == "__main__":
    main()

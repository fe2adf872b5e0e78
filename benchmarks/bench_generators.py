"""The direct encoders beside the obvious way, Pillow's save and PyAV's encode frame by frame: seconds, peak MB, bytes.

    .venv/bin/python benchmarks/bench_generators.py [RUNS [WORD]] [--readme]

Every figure is the median of RUNS (default 5) fresh processes: the time to write the file without starting Python and
importing, the peak memory with both. WORD measures the rows alone whose name holds it; ``--readme`` writes what was
measured into the table of the README. What the obvious way takes hours for is extrapolated from a few frames and
marked with a tilde.
"""

from __future__ import annotations

import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generators.specs import ImageSpec, MediaSpec, VideoSpec  # noqa: E402

README = ROOT / "README.md"
BEGIN, END = "<!-- bench_generators: begin -->", "<!-- bench_generators: end -->"
# The obvious way encodes no more frames of a video than these; the rest is extrapolated.
MOST_PIXELS = 200_000_000
MOST_FRAMES = 4000
EXAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds, peak memory in MB and size in bytes; ``sure`` is False where it was extrapolated."""

    seconds: float
    megabytes: float
    size: float
    sure: bool = True


def image(width: int, height: int, extension: str, content: str = "solid", mode: str = "RGB") -> ImageSpec:
    return ImageSpec(width, height, extension, mode, content, encoder="direct")  # type: ignore[arg-type]


def video(width: int, height: int, seconds: int, fps: int = 1, extension: str = "mp4") -> VideoSpec:
    return VideoSpec(width, height, seconds * fps, fps, extension, encoder="direct")


ROWS: dict[str, MediaSpec] = {
    "PNG 7680×4620 solid": image(7680, 4620, "png"),
    "PNG 7680×4620 noise": image(7680, 4620, "png", "noise"),
    "JPEG 7680×4620 solid": image(7680, 4620, "jpg"),
    "JPEG 7680×4620 noise": image(7680, 4620, "jpg", "noise"),
    "BMP 7680×4620, one byte a pixel": image(7680, 4620, "bmp", mode="L"),
    "TIFF 7680×4620": image(7680, 4620, "tiff"),
    "WebP 7680×4620": image(7680, 4620, "webp"),
    "PNG 20,000×20,000": image(20_000, 20_000, "png"),
    "JPEG 20,000×20,000": image(20_000, 20_000, "jpg"),
    "MP4 32×32, 10,800 s, 1 fps": video(32, 32, 10_800),
    "MP4 7860×4320, 2 s, 1 fps": video(7860, 4320, 2),
    "MP4 7860×4320, 10,800 s, 30 fps": video(7860, 4320, 10_800, 30),
    "AVI 7860×4320, 4 s, 1 fps": video(7860, 4320, 4, extension="avi"),
    "WebM 7860×4320, 4 s, 1 fps": video(7860, 4320, 4, extension="webm"),
}


EXAMPLES_ROW = "share of the examples a second that Hypothesis draws of images up to 64×64 and makes nothing of,"
ORDER = (*ROWS, "the boundary artefacts of the gate", "the longest and largest of them", EXAMPLES_ROW)
HEAD = (
    "| | Pillow, PyAV: time, peak memory, size | direct | times faster | times less memory |",
    "|---|---|---|---|---|",
)


def gate_set() -> list[MediaSpec]:
    """Every artefact that the gate sends at a media limit or a combination of them, as far as it is made directly."""
    from contract.profiles import CLOUD
    from generators.artefacts import supports_direct
    from judges.media.cases import media_cases
    from judges.media.combinations import combination_cases

    cases = (*media_cases(CLOUD, 0), *combination_cases(CLOUD, 0))
    specs = dict.fromkeys(
        replace(case.spec, encoder="direct")
        for case in cases
        if case.spec is not None
        if not isinstance(case.spec, ImageSpec) or case.spec.orientation == 1
    )
    return [spec for spec in specs if supports_direct(spec)]


def direct(spec: MediaSpec, path: Path) -> None:
    from generators.direct import pieces

    with path.open("wb") as file:
        file.writelines(pieces(spec))


def obvious(spec: MediaSpec, path: Path) -> int:
    """What anybody would write first; how many of a video's frames it really encoded."""
    if isinstance(spec, ImageSpec):
        from PIL import Image

        Image.MAX_IMAGE_PIXELS = None
        size = (spec.width, spec.height)
        if spec.content == "noise":
            bands = {"RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 2}.get(spec.mode, 1)
            length = (spec.width + 7) // 8 * spec.height if spec.mode == "1" else spec.width * spec.height * bands
            Image.frombytes(spec.mode, size, os.urandom(length)).save(path)
        else:
            Image.new(spec.mode, size).save(path)
        return 0
    import av
    import numpy as np

    codec = {"avi": "mjpeg", "webm": "libvpx"}.get(spec.format, "libx264")
    odd = spec.width % 2 or spec.height % 2
    form = "yuvj444p" if codec == "mjpeg" else "yuv444p" if odd and codec == "libx264" else "yuv420p"
    frames = min(spec.frames, MOST_FRAMES, max(4, MOST_PIXELS // (spec.width * spec.height)))
    with av.open(str(path), "w", format="mp4" if spec.format == "m4v" else None) as container:
        stream = container.add_stream(codec, rate=spec.fps)
        stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, form
        picture = np.full((spec.height, spec.width, 3), 128, np.uint8)
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return frames


def measure(way: str, specs: Sequence[MediaSpec]) -> Figure:
    """In this process, which does nothing else: import first, then write each file and forget it."""
    make = {"direct": direct, "obvious": obvious}[way]
    with tempfile.TemporaryDirectory() as folder:
        make(
            replace(specs[0], width=16, height=16, **({"frames": 1} if isinstance(specs[0], VideoSpec) else {})),
            Path(folder, f"warm.{specs[0].format}"),
        )
        seconds = size = 0.0
        sure = True
        for spec in specs:
            path = Path(folder, spec.name)
            started = time.perf_counter()
            frames = make(spec, path)
            took = time.perf_counter() - started
            share = spec.frames / frames if isinstance(spec, VideoSpec) and frames else 1.0
            sure = sure and share == 1.0
            seconds, size = seconds + took * share, size + path.stat().st_size * share
            path.unlink()
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return Figure(seconds, peak, size, sure)


def examples(way: str) -> Figure:
    """Examples a second that Hypothesis reaches: ``seconds`` of the processor for EXAMPLES examples."""
    from hypothesis import HealthCheck, given, settings

    from generators.artefacts import make
    from generators.strategies import image_specs

    def nothing(_spec: ImageSpec) -> None: ...

    act = nothing if way == "nothing" else make
    strategy = image_specs(largest=64, encoder="library" if way == "library" else "direct")

    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def run(spec: ImageSpec) -> None:
        act(spec)

    started = time.process_time()
    run()
    return Figure(time.process_time() - started, 0, 0)


def fresh(what: str, specs: Sequence[MediaSpec] = ()) -> Figure:
    """One measurement in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps(list(specs)))
        file.flush()
        command = [sys.executable, __file__, "--measure", what, file.name]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Figure(**json.loads(said.splitlines()[-1]))


def median(what: str, specs: Sequence[MediaSpec], runs: int) -> Figure:
    found = [fresh(what, specs) for _ in range(runs)]
    middle = (statistics.median(getattr(one, name) for one in found) for name in ("seconds", "megabytes", "size"))
    return Figure(*middle, sure=found[0].sure)


def cell(figure: Figure) -> str:
    sign = "" if figure.sure else "~"
    size = f"{figure.size / 1e6:,.1f} MB" if figure.size > 1e6 else f"{figure.size / 1e3:,.1f} kB"
    seconds = f"{figure.seconds:.4f}" if figure.seconds < 0.1 else f"{figure.seconds:,.2f}"
    return f"{sign}{seconds} s, {figure.megabytes:.0f} MB, {sign}{size}"


def row(name: str, slow: Figure, fast: Figure) -> str:
    ratios = f"{slow.seconds / fast.seconds:,.0f} | {slow.megabytes / fast.megabytes:.0f}"
    return f"| {name} | {cell(slow)} | {cell(fast)} | {ratios} |"


def endless(spec: MediaSpec) -> bool:
    """Whether the obvious way takes minutes and more."""
    return isinstance(spec, VideoSpec) and spec.frames * spec.width * spec.height > 10**11


def rows(runs: int, word: str) -> Iterator[tuple[str, str]]:
    """Each row of the table whose name holds ``word``: the name and the line."""
    everything = gate_set()
    measured: dict[str, Sequence[MediaSpec]] = {
        **{name: [spec] for name, spec in ROWS.items()},
        "the boundary artefacts of the gate": [spec for spec in everything if not endless(spec)],
        "the longest and largest of them": [spec for spec in everything if endless(spec)],
    }
    for name, specs in measured.items():
        if word in name:
            slow = median("obvious", specs, 1 if endless(specs[0]) else runs)
            counted = f"{name}, {len(specs)}" if len(specs) > 1 else name
            yield name, row(counted, slow, median("direct", specs, runs))
    if word in EXAMPLES_ROW:
        # By turns, and by the process's own time: what else the machine does would change the shares.
        rounds = [[fresh(f"examples:{way}").seconds for way in ("nothing", "library", "direct")] for _ in range(runs)]
        library, made = (statistics.median(each[0] / each[way] for each in rounds) for way in (1, 2))
        bare = statistics.median(EXAMPLES / each[0] for each in rounds)
        yield EXAMPLES_ROW, f"| {EXAMPLES_ROW} {bare:,.0f} | {library:.2f} | {made:.2f} | {made / library:.1f} | |"


def write_readme(lines: dict[str, str]) -> None:
    """Put rows into the table of the README; those of other names stay as they are."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    kept = {name: line for name in ORDER for line in old.splitlines() if line.startswith(f"| {name}")}
    table = [line for name in ORDER if (line := lines.get(name, kept.get(name)))]
    README.write_text("\n".join((before + BEGIN, *HEAD, *table, END + after)), encoding="utf-8")


def main(words: list[str]) -> None:
    """Print the table, and write it into the README where asked."""
    if words[:1] == ["--measure"]:
        family, _, way = words[1].rpartition(":")
        figure = examples(way) if family else measure(way, pickle.loads(Path(words[2]).read_bytes()))
        print(json.dumps({name: getattr(figure, name) for name in Figure.__dataclass_fields__}))
        return
    plain = [word for word in words if not word.startswith("--")]
    print(*HEAD, sep="\n")
    found = {}
    for name, line in rows(int(plain[0]) if plain else 5, plain[1] if len(plain) > 1 else ""):
        print(line, flush=True)
        found[name] = line
        if "--readme" in words:
            write_readme(found)


if __name__ == "__main__":
    main(sys.argv[1:])

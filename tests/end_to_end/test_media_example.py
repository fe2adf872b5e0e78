"""The example of media for other people's tests runs as it stands in its page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[2]
PAGE = HERE / "docs" / "how-to" / "media-for-your-tests.md"
# What the reader brings: a service of their own, here one that does what the tests ask for.
SERVICE = """
import io
from PIL import Image
Image.MAX_IMAGE_PIXELS = None


def my_size_of(content):
    with Image.open(io.BytesIO(content)) as image:
        return image.size


def my_verdict_on(content):
    return max(my_size_of(content)) <= LIMIT


"""


def _run(tmp_path: Path, limit: int) -> subprocess.CompletedProcess[str]:
    (example,) = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
    path = tmp_path / "test_pasted.py"
    path.write_text(f"LIMIT = {limit}\n{SERVICE}{example.partition('```')[0]}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)


def test_the_example_for_hypothesis_passes_where_the_limit_is_kept(tmp_path: Path) -> None:
    run = _run(tmp_path, 20_000)
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout


def test_the_example_for_hypothesis_finds_a_limit_that_is_one_pixel_off(tmp_path: Path) -> None:
    run = _run(tmp_path, 20_001)
    assert run.returncode == 1
    assert "20001" in run.stdout

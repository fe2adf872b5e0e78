"""The example of media for other people's tests runs as it stands in its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.processes import ROOT, Process

PAGE = ROOT / "docs" / "how-to" / "media-for-your-tests.md"
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


@pytest.fixture
def run_example(start, tmp_path: Path):
    """Runs the tests that the page shows, against a service that keeps this limit."""

    def run(limit: int) -> Process:
        (example,) = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
        path = tmp_path / "test_pasted.py"
        path.write_text(f"LIMIT = {limit}\n{SERVICE}{example.partition('```')[0]}", encoding="utf-8")
        # In CI Hypothesis draws the same examples every time, and takes no busy machine for a failure.
        return start("-m", "pytest", "-q", str(path), environment={"CI": "true"}).finish()

    return run


def test_the_example_of_the_page_passes_where_the_limit_is_kept(run_example) -> None:
    run = run_example(20_000)
    assert run.status == 0, run.console
    assert "2 passed" in run.console


def test_the_example_of_the_page_finds_a_limit_that_is_one_pixel_off(run_example) -> None:
    run = run_example(20_001)
    assert run.status == 1
    assert "20001" in run.console

"""The manifests are what Kubernetes takes, each pod judges its own shard, and the image holds what a run needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.support.options import ENVIRONMENT, OPTIONS
from tests.support.processes import ROOT

MANIFESTS = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))


def documents(name: str = "*") -> list[dict[str, Any]]:
    return [each for file in MANIFESTS if name in ("*", file.stem) for each in yaml.safe_load_all(file.read_text())]


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.stem)
def test_a_manifest_is_valid_for_kubernetes(file: Path) -> None:
    for document in yaml.safe_load_all(file.read_text()):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def pods() -> Iterator[dict[str, Any]]:
    for document in documents("shards") + documents("nightly"):
        spec = document["spec"].get("jobTemplate", document)["spec"]
        yield spec["template"]["spec"]


def test_a_pod_gets_its_key_as_a_file() -> None:
    held = {each["kind"]: each for each in documents("access")}
    assert held["Secret"]["stringData"] == {"token": ""}
    for pod in pods():
        sources = {volume["name"]: volume for volume in pod["volumes"]}
        assert sources["key"]["secret"]["secretName"] == held["Secret"]["metadata"]["name"]
        assert sources["ca"]["configMap"]["name"] == held["ConfigMap"]["metadata"]["name"]
        assert (
            sources["reports"]["persistentVolumeClaim"]["claimName"]
            == (held["PersistentVolumeClaim"]["metadata"]["name"])
        )
        for container in pod["containers"]:
            given = {each["name"]: each["value"] for each in container["env"]}
            assert given["GETI_TOKEN_FILE"] == "/key/token"
            assert "GETI_TOKEN" not in given


def test_a_manifest_sets_only_options_that_exist() -> None:
    for pod in pods():
        for container in pod["containers"]:
            assert {each["name"] for each in container["env"]} <= ENVIRONMENT | {"GETI_SHARDS"}
            assert set(re.findall(r"--geti-[a-z-]+", container["args"][0])) <= OPTIONS


@pytest.mark.parametrize("index", range(4))
def test_each_index_judges_its_own_shard_counted_from_one(index: int, tmp_path: Path) -> None:
    job = documents("shards")[0]["spec"]
    container = job["template"]["spec"]["containers"][0]
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o700)
    environment = {each["name"]: each["value"] for each in container["env"]}
    environment |= {"JOB_COMPLETION_INDEX": str(index), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [*container["command"], *container["args"]]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert f"--geti-shard {index + 1}/4 --geti-report-dir /reports/shard-{index + 1}" in output
    assert job["completions"] == job["maxFailedIndexes"] == int(environment["GETI_SHARDS"]) == 4


def steps(instruction: str) -> list[str]:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    return [line.removeprefix(f"{instruction} ") for line in lines if line.startswith(f"{instruction} ")]


def test_the_image_holds_every_package_and_nothing_that_is_ignored() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    copied = {source for step in steps("COPY") for source in step.split()[:-1]}
    assert copied == packages | {"requirements.lock", "pyproject.toml", "conftest.py"}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in


@pytest.mark.slow
def test_the_steps_of_the_image_make_a_suite_that_judges(tmp_path: Path) -> None:
    """No engine is needed: the steps are done one by one in an empty environment."""
    image, python = tmp_path / "app", tmp_path / "venv" / "bin" / "python"
    image.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    for step in steps("COPY"):
        *sources, target = step.split()
        for source in sources:
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, image / target if copy is shutil.copytree else image)
    environment = {"PATH": f"{python.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    for step in steps("RUN"):
        subprocess.run(["sh", "-c", step], cwd=image, env=environment, check=True)
    command = [str(python), "-m", "pytest", "suites", "-k", "image.side.min and bmp"]
    command += ["--geti-report-dir", str(tmp_path / "out")]
    assert steps("ENTRYPOINT") == ['["python", "-m", "pytest", "suites", "--assert=plain"]']
    run = subprocess.run(command, cwd=image, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 6, run.stdout[-3000:] + run.stderr[-3000:]
    assert " kept" in run.stdout

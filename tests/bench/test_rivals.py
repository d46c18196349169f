"""The comparison says what it could not run, and scores everybody by the same rules."""

import subprocess

import numpy as np
import pytest

from kb.clusters.reading_labelled import LabelledTexts
from tests.bench import rivals
from tests.kb.clusters.clouds import make_clouds


def test_without_a_package_index_ours_is_printed_and_the_reason_said(monkeypatch, tmp_path):
    def refuse(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "noise\nERROR: No matching distribution found")

    monkeypatch.setattr(rivals.venv, "create", lambda *_, **__: None)
    monkeypatch.setattr(rivals.subprocess, "run", refuse)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    vectors, clouds = make_clouds([20] * 12, spread=0.4)
    labelled = LabelledTexts(tuple(f"thing {c}" for c in clouds), tuple(str(c) for c in clouds))
    *there, missing = rivals.compare(labelled, vectors)
    assert [result.name for result in there] == ["Answerloop, as shipped", "community_detection 0.7"]
    assert isinstance(missing, rivals.Unreachable)
    assert "PyPI" in str(missing)
    assert "No matching distribution" in str(missing)


def test_a_half_made_environment_is_not_taken_for_a_whole_one(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(rivals.venv, "create", lambda folder, **_: folder.mkdir(parents=True, exist_ok=True))
    codes = iter([1, 0])

    def install(command, **_):
        calls.append(command)
        return subprocess.CompletedProcess(command, next(codes), "", "")

    monkeypatch.setattr(rivals.subprocess, "run", install)
    with pytest.raises(rivals.Unreachable):
        rivals.ensure_environment(tmp_path)
    rivals.ensure_environment(tmp_path)
    rivals.ensure_environment(tmp_path)
    assert len(calls) == 2


def test_noise_counts_as_groups_of_one():
    row = rivals.as_row(rivals.Result("all noise", np.full(4, -1), 1.0), ["a", "a", "b", "b"])
    assert row.split()[-6:] == ["0.667", "0.000", "0.000", "0", "4", "1.0"]


def test_the_pins_name_each_method():
    pins = rivals.PINS.read_text()
    assert all(f"\n{name}==" in pins for name in ("bertopic", "hdbscan", "umap-learn"))

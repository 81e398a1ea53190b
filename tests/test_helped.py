"""The case's own question about its response, from the folder to the page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.helped import ask
from crisislab.opening import open_case
from crisislab.pipeline import review
from crisislab.report.html import review_html
from crisislab.report.value import Review

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample" / "brumaria"
Ask = Callable[..., Review]


def _asked(folder: Path, effect: str, control: str = "") -> Path:
    case = folder / "case"
    shutil.copytree(SAMPLE, case)
    settings = case / "case.toml"
    without = re.sub(r"\n\[effect\]\n(?:.+\n)+", "\n", settings.read_text("utf-8"))
    text = without + '\n[effect]\nquestion = "¿Bajó los mensajes?"\n' + effect
    settings.write_text(text, encoding="utf-8")
    if control:
        (case / "control.csv").write_text(control, encoding="utf-8")
    return case


def _verdict(made: Review) -> pd.Series:
    return made.verdicts.set_index("subject").loc["response_helped"]


def test_a_response_before_the_peak_cannot_be_assessed(tmp_path: Path) -> None:
    """The sample's first statement came while posts still rose: no number and a reason."""
    made = review(open_case(_asked(tmp_path, 'response = "first_statement"')), lang="en")
    row = _verdict(made)
    assert (row["verdict"], row["reason"]) == ("not assessable", "response_before_peak")
    assert made.metrics[made.metrics["metric"] == "effect_ratio"].empty
    page = review_html(made)
    assert "posts fall without any action" in page
    assert "The response came before the peak." in page


def test_a_late_response_shows_everything_beside_its_verdict(tmp_path: Path) -> None:
    """Both forms, other choices, the expected course, what else happened, and a card per number."""
    effect = (
        "at = 2026-03-20T14:00:00\n"
        'concurrent = [{ at = 2026-03-20T10:00:00, what = "@alguien en el telediario" }]'
    )
    made = review(open_case(_asked(tmp_path, effect)), lang="es")
    assert _verdict(made)["verdict"] in {"cannot tell", "consistent with"}
    scopes = set(made.metrics.loc[made.metrics["metric"] == "effect_ratio", "scope"])
    assert scopes == {"route=curve", "form=exponential", "form=power_law"}
    assert len(made.tables["effect_sensitivity"]) == 11
    assert {"concurrent", "posts"} <= set(made.tables["effect_beside"]["kind"])
    page = review_html(made)
    assert "Frente a una caída exponencial".casefold() in page.casefold()
    section = page[page.index('id="effect"') : page.index('id="data"')]
    assert "telediario" in section
    assert "@alguien" not in section


def test_a_control_series_decides(tmp_path: Path) -> None:
    """A control that ran alike is compared, and is the route of the verdict."""
    made = review(open_case(_asked(tmp_path, "at = 2026-03-20T14:00:00")))
    hours = made.volume
    lines = [f"{at:%Y-%m-%dT%H:%M:%SZ},{n}" for at, n in
             zip(hours["hour_at"], hours["n_posts"], strict=True)]  # fmt: skip
    shutil.rmtree(tmp_path / "case")
    control = "\n".join(["at,n", *lines])
    effect = 'at = 2026-03-20T14:00:00\ncontrol = "control.csv"'
    beside = review(open_case(_asked(tmp_path, effect, control)))
    ratio = beside.metrics[beside.metrics["scope"] == "route=control"]
    assert ratio["value"].item() == pytest.approx(1, abs=1e-6)
    assert _verdict(beside)["reason"] == "effect_unclear_control"


def test_several_control_series_are_told_together_mixed_and_alone(tmp_path: Path) -> None:
    """The sum decides; weights add up to one; each stands alone beside, in both languages."""
    made = review(open_case(_asked(tmp_path, "at = 2026-03-20T14:00:00")))
    hours = made.volume
    shutil.rmtree(tmp_path / "case")
    lines = ["at,n,series"]
    for name, factor in (("rival", 1), ("loud", 3)):
        lines += [f"{at:%Y-%m-%dT%H:%M:%SZ},{factor * n},{name}" for at, n in
                  zip(hours["hour_at"], hours["n_posts"], strict=True)]  # fmt: skip
    effect = 'at = 2026-03-20T14:00:00\ncontrol = "control.csv"'
    beside = review(open_case(_asked(tmp_path, effect, "\n".join(lines))))
    table = beside.tables["effect_controls"].set_index(["kind", "series"])
    assert table.index.tolist() == [
        ("together", ""),
        ("mix", ""),
        ("one", "loud"),
        ("one", "rival"),
    ]
    assert table["weight"].sum() == pytest.approx(1)
    assert table["ratio"].tolist() == pytest.approx([1] * 4, abs=0.05)
    assert table["rank"]["mix", ""] == 1
    for lang, words in (("es", "control sintético"), ("en", "synthetic control")):
        assert words in review_html(review(open_case(tmp_path / "case"), lang=lang))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("effect", "control", "code"),
    [
        ("", "", "CL-CASE-EFFECT"),
        ('at = 2026-03-20T14:00:00\nresponse = "detected"', "", "CL-CASE-EFFECT"),
        ('at = 2026-03-20T14:00:00\ncontrol = "no.csv"', "", "CL-SET-MISSING-FILE"),
        ('at = 2026-03-20T14:00:00\ncontrol = "control.csv"', "a,b\n1,2\n", "CL-EFFECT-CONTROL"),
        ('at = 2026-03-20T14:00:00\ncontrol = "control.csv"', "at,n\n2026-03-20T10:00:00,2\n",
         "CL-EFFECT-CONTROL"),
        ('at = 2026-03-20T14:00:00\ncontrol = "control.csv"', "at,n\n2026-03-20T10:00:00Z,-2\n",
         "CL-EFFECT-CONTROL"),
    ],
)  # fmt: skip
def test_mistakes_in_the_question_are_named(
    tmp_path: Path, effect: str, control: str, code: str
) -> None:
    """No or two instants, and a control without zone, columns or sense, are refused by name."""
    with pytest.raises(CrisisLabError, match=code):
        open_case(_asked(tmp_path, effect, control))


def test_without_a_question_nothing_is_claimed() -> None:
    """A case that asks nothing gets "cannot tell" and the way to ask."""
    case = open_case(SAMPLE)
    silent = replace(case, settings=case.settings.model_copy(update={"effect": None}))
    made = review(silent, lang="en")
    assert _verdict(made)["verdict"] == "cannot tell"
    assert "The case asks no question about its response" in review_html(made)


def test_another_question_leaves_the_case_alone() -> None:
    """Asking again gives a new case; neither or both ways of naming the response are refused."""
    case = open_case(SAMPLE)
    before = case.settings.effect
    asked = ask(case, "Later?", at="2026-03-20 14:00").settings.effect
    assert case.settings.effect == before
    assert asked is not None
    assert asked.question == "Later?"
    with pytest.raises(ValueError, match="effect"):
        ask(case, "When?")

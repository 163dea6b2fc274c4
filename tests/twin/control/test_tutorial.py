"""The tutorial says what is so: its code is written out and run, as a stranger would."""

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "graphtwin-tutorial.md"
BLOCKS = dict(re.findall(r"^```python name=(\S+)\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))


def test_its_code_runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p graphtwin.pytest_plugin --strict-markers -W error")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3] / "src"))
    for bundle in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(bundle, raising=False)
    for name, code in BLOCKS.items():
        (pytester.path / name).write_text(code)
    (pytester.path / "test_login.py").write_text(
        "from login_example import application\n\n\n"
        "def test_it_begins_a_sign_in(graphtwin):\n"
        "    _, flow = application(graphtwin)\n"
        "    assert flow['auth_uri'].startswith(graphtwin.url)\n"
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=7)

"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from reapi_nb import describe

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_models_is_the_catalogs():
    """The table of models is the one that the catalog describes."""
    table = README.split("<!-- models -->\n")[1].split("<!-- /models -->")[0]

    assert describe.documented_models().strip() == table.strip()


def test_ci_runs_the_command_that_the_readme_names():
    """CI and a newcomer run the same command."""
    command = re.findall(r"```bash\n(.+pytest)\n```", README)[0]
    ran = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert command.replace("install -e", "install -q -e") in ran


def test_every_file_that_the_readme_shows_exists():
    """Pictures and notebooks that the README names are in the repository."""
    named = re.findall(r"(notebooks/[\w./]+)", README)

    assert [] == [name for name in named if not (ROOT / name).exists()]

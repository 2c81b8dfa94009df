"""The magic in a plain terminal: boards are text, and pictures are file names."""

from __future__ import annotations

import re
import subprocess
import sys

LINES = r"""
%load_ext reapi_nb
job = %reapi mj "who is this heron?" --speed draft
%reapi wait
%reapi upscale job#2 --type silly
%reapi mj (sandbox: fail) a heron in a storm? --speed draft
%reapi wait
%reapi help mj
"""


def test_a_board_in_a_terminal_is_text_and_file_names(home):
    """Files, refusals, failures and help can all be read without a browser."""
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner"]
    ran = subprocess.run(
        command, input=LINES, capture_output=True, text=True, timeout=60, check=True
    )

    said, refused = ran.stdout, re.findall("^UsageError.*", ran.stderr, re.MULTILINE)
    [task_id] = set(re.findall(r"mj (task_\w+): completed, 4 pictures", said))
    files = [home / "tasks" / "sandbox" / task_id / f"{slot}.png" for slot in range(4)]
    assert [f"#{slot + 1} {file}" for slot, file in enumerate(files)] == re.findall(
        r"^  (#\d .*\.png)$", said, re.MULTILINE
    )
    assert all(file.stat().st_size > 1000 for file in files)
    assert ["UsageError: type should be 'standard' or 'creative', not 'silly'"] == refused
    assert "80003" in said
    assert "| `--speed` |" in said
    assert "object at" not in said
    assert "Traceback" not in said + ran.stderr

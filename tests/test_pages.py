"""
The examples of the documents, run as they stand against a sandbox that is really served.

Only host and key are replaced in their text. The page of APIXO has lost its examples, so its
exchange is written out here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from reapi_nb import catalog, describe
from tests.charges import charged
from tests.samples import example
from tests.sandboxes import SUBMIT
from tests.witness import page, text

_PAGES = Path(__file__).parent / "data" / "pages"
_KEY = "test-key-7"
_KEYS = ("rk_live_xxx", "YOUR_API_KEY")
_BASES = {"reapi": "https://reapi.ai/api/v1", "apixo": "https://api.apixo.ai/api/v1"}
_VARIABLES = {"reapi": "REAPI_API_KEY", "apixo": "APIXO_API_KEY"}
_APIXO = page("apixo_midjourney")
_QUICK = {
    "midjourney-v7": (page("midjourney_v7")["examples"]["quick"], 4),
    "wan-2-7-image": (page("wan_2_7")["examples"]["quick"], 1),
    "gpt-image-2-official": (page("gpt_image_2")["examples"]["quick"], 1),
}
"""What the example of each page asks for, and how many pictures the page promises for it."""

_RECIPES = page("gpt_image_2")["examples"]
_DRAFT = {"model": "mj-v7", "prompt": "a cat", "model_params": {"speed": "draft"}}
"""A parent that every edit may build on."""


@dataclass
class Served:
    """A sandbox on a port of this machine, and the folder that its ledger lies in."""

    origin: str
    home: Path

    def turn(self) -> None:
        """Let a second of the sandbox pass, so that no request is the eleventh of one."""
        moved = self._send("POST", "/_sandbox/clock", json={"advance": 1})
        assert 200 == moved.status_code, moved.text

    def run(self, *command: str, words: str = "") -> str:
        """What a command says that makes one request, with the key where each provider's is."""
        self.turn()
        environ = {**os.environ, **dict.fromkeys(_VARIABLES.values(), _KEY)}
        ran = subprocess.run(
            command, input=words, env=environ, capture_output=True, text=True, check=True
        )
        return ran.stdout

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        self.turn()
        return self._send(method, path, **more)

    def _send(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {_KEY}"}
        return httpx.request(method, self.origin + path, headers=headers, **more)

    def tasks(self) -> dict[str, dict[str, object]]:
        return charged(self.home)

    def made_by(self, body: object, path: str = SUBMIT) -> str:
        """The id of a task that is surely accepted."""
        answer = self.ask("POST", path, json=body).json()
        return answer["data"]["taskId"] if "data" in answer else answer["id"]

    def pictures(self, task_id: str, provider: str = "reapi") -> list[str]:
        """The addresses that a finished task shows."""
        if "reapi" == provider:
            task = self.ask("GET", f"/api/v1/tasks/{task_id}").json()
            assert "completed" == task["status"], task
            return task["output"]["image_urls"]
        answer = self.ask("GET", f"{_APIXO['status_path']}?taskId={task_id}").json()
        assert "success" == answer["data"]["state"], answer
        return json.loads(answer["data"]["resultJson"])["resultUrls"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("served")
    program = Path(sys.executable).with_name("reapi-nb")
    command = [program, "sandbox", "--port", "0", "--key", _KEY, "--latency", "0"]
    environ = {**os.environ, "REAPI_NB_HOME": str(home)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Served(re.search(r"http://\S+", process.stdout.readline())[0], home)
        finally:
            process.terminate()


def _here(words: str, origin: str) -> str:
    """A text of the documents with this sandbox's host and key, and nothing else changed."""
    assert any(key in words for key in _KEYS)
    for key in _KEYS:
        words = words.replace(key, _KEY)
    moved = words.replace("https://reapi.ai", origin)
    assert moved != words
    return moved


def _is_a_picture(url: str) -> bool:
    answer = httpx.get(url)
    return (200, "image/png") == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize("name", _QUICK)
@pytest.mark.parametrize(
    ("language", "command"),
    [("curl", ["bash", "-euo", "pipefail"]), ("python", [sys.executable, "-W", "error", "-"])],
)
def test_the_quick_example_of_a_page_runs_as_it_stands(served, name, language, command):
    """Pasted into a shell or into Python, it makes one task with the promised pictures."""
    body, count = _QUICK[name]
    before = served.tasks()
    words = _here((_PAGES / f"{name}-{language}.txt").read_text("utf-8"), served.origin)

    said = served.run(*command, words=words)

    made = {task: of for task, of in served.tasks().items() if task not in before}
    assert [text(body)] == list(map(text, made.values()))
    [task_id] = made
    assert task_id in said or ("midjourney-v7", "python") == (name, language)  # prints nothing
    urls = served.pictures(task_id)
    assert count == len(urls)
    assert all(map(_is_a_picture, urls))


@pytest.mark.parametrize("name", _RECIPES)
def test_a_recipe_can_be_posted(served, name):
    """Each JSON of the GPT page is a task that completes with as many pictures as it says."""
    task_id = served.made_by(_RECIPES[name])

    urls = served.pictures(task_id)

    assert text(_RECIPES[name]) == text(served.tasks()[task_id])
    assert _RECIPES[name].get("n", 1) == len(urls)


def test_an_exchange_with_apixo_by_curl(served):
    """Submit with the mode in the input, look under the model, and find JSON in a string."""
    body = _APIXO["valid"][0]["body"]
    bearer = '-H "Authorization: Bearer $APIXO_API_KEY"'
    submit = f"""curl -s -X POST {served.origin}{_APIXO["path"]} {bearer} \\
      -H "Content-Type: application/json" -d '{json.dumps(body)}'"""

    made = json.loads(served.run("bash", "-c", submit))
    query = f"?taskId={made['data']['taskId']}"
    look = f"""curl -s '{served.origin}{_APIXO["status_path"]}{query}' {bearer}"""
    task = json.loads(served.run("bash", "-c", look))

    assert (200, "success") == (made["code"], made["message"])
    assert (200, "success", "success") == (task["code"], task["message"], task["data"]["state"])
    assert made["data"]["taskId"] == task["data"]["taskId"]
    urls = json.loads(task["data"]["resultJson"])["resultUrls"]
    assert 4 == len(urls)
    assert _is_a_picture(urls[0])


@pytest.mark.parametrize("kind", catalog.REQUESTS, ids=lambda kind: kind.__name__)
def test_what_a_request_says_as_curl_makes_its_task(served, kind):
    """The command that is given away is the request, for every class that there is."""
    request = example(kind)
    base = _BASES[kind.provider]
    command, body = describe.as_curl(request, base), text(request.body())
    if request.parent_task:
        parent = served.made_by(*_parent_of(kind))
        command, body = (of.replace(request.parent_task, parent) for of in (command, body))
    moved = command.replace(_origin(base), served.origin)

    answer = json.loads(served.run("bash", "-c", moved))

    assert moved != command
    task_id = answer["data"]["taskId"] if "apixo" == kind.provider else answer["id"]
    assert body == text(served.tasks()[task_id])
    assert request.makes() == len(served.pictures(task_id, kind.provider))


def _parent_of(kind):
    """The body of a parent, and where it is posted."""
    if "apixo" == kind.provider:
        return _APIXO["parents"]["task_xxx"], _APIXO["path"]
    return _DRAFT, SUBMIT


def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"

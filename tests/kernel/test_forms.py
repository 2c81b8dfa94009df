"""A form in a real kernel: opened by a line, filled in and pressed as its page does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.charges import charged
from tests.faults.kernel import until
from tests.kernels import CELL_S, WIDGET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernels import Kernel, Ran


ELSEWHERE = """
import threading
form = get_ipython()._reapi_nb.desk.screen._forms[-1]
pressing = threading.Thread(target=form.submit.click)
pressing.start()
pressing.join()
"""
"""A press that comes on a thread that is not the kernel's own."""


class Opened:
    """A form that a cell has displayed, as its page knows it."""

    def __init__(self, kernel: Kernel, ran: Ran) -> None:
        self._kernel = kernel
        self.shown = next(
            one["content"]["data"]
            for one in ran.messages
            if WIDGET in one["content"].get("data", {})
        )
        self._models: dict[str, dict[str, Any]] = {}
        self.hear(ran)

    def hear(self, ran: Ran) -> None:
        """Keep what the kernel said while a cell ran."""
        for one in [*ran.messages, *ran.beside]:
            self._hear(one)

    def state(self, **having: Any) -> dict[str, Any]:
        """What the page knows of the one widget like this."""
        return self._models[self._id(**having)]

    def set(self, label: str, value: str) -> None:
        """Type into a control, or choose in it."""
        model = self._id(description=label)
        of = self._models[model]
        at = {"index": of["_options_labels"].index(value)} if "index" in of else {"value": value}
        self._tell((model, {"method": "update", "state": at, "buffer_paths": []}))

    def press(self, label: str, times: int = 1) -> None:
        """Press a button, and again before anything is answered."""
        [model] = (
            one for one, of in self._models.items() if of.get("description", "").startswith(label)
        )
        self._tell(*[(model, {"method": "custom", "content": {"event": "click"}})] * times)

    def _id(self, **having: Any) -> str:
        [model] = (
            model
            for model, of in self._models.items()
            if all(of.get(name) == value for name, value in having.items())
        )
        return model

    def _tell(self, *told: tuple[str, dict[str, Any]]) -> None:
        """Send messages in a row, and hear what the kernel says until it has done the last."""
        client = self._kernel.client
        for comm_id, data in told:
            message = client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
            client.shell_channel.send(message)
        while True:
            heard = client.get_iopub_msg(timeout=CELL_S)
            self._hear(heard)
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                return

    def _hear(self, told: dict[str, Any]) -> None:
        """Keep what the kernel says of its widgets."""
        content = told["content"]
        if told["msg_type"] == "comm_open":
            self._models[content["comm_id"]] = dict(content["data"]["state"])
        elif told["msg_type"] == "comm_msg" and content["comm_id"] in self._models:
            self._models[content["comm_id"]] |= content["data"].get("state", {})


def test_a_form_is_filled_in_and_pressed_twice(kernel: Kernel, library: Path):
    """What was chosen is the body, a double click is one charge, and its board is in the form."""
    form = Opened(kernel, kernel.run("%reapi form mj"))
    before = len(charged(library))

    form.set("prompt", "a lighthouse --ar 3:2")
    form.set("speed", "draft")
    form.press("Submit", times=2)

    until(lambda: len(charged(library)) > before)
    kernel.run("%reapi wait")
    *_, (task_id, body) = charged(library).items()
    params = {"speed": "draft"}
    asked = {"model": "mj-v7", "prompt": "a lighthouse --ar 3:2", "model_params": params}
    assert "<reAPI form: mj>" == form.shown["text/plain"]
    assert asked == body
    assert before + 1 == len(charged(library))
    [board] = form.state(_dom_classes=["rf-boards"])["children"]
    assert kernel.run(f"%reapi show {task_id}").board == board.removeprefix("IPY_MODEL_")


def test_a_form_of_a_variable_names_its_task(kernel: Kernel):
    """A picture is named by its task, because the variable may hold another job tomorrow."""
    kernel.run('grid = %reapi mj "a stone well" --speed draft')
    kernel.run("%reapi wait")
    task_id = kernel.run("print(grid.task_id)").text.strip()

    form = Opened(kernel, kernel.run("%reapi form upscale grid#2"))

    assert f"{task_id}#2" == form.state(description="picture")["value"]
    assert "Submit" in form.state(description="Submit \u00b7 ~131 credits")["description"]


def test_what_has_no_form_is_one_line(kernel: Kernel):
    """A wrong nick is refused like any other word."""
    said = kernel.run("%reapi form upscal", fail=True).text

    assert "did you mean %reapi form upscale?" in said
    assert "Traceback" not in said


def test_a_press_on_another_thread_shows_its_board(kernel: Kernel, library: Path):
    """Handlers may run on any thread of the kernel, as uploads and subshells do."""
    form = Opened(kernel, kernel.run("%reapi form mj"))
    form.set("prompt", "a harbour at dawn")
    before = len(charged(library))

    form.hear(kernel.run(ELSEWHERE))

    until(lambda: len(charged(library)) > before)
    [board] = form.state(_dom_classes=["rf-boards"])["children"]
    task_id = list(charged(library))[-1]
    assert kernel.run(f"%reapi show {task_id}").board == board.removeprefix("IPY_MODEL_")

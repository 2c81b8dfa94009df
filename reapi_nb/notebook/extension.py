"""What `%load_ext reapi_nb` adds to a shell, and what `%unload_ext` takes away again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reapi_nb.notebook.magics import ReapiMagics
from reapi_nb.notebook.question import MAGIC, PromptEndsInQuestion

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_ATTRIBUTE = "_reapi_nb"
_SHOWN = (("reapi_nb.session.handles", "Job"), ("reapi_nb.session.plan", "Plan"))
"""What a board is shown for at the end of a cell; by name, because it is loaded later."""


def load(shell: InteractiveShell) -> None:
    """Add the magic once; loading again changes nothing."""
    if getattr(shell, _ATTRIBUTE, None) is not None:
        return
    magics = ReapiMagics(shell)
    shell.register_magics(magics)
    shell.input_transformer_manager.token_transformers.append(PromptEndsInQuestion)
    for module, name in _SHOWN:
        _formatter(shell).for_type_by_name(module, name, magics.put_on_screen)
    setattr(shell, _ATTRIBUTE, magics)
    _set_completion(shell, on=True)
    magics.start()


def unload(shell: InteractiveShell) -> None:
    """Stop the engine and leave the shell as it was found."""
    magics: ReapiMagics | None = getattr(shell, _ATTRIBUTE, None)
    if magics is None:
        return
    magics.stop()
    setattr(shell, _ATTRIBUTE, None)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop(MAGIC, None)
    shell.input_transformer_manager.token_transformers.remove(PromptEndsInQuestion)
    for module, name in _SHOWN:
        _formatter(shell).pop(f"{module}.{name}", None)
    _set_completion(shell, on=False)


def _formatter(shell: InteractiveShell) -> Any:
    """What decides how a value at the end of a cell is displayed."""
    assert shell.display_formatter is not None
    return shell.display_formatter.ipython_display_formatter


def _set_completion(shell: InteractiveShell, *, on: bool) -> None:
    try:
        from reapi_nb.notebook.completion import reapi_matcher  # noqa: PLC0415
    except ImportError:
        return  # a shell that is older than matchers does without
    matchers = shell.Completer.custom_matchers
    matchers.append(reapi_matcher) if on else matchers.remove(reapi_matcher)

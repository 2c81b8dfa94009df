"""Every threat to keys, pages and machines, and the tests that keep it away."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import reapi_nb
from reapi_nb import catalog, command

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
HOUSE = Path(reapi_nb.__file__).parent
_A_TEST = (ast.FunctionDef, ast.AsyncFunctionDef)

THREATS: dict[str, list[str]] = {
    # A key saved with a widget
    "S1": [
        "kernel/test_canary.py::test_no_key_is_in_any_file",
        "kernel/test_canary.py::test_what_is_saved_holds_nothing_active",
        "kernel/test_keys.py::test_a_key_in_a_form_is_wiped",
        "kernel/test_refusals.py::test_login_keeps_the_key_where_only_its_owner_reads_it",
        "test_threats.py::test_no_field_and_no_widget_asks_for_a_key",
    ],
    # A key typed in a cell
    "S2": [
        "kernel/test_keys.py::test_a_key_in_a_cell_is_refused_unseen",
        "kernel/test_keys.py::test_nothing_of_a_refused_key_is_kept",
        "kernel/test_keys.py::test_a_key_in_a_boards_form_is_refused_unseen",
        "kernel/test_keys.py::test_a_key_in_a_form_is_wiped",
        "kernel/test_refusals.py::test_a_bad_line_is_one_line_of_advice",
        "test_command_keys.py::test_no_refusal_repeats_a_key",
        "test_command_keys.py::test_no_refusal_shows_a_piece_of_a_key",
        "test_settings_keys.py::test_a_key_is_known_wherever_it_stands",
        "test_settings_keys.py::test_every_key_in_force_is_known",
    ],
    # Reprs, variables, pickles
    "S3": [
        "test_canary.py::test_nothing_that_is_public_shows_the_key",
        "test_canary.py::test_no_object_of_ours_holds_the_key_as_text",
        "test_settings_keys.py::test_a_secret_shows_nothing",
        "test_settings_keys.py::test_a_secret_cannot_be_taken_apart_or_copied",
        "kernel/test_canary.py::test_no_key_is_in_any_message",
    ],
    # Tracebacks with variables
    "S4": [
        "test_canary.py::test_an_error_of_the_api_has_no_key_in_its_frames",
        "test_canary.py::test_an_error_on_the_engines_thread_has_no_key_in_its_frames",
        "test_canary.py::test_a_key_that_cannot_be_used_is_in_no_frame",
        "test_canary.py::test_a_slip_in_an_argument_shows_no_environment",
        "test_canary.py::test_a_damaged_key_file_is_in_no_frame",
        "kernel/test_canary.py::test_every_part_of_that_life_was_lived",
        "kernel/test_canary.py::test_no_key_is_in_any_file",
    ],
    # Logs
    "S5": [
        "test_canary.py::test_only_http_1_is_spoken_whatever_is_offered",
        "test_threats.py::test_nobody_asks_for_http_2",
        "kernel/test_canary.py::test_no_key_is_in_any_file",
    ],
    # Copies as curl and code
    "S6": [
        "test_describe_text.py::test_a_shell_runs_nothing_in_a_prompt",
        "test_describe_text.py::test_a_curl_command_holds_no_key",
        "test_describe_text.py::test_a_curl_command_quotes_any_prompt",
        "test_describe_text.py::test_a_strange_address_is_quoted_too",
        "test_curl.py::test_curl_gets_what_was_asked_for_and_the_shell_runs_nothing",
        "test_curl.py::test_a_script_of_python_is_one_call",
    ],
    # What the library keeps
    "S7": [
        "test_library_words.py::test_no_key_is_written_down",
        "test_money.py::test_the_key_is_written_nowhere",
        "test_settings_keys.py::test_an_account_is_told_apart_by_a_tag",
        "test_sandbox_keys.py::test_no_key_is_ever_written_down",
    ],
    # The key on its way to others
    "S8": [
        "test_client.py::test_the_key_goes_to_the_api_and_nowhere_else",
        "test_client.py::test_a_request_to_another_origin_is_not_signed",
        "test_client.py::test_a_submit_is_never_redirected",
        "test_client.py::test_no_cookie_is_ever_sent_back",
        "test_client.py::test_a_proxy_in_the_environment_sees_nothing",
        "test_client_apixo.py::test_the_key_goes_to_the_api_and_nowhere_else",
        "kernel/test_canary.py::test_each_key_goes_to_its_own_api_in_one_header",
    ],
    # Another base URL
    "S9": [
        "test_canary.py::test_a_kept_key_is_bound_to_its_origin",
        "test_canary.py::test_a_key_in_an_address_is_refused_and_not_repeated",
        "test_settings_keys.py::test_a_kept_key_goes_to_its_own_origin_only",
        "test_settings.py::test_plain_http_is_for_this_machine_only",
        "test_settings_places.py::test_no_key_goes_to_the_other_provider",
        "test_settings_places.py::test_an_address_that_is_given_without_a_place_gets_no_key_of_apixos",
    ],
    # Markup in text
    "S10": [
        "browser/test_board_hostile.py::test_text_makes_no_element_whatever_field_it_is_in",
        "browser/test_board_hostile.py::test_not_even_names_of_ours_make_an_element",
        "browser/test_board_answers.py::test_what_a_form_says_stays_text",
        "test_hostile_text.py::test_a_form_shows_it_as_text",
        "test_hostile_text.py::test_a_table_shows_it_as_text",
        "test_form.py::test_text_never_becomes_an_element",
        "kernel/test_canary.py::test_what_is_saved_holds_nothing_active",
        "test_threats.py::test_no_page_turns_text_into_markup_or_code",
    ],
    # Names that hide others, text that turns round
    "S11": [
        "browser/test_board_hostile.py::test_text_makes_no_element_whatever_field_it_is_in",
        "browser/test_board_hostile.py::test_a_copy_is_what_was_typed",
        "test_hostile_text.py::test_a_terminal_is_told_nothing_but_text",
    ],
    # Paths
    "S12": [
        "test_library_files.py::test_no_task_id_leads_out_of_the_library",
        "test_library_files.py::test_no_two_task_ids_share_a_folder",
        "test_library_words.py::test_no_word_leads_out_of_its_folder",
        "test_engine_pictures.py::test_a_hostile_task_id_stays_inside_the_library",
        "test_client.py::test_a_task_id_cannot_leave_its_path",
        "test_client_apixo.py::test_a_task_id_cannot_leave_its_place",
    ],
    # Links in the library
    "S13": [
        "test_library_files.py::test_nothing_is_written_through_a_link_out_of_the_library",
        "test_library_files.py::test_a_link_in_place_of_a_picture_is_replaced",
        "test_library_files.py::test_a_new_file_is_never_opened_through_a_link",
        "test_library_files.py::test_no_database_is_opened_through_a_link",
        "test_library_files.py::test_nothing_else_is_written_through_a_link",
        "test_library_sweeping.py::test_links_are_not_followed",
    ],
    # A picture's address that leads inside
    "S14": [
        "test_client_hops.py::test_a_connection_goes_to_the_address_that_was_judged",
        "test_client_hops.py::test_a_name_that_changes_its_mind_leads_nowhere",
        "test_client_hops.py::test_every_hop_is_judged_by_its_own_name",
        "test_client_hops.py::test_a_hop_that_leads_astray_is_refused_unasked",
        "test_client_pictures.py::test_a_pictures_link_does_not_lead_into_this_machine_or_its_network",
        "test_client_pictures.py::test_a_pictures_link_may_lead_on_three_times",
    ],
    # Addresses that look public
    "S15": [
        "test_addresses.py::test_an_address_that_not_everybody_reaches_is_not_public",
        "test_addresses.py::test_a_host_is_judged_however_it_is_spelled",
        "test_addresses.py::test_one_answer_that_leads_inside_spoils_all",
        "test_addresses.py::test_the_systems_resolver_leads_no_spelling_inside",
    ],
    # Addresses that users give
    "S16": [
        "test_session_parents.py::test_a_server_is_not_asked_to_fetch_from_this_machine_or_network",
        "test_session_sources.py::test_a_link_with_a_password_is_refused_wherever_it_stands",
        "test_session_parents.py::test_every_link_of_a_request_is_looked_at",
    ],
    # Bombs
    "S17": [
        "test_pictures_hostile.py::test_bombs_are_refused_and_nothing_grows",
        "test_client_patience.py::test_a_packed_picture_is_refused_unread",
        "test_client_patience.py::test_a_body_without_an_end_is_refused_where_it_grows_too_large",
        "test_pictures.py::test_too_many_pixels_are_refused_before_they_are_decoded",
    ],
    # Files that are no pictures
    "S18": [
        "test_pictures_hostile.py::test_only_three_formats_are_opened_at_all",
        "test_pictures_hostile.py::test_a_picture_with_another_file_behind_it_is_refused",
        "test_pictures_hostile.py::test_files_that_lie_about_themselves_are_refused",
        "test_client_pictures.py::test_a_picture_is_what_its_bytes_say",
        "browser/test_board_lightbox.py::test_what_is_no_picture_is_saved_without_a_pictures_name",
    ],
    # What a picture says besides its pixels
    "S19": [
        "test_pictures_hostile.py::test_a_thumbnail_is_nothing_but_pixels",
        "test_pictures.py::test_a_thumbnail_tells_nothing_about_its_picture",
    ],
    # Data that is run
    "S20": [
        "test_threats.py::test_no_data_is_ever_run",
    ],
    # Variables in a prompt
    "S21": [
        "test_prompts_properties.py::test_any_template_is_expanded_or_refused",
        "test_prompts_properties.py::test_a_value_is_never_changed",
        "test_prompts_refusals.py::test_only_a_name_stands_in_two_braces",
        "test_prompts_refusals.py::test_other_values_are_refused",
        "test_command_properties.py::test_a_value_is_only_words",
        "kernel/test_magics.py::test_braces_are_midjourneys_although_a_variable_has_their_name",
        "kernel/test_plans.py::test_a_variables_value_is_nothing_but_words",
        "test_threats.py::test_a_template_runs_nothing",
    ],
    # Options that are prompts, and prompts that are options
    "S22": [
        "test_command_properties.py::test_a_prompt_in_quotes_arrives_byte_by_byte",
        "test_command_properties.py::test_a_prompt_without_quotes_arrives_byte_by_byte",
        "test_command_properties.py::test_a_prompt_below_its_line_arrives_byte_by_byte",
        "test_command_properties.py::test_an_option_means_the_same_on_either_side",
        "test_command.py::test_a_prompt_goes_out_as_it_was_typed",
        "kernel/test_magics.py::test_a_prompt_arrives_as_it_was_typed",
    ],
    # The served sandbox
    "S23": [
        "test_sandbox_door.py::test_a_strange_name_is_refused_on_every_path_and_method",
        "test_sandbox_door.py::test_a_rebound_name_is_refused_on_every_path",
        "test_sandbox_door.py::test_a_request_line_names_no_host",
        "test_sandbox_door.py::test_what_a_page_asks_for_is_refused",
        "test_sandbox_door.py::test_no_page_is_ever_allowed_in",
        "test_sandbox_door.py::test_a_body_that_a_form_could_send_is_refused",
        "test_sandbox_door.py::test_a_real_key_is_refused_and_not_written_down",
        "test_sandbox_door.py::test_controls_open_to_its_own_key_only",
        "test_sandbox_door.py::test_it_listens_on_this_machine_only",
        "test_sandbox_serve.py::test_it_answers_only_to_the_names_of_this_machine",
    ],
    # Files that others can read
    "S24": [
        "test_library_files.py::test_everything_is_closed_to_others",
        "test_settings_keys.py::test_a_kept_key_is_closed_to_others",
        "test_settings_keys.py::test_a_key_that_others_can_read_is_not_used",
    ],
    # Runs that pay without end
    "S25": [
        "kernel/test_money.py::test_one_dear_request_waits_and_a_rerun_of_it_never_asks",
        "kernel/test_money.py::test_several_that_are_dear_together_wait",
        "kernel/test_money.py::test_a_kernel_can_have_a_cap_of_its_own",
        "kernel/test_money.py::test_a_run_without_a_person_goes_on_and_says_what_to_type",
        "test_money.py::test_the_daily_cap_is_not_passed",
        "test_traps_of_models.py::test_trap_5_a_quality_that_nobody_chose_is_billed_as_high",
        "test_session_again.py::test_the_same_cell_after_a_restart_is_the_same_job",
    ],
    # Other people's code
    "S26": [
        "test_threats.py::test_only_what_is_declared_is_imported",
        "test_threats.py::test_no_page_loads_anything_from_elsewhere",
        "browser/test_board_surface.py::test_nothing_is_fetched_from_elsewhere",
    ],
    # Talking to anybody else
    "S27": [
        "kernel/test_silence.py::test_nothing_leaves_a_kernel_on_the_sandbox",
        "test_client_hops.py::test_the_embedded_sandbox_resolves_nothing",
        "test_client_hops.py::test_a_request_says_nothing_of_who_asks",
        "kernel/test_canary.py::test_each_key_goes_to_its_own_api_in_one_header",
    ],
}
"""Where each threat is tested, by its row: files below this folder."""


def test_every_threat_has_its_place():
    """Twenty-seven threats, none forgotten."""
    assert [f"S{number}" for number in range(1, 28)] == list(THREATS)
    assert all(THREATS.values())


@pytest.mark.parametrize("row", THREATS)
def test_the_tests_of_a_threat_exist(row):
    """A place that is named is a test."""
    for place in THREATS[row]:
        file, _, name = place.partition("::")
        body = ast.parse((TESTS / file).read_text("utf-8")).body
        assert name in {node.name for node in body if isinstance(node, _A_TEST)}, place


# S1


def test_no_field_and_no_widget_asks_for_a_key():
    """No option of any line is for one, so no form has a control for it, and no control hides."""
    asked = {
        name
        for kind in catalog.REQUESTS
        for name in (*kind.model_fields, *command.options(kind), *kind.wire_names().values())
    }
    secret = re.compile(r"(?i)(^|_)(api_?)?(key|token|secret|password|auth\w*)($|_)")

    assert len(asked) > 50
    assert [] == [name for name in asked if secret.search(name)]
    assert "Password" not in {name for _, name in _names()}


# S5


def test_nobody_asks_for_http_2():
    """Neither an argument nor a dependency does."""
    arguments = {word.arg for _, tree in _trees() for word in ast.walk(tree) if _is_keyword(word)}
    declared = " ".join(_project()["dependencies"]).lower()

    assert "verify" in arguments  # the transports are among what was looked at
    assert "http2" not in arguments
    assert not re.search(r"\bh2\b|hpack|\[http2\]", declared)


def _is_keyword(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword)


# S20

_RUNS = {"eval", "exec", "compile", "execfile", "__import__"}
_LOADS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "diskcache"}
_LOADS |= {"yaml", "jsonpickle", "copyreg"}
_RUNNERS = {"run_cell", "system", "popen", "literal_eval", "ev", "ex"}


def _run(tree: ast.AST) -> Iterator[str]:
    """Everything in a file that could run data."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from {node.func.id} & _RUNS
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from {node.func.attr} & _RUNNERS
            yield from (word.arg for word in node.keywords if word.arg == "shell")
        elif isinstance(node, ast.Import):
            yield from {alias.name.split(".")[0] for alias in node.names} & _LOADS
        elif isinstance(node, ast.ImportFrom):
            yield from {(node.module or "").split(".")[0]} & _LOADS


def test_no_data_is_ever_run():
    """JSON is all that is read: no pickles, no eval, no shell."""
    found = [f"{name}: {what}" for name, tree in _trees() for what in _run(tree)]

    assert [] == found


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "def f():\n    import shelve",
        "eval(x)",
        "exec(x)",
        "import yaml; yaml.load(x)",
        "os.system(x)",
        "subprocess.run(x, shell=True)",
        "__import__(x)",
        "shell.run_cell(x)",
    ],
)
def test_what_runs_data_is_found(source):
    """The rule catches what it is for."""
    assert list(_run(ast.parse(source)))


# S10, S26

_SINKS = re.compile(
    r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc"
    r"|\beval\b|new\s+Function|document\.write|setTimeout\(\s*[\"'`]|javascript:|\bimport\s*\("
    r"|importScripts|XMLHttpRequest|\bfetch\(|WebSocket|EventSource|sendBeacon"
)


def test_no_page_turns_text_into_markup_or_code():
    """No file of a page has a way to do it, or to talk to anybody but its widget."""
    files = _static("js")

    assert len(files) > 15
    assert [] == [f"{name}: {hit}" for name, text in files.items() for hit in _SINKS.findall(text)]


def test_no_page_loads_anything_from_elsewhere():
    """Neither scripts nor styles name an address, but for that of the SVG namespace."""
    files = {**_static("js"), **_static("css"), **_static("html")}
    addresses = re.compile(r"(?:https?:)?//[\w.-]+\.\w{2,}[^\s\"'`)]*|@import|url\((?!['\"]?data:)")

    found = {hit for text in files.values() for hit in addresses.findall(_uncommented(text))}

    assert found <= {"http://www.w3.org/2000/svg"}


def _static(ending: str) -> dict[str, str]:
    files = (HOUSE / "notebook" / "static").rglob(f"*.{ending}")
    return {file.name: file.read_text("utf-8") for file in files}


def _uncommented(text: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)


# S21


@pytest.mark.parametrize(
    "prompt",
    [
        "a {__import__('os').getpid()} cat",
        "a {0.__class__} cat",
        "a {session.settings.key} cat",
        "a {cat!r} {cat:>9} cat",
        "a $HOME `id` $(id) %(cat)s %s cat",
        "a {{cat.__class__}} cat",
        "a {{cat[0]}} cat",
        "a {{cat()}} cat",
        "a {{ __import__('os') }} cat",
        "a {{cat!r}} cat",
        "a {{{cat}}} cat",
    ],
)
def test_a_template_runs_nothing(prompt):
    """No attribute, index, call or format of a value is asked for: it is refused, or stays text."""
    asked: list[str] = []

    class Trap:
        def __getattribute__(self, name: str) -> object:
            asked.append(name)
            return object.__getattribute__(self, name)

    holds = {"cat": "black", "session": Trap(), "os": Trap()}
    try:
        asked_for = command.parse("mj", prompt, values=holds.__getitem__)
        texts = [one.words for one in asked_for.requests]
    except reapi_nb.errors.InvalidRequest:
        texts = []

    assert [] == [name for name in asked if name != "__class__"]
    assert not [text for text in texts if "<" in text or "object at" in text]
    assert not [text for text in texts if re.search(r"\d{3,}", text)]


# S26

_STANDARD_ONLY = {"reapi_nb"}
_IMPORTED_AS = {"nest-asyncio2": "nest_asyncio2", "ipython": "IPython", "pillow": "PIL"}
_WITH_OTHERS = {
    "traitlets": "ipywidgets",
    "pydantic_core": "pydantic",
    "botocore": "boto3",
}
"""What comes with a dependency and is part of its interface."""

MOST = 11
"""So many packages, and no more, can take the key along."""


def test_only_what_is_declared_is_imported():
    """Whatever runs is on the list of the project's dependencies, and that is short."""
    project = _project()
    optional = [*project["optional-dependencies"]["lab"], *project["optional-dependencies"]["s3"]]
    declared = {_module(one) for one in (*project["dependencies"], *optional)}

    imported = {_WITH_OTHERS.get(one, one) for one in _imported()}

    assert imported - set(sys.stdlib_module_names) - _STANDARD_ONLY <= declared
    assert len(project["dependencies"]) <= MOST


def _module(requirement: str) -> str:
    name = re.match(r"[\w-]+", requirement)[0]
    return _IMPORTED_AS.get(name, name)


def _imported() -> set[str]:
    """The first part of every name that is imported, wherever that stands."""
    found = set()
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").split(".")[0])
    return found


# what is looked at


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(HOUSE.rglob("*.py")):
        yield str(file.relative_to(HOUSE)), ast.parse(file.read_text("utf-8"))


def _names() -> Iterator[tuple[str, str]]:
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                yield name, node.attr
            elif isinstance(node, ast.Name):
                yield name, node.id


def _project() -> dict:
    return tomllib.loads((HOUSE.parent / "pyproject.toml").read_text("utf-8"))["project"]

"""Every trap of the wire contract, and the tests that keep us out of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
_A_TEST = (ast.FunctionDef, ast.AsyncFunctionDef)

TRAPS: dict[int, list[str]] = {
    # Money
    1: [
        "test_engine_submits.py::test_a_submit_of_unknown_outcome_is_never_sent_again",
        "test_client.py::test_a_submit_is_never_redirected",
    ],
    2: [
        "test_session_again.py::test_the_same_cell_after_a_restart_is_the_same_job",
        "test_session_again.py::test_fresh_pays_again_and_counts_from_then_on",
    ],
    3: [
        "kernel/test_plans.py::test_many_requests_wait_for_run_and_are_sent_once",
    ],
    4: [
        "test_command_templates.py::test_every_prompt_is_charged_for_what_it_says",
        "test_flag_refusals.py::test_a_long_dash_left_before_a_flag_is_refused",
    ],
    5: [
        "test_traps_of_models.py::test_trap_5_a_quality_that_nobody_chose_is_billed_as_high",
    ],
    6: [
        "test_prices.py::test_a_bill_is_rounded_up_once_and_never_by_a_binary_fraction",
    ],
    7: [
        "test_traps_rehearsed.py::test_trap_7_three_pictures_cost_as_much_as_four",
    ],
    8: [
        "browser/test_board_presses.py::test_a_double_click_is_one_message",
    ],
    9: [
        "test_handles.py::test_waiting_has_an_end_if_it_is_told_to",
        "test_engine_resume.py::test_a_job_that_was_given_up_can_be_looked_at_again",
    ],
    # Shape
    10: [
        "test_wire_reapi.py::test_every_documented_place_of_the_task_id_is_found",
    ],
    11: [
        "test_wire_reapi_looks.py::test_the_documented_failed_task_is_a_failure_although_the_status_is_200",
        "test_catalog_apixo.py::test_a_failed_task_comes_with_status_and_code_200",
    ],
    12: [
        "test_wire_reapi.py::test_a_number_written_as_text_is_the_same_code",
        "test_wire_reapi.py::test_a_refusal_without_the_envelope_proves_nothing",
    ],
    13: [
        "test_traps_of_models.py::test_trap_13_the_name_of_an_error_is_no_status",
    ],
    14: [
        "test_wire_reapi_looks.py::test_midjourneys_shorter_example_is_read_as_well",
    ],
    15: [
        "test_wire_apixo_looks.py::test_the_sandbox_answers_a_look_as_documented",
    ],
    16: [
        "test_wire_apixo_looks.py::test_the_documented_successful_task_is_read_whole",
        "test_catalog_apixo.py::test_a_task_completes_with_its_pictures_in_a_string",
    ],
    17: [
        "test_traps_of_models.py::test_trap_17_each_provider_has_its_own_spelling",
    ],
    18: [
        "test_traps_rehearsed.py::test_trap_18_keys_in_the_wrong_place_are_refused_or_ignored",
    ],
    # Index
    19: [
        "test_traps_of_models.py::test_trap_19_number_3_of_people_is_2_on_both_wires",
    ],
    20: [
        "test_job.py::test_a_picture_is_sent_by_its_slot_unless_places_are_counted",
        "test_engine_looks.py::test_fewer_pictures_are_a_success_and_keep_their_numbers",
    ],
    # Model rules
    21: [
        "test_catalog.py::test_a_class_has_the_fields_of_its_row_and_no_others",
        "test_catalog_edits.py::test_enhance_is_for_drafts_only",
    ],
    22: [
        "test_traps_of_models.py::test_trap_22_each_scale_has_its_own_end",
    ],
    23: [
        "test_traps_of_models.py::test_trap_23_an_emoji_counts_twice_in_every_prompt",
        "test_catalog_apixo.py::test_a_prompt_is_as_long_as_elsewhere",
    ],
    24: [
        "test_traps_of_models.py::test_trap_24_only_wan_edits_without_words",
    ],
    25: [
        "test_traps_of_models.py::test_trap_25_each_model_has_its_own_picture_that_shapes",
        "test_sandbox_models.py::test_the_last_picture_shapes_wans_edits_and_the_first_one_gpts",
    ],
    26: [
        "test_sandbox_models.py::test_a_gpt_mask_is_painted_where_it_is_transparent",
        "test_artist_regions.py::test_what_is_transparent_in_a_mask_image_stays",
    ],
    27: [
        "test_traps_of_models.py::test_trap_27_what_will_be_ignored_is_said",
    ],
    28: [
        "test_traps_of_models.py::test_trap_28_examples_of_the_pages_may_be_wrong",
    ],
    29: [
        "test_traps_of_models.py::test_trap_29_each_model_has_its_own_seeds",
    ],
    30: [
        "test_traps_of_models.py::test_trap_30_weights_are_dead_but_in_style_references",
    ],
    31: [
        "test_flag_refusals.py::test_a_flag_that_v7_lost_is_refused_with_what_to_type",
    ],
    32: [
        "test_flags.py::test_the_defaults_are_those_of_the_page",
    ],
    33: [
        "test_traps_of_models.py::test_trap_33_no_omni_reference_in_drafts",
    ],
    # Polling
    34: [
        "test_limiter.py::test_a_server_never_sees_more_than_ten_requests_in_a_second",
        "test_two_kernels.py::test_two_busy_kernels_never_meet_the_rate_limit",
    ],
    35: [
        "test_turns.py::test_submits_go_first",
        "test_limiter.py::test_a_server_never_sees_more_than_ten_requests_in_a_second",
    ],
    36: [
        "test_engine_looks.py::test_looking_outlives_a_bad_network",
    ],
    37: [
        "test_engine_looks.py::test_an_unknown_task_is_given_a_minute",
        "test_engine_looks.py::test_a_key_that_is_not_accepted_any_more_stops_the_looking",
    ],
    # Assets and cache
    38: [
        "test_engine_pictures.py::test_a_dead_link_is_renewed_once",
        "test_library_files.py::test_a_crash_leaves_no_half_picture",
    ],
    39: [
        "test_traps_of_models.py::test_trap_39_a_saved_notebook_has_small_pictures_and_no_address",
    ],
    40: [
        "test_engine_pictures.py::test_a_picture_is_kept_under_what_it_is",
    ],
    41: [
        "test_session.py::test_a_picture_of_another_origin_is_no_parent",
        "test_library_files.py::test_no_task_id_leads_out_of_the_library",
    ],
    42: [
        "test_engine_resume.py::test_what_the_server_has_is_looked_at",
    ],
    43: [
        "test_client.py::test_the_key_goes_to_the_api_and_nowhere_else",
    ],
    # Jupyter
    44: [
        "kernel/test_magics.py::test_braces_are_midjourneys_although_a_variable_has_their_name",
    ],
    45: [
        "kernel/test_magics.py::test_a_prompt_arrives_as_it_was_typed",
    ],
    46: [
        "test_question.py::test_a_prompt_that_asks_still_runs",
    ],
    47: [
        "test_command_properties.py::test_a_prompt_without_quotes_arrives_byte_by_byte",
        "test_command_templates.py::test_curly_quotes_around_a_prompt_are_quotes",
    ],
    48: [
        "test_command.py::test_flags_may_stand_on_either_side_of_the_prompt",
    ],
    49: [
        "kernel/test_shell.py::test_a_board_fills_while_a_cell_keeps_the_kernel_busy",
        "kernel/test_headless.py::test_a_job_outlives_its_kernel",
    ],
    50: [
        "test_traps_of_models.py::test_trap_50_nothing_here_looks_like_a_live_key",
        "test_money.py::test_the_key_is_written_nowhere",
    ],
    # The sandbox
    51: [
        "test_session_parents.py::test_a_server_on_this_machine_may_fetch_from_it",
        "test_session_parents.py::test_a_server_is_not_asked_to_fetch_from_this_machine_or_network",
    ],
    52: [
        "test_traps_rehearsed.py::test_trap_52_every_refusal_of_a_submit_can_be_rehearsed",
        "test_traps_rehearsed.py::test_trap_52_a_connection_may_break_after_the_charge",
        "test_traps_rehearsed.py::test_trap_52_the_id_may_stand_where_v8_puts_it",
        "test_traps_rehearsed.py::test_trap_52_codes_may_be_numbers_or_text",
        "test_traps_rehearsed.py::test_trap_52_every_end_of_a_task_can_be_rehearsed",
    ],
}
"""Where each trap of the contract is tested, by its number: files below this folder."""


def test_every_trap_has_its_place():
    """Fifty-two traps, none forgotten."""
    assert list(range(1, 53)) == list(TRAPS)
    assert all(TRAPS.values())


@pytest.mark.parametrize("number", TRAPS)
def test_the_tests_of_a_trap_exist(number):
    """A place that is named is a test; one that is named after a trap belongs to that trap."""
    for place in TRAPS[number]:
        file, _, name = place.partition("::")
        assert name in _tests_of(TESTS / file)
        assert not name.startswith("test_trap_") or name.startswith(f"test_trap_{number}_")


def test_no_test_of_a_trap_is_left_out_of_the_table():
    """What is named after a trap stands beside it."""
    ours = {name for file in TESTS.glob("test_traps_*.py") for name in _tests_of(file)}

    listed = {place.partition("::")[2] for places in TRAPS.values() for place in places}

    assert {name for name in ours if name.startswith("test_trap_")} <= listed


def _tests_of(file: Path) -> set[str]:
    body = ast.parse(file.read_text("utf-8")).body
    return {node.name for node in body if isinstance(node, _A_TEST)}

"""Every row of the fault matrix, and the tests that hold its promise."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
_A_TEST = (ast.FunctionDef, ast.AsyncFunctionDef)
_STORM = "test_storm.py::test_what_is_promised_is_kept"
_KILLS = "test_kill_everywhere.py::test_what_is_promised_outlives_a_kill"

ROWS: dict[int, list[str]] = {
    # Submits
    1: [
        "test_money.py::test_the_journal_is_written_before_the_request_leaves",
        "test_faults_submits.py::test_the_row_is_on_the_disk_before_the_request_leaves",
        "kernel/test_headless.py::test_a_job_outlives_its_kernel",
    ],
    2: [
        "test_money.py::test_what_never_left_is_sent_when_the_server_is_there",
        "test_client.py::test_a_closed_port_proves_that_nothing_was_sent",
        "test_client.py::test_a_name_without_an_address_proves_that_nothing_was_sent",
        "test_client.py::test_a_failed_encryption_proves_that_nothing_was_sent",
        _STORM,
    ],
    3: [
        "test_faults_submits.py::test_what_cannot_be_known_makes_no_difference",
        "test_money.py::test_an_answer_that_is_lost_is_never_asked_for_with_a_second_post",
        "test_client.py::test_a_submit_has_a_total_deadline",
        _STORM,
    ],
    4: [
        "test_client.py::test_a_task_id_that_arrives_is_never_lost",
        "test_client.py::test_what_proves_nothing_is_unknown",
        "test_faults_submits.py::test_an_answer_without_end_is_not_read_to_its_end",
        "test_wire_reapi.py::test_no_answer_can_break_the_reader",
        _STORM,
    ],
    5: [
        "test_client.py::test_every_form_of_retry_after_becomes_a_sensible_wait",
        "test_faults_submits.py::test_a_wait_of_no_time_is_no_storm",
        "test_pace.py::test_a_wait_is_neither_a_storm_nor_for_ever",
    ],
    6: [
        "test_client.py::test_the_apis_own_refusal_proves_that_nothing_was_created",
        "test_money.py::test_a_refusal_costs_nothing",
        "test_faults_submits.py::test_a_key_that_is_refused_stops_the_queue",
        "test_faults_submits.py::test_an_empty_account_stops_submits_and_no_looks",
        "test_engine_pauses.py::test_a_refused_account_is_asked_once_and_not_for_every_job",
        "test_engine_pauses.py::test_looks_go_on_while_submits_stand_still",
    ],
    7: [
        "test_client.py::test_every_submit_has_a_connection_of_its_own",
        "test_client.py::test_a_server_that_closes_idle_connections_makes_no_submit_unknown",
    ],
    # Looks
    8: [
        "test_faults_looks.py::test_other_machines_slow_us_down",
        "test_engine_clocks.py::test_a_limiter_slows_down_for_others_and_recovers",
        "test_turns.py::test_all_wait_when_the_server_asks_for_it",
    ],
    9: [
        "test_client.py::test_a_bad_answer_to_a_look_says_nothing_about_the_task",
        "test_engine_looks.py::test_looking_outlives_a_bad_network",
        _STORM,
    ],
    10: [
        "test_engine_looks.py::test_an_unknown_task_is_given_a_minute",
        _STORM,
    ],
    11: [
        "test_engine_looks.py::test_a_task_that_stays_unknown_has_vanished",
        "test_engine_looks.py::test_a_task_that_is_known_again_has_not_vanished",
    ],
    12: [
        "test_engine_looks.py::test_a_status_nobody_knows_means_still_running",
        "test_client.py::test_an_unknown_status_is_not_an_end",
        "test_money.py::test_a_final_state_never_changes",
        _STORM,
    ],
    13: [
        "test_engine_looks.py::test_a_finished_task_without_pictures_is_believed_the_third_time",
        "test_engine_looks.py::test_pictures_that_come_a_moment_later_are_not_missed",
        "test_wire_reapi_looks.py::test_what_is_not_a_url_is_left_out",
    ],
    14: [
        "test_engine_looks.py::test_fewer_pictures_are_a_success_and_keep_their_numbers",
        "test_job.py::test_a_picture_is_sent_by_its_slot_unless_places_are_counted",
        "browser/test_board_surface.py::test_a_filtered_picture_leaves_its_place_empty",
    ],
    15: [
        "test_faults_looks.py::test_a_failure_is_refunded_and_not_repeated",
        "test_money.py::test_a_refunded_failure_does_not_count",
    ],
    16: [
        "test_engine_looks.py::test_a_task_without_an_end_is_stale_after_an_hour_and_ten_minutes",
        "test_engine_resume.py::test_a_job_that_was_given_up_can_be_looked_at_again",
    ],
    # Pictures
    17: [
        "test_engine_pictures.py::test_a_dead_link_is_renewed_once",
        "test_engine_pictures.py::test_a_renewed_link_that_is_dead_too_is_believed",
        _STORM,
    ],
    18: [
        "test_client_pictures.py::test_a_picture_that_does_not_arrive_whole_is_an_error",
        "test_engine_pictures.py::test_a_picture_that_arrives_damaged_is_fetched_five_times",
        "test_library_files.py::test_a_crash_leaves_no_half_picture",
        _STORM,
        "test_pictures_hostile.py::test_a_picture_that_is_cut_anywhere_is_refused",
        "test_client_patience.py::test_a_length_that_lies_is_a_damaged_picture",
    ],
    19: [
        "test_client_pictures.py::test_a_picture_is_what_its_bytes_say",
        "test_pictures.py::test_what_is_no_whole_picture_is_refused",
        _STORM,
        "test_pictures_hostile.py::test_only_three_formats_are_opened_at_all",
    ],
    20: [
        "test_pictures.py::test_too_many_pixels_are_refused_before_they_are_decoded",
        "test_client_pictures.py::test_a_picture_that_does_not_arrive_whole_is_an_error",
        "test_pictures_hostile.py::test_bombs_are_refused_and_nothing_grows",
        "test_client_patience.py::test_a_packed_picture_is_refused_unread",
        "test_client_patience.py::test_a_body_without_an_end_is_refused_where_it_grows_too_large",
    ],
    21: [
        "test_client_hops.py::test_a_hop_that_leads_astray_is_refused_unasked",
        "test_client_hops.py::test_a_connection_goes_to_the_address_that_was_judged",
        "test_addresses.py::test_an_address_that_not_everybody_reaches_is_not_public",
        "test_client_pictures.py::test_a_pictures_link_may_lead_on_three_times",
    ],
    # The disk
    22: [
        "test_engine_submits.py::test_nothing_is_sent_when_the_disk_is_full",
        "test_library_disk.py::test_nothing_is_sent_when_the_disk_is_nearly_full",
    ],
    23: [
        "test_engine_submits.py::test_a_task_that_is_paid_for_is_shown_although_it_cannot_be_kept",
        "test_library_opening.py::test_a_full_disk_says_so_and_recovers",
        "test_library_disk.py::test_a_task_that_is_paid_for_is_written_on_a_full_disk",
    ],
    24: [
        "test_doctor.py::test_a_damaged_picture_is_set_aside_and_can_be_fetched_again",
        "test_doctor.py::test_a_picture_with_a_dead_link_is_lost_and_its_record_stays",
    ],
    25: [
        "test_library_rescue.py::test_a_damaged_database_is_kept_and_built_anew",
        "test_library_rescue.py::test_a_database_that_is_gone_is_built_anew",
        "test_library_rescue.py::test_a_kill_is_no_damage",
    ],
    26: [
        "test_library_opening.py::test_kernels_may_open_a_new_library_together",
        "test_library_opening.py::test_a_library_that_is_locked_says_so_and_recovers",
        "test_limiter.py::test_two_real_kernels_keep_within_one_budget",
        "test_library_together.py::test_kernels_that_write_at_once_never_find_it_locked",
    ],
    27: [
        "test_library_disk.py::test_a_library_on_a_network_file_system_keeps_no_shared_memory",
        "test_library_disk.py::test_a_library_that_moved_to_a_network_file_system_is_taken_along",
    ],
    # Kernels
    28: [
        "test_kill_everywhere.py::test_kernels_die_at_every_stage",
        _KILLS,
        "test_kill.py::test_a_request_whose_answer_never_came_is_unknown",
        "test_kill.py::test_pictures_that_were_saved_are_kept_and_the_others_are_fetched",
        "test_library_sweeping.py::test_what_a_dead_writer_left_is_removed",
    ],
    29: [
        "kernel/test_headless.py::test_a_job_outlives_its_kernel",
        "browser/test_jupyterlab.py::test_a_reloaded_page_has_its_board_back",
        "browser/test_jupyterlab.py::test_a_saved_notebook_shows_its_pictures_without_the_kernel",
        "browser/test_jupyterlab.py::test_a_board_comes_back_in_a_new_kernel_with_nobody_to_ask",
        "kernel/test_lifetimes.py::test_a_restarted_kernel_takes_up_its_jobs_and_shows_them_without_a_network",
    ],
    30: [
        "test_two_kernels.py::test_two_busy_kernels_never_meet_the_rate_limit",
        "test_kill_everywhere.py::test_a_living_kernel_takes_over_from_a_dead_one",
        "test_library_owner.py::test_what_is_taken_over_is_taken_once",
        _STORM,
    ],
    31: [
        "test_faults_machine.py::test_a_clock_that_jumps_loses_nothing",
        "test_limiter.py::test_a_clock_that_is_set_back_costs_one_cool_down",
        "test_engine_clocks.py::test_a_task_does_not_age_when_somebody_sets_the_date",
        "test_engine_clocks.py::test_slots_are_free_again_whatever_the_date_says",
    ],
    32: [
        "test_engine_clocks.py::test_after_a_night_asleep_everything_is_looked_at_soon",
        "test_turns.py::test_after_a_sleep_everything_is_looked_at",
    ],
    33: [
        "kernel/test_shell.py::test_a_board_fills_while_a_cell_keeps_the_kernel_busy",
        "kernel/test_versions.py::test_news_arrives_while_a_cell_is_busy",
    ],
    34: [
        "kernel/test_shell.py::test_stop_ends_the_waiting_and_not_the_job",
        "kernel/test_outcomes.py::test_stop_ends_the_waiting_and_cancel_only_what_was_not_sent",
        "kernel/test_versions.py::test_stop_ends_the_waiting_and_the_job_goes_on",
    ],
    35: [
        "kernel/test_forms.py::test_a_press_on_another_thread_shows_its_board",
        "kernel/test_versions.py::test_a_click_while_nothing_runs_is_served_at_once",
        "kernel/test_versions.py::test_a_click_while_a_cell_runs_is_one_charge",
    ],
    36: [
        "browser/test_board_presses.py::test_a_double_click_is_one_message",
        "browser/test_board_presses.py::test_a_double_click_that_is_answered_in_between_is_one_press",
        "browser/test_jupyterlab.py::test_a_double_click_buys_one_upscale",
        "kernel/test_outcomes.py::test_a_press_that_arrives_five_times_is_one_charge",
    ],
    37: [
        "kernel/test_headless.py::test_a_batch_run_keeps_its_pictures_and_is_free_the_second_time",
        "browser/test_jupyterlab.py::test_running_all_again_is_free",
        "kernel/test_plans.py::test_many_requests_wait_for_run_and_are_sent_once",
    ],
    38: [
        "kernel/test_outcomes.py::test_a_flood_of_output_does_not_hide_the_end",
        "kernel/test_outcomes.py::test_news_that_come_close_together_are_told_as_one",
    ],
    39: [
        "kernel/test_lifetimes.py::test_a_fork_of_a_kernel_does_not_answer_for_it",
        "kernel/test_lifetimes.py::test_forks_in_the_middle_of_everything_leave_a_sound_library",
    ],
    40: [
        "kernel/test_shell.py::test_loading_again_adds_nothing_and_unloading_leaves_nothing",
        "kernel/test_lifetimes.py::test_a_module_that_changes_does_not_double_the_engine",
    ],
    41: [
        "kernel/test_lifetimes.py::test_a_script_that_ends_says_what_goes_on",
        "kernel/test_lifetimes.py::test_a_submit_on_the_wire_hears_its_answer_before_a_script_ends",
    ],
    42: [
        "test_faults_submits.py::test_an_edit_that_the_server_refuses_leaves_its_parent_alone",
        "test_session_parents.py::test_only_a_finished_job_is_a_parent",
        "test_session_parents.py::test_a_picture_of_one_place_is_no_parent_in_another",
        "test_session_parents.py::test_an_expired_link_is_refused_and_says_what_to_type",
    ],
}
"""Where each row of the fault matrix is tested, by its number: files below this folder."""


def test_every_row_is_listed():
    """Forty-two rows."""
    assert list(range(1, 43)) == list(ROWS)


@pytest.mark.parametrize("number", ROWS)
def test_a_row_is_held_by_tests_that_exist(number):
    """A row without a test is a promise that nobody keeps."""
    assert ROWS[number]
    for place in ROWS[number]:
        file, _, name = place.partition("::")
        assert name in _tests_of(TESTS / file), place


def _tests_of(file: Path) -> set[str]:
    body = ast.parse(file.read_text("utf-8")).body
    return {node.name for node in body if isinstance(node, _A_TEST)}

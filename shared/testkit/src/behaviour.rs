//! What every database must do, as functions over a place for a log.

pub mod appending;
pub mod building;
pub mod counter;
pub mod following;
pub mod guarding;
pub mod projecting;
pub mod recovering;
pub mod repeating;
pub mod restoring;
pub mod sequencing;
pub mod tally;

/// Hands every behaviour to a macro that stamps it onto a database.
#[macro_export]
macro_rules! every_behaviour {
    ($stamp:ident) => {
        $stamp! {
            appending: the_loser_of_a_race_writes_nothing,
            appending: what_others_wrote_in_between_counts,
            appending: orders_that_race_are_decided_again,
            appending: events_of_several_streams_are_written_together_or_not_at_all,
            appending: nobody_reads_half_of_an_append,
            appending: a_conflict_leaves_its_neighbours_alone,
            appending: a_crowd_is_answered_as_if_everybody_were_alone,
            appending: a_missing_requirement_refuses_the_order,
            appending: a_full_queue_refuses_and_loses_nothing,
            appending: closing_ends_though_everybody_goes_on_asking,
            appending: a_process_in_which_nothing_writes_any_more_ends,
            repeating: a_command_sent_again_is_answered_as_before,
            repeating: an_order_sent_again_is_answered_as_before,
            repeating: a_caller_key_sent_again_is_answered_as_before,
            sequencing: an_order_counts_for_the_next_before_it_is_written,
            sequencing: a_sequence_given_again_writes_nothing,
            sequencing: a_sequence_that_others_were_faster_than_writes_nothing,
            following: no_position_is_ever_skipped,
            following: another_process_is_woken,
            following: large_events_are_read_in_turn,
            following: the_instant_of_recording_never_goes_back,
            following: four_partitions_keep_their_promises,
            guarding: what_is_recorded_cannot_be_changed,
            guarding: verify_names_the_first_fault,
            guarding: what_follows_a_gap_is_read,
            guarding: a_newer_a_damaged_and_a_differently_cut_log_refuse_to_open,
            guarding: a_log_of_the_format_before_is_taken_over,
            restoring: a_view_that_is_ahead_of_its_log_is_begun_anew,
            restoring: a_process_whose_log_has_gone_back_ends,
            restoring: a_lease_of_a_clock_that_was_ahead_ends,
            projecting: every_event_counts_exactly_once_across_restarts,
            projecting: a_rebuilt_view_equals_the_live_one,
            projecting: a_page_has_an_end_in_bytes_too,
            projecting: who_lingers_takes_in_at_once_what_came_one_by_one,
            projecting: one_worker_works_and_another_takes_over,
            projecting: who_takes_over_knows_how_far_it_is,
            projecting: a_new_version_is_built_beside_the_old,
            projecting: an_older_version_answers_for_as_long_as_a_process_keeps_it,
            projecting: a_view_shows_what_its_caller_wrote,
            projecting: a_view_that_is_built_anew_meanwhile_shows_what_its_caller_wrote,
            projecting: a_failing_projection_says_so_and_goes_on,
            projecting: a_panicking_projection_says_so_and_goes_on,
            projecting: a_projection_whose_transaction_is_ended_says_why_and_goes_on,
            projecting: a_projection_that_stands_still_never_holds_up_the_log,
            projecting: a_long_page_is_no_standstill,
            building: a_long_log_is_built_in_one_go,
            building: what_cannot_be_built_in_one_go_is_built_by_pages,
            building: a_build_that_is_cut_off_is_tried_once_more,
            building: a_view_that_is_built_in_one_go_does_not_answer,
            building: a_build_that_is_stopped_begins_anew,
            building: a_build_whose_process_dies_is_begun_anew_by_another,
            recovering: a_side_store_undoes_what_fails,
            recovering: a_question_that_is_given_up_leaves_nothing_open,
            recovering: many_rows_come_back_as_they_were_given,
        }
    };
}

//! What keeps people who mean harm out: from each threat to the tests that prove what stands against it. A name is
//! `file::test` in `tests/it`, `browser/file` a story in `tests/browser`, `unit::` a test beside what it tests.
//!
//! | threat | proved by |
//! |---|---|
//! | **Identity and tokens** | |
//! | a token of another kind, algorithm, key or file; mangled, expired, `none` | `tokens::forged_and_mangled_tokens_are_refused_at_every_door`, `tokens::a_token_for_another_file_names_nobody_here`, `external::other_tokens_of_the_application_are_not_accepted`, `unit::a_token_is_taken_for_what_it_is_and_by_its_key_only` |
//! | a token in a log, an error, a referrer, the handshake's answer | `tokens::secrets_are_in_no_log_line`, `tokens::a_token_may_stand_in_header_query_subprotocol_or_cookie`, `pages::every_answer_says_what_a_browser_may_do_with_it` |
//! | two places name a caller | `unit::the_first_of_header_query_subprotocol_and_cookie_counts` (the protocol's order; a conflict is no error) |
//! | the first account taken by a passer-by, or twice | `command_line::beyond_loopback_the_first_account_is_for_who_reads_the_claim_code`, `accounts::of_many_who_register_first_at_once_one_is_administrator`, `external::the_first_account_is_never_made_by_a_token` |
//! | fields that are not the caller's to say: role, id, sender, owner | `pages::what_is_not_the_callers_to_say_is_not_taken_from_them`, `access::every_action_is_refused_to_who_may_not_and_leaves_the_socket_open` |
//! | **Sessions** | |
//! | a stolen refresh token, tabs that race | `accounts::a_refresh_token_works_once_and_using_it_twice_ends_its_session`, `browser/session` (the client's tabs take turns, so there is no time of grace) |
//! | a session or socket that outlives its end | `accounts::signing_out_ends_the_session_and_its_sockets_only`, `accounts::a_new_password_needs_the_old_one_and_ends_every_other_session`, `accounts::a_revoked_session_stays_revoked_after_a_restart`, `administration::who_is_disabled_is_out_until_they_are_enabled`, `bans::somebody_banned_is_out_and_told_why_until_the_ban_is_lifted`, `external::the_person_can_be_signed_out_and_older_tokens_stay_refused` |
//! | a socket that outlives its token | not met on purpose: a socket lives as long as its session, which ends it |
//! | a clock that jumps | `history::clock::a_day_ahead_tokens_have_ended_and_a_day_back_nobody_is_locked_out` |
//! | **Accounts and guessing** | |
//! | which names there are, by answer or time | `accounts::a_wrong_password_and_an_unknown_name_get_the_same_answer` (that a wanted name is taken is told, as it must be) |
//! | guessing at any door, or to keep somebody out | `exhaustion::every_door_that_checks_a_secret_is_limited`, `exhaustion::guessing_from_everywhere_keeps_nobody_out_of_their_account`, `accounts::guessing_passwords_is_slowed_down`, `invitations::guessing_links_is_slowed_down` |
//! | a made-up address | `exhaustion::what_a_client_writes_of_itself_in_front_of_a_hop_helps_nobody`, `bans::a_lie_about_where_one_comes_from_helps_nobody`, `tokens::behind_https_cookies_are_secure_if_a_trusted_proxy_says_so` |
//! | a link or an invitation used again, late, by too many | `invitations::however_many_come_at_once_no_more_get_in`, `invitations::one_ends_by_itself`, `administration::a_link_signs_in_once_and_may_set_a_password` |
//! | a list of common passwords | not met on purpose: guesses are limited, and such lists know one language |
//! | look-alike names | `unit::texts_that_mislead_or_show_nothing_are_refused`, `accounts::of_many_who_want_one_name_at_once_one_gets_it` (usernames are ASCII; `l` and `I` are still two letters) |
//! | **Cross-site** | |
//! | a foreign page's socket or call with a visitor's cookie | `tokens::a_cookie_counts_only_with_our_own_page`, `pages::no_call_that_changes_something_takes_the_cookie_from_a_foreign_page`, `pages::what_a_form_of_another_page_can_send_signs_nobody_in`, `http_errors::only_a_trusted_origin_may_read_answers_from_another_page`, `unit::home_is_scheme_host_and_port` |
//! | frames, sniffing, referrers, shared caches | `pages::every_answer_says_what_a_browser_may_do_with_it`, `web::every_address_of_the_web_client_is_its_page_under_a_strict_policy`, `tokens::the_web_clients_cookies_are_for_no_script_and_renew_themselves` |
//! | **Access** | |
//! | any call or action, by anybody, on anything | `access::every_call_has_a_rule_and_is_refused_to_all_others`, `access::every_action_of_every_dialect_has_a_rule`, `access::every_action_is_refused_to_who_may_not_and_leaves_the_socket_open` |
//! | what is not there told from what may not be known | `access::what_is_not_there_and_what_is_no_id_leads_nowhere_for_anybody`, `conversations::a_private_room_does_not_exist_for_who_is_not_in_it`, `dialects::nothing_of_a_private_conversation_is_given_to_who_is_not_in_it` |
//! | hearing on after leaving, removal, ban, or a room made private | `stories::who_is_put_out_hears_of_it_and_then_nothing`, `stories::a_room_that_becomes_private_is_gone_for_who_is_outside`, `stories::posting_races_with_leaving_and_deleting_and_somebody_wins` |
//! | a message, file or answer of another conversation | `messages::an_answer_names_a_message_of_the_same_conversation`, `attachments::only_who_may_read_a_message_may_read_its_files`, `attachments::a_file_sent_ahead_is_named_in_a_message_once` |
//! | administration by others, or nobody left to do it | `administration::only_administrators_run_the_server`, `administration::administrators_make_others_and_one_always_stays`, `command_admin::the_control_socket_acts_in_nobodys_name` |
//! | **Privacy** | |
//! | events, counts, presence, typing for who may not see them | `stories::a_stranger_hears_nothing_of_what_is_not_for_them`, `search::nobody_finds_what_they_may_not_read`, `people::notifications_are_each_persons_own` |
//! | a block that leaks by some path | `blocks::neither_opens_nor_writes_to_nor_invites_nor_befriends_the_other`, `blocks::nothing_around_a_block_shows_that_the_other_is_there`, `blocks::in_rooms_the_blocker_hears_the_blocked_no_more_live_or_in_history`, `blocks::read_marks_of_the_parted_are_not_told`, `push::what_a_blocked_person_says_is_not_pushed`, `pins::a_blocker_does_not_hear_of_the_blocked_ones_pins` |
//! | what was said before an edit, to who was not meant to see it | `pins::what_a_message_said_is_for_its_sender_and_administrators` |
//! | a report that opens a private conversation | `reports::a_message_is_shown_to_administrators_as_it_was_when_it_was_reported` |
//! | where a picture was taken; remote pictures that report their reader | `media::a_picture_keeps_its_pixels_and_forgets_where_it_was_taken`, `markup::no_known_attack_gets_anything_into_a_page` |
//! | **Content** | |
//! | scripts, styles, markup in any text | `markup::no_known_attack_gets_anything_into_a_page`, `markup::whatever_is_typed_is_safe`, `browser/attacks` |
//! | control characters, turned and invisible text; forged log lines | `messages::contents_have_one_to_four_thousand_characters_that_can_be_seen`, `unit::texts_that_mislead_or_show_nothing_are_refused` |
//! | search, query and frame syntax | `search::nothing_that_is_typed_breaks_a_search`, `http_errors::bodies_that_are_no_json_objects_are_refused`, `conversations::lists_are_bounded_and_say_how_long_they_are`, `unit::broken_frames_are_told_apart_from_good_ones` |
//! | the same message twice, another under its name | `messages::the_same_client_id_sends_nothing_twice_even_after_a_restart`, `messages::many_retries_at_once_make_one_message` |
//! | **Files** | |
//! | what runs, whatever it calls itself | `attachments::nothing_that_runs_is_ever_shown_whatever_it_calls_itself`, `browser/attacks` |
//! | names as paths or headers | `attachments::a_name_is_a_text_and_never_a_path_or_a_header`, `unit::a_file_name_is_never_a_path` |
//! | pictures that claim to be huge, bombs | `media::what_claims_to_be_huge_is_never_decoded`, `media::no_bytes_are_too_odd_to_be_looked_at`, `avatars::a_picture_has_a_bound` |
//! | filling the disk, leaving pieces | `attachments::quotas_hold_and_room_is_made_by_deleting`, `attachments::what_breaks_off_is_forgotten`, `attachments::a_person_sends_a_few_files_at_once_and_no_more` |
//! | **Exhaustion** | |
//! | floods of calls, searches, frames, pings, sockets | `exhaustion::reads_have_a_generous_limit_for_each_person`, `exhaustion::calls_that_need_no_token_are_limited_for_each_address`, `exhaustion::a_flood_of_pings_is_cut_off_and_harms_nobody`, `exhaustion::an_address_has_so_many_sockets_and_gets_them_back`, `socket_messages::a_flood_of_frames_is_cut_off` |
//! | slow headers, bodies, readers; endless frames | `http_errors::open_connections_that_say_nothing_keep_nobody_else_waiting`, `command_line::a_stop_does_not_wait_for_who_sends_half_a_request`, `socket_frames::a_client_that_does_not_read_is_cut_off_and_harms_nobody`, `dialects::whatever_the_dialect_bad_bytes_and_endless_frames_close_only_that_socket`, `http_errors::a_body_without_announced_length_has_the_same_bound` |
//! | more than the disk takes; texts that take long | `overload::what_the_disk_cannot_take_is_refused_at_once_and_what_is_taken_is_kept`, `markup::the_worst_texts_take_no_longer_than_their_length` |
//! | drowning a room, or who looks after reports | `slow_mode::a_member_speaks_once_and_waits_but_who_runs_the_room_does_not`, `reports::nobody_floods_who_looks_after_reports` |
//! | **Secrets at rest, and what goes out** | |
//! | who reads the file, a copy of it, what is beside it | `command_line::the_database_is_for_its_owner_alone`, `unit::a_hash_is_argon2id_salted_and_matches_only_its_password` |
//! | what links hold, read in the file | sign-in links are kept as hashes; invitations as they are, on purpose: administrators see them again |
//! | requests to inside the network | `unit::endpoints_lead_to_push_services_and_nowhere_else`, `push::what_is_no_subscription_is_refused`, `push::a_service_that_cannot_is_asked_again_and_a_redirect_leads_nowhere` |
//! | a core dump, memory that is read | not met: who has the machine has the file |
//! | vendored files that were swapped | `tidy::vendored_files_are_what_the_update_script_brought` |

mod access;
mod calls;
mod exhaustion;
mod pages;
mod rules;
mod world;

/// A name in the table that leads to no test is found out.
#[test]
fn the_table_leads_to_tests_that_there_are() {
    use std::{fs, path::Path};
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = include_str!("mod.rs").lines().filter(|line| line.starts_with("//! | "));
    let names: Vec<&str> = table
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|name| name.contains("::") || name.starts_with("browser/"))
        .collect();
    assert!(names.len() > 80, "{}", names.len());
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let sources = sources_of(&root.join("src"));
    for name in names {
        let is_there = if let Some(story) = name.strip_prefix("browser/") {
            root.join(format!("tests/browser/{story}.test.js")).exists()
        } else if let Some(unit) = name.strip_prefix("unit::") {
            sources.contains(&format!("fn {unit}("))
        } else {
            let (file, test) = name.rsplit_once("::").unwrap();
            let file = file.replace("::", "/");
            let places = [format!("tests/it/{file}.rs"), format!("tests/it/security/{file}.rs")];
            places.iter().any(|place| read(&root.join(place)).contains(&format!("fn {test}(")))
        };
        assert!(is_there, "{name}");
    }
}

/// All of the program, as one text.
fn sources_of(folder: &std::path::Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.is_dir() {
            sources_of(&path)
        } else {
            std::fs::read_to_string(&path).unwrap_or_default()
        };
        all.push_str(&text);
    }
    all
}

//! What is posted to an incoming hook, by Slack's, Mattermost's or GitHub's rules: refused, or something that
//! a message can say.
#![no_main]

use salon::{
    hooks::{github, slack},
    model::MessageText,
};

const EVENTS: [&str; 5] = ["ping", "push", "pull_request", "issues", "release"];

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    for is_form in [false, true] {
        if let Ok(said) = slack::said(body, is_form) {
            assert!(MessageText::parse(&said.text).is_ok(), "{said:?}");
        }
    }
    let Ok(payload) = slack::payload(body, false) else { return };
    for said in EVENTS.iter().filter_map(|event| github::said(event, &payload)) {
        assert!(MessageText::parse(&said).is_ok(), "{said:?}");
    }
});

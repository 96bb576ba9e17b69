//! What a bot is asked by a slash command, and what only the asker hears of it.

use serde_json::{Value, json};

use crate::model::{
    markup,
    slash::{Run, Whisper},
};

pub(super) fn asked(run: &Run) -> Value {
    json!({
        "id": run.id, "name": run.name, "text": run.text, "chat_id": run.conversation,
        "room": run.room, "username": run.username, "user_id": run.user,
        "date": run.date.to_rfc3339(),
    })
}

pub(super) fn answered(whisper: &Whisper) -> Value {
    let Whisper { run, content, shown_as, date } = whisper;
    let is_asker = |name: &str| name.eq_ignore_ascii_case(&run.username);
    let mut data = json!({
        "id": run.id, "name": run.name, "chat_id": run.conversation, "sender": run.bot_username,
        "sender_id": run.bot, "shown_as": shown_as, "content": content,
        "html": markup::render(content, &is_asker), "date": date.to_rfc3339(),
    });
    if let Some(reference) = &run.reference {
        data["ref"] = json!(reference);
    }
    data
}

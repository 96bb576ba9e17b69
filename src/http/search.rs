//! `GET /api/search`.

use serde::Serialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{Hit, Upto, conversation_ref},
    model::{
        Refusal, Seq,
        search::{QUERY_CHARS, Search, day},
    },
    wire::shapes::MessageShape,
};

/// A message that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = Found)]
pub(super) struct HitShape<'a> {
    #[serde(flatten)]
    message: MessageShape<'a>,
    /// What of it fits, as HTML: escaped text in which `mark` is the only markup.
    snippet: &'a str,
}

impl<'a> From<&'a Hit> for HitShape<'a> {
    fn from(hit: &'a Hit) -> Self {
        Self { message: MessageShape::from(&hit.message), snippet: &hit.snippet }
    }
}

/// `GET /api/search?q&conversation&from&before&after&limit&offset`: newest first. The whole count
/// is of what was looked at.
pub(super) async fn find(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let typed = r.text("q").unwrap_or_default();
    if typed.chars().count() > QUERY_CHARS {
        return Err(Refusal::invalid("q", format!("may have {QUERY_CHARS} characters")));
    }
    let mut search = Search::parse(typed);
    if let Some(from) = r.text("from") {
        search.from = Some(from.trim_start_matches('@').to_owned());
    }
    let place = r.text("conversation").map(conversation_ref);
    let mut upto = None;
    if let Some(before) = r.text("before") {
        match (before.parse(), before.parse(), day(before)) {
            (Ok(seq), ..) if place.is_some() => upto = Some(Upto::Seq(Seq(seq))),
            (_, Ok(id), _) => upto = Some(Upto::Message(id)),
            (_, _, Some((start, _))) => search.before = Some(start),
            _ => {
                let what = "must be a day, a time, a message's id, or with conversation its seq";
                return Err(Refusal::invalid("before", what));
            }
        }
    }
    if let Some(after) = r.text("after") {
        let (_, end) =
            day(after).ok_or_else(|| Refusal::invalid("after", "must be a day or a time"))?;
        search.after = Some(end);
    }
    if search.is_empty() {
        return Err(Refusal::invalid("q", "says nothing to look for"));
    }
    let page = r.app.search(caller, search, place, upto, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(HitShape::from).collect();
    reply::list(&page, &shapes)
}

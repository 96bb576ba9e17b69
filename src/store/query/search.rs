//! Searching what was said. The index leads to messages that may fit, newest first; each is then
//! looked at: whether the asker may see it, and whether it says what is looked for. What is not in
//! the index yet is looked at one by one.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ops::Range,
};

use rusqlite::{Connection, OptionalExtension, Row, Rows};

use super::{Page, Window, attachments, conversations, messages, people, standing::standing};
use crate::{
    change::{ConversationRef, PersonRef},
    model::{
        Attachment, Code, ConversationId, Kind, Message, MessageId, Rev, RoomName, Seq, Timestamp,
        UserId, Username,
        grams::{self, Folded},
        markup, rules,
        search::{Search, snippet},
    },
    store::Halt,
};

/// How many messages that may fit are looked at to fill a page and see whether there is another, and to
/// count more than that.
const LOOKED_AT: usize = 20_000;
const COUNTED_AT: usize = 500;

/// Who sees less than one in so many messages has the index itself leave out all others; for whom
/// sees more, looking at some in vain costs less than reading where everything stands.
const FEW: i64 = 20;

/// How far the clock may have jumped without anything being overlooked.
const CLOCK_MS: i64 = 24 * 3600 * 1000;

/// A message that fits.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// What of it fits, as HTML in which only `mark` is markup.
    pub snippet: String,
}

/// Before which message is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upto {
    /// Before a place in the conversation that is searched.
    Seq(Seq),
    /// Before a message.
    Message(MessageId),
}

/// How far the index has come.
///
/// # Errors
/// The file failed.
pub fn indexed_rev(db: &Connection) -> rusqlite::Result<Rev> {
    db.prepare_cached("SELECT coalesce(max(indexed_rev), 0) FROM server")?
        .query_row([], |row| row.get(0))
}

/// What a message says, the names of its files included.
///
/// # Errors
/// The file failed.
pub fn said<'a>(
    db: &Connection,
    message: Rev,
    content: &'a str,
    files: i64,
) -> rusqlite::Result<Cow<'a, str>> {
    if files == 0 {
        return Ok(Cow::Borrowed(content));
    }
    Ok(Cow::Owned(with_files(content.to_owned(), &attachments::of_message(db, message)?)))
}

fn with_files(mut said: String, files: &[Attachment]) -> String {
    for file in files {
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(&file.filename);
    }
    said
}

/// What was said in the asker's conversations, or one of them, and fits; newest first. The whole
/// count is of what was looked at: beyond the page, that ends where counting would cost more.
///
/// # Errors
/// `forbidden` or `not_found` for a conversation named by `place`.
pub fn find(
    db: &Connection,
    caller: UserId,
    search: &Search,
    place: Option<&ConversationRef>,
    upto: Option<Upto>,
    window: Window,
) -> Result<Page<Hit>, Halt> {
    let nothing = Page { items: Vec::new(), total: 0 };
    let Some(places) = places(db, caller, search, place)? else { return Ok(nothing) };
    let Some(sender) = sender(db, caller, search)? else { return Ok(nothing) };
    let range = range(db, search, &places, upto)?;
    let silenced = silenced(db, caller)?;
    let mut look = Look {
        db,
        search,
        places: &places,
        silenced,
        sender,
        found: Vec::new(),
        looked: 0,
        wanted: usize::try_from(window.offset + window.limit + 1).unwrap_or(usize::MAX),
    };
    look.not_indexed(&range)?;
    look.indexed(&range)?;
    let total = i64::try_from(look.found.len()).unwrap_or(i64::MAX);
    let size = |number: i64| usize::try_from(number).unwrap_or_default();
    let page = look.found.into_iter().skip(size(window.offset)).take(size(window.limit));
    let items = page.map(|found| hit(db, caller, search, &found)).collect::<Result<_, Halt>>()?;
    Ok(Page { items, total })
}

struct Found {
    message: Rev,
    text: String,
    marks: Vec<Range<usize>>,
}

fn hit(db: &Connection, caller: UserId, search: &Search, found: &Found) -> Result<Hit, Halt> {
    let message = messages::of_rev(db, found.message, caller)?;
    let plain = with_files(markup::plain(&message.content), &message.attachments);
    let snippet = match search.marks(&Folded::of(&plain)) {
        Some(marks) => snippet(&plain, &marks),
        None => snippet(&found.text, &found.marks), // it is in an address, or among marks
    };
    Ok(Hit { message, snippet })
}

/// Where is searched. None: in a place that there is not, for the asker.
fn places(
    db: &Connection,
    caller: UserId,
    search: &Search,
    place: Option<&ConversationRef>,
) -> Result<Option<HashMap<ConversationId, Kind>>, Halt> {
    let member = |which: &ConversationRef| {
        let (id, facts) = standing(db, which, caller)?;
        rules::may_take_part(&facts)?;
        Ok::<_, Halt>((id, facts.kind))
    };
    let named = match (place, &search.within) {
        (Some(place), _) => Some(member(place)?),
        (None, None) => None,
        (None, Some(name)) => {
            let found = match member(&ConversationRef::Name(RoomName::key_of(name))) {
                Ok(room) => Some(room),
                Err(Halt::Fault(fault)) => return Err(fault.into()),
                Err(Halt::Refused(_)) => direct(db, caller, name)?.map(|id| (id, Kind::Direct)),
            };
            if found.is_none() {
                return Ok(None);
            }
            found
        }
    };
    if let Some(one) = named {
        return Ok(Some(HashMap::from([one])));
    }
    let mut rows = db.prepare_cached(
        "SELECT m.conversation, c.kind FROM member m JOIN conversation c ON c.id = m.conversation
         WHERE m.person = ?1 AND m.role IS NOT NULL AND c.deleted_at IS NULL",
    )?;
    let all = rows.query_map([caller], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Some(all.collect::<rusqlite::Result<_>>()?))
}

fn direct(db: &Connection, caller: UserId, name: &str) -> Result<Option<ConversationId>, Halt> {
    match people::find(db, &PersonRef::Name(Username::key_of(name))) {
        Ok(other) => Ok(conversations::direct_of(db, caller, other.id)?),
        Err(Halt::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
        Err(halt) => Err(halt),
    }
}

/// By whom: anybody, or somebody. None: by somebody who there is not.
fn sender(
    db: &Connection,
    caller: UserId,
    search: &Search,
) -> Result<Option<Option<UserId>>, Halt> {
    let Some(name) = &search.from else { return Ok(Some(None)) };
    if name.eq_ignore_ascii_case("me") {
        return Ok(Some(Some(caller)));
    }
    match people::find(db, &PersonRef::Name(Username::key_of(name))) {
        Ok(person) => Ok(Some(Some(person.id))),
        Err(Halt::Refused(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn silenced(db: &Connection, caller: UserId) -> Result<HashSet<UserId>, Halt> {
    let mut rows = db.prepare_cached("SELECT blocked FROM block WHERE person = ?1 AND is_on")?;
    let all = rows.query_map([caller], |row| row.get(0))?;
    Ok(all.collect::<rusqlite::Result<_>>()?)
}

/// Which messages, by number, come into question: a coarse sieve for times, which numbers follow
/// but for jumps of the clock, and an exact one for places.
fn range(
    db: &Connection,
    search: &Search,
    places: &HashMap<ConversationId, Kind>,
    upto: Option<Upto>,
) -> Result<Range<i64>, Halt> {
    let mut range = 1..i64::MAX;
    if let Some(before) = search.before {
        range.end = first_from(db, before.plus_ms(CLOCK_MS))?;
    }
    if let Some(after) = search.after {
        range.start = first_from(db, after.plus_ms(-CLOCK_MS))?;
    }
    let end: Option<Rev> = match (upto, places.keys().next()) {
        (Some(Upto::Seq(seq)), Some(place)) => db
            .prepare_cached(
                "SELECT posted_rev FROM message WHERE conversation = ?1 AND seq >= ?2
                 ORDER BY seq LIMIT 1",
            )?
            .query_row((place, seq), |row| row.get(0))
            .optional()?,
        (Some(Upto::Message(id)), _) => db
            .prepare_cached("SELECT posted_rev FROM message WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?,
        (Some(Upto::Seq(_)) | None, _) => None,
    };
    range.end = range.end.min(end.map_or(i64::MAX, |end| end.0));
    Ok(range)
}

/// The first message from a time on, as far as messages lie in the order of their times.
fn first_from(db: &Connection, time: Timestamp) -> Result<i64, Halt> {
    let last: i64 = db
        .prepare_cached("SELECT coalesce(max(posted_rev), 0) FROM message")?
        .query_row([], |row| row.get(0))?;
    let mut at = db.prepare_cached(
        "SELECT posted_rev, date FROM message WHERE posted_rev >= ?1 ORDER BY posted_rev LIMIT 1",
    )?;
    let (mut low, mut high) = (1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, Timestamp)> =
            at.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            Some((number, date)) if date < time => low = number + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

struct Look<'a> {
    db: &'a Connection,
    search: &'a Search,
    places: &'a HashMap<ConversationId, Kind>,
    silenced: HashSet<UserId>,
    sender: Option<UserId>,
    found: Vec<Found>,
    /// How many were looked at.
    looked: usize,
    /// How many fill the page, and one more.
    wanted: usize,
}

impl Look<'_> {
    fn not_indexed(&mut self, range: &Range<i64>) -> Result<(), Halt> {
        let from = range.start.max(indexed_rev(self.db)?.0 + 1);
        self.one_by_one(&(from..range.end))
    }

    fn indexed(&mut self, range: &Range<i64>) -> Result<(), Halt> {
        let range = range.start..range.end.min(indexed_rev(self.db)?.0 + 1);
        let Some(wanted) = self.asked_of_index()? else { return self.one_by_one(&range) };
        let mut rows = self.db.prepare_cached(
            "SELECT m.posted_rev, m.conversation, m.sender, m.content, m.date, m.attachments
             FROM message_index i JOIN message m ON m.posted_rev = i.rowid
             WHERE message_index MATCH ?1 AND i.rowid >= ?2 AND i.rowid < ?3
               AND m.deleted_at IS NULL
             ORDER BY i.rowid DESC",
        )?;
        self.through(rows.query((wanted, range.start, range.end))?)
    }

    fn one_by_one(&mut self, range: &Range<i64>) -> Result<(), Halt> {
        let mut rows = self.db.prepare_cached(
            "SELECT posted_rev, conversation, sender, content, date, attachments FROM message
             WHERE posted_rev >= ?1 AND posted_rev < ?2 AND deleted_at IS NULL
             ORDER BY posted_rev DESC",
        )?;
        self.through(rows.query((range.start, range.end))?)
    }

    /// Pieces that a message must have, all of them made here; none if any message may fit.
    fn asked_of_index(&self) -> Result<Option<String>, Halt> {
        let mut all: Vec<String> = Vec::new();
        for piece in self.search.terms.iter().flat_map(|term| grams::needed(term)) {
            if !all.contains(&piece) {
                all.push(piece);
            }
        }
        all.extend(self.sender.map(grams::sender));
        all.extend(self.search.has_file.then(|| grams::FILE.to_owned()));
        if !self.places.is_empty() && self.sees_little()? {
            let places: Vec<_> =
                self.places.keys().map(|place| grams::conversation(*place)).collect();
            all.push(format!("({})", places.join(" OR ")));
        }
        Ok((!all.is_empty()).then(|| all.join(" AND ")))
    }

    fn sees_little(&self) -> rusqlite::Result<bool> {
        let mut size = self.db.prepare_cached("SELECT last_seq FROM conversation WHERE id = ?1")?;
        let mut seen = 0;
        for place in self.places.keys() {
            seen += size.query_row([place], |row| row.get::<_, i64>(0))?;
        }
        let last: Rev = self
            .db
            .prepare_cached("SELECT coalesce(max(posted_rev), 0) FROM message")?
            .query_row([], |row| row.get(0))?;
        Ok(seen * FEW < last.count())
    }

    fn through(&mut self, mut rows: Rows<'_>) -> Result<(), Halt> {
        while let Some(row) = rows.next()? {
            let most = if self.found.len() < self.wanted { LOOKED_AT } else { COUNTED_AT };
            if self.looked >= most {
                return Ok(());
            }
            self.looked += 1;
            if let Some(found) = self.at(row)? {
                self.found.push(found);
            }
        }
        Ok(())
    }

    fn at(&self, row: &Row<'_>) -> Result<Option<Found>, Halt> {
        let Some(kind) = self.places.get(&row.get(1)?) else { return Ok(None) };
        let (sender, date, files): (UserId, Timestamp, i64) =
            (row.get(2)?, row.get(4)?, row.get(5)?);
        let Search { before, after, has_file, .. } = self.search;
        let is_heard = *kind == Kind::Direct || !self.silenced.contains(&sender);
        let fits = is_heard
            && self.sender.is_none_or(|wanted| wanted == sender)
            && before.is_none_or(|before| date < before)
            && after.is_none_or(|after| date >= after)
            && (files > 0 || !has_file);
        if !fits {
            return Ok(None);
        }
        let message = row.get(0)?;
        let content: String = row.get(3)?;
        let text = said(self.db, message, &content, files)?.into_owned();
        let marks = self.search.marks(&Folded::of(&text));
        Ok(marks.map(|marks| Found { message, text, marks }))
    }
}

//! What no history of a chat may show. The server names the order itself, by `seq`, so that nothing
//! has to be searched for: a look at each event with what the final logs say.
//!
//! What was left unknown may be there once or not at all. Who leaves or blocks is parted from
//! messages somewhere between asking and being answered: what came surely within is a leak, what is
//! missing and perhaps was within is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    event::{At, Event, From, Row},
    parting::Partings,
};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Two messages were seen at one seq.
    TwoAtOnePlace,
    /// A connection was not told of a message between two that it was told of, or that it missed.
    Gap,
    /// A connection was told of a message twice.
    Double,
    /// A connection was told of a later message first.
    Reorder,
    /// A message that nobody sent, or not there, or not so.
    Phantom,
    /// A message came to somebody who was not in its place.
    HeardOutside,
    /// A message came from a blocked person.
    HeardFromBlocked,
    /// An acknowledged message is not there, or elsewhere.
    LostAcknowledgement,
    /// One client id was acknowledged at two places.
    AtTwoPlaces,
    /// One client id is there twice.
    StoredTwice,
    /// A message that was refused for good is there.
    RefusedButThere,
    /// A message was told of, and is not there.
    HeardButNotStored,
    /// A message that was begun after another's acknowledgement stands before it.
    OutOfTime,
    /// The seqs of a log are not 1, 2, 3 …
    HoleInLog,
    /// A read did not show what had been acknowledged or told before it began.
    StaleRead,
}

/// Something wrong, and where.
#[derive(Debug)]
pub struct Finding {
    pub wrong: Wrong,
    pub about: String,
}

/// Everything that is wrong with a history.
pub fn check(history: &[Event]) -> Vec<Finding> {
    let mut checker = Checker::gather(history);
    checker.look_at_logs();
    checker.look_at_acknowledgements();
    checker.look_at_real_time();
    checker.look_at_hearing(history);
    checker.look_at_reads(history);
    checker.findings
}

/// What became of one message.
struct Sent<'a> {
    by: &'a str,
    place: &'a str,
    begun: At,
    acknowledged: Option<At>,
    refused: bool,
}

/// What a connection has heard of one place.
struct Hearing<'a> {
    by: &'a str,
    since: At,
    base: Option<i64>,
    last: Option<i64>,
    heard: BTreeSet<i64>,
}

/// A read that is going on, and what it must show at least.
struct Reading<'a> {
    by: &'a str,
    place: &'a str,
    known: i64,
}

struct Checker<'a> {
    sent: BTreeMap<&'a str, Sent<'a>>,
    acknowledged: Vec<(&'a str, Option<i64>, Option<&'a str>)>,
    logs: BTreeMap<&'a str, &'a [Row]>,
    /// Where the final logs have each mark.
    kept: BTreeMap<&'a str, (&'a str, &'a Row)>,
    partings: BTreeMap<(&'a str, &'a From), Partings>,
    findings: Vec<Finding>,
}

impl<'a> Checker<'a> {
    fn gather(history: &'a [Event]) -> Self {
        let mut all = Self {
            sent: BTreeMap::new(),
            acknowledged: Vec::new(),
            logs: BTreeMap::new(),
            kept: BTreeMap::new(),
            partings: BTreeMap::new(),
            findings: Vec::new(),
        };
        for (at, event) in history.iter().enumerate() {
            match event {
                Event::SendBegun { mark, by, place } => {
                    let begun = at;
                    let sent = Sent { by, place, begun, acknowledged: None, refused: false };
                    // an earlier try may be the one that came through
                    all.sent.entry(mark).or_insert(sent);
                }
                Event::Acknowledged { mark, seq, id } => {
                    all.acknowledged.push((mark, *seq, id.as_deref()));
                    if let Some(sent) = all.sent.get_mut(mark.as_str()) {
                        sent.acknowledged.get_or_insert(at);
                    }
                }
                Event::Refused { mark } => {
                    if let Some(sent) = all.sent.get_mut(mark.as_str()) {
                        sent.refused = true;
                    }
                }
                Event::PartingBegun { who, from } => all.parting(who, from).begun(at),
                Event::Parted { who, from } => all.parting(who, from).done(at),
                Event::ReturnBegun { who, from } => all.parting(who, from).return_begun(at),
                Event::Returned { who, from } => all.parting(who, from).returned(at),
                Event::Final { place, rows } => _ = all.logs.insert(place, rows),
                Event::LeftUnknown { .. }
                | Event::Listens { .. }
                | Event::CaughtUp { .. }
                | Event::Heard { .. }
                | Event::ReadBegun { .. }
                | Event::Read { .. } => {}
            }
        }
        all
    }

    fn parting(&mut self, who: &'a str, from: &'a From) -> &mut Partings {
        self.partings.entry((who, from)).or_default()
    }

    fn find(&mut self, wrong: Wrong, about: String) {
        self.findings.push(Finding { wrong, about });
    }

    fn look_at_logs(&mut self) {
        for (place, rows) in self.logs.clone() {
            if !rows.iter().map(|row| row.seq).eq(1..=rows.len() as i64) {
                self.find(Wrong::HoleInLog, format!("{place} is not 1 to {}", rows.len()));
            }
            for row in rows {
                if self.kept.insert(&row.mark, (place, row)).is_some() {
                    self.find(Wrong::StoredTwice, format!("{row:?} in {place}"));
                }
                match self.sent.get(row.mark.as_str()) {
                    Some(sent) if sent.refused => {
                        self.find(Wrong::RefusedButThere, format!("{row:?} in {place}"));
                    }
                    Some(sent) if (sent.by, sent.place) == (row.by.as_str(), place) => {}
                    _ => self.find(Wrong::Phantom, format!("{row:?} in {place}")),
                }
            }
        }
    }

    fn look_at_acknowledgements(&mut self) {
        let mut first = BTreeMap::new();
        for (mark, seq, id) in std::mem::take(&mut self.acknowledged) {
            if *first.entry(mark).or_insert((seq, id)) != (seq, id) {
                self.find(Wrong::AtTwoPlaces, format!("{mark} at {:?} and {seq:?}", first[mark]));
            }
            let is_there = self.kept.get(mark).is_some_and(|(_, row)| {
                seq.is_none_or(|seq| seq == row.seq) && id.is_none_or(|id| id == row.id)
            });
            if !is_there {
                self.find(Wrong::LostAcknowledgement, format!("{mark} at {seq:?}, {id:?}"));
            }
        }
    }

    fn look_at_real_time(&mut self) {
        for (place, rows) in self.logs.clone() {
            let sent = |row: &Row| self.sent.get(row.mark.as_str());
            let mut done: Vec<(At, i64)> = Vec::new();
            let mut begun: Vec<(At, i64)> = Vec::new();
            for row in rows {
                begun.extend(sent(row).map(|sent| (sent.begun, row.seq)));
                done.extend(sent(row).and_then(|sent| Some((sent.acknowledged?, row.seq))));
            }
            done.sort_unstable();
            begun.sort_unstable();
            let (mut next, mut highest) = (0, 0);
            for (at, seq) in begun {
                while let Some((acknowledged, seq)) = done.get(next).filter(|done| done.0 < at) {
                    debug_assert!(*acknowledged < at);
                    highest = highest.max(*seq);
                    next += 1;
                }
                if seq < highest {
                    let about = format!("{seq} in {place} was begun after {highest} was there");
                    self.find(Wrong::OutOfTime, about);
                }
            }
        }
    }

    fn row(&self, place: &str, seq: i64) -> Option<&'a Row> {
        self.logs.get(place)?.get(usize::try_from(seq - 1).ok()?)
    }

    fn is_parted<F>(&self, who: &str, place: &str, by: &str, holds: F) -> [bool; 2]
    where
        F: Fn(&Partings) -> bool,
    {
        [From::Place(place.to_owned()), From::Person(by.to_owned())]
            .map(|from| self.partings.get(&(who, &from)).is_some_and(&holds))
    }

    /// The first of these seqs that somebody should have been told of by now.
    fn withheld(
        &self,
        who: &str,
        place: &str,
        mut seqs: impl Iterator<Item = i64>,
        until: At,
    ) -> Option<i64> {
        seqs.find(|seq| {
            let Some(row) = self.row(place, *seq) else { return true };
            let Some(sent) = self.sent.get(row.mark.as_str()) else { return true };
            let parted = self.is_parted(who, place, sent.by, |p| p.perhaps(sent.begun, until));
            parted == [false, false]
        })
    }

    fn look_at_hearing(&mut self, history: &'a [Event]) {
        let mut hearings: BTreeMap<(usize, &str), Hearing<'_>> = BTreeMap::new();
        let mut seen: BTreeMap<(&str, i64), &str> = BTreeMap::new();
        for (at, event) in history.iter().enumerate() {
            if let Event::Listens { connection, by, place, after } = event {
                let (base, last, heard) = (*after, *after, BTreeSet::new());
                let hearing = Hearing { by, since: at, base, last, heard };
                hearings.insert((*connection, place), hearing);
            } else if let Event::CaughtUp { connection } = event {
                for ((_, place), hearing) in hearings.range((*connection, "")..(connection + 1, ""))
                {
                    self.whether_complete(at, place, hearing);
                }
            } else if let Event::Heard { connection, place, seq, mark } = event {
                let Some(hearing) = hearings.get_mut(&(*connection, place.as_str())) else {
                    self.find(Wrong::Phantom, format!("{at}: nobody listens to {place}"));
                    continue;
                };
                if let Some(seq) = self.whether_true(at, place, *seq, mark, &mut seen) {
                    self.whether_in_order(at, place, seq, hearing);
                }
                self.whether_allowed(at, place, mark, hearing.by);
            }
        }
    }

    /// Whether a connection has heard all that was acknowledged before it began to listen.
    fn whether_complete(&mut self, at: At, place: &str, hearing: &Hearing<'_>) {
        let acked = self.acked_before(place, hearing.since);
        let from = hearing.last.map_or(acked + 1, |last| last + 1);
        if let Some(seq) = self.withheld(hearing.by, place, from..=acked, at) {
            self.find(Wrong::Gap, format!("{at}: {} missed {seq} in {place}", hearing.by));
        }
    }

    /// The highest seq of a place that was acknowledged before a moment.
    fn acked_before(&self, place: &str, at: At) -> i64 {
        let rows = self.logs.get(place).copied().unwrap_or_default();
        let was = |row: &&Row| {
            let sent = self.sent.get(row.mark.as_str());
            sent.and_then(|sent| sent.acknowledged).is_some_and(|acknowledged| acknowledged < at)
        };
        rows.iter().rev().find(was).map_or(0, |row| row.seq)
    }

    /// Whether what came was sent and is kept; gives where it stands, if anywhere.
    fn whether_true(
        &mut self,
        at: At,
        place: &'a str,
        seq: Option<i64>,
        mark: &'a str,
        seen: &mut BTreeMap<(&'a str, i64), &'a str>,
    ) -> Option<i64> {
        if self.sent.get(mark).is_none_or(|sent| sent.place != place) {
            self.find(Wrong::Phantom, format!("{at}: {mark} in {place}"));
        }
        let kept = self.kept.get(mark).filter(|kept| kept.0 == place).map(|kept| kept.1.seq);
        let Some(seq) = seq.or(kept) else {
            self.find(Wrong::HeardButNotStored, format!("{at}: {mark} in {place}"));
            return None;
        };
        let other = *seen.entry((place, seq)).or_insert(mark);
        if other != mark {
            self.find(Wrong::TwoAtOnePlace, format!("{at}: {mark}, {other} at {seq} in {place}"));
        }
        if kept != Some(seq) {
            self.find(Wrong::HeardButNotStored, format!("{at}: {mark} at {seq} in {place}"));
        }
        Some(seq)
    }

    fn whether_in_order(&mut self, at: At, place: &str, seq: i64, hearing: &mut Hearing<'_>) {
        let by = hearing.by;
        let was_heard = hearing.base.is_some_and(|base| seq <= base);
        if !hearing.heard.insert(seq) || was_heard {
            self.find(Wrong::Double, format!("{at}: {seq} in {place}, to {by}"));
        } else if hearing.last.is_some_and(|last| seq < last) {
            self.find(Wrong::Reorder, format!("{at}: {seq} in {place}, to {by}"));
        } else if let Some(last) = hearing.last
            && let Some(missing) = self.withheld(by, place, last + 1..seq, at)
        {
            self.find(Wrong::Gap, format!("{at}: {missing} in {place} never came to {by}"));
        }
        hearing.last = hearing.last.max(Some(seq));
    }

    fn whether_allowed(&mut self, at: At, place: &str, mark: &str, who: &str) {
        let Some(Sent { by, begun, .. }) = self.sent.get(mark) else { return };
        let [outside, blocked] = self.is_parted(who, place, by, |p| p.surely(*begun, at));
        if outside {
            self.find(Wrong::HeardOutside, format!("{at}: {mark} in {place}, to {who}"));
        }
        if blocked {
            self.find(Wrong::HeardFromBlocked, format!("{at}: {mark} in {place}, to {who}"));
        }
    }

    fn look_at_reads(&mut self, history: &'a [Event]) {
        let mut known: BTreeMap<&str, i64> = BTreeMap::new();
        let mut readings: BTreeMap<usize, Reading<'_>> = BTreeMap::new();
        for (at, event) in history.iter().enumerate() {
            if let Event::Acknowledged { mark, .. } | Event::Heard { mark, .. } = event {
                if let Some((place, row)) = self.kept.get(mark.as_str()) {
                    let known = known.entry(place).or_default();
                    *known = row.seq.max(*known);
                }
            } else if let Event::ReadBegun { read, by, place } = event {
                let known = known.get(place.as_str()).copied().unwrap_or_default();
                readings.insert(*read, Reading { by, place, known });
            } else if let Event::Read { read, rows } = event {
                self.whether_fresh(at, &readings[read], rows);
            }
        }
    }

    fn whether_fresh(&mut self, at: At, reading: &Reading<'_>, rows: &[(Option<i64>, String)]) {
        let Reading { by, place, known } = *reading;
        let mut last = None;
        for (seq, mark) in rows {
            let kept = self.kept.get(mark.as_str()).filter(|kept| kept.0 == place);
            let kept = kept.map(|kept| kept.1.seq);
            if kept.is_none() || seq.is_some() && *seq != kept {
                let about = format!("{at}: {mark} at {seq:?} in {place}, to {by}");
                self.find(Wrong::HeardButNotStored, about);
            }
            let Some(seq) = kept else { continue };
            let follows = last.is_none_or(|last| {
                seq > last && self.withheld(by, place, last + 1..seq, at).is_none()
            });
            if !follows {
                self.find(Wrong::Gap, format!("{at}: before {seq} in {place}, read by {by}"));
            }
            last = Some(seq);
        }
        let from = last.unwrap_or(0) + 1;
        if let Some(missing) = self.withheld(by, place, from..=known, at) {
            self.find(Wrong::StaleRead, format!("{at}: {by} did not see {missing} in {place}"));
        }
    }
}

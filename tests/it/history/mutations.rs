//! The checker itself on trial: a clean history shows nothing, and each thing that can be wrong with
//! it is found as what it is.

use super::{
    checker::{Wrong, check},
    event::{Event, From, Row},
    random::Random,
};

const PEOPLE: usize = 6;
const PLACES: usize = 3;
const MESSAGES: usize = 600;

fn name(person: usize) -> String {
    format!("p{person}")
}

fn place(number: usize) -> String {
    format!("r{number}")
}

/// Everybody is everywhere and hears all; person 5 once leaves place 0 and comes back, person 4
/// blocks person 3 for a while, and the server does as it should.
fn clean(seed: u64) -> Vec<Event> {
    let mut random = Random::new(seed);
    let mut history = Vec::new();
    let mut logs = vec![Vec::<Row>::new(); PLACES];
    for connection in 0..PEOPLE {
        for number in 0..PLACES {
            let (by, place) = (name(connection), place(number));
            history.push(Event::Listens { connection, by, place, after: Some(0) });
        }
    }
    let outside = From::Place(place(0));
    let silence = From::Person(name(3));
    for number in 0..MESSAGES {
        let (who, from) = (name(5), outside.clone());
        let (blocker, blocked) = (name(4), silence.clone());
        match number {
            100 => history.push(Event::PartingBegun { who, from }),
            101 => history.push(Event::Parted { who, from }),
            200 => history.push(Event::ReturnBegun { who, from }),
            201 => history.push(Event::Returned { who, from }),
            300 => history.push(Event::PartingBegun { who: blocker, from: blocked }),
            301 => history.push(Event::Parted { who: blocker, from: blocked }),
            400 => history.push(Event::ReturnBegun { who: blocker, from: blocked }),
            401 => history.push(Event::Returned { who: blocker, from: blocked }),
            _ => {}
        }
        let (sender, at) = (random.below(PEOPLE), random.below(PLACES));
        let (mark, by, place) = (format!("m{number}"), name(sender), place(at));
        let begun = Event::SendBegun { mark: mark.clone(), by: by.clone(), place: place.clone() };
        history.push(begun);
        if number % 50 == 49 {
            history.push(Event::Refused { mark });
            continue;
        }
        let seq = logs[at].len() as i64 + 1;
        let id = format!("id{number}");
        logs[at].push(Row { seq, id: id.clone(), mark: mark.clone(), by });
        if number % 20 == 19 {
            history.push(Event::LeftUnknown { mark: mark.clone() });
        } else {
            let seq = Some(seq);
            history.push(Event::Acknowledged { mark: mark.clone(), seq, id: Some(id) });
        }
        for connection in 0..PEOPLE {
            let outside = connection == 5 && at == 0 && (100..201).contains(&number);
            let silent = connection == 4 && sender == 3 && (301..400).contains(&number);
            if !outside && !silent {
                let seq = (connection % 2 == 0).then_some(seq); // some dialects do not say it
                let (place, mark) = (place.clone(), mark.clone());
                history.push(Event::Heard { connection, place, seq, mark });
            }
        }
        if number % 10 == 0 {
            let rows = logs[at].iter().rev().take(30).rev();
            let rows = rows.map(|row| (Some(row.seq), row.mark.clone())).collect();
            history.push(Event::ReadBegun { read: number, by: name(0), place });
            history.push(Event::Read { read: number, rows });
        }
    }
    history.extend((0..PEOPLE).map(|connection| Event::CaughtUp { connection }));
    let logs = logs.into_iter().enumerate();
    history.extend(logs.map(|(at, rows)| Event::Final { place: place(at), rows }));
    history
}

/// Where the history has the nth event of a kind.
fn nth(history: &[Event], nth: usize, is: impl Fn(&Event) -> bool) -> usize {
    history.iter().enumerate().filter(|(_, event)| is(event)).nth(nth).unwrap().0
}

fn heard_on(event: &Event, wanted: usize) -> bool {
    matches!(event, Event::Heard { connection, .. } if *connection == wanted)
}

fn is_ack(event: &Event) -> bool {
    matches!(event, Event::Acknowledged { .. })
}

fn is_final(event: &Event) -> bool {
    matches!(event, Event::Final { .. })
}

/// The log of the first place, to be spoilt.
fn first_log(history: &mut [Event]) -> &mut Vec<Row> {
    let at = nth(history, 0, is_final);
    let Event::Final { rows, .. } = &mut history[at] else { unreachable!() };
    rows
}

/// Holds that a history spoilt like this shows what it is, and that it showed nothing before.
#[track_caller]
fn shows(wrong: Wrong, spoil: impl Fn(&mut Vec<Event>, &mut Random)) {
    for seed in 1..=4 {
        let mut history = clean(seed);
        assert!(check(&history).is_empty());
        spoil(&mut history, &mut Random::new(seed));
        let found = check(&history);
        assert!(found.iter().any(|one| one.wrong == wrong), "{seed}: {found:?}");
    }
}

#[test]
fn a_clean_history_shows_nothing() {
    for seed in 1..20 {
        let found = check(&clean(seed));
        assert!(found.is_empty(), "{seed}: {found:?}");
    }
}

#[test]
fn a_delivery_that_never_came_is_a_gap_also_at_the_end() {
    shows(Wrong::Gap, |history, random| {
        let lost = nth(history, 20 + random.below(300), |event| heard_on(event, 2));
        history.remove(lost);
    });
    shows(Wrong::Gap, |history, _| {
        // the connection says that it knows everything, and has missed the last acknowledged one
        let late = nth(history, 0, |event| matches!(event, Event::CaughtUp { connection: 2 }));
        let Event::Listens { by, place, .. } = history[0].clone() else { unreachable!() };
        history[late] = Event::Listens { connection: 99, by, place, after: Some(3) };
        history.insert(late + 1, Event::CaughtUp { connection: 99 });
    });
}

#[test]
fn a_delivery_that_came_twice_or_too_early_is_found() {
    shows(Wrong::Double, |history, random| {
        let twice = nth(history, random.below(300), |event| heard_on(event, 3));
        history.insert(twice + 1, history[twice].clone());
    });
    shows(Wrong::Double, |history, _| {
        // what was known before is told again after coming back
        let again = nth(history, 0, |event| heard_on(event, 1));
        let Event::Heard { place, .. } = &history[again] else { unreachable!() };
        let (by, place) = (name(1), place.clone());
        let back = Event::Listens { connection: 1, by, place, after: Some(1) };
        history.insert(again, back);
    });
    shows(Wrong::Reorder, |history, random| {
        let early = nth(history, random.below(200), |event| heard_on(event, 1));
        let Event::Heard { place: here, .. } = history[early].clone() else { unreachable!() };
        let later = (early + 1..history.len()).find(|at| {
            let there = &history[*at];
            matches!(there, Event::Heard { connection: 1, place, .. } if *place == here)
        });
        history.swap(early, later.unwrap());
    });
}

#[test]
fn what_nobody_sent_or_no_log_has_is_found() {
    shows(Wrong::Phantom, |history, random| {
        let at = nth(history, random.below(300), |event| heard_on(event, 2));
        let Event::Heard { mark, .. } = &mut history[at] else { unreachable!() };
        *mark = "from nowhere".into();
    });
    shows(Wrong::TwoAtOnePlace, |history, random| {
        let at = nth(history, random.below(300), |event| heard_on(event, 2));
        let Event::Heard { mark, .. } = &mut history[at] else { unreachable!() };
        *mark = "from nowhere".into();
    });
    shows(Wrong::HeardButNotStored, |history, _| {
        // never acknowledged, told all the same, and gone: the last of the log
        let log = first_log(history);
        let last = log.pop().unwrap();
        history.retain(
            |event| !matches!(event, Event::Acknowledged { mark, .. } if *mark == last.mark),
        );
    });
}

#[test]
fn what_comes_to_who_is_parted_from_it_is_found() {
    shows(Wrong::HeardOutside, |history, _| {
        let gone = nth(history, 0, |event| matches!(event, Event::Parted { .. }));
        let place = place(0);
        let is_there = |event: &&Event| matches!(event, Event::Heard { connection: 0, place: at, .. } if *at == place);
        let at = gone + history[gone..].iter().position(|event| is_there(&event)).unwrap();
        let Event::Heard { seq, mark, .. } = history[at].clone() else { unreachable!() };
        history.insert(at, Event::Heard { connection: 5, place, seq, mark });
    });
    shows(Wrong::HeardFromBlocked, |history, _| {
        let silent = nth(history, 1, |event| matches!(event, Event::Parted { .. }));
        let blocked = name(3);
        let is_begun =
            |event: &Event| matches!(event, Event::SendBegun { by, .. } if *by == blocked);
        let begun = silent + history[silent..].iter().position(is_begun).unwrap();
        let Event::SendBegun { mark, place, .. } = history[begun].clone() else { unreachable!() };
        history.insert(begun + 2, Event::Heard { connection: 4, place, seq: None, mark });
    });
}

#[test]
fn what_was_acknowledged_and_is_lost_or_double_is_found() {
    shows(Wrong::LostAcknowledgement, |history, random| {
        let log = first_log(history);
        log.remove(random.below(log.len() / 2));
        log.iter_mut().zip(1..).for_each(|(row, seq)| row.seq = seq);
    });
    shows(Wrong::HoleInLog, |history, random| {
        let log = first_log(history);
        log.remove(random.below(log.len() / 2));
    });
    shows(Wrong::StoredTwice, |history, _| {
        let log = first_log(history);
        let (mut again, seq) = (log[5].clone(), log.len() as i64 + 1);
        (again.seq, again.id) = (seq, "another".into());
        log.push(again);
    });
    shows(Wrong::AtTwoPlaces, |history, random| {
        let at = nth(history, random.below(300), is_ack);
        let mut again = history[at].clone();
        let Event::Acknowledged { seq, .. } = &mut again else { unreachable!() };
        *seq = seq.map(|seq| seq + 1);
        history.insert(at + 1, again);
    });
    shows(Wrong::RefusedButThere, |history, random| {
        let at = nth(history, random.below(300), is_ack);
        let Event::Acknowledged { mark, .. } = history[at].clone() else { unreachable!() };
        history[at] = Event::Refused { mark };
    });
}

#[test]
fn what_stands_before_what_was_there_already_is_found() {
    shows(Wrong::OutOfTime, |history, _| {
        let log = first_log(history);
        let (early, late) = (log[10].mark.clone(), log[15].mark.clone());
        (log[10].mark, log[15].mark) = (late, early);
    });
}

#[test]
fn a_read_without_what_was_acknowledged_is_found() {
    shows(Wrong::StaleRead, |history, random| {
        let at = nth(history, 5 + random.below(20), |event| matches!(event, Event::Read { .. }));
        let Event::Read { rows, .. } = &mut history[at] else { unreachable!() };
        rows.pop();
    });
}

//! Lines of another community, or of this one as it was elsewhere, become rows.
//!
//! What always holds: every line has a `rev` of its own, in the order of lines, so that what orders rows here
//! ordered them there; what rows count is counted anew; nobody is told, for nobody is there yet. A line that
//! cannot stand is told with its number, and nothing of what came with it stays.

mod community;
mod said;

use std::borrow::Cow;

use rusqlite::ErrorCode;

use super::{Applied, Outcome, Tx};
use crate::{
    change::{Import, Line},
    model::{Code, Refusal, Rev},
    store::{Halt, query},
};

/// Brings lines in. Who does it runs the program.
pub(super) fn import(tx: &mut Tx<'_>, import: &Import) -> Applied {
    query::server::administers(tx.db, tx.by)?;
    let first = tx.rev;
    for ((number, line), rev) in import.lines.iter().zip(first.0..) {
        tx.rev = Rev(rev);
        bring(tx, line, import.adds).map_err(|halt| of_line(*number, halt))?;
    }
    let last = tx.rev;
    tx.told.clear();
    Ok(Outcome::Imported(last))
}

fn bring(tx: &mut Tx<'_>, line: &Line, adds: bool) -> Result<(), Halt> {
    line.check().map_err(|why| Refusal::new(Code::Invalid, why))?;
    match line {
        Line::Server(line) => community::server(tx, line),
        Line::Person(line) => community::person(tx, line, adds),
        Line::Friendship(line) => community::friendship(tx, line),
        Line::Block(line) => community::block(tx, line),
        Line::Notification(line) => community::notification(tx, line),
        Line::Game(line) => community::game(tx, line),
        Line::Tournament(line) => community::tournament(tx, line),
        Line::Player(line) => community::player(tx, line),
        Line::Invitation(line) => community::pass(tx, line),
        Line::Ban(line) => community::ban(tx, line),
        Line::Audit(line) => community::audit(tx, line),
        Line::Room(line) => said::room(tx, line, adds),
        Line::Direct(line) => said::direct(tx, line, adds),
        Line::Member(line) => said::member(tx, line, adds),
        Line::File(line) => said::file(tx, line),
        Line::Piece(line) => said::piece(tx, line),
        Line::Message(line) => said::message(tx, line, adds),
        Line::Version(line) => said::version(tx, line),
        Line::Reaction(line) => said::reaction(tx, line, adds),
        Line::Pin(line) => said::pin(tx, line, adds),
        Line::Read(line) => said::read(tx, line),
        Line::Furthest(line) => said::furthest(tx, line),
        // these are for who reads the lines
        Line::Salon(_) | Line::End(_) => Ok(()),
    }
}

/// What is wrong, and where. That rows do not fit together is the line's fault, not the file's.
fn of_line(number: u64, halt: Halt) -> Halt {
    let (code, why) = match halt {
        Halt::Refused(refusal) => (refusal.code, refusal.message),
        Halt::Fault(fault) => match fault.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => {
                let unfit = "it names what is not there, or is there already";
                (Code::Conflict, Cow::from(unfit))
            }
            _ => return Halt::Fault(fault),
        },
    };
    Refusal::new(code, format!("line {number}: {why}")).into()
}

/// Something that the line says is not so.
fn refused(why: &'static str) -> Halt {
    Refusal::new(Code::Invalid, why).into()
}

//! What is asked of a server that runs for long, and whether this one does it.

use std::fmt;

use crate::{
    ledger::Amiss,
    record::{Line, Record, median},
    server::Usage,
    tally::Totals,
};

/// The most that the log may have, in bytes.
const LOG: u64 = 80_000_000;

/// So many more files than before may be open once everyone is gone, and while as many are there.
const FILES_IDLE: usize = 2;
const FILES_BUSY: f64 = 16.0;

/// By how much memory, and times, may be larger in the last quarter than in the second.
const MEMORY: f64 = 1.15;
const TIMES: f64 = 1.5;

/// What SQLite's page caches may take, in KiB: 16 MiB the writer's, 2 MiB each of four readers'.
const CACHES: f64 = 24.0 * 1024.0;

pub struct Findings<'a> {
    pub record: &'a Record,
    pub totals: &'a Totals,
    pub amiss: &'a Amiss,
    /// With nobody connected, just started; and at the end.
    pub fresh: Usage,
    pub idle: Usage,
    /// What the server did otherwise than it says.
    pub complaints: &'a [String],
    pub quick: bool,
}

pub struct Verdict {
    lines: Vec<(bool, String)>,
    remarks: Vec<String>,
}

impl Verdict {
    pub fn new(found: &Findings) -> Self {
        let mut verdict = Self { lines: Vec::new(), remarks: Vec::new() };
        verdict.history(found);
        verdict.files(found);
        let log = found.record.log();
        verdict.holds(log <= LOG, format!("the log had {:.1} MB at most", log as f64 / 1e6));
        if found.quick {
            verdict.remarks.push("a quick run is too short to judge what grows".into());
        } else {
            verdict.memory(found);
            verdict.times(found);
        }
        for complaint in found.complaints {
            verdict.holds(false, complaint.clone());
        }
        verdict
    }

    pub fn is_good(&self) -> bool {
        self.lines.iter().all(|(is_good, _)| *is_good)
    }

    fn holds(&mut self, is_good: bool, what: String) {
        self.lines.push((is_good, what));
    }

    fn history(&mut self, found: &Findings) {
        let Amiss { lost, doubled, changed, strange, holes, unanswered } = found.amiss;
        self.holds(
            *found.amiss == Amiss::default(),
            format!(
                "of what was acknowledged, the history has lost {lost}, doubled {doubled}, \
                 otherwise {changed}; nobody said {strange}; empty places {holes}; never \
                 answered {unanswered}"
            ),
        );
        let Totals { heard, heard_twice, not_heard, .. } = found.totals;
        self.holds(
            heard_twice + not_heard == 0,
            format!("at sockets, heard {heard}, twice {heard_twice}, not at all {not_heard}"),
        );
    }

    fn files(&mut self, found: &Findings) {
        let (before, after) = (found.fresh.files, found.idle.files);
        self.holds(
            after <= before + FILES_IDLE,
            format!("open files with nobody there: {before} at first, {after} at the end"),
        );
        if !found.quick {
            let files = |line: &Line| line.usage.files as f64;
            let [second, last] = quarters(found.record, files);
            self.holds(
                last <= second + FILES_BUSY,
                format!("open files: {second} in the second quarter, {last} in the last"),
            );
        }
    }

    /// Pages of the file that SQLite keeps are no leak: what they may still have to take in the
    /// second quarter, if all that was taken until then was theirs, may come later.
    fn memory(&mut self, found: &Findings) {
        let [second, last] = quarters(found.record, |line| line.usage.pss);
        let caches = (found.fresh.pss + CACHES - second).max(0.0);
        self.holds(
            last <= second * MEMORY + caches,
            format!(
                "memory: {:.1} MB in the second quarter, {:.1} MB in the last: {:.2} × (may be \
                 {MEMORY} × and {:.1} MB); {:.1} MB fresh, {:.1} MB with nobody there in the end",
                second / 1024.0,
                last / 1024.0,
                last / second,
                caches / 1024.0,
                found.fresh.pss / 1024.0,
                found.idle.pss / 1024.0,
            ),
        );
    }

    /// Told only: machines are busy with other things.
    fn times(&mut self, found: &Findings) {
        let told = [
            ("acknowledgement", quarters(found.record, Line::acknowledgement)),
            ("page", quarters(found.record, Line::page)),
        ];
        for (what, [second, last]) in told {
            let is_flat = if last <= second * TIMES { "flat" } else { "NOT FLAT (fails nothing)" };
            self.remarks.push(format!(
                "{what}: {second:.1} ms in the second quarter, {last:.1} ms in the last: {is_flat}"
            ));
        }
    }
}

/// The medians of the second and the last.
fn quarters(record: &Record, figure: impl Fn(&Line) -> f64) -> [f64; 2] {
    [1, 3].map(|number| median(record.quarter(number).iter().map(&figure)))
}

impl fmt::Display for Verdict {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        for (is_good, line) in &self.lines {
            writeln!(to, "- {}: {line}", if *is_good { "good" } else { "FAILED" })?;
        }
        for remark in &self.remarks {
            writeln!(to, "- {remark}")?;
        }
        Ok(())
    }
}

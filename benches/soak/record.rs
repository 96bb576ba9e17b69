//! The record: a line each interval, and the table made of it.

use std::{fmt, time::Duration};

use crate::{server::Usage, tally::Counts};

/// Rows of the table.
const ROWS: usize = 20;

/// One interval.
pub struct Line {
    /// When it ended.
    pub at: Duration,
    pub counts: Counts,
    pub usage: Usage,
    /// The longest that the log was.
    pub log: u64,
    pub faults: Vec<&'static str>,
}

#[derive(Default)]
pub struct Record {
    pub lines: Vec<Line>,
}

/// The one that so large a part of them does not exceed; nothing where there are none.
fn part(times: &mut [f32], part: f64) -> Option<f32> {
    times.sort_unstable_by(f32::total_cmp);
    let at = (times.len() as f64 * part) as usize;
    times.get(at.min(times.len().saturating_sub(1))).copied()
}

/// The median.
pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.filter(|figure| figure.is_finite()).collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Line {
    /// The median of its acknowledgements, in milliseconds.
    pub fn acknowledgement(&self) -> f64 {
        part(&mut self.counts.acknowledgements.clone(), 0.5).map_or(f64::NAN, f64::from)
    }

    pub fn page(&self) -> f64 {
        part(&mut self.counts.pages.clone(), 0.5).map_or(f64::NAN, f64::from)
    }
}

impl Record {
    /// The quarter of that number, of four.
    pub fn quarter(&self, number: usize) -> &[Line] {
        let end = |number: usize| self.lines.len() * number / 4;
        &self.lines[end(number)..end(number + 1)]
    }

    /// The longest that the log ever was, in bytes.
    pub fn log(&self) -> u64 {
        self.lines.iter().map(|line| line.log).max().unwrap_or(0)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        writeln!(
            to,
            "| until | messages | acknowledged: p50, p99, longest | page: p50, p99, longest | Pss \
             | files | threads | log | database | refused | faults |\n\
             |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
        )?;
        for row in 0..ROWS {
            let end = |row: usize| self.lines.len() * row / ROWS;
            let lines = &self.lines[end(row)..end(row + 1)];
            let Some(last) = lines.last() else { continue };
            let times = |which: fn(&Counts) -> &Vec<f32>| {
                lines.iter().flat_map(|line| which(&line.counts)).copied().collect::<Vec<_>>()
            };
            let mut acknowledged = times(|counts| &counts.acknowledgements);
            let most = |figure: fn(&Line) -> f64| lines.iter().map(figure).fold(0.0, f64::max);
            let faults: Vec<&str> = lines.iter().flat_map(|line| line.faults.clone()).collect();
            writeln!(
                to,
                "| {:.1} min | {} | {} | {} | {:.1} MB | {} | {} | {:.0} MB | {:.0} MB | {} | {} |",
                last.at.as_secs_f64() / 60.0,
                acknowledged.len(),
                spread(&mut acknowledged),
                spread(&mut times(|counts| &counts.pages)),
                median(lines.iter().map(|line| line.usage.pss)) / 1024.0,
                median(lines.iter().map(|line| line.usage.files as f64)),
                median(lines.iter().map(|line| line.usage.threads as f64)),
                most(|line| line.log as f64) / 1e6,
                last.usage.database as f64 / 1e6,
                lines.iter().map(|line| line.counts.refusals).sum::<usize>(),
                faults.join(", "),
            )?;
        }
        Ok(())
    }
}

fn spread(times: &mut [f32]) -> String {
    let mut of = |wanted| part(times, wanted).unwrap_or(f32::NAN);
    format!("{:.1}, {:.1}, {:.0} ms", of(0.5), of(0.99), of(1.0))
}

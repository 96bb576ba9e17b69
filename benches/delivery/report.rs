//! The table that is printed: Salon, its ceiling, how they stand to each other, the goal, and what
//! would make the figures doubtful.

use std::fmt;

use crate::{ledger::Faults, machine, options::Options, run::Measured};

#[derive(Clone, Copy)]
pub enum Unit {
    Megabytes,
    Kilobytes,
    Bytes,
    PerSecond,
    Seconds,
    Milliseconds,
    Microseconds,
    Count,
}

/// What a figure is held against. A goal that is missed is told, not punished: a busy machine
/// misses goals too.
#[derive(Clone, Copy)]
pub enum Goal {
    None,
    /// Salon's figure itself.
    AtMost(f64),
    /// Salon's by the ceiling's: now, and what it should become.
    RatioAtLeast(f64, Option<f64>),
    RatioAtMost(f64),
}

struct Row {
    what: String,
    unit: Unit,
    salon: Option<f64>,
    ceiling: Option<f64>,
    goal: Goal,
}

pub struct Report {
    rows: Vec<Row>,
    faults: Faults,
    /// The most cores that the generator, and that anything else, kept busy during a run.
    generator: f64,
    others: f64,
    /// The disk kept a commit waiting much longer than it mostly does.
    has_stalled: bool,
    quick: bool,
    has_salon: bool,
    conditions: String,
}

impl Report {
    pub fn new(options: &Options) -> Report {
        Report {
            rows: Vec::new(),
            faults: Faults::default(),
            generator: 0.0,
            others: 0.0,
            has_stalled: false,
            quick: options.quick,
            has_salon: options.salon.is_some(),
            conditions: format!(
                "{}; {}; {} rounds of {} s each",
                machine::describe(),
                options.cores.describe(),
                options.rounds,
                options.seconds.as_secs_f64()
            ),
        }
    }

    pub fn row(
        &mut self,
        what: impl Into<String>,
        unit: Unit,
        salon: Option<f64>,
        ceiling: impl Into<Option<f64>>,
        goal: Goal,
    ) {
        self.rows.push(Row { what: what.into(), unit, salon, ceiling: ceiling.into(), goal });
    }

    /// Takes down what went wrong in a run, and what disturbed it.
    pub fn check(&mut self, run: &Measured) {
        self.check_faults(run.faults);
        self.generator = self.generator.max(run.generator / run.seconds);
        self.others = self.others.max(run.others / run.seconds);
    }

    /// Takes down what went wrong.
    pub fn check_faults(&mut self, faults: Faults) {
        self.faults += faults;
    }

    /// Takes down how evenly the disk took commits: their mean time by their median.
    pub fn check_disk(&mut self, mean_by_median: f64) {
        self.has_stalled |= mean_by_median > 2.0;
    }

    /// Every delivery came where it belonged, once, in one order.
    pub fn is_sound(&self) -> bool {
        !self.faults.any()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        writeln!(to, "{}.\n", self.conditions)?;
        writeln!(to, "| | Salon | ceiling | ratio | goal |\n|---|---:|---:|---:|---|")?;
        for row in &self.rows {
            let write = |figure| row.unit.write(figure);
            let [salon, ceiling] = [row.salon, row.ceiling].map(|figure| or_dash(figure, write));
            let (ratio, goal) = (or_dash(row.ratio(), |ratio| format!("{ratio:.2}")), row.judge());
            writeln!(to, "| {} | {salon} | {ceiling} | {ratio} | {goal} |", row.what)?;
        }
        let Faults { lost, doubled, astray, disordered } = self.faults;
        if self.is_sound() {
            writeln!(to, "\nEvery delivery came once, where it belonged, in one order.")?;
        } else {
            writeln!(
                to,
                "\nFAILED: deliveries lost {lost}, doubled {doubled}, led astray {astray}; \
                 sockets that heard another order: {disordered}."
            )?;
        }
        if self.generator > 0.0 {
            let generator = self.generator;
            writeln!(to, "The generator kept at most {generator:.2} of a core busy.")?;
        }
        if self.generator >= 0.97 {
            writeln!(to, "That was the limit in some run: its server can do more.")?;
        }
        if self.others >= 0.1 {
            let others = self.others;
            writeln!(to, "Something else kept up to {others:.1} cores busy: measure again.")?;
        }
        if self.has_stalled {
            writeln!(
                to,
                "The disk stalled, so only medians of time are worth a look: measure again."
            )?;
        }
        if !self.has_salon {
            writeln!(to, "No Salon to measure: SALON_BIN names one.")?;
        }
        if self.quick {
            writeln!(to, "A quick run shows that the bench works; its figures mean nothing.")?;
        }
        Ok(())
    }
}

/// A figure, where there is one.
fn or_dash(figure: Option<f64>, write: impl Fn(f64) -> String) -> String {
    figure.map_or_else(|| "–".into(), write)
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        Some(self.salon? / self.ceiling?)
    }

    fn judge(&self) -> String {
        let verdict = |is_met| match self.salon {
            None => "",
            Some(_) if is_met => ": met",
            Some(_) => ": missed",
        };
        let (salon, ratio) = (self.salon.unwrap_or(f64::NAN), self.ratio().unwrap_or(f64::NAN));
        match self.goal {
            Goal::None => String::new(),
            Goal::AtMost(most) => format!("≤ {}{}", self.unit.write(most), verdict(salon <= most)),
            Goal::RatioAtMost(most) => format!("≤ {most} ×{}", verdict(ratio <= most)),
            Goal::RatioAtLeast(least, None) => format!("≥ {least} ×{}", verdict(ratio >= least)),
            Goal::RatioAtLeast(least, Some(later)) => {
                format!("≥ {least} ×, later {later} ×{}", verdict(ratio >= least))
            }
        }
    }
}

impl Unit {
    fn write(self, figure: f64) -> String {
        match self {
            Unit::Megabytes => format!("{figure:.1} MB"),
            Unit::Kilobytes => format!("{figure:.1} KB"),
            Unit::Bytes => format!("{figure:.0} B"),
            Unit::PerSecond if figure >= 10_000.0 => format!("{:.0} k/s", figure / 1e3),
            Unit::PerSecond => format!("{figure:.0} /s"),
            Unit::Seconds => format!("{figure:.2} s"),
            Unit::Milliseconds => format!("{figure:.2} ms"),
            Unit::Count => format!("{figure:.0}"),
            Unit::Microseconds => format!("{figure:.2} µs"),
        }
    }
}

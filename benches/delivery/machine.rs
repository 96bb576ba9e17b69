//! The machine, as Linux tells of it under `/proc`: which cores are used for what, what processes
//! cost, what else is going on.

use std::{
    fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// What a process does of its own accord (it looks through its file, it puts its index in order) ends some time.
const PATIENCE: Duration = Duration::from_secs(120);
const QUIET: Duration = Duration::from_millis(500);

/// Which core serves and which one generates. Apart, neither takes the other's time.
pub struct Cores {
    apart: Option<(usize, usize)>,
}

impl Cores {
    /// Moves this process to the generator's core, where there are two and `taskset` is here.
    pub fn take() -> Cores {
        let allowed = allowed();
        let [server, generator, ..] = allowed[..] else {
            return Cores { apart: None };
        };
        let moved = Command::new("taskset")
            .args(["-a", "-c", "-p", &generator.to_string(), &std::process::id().to_string()])
            .output()
            .is_ok_and(|o| o.status.success());
        Cores { apart: moved.then_some((server, generator)) }
    }

    /// A command that will run on the server's core. `taskset` becomes the program it starts, so
    /// the process id is the server's own.
    pub fn server(&self, program: &std::path::Path) -> Command {
        let Some((server, _)) = self.apart else {
            return Command::new(program);
        };
        let mut command = Command::new("taskset");
        command.args(["-c", &server.to_string()]).arg(program);
        command
    }

    pub fn describe(&self) -> String {
        match self.apart {
            Some((server, generator)) => {
                format!("server pinned to core {server}, generator to core {generator}")
            }
            None => "not pinned (one core only, or no taskset): server and generator share".into(),
        }
    }
}

/// The cores this process may use.
fn allowed() -> Vec<usize> {
    let list = field("/proc/self/status", "Cpus_allowed_list");
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.trim().parse().ok()?..=to.trim().parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

/// Processor seconds a process has used, its ended threads included, in hundredths.
pub fn processor_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces; user and system time stand 12 and 13 after it.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// Waits until a process does nothing any more.
pub fn rest(process: u32) {
    let began = Instant::now();
    let mut used = -1.0;
    while began.elapsed() < PATIENCE {
        thread::sleep(QUIET);
        let now = processor_seconds(process);
        if now - used < 0.005 {
            return;
        }
        used = now;
    }
}

/// Processor seconds all of the machine has been busy, including what a hypervisor took away.
pub fn busy_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let ticks: Vec<f64> = stat
        .lines()
        .next()
        .unwrap_or("")
        .split_whitespace()
        .skip(1)
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    // user, nice, system, irq, softirq, steal: all but idle and waiting
    [0, 1, 2, 5, 6, 7].iter().filter_map(|i| ticks.get(*i)).sum::<f64>() / 100.0
}

/// Memory that is a process's own, shared pages divided by how many share them, in KiB.
pub fn memory(process: u32) -> f64 {
    let pss = field(&format!("/proc/{process}/smaps_rollup"), "Pss");
    pss.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(f64::NAN)
}

/// Watches by how much a process grows.
pub struct Peak {
    before: f64,
    is_over: Arc<AtomicBool>,
    most: JoinHandle<f64>,
}

impl Peak {
    pub fn watch(process: u32) -> Peak {
        let is_over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&is_over);
        let most = thread::spawn(move || {
            let mut most = memory(process);
            while !ended.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
                most = most.max(memory(process));
            }
            most
        });
        Peak { before: memory(process), is_over, most }
    }

    /// In KiB, at most, until now.
    pub fn growth(self) -> f64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.most.join().map_or(f64::NAN, |most| most - self.before)
    }
}

/// One line on what these figures were measured on.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let all = fs::read_to_string("/proc/cpuinfo")
        .map_or(cores, |info| info.lines().filter(|l| l.starts_with("processor")).count());
    let model = field("/proc/cpuinfo", "model name");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} cores of {model}, Linux {}", all.max(1), kernel.trim())
}

/// What stands after `name:` in a file of `/proc`.
fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map_or_else(String::new, |(_, value)| value.trim().into())
}

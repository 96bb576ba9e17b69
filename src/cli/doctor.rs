//! `salon doctor`: what is wrong with how the server is run, and how to mend it.
//!
//! A server that runs is asked over the socket beside its file; what it cannot see (owners, modes, the
//! file's soundness, the clock) is looked at from here. Nothing is written.

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use hyper::Method;
use serde_json::{Value, json};

use super::line::Line;
use crate::{
    app::{Disk, Settings, bytes},
    model::{Finding, Level, Timestamp},
    serve,
    store::{self, OpenError},
};

/// No clock is right that is before this program was written: the beginning of 2026.
const EARLIEST: Timestamp = Timestamp(1_767_225_600_000);

/// How far the clock may be behind what the file has seen.
const LEEWAY_MS: i64 = 60_000;

const DAY_MS: i64 = 86_400_000;

/// A copy older than this many days is old.
const OLD_DAYS: i64 = 30;

/// Less memory than this is little for the whole machine.
const LITTLE_MEMORY: u64 = 64 << 20;

/// Looks at everything, says it, and fails where there is a problem.
pub(super) fn run(settings: &Settings, secrets: &[PathBuf], as_json: bool) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let findings = match runtime {
        Ok(runtime) => runtime.block_on(examine(settings, secrets)),
        Err(error) => vec![Finding::problem("program", error.to_string(), "try again")],
    };
    let is_well = findings.iter().all(|one| one.level < Level::Problem);
    let said = if as_json {
        format!("{:#}\n", json!({ "is_well": is_well, "findings": findings }))
    } else {
        findings.iter().map(line).collect()
    };
    super::print(&said);
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(finding: &Finding) -> String {
    let Finding { level, about, says, mend } = finding;
    let head = format!("{:<8} {about:<11} {says}\n", level.as_str());
    if mend.is_empty() { head } else { format!("{head}{:<21}{mend}\n", "") }
}

async fn examine(settings: &Settings, secrets: &[PathBuf]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let now = Timestamp::now();
    // copies that are taken by themselves: of a server that runs, and of how one would be started
    let mut taken = settings.backups.as_ref().and_then(|plan| plan.newest(now));
    let server = Line::running(&settings.data).await;
    match server {
        Ok(Some(mut line)) => {
            findings.extend(ask(&mut line).await);
            taken = taken.max(last_taken(&mut line).await);
        }
        Ok(None) => {
            let says = format!("no server runs on {}", settings.data.display());
            findings.push(Finding::fine("server", says));
            findings.push(port(settings.listen).await);
            findings.extend(settings.findings());
            if settings.data.exists() {
                findings.extend(disk(&settings.data).findings());
            }
        }
        Err(error) => findings.push(Finding::warning(
            "server",
            format!("the socket of the server cannot be used: {error}"),
            "run this as root, or as the user that the server runs as",
        )),
    }
    findings.extend(modes(&settings.data));
    findings.extend(secrets.iter().filter_map(|path| secret(path)));
    findings.extend(file(&settings.data, now, taken));
    findings.extend(memory());
    findings
}

/// What the server that runs says of itself.
async fn ask(line: &mut Line) -> Vec<Finding> {
    let silent = |error: String| {
        let mend = "look at its log; start it again if it is stuck";
        vec![Finding::problem("server", format!("the server does not answer: {error}"), mend)]
    };
    let health = match line.ask(Method::GET, "/api/admin/health", None).await {
        Ok(said) => said.value,
        Err(error) => return silent(error.to_string()),
    };
    let (own, its) = (env!("CARGO_PKG_VERSION"), health["version"].as_str().unwrap_or_default());
    let seconds = health["uptime_s"].as_u64().unwrap_or_default();
    let says = format!("version {its} runs, for {} min", seconds / 60);
    let mut findings = vec![if own == its {
        Finding::fine("server", says)
    } else {
        let says = format!("{says}; this program is {own}");
        Finding::warning("server", says, "start the server again, with the program that you mean")
    }];
    findings.extend(failed(&health));
    match line.ask(Method::GET, "/api/admin/diagnosis", None).await.map(|said| said.value) {
        Ok(Value::Array(told)) => {
            findings.extend(told.into_iter().filter_map(|one| serde_json::from_value(one).ok()));
        }
        Ok(_) => {}
        Err(error) => findings.extend(silent(error.to_string())), // an older server, most likely
    }
    findings
}

/// What the server does by itself, and could not do when it last tried.
fn failed(health: &Value) -> Vec<Finding> {
    let told = |name: &str| health[name].as_str();
    let mut findings = Vec::new();
    // dates of one form: the later is the greater
    if let Some(why) = told("backup_failure")
        && told("backup_failed_at") > told("last_backup_at")
    {
        let mend = "the user that the server runs as must be able to write to the folder of --backup-dir; \
                    it is tried again by itself";
        findings.push(Finding::problem("backup", format!("no copy could be taken: {why}"), mend));
    }
    if let Some(why) = told("certificate_failure") {
        let says = format!("there is no new certificate: {why}");
        findings.push(match told("certificate_ends_at") {
            Some(ends) => Finding::warning(
                "certificate",
                says,
                format!("mend it before {ends}: until then the one before is shown"),
            ),
            None => Finding::problem(
                "certificate",
                says,
                "nobody can come until there is one: see that the domain and its port 443 lead here",
            ),
        });
    }
    findings
}

/// When the server that runs last took a copy by itself, or found one that it had taken.
async fn last_taken(line: &mut Line) -> Option<Timestamp> {
    let health = line.ask(Method::GET, "/api/admin/health", None).await.ok()?.value;
    Timestamp::from_rfc3339(health["last_backup_at"].as_str()?)
}

async fn port(listen: SocketAddr) -> Finding {
    match serve::listen(listen).await {
        Ok(_) => Finding::fine("listen", format!("{listen} is free")),
        Err(error) => Finding::problem(
            "listen",
            format!("{listen} cannot be listened on: {error}"),
            format!("{} --listen", super::advice(&error)),
        ),
    }
}

/// A path that is the file's and something more.
fn beside(data: &Path, what: &str) -> PathBuf {
    let mut path = data.to_owned().into_os_string();
    path.push(what);
    path.into()
}

fn disk(data: &Path) -> Disk {
    Disk::look(data, beside(data, "-wal"))
}

/// Owners and modes of the folder, the file and what is beside it.
fn modes(data: &Path) -> Vec<Finding> {
    let folder = data.parent().filter(|folder| *folder != "").unwrap_or(".".as_ref());
    let shown = folder.display();
    let mut findings = Vec::new();
    match fs::metadata(folder) {
        Err(error) => findings.push(Finding::problem(
            "folder",
            format!("{shown}: {error}"),
            "make the folder, or name another file with --data",
        )),
        Ok(found) if found.mode() & 0o022 != 0 && found.mode() & 0o1000 == 0 => {
            findings.push(Finding::problem(
                "folder",
                format!("others may change {shown}, and so put another file in place of yours"),
                format!("chmod go-w {shown}"),
            ));
        }
        Ok(_) => {}
    }
    let Ok(owner) = fs::metadata(data).map(|found| found.uid()) else { return findings };
    // where nobody else may write, who owns the folder serves the file
    let served_by = fs::metadata(folder).ok().filter(|found| found.mode() & 0o022 == 0);
    if let Some(user) = served_by.map(|found| found.uid()).filter(|user| ![0, owner].contains(user))
    {
        let (says, mend) = (
            format!("{} belongs to user {owner}, its folder to {user}", data.display()),
            format!("if the server runs as {user}: chown {user} {}", data.display()),
        );
        findings.push(Finding::warning("owner", says, mend));
    }
    for part in ["", "-wal", "-shm", ".control"] {
        let path = beside(data, part);
        let Ok(found) = fs::symlink_metadata(&path) else { continue };
        let path = path.display();
        if found.uid() != owner {
            let says = format!("{path} belongs to user {}, the database to {owner}", found.uid());
            findings.push(Finding::problem("owner", says, format!("chown {owner} {path}")));
        }
        if found.mode() & 0o077 != 0 && !found.is_symlink() {
            let says = format!("{path} can be used by others than its owner");
            findings.push(Finding::problem("mode", says, format!("chmod 600 {path}")));
        }
    }
    findings
}

fn secret(path: &Path) -> Option<Finding> {
    let mode = fs::metadata(path).ok()?.mode();
    (mode & 0o007 != 0).then(|| {
        let says = format!("{} holds a secret, and everybody may read it", path.display());
        Finding::problem("secret", says, format!("chmod o= {}", path.display()))
    })
}

/// The file itself, and what it remembers; `taken`: when a copy was last taken that it does not know of.
fn file(data: &Path, now: Timestamp, taken: Option<Timestamp>) -> Vec<Finding> {
    let shown = data.display();
    if let Some(log) = store::stray_log(data) {
        let says = format!("{shown} is gone, and {} is the log of what was there", log.display());
        let mend = "give the file its name again, or put a copy there: salon restore FILE";
        return vec![Finding::problem("file", says, mend)];
    }
    if !data.exists() {
        let says = format!("there is no {shown}; the server makes it at its start");
        return vec![Finding::fine("file", says)];
    }
    let has_log = fs::metadata(beside(data, "-wal")).is_ok_and(|log| log.len() > 0);
    let found = match store::examine(data, has_log) {
        Ok(found) => found,
        Err(error) => {
            let mend = match &error {
                OpenError::NotOurs { .. } | OpenError::Newer { .. } => "name the right file",
                OpenError::File { .. }
                | OpenError::StrayLog { .. }
                | OpenError::InUse { .. }
                | OpenError::Damaged { .. }
                | OpenError::NotKept { .. }
                | OpenError::Sqlite { .. }
                | OpenError::Thread { .. } => "run this as root, or as the file's owner",
            };
            return vec![Finding::problem("file", error.to_string(), mend)];
        }
    };
    let (schema, known) = found.schema;
    let size = bytes(fs::metadata(data).map_or(0, |file| file.len()));
    let mut findings = vec![match &found.damage {
        None => Finding::fine("file", format!("{shown} is whole ({size}, schema {schema})")),
        Some(damage) => Finding::problem(
            "file",
            format!("{shown} is damaged: {damage}"),
            "stop the server, keep the file, and put the last backup in its place",
        ),
    }];
    if schema != known {
        let says = format!("the file has schema {schema}, this program reads {known}");
        let mend = "start this program to bring the file up to it, or the newer one that wrote it";
        findings.push(Finding::warning("schema", says, mend));
    }
    findings.push(clock(now, found.newest));
    findings.push(copied(now, found.copied.max(taken)));
    findings
}

fn clock(now: Timestamp, newest: Option<Timestamp>) -> Finding {
    let mend = "set the clock (timedatectl set-ntp true): messages get its time, and people are \
                signed out by it";
    let shown = now.to_rfc3339();
    match newest {
        _ if now < EARLIEST => {
            Finding::problem("clock", format!("the clock says {shown}, which is past"), mend)
        }
        Some(newest) if newest > now.plus_ms(LEEWAY_MS) => {
            let newest = newest.to_rfc3339();
            let says = format!("the clock says {shown}, and the newest message is of {newest}");
            Finding::problem("clock", says, mend)
        }
        _ => Finding::fine("clock", format!("the clock says {shown}")),
    }
}

fn copied(now: Timestamp, last: Option<Timestamp>) -> Finding {
    let mend = "salon admin backup FILE, and keep it on another disk, or start with --backup-dir; if \
                another program copies the file, all is well";
    let Some(last) = last else {
        return Finding::warning("backup", "no copy is known that salon took", mend);
    };
    let days = (now.0 - last.0) / DAY_MS;
    let says = format!("the last copy was taken {days} days ago");
    if days > OLD_DAYS {
        Finding::warning("backup", says, mend)
    } else {
        Finding::fine("backup", says)
    }
}

/// What the machine has left, where the system says (Linux).
fn memory() -> Option<Finding> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    let free = kilobytes * 1024;
    let says = format!("{} of memory are free", bytes(free));
    Some(if free < LITTLE_MEMORY {
        let mend = "end what is not needed: the system ends programs when there is none left";
        Finding::warning("memory", says, mend)
    } else {
        Finding::fine("memory", says)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::failed;
    use crate::model::Level;

    #[test]
    fn what_failed_last_is_told_until_it_is_done() {
        let levels = |health| failed(&health).iter().map(|one| one.level).collect::<Vec<_>>();
        let (early, late) = ("2026-11-22T01:15:00.000Z", "2026-11-22T01:30:00.000Z");
        let copies = |failed: &str, taken: Option<&str>| json!({ "backup_failure": "full", "backup_failed_at": failed, "last_backup_at": taken });
        assert_eq!(levels(copies(late, None)), [Level::Problem]);
        assert_eq!(levels(copies(late, Some(early))), [Level::Problem]);
        assert_eq!(levels(copies(early, Some(late))), []);
        let certificate = |ends: Option<&str>| json!({ "certificate_failure": "no", "certificate_ends_at": ends });
        assert_eq!(levels(certificate(None)), [Level::Problem]);
        assert_eq!(levels(certificate(Some(late))), [Level::Warning]);
        assert_eq!(levels(json!({ "last_backup_at": late, "certificate_ends_at": late })), []);
    }
}

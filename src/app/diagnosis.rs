//! Whether the server is run well: what its settings mean together, and what it sees of proxies, room and
//! files. Told in its log at the start, and to `salon doctor`.

use std::{net::IpAddr, sync::OnceLock};

use super::{App, Disk, Process, Settings, Steward, server::beside};
use crate::model::{Finding, Refusal};

/// Less room than this is a problem, and less than that a warning.
const NO_ROOM: u64 = 100 << 20;
const LITTLE_ROOM: u64 = 1 << 30;

/// A log of this size was not folded back for long.
const LONG_LOG: u64 = 256 << 20;

/// Files that a small community needs at once, with some for the database.
const FEW_FILES: u64 = 1024;

/// What was seen of how requests come.
#[derive(Default)]
pub(super) struct Seen {
    /// Who said that it speaks for somebody else, and is not trusted to: the first.
    forwarded_by: OnceLock<IpAddr>,
}

impl Seen {
    fn finding(&self) -> Option<Finding> {
        let by = self.forwarded_by.get()?;
        let says = format!("requests come from {by} with X-Forwarded-For, which is not believed");
        let mend = format!(
            "if {by} is your proxy, start with --trusted-proxy {by}: until then everybody has its address"
        );
        Some(Finding::warning("proxy", says, mend))
    }
}

impl App {
    /// A request says for whom it was forwarded, and who brings it is not trusted to say so.
    pub fn saw_forwarded_by(&self, by: IpAddr) {
        if self.seen.forwarded_by.set(by).is_ok()
            && let Some(Finding { says, mend, .. }) = self.seen.finding()
        {
            tracing::warn!(mend, "{says}");
        }
    }

    /// What is not as it should be goes to the log.
    pub fn log_findings(&self) {
        for Finding { says, mend, .. } in self.settings.findings() {
            tracing::warn!(mend, "{says}");
        }
    }

    /// Whether the server is run well.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn diagnosis(&self, steward: Steward) -> Result<Vec<Finding>, Refusal> {
        self.administered(steward, |_| Ok(())).await?;
        let mut findings = self.settings.findings();
        findings.extend(self.seen.finding());
        let (data, log) = (self.settings.data.clone(), beside(&self.settings, "-wal"));
        let looked =
            tokio::task::spawn_blocking(move || (Disk::look(&data, log), Process::look())).await;
        let (disk, process) = looked.map_err(|_| Refusal::unavailable())?;
        findings.extend(disk.findings());
        findings.extend(process.findings());
        Ok(findings)
    }
}

/// Bytes for people.
#[must_use]
pub fn bytes(count: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut place = 0;
    let mut rest = count;
    while rest >= 10_240 && place + 1 < units.len() {
        rest /= 1024;
        place += 1;
    }
    format!("{rest} {}", units[place])
}

impl Disk {
    /// Whether there is room.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(free) = self.free_bytes {
            let says = format!("{} are free where the file is", bytes(free));
            let mend =
                "make room, or move the file to a larger disk: without any, nothing new is kept";
            findings.push(if free < NO_ROOM {
                Finding::problem("disk", says, mend)
            } else if free < LITTLE_ROOM || free < self.database_bytes / 10 {
                Finding::warning("disk", says, mend)
            } else {
                Finding::fine("disk", says)
            });
        }
        let says = format!("the log beside the file has {}", bytes(self.log_bytes));
        findings.push(if self.log_bytes > LONG_LOG {
            let mend = "something reads the file for long, a backup by another program perhaps: \
                        end that, or start Salon again, which folds the log back";
            Finding::warning("log", says, mend)
        } else {
            Finding::fine("log", says)
        });
        findings
    }
}

impl Process {
    /// Whether the system gives it enough.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let (Some(open), Some(most)) = (self.open_files, self.most_files) else {
            return Vec::new();
        };
        let says = format!("{open} of {most} files are open");
        let mend = "raise the limit of open files (LimitNOFILE in a systemd unit, ulimit -Hn): \
                    each connection takes one";
        vec![if most < FEW_FILES {
            Finding::warning("files", format!("{says}, which is few"), mend)
        } else if open * 10 > most * 9 {
            Finding::warning("files", says, mend)
        } else {
            Finding::fine("files", says)
        }]
    }
}

impl Settings {
    /// What does not fit together; nothing when all does.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let url = self.public_url.as_deref();
        let is_https = url.is_some_and(|url| url.starts_with("https://"));
        let has_proxy = !self.trusted_proxies.is_empty();
        let mut findings = Vec::new();
        if is_https && !has_proxy && !self.https {
            findings.push(Finding::problem(
                "proxy",
                "the public URL is https, and no proxy is trusted that would bring it",
                "start with --trusted-proxy and the address of the proxy (127.0.0.1, most likely): \
                 until then cookies are not kept to HTTPS, and everybody has the proxy's address",
            ));
        }
        if has_proxy && url.is_none() {
            findings.push(Finding::warning(
                "public-url",
                "a proxy is trusted, and the public URL is not told",
                "start with --public-url https://… as people type it: links and invitations are made of it",
            ));
        }
        if self.trusted_proxies.iter().any(IpAddr::is_unspecified) {
            findings.push(Finding::problem(
                "proxy",
                "a trusted proxy is 0.0.0.0 or ::, which is nobody's address",
                "name the address that the proxy comes from",
            ));
        }
        let is_by_loopback = has_proxy && self.trusted_proxies.iter().all(IpAddr::is_loopback);
        if is_by_loopback && self.is_public() {
            findings.push(Finding::warning(
                "listen",
                format!("the proxy is on this machine, and {} can be reached past it", self.listen),
                format!("start with --listen 127.0.0.1:{}", self.listen.port()),
            ));
        }
        if url.is_some_and(|url| !is_https && !is_at_home(url)) {
            findings.push(Finding::warning(
                "public-url",
                "the public URL is plain http: passwords can be read on their way",
                "put a proxy with HTTPS in front; browsers also keep notifications for HTTPS",
            ));
        }
        if !self.limits {
            findings.push(Finding::warning(
                "limits",
                "nothing limits how often anybody may do something, guess passwords for one",
                "leave --limits off to load tests",
            ));
        }
        findings
    }
}

/// Whether a plain http address is one that only a home or a machine knows.
fn is_at_home(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let host = host.parse::<http::uri::Authority>();
    host.is_ok_and(|host| {
        let host = host.host().trim_matches(['[', ']']).to_owned();
        match host.parse() {
            Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            Ok(IpAddr::V6(ip)) => {
                ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
            Err(_) => {
                let last = host.rsplit('.').next().unwrap_or_default();
                !host.contains('.')
                    || matches!(last, "local" | "lan" | "home" | "internal" | "arpa")
            }
        }
    })
}

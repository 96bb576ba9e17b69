//! `GET /metrics`: how the server does, as Prometheus and its like read it.
//!
//! What always holds: it is for programs of this machine, and for who shows the token of
//! `--metrics-token`; nothing in it names a person, an address or a conversation.

use std::fmt::{Display, Write};

use http::{HeaderValue, Method, header};
use ring::digest;
use warp::reply::{Reply, Response};

use super::{parts::Parts, reply::Answer, traffic};
use crate::{
    app::{App, Vitals},
    counts::{self, BOUNDS_US, Tally},
    model::{Code, Refusal},
    wire,
};

/// Answers, or says that there is nothing here.
pub(super) async fn answer(app: &App, parts: &Parts) -> Answer {
    let_in(app, parts)?;
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return Err(Refusal::new(Code::MethodNotAllowed, "this address takes GET alone"));
    }
    let text = written(&app.vitals().await?);
    let mut answer: Response = text.into_response();
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Whoever shows a token must show the right one; without any, only this machine is let in, and not
/// what a proxy or a page under another name brings.
fn let_in(app: &App, parts: &Parts) -> Result<(), Refusal> {
    let shown = parts.headers.get(header::AUTHORIZATION);
    let wanted = app.settings.metrics_token.as_deref();
    match (shown, wanted) {
        (None, _) if parts.is_from_this_machine() => Ok(()),
        (_, None) => Err(Refusal::not_found()),
        (None, Some(_)) => Err(Refusal::forbidden("show the token of the metrics")),
        (Some(shown), Some(wanted)) => {
            app.limits.secret(parts.client_address(app))?;
            let shown = shown.to_str().ok().and_then(|shown| shown.strip_prefix("Bearer "));
            // of digests, how long the first bytes agree tells nothing
            let digest = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
            let fits = shown.is_some_and(|shown| digest(shown).as_ref() == digest(wanted).as_ref());
            if fits { Ok(()) } else { Err(Refusal::forbidden("this is not the metrics' token")) }
        }
    }
}

/// The text as it grows. Writing to a text cannot fail.
struct Text(String);

impl Text {
    /// What a family of numbers is called and means.
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (place, (label, text)) in labels.iter().enumerate() {
            let _ = write!(self.0, "{}{label}=\"{text}\"", if place == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, "counter", help);
        self.line(name, &[], value);
    }

    fn gauge<T: Display>(&mut self, name: &str, help: &str, value: Option<T>) {
        if let Some(value) = value {
            self.head(name, "gauge", help);
            self.line(name, &[], value);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "microseconds of centuries")]
    fn times(&mut self, name: &str, help: &str, tally: &Tally) {
        self.head(name, "histogram", help);
        let bucket = format!("{name}_bucket");
        let mut count = 0;
        for (place, within) in tally.within.iter().enumerate() {
            count += within;
            let bound = BOUNDS_US.get(place).map(|bound| (*bound as f64 / 1e6).to_string());
            self.line(&bucket, &[("le", bound.as_deref().unwrap_or("+Inf"))], count);
        }
        self.line(&format!("{name}_sum"), &[], tally.sum_us as f64 / 1e6);
        self.line(&format!("{name}_count"), &[], count);
    }
}

fn written(vitals: &Vitals) -> String {
    let mut text = Text(String::with_capacity(16 * 1024));
    people(&mut text, vitals);
    requests(&mut text);
    file(&mut text, vitals);
    process(&mut text, vitals);
    text.0
}

fn people(text: &mut Text, vitals: &Vitals) {
    text.head("salon_sockets", "gauge", "Open sockets, by what they speak.");
    for (dialect, name) in wire::NAMES.into_iter().enumerate() {
        for is_compressed in [false, true] {
            let place = if is_compressed { wire::compressed(dialect) } else { dialect };
            let count = vitals.sockets.iter().filter(|(spoken, _)| *spoken == place).count();
            let compressed = if is_compressed { "yes" } else { "no" };
            text.line("salon_sockets", &[("dialect", name), ("compressed", compressed)], count);
        }
    }
    let waiting = vitals.sockets.iter().map(|(_, bytes)| bytes);
    let (most, all) = (waiting.clone().max().copied().unwrap_or(0), waiting.sum::<usize>());
    text.gauge("salon_people_online", "People who show as online.", Some(vitals.people_online));
    text.gauge("salon_outbox_bytes", "Bytes that wait for all sockets together.", Some(all));
    text.gauge("salon_outbox_max_bytes", "Bytes that wait for the slowest socket.", Some(most));
    let deliveries = counts::DELIVERIES.get();
    text.counter("salon_deliveries_total", "Events put into outboxes, one a socket.", deliveries);
    text.head("salon_sockets_closed_total", "counter", "Sockets closed, by code; 4408: too slow.");
    for (code, count) in counts::closings() {
        let code = if code == 0 { "other".to_owned() } else { code.to_string() };
        text.line("salon_sockets_closed_total", &[("code", &code)], count);
    }
    text.head("salon_limited_total", "counter", "What was refused for being too much, by limit.");
    for (limit, count) in &vitals.limited {
        text.line("salon_limited_total", &[("limit", limit)], count);
    }
    text.head("salon_refusals_total", "counter", "Refusals to people, by code, at all doors.");
    for (code, count) in counts::refusals() {
        text.line("salon_refusals_total", &[("code", code.as_str())], count);
    }
    text.head("salon_pushes_total", "counter", "Letters to push services, by what became of them.");
    let pushes = &counts::PUSHES;
    for (outcome, count) in [
        ("taken", &pushes.taken),
        ("gone", &pushes.gone),
        ("refused", &pushes.refused),
        ("given_up", &pushes.given_up),
        ("dropped", &pushes.dropped),
    ] {
        text.line("salon_pushes_total", &[("outcome", outcome)], count.get());
    }
}

fn requests(text: &mut Text) {
    text.head("salon_http_requests_total", "counter", "Requests, by what they ask for and status.");
    for (class, status, count) in traffic::counted() {
        let labels = [("class", class), ("status", status)];
        text.line("salon_http_requests_total", &labels, count);
    }
    let help = "Time until an answer begins.";
    text.times("salon_http_request_seconds", help, &counts::REQUEST_TIMES.tally());
    let uploaded = counts::UPLOADED_BYTES.get();
    text.counter("salon_uploaded_bytes_total", "Bytes of files that were sent here.", uploaded);
}

fn file(text: &mut Text, vitals: &Vitals) {
    let pulse = &vitals.pulse;
    text.counter("salon_commits_total", "Commits to the file.", pulse.commits);
    text.counter("salon_changes_total", "Changes in these commits.", pulse.changes);
    text.counter("salon_changes_refused_total", "Changes refused by the file.", pulse.refusals);
    text.times("salon_commit_seconds", "Time of a commit, its sync included.", &pulse.times);
    text.gauge("salon_writer_queue", "Changes that wait to be written.", Some(pulse.queue));
    let disk = &vitals.disk;
    text.gauge("salon_database_bytes", "Bytes of the file.", Some(disk.database_bytes));
    text.gauge("salon_log_bytes", "Bytes of the log beside it.", Some(disk.log_bytes));
    text.gauge("salon_disk_free_bytes", "Bytes left on its disk.", disk.free_bytes);
    text.gauge("salon_messages", "Messages, deleted ones too.", vitals.held.map(|held| held.0));
    text.gauge(
        "salon_files_bytes",
        "Bytes of files that it holds.",
        vitals.held.map(|held| held.1),
    );
}

fn process(text: &mut Text, vitals: &Vitals) {
    text.head("salon_build_info", "gauge", "The program that runs: 1.");
    text.line("salon_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    text.gauge("salon_uptime_seconds", "Seconds since its start.", Some(vitals.uptime_s));
    let process = &vitals.process;
    text.gauge("process_resident_memory_bytes", "Memory that it has.", process.memory_bytes);
    if let Some(seconds) = process.cpu_s {
        text.head("process_cpu_seconds_total", "counter", "Processor time that it has used.");
        text.line("process_cpu_seconds_total", &[], seconds);
    }
    text.gauge("process_open_fds", "Files that it has open, sockets included.", process.open_files);
    text.gauge("process_max_fds", "Files that it may have open.", process.most_files);
}

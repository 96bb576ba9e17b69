//! The log: lines on standard error.
//!
//! What always holds: one event is one line, whatever somebody has put into it; no control character gets
//! through, so that nothing can pass for another line or speak to a terminal.

use std::io::{self, Write};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::LogFormat;

/// Begins to log what is wanted.
pub(super) fn start(wanted: &str, format: LogFormat) {
    // what is no filter does not stop the start
    let filter: Targets =
        wanted.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    let lines = fmt::layer().with_ansi(false).with_writer(Lines(io::stderr));
    let log = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => log.with(lines).init(),
        LogFormat::Json => log.with(lines.json()).init(),
    }
}

/// Makes writers of whole lines; the subscriber writes an event in one piece.
struct Lines<M>(M);

struct Line<W>(W);

impl<'a, W: Write, M: Fn() -> W> MakeWriter<'a> for Lines<M> {
    type Writer = Line<W>;

    fn make_writer(&'a self) -> Self::Writer {
        Line((self.0)())
    }
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        match text.strip_suffix('\n') {
            Some(line) if !line.contains(char::is_control) => self.0.write_all(bytes)?,
            line => {
                let mut clean = String::with_capacity(bytes.len());
                for c in line.unwrap_or(&text).chars() {
                    if c.is_control() { clean.extend(c.escape_default()) } else { clean.push(c) }
                }
                clean.push('\n');
                self.0.write_all(clean.as_bytes())?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::Line;

    #[test]
    fn what_is_in_a_line_cannot_end_it_or_speak_to_a_terminal() -> std::io::Result<()> {
        for (event, line) in [
            ("a name: ada\n", "a name: ada\n"),
            ("a name: é — ✓\n", "a name: é — ✓\n"),
            ("a\nINFO forged\n", "a\\nINFO forged\n"),
            ("a\r\nb\n", "a\\r\\nb\n"),
            ("\u{1b}[2Ja\u{9b}31m\n", "\\u{1b}[2Ja\\u{9b}31m\n"),
            ("half", "half\n"),
        ] {
            let mut written = Vec::new();
            Line(&mut written).write_all(event.as_bytes())?;
            assert_eq!(String::from_utf8_lossy(&written), line);
        }
        Ok(())
    }
}

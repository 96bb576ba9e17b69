//! What the system calls of a server tell of one message: written to the log, synced, and only then
//! told to anybody.

/// One system call, as strace shows it.
pub struct Call<'a> {
    pub name: &'a str,
    /// The descriptor and what it is: `10</path/salon.db-wal>`.
    pub on: &'a str,
    pub arguments: &'a str,
    /// The lines at which it was entered and left.
    pub entered: usize,
    pub left: usize,
    pub result: i64,
}

impl Call<'_> {
    pub fn is_on_the_log(&self) -> bool {
        self.on.ends_with("-wal>")
    }

    pub fn tells_somebody(&self) -> bool {
        let writes = ["write", "writev", "sendto", "sendmsg"].contains(&self.name);
        writes && (self.on.contains("<TCP") || self.on.contains("<socket:"))
    }

    pub fn syncs(&self) -> bool {
        ["fsync", "fdatasync"].contains(&self.name) && self.result == 0
    }

    /// The bytes of its first text, which is written as C has it.
    pub fn text(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let start = self.arguments.find(", \"").map_or(self.arguments.len(), |at| at + 3);
        let mut rest = self.arguments[start..].bytes().peekable();
        while let Some(byte) = rest.next().filter(|byte| *byte != b'"') {
            if byte != b'\\' {
                bytes.push(byte);
                continue;
            }
            let escaped = rest.next().unwrap();
            let Some(mut number) = octal(escaped) else {
                let names = [(b'n', b'\n'), (b't', b'\t'), (b'r', b'\r'), (b'v', 11), (b'f', 12)];
                let named = names.into_iter().find(|(name, _)| *name == escaped);
                bytes.push(named.map_or(escaped, |(_, byte)| byte));
                continue;
            };
            for _ in 0..2 {
                let Some(digit) = rest.peek().copied().and_then(octal) else { break };
                number = number * 8 + digit;
                rest.next();
            }
            bytes.push(number);
        }
        bytes
    }
}

fn octal(digit: u8) -> Option<u8> {
    (b'0'..=b'7').contains(&digit).then(|| digit - b'0')
}

/// The calls of a trace that came to an end, in the order in which they were entered. A call during
/// which others are shown has two lines, `… <unfinished ...>` and `<... name resumed>…`.
pub fn calls(trace: &str) -> Vec<Call<'_>> {
    let lines: Vec<_> = trace
        .lines()
        .filter_map(|line| line.trim_start().split_once(' '))
        .map(|(thread, rest)| (thread, rest.trim_start()))
        .collect();
    let mut calls = Vec::new();
    for (entered, (thread, line)) in lines.iter().enumerate() {
        let Some((name, arguments)) = line.split_once('(') else { continue };
        if !name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') {
            continue; // the rest of an earlier one, a signal, an end
        }
        let left = if arguments.ends_with("<unfinished ...>") {
            let resumed = format!("<... {name} resumed>");
            let is_rest =
                |at: &usize| lines[*at].0 == *thread && lines[*at].1.starts_with(&resumed);
            let Some(left) = (entered + 1..lines.len()).find(is_rest) else { continue };
            left
        } else {
            entered
        };
        let Some((_, result)) = lines[left].1.rsplit_once(" = ") else { continue };
        let result = result.split(' ').next().and_then(|number| number.parse().ok());
        let on = arguments.split(", ").next().unwrap().split(") ").next().unwrap();
        let on = on.trim_end_matches("<unfinished ...>").trim_end();
        let on = on.trim_end_matches(')');
        calls.push(Call { name, on, arguments, entered, left, result: result.unwrap_or(-1) });
    }
    calls
}

/// How many were told of the message with this mark, each after it had been written to the log and
/// the log had been synced; or who was told too early.
pub fn told_after_sync(trace: &str, mark: &str) -> Result<usize, String> {
    let calls = calls(trace);
    let with_mark = |call: &&Call<'_>| call.arguments.contains(mark);
    let written: Vec<_> = calls
        .iter()
        .filter(with_mark)
        .filter(|call| call.name == "pwrite64" && call.is_on_the_log() && call.result > 0)
        .collect();
    let told: Vec<_> =
        calls.iter().filter(with_mark).filter(|call| call.tells_somebody()).collect();
    for telling in &told {
        let durable = written.iter().any(|write| {
            calls.iter().any(|sync| {
                sync.syncs()
                    && sync.on == write.on
                    && write.left < sync.entered
                    && sync.left < telling.entered
            })
        });
        if !durable {
            let (line, on) = (telling.entered + 1, telling.on);
            return Err(format!("line {line}: {mark} is told on {on} and is not synced"));
        }
    }
    Ok(told.len())
}

#[cfg(test)]
mod tests {
    use super::told_after_sync;

    const WRITE: &str = r#"7 pwrite64(10</d/salon.db-wal>, "\0\1hello-1\0", 4096, 4152) = 4096"#;
    const SYNC: &str = "7 fdatasync(10</d/salon.db-wal>) = 0";
    const TELL: &str =
        r#"8 writev(12<TCP:[[::1]:80->[::1]:9]>, [{iov_base="\201\17hello-1", iov_len=9}], 1) = 9"#;

    fn told(lines: &[&str]) -> Result<usize, String> {
        told_after_sync(&lines.join("\n"), "hello-1")
    }

    #[test]
    fn written_synced_and_told_is_as_it_should_be() {
        assert_eq!(told(&[WRITE, SYNC, TELL, TELL]), Ok(2));
        assert_eq!(told(&[WRITE, SYNC]), Ok(0));
        let in_pieces = [
            r#"7 pwrite64(10</d/salon.db-wal>, "hello-1", 4096, 4152 <unfinished ...>"#,
            r#"8 sendto(13<TCP:[1->2]>, "something else", 14, 0, NULL, 0) = 14"#,
            "7 <... pwrite64 resumed>) = 4096",
            "7 fsync(10</d/salon.db-wal> <unfinished ...>",
            r#"8 sendto(13<TCP:[1->2]>, "something else", 14, 0, NULL, 0) = 14"#,
            "7 <... fsync resumed>) = 0",
            r#"9 sendto(13<TCP:[1->2]>, "HTTP/1.1 201 ... hello-1", 24, 0, NULL, 0) = 24"#,
        ];
        assert_eq!(told(&in_pieces), Ok(1));
    }

    #[test]
    fn whatever_is_told_too_early_is_found() {
        let failed = "7 fdatasync(10</d/salon.db-wal>) = -1 EIO (Input/output error) (INJECTED)";
        let other_file = "7 fdatasync(11</d/salon.db>) = 0";
        let other_mark = WRITE.replace("hello-1", "hello-2");
        let unwritten = WRITE.replace("= 4096", "= -1 ENOSPC (No space left on device)");
        let begun = "7 fdatasync(10</d/salon.db-wal> <unfinished ...>";
        let done = "7 <... fdatasync resumed>) = 0";
        let doctored: [&[&str]; 9] = [
            &[TELL],
            &[WRITE, TELL],
            &[SYNC, WRITE, TELL],
            &[WRITE, TELL, SYNC],
            &[WRITE, failed, TELL],
            &[WRITE, other_file, TELL],
            &[&other_mark, SYNC, TELL],
            &[&unwritten, SYNC, TELL],
            // one sync began before the write, another was not over yet
            &[begun, WRITE, done, begun, TELL, done],
        ];
        for lines in doctored {
            assert!(told(lines).is_err(), "{lines:?}");
        }
        assert!(told(&[WRITE, TELL, SYNC, TELL]).is_err(), "one early telling is enough");
    }
}

//! Passwords: asked for twice where somebody types, without showing what; or read from standard input.

use std::io::{self, Read};

use clap::Args;

use super::line::Failure;

/// A password has fewer bytes than this; more is something else that was piped in by mistake.
const MOST_BYTES: u64 = 4096;

/// How a password comes.
#[derive(Args)]
pub(super) struct AskFor {
    /// Read the password from standard input, to the end of its first line
    #[arg(long)]
    password_stdin: bool,
}

impl AskFor {
    pub(super) fn read(&self) -> Result<String, Failure> {
        if self.password_stdin { piped() } else { typed() }
    }
}

fn piped() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| Failure::Secret(format!("cannot read the password: {error}")))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn typed() -> Result<String, Failure> {
    let ask = |words: &str| {
        rpassword::prompt_password(words).map_err(|error| {
            let advice = "give --password-stdin where nobody types";
            Failure::Secret(format!("cannot ask for the password ({error}); {advice}"))
        })
    };
    let password = ask("Password: ")?;
    if ask("Again: ")? == password {
        Ok(password)
    } else {
        Err(Failure::Secret("the two passwords differ; nothing was done".into()))
    }
}

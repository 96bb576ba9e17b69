//! What keeps the house, in few words: copies and their return, a look at the file, people and invitations.
//! What `salon admin` does as well is done there.

use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    admin, moving,
    secret::AskFor,
    words::{self, AdminOptions, Reach, RoleWord},
};
use crate::store::{self, Checked, OpenError, PlaceError, Placed};

#[derive(Subcommand)]
pub(super) enum Word {
    /// Copy the whole community to a new file, whether the server runs or not
    Backup {
        file: PathBuf,
        #[command(flatten)]
        reach: Reach,
    },
    /// Put a copy in the place of the database, while no server runs
    Restore {
        file: PathBuf,
        /// Even where there is one, which is kept beside it under another name
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        reach: Reach,
    },
    /// Look whether all of the database is whole; a server may run
    Check {
        #[command(flatten)]
        reach: Reach,
    },
    /// Write everything as JSON lines to a new file, whether the server runs or not
    Export {
        file: PathBuf,
        #[command(flatten)]
        reach: Reach,
    },
    /// Bring in an export, while no server runs: one of Salon's where nobody is yet, others anywhere
    Import {
        file: PathBuf,
        #[command(flatten)]
        manner: moving::Manner,
        #[command(flatten)]
        reach: Reach,
    },
    /// Make accounts and look after them
    User {
        #[command(flatten)]
        reach: Reach,
        #[command(subcommand)]
        word: UserWord,
    },
    /// Invite people
    Invite {
        #[command(flatten)]
        reach: Reach,
        #[command(subcommand)]
        word: InviteWord,
    },
}

#[derive(Subcommand)]
pub(super) enum UserWord {
    /// Make an account; its password is asked for. The first runs the server
    Add {
        name: String,
        /// The name to be shown, if not this one
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        #[command(flatten)]
        password: AskFor,
    },
    /// List accounts, all or those whose name holds a text
    List { part: Option<String> },
    /// Keep somebody out: they are signed out everywhere
    Disable { name: String },
    /// Let somebody in again
    Enable { name: String },
    /// Give somebody another password, which is asked for; they are signed out everywhere
    ResetPassword {
        name: String,
        #[command(flatten)]
        password: AskFor,
    },
    /// Make somebody an administrator
    MakeAdmin { name: String },
}

#[derive(Subcommand)]
pub(super) enum InviteWord {
    /// Make a link by which people make an account
    Create {
        /// How many accounts it may make (1 to 1000); any number unless said
        #[arg(long)]
        uses: Option<i64>,
        /// For how many days; for good unless said
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36500))]
        expires: Option<i64>,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no database at {}; name it with --data", .0.display())]
    Nothing(PathBuf),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("{} is damaged; restore a backup\n  {}", .0.display(), .1.join("\n  "))]
    Damaged(PathBuf, Vec<String>),
}

/// Does what the words say.
pub(super) fn run(word: Word) -> ExitCode {
    let (reach, word) = match word {
        Word::Restore { file, force, reach } => return admin::tell(restore(&file, force, &reach)),
        Word::Check { reach } => return admin::tell(check(&reach)),
        Word::Export { file, reach } => return move_by(moving::export(&file, &reach)),
        Word::Import { file, manner, reach } => {
            return move_by(moving::import(&manner, &file, &reach));
        }
        Word::Backup { file, reach } => (reach, words::Word::Backup { file }),
        Word::User { word, reach } => (reach, of_user(word)),
        Word::Invite { word: InviteWord::Create { uses, expires }, reach } => {
            let expires = expires.map(|days| days * 86_400);
            (reach, words::Word::Invite { uses, expires, room: None })
        }
    };
    admin::run(AdminOptions { reach, word })
}

fn move_by<F: From<io::Error> + Display>(
    work: impl Future<Output = Result<String, F>>,
) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    admin::tell(runtime.map_err(F::from).and_then(|runtime| runtime.block_on(work)))
}

fn of_user(word: UserWord) -> words::Word {
    match word {
        UserWord::Add { name, display_name, password } => {
            words::Word::Add { name, display_name, password }
        }
        UserWord::List { part } => words::Word::People { part },
        UserWord::Disable { name } => words::Word::Disable { name },
        UserWord::Enable { name } => words::Word::Enable { name },
        UserWord::ResetPassword { name, password } => words::Word::Password { name, password },
        UserWord::MakeAdmin { name } => words::Word::Role { name, role: RoleWord::Admin },
    }
}

fn restore(file: &Path, force: bool, reach: &Reach) -> Result<String, Failure> {
    Ok(placed("is restored", store::restore(file, &reach.data, force)?, reach))
}

/// What is in the place of the database now.
pub(super) fn placed(done: &str, Placed { now, aside, stray }: Placed, reach: &Reach) -> String {
    let aside = aside.map(|aside| aside.display().to_string());
    let stray: Vec<_> = stray.iter().map(|log| log.display().to_string()).collect();
    if reach.json {
        let mut said = counts(&now);
        said["kept"] = aside.into();
        said["kept_logs"] = stray.into();
        return format!("{said:#}\n");
    }
    let mut said = format!("{} {done}: {}\n", reach.data.display(), summary(&now));
    if let Some(aside) = aside {
        said.push_str(&format!("what was there is now {aside}\n"));
    }
    for log in stray {
        said.push_str(&format!("the log of a file that is gone was there; it is now {log}\n"));
    }
    said
}

fn check(reach: &Reach) -> Result<String, Failure> {
    if !reach.data.exists() {
        return Err(Failure::Nothing(reach.data.clone()));
    }
    let checked = store::check(&reach.data)?;
    if !checked.complaints.is_empty() {
        return Err(Failure::Damaged(reach.data.clone(), checked.complaints));
    }
    if reach.json {
        return Ok(format!("{:#}\n", counts(&checked)));
    }
    let earlier = checked.earlier.map(|version| {
        format!("it is from an earlier version ({version}), to be upgraded at the next start\n")
    });
    let earlier = earlier.unwrap_or_default();
    Ok(format!("{} is whole: {}\n{earlier}", reach.data.display(), summary(&checked)))
}

fn counts(checked: &Checked) -> Value {
    json!({ "people": checked.people, "messages": checked.messages, "files": checked.files })
}

fn summary(checked: &Checked) -> String {
    let Checked { people, messages, files, .. } = checked;
    format!("{people} people, {messages} messages, {files} files")
}

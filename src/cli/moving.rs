//! `salon export` and `salon import`.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde_json::json;

use clap::{Args, ValueEnum};

use super::{house, line, line::Line, words::Reach};
use crate::{
    app::Settings,
    moves,
    moves::{MoveError, Program, Summary},
    store::{self, ExportError},
};

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Line(#[from] line::Failure),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Import(#[from] MoveError),
    #[error("--private is for what comes from Discord; others say who may read what")]
    Private,
    #[error("cannot start: {0}")]
    Runtime(#[from] io::Error),
    #[error("cannot write {}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
}

/// Writes everything to a new file, for its owner alone. What is written is a copy taken before, so that
/// nobody waits while it is.
pub(super) async fn export(file: &Path, reach: &Reach) -> Result<String, Failure> {
    let failed = |error| Failure::File(file.into(), error);
    let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let out = out.map_err(failed)?;
    let mut copy = file.to_owned().into_os_string();
    copy.push(".db");
    let written = write(&out, Path::new(&copy), reach).await;
    let synced = written.and_then(|lines| out.sync_all().map(|()| lines).map_err(failed));
    if synced.is_err() {
        let _ = fs::remove_file(file); // half of it helps nobody
    }
    let lines = synced?;
    Ok(if reach.json {
        format!("{:#}\n", json!({ "file": file.display().to_string(), "lines": lines }))
    } else {
        format!("{} has {lines} lines\n", file.display())
    })
}

async fn write(out: &File, copy: &Path, reach: &Reach) -> Result<u64, Failure> {
    let mut line = Line::open(Settings::new(reach.data.clone(), super::LISTEN)).await?;
    let saved = line.save("/api/admin/backup", copy).await;
    line.close().await;
    saved?;
    let written = store::export_file(copy, &mut BufWriter::new(out));
    let cleared = store::clear(copy).map_err(|error| Failure::File(copy.into(), error));
    let lines = written?;
    cleared.map(|()| lines)
}

/// Where an import comes from, if not from `salon export`.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Source {
    /// Slack's export: its zip, or the folder in it
    Slack,
    /// The JSON files that DiscordChatExporter writes: a folder or a zip of them, or one
    Discord,
    /// Mattermost's bulk export: its zip, the folder in it, or the file of JSON lines in that
    Mattermost,
}

/// How an import is brought in.
#[derive(Args)]
pub(super) struct Manner {
    /// What made it, if not `salon export`
    #[arg(long, value_name = "PROGRAM")]
    from: Option<Source>,
    /// Make private rooms of Discord's channels, for those who said something there: the files do not say who
    /// might read them
    #[arg(long, requires = "from")]
    private: bool,
}

/// Brings in an export.
pub(super) async fn import(manner: &Manner, file: &Path, reach: &Reach) -> Result<String, Failure> {
    let private = manner.private;
    let program = match manner.from {
        None => {
            let placed = moves::import(file, &reach.data).await?;
            return Ok(house::placed("is there", placed, reach));
        }
        Some(Source::Discord) => Program::Discord { private },
        Some(_) if private => return Err(Failure::Private),
        Some(Source::Slack) => Program::Slack,
        Some(Source::Mattermost) => Program::Mattermost,
    };
    let (placed, summary) = moves::import_from(program, file, &reach.data).await?;
    let said = house::placed("is there", placed, reach);
    Ok(if reach.json { said } else { format!("{said}{}", told(&summary)) })
}

fn told(summary: &Summary) -> String {
    let Summary { people, rooms, messages, files, named, skipped, renamed, opened } = summary;
    let mut text = format!(
        "{people} new people and {rooms} new rooms; {messages} messages were read, {skipped} things left out\n"
    );
    if *files + *named > 0 {
        text.push_str(&format!(
            "{files} files came along; {named} that the export does not hold are only named\n"
        ));
    }
    for name in renamed {
        text.push_str(&format!("renamed: {name}\n"));
    }
    for name in opened {
        text.push_str(&format!("open to everyone: {name}\n"));
    }
    if *people > 0 {
        text.push_str("they sign in by a link that you make: salon admin sign-in-link NAME\n");
    }
    // names come from elsewhere, and a terminal acts on what it is told
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

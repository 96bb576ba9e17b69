//! The options of copies that are taken by themselves.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::words::parse_time;
use crate::app::Plan;

#[derive(Args)]
pub(super) struct BackupOptions {
    /// Take copies of everything by itself, and put them into this folder
    #[arg(long, env = "SALON_BACKUP_DIR", value_name = "FOLDER")]
    backup_dir: Option<PathBuf>,

    /// How often: 30m, 12h, 7d
    #[arg(
        long,
        env = "SALON_BACKUP_EVERY",
        value_name = "TIME",
        default_value = "24h",
        value_parser = parse_time
    )]
    backup_every: i64,

    /// How many are kept
    #[arg(
        long,
        env = "SALON_BACKUP_KEEP",
        value_name = "NUMBER",
        default_value_t = 7,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    backup_keep: u16,
}

impl BackupOptions {
    pub(super) fn plan(&self) -> Option<Plan> {
        let folder = self.backup_dir.clone()?;
        let every = Duration::from_secs(self.backup_every.unsigned_abs());
        Some(Plan { folder, every, keep: self.backup_keep.into() })
    }
}

//! The words of `salon admin`, and what goes with each.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{RegistrationWord, parse_origin, secret::AskFor};

#[derive(Args)]
pub(super) struct AdminOptions {
    #[command(flatten)]
    pub(super) reach: Reach,

    #[command(subcommand)]
    pub(super) word: Word,
}

/// Which server is meant, and for whom its answer is.
#[derive(Args)]
pub(super) struct Reach {
    /// The database file of the server, which may run or not
    #[arg(
        long,
        env = "SALON_DATA",
        default_value = "salon.db",
        value_name = "FILE",
        global = true
    )]
    pub(super) data: PathBuf,

    /// How people reach the server, for links that are made while it does not run
    #[arg(
        long,
        env = "SALON_PUBLIC_URL",
        value_name = "URL",
        value_parser = parse_origin,
        global = true
    )]
    pub(super) public_url: Option<String>,

    /// Print JSON, as the REST API has it
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Subcommand)]
pub(super) enum Word {
    /// List accounts, all or those whose name holds a text
    People { part: Option<String> },
    /// Show an account
    Person { name: String },
    /// Make an account; its password is asked for
    Add {
        name: String,
        /// The name to be shown, if not this one
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        #[command(flatten)]
        password: AskFor,
    },
    /// Give somebody another password, which is asked for; they are signed out everywhere
    Password {
        name: String,
        #[command(flatten)]
        password: AskFor,
    },
    /// Make somebody an administrator, or a member again
    Role { name: String, role: RoleWord },
    /// Keep somebody out: they are signed out everywhere
    Disable { name: String },
    /// Let somebody in again
    Enable { name: String },
    /// End an account; its messages stay, by "deleted user"
    Delete { name: String },
    /// Make a link that signs somebody in, once, within four hours
    SignInLink { name: String },
    /// List where somebody is signed in
    Sessions {
        name: String,
        /// Sign them out everywhere
        #[arg(long)]
        end: bool,
    },
    /// Invite people to make an account
    Invite {
        /// How many accounts it may make (1 to 1000); any number unless said
        #[arg(long)]
        uses: Option<i64>,
        /// For how long: 30m, 12h, 7d, or seconds; for good unless said
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        expires: Option<i64>,
        /// The room that newcomers are in from the start: its name or id
        #[arg(long)]
        room: Option<String>,
    },
    /// List invitations
    Invitations,
    /// Withdraw an invitation
    Uninvite { id: String },
    /// List bots
    Bots,
    /// Make, show and end bots, and their tokens
    Bot {
        #[command(subcommand)]
        word: BotWord,
    },
    /// Make, list, edit and delete slash commands, which bots answer
    Command {
        #[command(subcommand)]
        word: CommandWord,
    },
    /// List who and what is kept out
    Bans,
    /// Keep out somebody, or an address or network, or both
    #[command(group = clap::ArgGroup::new("whom").required(true).multiple(true))]
    Ban {
        /// Whom
        #[arg(group = "whom")]
        name: Option<String>,
        /// An address or a network: 192.0.2.7, 192.0.2.0/24
        #[arg(long, group = "whom")]
        address: Option<String>,
        /// The addresses of the person's sessions as well
        #[arg(long, requires = "name")]
        with_addresses: bool,
        /// Why; the person is told
        #[arg(long)]
        reason: Option<String>,
        /// For how long: 30m, 12h, 7d, or seconds; for good unless said
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        expires: Option<i64>,
    },
    /// Let them come again
    Unban { id: String },
    /// List messages that were reported and wait to be looked after, or all of them
    Reports {
        /// Those that were looked after as well
        #[arg(long)]
        all: bool,
    },
    /// Say that a report was looked after
    Resolve {
        id: String,
        /// Delete the message as well, wherever it stands
        #[arg(long)]
        delete_message: bool,
    },
    /// List rooms, private ones too, all or those whose name or topic holds a text
    Rooms { part: Option<String> },
    /// Give a room another owner; a private one to somebody who is in it
    HandOver { room: String, name: String },
    /// Show how the server is set
    Settings,
    /// Show or set who may make an account
    Registration { who: Option<RegistrationWord> },
    /// Show or set what the server is called
    Name { name: Option<String> },
    /// Set how many bytes files may have
    Quota {
        /// A file
        #[arg(long, value_name = "BYTES")]
        upload: Option<i64>,
        /// The files of one person together
        #[arg(long, value_name = "BYTES")]
        person: Option<i64>,
        /// All files together
        #[arg(long, value_name = "BYTES")]
        storage: Option<i64>,
    },
    /// Show what the file holds, and whose
    Storage,
    /// Show how the server does
    Health,
    /// List what was done to run the server, newest first
    Audit {
        /// At most so many
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u8).range(1..=100))]
        limit: u8,
        /// Entries before this one
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
    },
    /// Copy the whole database to a new file, whether the server runs or not
    Backup { file: PathBuf },
}

#[derive(Subcommand)]
pub(super) enum BotWord {
    /// Make a bot
    Add {
        name: String,
        /// As shown to others
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
    },
    /// Show a bot and its tokens
    Show { name: String },
    /// Give a bot a token, and print it this once
    Token {
        name: String,
        /// What it is for
        #[arg(long = "for", value_name = "TEXT", default_value = "command line")]
        purpose: String,
        /// What may be done with it
        #[arg(
            long = "scopes",
            value_name = "SCOPES",
            value_delimiter = ',',
            default_value = "read,write"
        )]
        scopes: Vec<ScopeWord>,
    },
    /// Revoke a token
    Revoke { name: String, id: String },
    /// End a bot; its messages stay, by "deleted user"
    Delete { name: String },
}

#[derive(Subcommand)]
pub(super) enum CommandWord {
    /// Make a command; the secret that signs the calls of its address is printed this once
    Add {
        /// What is typed after the slash
        name: String,
        /// The bot that answers
        #[arg(long, value_name = "NAME")]
        bot: String,
        /// What it does, in a line
        #[arg(long, value_name = "TEXT")]
        description: String,
        /// What may come after its name: 2d6
        #[arg(long, value_name = "TEXT")]
        hint: Option<String>,
        /// The address to be called; without one, the bot is asked on its sockets
        #[arg(long)]
        url: Option<String>,
    },
    /// List all of them
    List,
    /// Have a command be other; what is not named stays
    Edit {
        /// Which
        name: String,
        /// The bot that answers
        #[arg(long, value_name = "NAME")]
        bot: Option<String>,
        /// What it does, in a line
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// What may come after its name
        #[arg(long, value_name = "TEXT")]
        hint: Option<String>,
        /// Another address to be called; the secret that signs its calls is printed this once
        #[arg(long)]
        url: Option<String>,
        /// No address any more: the bot is asked on its sockets
        #[arg(long, conflicts_with = "url")]
        no_url: bool,
    },
    /// Delete a command
    Remove { name: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ScopeWord {
    Read,
    Write,
    Rooms,
    Games,
}

impl ScopeWord {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Rooms => "rooms",
            Self::Games => "games",
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RoleWord {
    Admin,
    Member,
}

/// Seconds, from `90`, `30m`, `12h`, `7d`.
pub(super) fn parse_time(text: &str) -> Result<i64, String> {
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400), ('w', 604_800)];
    let unit = units.into_iter().find(|(letter, _)| text.ends_with(*letter));
    let (letter, seconds) = unit.map_or((None, 1), |(letter, seconds)| (Some(letter), seconds));
    let number = letter.map_or(text, |letter| text.trim_end_matches(letter));
    let number: Option<i64> = number.parse().ok().filter(|number| *number > 0);
    let time = number.and_then(|number| number.checked_mul(seconds));
    time.ok_or_else(|| "write it like 30m, 12h or 7d".into())
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn times_are_seconds_or_have_a_unit() {
        for (text, seconds) in
            [("90", 90), ("90s", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800)]
        {
            assert_eq!(parse_time(text), Ok(seconds), "{text}");
        }
        for text in ["", "h", "-1", "0", "1.5h", "7 d", "9999999999999999d", "soon"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}

//! How the server is set: what `serve`'s options come to.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use crate::change::Registration;

/// How the server is set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database file.
    pub data: PathBuf,
    /// Where it listens; beyond loopback, the first account needs the claim code.
    pub listen: SocketAddr,
    /// How people reach it, when that differs.
    pub public_url: Option<String>,
    /// Other web origins that may call the API and open sockets.
    pub trusted_origins: Vec<String>,
    /// Proxies whose word on the client's address and scheme is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Who may make an account.
    pub registration: Registration,
    /// Bytes a file may have.
    pub max_upload: u64,
    /// Bytes that the files of one person may have together.
    pub person_quota: i64,
    /// Bytes that all files may have together.
    pub storage_quota: i64,
    /// Whether rates and sockets are limited.
    pub limits: bool,
    /// Whether frames are compressed for clients that offer it.
    pub compress: bool,
    /// How long a person stays online after their last socket closes.
    pub presence_grace: Duration,
    /// How long a person stays online without doing anything.
    pub idle_offline: Duration,
    /// The key that signs tokens, instead of the file's.
    pub jwt_secret: Option<String>,
    /// Whether somebody new who shows a token signed with it gets an account.
    pub jwt_provision: bool,
    /// How long an invitation to a game waits for an answer.
    pub invitation_wait: Duration,
    /// How long a game goes on without either of its players.
    pub game_wait: Duration,
    /// Push services beside those of the browsers that there are, by their origins.
    pub push_services: Vec<String>,
    /// How long somebody who is connected does nothing before they are pushed to.
    pub push_idle: Duration,
}

impl Settings {
    /// Settings for a file on loopback, as `salon` has them without options.
    #[must_use]
    pub fn new(data: PathBuf, listen: SocketAddr) -> Self {
        Self {
            data,
            listen,
            public_url: None,
            trusted_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            registration: Registration::Open,
            max_upload: 25 << 20,
            person_quota: 1 << 30,
            storage_quota: 10 << 30,
            limits: true,
            compress: false,
            presence_grace: Duration::from_secs(3),
            idle_offline: Duration::from_secs(1800),
            jwt_secret: None,
            jwt_provision: false,
            invitation_wait: Duration::from_secs(60),
            game_wait: Duration::from_secs(60),
            push_services: Vec::new(),
            push_idle: Duration::from_secs(60),
        }
    }

    /// Whether people on other machines can reach it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.listen.ip().is_loopback()
    }
}

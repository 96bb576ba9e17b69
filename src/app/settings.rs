//! How the server is set: what `serve`'s options come to.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use super::Plan;
use crate::{
    change::ServerEdit,
    model::{Network, Registration},
};

/// How the server is set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database file.
    pub data: PathBuf,
    /// Where it listens; beyond loopback, or behind a proxy, the first account needs the claim code.
    pub listen: SocketAddr,
    /// How people reach it, when that differs.
    pub public_url: Option<String>,
    /// Whether it speaks HTTPS itself.
    pub https: bool,
    /// Whether browsers that come by HTTPS are told to come by nothing else.
    pub hsts: bool,
    /// Other web origins that may call the API and open sockets.
    pub trusted_origins: Vec<String>,
    /// Proxies whose word on the client's address and scheme is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Who may make an account; none of these four: as the file says.
    pub registration: Option<Registration>,
    /// Bytes a file may have.
    pub max_upload: Option<i64>,
    /// Bytes that the files of one person may have together.
    pub person_quota: Option<i64>,
    /// Bytes that all files may have together.
    pub storage_quota: Option<i64>,
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
    /// Copies that are taken by themselves.
    pub backups: Option<Plan>,
    /// What a program on another machine shows that reads the metrics; none: there are none for it.
    pub metrics_token: Option<String>,
    /// Networks that outgoing hooks and slash commands may call, beside the internet.
    pub hook_networks: Vec<Network>,
}

impl Settings {
    /// Settings for a file on loopback, as `salon` has them without options.
    #[must_use]
    pub fn new(data: PathBuf, listen: SocketAddr) -> Self {
        Self {
            data,
            listen,
            public_url: None,
            https: false,
            hsts: true,
            trusted_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            registration: None,
            max_upload: None,
            person_quota: None,
            storage_quota: None,
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
            backups: None,
            metrics_token: None,
            hook_networks: Vec::new(),
        }
    }

    /// What the options say of how the server is set, if anything.
    pub(super) fn edit(&self) -> Option<ServerEdit> {
        let edit = ServerEdit {
            name: None,
            registration: self.registration,
            max_upload: self.max_upload,
            person_quota: self.person_quota,
            storage_quota: self.storage_quota,
        };
        (edit != ServerEdit::default()).then_some(edit)
    }

    /// What of that no administrator changes while the server runs.
    #[must_use]
    pub fn fixed(&self) -> Vec<&'static str> {
        let held = [
            ("registration", self.registration.is_some()),
            ("max_upload", self.max_upload.is_some()),
            ("person_quota", self.person_quota.is_some()),
            ("storage_quota", self.storage_quota.is_some()),
        ];
        held.into_iter().filter(|(_, is_held)| *is_held).map(|(field, _)| field).collect()
    }

    /// How people reach the server, as far as it can tell without being asked by one.
    #[must_use]
    pub fn origin(&self) -> String {
        let mut reachable = self.listen;
        if reachable.ip().is_unspecified() {
            reachable.set_ip(match reachable {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let scheme = if self.https { "https" } else { "http" };
        self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{reachable}"))
    }

    /// Whether people on other machines can reach it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.listen.ip().is_loopback()
    }

    /// Whether people on other machines come, by themselves or brought by a proxy.
    #[must_use]
    pub fn has_strangers(&self) -> bool {
        self.is_public() || self.public_url.is_some() && !self.trusted_proxies.is_empty()
    }
}

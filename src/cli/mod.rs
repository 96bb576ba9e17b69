//! The command line: words, options, and what is said when something is in the way.
//!
//! Every option is a flag, an environment variable and a line of a file, the flag first. Standard
//! output carries the one line that says where the server listens; everything else goes to standard
//! error.

mod admin;
mod bots;
mod config;
mod copies;
mod doctor;
mod house;
mod https;
mod line;
mod log;
mod moving;
mod secret;
mod slash;
mod tables;
mod words;

use std::{
    io::{ErrorKind, IsTerminal, Write},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use https::{HttpsFailure, HttpsOptions};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use words::AdminOptions;

use crate::{
    app::{App, Settings, StartError},
    model::{Network, Registration, server::LARGEST_UPLOAD},
    serve::{self, Doors},
    wire,
};

/// Where the server listens unless it is told.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// A whole chat community in one executable.
#[derive(Parser)]
#[command(name = "salon", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    word: Option<Word>,
    #[command(flatten)]
    serve: ServeOptions,
    /// A file that holds options, `name = value` each; `salon config --example` prints one
    #[arg(long, env = "SALON_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Word {
    /// Serve the community (what `salon` does without a word)
    Serve(Box<ServeOptions>),
    /// Run the server: people, invitations, bans, settings, a copy of everything
    Admin(AdminOptions),
    #[command(flatten)]
    House(house::Word),
    /// Print how the server would be set here, as a file of options, without secrets
    Config(Box<ConfigOptions>),
    /// Say what is wrong with how the server is run, and how to mend it; fails where something is
    Doctor(Box<DoctorOptions>),
}

#[derive(Args)]
struct ConfigOptions {
    /// Print all options with what they are, and none of them set
    #[arg(long)]
    example: bool,
    #[command(flatten)]
    serve: ServeOptions,
}

#[derive(Args)]
struct DoctorOptions {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    serve: ServeOptions,
}

#[derive(Args)]
struct ServeOptions {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "SALON_LISTEN", default_value_t = LISTEN, value_name = "ADDRESS")]
    listen: SocketAddr,

    /// The database file; everything the server knows is in it
    #[arg(long, env = "SALON_DATA", default_value = "salon.db", value_name = "FILE")]
    data: PathBuf,

    /// How people reach the server, when that differs: https://chat.example
    #[arg(long, env = "SALON_PUBLIC_URL", value_name = "URL", value_parser = parse_origin)]
    public_url: Option<String>,

    /// Another web origin that may call the API and open sockets (repeatable)
    #[arg(
        long,
        env = "SALON_TRUSTED_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ',',
        value_parser = parse_origin
    )]
    trusted_origin: Vec<String>,

    /// A proxy whose X-Forwarded-For and -Proto are believed (repeatable)
    #[arg(long, env = "SALON_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    trusted_proxy: Vec<IpAddr>,

    /// Who may make an account, instead of what administrators set (open); the first can always be made
    #[arg(long, env = "SALON_REGISTRATION")]
    registration: Option<RegistrationWord>,

    /// Bytes an uploaded file may have, instead of what administrators set (25 MiB)
    #[arg(
        long,
        env = "SALON_MAX_UPLOAD",
        value_name = "BYTES",
        value_parser = clap::value_parser!(i64).range(1..=LARGEST_UPLOAD)
    )]
    max_upload: Option<i64>,

    /// Bytes that all uploaded files may have together, likewise (10 GiB)
    #[arg(
        long,
        env = "SALON_STORAGE_QUOTA",
        value_name = "BYTES",
        value_parser = clap::value_parser!(i64).range(0..)
    )]
    storage_quota: Option<i64>,

    /// Bytes that the files of one person may have together, likewise (1 GiB)
    #[arg(
        long,
        env = "SALON_PERSON_QUOTA",
        value_name = "BYTES",
        value_parser = clap::value_parser!(i64).range(0..)
    )]
    person_quota: Option<i64>,

    /// Rate limits and per-person socket caps; off for load tests
    #[arg(long, env = "SALON_LIMITS", default_value = "on")]
    limits: Switch,

    /// Compress what sockets are sent (permessage-deflate): for slow lines, at the cost of time
    #[arg(long, env = "SALON_COMPRESS", default_value = "off", num_args = 0..=1, default_missing_value = "on")]
    compress: Switch,

    /// Seconds until a person shows as offline after their last socket closes
    #[arg(long, env = "SALON_PRESENCE_GRACE", default_value_t = 3, value_name = "SECONDS")]
    presence_grace: u32,

    /// Seconds until a person shows as offline after their last activity
    #[arg(long, env = "SALON_IDLE_OFFLINE", default_value_t = 1800, value_name = "SECONDS")]
    idle_offline: u32,

    /// Sign and accept tokens with this secret, at least 32 bytes, instead of the file's own key
    #[arg(long, env = "SALON_JWT_SECRET", hide_env_values = true, value_name = "SECRET")]
    jwt_secret: Option<String>,

    /// Make an account for a valid token of an unknown person (needs --jwt-secret)
    #[arg(long, env = "SALON_JWT_PROVISION", default_value = "off")]
    jwt_provision: Switch,

    /// Seconds until an invitation to a game ends unanswered
    #[arg(long, env = "SALON_INVITATION_WAIT", default_value_t = 60, value_name = "SECONDS")]
    invitation_wait: u32,

    /// Seconds until a game ends that both players have left
    #[arg(long, env = "SALON_GAME_WAIT", default_value_t = 60, value_name = "SECONDS")]
    game_wait: u32,

    /// A push service to speak to beside those of Chrome, Firefox, Edge and Safari (repeatable)
    #[arg(
        long,
        env = "SALON_PUSH_SERVICE",
        value_name = "ORIGIN",
        value_delimiter = ',',
        value_parser = parse_origin
    )]
    push_service: Vec<String>,

    /// Seconds without activity after which somebody who is connected is pushed to as well
    #[arg(long, env = "SALON_PUSH_IDLE", default_value_t = 60, value_name = "SECONDS")]
    push_idle: u32,

    /// A network that outgoing hooks and slash commands may call, beside the internet: 192.168.1.0/24 (repeatable)
    #[arg(long, env = "SALON_HOOK_NETWORK", value_name = "NETWORK", value_delimiter = ',')]
    hook_network: Vec<Network>,

    #[command(flatten)]
    backups: copies::BackupOptions,

    #[command(flatten)]
    https: HttpsOptions,

    /// What programs on other machines show that read /metrics, at least 16 bytes; none may otherwise
    #[arg(long, env = "SALON_METRICS_TOKEN", hide_env_values = true, value_name = "SECRET")]
    metrics_token: Option<String>,

    /// What is logged: error, warn, info, debug, trace; or by part, `warn,salon::push=debug`
    #[arg(long, env = "SALON_LOG", default_value = "info", value_name = "LEVEL")]
    log: String,

    /// How log lines look on standard error
    #[arg(long, env = "SALON_LOG_FORMAT", default_value = "text")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum RegistrationWord {
    Open,
    Invite,
    Closed,
}

impl From<RegistrationWord> for Registration {
    fn from(word: RegistrationWord) -> Self {
        match word {
            RegistrationWord::Open => Self::Open,
            RegistrationWord::Invite => Self::Invite,
            RegistrationWord::Closed => Self::Closed,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

/// Scheme and host of a web address, without what a page's origin never has.
fn parse_origin(text: &str) -> Result<String, String> {
    let origin = text.trim_end_matches('/');
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@']) => {
            Ok(origin.to_owned())
        }
        _ => Err("write it like https://chat.example or http://192.168.1.5:8080".into()),
    }
}

/// Says something on standard output, to the end of the program.
fn print(text: &str) -> ExitCode {
    // who reads only the head of it has closed the pipe
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let read = config::read();
    let options = match read.cli.word {
        Some(Word::Admin(options)) => return admin::run(options),
        Some(Word::House(word)) => return house::run(word),
        Some(Word::Config(options)) if options.example => return print(&config::example()),
        Some(Word::Config(_)) => return print(&read.given.effective()),
        Some(Word::Doctor(options)) => {
            let settings = options.serve.settings(options.serve.listen);
            return doctor::run(&settings, &read.given.secret_files(), options.json);
        }
        Some(Word::Serve(options)) => *options,
        None => read.cli.serve,
    };
    log::start(&options.log, options.log_format);
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
        .and_then(|runtime| {
            // a task like its connections, which one thread then takes and serves without waking another
            let served = runtime.spawn(serve_until_told(options));
            let done = runtime.block_on(served);
            let done = done.unwrap_or_else(|broken| Err(Failure::Runtime(broken.into())));
            runtime.shutdown_background(); // a copy of a large file does not hold the stop up
            done
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("salon: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot listen on {address}: {cause}; {advice} {option}")]
    Listen {
        address: SocketAddr,
        cause: std::io::Error,
        advice: &'static str,
        option: &'static str,
    },
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Https(#[from] HttpsFailure),
    #[error("the secret of --jwt-secret is too short: give at least 32 bytes")]
    ShortSecret,
    #[error("the token of --metrics-token is too short: give at least 16 bytes")]
    ShortToken,
    #[error(
        "--jwt-provision needs --jwt-secret: the secret of the application whose people may come"
    )]
    NoSecret,
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}

async fn serve_until_told(options: ServeOptions) -> Result<(), Failure> {
    if options.jwt_secret.as_ref().is_some_and(|secret| secret.len() < 32) {
        return Err(Failure::ShortSecret);
    }
    if options.metrics_token.as_ref().is_some_and(|token| token.len() < 16) {
        return Err(Failure::ShortToken);
    }
    if options.jwt_provision == Switch::On && options.jwt_secret.is_none() {
        return Err(Failure::NoSecret);
    }
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Runtime)?;
    // a terminal sends it when it closes; whoever runs services, to have things read again
    let mut hangup = signal(SignalKind::hangup()).map_err(Failure::Runtime)?;
    let is_in_terminal = std::io::stdin().is_terminal();
    // the port first: a second start on it must not touch the file
    let listener = listen(options.listen, "--listen").await?;
    let address = listener.local_addr().map_err(Failure::Runtime)?;
    let https = options.https.open(options.home().as_deref()).await?;
    let app = App::open(options.settings(address), wire::encoders()).await?;
    if let Some(claim) = app.claim() {
        let link = format!("{}/register?claim={claim}", app.settings.origin());
        eprintln!("The first account becomes the administrator. Make it here: {link}");
    }
    let control = serve::control::listen(&app.settings.data).inspect_err(|error| {
        tracing::warn!(%error, "the command line cannot reach this server");
    });
    app.log_findings();
    let scheme = if https.is_some() { "https" } else { "http" };
    println!("Salon is listening on {scheme}://{address}");
    let manager = serve::notify::Manager::found();
    let doors = Doors { listener, https, control: control.ok() };
    serve::serve(Arc::clone(&app), doors, async {
        let watch = async {
            let Some(manager) = &manager else { return std::future::pending().await };
            manager.ready();
            manager.watch(Arc::clone(&app)).await;
        };
        tokio::select! {
            () = watch => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv(), if is_in_terminal => {}
        }
        tracing::info!("stopping");
        manager.iter().for_each(serve::notify::Manager::stopping);
    })
    .await;
    Ok(())
}

impl ServeOptions {
    /// How people reach the server, as far as it is said.
    fn home(&self) -> Option<String> {
        self.public_url.clone().or_else(|| self.https.home())
    }

    fn settings(&self, listen: SocketAddr) -> Settings {
        Settings {
            data: self.data.clone(),
            listen,
            public_url: self.home(),
            https: self.https.is_wanted(),
            hsts: self.https.hsts == Switch::On,
            trusted_origins: self.trusted_origin.clone(),
            trusted_proxies: self.trusted_proxy.clone(),
            registration: self.registration.map(Registration::from),
            max_upload: self.max_upload,
            person_quota: self.person_quota,
            storage_quota: self.storage_quota,
            limits: self.limits == Switch::On,
            compress: self.compress == Switch::On,
            presence_grace: std::time::Duration::from_secs(self.presence_grace.into()),
            idle_offline: std::time::Duration::from_secs(self.idle_offline.into()),
            jwt_secret: self.jwt_secret.clone(),
            jwt_provision: self.jwt_provision == Switch::On,
            invitation_wait: std::time::Duration::from_secs(self.invitation_wait.into()),
            game_wait: std::time::Duration::from_secs(self.game_wait.into()),
            push_services: self.push_service.clone(),
            push_idle: std::time::Duration::from_secs(self.push_idle.into()),
            backups: self.backups.plan(),
            metrics_token: self.metrics_token.clone(),
            hook_networks: self.hook_network.clone(),
        }
    }
}

/// Listens where an option says.
async fn listen(address: SocketAddr, option: &'static str) -> Result<TcpListener, Failure> {
    serve::listen(address).await.map_err(|cause| {
        let advice = advice(&cause);
        Failure::Listen { address, cause, advice, option }
    })
}

/// What to do about an address that cannot be listened on; an option's name follows.
fn advice(cause: &std::io::Error) -> &'static str {
    if cause.kind() == ErrorKind::AddrInUse {
        "stop what uses it, or choose another with"
    } else if cause.kind() == ErrorKind::PermissionDenied {
        "ports below 1024 need a right (CAP_NET_BIND_SERVICE); choose a higher one with"
    } else {
        "choose an address of this machine with"
    }
}

//! Pebble, a certificate authority for tests (Debian's package `pebble`): it really looks who is here.

use std::{fs, process::Stdio};

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

use super::{Authority, authority::Trust, eventually, within};

/// A port that was free a moment ago.
pub async fn free_address() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Where Pebble is, and how its own HTTPS is trusted, whether it runs or not.
pub struct Pebble {
    own: Authority,
    folder: TempDir,
    address: String,
    management: String,
    child: Option<Child>,
}

impl Pebble {
    pub async fn new() -> Self {
        let (own, folder) = (Authority::new(), TempDir::new().unwrap());
        own.write("localhost", 3600);
        let (address, management) = (free_address().await, free_address().await);
        Self { own, folder, address, management, child: None }
    }

    /// The options of a server that asks it for a certificate for `localhost`.
    pub fn options(&self) -> Vec<String> {
        let port = self.address.rsplit(':').next().unwrap();
        let directory = format!("https://localhost:{port}/dir");
        let root = self.own.root().to_str().unwrap().to_owned();
        ["--acme", "localhost", "--acme-email", "ada@chat.example", "--acme-directory"]
            .map(str::to_owned)
            .into_iter()
            .chain([directory, "--acme-root".into(), root])
            .collect()
    }

    /// Starts it, knowing nobody. It looks for people at this address, and signs for so many seconds.
    pub async fn start(&mut self, looks_at: &str, seconds: u64) {
        let port: u16 = looks_at.rsplit(':').next().unwrap().parse().unwrap();
        let config = serde_json::json!({ "pebble": {
            "listenAddress": self.address,
            "managementListenAddress": self.management,
            "certificate": self.own.certificate(),
            "privateKey": self.own.key(),
            "httpPort": 1,
            "tlsPort": port,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
            "certificateValidityPeriod": seconds,
        } });
        let path = self.folder.path().join("pebble.json");
        fs::write(&path, config.to_string()).unwrap();
        let child = Command::new("pebble")
            .arg("-config")
            .arg(path)
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_AUTHZREUSE", "0") // it looks each time
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("pebble is missing: apt-get install pebble");
        self.child = Some(child);
        eventually("an authority that answers", async || {
            self.own.trust().connect(&self.management).await.is_ok()
        })
        .await;
    }

    pub async fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        within("the end of an authority", child.kill()).await.unwrap();
    }

    /// A client that trusts what it signs. It signs by another key after each start.
    pub async fn trust(&self) -> Trust {
        let root = self.own.trust().ask(&self.management, "GET", "/roots/0", None, &[]).await;
        Trust::of([CertificateDer::from_pem_slice(root.text.as_bytes()).unwrap()])
    }
}

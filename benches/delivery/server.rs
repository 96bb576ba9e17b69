//! A server's process: started on the server's core, killed when it is let go.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

use crate::{Outcome, bare, options::Options};

pub struct Server {
    process: Child,
    pub address: SocketAddr,
    /// Kept, so that what it prints later has somewhere to go.
    _words: BufReader<ChildStdout>,
    /// Where it stores what it stores, if that is its own.
    _folder: Option<TempDir>,
}

impl Server {
    /// Starts it and waits for the line that holds its address.
    pub fn start(mut command: Command) -> Outcome<Server> {
        // The bare server ends when its input does, even if we are killed.
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut words = BufReader::new(process.stdout.take().ok_or("no standard output")?);
        let address = loop {
            let mut line = String::new();
            if words.read_line(&mut line)? == 0 {
                let status = process.wait()?;
                return Err(format!("{command:?} ended before it listened: {status}").into());
            }
            if let Some((_, address)) = line.split_once("http://") {
                let end = |c: char| c.is_whitespace() || c == '/';
                break address.split(end).next().unwrap_or("").parse()?;
            }
        };
        Ok(Server { process, address, _words: words, _folder: None })
    }

    /// The ceiling.
    pub fn bare(options: &Options) -> Outcome<Server> {
        let mut command = options.cores.server(&std::env::current_exe()?);
        command.arg(bare::WORD).args(&options.fault);
        Server::start(command)
    }

    /// The ceiling of what is stored before it is heard.
    pub fn durable(options: &Options) -> Outcome<Server> {
        let folder = options.folder()?;
        let mut command = options.cores.server(&std::env::current_exe()?);
        let fault = options.fault.as_deref().unwrap_or(bare::FAULTLESS);
        command.args([bare::WORD, fault]).arg(folder.path());
        let mut server = Server::start(command)?;
        server._folder = Some(folder);
        Ok(server)
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it. Nothing to be gentle about: what was acknowledged is on disk.
    pub fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

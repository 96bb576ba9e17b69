//! What a socket reads and writes: the connection itself, or the connection behind TLS.
//!
//! Nobody waits here: what cannot be read or written now is said so, and the socket's task waits for the
//! connection below. What always holds: bytes that TLS has taken are sealed once, in order, under its
//! lock, and are out only when the connection has taken them; at most `rustls`'s own bound of them waits.
//! Who is without TLS pays nothing for it.

use std::{
    io::{self, ErrorKind, IoSlice, Read, Write},
    net::Shutdown,
};

use parking_lot::Mutex;
use socket2::SockRef;
use tokio::{io::Interest, net::TcpStream};
use tokio_rustls::rustls::ServerConnection;

/// How often one call reads from the connection before others have their turn: records without
/// content would keep it for good.
const READS: usize = 16;

/// A socket's stream.
pub enum Stream {
    /// As it is.
    Plain(TcpStream),
    /// Behind TLS, after its handshake.
    Sealed(Box<Sealed>),
}

/// A connection and its TLS.
pub struct Sealed {
    connection: TcpStream,
    tls: Mutex<ServerConnection>,
}

impl Stream {
    /// Behind TLS; with what it has opened already and nobody has read.
    #[must_use]
    pub fn sealed(connection: TcpStream, mut tls: ServerConnection) -> (Self, Vec<u8>) {
        let mut early = Vec::new();
        let _ = tls.reader().read_to_end(&mut early); // ends where there is no more yet
        (Self::Sealed(Box::new(Sealed { connection, tls: Mutex::new(tls) })), early)
    }

    /// Waits until there may be something to read.
    ///
    /// # Errors
    /// What the system says.
    pub async fn readable(&self) -> io::Result<()> {
        self.connection().readable().await
    }

    /// Waits until something may be written.
    ///
    /// # Errors
    /// What the system says.
    pub async fn writable(&self) -> io::Result<()> {
        self.connection().writable().await
    }

    /// Reads what is there. Nothing: the other end has said all.
    ///
    /// # Errors
    /// `WouldBlock`; what the system says; what is no TLS.
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(connection) => read_now(connection, buffer),
            Self::Sealed(sealed) => sealed.try_read(buffer),
        }
    }

    /// Writes as much as can be taken now.
    ///
    /// # Errors
    /// `WouldBlock`; what the system says.
    pub fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Plain(connection) => write_now(connection, slices),
            Self::Sealed(sealed) => sealed.try_write_vectored(slices),
        }
    }

    /// Writes on what was taken and is not out. True: all is out.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_flush(&self) -> io::Result<bool> {
        match self {
            Self::Plain(_) => Ok(true),
            Self::Sealed(sealed) => sealed.send(&mut sealed.tls.lock()),
        }
    }

    /// Ends it, both ways.
    pub fn close(&self) {
        if let Self::Sealed(sealed) = self {
            let mut tls = sealed.tls.lock();
            tls.send_close_notify();
            let _ = sealed.send(&mut tls); // the other end may be gone already
        }
        let _ = SockRef::from(self.connection()).shutdown(Shutdown::Both);
    }

    fn connection(&self) -> &TcpStream {
        match self {
            Self::Plain(connection) => connection,
            Self::Sealed(sealed) => &sealed.connection,
        }
    }
}

/// Reads what is there. Where that is less than there is room for, it was all: tokio is told so, and the
/// next is waited for without asking for it in vain.
fn read_now(connection: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let mut all = None;
    let tried = connection.try_io(Interest::READABLE, || {
        let read = (&*SockRef::from(connection)).read(buffer)?;
        if read == 0 || read == buffer.len() {
            return Ok(read);
        }
        all = Some(read);
        Err(ErrorKind::WouldBlock.into())
    });
    all.map_or(tried, Ok)
}

/// `writev` would go by way of the file system's checks, which a socket does not need; and most of the time
/// one frame goes alone.
fn write_now(connection: &TcpStream, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    connection.try_io(Interest::WRITABLE, || match slices {
        [frame] => SockRef::from(connection).send(frame),
        frames => SockRef::from(connection).send_vectored(frames),
    })
}

impl Sealed {
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut tls = self.tls.lock();
        for _ in 0..READS {
            match tls.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => return read,
            }
            tls.read_tls(&mut Now(&self.connection))?;
            let processed = tls.process_new_packets();
            let sent = self.send(&mut tls); // an alert, or what a new key asks for
            processed.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            sent?;
        }
        Err(ErrorKind::WouldBlock.into())
    }

    fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut tls = self.tls.lock();
        if !self.send(&mut tls)? {
            return Err(ErrorKind::WouldBlock.into());
        }
        let taken = tls.writer().write_vectored(slices)?;
        self.send(&mut tls)?;
        Ok(taken)
    }

    /// True: all that is sealed is out.
    fn send(&self, tls: &mut ServerConnection) -> io::Result<bool> {
        while tls.wants_write() {
            match tls.write_tls(&mut Now(&self.connection)) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

/// The connection, as far as it goes without waiting.
struct Now<'a>(&'a TcpStream);

impl Read for Now<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_now(self.0, buffer)
    }
}

impl Write for Now<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write_now(self.0, &[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        write_now(self.0, slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

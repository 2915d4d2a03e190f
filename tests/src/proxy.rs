//! A way to a server that can be cut and mended.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// What stands between a client and a server: it hands on what both send, until it is cut.
#[derive(Debug)]
pub struct Proxy {
    target: SocketAddr,
    address: SocketAddr,
    url: String,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    over: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    thread: JoinHandle<()>,
}

impl Proxy {
    /// A way to the server of this URL.
    ///
    /// # Errors
    ///
    /// The URL has no server, or there is no port to be had.
    pub fn new(url: &str) -> io::Result<Self> {
        let wrong = || io::Error::other("a URL without a server");
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (login, server) =
            authority.rsplit_once('@').map_or((None, authority), |(login, server)| (Some(login), server));
        let target = server.to_socket_addrs()?.next().ok_or_else(wrong)?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let login = login.map(|login| format!("{login}@")).unwrap_or_default();
        let url = format!("{scheme}://{login}{address}{path}");
        Ok(Self { target, address, url, running: Mutex::new(Some(Running::start(listener, target))) })
    }

    /// The URL that leads through here.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Closes the port and every connection.
    pub fn cut(&self) {
        if let Some(running) = lock(&self.running).take() {
            running.over.store(true, Ordering::SeqCst);
            // Whoever waits for a connection gets this one, and sees that it is over.
            drop(TcpStream::connect(self.address));
            let _ = running.thread.join();
            for stream in lock(&running.streams).drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Opens the same port again.
    ///
    /// # Errors
    ///
    /// Somebody else has the port.
    pub fn mend(&self) -> io::Result<()> {
        let mut running = lock(&self.running);
        if running.is_none() {
            *running = Some(Running::start(TcpListener::bind(self.address)?, self.target));
        }
        Ok(())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Running {
    fn start(listener: TcpListener, target: SocketAddr) -> Self {
        let (over, streams) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let thread = thread::spawn({
            let (over, streams) = (Arc::clone(&over), Arc::clone(&streams));
            move || {
                for client in listener.incoming() {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    if let Ok(client) = client {
                        let _ = join(client, target, &streams);
                    }
                }
            }
        });
        Self { over, streams, thread }
    }
}

fn join(client: TcpStream, target: SocketAddr, streams: &Mutex<Vec<TcpStream>>) -> io::Result<()> {
    let server = TcpStream::connect(target)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        lock(streams).push(stream.try_clone()?);
    }
    let back = (server.try_clone()?, client.try_clone()?);
    for (mut from, mut to) in [(client, server), back] {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            for stream in [from, to] {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
    }
    Ok(())
}

/// A URL of the same kind at which nobody listens.
///
/// # Errors
///
/// As [`Proxy::new`].
pub fn nobody(url: &str) -> io::Result<String> {
    let proxy = Proxy::new(url)?;
    proxy.cut();
    Ok(proxy.url.clone())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

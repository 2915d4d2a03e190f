//! A way to a server that can be cut and mended.

use std::io::{self, Read as _, Write as _};
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
    rules: Arc<Rules>,
    running: Mutex<Option<Running>>,
}

/// What costs a client its connection.
#[derive(Debug, Default)]
struct Rules {
    /// A text that it sends.
    forbidden: Mutex<Option<String>>,
    /// How many bytes servers may send yet, in all.
    answers: Mutex<Option<usize>>,
}

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    There,
    Back,
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
        let rules = Arc::default();
        let running = Running::start(listener, target, Arc::clone(&rules));
        Ok(Self { target, address, url, rules, running: Mutex::new(Some(running)) })
    }

    /// The URL that leads through here.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on a client loses its connection when it sends this text, which it has to send unencrypted; `None` for no
    /// such text.
    pub fn forbid(&self, text: Option<&str>) {
        *lock(&self.rules.forbidden) = text.map(str::to_owned);
    }

    /// From now on the server may send so many bytes, in all; behind them the connection is lost. `None` for any number.
    ///
    /// Unlike [`cut`](Self::cut) it does not leave what is on its way to the client already.
    pub fn let_back(&self, bytes: Option<usize>) {
        *lock(&self.rules.answers) = bytes;
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
            *running =
                Some(Running::start(TcpListener::bind(self.address)?, self.target, Arc::clone(&self.rules)));
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
    fn start(listener: TcpListener, target: SocketAddr, rules: Arc<Rules>) -> Self {
        let (over, streams) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let thread = thread::spawn({
            let (over, streams) = (Arc::clone(&over), Arc::clone(&streams));
            move || {
                for client in listener.incoming() {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    if let Ok(client) = client {
                        let _ = join(client, target, &streams, &rules);
                    }
                }
            }
        });
        Self { over, streams, thread }
    }
}

fn join(
    client: TcpStream,
    target: SocketAddr,
    streams: &Mutex<Vec<TcpStream>>,
    rules: &Arc<Rules>,
) -> io::Result<()> {
    let server = TcpStream::connect(target)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        lock(streams).push(stream.try_clone()?);
    }
    let back = (server.try_clone()?, client.try_clone()?);
    let there = (client, server, Way::There);
    for (mut from, mut to, way) in [there, (back.0, back.1, Way::Back)] {
        let rules = Arc::clone(rules);
        thread::spawn(move || {
            let _ = hand_on(&mut from, &mut to, way, &rules);
            for stream in [from, to] {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
    }
    Ok(())
}

/// Hands on what comes, until it ends or a rule is broken. A statement comes in one piece.
fn hand_on(from: &mut TcpStream, to: &mut TcpStream, way: Way, rules: &Rules) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let piece = &buffer[..length];
        match way {
            Way::There => {
                let text = lock(&rules.forbidden).clone();
                let is_text = |window: &[u8]| text.as_ref().is_some_and(|text| window == text.as_bytes());
                if text.as_ref().is_some_and(|text| piece.windows(text.len().max(1)).any(is_text)) {
                    return Ok(());
                }
                to.write_all(piece)?;
            }
            Way::Back => {
                let allowed = lock(&rules.answers).as_mut().map_or(length, |left| {
                    let allowed = length.min(*left);
                    *left -= allowed;
                    allowed
                });
                to.write_all(&piece[..allowed])?;
                if allowed < length {
                    return Ok(());
                }
            }
        }
    }
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

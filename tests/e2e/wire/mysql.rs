//! How a connection to MySQL or MariaDB begins.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Manner, join};

/// The bit of the server's, and the client's, abilities that stands for TLS: in their second byte.
const TLS: u8 = 0x08;
/// The length of a request for TLS; every other first message of a client is longer.
const TLS_PLEASE: usize = 32;

struct Packet {
    number: u8,
    body: Vec<u8>,
}

async fn read(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Packet> {
    let mut head = [0; 4];
    from.read_exact(&mut head).await?;
    let [a, b, c, number] = head;
    let mut body = vec![0; usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16];
    from.read_exact(&mut body).await?;
    Ok(Packet { number, body })
}

async fn write(to: &mut (impl AsyncWrite + Unpin), packet: &Packet) -> std::io::Result<()> {
    let [a, b, c, ..] = u32::try_from(packet.body.len()).unwrap_or_default().to_le_bytes();
    to.write_all(&[a, b, c, packet.number]).await?;
    to.write_all(&packet.body).await?;
    to.flush().await
}

/// The second byte of what the server can do, in its greeting: behind a number, its version, a number and a challenge.
fn abilities(greeting: &mut Packet) -> Option<&mut u8> {
    let end = greeting.body.iter().skip(1).position(|byte| *byte == 0)? + 1;
    greeting.body.get_mut(end + 1 + 4 + 8 + 1 + 1)
}

pub(super) async fn serve(
    mut client: TcpStream,
    server: (String, u16),
    manner: &Manner,
    secured: &AtomicUsize,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let mut greeting = read(&mut server).await?;
    if let Some(abilities) = abilities(&mut greeting) {
        match manner {
            Manner::Tls(_) | Manner::Insists(_) => *abilities |= TLS,
            _ => *abilities &= !TLS,
        }
    }
    write(&mut client, &greeting).await?;
    let first = read(&mut client).await?;
    if let Manner::Tls(acceptor) | Manner::Insists(acceptor) = manner
        && first.body.len() == TLS_PLEASE
    {
        let mut client = acceptor.accept(client).await?;
        secured.fetch_add(1, Ordering::SeqCst);
        log_in(&mut client, &mut server).await?;
        return join(client, server, manner.lies()).await;
    }
    if matches!(manner, Manner::Insists(_)) {
        let message =
            "Connections using insecure transport are prohibited while --require_secure_transport=ON.";
        // Number 3159.
        let body = [&[0xff, 0x57, 0x0c], &b"#HY000"[..], message.as_bytes()].concat();
        return write(&mut client, &Packet { number: first.number + 1, body }).await;
    }
    write(&mut server, &first).await?;
    join(client, server, manner.lies()).await
}

/// Hands the login on to a server that does not know of the request for TLS: every message has a number less there.
async fn log_in(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: &mut (impl AsyncRead + AsyncWrite + Unpin),
) -> std::io::Result<()> {
    let mut first = true;
    loop {
        let mut said = read(client).await?;
        said.number = said.number.wrapping_sub(1);
        if std::mem::take(&mut first)
            && let Some(abilities) = said.body.get_mut(1)
        {
            *abilities &= !TLS;
        }
        write(server, &said).await?;
        loop {
            let mut answer = read(server).await?;
            answer.number = answer.number.wrapping_add(1);
            write(client, &answer).await?;
            match answer.body.as_slice() {
                // Let in, or refused.
                [0x00 | 0xff, ..] => return Ok(()),
                // Known already: that it is let in comes right behind.
                [0x01, 0x03] => {}
                _ => break,
            }
        }
    }
}

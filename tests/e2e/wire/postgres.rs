//! How a connection to PostgreSQL begins.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Manner, join};

/// The first eight bytes of a client that asks for TLS: their number, and the number of that request.
const TLS_PLEASE: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

pub(super) async fn serve(
    mut client: TcpStream,
    server: (String, u16),
    manner: &Manner,
    secured: &AtomicUsize,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let mut first = [0; 8];
    client.read_exact(&mut first).await?;
    if first == TLS_PLEASE {
        if let Manner::Tls(acceptor) | Manner::Insists(acceptor) = manner {
            client.write_all(b"S").await?;
            let client = acceptor.accept(client).await?;
            secured.fetch_add(1, Ordering::SeqCst);
            return join(client, server, manner.lies()).await;
        }
        client.write_all(b"N").await?;
    } else if matches!(manner, Manner::Insists(_)) {
        return refuse(&mut client, first).await;
    } else {
        server.write_all(&first).await?;
    }
    join(client, server, manner.lies()).await
}

/// Says what a server says of whose rules no one holds for a connection without TLS.
async fn refuse(client: &mut TcpStream, first: [u8; 8]) -> std::io::Result<()> {
    let [a, b, c, d, ..] = first;
    let rest = u32::from_be_bytes([a, b, c, d]).saturating_sub(8);
    let mut startup = vec![0; usize::try_from(rest).unwrap_or_default()];
    client.read_exact(&mut startup).await?;
    let message = "no pg_hba.conf entry for host \"127.0.0.1\", user \"x\", database \"y\", no encryption";
    let fields = format!("SFATAL\0VFATAL\0C28000\0M{message}\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap_or_default();
    client.write_all(b"E").await?;
    client.write_all(&length.to_be_bytes()).await?;
    client.write_all(fields.as_bytes()).await?;
    client.shutdown().await
}

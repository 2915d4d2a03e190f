//! Where the servers are that have a database, from the address and its options.

use std::path::{Path, PathBuf};

use super::{Params, config, wrong};
use crate::driver::several::{Choice, Wanted};
use crate::driver::url::{Address, Host};
use crate::error::Result;

/// The options that are about hosts.
pub(super) const KEYS: &[&str] = &["host", "port", "target_session_attrs", "load_balance_hosts"];

/// Where to connect to.
#[derive(Debug)]
pub(super) struct Places<'p> {
    /// One at least.
    pub(super) hosts: Vec<Host>,
    pub(super) choice: Choice,
    /// The options that are about something else.
    pub(super) rest: Vec<(&'p str, &'p str)>,
}

/// Reads them.
///
/// # Errors
///
/// `Config` if an option is wrong, or says again what the address says.
pub(super) fn places<'p>(address: &Address, params: &Params<'p>) -> Result<Places<'p>> {
    let mut places = Places { hosts: address.hosts.clone(), choice: Choice::default(), rest: Vec::new() };
    let (mut names, mut ports) = (None, None);
    for &(key, value) in params {
        match key {
            "host" if address.hosts.iter().any(|host| host.name.is_some()) => {
                return Err(config("the database URL names a host twice, before the path and as `host`"));
            }
            "host" => names = Some(value.split(',').map(str::to_owned).collect::<Vec<_>>()),
            "port" if address.hosts.iter().any(|host| host.port.is_some()) => {
                return Err(config("the database URL names a port twice, before the path and as `port`"));
            }
            "port" => {
                let read = |port: &str| port.parse::<u16>();
                let read: Result<Vec<_>, _> = value.split(',').map(read).collect();
                ports = Some(read.map_err(|_| wrong(key, "a number in 0–65535, or one for each host"))?);
            }
            "target_session_attrs" => {
                places.choice.wanted = Wanted::named(value).ok_or_else(|| {
                    let known =
                        "one of `any`, `read-write`, `read-only`, `primary`, `standby`, `prefer-standby`";
                    wrong(key, known)
                })?;
            }
            "load_balance_hosts" => {
                places.choice.shuffled = match value {
                    "random" => true,
                    "disable" => false,
                    _ => return Err(wrong(key, "`random` or `disable`")),
                };
            }
            _ => places.rest.push((key, value)),
        }
    }
    if let Some(names) = names {
        // A port without a name before it is that of the names which follow.
        let port = places.hosts.iter().find_map(|host| host.port);
        places.hosts = names.into_iter().map(|name| Host { name: Some(name), port }).collect();
        if places.hosts.len() > 1 && places.hosts.iter().any(|host| host.name.as_deref() == Some("")) {
            return Err(config("`host` has an empty name among several"));
        }
        for host in &mut places.hosts {
            host.name = host.name.take().filter(|name| !name.is_empty());
        }
    }
    if places.hosts.is_empty() {
        places.hosts.push(Host::default());
    }
    match ports.as_deref() {
        None => {}
        Some([port]) => places.hosts.iter_mut().for_each(|host| host.port = Some(*port)),
        Some(ports) if ports.len() == places.hosts.len() => {
            for (host, port) in places.hosts.iter_mut().zip(ports) {
                host.port = Some(*port);
            }
        }
        Some(ports) => {
            let (ports, hosts) = (ports.len(), places.hosts.len());
            return Err(config(format!("`port` has {ports} numbers, but there are {hosts} hosts")));
        }
    }
    Ok(places)
}

/// A file that an option names, unless it is a certificate itself.
pub(super) fn file(key: &'static str, value: &str) -> Option<(&'static str, PathBuf)> {
    let inline = value.trim_start().starts_with("-----BEGIN");
    (!inline).then(|| (key, Path::new(value).to_owned()))
}

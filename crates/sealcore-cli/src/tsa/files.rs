//! Files that the process may have open: a connection is one, and so is what the state folder is written through.

/// Files beside the connections: those that are told that there are too many, the metrics, the state folder, the rest.
const BESIDE: u64 = 256;

/// Asks the system for as many open files as so many connections need, as far as the hard limit goes. The soft one is 1024
/// in most places; connections that stand still would take the files that serial numbers are reserved through.
#[cfg(unix)]
pub(crate) fn make_room(connections: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let wanted = BESIDE.saturating_add(connections as u64);
    let mut limit = getrlimit(Resource::Nofile);
    let allowed = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if limit.current.is_some_and(|current| current < allowed) {
        limit.current = Some(allowed);
        // Where this fails, the server works within the limit that there is.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub(crate) fn make_room(_: usize) {}

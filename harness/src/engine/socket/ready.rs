//! Before the script begins: starts the subject and waits until it is up.
//!
//! A listener is asked from a socket of its own, again and again, until anything at all comes back; answers that come late stay
//! at that socket and never reach the scenario. A connector is up when its first datagram has come.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitStatus;
use std::time::Duration;

use simulator::Instant;
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::sleep_until;

use super::interrupt;
use super::lines::Lines;
use super::patience::Patience;
use super::peers::{DATAGRAM_MAX, Peers, open};
use crate::engine::EngineError;
use crate::protocol::Question;
use crate::subject::control::ControlError;
use crate::subject::process::{Process, in_words, last_lines};

/// How often a listener is asked whether it is up.
const ASK_EVERY: Duration = Duration::from_millis(25);

/// How long a port that nobody has been asked to open may be closed.
const CLOSED_AFTER: Duration = Duration::from_millis(300);

/// Lines of what a subject printed in the error that says that it died.
pub(super) const LINES_SHOWN: usize = 8;

/// How long a subject may take to end on its own that does not keep to its control lines.
const STOPPED_WITHIN: Duration = Duration::from_millis(200);

/// What came of waiting for a subject.
#[derive(Debug)]
pub(super) enum Readiness {
    /// Something came from it: from this address.
    Up(SocketAddr),
    /// Nothing came, and nothing else happened either.
    Silent,
    /// Its process has ended.
    Died(ExitStatus),
}

/// Asks a listener until something comes back from it, or the time is over.
///
/// The socket is left open by the caller for as long as late answers may come, so that they do not meet a closed port.
pub(super) async fn listener(
    socket: &UdpSocket,
    subject: SocketAddr,
    mut process: Option<&mut Process>,
    question: &dyn Fn() -> Question,
    within: Duration,
) -> Result<Readiness, EngineError> {
    let patience = Patience::new(within, process.as_deref());
    let clock = patience.clock();
    let mut next = Instant::START;
    let mut refused_at = None;
    let mut thanks = Vec::new();
    let mut buffer = vec![0; DATAGRAM_MAX];
    loop {
        let now = clock.now();
        if patience.is_over() {
            return Ok(Readiness::Silent);
        }
        let mut result = Ok(());
        if now >= next {
            next = now + ASK_EVERY;
            let question = question();
            thanks.extend(question.thanks);
            result = socket.try_send(&question.packet).map(|_| ());
        }
        if result.is_ok() {
            let until = clock.deadline(next);
            result = tokio::select! {
                biased;
                () = interrupt::requested() => return Err(EngineError::Interrupted),
                status = ended(process.as_deref_mut()) => return Ok(Readiness::Died(status)),
                received = socket.recv(&mut buffer) => match received {
                    Ok(_) => {
                        for thanks in &thanks {
                            let _unheard = socket.try_send(thanks);
                        }
                        return Ok(Readiness::Up(subject));
                    }
                    Err(error) => Err(error),
                },
                () = sleep_until(until.into()) => Ok(()),
            };
        }
        match result {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                // A program may still be starting; nobody starts what is only an address.
                let first = *refused_at.get_or_insert(now);
                if process.is_none() && now.duration_since(first) >= CLOSED_AFTER {
                    return Err(EngineError::Closed { address: subject });
                }
            }
            Err(error) => {
                return Err(EngineError::Io { doing: format!("reaching {subject}"), error });
            }
        }
    }
}

/// Connects to a listener until it takes a connection and says something, or the time is over.
pub(super) async fn stream_listener(
    subject: SocketAddr,
    mut process: Option<&mut Process>,
    within: Duration,
) -> Result<Readiness, EngineError> {
    let patience = Patience::new(within, process.as_deref());
    let clock = patience.clock();
    let mut refused_at = None;
    loop {
        let now = clock.now();
        if patience.is_over() {
            return Ok(Readiness::Silent);
        }
        let greeted = async {
            let stream = TcpStream::connect(subject).await?;
            stream.readable().await?;
            io::Result::Ok(())
        };
        let again = clock.deadline(now + ASK_EVERY);
        let result = tokio::select! {
            biased;
            () = interrupt::requested() => return Err(EngineError::Interrupted),
            status = ended(process.as_deref_mut()) => return Ok(Readiness::Died(status)),
            result = greeted => result,
            () = patience.over() => return Ok(Readiness::Silent),
        };
        match result {
            Ok(()) => return Ok(Readiness::Up(subject)),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                // A program may still be starting; nobody starts what is only an address.
                let first = *refused_at.get_or_insert(now);
                if process.is_none() && now.duration_since(first) >= CLOSED_AFTER {
                    return Err(EngineError::Closed { address: subject });
                }
            }
            Err(_) => {}
        }
        tokio::select! {
            biased;
            () = interrupt::requested() => return Err(EngineError::Interrupted),
            status = ended(process.as_deref_mut()) => return Ok(Readiness::Died(status)),
            () = sleep_until(again.into()) => {}
        }
    }
}

/// Waits for the first connection of a client, which is kept for the run.
pub(super) async fn stream_connector(
    lines: &mut Lines,
    process: Option<&mut Process>,
    within: Duration,
) -> Result<Readiness, EngineError> {
    first(lines.first(), "accepting", process, within).await
}

/// Waits for the first datagram of a connector, which stays in its socket.
pub(super) async fn connector(
    peers: &Peers,
    process: Option<&mut Process>,
    within: Duration,
) -> Result<Readiness, EngineError> {
    first(peers.first_sender(), "receiving", process, within).await
}

/// Waits for the first that comes of a subject.
async fn first(
    coming: impl Future<Output = io::Result<SocketAddr>>,
    doing: &str,
    process: Option<&mut Process>,
    within: Duration,
) -> Result<Readiness, EngineError> {
    let patience = Patience::new(within, process.as_deref());
    tokio::select! {
        biased;
        () = interrupt::requested() => Err(EngineError::Interrupted),
        first = coming => first
            .map(Readiness::Up)
            .map_err(|error| EngineError::Io { doing: doing.to_owned(), error }),
        status = ended(process) => Ok(Readiness::Died(status)),
        () = patience.over() => Ok(Readiness::Silent),
    }
}

/// The socket from which a listener is asked.
pub(super) async fn asking_socket(
    host: IpAddr,
    subject: SocketAddr,
) -> Result<UdpSocket, EngineError> {
    open(host, Some(subject)).await.map_err(|error| EngineError::Socket { address: host, error })
}

/// The error of a subject that was gone before the scenario began.
pub(super) async fn died(process: Process, status: ExitStatus) -> EngineError {
    let printed = process.stop(Duration::ZERO).await.printed;
    EngineError::Died { status: in_words(status), printed: last_lines(&printed, LINES_SHOWN) }
}

/// The error of a subject that does not keep to its control lines; it is stopped.
pub(super) async fn broken(
    process: Option<Process>,
    error: ControlError,
    begun: bool,
) -> EngineError {
    let printed = match process {
        Some(process) => process.stop(STOPPED_WITHIN).await.printed,
        None => Vec::new(),
    };
    EngineError::Control { error, printed: last_lines(&printed, LINES_SHOWN), begun }
}

/// Waits for the end of a process, or for ever when there is none.
pub(super) async fn ended(process: Option<&mut Process>) -> ExitStatus {
    match process {
        Some(process) => process.ended().await,
        None => std::future::pending().await,
    }
}

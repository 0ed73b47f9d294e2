//! Whether somebody has asked the suite to end: subjects are in process groups of their own, so Ctrl-C reaches only the suite.

use std::io;
use std::sync::OnceLock;
use std::thread;

use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// True from the first request on. It is never reset: a suite that is to end begins no further run.
static REQUESTED: OnceLock<watch::Receiver<bool>> = OnceLock::new();

/// Begins to listen for SIGINT, SIGTERM and SIGHUP, once for the whole program; they no longer end it by themselves.
pub(super) fn listen() {
    REQUESTED.get_or_init(|| {
        let (requested, receiver) = watch::channel(false);
        // A thread of its own, so that a request between two runs is not lost.
        thread::spawn(move || {
            if wait().is_ok() {
                requested.send_replace(true);
            }
        });
        receiver
    });
}

/// Comes back once somebody has asked; never, when [`listen`] was not called.
pub(super) async fn requested() {
    if let Some(requested) = REQUESTED.get()
        && requested.clone().wait_for(|requested| *requested).await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

fn wait() -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        Ok(())
    })
}

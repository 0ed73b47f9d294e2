//! Whether a program that seems silent only keeps what it says: it answers once its standard input has ended.

use tokio::runtime;
use tokio::time::timeout;

use super::given::Port;
use crate::profile::{CommandLine, Profile};
use crate::protocol::{Protocol, Role};
use crate::scenario::Application;
use crate::subject::control::{FromSubject, Hello, ToSubject};
use crate::subject::process::{Part, Process};

/// Starts a program with control lines, says `hello` and `stop`, and tells whether `ready` comes of it. Of a program that did not
/// answer while its standard input was open, that shows that it does not flush. The caller must not be within a runtime of tokio.
pub fn answers_at_its_end(
    profile: &Profile,
    line: &CommandLine,
    protocol: &dyn Protocol,
    role: Role,
) -> bool {
    let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else {
        return false;
    };
    runtime.block_on(async {
        let address = match role {
            Role::Connector => None,
            Role::Listener => {
                Port::free(profile.host, protocol.transport()).ok().map(|mut port| {
                    port.let_go();
                    port.address
                })
            }
        };
        let given = protocol.world(&profile.options);
        let part = Part {
            protocol: protocol.name(),
            events: protocol.events(),
            scenario: "doctor",
            role: protocol.word(role),
            dialect: &profile.dialect,
            options: &profile.options,
            application: Application::Echo,
            given: &given,
            address,
            peer: None,
        };
        let Ok(mut process) = Process::start(line, &part) else { return false };
        let Some(mut lines) = process.take_lines() else { return false };
        if lines.say(&ToSubject::Hello(Hello::of(&part))).is_err() {
            return false;
        }
        lines.say_last(&ToSubject::Stop);
        let answer = async {
            loop {
                match lines.next().await {
                    Ok(FromSubject::Ready { .. }) => return true,
                    Ok(_) => {}
                    Err(_) => return false,
                }
            }
        };
        timeout(line.start, answer).await.unwrap_or(false)
    })
}

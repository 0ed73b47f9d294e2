//! Makes a profile of its document; finds everything that is wrong with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use simulator::Span;

use super::document::{Budget, CommandLine as Line, Document};
use super::{
    CommandLine, DialectChoice, GIVEN, OptionChoice, Profile, REPLY, START, STOP, Timers, WayIn,
};
use crate::diagnostic::{Diagnostic, Place, Source, suggest};
use crate::protocol::{self, Protocol, Role};
use crate::scenario::Application;
use crate::yaml::{self, Located};

/// Longest time that a profile may state for anything.
const TIME_MAX: Span = Span::from_secs(3600);

/// Environment variables that begin so belong to the suite.
const RESERVED: &str = "WIREPROOF_";

/// Reads and checks a profile; see [`Profile::parse`].
pub(super) fn profile(file: &str, text: &str, folder: &Path) -> Result<Profile, Vec<Diagnostic>> {
    let document: Document = yaml::read(file, text).map_err(|error| vec![error])?;
    let mut check = Check { source: Source { file, text }, errors: Vec::new() };
    let profile = check.document(&document, folder);
    match profile {
        Some(profile) if check.errors.is_empty() => Ok(profile),
        _ => {
            check.errors.sort_by_key(|error| (error.line, error.column));
            Err(check.errors)
        }
    }
}

/// A check under way: what has been found so far.
struct Check<'a> {
    source: Source<'a>,
    errors: Vec<Diagnostic>,
}

impl Check<'_> {
    fn error(&mut self, place: Place, message: impl Into<String>, help: Option<String>) {
        let mut error = self.source.error(place, message);
        error.help = help;
        self.errors.push(error);
    }

    /// None only when something was found that leaves nothing to go on with.
    fn document(&mut self, document: &Document, folder: &Path) -> Option<Profile> {
        if document.name.trim().is_empty() {
            self.error(document.name.place(), "`name` is empty", None);
        }
        let way = self.way(document, folder);
        let host = self.host(document, way.as_ref());
        let reply = self.time("reply", document.reply.as_ref(), REPLY);
        let settle = self.time("settle", document.settle.as_ref(), Duration::ZERO);
        let protocol = self.protocol(&document.protocol)?;
        let roles = self.roles(protocol, document, way.as_ref());
        let options = self.options(protocol, document);
        let dialect = self.dialect(protocol, document);
        let timers = self.timers(protocol, document);
        self.capabilities(protocol, document);
        Some(Profile {
            name: document.name.value.clone(),
            protocol: protocol.name().to_owned(),
            roles,
            dialect,
            options,
            claims: document.claims.unwrap_or_default(),
            way: way?,
            host: host?,
            reply,
            settle,
            timers,
            capabilities: document.capabilities.iter().map(|name| name.value.clone()).collect(),
            application: Application::Echo,
            digest: None,
        })
    }

    fn protocol(&mut self, name: &Located<String>) -> Option<&'static dyn Protocol> {
        let found = protocol::by_name(name);
        if found.is_none() {
            let help = suggest(name, protocol::ALL.into_iter().map(Protocol::name));
            self.error(name.place(), format!("unknown protocol `{}`", name.value), help);
        }
        found
    }

    fn roles(
        &mut self,
        protocol: &dyn Protocol,
        document: &Document,
        way: Option<&WayIn>,
    ) -> Vec<Role> {
        let Some(words) = &document.roles else { return vec![Role::Listener] };
        if words.is_empty() {
            let help = format!("leave `roles` out for a {}", protocol.word(Role::Listener));
            self.error(words.place(), "`roles` names no role", Some(help));
        }
        let mut roles = Vec::new();
        for word in words.iter() {
            let Some(role) = protocol.role(&word.value) else {
                let message = format!("{} has no role `{}`", protocol.name(), word.value);
                let help = suggest(word, protocol.role_words());
                self.error(word.place(), message, help);
                continue;
            };
            let [connector, listener] = protocol.role_words();
            if roles.contains(&role) {
                self.error(word.place(), format!("`roles` names `{}` twice", word.value), None);
            } else if role == Role::Connector && matches!(way, Some(WayIn::Address(_))) {
                let help = format!("a {connector} needs `command`");
                let message = format!("a subject with an `address` is a {listener}");
                self.error(word.place(), message, Some(help));
            }
            roles.push(role);
        }
        roles
    }

    fn options(&mut self, protocol: &dyn Protocol, document: &Document) -> OptionChoice {
        let mut choice = OptionChoice::default_for(protocol);
        for (name, words) in document.options() {
            let options = protocol.options();
            let Some(spec) = options.iter().find(|spec| spec.name == name) else {
                let message = format!("{} has no option `{name}`", protocol.name());
                let help = suggest(name, options.iter().map(|spec| spec.name));
                self.error(words.place(), message, help);
                continue;
            };
            if !spec.several && words.0.len() != 1 {
                self.error(words.place(), format!("`{name}` is one word"), None);
            }
            for word in &words.0 {
                if !spec.words.contains(&word.as_str()) {
                    let message = format!("the option `{name}` has no word `{word}`");
                    self.error(words.place(), message, suggest(word, spec.words.iter().copied()));
                }
            }
            choice.state(name, words.0.clone());
        }
        choice
    }

    fn dialect(&mut self, protocol: &dyn Protocol, document: &Document) -> DialectChoice {
        let mut choice = DialectChoice::default_for(protocol);
        for (option, value) in document.dialect.iter() {
            match choice.clone().with(protocol, option, value) {
                Ok(changed) => choice = changed,
                Err(unknown) => {
                    let known = protocol.dialect_options().iter().any(|o| o.name == option.value);
                    let place = if known { value.place() } else { option.place() };
                    self.error(place, unknown.message, unknown.help);
                }
            }
        }
        choice
    }

    fn timers(&mut self, protocol: &dyn Protocol, document: &Document) -> Timers {
        let mut timers = Timers::defaults(protocol);
        for (name, span) in document.timers.iter() {
            let names = protocol.timers().iter().map(|timer| timer.name);
            if !names.clone().any(|known| known == name.value) {
                let message = format!("{} has no timer `{}`", protocol.name(), name.value);
                self.error(name.place(), message, suggest(name, names));
            }
            self.time(name, Some(span), Duration::ZERO);
            timers.state(name, span.value);
        }
        timers
    }

    fn capabilities(&mut self, protocol: &dyn Protocol, document: &Document) {
        let known = protocol.capabilities().iter().copied().chain([GIVEN]);
        for name in &document.capabilities {
            if !known.clone().any(|capability| capability == name.value) {
                let message = format!("unknown capability `{}`", name.value);
                self.error(name.place(), message, suggest(name, known.clone()));
            }
        }
    }

    fn way(&mut self, document: &Document, folder: &Path) -> Option<WayIn> {
        let explained =
            "`address` for a subject that listens already, `command` for one that the suite starts";
        match (&document.address, &document.command) {
            (Some(address), None) => {
                self.only_with_command(document, address.place());
                self.address(address).map(WayIn::Address)
            }
            (None, Some(command)) => self.command(document, command, folder).map(WayIn::Command),
            (Some(_), Some(command)) => {
                let help = format!("give one: {explained}");
                self.error(command.place(), "both `address` and `command` are given", Some(help));
                None
            }
            (None, None) => {
                let help = format!("give one: {explained}");
                let message = "neither `address` nor `command` is given";
                self.error(Place { line: 1, column: 1, length: 0 }, message, Some(help));
                None
            }
        }
    }

    /// Keys that say how to start a program mean nothing without one.
    fn only_with_command(&mut self, document: &Document, place: Place) {
        let given = [
            ("control", document.control.is_some()),
            ("virtual-time", document.virtual_time.is_some()),
            ("environment", !document.environment.is_empty()),
            ("folder", document.folder.is_some()),
            ("start", document.start.is_some()),
            ("stop", document.stop.is_some()),
        ];
        for (key, _) in given.into_iter().filter(|&(_, is_given)| is_given) {
            self.error(place, format!("`{key}` means nothing with `address`"), None);
        }
    }

    fn address(&mut self, text: &Located<String>) -> Option<SocketAddr> {
        let parsed: Option<SocketAddr> = text.parse().ok();
        match parsed {
            Some(address) if address.port() != 0 && !address.ip().is_unspecified() => Some(address),
            Some(_) => {
                let message = format!("nobody can listen at `{}`", text.value);
                self.error(text.place(), message, None);
                None
            }
            None => {
                let message = format!("`{}` is not an address", text.value);
                let help =
                    "an IP address with a port, such as `127.0.0.1:4000` or `\"[::1]:4000\"`";
                self.error(text.place(), message, Some(help.to_owned()));
                None
            }
        }
    }

    fn command(
        &mut self,
        document: &Document,
        command: &Located<Line>,
        profile_folder: &Path,
    ) -> Option<CommandLine> {
        for (name, _) in document.environment.iter() {
            if name.is_empty() || name.contains(['=', '\0']) || name.starts_with(RESERVED) {
                let help = format!("names that begin with `{RESERVED}` are the suite's own");
                let message = format!("`{}` cannot be an environment variable here", name.value);
                self.error(name.place(), message, Some(help));
            }
        }
        let words = match &command.value {
            Line::Words(words) => words,
            Line::Text(text) => {
                let list = text.split_whitespace().collect::<Vec<_>>().join(", ");
                let help = format!("no shell reads it; write `command: [{list}]`");
                self.error(command.place(), "`command` is a list of words", Some(help));
                return None;
            }
        };
        let folder = match &document.folder {
            Some(folder) => profile_folder.join(&folder.value),
            None => profile_folder.to_path_buf(),
        };
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        if let Some(stated) = document.folder.as_ref().filter(|_| !folder.is_dir()) {
            let message = format!("there is no folder `{}`", folder.display());
            self.error(stated.place(), message, None);
        }
        let Some((program, arguments)) = words.split_first().filter(|(name, _)| !name.is_empty())
        else {
            self.error(command.place(), "`command` names no program", None);
            return None;
        };
        // What has a folder in its name is a file, seen from the working folder; the rest is looked up.
        let program = if program.contains('/') {
            // Without the `./` in its middle.
            folder.join(program).components().collect::<PathBuf>().display().to_string()
        } else {
            program.clone()
        };
        Some(CommandLine {
            program,
            arguments: arguments.to_vec(),
            environment: document
                .environment
                .iter()
                .map(|(name, value)| (name.value.clone(), value.clone()))
                .collect(),
            folder,
            control: document.control.unwrap_or_default(),
            virtual_time: document.virtual_time.unwrap_or_default(),
            start: self.budget("start", document.start, START, command.place()),
            stop: self.budget("stop", document.stop, STOP, command.place()),
        })
    }

    /// The address of the suite's own sockets; a subject elsewhere is reached from any address of its kind.
    fn host(&mut self, document: &Document, way: Option<&WayIn>) -> Option<IpAddr> {
        let Some(stated) = &document.host else {
            return Some(match way {
                Some(WayIn::Address(SocketAddr::V4(address))) if !address.ip().is_loopback() => {
                    Ipv4Addr::UNSPECIFIED.into()
                }
                Some(WayIn::Address(SocketAddr::V6(address))) if address.ip().is_loopback() => {
                    Ipv6Addr::LOCALHOST.into()
                }
                Some(WayIn::Address(SocketAddr::V6(_))) => Ipv6Addr::UNSPECIFIED.into(),
                Some(
                    WayIn::Address(_)
                    | WayIn::Command(_)
                    | WayIn::VirtualTime(_)
                    | WayIn::Reference,
                )
                | None => Ipv4Addr::LOCALHOST.into(),
            });
        };
        let Ok(host) = stated.parse::<IpAddr>() else {
            let message = format!("`{}` is not an IP address", stated.value);
            self.error(stated.place(), message, Some("such as `127.0.0.1` or `\"::1\"`".into()));
            return None;
        };
        if let Some(WayIn::Address(address)) = way
            && address.is_ipv4() != host.is_ipv4()
        {
            let message = format!("`host` {host} cannot reach {address}: one is IPv4, one is IPv6");
            self.error(stated.place(), message, None);
        }
        Some(host)
    }

    fn budget(
        &mut self,
        key: &str,
        stated: Option<Budget>,
        default: Duration,
        place: Place,
    ) -> Duration {
        let located = stated.map(|budget| Located {
            value: budget.within,
            line: place.line,
            column: place.column,
            length: place.length,
        });
        self.time(key, located.as_ref(), default)
    }

    fn time(&mut self, key: &str, stated: Option<&Located<Span>>, default: Duration) -> Duration {
        let Some(span) = stated else { return default };
        if span.value > TIME_MAX {
            let message = format!("`{key}` is {}, at most {TIME_MAX} makes sense", span.value);
            self.error(span.place(), message, None);
        }
        Duration::from(span.value)
    }
}

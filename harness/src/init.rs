//! A start for the author of an implementation: a profile with everything that can stand in one, and an adapter that runs.
//!
//! The profile is made from what the protocol declares, so that it names every option, timer and capability there is. The
//! adapter does what the suite asks of a program beside the protocol itself: it takes its address from the environment, binds,
//! and ends when it is asked to.

use crate::protocol::{Protocol, Role, Transport};

/// The name of the profile's file.
pub const PROFILE: &str = "profile.yaml";

/// The column at which comments begin.
const COMMENTS: usize = 34;

/// A language that there is an adapter in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python 3.
    Python,
    /// JavaScript, for Node.js.
    Node,
    /// Go.
    Go,
    /// C.
    C,
    /// Rust.
    Rust,
    /// A shell script before a program in any language.
    Shell,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starter {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub text: String,
    /// It is a program by itself.
    pub executable: bool,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Python, Self::Node, Self::Go, Self::C, Self::Rust, Self::Shell];

    /// Its word in commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Go => "go",
            Self::C => "c",
            Self::Rust => "rust",
            Self::Shell => "shell",
        }
    }

    /// Another word that means the same.
    pub const fn other_word(self) -> Option<&'static str> {
        match self {
            Self::Node => Some("javascript"),
            Self::Python | Self::Go | Self::C | Self::Rust | Self::Shell => None,
        }
    }

    /// The language with this word.
    pub fn by_word(word: &str) -> Option<Self> {
        let is_meant = |it: &Self| it.word() == word || it.other_word() == Some(word);
        Self::ALL.into_iter().find(is_meant)
    }

    /// The adapter's file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Python => "adapter.py",
            Self::Node => "adapter.js",
            Self::Go => "adapter.go",
            Self::C => "adapter.c",
            Self::Rust => "adapter.rs",
            Self::Shell => "adapter.sh",
        }
    }

    /// What is to be done before the adapter can be started, if anything is.
    pub const fn build(self) -> Option<&'static str> {
        match self {
            Self::Go => Some("go build -o adapter adapter.go"),
            Self::C => Some("cc -std=c11 -Wall -Wextra -o adapter adapter.c"),
            Self::Rust => Some("rustc --edition 2021 -o adapter adapter.rs"),
            Self::Python | Self::Node | Self::Shell => None,
        }
    }

    const fn command(self) -> &'static str {
        match self {
            Self::Python => "[python3, adapter.py]",
            Self::Node => "[node, adapter.js]",
            Self::Go | Self::C | Self::Rust => "[./adapter]",
            Self::Shell => "[./adapter.sh]",
        }
    }

    const fn text(self, transport: Transport) -> &'static str {
        match (self, transport) {
            (Self::Python, Transport::Datagrams) => include_str!("init/udp.py"),
            (Self::Python, Transport::Stream) => include_str!("init/tcp.py"),
            (Self::Node, Transport::Datagrams) => include_str!("init/udp.js"),
            (Self::Node, Transport::Stream) => include_str!("init/tcp.js"),
            (Self::Go, Transport::Datagrams) => include_str!("init/udp.go"),
            (Self::Go, Transport::Stream) => include_str!("init/tcp.go"),
            (Self::C, Transport::Datagrams) => include_str!("init/udp.c"),
            (Self::C, Transport::Stream) => include_str!("init/tcp.c"),
            (Self::Rust, Transport::Datagrams) => include_str!("init/udp.rs"),
            (Self::Rust, Transport::Stream) => include_str!("init/tcp.rs"),
            (Self::Shell, _) => include_str!("init/adapter.sh"),
        }
    }
}

/// What is started.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// The protocol.
    pub protocol: &'a dyn Protocol,
    /// The language of the adapter.
    pub language: Language,
    /// The roles that the program can play.
    pub roles: &'a [Role],
    /// The program's name and version, as reports show it.
    pub name: &'a str,
}

/// The files of a start: the profile first.
pub fn files(start: &Start<'_>) -> [Starter; 2] {
    let Start { protocol, language, .. } = *start;
    let profile = Starter { name: PROFILE, text: profile(start), executable: false };
    let adapter = Starter {
        name: language.file(),
        text: language.text(protocol.transport()).to_owned(),
        executable: language == Language::Shell,
    };
    [profile, adapter]
}

/// A profile in which everything is said that can be, what may be left out as a comment.
fn profile(start: &Start<'_>) -> String {
    let Start { protocol, language, roles, name } = *start;
    let [connector, listener] = Role::ALL.map(|role| protocol.word(role));
    let roles: Vec<&str> = roles.iter().map(|role| protocol.word(*role)).collect();
    let roles = format!("roles: [{}]", roles.join(", "));
    let mut text = format!(
        "# Describes a subject to wireproof: wireproof doctor {PROFILE}, then wireproof run --subject {PROFILE}\n\
         # docs/profile-format.md says what each key means, docs/testing-your-implementation.md what the program is to do.\n\
         name: {}\n\
         protocol: {}\n\
         {roles:<32}# {listener}, {connector}: those that the program can play\n\
         command: {}\n\
         # address: 127.0.0.1:4000       # in the place of `command`: a {listener} that runs already\n\
         # control: true                 # the program also speaks control lines: more scenarios\n\
         # virtual-time: true            # the program can do without a network: all scenarios, the same run every time\n\
         # claims: edition               # text: only what the source document says is demanded\n",
        scalar(name),
        protocol.name(),
        language.command()
    );
    // A line more for each thing that the protocol has.
    let mut line = |what: String| text.extend([what.as_str(), "\n"]);
    line(
        "\n# The dialect: options that the source document leaves open, the default first."
            .to_owned(),
    );
    line("dialect:".to_owned());
    for option in protocol.dialect_options() {
        let default = option.values.first().copied().unwrap_or_default();
        let key = format!("  {}: {default}", option.name);
        line(format!("{key:<COMMENTS$}# {}", option.values.join(", ")));
    }
    for option in protocol.options() {
        let words = option.words.join(", ");
        let default = match option.words.first() {
            Some(first) if !option.several => (*first).to_owned(),
            _ => format!("[{words}]"),
        };
        let key = format!("# {}: {default}", option.name);
        line(format!("{key:<COMMENTS$}  # {}: {words}", option.what));
    }
    line("\n# How long it may take to be ready, to end, and to answer where no clause says how long.".to_owned());
    for (key, value) in
        [("start", "{ within: 5 s }"), ("stop", "{ within: 1 s }"), ("reply", "1 s")]
    {
        line(format!("# {key}: {value}"));
    }
    if !protocol.timers().is_empty() {
        line("\n# How long it takes before it does something by itself; state yours where they are longer.".to_owned());
        line("# timers:".to_owned());
        for timer in protocol.timers() {
            let key = format!("#   {}: {} ms", timer.name, timer.default_ms);
            line(format!("{key:<COMMENTS$}# {}", timer.what));
        }
    }
    line("\n# What it can do beyond the ordinary; each makes more scenarios possible.".to_owned());
    let capabilities: Vec<&str> =
        std::iter::once("given").chain(protocol.capabilities().iter().copied()).collect();
    line(format!("# capabilities: [{}]", capabilities.join(", ")));
    text
}

/// A text as it stands behind a key: between quotes where it would be read as something else.
fn scalar(text: &str) -> String {
    let written = serde_yaml::to_string(text).unwrap_or_default();
    written.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::profile::{DialectChoice, Profile};
    use crate::protocol;

    #[test]
    fn every_profile_is_read_and_so_is_all_that_it_has_as_comments() {
        for protocol in protocol::ALL {
            for language in Language::ALL {
                let (roles, name) = (&[Role::Listener], "mine 0.1");
                let start = Start { protocol, language, roles, name };
                let [profile, adapter] = files(&start);
                let read = Profile::parse(PROFILE, &profile.text, Path::new(".")).unwrap();
                assert_eq!(read.dialect, DialectChoice::default_for(protocol));
                assert_eq!(read.roles, [Role::Listener]);
                assert!(profile.text.contains(adapter.name) || language.build().is_some());

                // What is a comment is true, too: with each of them, all but the other ways in.
                let all: String = profile
                    .text
                    .lines()
                    .filter(|line| !line.starts_with("# address") && !line.contains(": wireproof "))
                    .map(|line| match line.strip_prefix("# ") {
                        Some(key)
                            if key.split(' ').next().is_some_and(|word| word.ends_with(':')) =>
                        {
                            key
                        }
                        _ => line
                            .strip_prefix("# ")
                            .filter(|_| line.starts_with("#   "))
                            .unwrap_or(line),
                    })
                    .flat_map(|line| [line, "\n"])
                    .collect();
                let read = Profile::parse(PROFILE, &all, Path::new("."));
                let read =
                    read.unwrap_or_else(|errors| panic!("{}\n{all}", errors[0].render(false)));
                assert!(read.knows_virtual_time() && read.capabilities.contains("given"));
            }
        }
    }

    #[test]
    fn a_name_and_roles_are_read_as_they_were_given() {
        let language = Language::Python;
        let long = "one of many words ".repeat(10);
        let odd = ["true", "0.1", "# mine", "a: b", "'it'", "\"it\"", "- é", "null", "~"];
        let names = odd.into_iter().chain(["mine 0.1", long.trim()]);
        let (both, one): (&[Role], &[Role]) = (&Role::ALL, &[Role::Connector]);
        for name in names {
            for (protocol, roles) in protocol::ALL.into_iter().zip([both, one, both]) {
                let [profile, _] = files(&Start { protocol, language, roles, name });
                let read = Profile::parse(PROFILE, &profile.text, Path::new("."));
                let read = read.unwrap_or_else(|errors| panic!("{}", errors[0].render(false)));
                assert_eq!((read.name.as_str(), &read.roles[..]), (name, roles));
            }
        }
    }
}

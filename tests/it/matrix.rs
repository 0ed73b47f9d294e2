//! `matrix` brings subjects together over real sockets: the reference gets on with itself, a mutant is named with its role, and
//! those who cannot meet are told why.

use std::fs;
use std::path::Path;

use rstest::rstest;
use serde_json::Value;

use crate::support::{Output, PROGRAM, Scratch, wireproof_in};

/// The reference as a subject: it serves, or connects, says something and goes. It is told its dialect as any program is.
fn reference(scratch: &Scratch, file: &str, protocol: &str, options: &str, profile: &str) {
    let dialect = match protocol {
        "mnet" => "--dialect byte_order=$WIREPROOF_BYTE_ORDER --dialect tags=$WIREPROOF_TAGS",
        "paperclip" => "--dialect widths=$WIREPROOF_WIDTHS",
        _ => "--dialect endianness=$WIREPROOF_ENDIANNESS --dialect codes=$WIREPROOF_CODES",
    };
    let (connector, listener) =
        if protocol == "mnet" { ("connector", "listener") } else { ("client", "server") };
    let script = format!(
        "#!/bin/sh\n\
         case $WIREPROOF_ROLE in\n\
         {listener}) exec {PROGRAM} serve {protocol} --listen \"$WIREPROOF_ADDRESS\" {dialect} {options} ;;\n\
         esac\n\
         # What is said comes from a pipe that has no end.\n\
         mkfifo $$.said && exec 3<>$$.said && rm $$.said\n\
         echo hello >&3\n\
         exec {PROGRAM} connect {protocol} \"$WIREPROOF_PEER\" {dialect} {options} <&3\n"
    );
    scratch.write(&format!("{file}.sh"), script);
    let roles = if profile.contains("roles:") {
        String::new()
    } else {
        format!("roles: [{listener}, {connector}]\n")
    };
    let text = format!(
        "name: {file}\nprotocol: {protocol}\n{roles}command: [sh, {file}.sh]\nstart: {{ within: 60 s }}\n{profile}"
    );
    scratch.write(&format!("{file}.yaml"), text);
}

fn matrix(scratch: &Scratch, line: &str) -> Output {
    // A busy machine is to keep nobody from an end.
    let line = format!("matrix {line} --within 60s");
    wireproof_in(scratch.path(), line.split_whitespace())
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[rstest]
#[case("mnet", "--dialect byte_order=big --dialect tags=init")]
#[case("mnet", "--lose 10% --repeat 10% --seed 3")]
#[case("paperclip", "")]
#[case("chat", "--cut 5%")]
fn the_reference_gets_on_with_itself(#[case] protocol: &str, #[case] options: &str) {
    let scratch = Scratch::new("matrix");
    reference(&scratch, "reference", protocol, "", "");
    let output = matrix(&scratch, &format!("reference.yaml --out m {options}"));
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(
        output.out.contains("PASS reference with reference: open, watched only"),
        "{}",
        output.out
    );
    let folder = scratch.path().join("m");
    let matrix = read(&folder.join("matrix.json"));
    assert_eq!(matrix["complete"], 1);
    let cell = &matrix["cells"][0];
    assert_eq!(cell["verdict"], "pass");
    // The monitors of chat keep no account of what they have put to the test.
    let accounts = cell["sides"].as_array().unwrap().iter().filter(|_| protocol != "chat");
    for side in accounts {
        assert!(
            !side["exercised"].as_array().unwrap().is_empty(),
            "nothing was put to the test: {side}"
        );
    }
    let journal = folder.join(cell["journal"].as_str().unwrap());
    assert!(journal.is_file() && folder.join("matrix.html").is_file());
    assert!(fs::read_to_string(folder.join("matrix.md")).unwrap().contains("| reference | pass |"));
    if protocol == "chat" {
        return;
    }
    // What the cell rests on can be judged again by hand.
    let capture = fs::read_dir(folder.join("captures")).unwrap().next().unwrap().unwrap().path();
    let line = format!("judge {} --protocol {protocol}", capture.display());
    let judged = wireproof_in(scratch.path(), line.split_whitespace());
    assert_eq!(judged.code, Some(0), "{}", judged.shown());
}

#[rstest]
#[case("mnet", "expiration-in-the-other-byte-order", "listener", "MNET-WIRE-2")]
#[case("mnet", "sends-another-version", "connector", "MNET-WIRE-6")]
#[case("chat", "greets-twice", "server", "CHAT-AUTH-1")]
fn who_leaves_the_specification_first_is_named_with_role_and_clause(
    #[case] protocol: &str,
    #[case] mutant: &str,
    #[case] role: &str,
    #[case] clause: &str,
) {
    let scratch = Scratch::new("matrix-mutant");
    reference(&scratch, "good", protocol, "", "");
    let only = format!("roles: [{role}]\n");
    reference(&scratch, "bad", protocol, &format!("--mutant {mutant}"), &only);
    let output = matrix(&scratch, "good.yaml bad.yaml --out m");
    assert_eq!(output.code, Some(1), "{}", output.shown());
    let hint = format!("bad ({role}) leaves the specification first");
    assert!(output.out.contains(&hint), "{}", output.out);
    let matrix = read(&scratch.path().join("m/matrix.json"));
    let is_judged = |cell: &&Value| cell["verdict"] != "unsupported";
    let mut judged = matrix["cells"].as_array().unwrap().iter().filter(is_judged);
    let (good, bad) = (judged.next().unwrap(), judged.next().unwrap());
    assert_eq!(judged.next(), None);
    assert_eq!((&good["verdict"], &good["first"]), (&"pass".into(), &Value::Null));
    assert_eq!(bad["verdict"], "fail");
    let first = &bad["first"];
    assert_eq!((first["name"].as_str(), first["role"].as_str()), (Some("bad"), Some(role)));
    assert_eq!(first["finding"]["clause"], clause);
}

#[test]
fn those_who_cannot_meet_are_told_why_and_nothing_is_judged() {
    let scratch = Scratch::new("matrix-strangers");
    reference(&scratch, "little", "mnet", "", "");
    reference(&scratch, "big", "mnet", "", "roles: [listener]\ndialect: { byte_order: big }\n");
    reference(&scratch, "chat", "chat", "", "roles: [server]\n");
    let output = matrix(&scratch, "big.yaml chat.yaml");
    assert_eq!(output.code, Some(3), "{}", output.shown());
    assert!(
        output.out.contains("UNSUPPORTED big with chat: big speaks mnet, chat chat"),
        "{}",
        output.out
    );
    assert!(output.out.contains("UNSUPPORTED big with big: big is no connector"), "{}", output.out);
    let output = matrix(&scratch, "little.yaml big.yaml");
    assert_eq!(output.code, Some(0), "what was judged agrees: {}", output.shown());
    let apart = "UNSUPPORTED little with big: little speaks byte_order=little tags=sender, \
                 big byte_order=big tags=sender";
    assert!(output.out.contains(apart), "{}", output.out);
    // The same dialect for both brings them together.
    let output = matrix(&scratch, "little.yaml big.yaml --dialect byte_order=big");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(output.out.contains("PASS little with big: open, watched only"), "{}", output.out);
}

#[test]
fn a_program_that_does_not_start_is_an_error_of_its_cell_and_one_that_is_silent_fails() {
    let scratch = Scratch::new("matrix-errors");
    reference(&scratch, "good", "mnet", "", "");
    scratch.write(
        "gone.yaml",
        "name: gone\nprotocol: mnet\nroles: [connector]\ncommand: [./nothing]\n",
    );
    let output = matrix(&scratch, "good.yaml gone.yaml");
    assert_eq!(output.code, Some(4), "{}", output.shown());
    assert!(
        output.out.contains("ERROR gone with good: gone (connector): cannot start"),
        "{}",
        output.out
    );

    scratch.write(
        "mute.yaml",
        "name: mute\nprotocol: mnet\nroles: [connector]\ncommand: [sleep, '60']\n",
    );
    let line = "matrix good.yaml mute.yaml --within 1s";
    let output = wireproof_in(scratch.path(), line.split_whitespace());
    assert_eq!(output.code, Some(1), "{}", output.shown());
    let mute = "mute with good: the connector sent no INIT before anything was said within 1 s";
    assert!(output.out.contains(mute), "{}", output.out);
    assert!(output.out.contains("neither is seen to leave the specification"), "{}", output.out);
}

#[rstest]
#[case("good.yaml good.yaml", "is named twice")]
#[case("good.yaml nowhere.yaml", "cannot read the profile")]
#[case("good.yaml --dialect byte_order=middle", "middle")]
#[case("good.yaml --stall 5%", "are for streams")]
#[case("chat.yaml --lose 5%", "streams have no weather of datagrams")]
#[case("good.yaml --out .", "holds no results")]
fn what_is_typed_wrong_runs_nothing(#[case] line: &str, #[case] says: &str) {
    let scratch = Scratch::new("matrix-usage");
    reference(&scratch, "good", "mnet", "", "");
    reference(&scratch, "chat", "chat", "", "");
    let output = matrix(&scratch, line);
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains(says), "{}", output.shown());
    assert_eq!(output.out, "");
}

//! The Test Anything Protocol, version 13: a line for each case, with what was found below those that are not good.

use std::io::{self, Write};

use super::{ended, headline};
use crate::runner::{Case, Results};
use crate::verdict::Verdict;

/// Writes the results as TAP.
///
/// # Errors
///
/// What the writer says.
pub fn write(results: &Results, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "TAP version 13")?;
    writeln!(out, "1..{}", results.cases.len())?;
    for (index, case) in results.cases.iter().enumerate() {
        let good =
            matches!(case.judgement.verdict, Verdict::Pass | Verdict::Warn | Verdict::Unsupported);
        let word = if good { "ok" } else { "not ok" };
        let Case { scenario, role, dialect, .. } = case;
        let name = escaped(&format!("{scenario} ({role}, {dialect})"));
        writeln!(out, "{word} {} - {name}{}", index + 1, directive(case))?;
        if case.judgement.decisive().is_some() && case.judgement.verdict != Verdict::Pass {
            block(results, case, &mut out)?;
        }
    }
    for unmet in &results.unmet {
        writeln!(out, "# unmet: {unmet}")?;
    }
    if let Some(stopped) = &results.stopped {
        writeln!(out, "Bail out! {}", stopped.replace('\n', " "))?;
    }
    Ok(())
}

/// What says that a test is not counted, or not as it looks.
fn directive(case: &Case) -> String {
    if let Some(known) = &case.known {
        return format!(" # TODO known: {}", known.to_string().replace('\n', " "));
    }
    match case.judgement.verdict {
        Verdict::Unsupported => format!(" # SKIP {}", headline(&case.judgement)),
        _ => String::new(),
    }
}

/// The diagnostics of a case, as the YAML block that TAP allows below a test.
fn block(results: &Results, case: &Case, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  ---")?;
    let rows = [
        ("verdict", case.judgement.verdict.word().to_owned()),
        ("message", headline(&case.judgement)),
        ("title", case.title.clone()),
        ("ended", ended(&case.judgement)),
        ("again", results.again.line(case)),
    ];
    for (key, text) in rows {
        // A JSON string is a YAML string.
        writeln!(out, "  {key}: {}", serde_json::Value::from(text))?;
    }
    writeln!(out, "  ...")
}

/// A description without the characters that would begin a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::samples;

    fn tap(results: &Results) -> String {
        let mut octets = Vec::new();
        write(results, &mut octets).unwrap();
        String::from_utf8(octets).unwrap()
    }

    #[test]
    fn every_verdict_has_its_line() {
        assert_snapshot!(tap(&samples::results()), @r#"
        TAP version 13
        1..4
        not ok 1 - mnet/data/loss-is-made-good (listener, byte_order=little tags=sender)
          ---
          verdict: "inconclusive"
          message: "MNET-DATA-3: fault did not bite: no datagram was lost"
          title: "64 KiB come through loss"
          ended: "clean"
          again: "wireproof run mnet/data/loss-is-made-good --role listener --seed 1"
          ...
        not ok 2 - mnet/data/a-repeat-is-acknowledged-again (listener, byte_order=little tags=sender)
          ---
          verdict: "fail"
          message: "MNET-DATA-6: nothing came within 1 s"
          title: "a repeated DATA is acknowledged again and delivered once"
          ended: "silent"
          again: "wireproof run mnet/data/a-repeat-is-acknowledged-again --role listener --seed 1"
          ...
        ok 3 - mnet/establishment/an-init-is-answered (listener, byte_order=little tags=sender)
        ok 4 - mnet/close/a-close-brings-all-through (listener, byte_order=little tags=sender) # SKIP needs control
        "#);
    }

    #[test]
    fn a_run_that_was_stopped_bails_out() {
        let stopped = Some("nobody listens at 127.0.0.1:4000".into());
        let text = tap(&Results { stopped, ..samples::results_of(Vec::new()) });
        assert_snapshot!(text, @r#"
        TAP version 13
        1..0
        Bail out! nobody listens at 127.0.0.1:4000
        "#);
    }
}

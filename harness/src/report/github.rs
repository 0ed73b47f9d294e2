//! Annotations of GitHub Actions: lines on standard output that its log turns into marks on files.

use std::io::{self, Write};

use super::headline;
use crate::runner::{Case, Results};
use crate::verdict::{FoundBy, Verdict};

/// Writes a line for each case that is not good and not known.
///
/// # Errors
///
/// What the writer says.
pub fn write(results: &Results, mut out: impl Write) -> io::Result<()> {
    for case in results.cases.iter().filter(|case| case.known.is_none()) {
        let command = match case.judgement.verdict {
            Verdict::Fail | Verdict::Error => "error",
            Verdict::Inconclusive | Verdict::Flaky | Verdict::Warn => "warning",
            Verdict::Unsupported | Verdict::Pass => continue,
        };
        let Case { scenario, role, dialect, .. } = case;
        let title = format!("{} {scenario} ({role}, {dialect})", case.judgement.verdict);
        let text = format!(
            "{}\n{}\nagain: {}",
            headline(&case.judgement),
            case.title,
            results.again.line(case)
        );
        writeln!(
            out,
            "::{command} file={},line={},title={}::{}",
            property(&format!("scenarios/{scenario}.yaml")),
            line(case),
            property(&title),
            data(&text)
        )?;
    }
    for unmet in &results.unmet {
        writeln!(out, "::error title=known failures::{}", data(unmet))?;
    }
    if let Some(stopped) = &results.stopped {
        writeln!(out, "::error title=stopped::{}", data(stopped))?;
    }
    Ok(())
}

/// The line of the scenario that decided, or its first.
fn line(case: &Case) -> usize {
    match case.judgement.decisive().map(|finding| &finding.by) {
        Some(FoundBy::Step { number, line }) if *number > 0 => *line,
        _ => 1,
    }
}

/// Text after the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::samples;

    #[test]
    fn what_is_not_good_is_annotated() {
        let mut octets = Vec::new();
        write(&samples::results(), &mut octets).unwrap();
        assert_snapshot!(String::from_utf8(octets).unwrap(), @r#"
        ::warning file=scenarios/mnet/data/loss-is-made-good.yaml,line=9,title=inconclusive mnet/data/loss-is-made-good (listener%2C byte_order=little tags=sender)::MNET-DATA-3: fault did not bite: no datagram was lost%0A64 KiB come through loss%0Aagain: wireproof run mnet/data/loss-is-made-good --role listener --seed 1
        ::error file=scenarios/mnet/data/a-repeat-is-acknowledged-again.yaml,line=9,title=fail mnet/data/a-repeat-is-acknowledged-again (listener%2C byte_order=little tags=sender)::MNET-DATA-6: nothing came within 1 s%0Aa repeated DATA is acknowledged again and delivered once%0Aagain: wireproof run mnet/data/a-repeat-is-acknowledged-again --role listener --seed 1
        "#);
    }
}

//! What is seen of other clauses once one is broken may come of that, and accuses nobody: it becomes a remark.

use super::{Heard, Hearing};
use crate::verdict::{Finding, Verdict};

/// How many findings that may come of another are remarked on.
const CONSEQUENCES_MAX: usize = 6;

impl Hearing {
    /// Sets apart what follows the first failure.
    pub(super) fn set_consequences_apart(&mut self) -> Vec<String> {
        let fails = |heard: &Heard| heard.finding.verdict == Verdict::Fail;
        let Some(first) = self.findings.iter().position(fails) else { return Vec::new() };
        let broken = self.findings.get(first).and_then(|heard| heard.finding.clause.clone());
        let mut remarks = Vec::new();
        let mut place = 0;
        self.findings.retain(|Heard { finding, .. }| {
            place += 1;
            let judged = matches!(finding.verdict, Verdict::Fail | Verdict::Warn);
            let stays = place <= first + 1 || !judged || finding.clause == broken;
            if !stays {
                remarks.extend(remark(finding));
            }
            stays
        });
        shortened(remarks)
    }

    /// Sets apart what follows a broken MUST which is not claimed, before anything more of what was due has come.
    ///
    /// A subject that may do otherwise leaves the course that the steps take for granted; once they find it there again, what
    /// fails fails by itself. Of the same clause another warning says nothing new, and stays; a failure may come of the warning.
    pub(super) fn set_derailed_apart(&mut self) -> Vec<String> {
        let protocol = self.protocol;
        let mut remarks = Vec::new();
        let mut left = Vec::new();
        self.findings.retain(|heard| {
            let Heard { finding, weight, progress, .. } = heard;
            let derails = |same: bool| {
                let is_cause = |(at, clause): &(Option<usize>, _)| {
                    at == progress && (same || *clause != finding.clause)
                };
                left.iter().any(is_cause)
            };
            let stays = match finding.verdict {
                Verdict::Fail => !derails(true),
                Verdict::Warn => !derails(false),
                _ => true,
            };
            if stays
                && heard.is_leading_warning(protocol)
                && weight.is_unclaimed()
                && progress.is_some()
            {
                left.push((*progress, finding.clause.clone()));
            }
            if !stays {
                remarks.extend(remark(finding));
            }
            stays
        });
        shortened(remarks)
    }
}

fn remark(finding: &Finding) -> Option<String> {
    let clause = finding.clause.as_ref()?;
    Some(format!("after that, and perhaps by it, {clause}: {}", finding.what))
}

fn shortened(mut remarks: Vec<String>) -> Vec<String> {
    let more = remarks.len().saturating_sub(CONSEQUENCES_MAX);
    remarks.truncate(CONSEQUENCES_MAX);
    remarks.extend((more > 0).then(|| format!("{more} more such findings")));
    remarks
}

//! The parts of a conversation that a reduction may leave out: steps, and of a step the changes to its octets.

use serde_yaml::Value;

/// A part, by its place in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The step with this index.
    Step(usize),
    /// Of the step with the first index, the change with the second.
    Damage(usize, usize),
}

/// The changes to the octets of a step.
fn damage(step: &Value) -> Option<&Vec<Value>> {
    step.get("damage").and_then(Value::as_sequence)
}

/// Everything that may be left out.
pub(super) fn all(steps: &[Value]) -> Vec<Part> {
    let of_step = |(index, step): (usize, &Value)| {
        let changes = damage(step).map_or(0, Vec::len);
        std::iter::once(Part::Step(index))
            .chain((0..changes).map(move |change| Part::Damage(index, change)))
    };
    steps.iter().enumerate().flat_map(of_step).collect()
}

/// How many of these parts are steps.
pub(super) fn steps(parts: &[Part]) -> usize {
    parts.iter().filter(|part| matches!(part, Part::Step(_))).count()
}

/// The steps with nothing but these parts.
pub(super) fn only(steps: &[Value], kept: &[Part]) -> Vec<Value> {
    let left = |(index, step): (usize, &Value)| {
        let mut left = kept.contains(&Part::Step(index)).then(|| step.clone())?;
        if let (Some(changes), Some(left)) = (damage(step), left.as_mapping_mut()) {
            let is_kept = |change: &usize| kept.contains(&Part::Damage(index, *change));
            let changes: Vec<Value> = changes
                .iter()
                .enumerate()
                .filter(|(change, _)| is_kept(change))
                .map(|(_, change)| change.clone())
                .collect();
            if changes.is_empty() {
                left.remove("damage");
            } else {
                left.insert("damage".into(), changes.into());
            }
        }
        Some(left)
    };
    steps.iter().enumerate().filter_map(left).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_changes_are_left_out_each_by_itself() {
        let text = "- send: A\n  damage: [{ cut: 3 }, { cut: 2 }]\n- wait: 1 ms\n";
        let steps: Vec<Value> = serde_yaml::from_str(text).unwrap();
        let parts = all(&steps);
        assert_eq!(parts, [Part::Step(0), Part::Damage(0, 0), Part::Damage(0, 1), Part::Step(1)]);
        assert_eq!(only(&steps, &parts), steps);
        let left = only(&steps, &[Part::Step(0), Part::Damage(0, 1)]);
        let expected: Vec<Value> =
            serde_yaml::from_str("- send: A\n  damage: [{ cut: 2 }]\n").unwrap();
        assert_eq!(left, expected);
        let bare = only(&steps, &[Part::Step(0), Part::Step(1)]);
        let expected: Vec<Value> = serde_yaml::from_str("- send: A\n- wait: 1 ms\n").unwrap();
        assert_eq!(bare, expected);
    }
}

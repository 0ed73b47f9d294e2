//! Delta debugging: the smallest part of a list for which something still holds.

/// A part of `items` for which `holds` is still true, and from which no single item can be left out.
///
/// This is *ddmin* (Zeller and Hildebrandt, 2002): halves, then quarters, and so on, are left out as long as that goes. `holds` is
/// taken to be true of all items together.
pub(super) fn minimal<T: Clone>(items: &[T], holds: &mut dyn FnMut(&[T]) -> bool) -> Vec<T> {
    let mut kept = items.to_vec();
    if kept.is_empty() || holds(&[]) {
        return Vec::new();
    }
    let mut parts = 2;
    while kept.len() > 1 {
        let size = kept.len().div_ceil(parts);
        let smaller = (0..kept.len()).step_by(size).find_map(|start| {
            let end = (start + size).min(kept.len());
            let rest: Vec<T> = kept
                .iter()
                .enumerate()
                .filter(|(place, _)| !(start..end).contains(place))
                .map(|(_, item)| item.clone())
                .collect();
            holds(&rest).then_some(rest)
        });
        match smaller {
            Some(rest) => {
                kept = rest;
                parts = (parts - 1).max(2);
            }
            None if size == 1 => break,
            None => parts = (parts * 2).min(kept.len()),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_found_and_nothing_else() {
        let items: Vec<u32> = (0..100).collect();
        for wanted in [&[][..], &[0], &[99], &[17, 60], &[3, 4, 5, 98]] {
            let mut runs = 0;
            let found = minimal(&items, &mut |part| {
                runs += 1;
                wanted.iter().all(|item| part.contains(item))
            });
            assert_eq!(found, wanted);
            assert!(runs < 200, "{runs} runs");
        }
    }

    #[test]
    fn no_single_item_of_what_is_left_can_be_left_out() {
        // Any three of them will do: whichever are kept, they are three.
        let items: Vec<u32> = (0..37).collect();
        assert_eq!(minimal(&items, &mut |part| part.len() >= 3).len(), 3);
    }
}

//! The one order of events.

use crate::Instant;
use crate::agenda::{Agenda, Deadlines};

fn at(nanoseconds: u64) -> Instant {
    Instant::from_nanos(nanoseconds)
}

#[test]
fn things_come_in_order_of_time_and_then_of_filing() {
    let mut agenda = Agenda::new();
    for (time, thing) in [(5, 'a'), (3, 'b'), (5, 'c'), (3, 'd'), (1, 'e')] {
        agenda.file(at(time), thing);
    }
    assert_eq!(agenda.next(), Some(at(1)));
    assert_eq!(agenda.take(), Some('e'));
    agenda.file(at(3), 'f');
    let rest: String = core::iter::from_fn(|| agenda.take()).collect();
    assert_eq!(rest, "bdfac");
    assert_eq!((agenda.len(), agenda.next()), (0, None));
}

#[test]
fn the_earliest_deadline_is_first_and_the_lowest_owner_of_equals() {
    let mut deadlines = Deadlines::new(2);
    deadlines.add_owner();
    assert_eq!(deadlines.first(), None);
    deadlines.set(2, Some(at(5)));
    deadlines.set(1, Some(at(5)));
    assert_eq!(deadlines.first(), Some((at(5), 1)));
    deadlines.set(0, Some(at(9)));
    assert_eq!(deadlines.first(), Some((at(5), 1)));
    deadlines.set(1, Some(at(10)));
    assert_eq!(deadlines.first(), Some((at(5), 2)));
    deadlines.set(2, None);
    assert_eq!(deadlines.first(), Some((at(9), 0)));
    deadlines.set(0, None);
    deadlines.set(1, None);
    assert_eq!(deadlines.first(), None);
}

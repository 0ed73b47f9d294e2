//! Octets, times and events in words, for sentences about what happened.

use std::time::Duration;

use crate::journal::HexOctets;
use crate::script::AppEvent;

/// An event of an application, for a sentence.
pub(crate) fn show_event(event: &AppEvent) -> String {
    match event {
        AppEvent::Opened | AppEvent::Closed => event.name().to_owned(),
        AppEvent::Delivered(octets) => format!("delivered {}", show_octets(octets)),
        AppEvent::Failed(why) => format!("failed ({})", why.escape_debug()),
        AppEvent::Told(notice) => {
            let field = |(name, value): (&str, &serde_json::Value)| match notice.fields.octets(name)
            {
                Some(octets) if octets.len() > 4 => format!("{name}: {}", show_octets(&octets)),
                _ => format!("{name}: {value}"),
            };
            let fields: Vec<String> = notice.fields.iter().map(field).collect();
            format!("{} {{ {} }}", notice.event, fields.join(", "))
        }
    }
}

/// Octets for a sentence: as text where they are text, shortened where they are many.
pub(crate) fn show_octets(octets: &[u8]) -> String {
    const SHOWN: usize = 32;
    let shown = octets.get(..SHOWN).unwrap_or(octets);
    let text = if !shown.is_empty() && shown.iter().all(|octet| (0x20..0x7f).contains(octet)) {
        format!("{:?}", String::from_utf8_lossy(shown))
    } else {
        HexOctets::from(shown).to_string()
    };
    match octets.len() {
        0 => "nothing".to_owned(),
        length if length > SHOWN => format!("{text}… ({length} octets)"),
        _ => text,
    }
}

/// A duration for a sentence.
pub(crate) fn show_duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    if milliseconds >= 1000 && milliseconds.is_multiple_of(1000) {
        format!("{} s", milliseconds / 1000)
    } else if milliseconds >= 10_000 {
        format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
    } else {
        format!("{milliseconds} ms")
    }
}

//! `report.html`: the results for people, in one file that needs no network.
//!
//! The page is a frame, a style sheet and a script; the results stand in it as JSON, made by `view`.

use std::io::{self, Write};

use super::view::{Drawn, view};
use crate::runner::{Case, Results};

const PAGE: &str = include_str!("html/page.html");
pub(super) const STYLE: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");

/// Writes the page; `drawn` gives what is drawn of a case, when it has a journal.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(
    results: &Results,
    drawn: &dyn Fn(&Case) -> Option<Drawn>,
    out: &mut impl Write,
) -> io::Result<()> {
    let data = serde_json::to_string(&view(results, drawn))?;
    // Nothing in the data may end the element that it stands in.
    let data = data.replace('<', "\\u003c");
    let title = escaped(&results.subject);
    let mut rest = PAGE;
    for (place, text) in
        [("{{title}}", &*title), ("{{style}}", STYLE), ("{{data}}", &*data), ("{{script}}", SCRIPT)]
    {
        let Some((before, after)) = rest.split_once(place) else { continue };
        out.write_all(before.as_bytes())?;
        out.write_all(text.as_bytes())?;
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// Text as it may stand in an element.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn page(results: &Results) -> String {
        let mut out = Vec::new();
        write(results, &|case| Drawn::of(case, &samples::journal()), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The results within the page.
    fn data(page: &str) -> serde_json::Value {
        let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    }

    #[test]
    fn the_page_holds_every_case_with_what_happened() {
        let results = samples::results();
        let data = data(&page(&results));
        assert_eq!(data["cases"].as_array().unwrap().len(), results.cases.len());
        let failed = &data["cases"][1];
        assert_eq!(failed["verdict"], "fail");
        assert_eq!(failed["lanes"], serde_json::json!(["peer", "subject (listener)"]));
        let lost = failed["events"].as_array().unwrap().iter().find(|event| {
            event["faults"].as_array().is_some_and(|faults| faults.contains(&"lost".into()))
        });
        assert_eq!(lost.unwrap()["arrivals"], serde_json::json!([]));
        assert!(failed["again"].as_str().unwrap().starts_with("wireproof run mnet/data/"));
    }

    #[test]
    fn names_that_look_like_markup_stay_text() {
        let mut results = samples::results();
        results.subject = "</script><b>&".into();
        let page = page(&results);
        assert!(page.contains("<title>&lt;/script&gt;&lt;b&gt;&amp;"));
        assert_eq!(data(&page)["subject"], "</script><b>&");
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let page = page(&samples::results());
        for needs in ["src=\"", "href=\"http", "@import", "url("] {
            assert!(!page.contains(needs), "{needs}");
        }
    }
}

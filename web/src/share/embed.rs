//! The line of HTML that puts a lesson into somebody's slides or page.

use leptos::prelude::*;
use unroll::number::{Written, read};
use wasm_bindgen::JsCast;

/// How high a chart is in a frame, and the chart of the loss; the space around all, with the link to the whole page: in the
/// page's own unit of size (`rem`).
const PLOT: f64 = 18.0;
const LOSS_PLOT: f64 = 13.0;
const AROUND: f64 = 5.0;

/// A frame is narrower than the page, and its lines break more often.
const NARROWER: f64 = 1.1;
/// A frame is a multiple of so many pixels high.
const GRAIN: f64 = 20.0;

/// An `<iframe>` of this height that shows `link` under the accessible name `title`. The width follows the page around it.
pub fn snippet(link: &str, title: &str, height: f64) -> String {
    let height = Written((height * NARROWER / GRAIN).ceil() * GRAIN);
    format!(
        r#"<iframe src="{}" title="{}" width="100%" height="{height}" style="border:0" loading="lazy"></iframe>"#,
        attribute(link),
        attribute(title)
    )
}

/// How high what stands in a frame is, in pixels: the run bar and all figures as they are on the page now, each chart as high
/// as it is in a frame (`charts.css`), and the space around them.
pub fn height() -> f64 {
    let root =
        document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = root.and_then(|style| style.get_property_value("font-size").ok());
    let rem = size.and_then(|size| read(size.trim_end_matches("px"))).unwrap_or(16.0);
    let heights = |selector: &str| {
        let found = document().query_selector_all(selector).ok();
        let found = (0..found.as_ref().map_or(0, web_sys::NodeList::length))
            .filter_map(move |index| found.as_ref()?.item(index)?.dyn_into::<web_sys::Element>().ok());
        found.map(|element| element.get_bounding_client_rect().height()).collect::<Vec<_>>()
    };
    let parts = heights(".stage > :is(.run-bar, .under-bar), .figures > *");
    let charts = heights(".figures .chart-plot");
    let loss = heights(".figures [data-figure=loss] .chart-plot");
    let shown: f64 = parts.iter().sum::<f64>() - charts.iter().sum::<f64>();
    let plots = (charts.len() - loss.len()) as f64 * PLOT + loss.len() as f64 * LOSS_PLOT;
    shown + rem * (plots + parts.len() as f64 + AROUND)
}

/// `text` as it stands inside a double-quoted attribute.
fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_link_or_title_leaves_its_attribute() {
        let html = snippet("https://example.org/#/airline?a=1&note=\"><script>", "\"<b>&", 1001.5);
        assert_eq!(
            html,
            r#"<iframe src="https://example.org/#/airline?a=1&amp;note=&quot;&gt;&lt;script&gt;" title="&quot;&lt;b&gt;&amp;" width="100%" height="1120" style="border:0" loading="lazy"></iframe>"#
        );
    }
}

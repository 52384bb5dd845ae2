//! The line of HTML that puts a lesson into somebody's slides or page.

/// An `<iframe>` that shows `link` under the accessible name `title`.
///
/// The width follows the page around it; the height is what figure and controls need on a slide.
pub fn snippet(link: &str, title: &str) -> String {
    format!(
        r#"<iframe src="{}" title="{}" width="100%" height="640" style="border:0" loading="lazy"></iframe>"#,
        attribute(link),
        attribute(title)
    )
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
        let html = snippet("https://example.org/#/airline?a=1&note=\"><script>", "\"<b>&");
        assert_eq!(
            html,
            r#"<iframe src="https://example.org/#/airline?a=1&amp;note=&quot;&gt;&lt;script&gt;" title="&quot;&lt;b&gt;&amp;" width="100%" height="640" style="border:0" loading="lazy"></iframe>"#
        );
    }
}

//! The glossary entry beside a label.

use leptos::html;
use leptos::prelude::*;
use unroll::number::Written;

use crate::context::use_lesson;
use crate::i18n::{key_of, label_of, tr, tr_args};

/// Pixels between an entry and the edges of the window.
const MARGIN: f64 = 8.0;

/// A question mark that shows the glossary entry of a setting while it is hovered, focused or tapped.
#[component]
pub fn Help(
    /// The setting's key.
    key: &'static str,
) -> impl IntoView {
    let lesson = use_lesson();
    let label = move || tr_args("help.about", &[("name", label_of(lesson, key))]);
    let id = format!("help-{key}");
    let text = key_of(lesson, &format!("setting.{key}.help"));
    let described = id.clone();
    let text_node = NodeRef::new();
    view! {
        <span class="help">
            <button type="button" class="help-mark" aria-label=label aria-describedby=described
                on:pointerenter=move |_| keep_inside(text_node) on:focus=move |_| keep_inside(text_node)>
                "?"
            </button>
            <span class="help-text" role="tooltip" id=id node_ref=text_node>
                {move || tr(&text)}
            </span>
        </span>
    }
}

/// Moves an entry that is shown so far to the side that all of it stands in the window.
fn keep_inside(entry: NodeRef<html::Span>) {
    let Some(entry) = entry.get_untracked() else { return };
    let style = web_sys::HtmlElement::style(&entry);
    // Both are refused only for what is no property.
    let _ = style.remove_property("--shift");
    let place = entry.get_bounding_client_rect();
    let width = document().document_element().map_or(0.0, |root| f64::from(root.client_width()));
    let shift = (width - MARGIN - place.right()).min(0.0).max(MARGIN - place.left());
    if shift != 0.0 {
        let _ = style.set_property("--shift", &format!("{}px", Written(shift)));
    }
}

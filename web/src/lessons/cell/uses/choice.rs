//! The choice of an arrangement: a button with a small drawing for each.

use leptos::prelude::*;
use unroll::lessons::cell::{Use, config};

use crate::controls::{Help, use_form};
use crate::i18n::tr;

/// Five buttons, of which one is pressed.
#[component]
pub fn Choice() -> impl IntoView {
    let setting = &config::USE.setting;
    let form = use_form();
    let button = move |&(word, arrangement): &(&'static str, Use)| {
        let chosen = form.select(move |form| config::USE.read(form) == arrangement);
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="setting-use"
                    value=word
                    prop:checked=move || chosen.get()
                    on:change=move |_| form.set.run((setting.key, word.into()))
                />
                <span>
                    <svg viewBox="0 0 52 30" aria-hidden="true" inner_html=icon(arrangement)></svg>
                    {move || tr(&format!("setting.use.choice.{word}"))}
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="field field-choice uses-choice" data-setting=setting.key>
            <legend>{move || tr("setting.use.label")}" "<Help key=setting.key/></legend>
            <div class="segments">{config::USE.rows().iter().map(button).collect_view()}</div>
        </fieldset>
    }
}

/// Circles below where something is read, boxes for the steps, circles above where something comes out.
fn icon(arrangement: Use) -> String {
    let (pitch, middle) = (8.0, 26.0);
    let steps = arrangement.steps();
    let mut svg = String::new();
    for step in 0..steps {
        let x = middle + (step as f64 - (steps - 1) as f64 / 2.0) * pitch;
        svg += &format!(
            "<rect class=\"hidden\" x=\"{:.1}\" y=\"12\" width=\"6\" height=\"6\" rx=\"1\"/>",
            x - 3.0
        );
        if arrangement.inputs().contains(&step) {
            svg += &format!("<circle class=\"input\" cx=\"{x:.1}\" cy=\"25\" r=\"2.7\"/>");
        }
        if arrangement.outputs().contains(&step) {
            svg += &format!("<circle class=\"output\" cx=\"{x:.1}\" cy=\"5\" r=\"2.7\"/>");
        }
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_has_a_mark_for_everything_that_is_there() {
        for arrangement in Use::ALL {
            let icon = icon(arrangement);
            assert_eq!(icon.matches("<rect").count(), arrangement.steps());
            let circles = arrangement.inputs().len() + arrangement.outputs().len();
            assert_eq!(icon.matches("<circle").count(), circles);
        }
    }
}

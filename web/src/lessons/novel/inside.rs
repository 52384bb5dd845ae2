//! Inside the network: its hidden units while it reads what it wrote, and the one that best follows quotes, lines, or a
//! word of the reader's choice.

use leptos::prelude::*;
use unroll::protocol::Feature;

use super::prose::printed;
use crate::context::use_app;
use crate::figures::{Heat, HeatMap};
use crate::i18n::{language, tr, tr_args};
use crate::state::{Inspection, Msg};

/// The section; what is in it is computed when the reader asks.
#[component]
pub fn Inside() -> impl IntoView {
    let app = use_app();
    let word = RwSignal::new(String::new());
    let inspection = app.select(|state| state.inspection.clone());
    let can_look = app.select(|state| {
        let is_held = state.current.is_some() && state.current == state.engine.held;
        is_held && state.continuations.as_ref().is_some_and(|wish| wish.is_done && !wish.texts.is_empty())
    });
    let heat = Memo::new(move |_| {
        language();
        inspection.with(|inspection| inspection.as_ref().map(heat))
    });
    let found = move || inspection.with(|inspection| inspection.as_ref().map(followers));
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.dispatch(Msg::Inspect(word.get_untracked().trim().to_owned()));
    };
    let map = move || {
        heat.with(Option::is_some).then(|| {
            let heat = Signal::derive(move || heat.get().unwrap_or_default());
            let caption = Signal::derive(move || {
                language();
                tr("novel.inside.caption")
            });
            view! { <HeatMap name="hidden-units" heat caption/> }
        })
    };
    view! {
        <section class="figure-section" aria-labelledby="inside-heading">
            <h2 id="inside-heading">{move || tr("novel.inside.title")}</h2>
            <p class="soft">{move || tr("novel.inside.about")}</p>
            <form class="own-address" on:submit=look>
                <label for="inside-word">{move || tr("novel.inside.word")}</label>
                <input id="inside-word" type="text" data-field="inside-word" autocomplete="off"
                    prop:value=move || word.get()
                    on:input=move |event| word.set(event_target_value(&event)) />
                <button type="submit" class="panel-button" data-control="look-inside"
                    disabled=move || !can_look.get()>{move || tr("novel.inside.look")}</button>
            </form>
            <p data-figure="followers">{found}</p>
            {map}
        </section>
    }
}

fn heat(inspection: &Inspection) -> Heat {
    let rows = inspection.units.iter().map(|unit| {
        let follows: Vec<String> = unit.follows.iter().map(|(feature, _)| named(*feature)).collect();
        match follows.is_empty() {
            true => unit.unit.to_string(),
            false => format!("{} {}", follows.join(", "), unit.unit),
        }
    });
    Heat {
        rows: rows.collect(),
        columns: inspection.passage.iter().map(|token| printed(token)).collect(),
        values: inspection.units.iter().flat_map(|unit| unit.values.iter().copied().map(f64::from)).collect(),
        // Hidden states lie between −1 and 1.
        limit: 1.0,
    }
}

fn named(feature: Feature) -> String {
    tr(match feature {
        Feature::Quotes => "novel.inside.quotes",
        Feature::Line => "novel.inside.line",
        Feature::Word => "novel.inside.own_word",
    })
}

/// Which unit follows what, and how closely.
fn followers(inspection: &Inspection) -> String {
    let sentences = inspection.units.iter().flat_map(|unit| {
        unit.follows.iter().map(|(feature, correlation)| {
            let args = [
                ("number", unit.unit.to_string()),
                ("feature", named(*feature)),
                ("r", format!("{correlation:.2}")),
            ];
            tr_args("novel.inside.follows", &args)
        })
    });
    sentences.collect::<Vec<_>>().join(" ")
}

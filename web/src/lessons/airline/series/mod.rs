//! The data panel: the series that the model is trained on, how it is cut into windows and scaled, and the way to
//! bring another one.

mod facts;
mod layout;
mod own_series;
mod table;

use leptos::prelude::*;
use unroll::data::{Data, Series};
use unroll::lessons::airline::passengers;

use crate::context::App;
use crate::i18n::tr;
use crate::state::State;

use own_series::OwnSeries;

/// The panel.
#[component]
pub fn SeriesPanel() -> impl IntoView {
    view! {
        <section class="data-panel" data-panel="data" aria-labelledby="data-heading">
            <h2 id="data-heading">{move || tr("data.heading")}</h2>
            <facts::Facts />
            <table::SeriesTable />
            <OwnSeries />
        </section>
    }
}

/// Something that changes exactly when the series does, and costs nothing to compare at every event of a run: where
/// the values stand in memory and how many there are. A new series is built before the old one is freed, so that two
/// never share a place.
fn identity(state: &State) -> Option<(usize, usize)> {
    state.data.as_ref().and_then(Data::series).map(|series| (series.values().as_ptr().addr(), series.len()))
}

/// The series in use, own or the lesson's; computed anew only when it has changed.
fn series_in_use(app: App) -> Memo<Series> {
    let identity = app.select(identity);
    Memo::new(move |_| {
        // Read, not just tracked: a memo that nobody reads is never computed and never hears of a change.
        identity.with(|_| ());
        app.peek(|state| state.data.as_ref().and_then(Data::series).cloned()).unwrap_or_else(passengers)
    })
}

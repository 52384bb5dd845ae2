//! The reader's own series.

use leptos::prelude::*;
use unroll::data::{Data, Series};
use unroll::lessons::airline::AirlineConfig;

use super::{facts, series_in_use};
use crate::context::use_app;
use crate::own_data::{Intake, OwnData, take};

/// Three months of a small shop: the format, shown rather than described.
const EXAMPLE: &str = "month,sales\n2024-01,131.5\n2024-02,128\n2024-03,140.2";

/// The way to bring one.
#[component]
pub fn OwnSeries() -> impl IntoView {
    let app = use_app();
    let field = ArcRwSignal::new(String::new());
    let intake = Intake::new();
    let loaded = series_in_use(app);
    let edited = field.clone();
    let check = move |data: &Data| match data.series() {
        Some(series) => facts::check(series, &app.peek(|state| AirlineConfig::from_form(&state.form))),
        None => Ok(()),
    };
    view! {
        <OwnData
            accept=".csv,.tsv,.txt,text/csv,text/plain"
            example=EXAMPLE
            field
            intake
            take=move |given| take(app, given, None, check, intake)
            edit=move |()| edited.set(loaded.with_untracked(Series::to_csv))
        />
    }
}

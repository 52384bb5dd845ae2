//! What each network must beat: one that remembers nothing.

use leptos::prelude::*;
use unroll::lessons::memory::{CELLS, MemoryConfig};

use crate::context::App;
use crate::lesson::Baseline;

/// The loss of a network that remembers nothing, at the task that the settings choose.
pub fn in_use(app: App) -> Memo<Vec<Baseline>> {
    let task = app.select(|state| MemoryConfig::from_form(&state.form).task);
    Memo::new(move |_| {
        let loss = task.get().baseline();
        vec![Baseline { id: "no_memory", metrics: CELLS.map(|cell| (cell.to_owned(), loss)).into() }]
    })
}

//! The gates of a model that was trained in another lesson, over the text or the series that it reads.

use std::sync::Arc;

use leptos::prelude::*;
use unroll::lessons::cell::config::{GATES_OF, PASSAGE};
use unroll::protocol::WatchedLayer;
use unroll::share::Link;

use crate::charts::{Chart, Curve, Ink, LineChart, XAxis, YAxis};
use crate::context::Apps;
use crate::controls::{Field, use_form};
use crate::figures::{Heat, HeatMap};
use crate::i18n::{language, tr, tr_args};
use crate::reading;
use crate::state::{Msg, State, Watching};
use crate::text_client;

/// Units that are drawn.
const SHOWN: usize = 32;

/// In which order units stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As they are numbered.
    Number,
    /// Those that move most come first.
    Movement,
    /// Those whose mean is largest come first.
    Mean,
}

const ORDERS: [(Order, &str); 3] =
    [(Order::Movement, "movement"), (Order::Mean, "mean"), (Order::Number, "number")];

/// What of the model is looked at.
#[derive(Clone, Copy)]
struct Look {
    watching: Memo<Option<Arc<Watching>>>,
    layer: RwSignal<usize>,
    vector: RwSignal<usize>,
    order: RwSignal<Order>,
    /// The unit whose trace is drawn; the first in the order where none was clicked.
    unit: RwSignal<Option<usize>>,
}

impl Look {
    /// Reads the layer that is looked at.
    fn layer<T>(self, read: impl FnOnce(&WatchedLayer, &[String]) -> T) -> Option<T> {
        self.watching.with(|watching| {
            let watched = &watching.as_ref()?.watched;
            let layer = watched.layers.get(self.layer.get().min(watched.layers.len().checked_sub(1)?))?;
            Some(read(layer, &watched.columns))
        })
    }

    /// The vector that is looked at, by its place in the layer.
    fn vector(self, layer: &WatchedLayer) -> usize {
        self.vector.get().min(layer.vectors.len().saturating_sub(1))
    }

    /// The units that are drawn, in their order.
    fn units(self) -> Vec<usize> {
        let order = self.order.get();
        self.layer(|layer, columns| sorted(layer, self.vector(layer), columns.len(), order))
            .unwrap_or_default()
    }

    /// The unit whose trace is drawn.
    fn traced(self) -> Option<usize> {
        let first = || self.units().first().copied();
        let known = |unit: &usize| self.layer(|layer, _| *unit < layer.hidden_size).unwrap_or(false);
        self.unit.get().filter(known).or_else(first)
    }
}

/// The units of a vector in this order, at most [`SHOWN`].
fn sorted(layer: &WatchedLayer, vector: usize, steps: usize, order: Order) -> Vec<usize> {
    let values = |unit: usize| (0..steps).map(move |step| f64::from(layer.value(vector, unit, step)));
    let mean = |unit: usize| values(unit).sum::<f64>() / steps.max(1) as f64;
    let rank = |unit: usize| match order {
        Order::Number => 0.0,
        Order::Mean => mean(unit),
        Order::Movement => {
            let mean = mean(unit);
            values(unit).map(|value| (value - mean) * (value - mean)).sum()
        }
    };
    let mut units: Vec<(usize, f64)> = (0..layer.hidden_size).map(|unit| (unit, rank(unit))).collect();
    units.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    units.into_iter().map(|(unit, _)| unit).take(SHOWN).collect()
}

/// The section.
#[component]
pub fn Gates() -> impl IntoView {
    let apps = expect_context::<Apps>();
    let form = use_form();
    let lesson = form.select(|form| GATES_OF.read(form));
    let app = Memo::new(move |_| apps.of(lesson.get()));
    // A lesson that has not been opened yet looks for what was kept of it.
    Effect::new(move |_| {
        let app = app.get();
        if !app.peek(State::has_arrived) {
            let link = Box::new(Link::new(lesson.get_untracked()));
            app.dispatch(Msg::Address { link, notes: Vec::new(), is_bare: true });
        }
    });
    let can_look = Memo::new(move |_| app.get().select(State::can_be_watched).get());
    let cuts_words = Memo::new(move |_| app.get().select(reading::cuts_words).get());
    let building = move || text_client::building().filter(|_| cuts_words.get());
    let loading = Memo::new(move |_| app.get().select(|state| state.model_loading.is_some()).get());
    let watching = Memo::new(move |_| app.get().select(|state| state.watched.clone()).get());
    let look = Look {
        watching,
        layer: RwSignal::new(0),
        vector: RwSignal::new(0),
        order: RwSignal::new(Order::Movement),
        unit: RwSignal::new(None),
    };
    let ask = move |_| {
        let app = app.get_untracked();
        let lesson = app.peek(|state| state.lesson);
        if lesson.needs_corpus() {
            let own = form.form.with_untracked(|form| PASSAGE.read(form));
            let text = if own.trim().is_empty() { app.peek(written) } else { own };
            reading::cut(app, text, Msg::Watch);
        } else {
            app.dispatch(Msg::Watch(Vec::new()));
        }
    };
    let there = move || {
        let id = lesson.get().id;
        let title = tr(&format!("lesson.{id}.title"));
        view! { <a href=format!("#/{id}")>{title}</a> }
    };
    let shown = Memo::new(move |_| watching.with(Option::is_some));
    view! {
        <div class="gates-controls">
            <Field setting=&GATES_OF.setting/>
            <Field setting=&PASSAGE.setting/>
            <button type="button" class="primary" data-control="watch" disabled=move || !can_look.get()
                on:click=ask>{move || tr("cell.gates.look")}</button>
        </div>
        <p class="soft" data-figure="gates-state">
            {move || match (can_look.get(), loading.get()) {
                (_, true) => tr("cell.gates.loading"),
                (true, _) => building().unwrap_or_else(|| tr("cell.gates.ready")),
                (false, _) => tr("cell.gates.untrained"),
            }}
            " "{there}
        </p>
        {move || shown.get().then(|| view! { <Seen look/> })}
    }
}

/// What the model of a lesson on text wrote last, with its prompt.
fn written(state: &State) -> String {
    let pieces = state.continuations.as_ref().and_then(|wish| {
        let lexicon = &wish.corpus.as_ref()?.lexicon;
        let first = wish.texts.first()?;
        let shown = first.iter().map(|choice| lexicon.shown(choice.token));
        let blank = if lexicon.is_spaced { " " } else { "" };
        Some(wish.prompt.iter().map(String::as_str).chain(shown).collect::<Vec<_>>().join(blank))
    });
    pieces.unwrap_or_else(|| reading::prompt_in_use(state))
}

/// The heat map, its switches, and the trace of a unit.
#[component]
fn Seen(look: Look) -> impl IntoView {
    let heat = Memo::new(move |_| {
        language();
        let units = look.units();
        look.layer(|layer, columns| {
            let vector = look.vector(layer);
            let name = layer.vectors.get(vector).cloned().unwrap_or_default();
            let value = |unit: usize, step: usize| f64::from(layer.value(vector, unit, step));
            let values: Vec<f64> = units
                .iter()
                .flat_map(|&unit| (0..columns.len()).map(move |step| value(unit, step)))
                .collect();
            // Gates and h lie between −1 and 1; c and a ReLU's h may leave them.
            let limit = values.iter().fold(1.0f64, |most, value| most.max(value.abs()));
            Heat {
                rows: units.iter().map(|unit| format!("{name} {unit}")).collect(),
                columns: columns.iter().map(|column| printed(column)).collect(),
                values,
                limit,
            }
        })
        .unwrap_or_default()
    });
    let caption = Memo::new(move |_| {
        language();
        let step = look.watching.with(|watching| watching.as_ref().map_or(0, |watching| watching.step));
        let counts = look.layer(|layer, _| (layer.hidden_size, layer.cell.clone())).unwrap_or_default();
        tr_args(
            "cell.gates.caption",
            &[
                ("cell", counts.1),
                ("shown", counts.0.min(SHOWN).to_string()),
                ("all", counts.0.to_string()),
                ("step", step.to_string()),
            ],
        )
    });
    let marked = Memo::new(move |_| {
        let traced = look.traced();
        look.units().iter().position(|unit| Some(*unit) == traced).unwrap_or(0)
    });
    let choose = Callback::new(move |row: usize| look.unit.set(look.units().get(row).copied()));
    let foreign = move || {
        let foreign =
            look.watching.with(|watching| watching.as_ref().map(|watching| watching.foreign.join(" ")));
        let foreign = foreign.filter(|foreign| !foreign.is_empty())?;
        Some(
            view! { <p class="bench-error" role="status">{tr_args("prompt.foreign", &[("foreign", foreign)])}</p> },
        )
    };
    let layers = move || {
        let names = look.watching.with(|watching| {
            let layers = watching.as_ref().map(|watching| &watching.watched.layers[..]).unwrap_or_default();
            layers.iter().map(named).collect::<Vec<_>>()
        });
        (names.len() > 1).then(|| {
            let option = |(index, name): (usize, String)| {
                view! { <Switch text=name on=move || look.layer.get() == index turn=move || look.layer.set(index) data=format!("layer-{index}")/> }
            };
            view! { <div class="switches" role="group">{names.into_iter().enumerate().map(option).collect_view()}</div> }
        })
    };
    let vectors = move || {
        let names = look.layer(|layer, _| layer.vectors.clone()).unwrap_or_default();
        let option = |(index, name): (usize, String)| {
            let on = move || look.layer(|layer, _| look.vector(layer) == index).unwrap_or(false);
            view! { <Switch text=name.clone() on turn=move || look.vector.set(index) data=format!("vector-{name}")/> }
        };
        names.into_iter().enumerate().map(option).collect_view()
    };
    let orders = move || {
        let option = |(order, word): (Order, &'static str)| {
            let text = tr(&format!("cell.gates.order.{word}"));
            view! { <Switch text on=move || look.order.get() == order turn=move || look.order.set(order) data=format!("order-{word}")/> }
        };
        ORDERS.map(option).collect_view()
    };
    let trace = Memo::new(move |_| {
        language();
        trace(look)
    });
    let said = Memo::new(move |_| {
        language();
        let unit = look.traced().unwrap_or(0).to_string();
        tr_args("cell.gates.trace", &[("number", unit)])
    });
    view! {
        {foreign}
        {layers}
        <div class="switches">
            <div role="group" aria-label=move || tr("cell.gates.vectors")>{vectors}</div>
            <div role="group" aria-label=move || tr("cell.gates.order")>
                <span class="soft">{move || tr("cell.gates.order")}</span>{orders}
            </div>
        </div>
        <div class="cell-scroll" tabindex="0" role="region" aria-label=move || caption.get()>
            <HeatMap name="gates" heat caption marked choose named_columns=true/>
        </div>
        <LineChart name="trace" chart=trace caption=said><h3>{move || said.get()}</h3></LineChart>
    }
}

/// A button that stays pressed.
#[component]
fn Switch(
    text: String,
    on: impl Fn() -> bool + Send + Sync + 'static,
    turn: impl Fn() + 'static,
    data: String,
) -> impl IntoView {
    view! {
        <button type="button" class="quiet" data-switch=data aria-pressed=move || on().to_string()
            on:click=move |_| turn()>{text}</button>
    }
}

/// A layer as its switch calls it.
fn named(layer: &WatchedLayer) -> String {
    let direction = if layer.reverse { " ←" } else { "" };
    format!("{} {}{direction}", layer.cell, layer.layer)
}

/// What was read, where it can't be seen by itself.
fn printed(column: &str) -> String {
    match column {
        "\n" => "↵".into(),
        " " => "␣".into(),
        other => other.to_owned(),
    }
}

/// Every vector of one unit over the steps.
fn trace(look: Look) -> Chart {
    let unit = look.traced().unwrap_or(0);
    let inks = [Ink::Overlay(0), Ink::Overlay(1), Ink::Overlay(2), Ink::Overlay(3), Ink::Actual, Ink::Fitted];
    let (curves, names) = look
        .layer(|layer, columns| {
            let curve = |(vector, name): (usize, &String)| {
                let values: Vec<f64> =
                    (0..columns.len()).map(|step| f64::from(layer.value(vector, unit, step))).collect();
                // h has the same ink in every cell.
                let ink = if name == "h" { Ink::Fitted } else { inks[vector % inks.len()] };
                Curve::new(name.clone(), ink, 0, values)
            };
            let curves: Vec<Curve> = layer.vectors.iter().enumerate().map(curve).collect();
            let names: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(step, column)| format!("{} {}", step + 1, printed(column)))
                .collect();
            (curves, names)
        })
        .unwrap_or_default();
    Chart {
        title: tr_args("cell.gates.trace", &[("number", unit.to_string())]),
        x: XAxis {
            title: tr("cell.gates.steps"),
            from: 0,
            to: names.len().saturating_sub(1).max(1),
            ticks: Vec::new(),
            names: names.into(),
        },
        y: YAxis {
            title: tr("cell.gates.value"),
            log: false,
            from_zero: true,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
        },
        curves,
        regions: Vec::new(),
        markers: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_sorted_by_what_they_do() {
        // Two steps of one vector of three units.
        let values = [0.1f32, 0.9, 0.5, 0.1, 0.7, -0.5];
        let layer = WatchedLayer {
            cell: "LSTM".into(),
            hidden_size: 3,
            vectors: vec!["f".into()],
            bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ..WatchedLayer::default()
        };
        assert_eq!(layer.value(0, 2, 1), -0.5);
        assert_eq!(sorted(&layer, 0, 2, Order::Movement), [2, 1, 0]);
        assert_eq!(sorted(&layer, 0, 2, Order::Mean), [1, 0, 2]);
        assert_eq!(sorted(&layer, 0, 2, Order::Number), [0, 1, 2]);
    }
}

//! The chart on the page: a `<figure>` that resizes with its place, repaints at most once a frame and only while
//! it is seen, tells its values under pointer, finger and arrow keys, and shows its numbers as a table.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys;
use std::time::Duration;
use unroll::number::Written;

use super::chart::Chart;
use super::layout::{layout, legend};
use super::scene::{Scene, Shape};
use super::svg::{paint, property, swatch};
use super::table::{readout, rows};
use crate::i18n::{tr, tr_args};

/// The pause between two refreshes of an open table while a run goes on.
const TABLE_PAUSE: Duration = Duration::from_millis(500);

/// A line chart. `name` is written to `data-figure` and names its controls; `caption` says in words what is to be
/// seen now; the children are its controls.
#[component]
pub fn LineChart(
    /// Written to `data-figure`.
    name: &'static str,
    /// What to draw.
    #[prop(into)]
    chart: Signal<Chart>,
    /// What is to be seen, in words.
    #[prop(into)]
    caption: Signal<String>,
    /// Switches above the chart.
    children: Children,
) -> impl IntoView {
    let plot = NodeRef::<Div>::new();
    let size = RwSignal::new((0.0, 0.0));
    let seen = RwSignal::new(true);
    watch_element(plot, size, seen);

    let scene = RwSignal::new(None::<Scene>);
    repaint_in_frames(chart, size, seen, scene);
    let cursor = RwSignal::new(None::<usize>);
    let picture = move || scene.with(|scene| scene.as_ref().map(|scene| paint(&scene.shapes, &property)));
    let cross = move || {
        let position = cursor.get()?;
        scene.with(|scene| Some(cross_hairs(scene.as_ref()?, &chart.read(), position)))
    };
    let view_box = move || {
        let (width, height) = size.get();
        format!("0 0 {} {}", Written(width), Written(height))
    };
    let reading = move || match cursor.get() {
        Some(position) => chart.with(|chart| readout(chart, position)),
        None => tr("chart.hint"),
    };
    let follow = move |event: &web_sys::PointerEvent| {
        let Some(plot) = plot.get_untracked() else { return };
        let pixel = f64::from(event.client_x()) - plot.get_bounding_client_rect().left();
        let position = scene.with_untracked(|scene| scene.as_ref().map(|scene| scene.x.value(pixel)));
        if let Some(position) = position {
            let range = chart.with_untracked(|chart| (chart.x.from, chart.x.to));
            cursor.set(Some((position.round().max(0.0) as usize).clamp(range.0, range.1.max(range.0))));
        }
    };
    let move_cursor = move |event: web_sys::KeyboardEvent| {
        let (from, to) = chart.with_untracked(|chart| (chart.x.from, chart.x.to.max(chart.x.from)));
        if let Some(position) = step_cursor(&event.key(), event.shift_key(), cursor.get_untracked(), from, to)
        {
            event.prevent_default();
            event.stop_propagation();
            cursor.set(position);
        }
    };
    let caption_id = format!("{name}-caption");
    let entries = Memo::new(move |_| chart.with(legend));

    view! {
        <figure class="chart" data-figure=name>
            <div class="chart-controls">{children()}</div>
            <ul class="chart-legend">
                {move || entries.get().into_iter().map(|(label, ink)| view! {
                    <li><span inner_html=swatch(ink)></span>{label}</li>
                }).collect_view()}
            </ul>
            <div
                class="chart-plot"
                node_ref=plot
                role="slider"
                tabindex="0"
                aria-label=move || chart.with(|chart| tr_args("chart.read", &[("title", chart.title.clone())]))
                aria-describedby=caption_id.clone()
                aria-valuemin=move || chart.with(|chart| chart.x.from)
                aria-valuemax=move || chart.with(|chart| chart.x.to)
                aria-valuenow=move || cursor.get().unwrap_or_else(|| chart.with(|chart| chart.x.from))
                aria-valuetext=reading
                on:pointermove=move |event| follow(&event)
                on:pointerdown=move |event| follow(&event)
                on:pointerleave=move |event| if event.pointer_type() == "mouse" { cursor.set(None) }
                on:keydown=move_cursor
                on:blur=move |_| cursor.set(None)
            >
                <svg viewBox=view_box aria-hidden="true">
                    <g inner_html=move || picture().unwrap_or_default()></g>
                    <g inner_html=move || cross().unwrap_or_default()></g>
                </svg>
            </div>
            <div class="chart-readout" class:idle=move || cursor.get().is_none()>{reading}</div>
            <figcaption id=caption_id>{caption}</figcaption>
            <TableView name chart/>
        </figure>
    }
}

/// The disclosure under a chart with its numbers.
#[component]
fn TableView(name: &'static str, chart: Signal<Chart>) -> impl IntoView {
    let open = RwSignal::new(false);
    let table = RwSignal::new((String::new(), 1));
    let build = move || {
        if let Some(built) = chart.try_with_untracked(rows) {
            table.try_set(built);
        }
    };
    let waiting = RwSignal::new(false);
    Effect::new(move |was_open: Option<bool>| {
        if !open.get() {
            return false;
        }
        chart.track();
        if was_open != Some(true) {
            build();
        } else if !waiting.get_untracked() {
            waiting.set(true);
            set_timeout(
                move || {
                    build();
                    waiting.try_set(false);
                },
                TABLE_PAUSE,
            );
        }
        true
    });
    let thinned = move || {
        let every = table.with(|table| table.1);
        (every > 1)
            .then(|| view! { <p>{tr_args("chart.table.thinned", &[("every", every.to_string())])}</p> })
    };
    view! {
        <button
            type="button"
            class="quiet"
            data-control=format!("{name}-table")
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || tr(if open.get() { "chart.table.hide" } else { "chart.table.show" })}
        </button>
        <Show when=move || open.get()>
            {thinned}
            <div
                class="chart-table"
                aria-busy=move || waiting.get().to_string()
                tabindex="0"
                role="region"
                aria-label=move || chart.with(|chart| chart.title.clone())
            >
                <table data-table=name inner_html=move || table.with(|table| table.0.clone())></table>
            </div>
        </Show>
    }
}

/// Keeps `size` and `seen` true to the element.
fn watch_element(element: NodeRef<Div>, size: RwSignal<(f64, f64)>, seen: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let resized = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let last: Option<web_sys::ResizeObserverEntry> = entries.pop().dyn_into().ok();
            if let Some(rect) = last.map(|entry| entry.content_rect()) {
                size.try_set((rect.width(), rect.height()));
            }
        });
        let crossed = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let last: Option<web_sys::IntersectionObserverEntry> = entries.pop().dyn_into().ok();
            if let Some(entry) = last {
                seen.try_set(entry.is_intersecting());
            }
        });
        let function = |closure: &Closure<dyn FnMut(js_sys::Array)>| -> js_sys::Function {
            closure.as_ref().unchecked_ref::<js_sys::Function>().clone()
        };
        // A screen ahead, so that a chart is there when it is scrolled to.
        let near = web_sys::IntersectionObserverInit::new();
        near.set_root_margin("100% 0px");
        let observers = (
            web_sys::ResizeObserver::new(&function(&resized)),
            web_sys::IntersectionObserver::new_with_options(&function(&crossed), &near),
        );
        if let (Ok(resize), Ok(intersection)) = observers {
            resize.observe(&element);
            intersection.observe(&element);
            let kept = StoredValue::new_local((resize, intersection, resized, crossed));
            on_cleanup(move || {
                kept.with_value(|(resize, intersection, ..)| {
                    resize.disconnect();
                    intersection.disconnect();
                });
            });
        }
    });
}

/// Lays the chart out anew when it, its size or its visibility has changed: once a frame at most, never unseen.
/// The browser gives no frames to a page in the background.
fn repaint_in_frames(
    chart: Signal<Chart>,
    size: RwSignal<(f64, f64)>,
    seen: RwSignal<bool>,
    scene: RwSignal<Option<Scene>>,
) {
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        chart.track();
        let (width, height) = size.get();
        let visible = seen.get() && width >= 1.0 && height >= 1.0;
        if !visible || asked.try_update_value(|asked| std::mem::replace(asked, true)) != Some(false) {
            return;
        }
        request_animation_frame(move || {
            let alive = asked.try_update_value(|asked| *asked = false).is_some();
            if let Some((width, height)) = size.try_get_untracked().filter(|_| alive) {
                let laid_out = chart.with_untracked(|chart| layout(chart, width, height, false));
                scene.set(Some(laid_out));
            }
        });
    });
}

/// Where a key moves the cursor; `None` if the key means nothing here. Escape takes the cursor away.
fn step_cursor(
    key: &str,
    fast: bool,
    cursor: Option<usize>,
    from: usize,
    to: usize,
) -> Option<Option<usize>> {
    let far = ((to - from) / 12).max(1);
    let by = if fast { far } else { 1 };
    let target = match (key, cursor) {
        ("Escape", _) => return Some(None),
        ("Home", _) => from,
        ("End", _) => to,
        ("ArrowLeft" | "ArrowDown" | "ArrowRight" | "ArrowUp" | "PageDown" | "PageUp", None) => from,
        ("ArrowLeft" | "ArrowDown", Some(at)) => at.saturating_sub(by),
        ("ArrowRight" | "ArrowUp", Some(at)) => at + by,
        ("PageDown", Some(at)) => at.saturating_sub(far),
        ("PageUp", Some(at)) => at + far,
        _ => return None,
    };
    Some(Some(target.clamp(from, to)))
}

/// A vertical line at the position and a dot on every curve there.
fn cross_hairs(scene: &Scene, chart: &Chart, position: usize) -> String {
    let pixel = scene.x.pixel(position as f64);
    let (bottom, top) = scene.y.range;
    let mut shapes =
        vec![Shape::Rule { from: (pixel, top), to: (pixel, bottom), token: "ink-soft", dashed: false }];
    for curve in chart.curves.iter().filter(|curve| !curve.silent) {
        let point = curve.at(position).map(|value| scene.y.pixel(value)).filter(|pixel| pixel.is_finite());
        if let Some(height) = point {
            let points = vec![(pixel, height.max(top).min(bottom))];
            shapes.push(Shape::Dots { points, ink: curve.ink });
        }
    }
    paint(&shapes, &property)
}

/// The present colour behind a custom property of the page, for exported pictures.
pub fn page_color(token: &str) -> String {
    // The property's own text may be `light-dark(…)`; an element that uses it has the colour.
    let read = || -> Option<String> {
        let probe = document().create_element("span").ok()?;
        probe.set_attribute("style", &format!("color:var(--{token})")).ok()?;
        document().body()?.append_child(&probe).ok()?;
        let style = window().get_computed_style(&probe).ok().flatten();
        let color = style.and_then(|style| style.get_property_value("color").ok());
        probe.remove();
        color
    };
    read().unwrap_or_else(|| "gray".into())
}

#[cfg(test)]
mod tests {
    use super::step_cursor;

    #[test]
    fn keys_move_the_cursor_inside_the_axis() {
        assert_eq!(step_cursor("ArrowRight", false, None, 0, 143), Some(Some(0)));
        assert_eq!(step_cursor("ArrowRight", false, Some(143), 0, 143), Some(Some(143)));
        assert_eq!(step_cursor("ArrowLeft", true, Some(30), 0, 143), Some(Some(19)));
        assert_eq!(step_cursor("End", false, Some(3), 0, 143), Some(Some(143)));
        assert_eq!(step_cursor("Escape", false, Some(3), 0, 143), Some(None));
        assert_eq!(step_cursor("r", false, Some(3), 0, 143), None);
    }
}

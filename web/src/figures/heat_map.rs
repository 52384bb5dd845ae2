//! A matrix of numbers as colours: blue below zero, orange above, the paler the nearer to it.

use std::fmt::Write as _;

use leptos::prelude::*;

use crate::quantity::format_number;

/// Steps of colour to each side of zero.
const SHADES: i32 = 10;
/// Height of a cell, in the drawing's own unit; its width follows from the number of columns.
const CELL: f64 = 16.0;
/// Width of all columns together.
const WIDTH: f64 = 480.0;
/// A cell is not wider than this.
const WIDEST: f64 = 40.0;
/// Pixels of a column whose name stands beneath it.
const NAMED: f64 = 18.0;

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heat {
    /// The names of the rows.
    pub rows: Vec<String>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// `[rows, columns]`, row by row.
    pub values: Vec<f64>,
    /// The value with the strongest colour, to both sides of zero.
    pub limit: f64,
}

impl Heat {
    /// Width of a cell.
    fn cell(&self) -> f64 {
        (WIDTH / self.columns.len().max(1) as f64).min(WIDEST)
    }

    /// Width and height of the drawing.
    fn size(&self) -> (f64, f64) {
        (self.cell() * self.columns.len() as f64, CELL * self.rows.len() as f64)
    }

    /// The inside of the `<svg>`: one path for each shade, so that a matrix of any size is at most 21 nodes.
    fn paths(&self) -> String {
        let columns = self.columns.len().max(1);
        let mut paths = vec![String::new(); (2 * SHADES + 1) as usize];
        for (index, value) in self.values.iter().enumerate() {
            let (x, y) = ((index % columns) as f64 * self.cell(), (index / columns) as f64 * CELL);
            let path = &mut paths[(self.shade(*value) + SHADES) as usize];
            // Writing to a string can't fail.
            let _ = write!(path, "M{x:.2} {y:.0}h{:.2}v{CELL}h-{:.2}z", self.cell(), self.cell());
        }
        let class = |shade: i32| match shade {
            0 => "heat-zero".to_owned(),
            ..0 => "heat-below".to_owned(),
            _ => "heat-above".to_owned(),
        };
        (-SHADES..=SHADES)
            .zip(&paths)
            .filter(|(_, path)| !path.is_empty())
            .map(|(shade, path)| {
                let strength = f64::from(shade.abs()) / f64::from(SHADES);
                format!("<path class=\"{}\" style=\"--heat:{strength}\" d=\"{path}\"/>", class(shade))
            })
            .collect()
    }

    /// From −[`SHADES`] to [`SHADES`].
    fn shade(&self, value: f64) -> i32 {
        let share = value / self.limit.max(f64::MIN_POSITIVE);
        // What is not a number has no colour.
        (share.clamp(-1.0, 1.0) * f64::from(SHADES)).round() as i32
    }

    /// The cell under a place in the drawing.
    fn at(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let (column, row) = ((x / self.cell()).floor(), (y / CELL).floor());
        let inside = column >= 0.0 && row >= 0.0;
        let (column, row) = (column as usize, row as usize);
        (inside && column < self.columns.len() && row < self.rows.len()).then_some((row, column))
    }
}

/// A matrix as colours, with the names of its rows; the cell under the pointer says its value. A click chooses a row.
#[component]
pub fn HeatMap(
    /// Written to `data-figure`.
    name: &'static str,
    /// What is drawn.
    #[prop(into)]
    heat: Signal<Heat>,
    /// What it is, in words.
    #[prop(into)]
    caption: Signal<String>,
    /// The row that is marked.
    #[prop(optional, into)]
    marked: Option<Signal<usize>>,
    /// What a click on a row does.
    #[prop(optional, into)]
    choose: Option<Callback<usize>>,
    /// Do the names of the columns stand beneath? Then every column is wide enough for a character.
    #[prop(optional)]
    named_columns: bool,
) -> impl IntoView {
    let rows = Memo::new(move |_| heat.with(|heat| heat.rows.clone()));
    let drawing = Memo::new(move |_| heat.with(Heat::paths));
    let size = Memo::new(move |_| heat.with(Heat::size));
    let columns =
        Memo::new(move |_| heat.with(|heat| if named_columns { heat.columns.clone() } else { Vec::new() }));
    let width = move || match columns.with(Vec::len) {
        0 => format!("max-width:{:.0}px", size.get().0 * 1.5),
        count => format!("width:{:.0}px", (count as f64 * NAMED).max(size.get().0)),
    };
    // However wide it becomes, a row stays as high as its name: the names alone make the height.
    let drawn = move || match columns.with(Vec::is_empty) {
        true => width(),
        false => format!("{};height:0;min-height:100%", width()),
    };
    let under = move || {
        columns.with(|columns| {
            (!columns.is_empty()).then(|| {
                let name = |name: &String| view! { <li>{name.clone()}</li> };
                view! {
                    <ol class="heat-columns" lang="zh" aria-hidden="true" style=width>
                        {columns.iter().map(name).collect_view()}
                    </ol>
                }
            })
        })
    };
    let pointed = RwSignal::new(None::<(usize, usize)>);
    let said = move || {
        let (row, column) = pointed.get()?;
        heat.with(|heat| {
            let value = heat.values.get(row * heat.columns.len() + column)?;
            let (row, column) = (heat.rows.get(row)?, heat.columns.get(column)?);
            Some(format!("{row} · {column}: {}", format_number(*value)))
        })
    };
    let moved = move |event: web_sys::PointerEvent| {
        let target: web_sys::Element = event_target(&event);
        // A path lies inside the drawing; the drawing's own box is the measure.
        let Some(svg) = target.closest("svg").ok().flatten() else { return };
        let (shown, (width, height)) = (svg.get_bounding_client_rect(), size.get_untracked());
        let x = (f64::from(event.client_x()) - shown.left()) / shown.width().max(1.0) * width;
        let y = (f64::from(event.client_y()) - shown.top()) / shown.height().max(1.0) * height;
        pointed.set(heat.with_untracked(|heat| heat.at(x, y)));
    };
    let clicked = move |_| {
        if let (Some(choose), Some((row, _))) = (choose, pointed.get_untracked()) {
            choose.run(row);
        }
    };
    let label = move |(index, text): (usize, String)| {
        let current = move || marked.is_some_and(|marked| marked.get() == index);
        match choose {
            Some(choose) => view! {
                <li class:marked=current>
                    <button type="button" class="text-button" aria-pressed=move || current().to_string()
                        data-row=index.to_string() on:click=move |_| choose.run(index)>{text}</button>
                </li>
            }
            .into_any(),
            None => view! { <li>{text}</li> }.into_any(),
        }
    };
    view! {
        <figure class="heat-map" data-figure=name>
            <div class="heat-rows">
                <ol lang="zh">
                    {move || rows.get().into_iter().enumerate().map(label).collect_view()}
                </ol>
                <svg
                    viewBox=move || format!("0 0 {:.2} {:.2}", size.get().0, size.get().1)
                    preserveAspectRatio="none"
                    style=drawn
                    role="img"
                    aria-label=move || caption.get()
                    on:pointermove=moved
                    on:pointerleave=move |_| pointed.set(None)
                    on:click=clicked
                    inner_html=move || drawing.get()
                ></svg>
                {under}
            </div>
            <figcaption>
                <span>{move || caption.get()}</span>
                <output class="heat-value">{said}</output>
            </figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heat(values: Vec<f64>) -> Heat {
        let names = |count: usize| (0..count).map(|index| index.to_string()).collect::<Vec<_>>();
        Heat { rows: names(2), columns: names(values.len() / 2), values, limit: 2.0 }
    }

    #[test]
    fn each_value_has_its_shade() {
        let heat = heat(vec![0.0, 2.0, -9.0, 1.0]);
        let shades: Vec<i32> = heat.values.iter().map(|value| heat.shade(*value)).collect();
        assert_eq!(shades, [0, 10, -10, 5]);
        assert_eq!(heat.paths().matches("<path").count(), 4);
        assert_eq!(heat.shade(f64::NAN), 0);
    }

    #[test]
    fn the_cell_under_the_pointer_is_found() {
        let heat = heat(vec![0.0; 8]);
        let (width, height) = heat.size();
        assert_eq!((width, height), (160.0, 32.0));
        assert_eq!(heat.at(1.0, 1.0), Some((0, 0)));
        assert_eq!(heat.at(width - 1.0, height - 1.0), Some((1, 3)));
        assert_eq!(heat.at(-1.0, 1.0), None);
        assert_eq!(heat.at(width + 1.0, 1.0), None);
    }
}

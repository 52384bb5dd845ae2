//! A drawing of what goes in and out of the module: blocks whose sides hint at the sizes.

use leptos::prelude::*;
use unroll::lessons::cell::ShapesQuestion;
use unroll::nn::RecurrentConfig;

use super::block::{Block, extent};
use super::notation::{input_axes, output_axes, state_axes, tuple};
use crate::i18n::{tr, tr_args};

/// Width of the drawing.
const WIDTH: f64 = 480.0;
/// Height of a block with its three lines of text.
const ROW: f64 = 128.0;
/// From the top of a row to the bottom of its block's front.
const FLOOR: f64 = 78.0;
/// Where the blocks of the two columns, and the module between them, have their middle.
const COLUMNS: [f64; 3] = [80.0, 224.0, 385.0];
/// Width of the module.
const MODULE: f64 = 100.0;

/// The drawing. Its blocks follow the settings.
#[component]
pub fn Diagram(
    /// The module and the batch.
    asked: Memo<ShapesQuestion>,
) -> impl IntoView {
    let words = move || asked.with(describe);
    let view_box = move || format!("0 0 {WIDTH} {}", asked.with(height));
    view! {
        <figure class="shapes-diagram" data-figure="shapes">
            <svg
                viewBox=view_box
                role="img"
                aria-label=words
                inner_html=move || asked.with(draw)
            ></svg>
            <figcaption class="remark">{move || tr("cell.shapes.diagram.caption")}</figcaption>
        </figure>
    }
}

fn height(asked: &ShapesQuestion) -> f64 {
    ROW * outcomes(asked).len() as f64
}

/// A tensor that is drawn.
struct Tensor {
    name: &'static str,
    shape: Vec<usize>,
    axes: String,
    block: Block,
}

fn input(asked: &ShapesQuestion) -> Tensor {
    let ShapesQuestion { module, batch_size, seq_length } = asked;
    Tensor {
        name: "input",
        shape: module.input_shape(*batch_size, *seq_length).to_vec(),
        axes: input_axes(module),
        block: Block {
            class: "data",
            width: extent(*seq_length, 128, 14.0, 84.0),
            height: extent(module.input_size, 512, 8.0, 58.0),
            depth: extent(*batch_size, 128, 6.0, 34.0),
            slabs: *seq_length,
            floors: 1,
            marked: Vec::new(),
        },
    }
}

/// What comes out of the module, from top to bottom.
fn outcomes(asked: &ShapesQuestion) -> Vec<Tensor> {
    let ShapesQuestion { module, batch_size, seq_length } = asked;
    let directions = module.num_directions();
    let depth = extent(*batch_size, 128, 6.0, 34.0);
    // The forward direction has read everything at the last step, the reverse one at the first.
    let ends = [(seq_length.saturating_sub(1), 0), (0, 1)];
    let output = Block {
        class: "output",
        width: extent(*seq_length, 128, 14.0, 84.0),
        height: extent(directions * module.hidden_size, 512, 8.0, 58.0),
        depth,
        slabs: *seq_length,
        floors: directions,
        marked: ends.into_iter().take(directions).collect(),
    };
    let layers = module.num_layers * directions;
    let state = |marked: Vec<(usize, usize)>| Block {
        class: "state",
        width: 14.0 * layers as f64,
        height: extent(module.hidden_size, 512, 8.0, 58.0),
        depth,
        slabs: layers,
        floors: 1,
        marked,
    };
    let tensor = |name, shape, axes, block| Tensor { name, shape, axes, block };
    let shape = module.state_shape(*batch_size).to_vec();
    let top = (layers - directions..layers).map(|layer| (layer, 0)).collect();
    let mut tensors = vec![
        tensor("output", module.output_shape(*batch_size, *seq_length).to_vec(), output_axes(module), output),
        tensor("h_n", shape.clone(), state_axes(module), state(top)),
    ];
    if module.cell.states() == 2 {
        tensors.push(tensor("c_n", shape, state_axes(module), state(Vec::new())));
    }
    tensors
}

fn describe(asked: &ShapesQuestion) -> String {
    let said = |tensor: &Tensor| {
        let Tensor { name, shape, axes, .. } = tensor;
        tr_args(
            "cell.shapes.diagram.tensor",
            &[("name", (*name).into()), ("shape", tuple(shape)), ("axes", axes.clone())],
        )
    };
    let outcomes: Vec<String> = outcomes(asked).iter().map(said).collect();
    tr_args(
        "cell.shapes.diagram.words",
        &[
            ("module", asked.module.printed()),
            ("input", said(&input(asked))),
            ("outcomes", outcomes.join(&tr("list.separator"))),
        ],
    )
}

/// The inside of the `<svg>`. Its classes are styled by the page.
fn draw(asked: &ShapesQuestion) -> String {
    let middle = height(asked) / 2.0;
    let [left, centre, right] = COLUMNS;
    let mut svg = tensor(&input(asked), left, middle - ROW / 2.0);
    // Text and block of a row together; the arrows meet the block, which lies above the middle.
    let level = |row_top: f64| row_top + FLOOR - 26.0;
    let from = level(middle - ROW / 2.0);
    svg += &module(&asked.module, centre, from);
    svg += &arrow((left + 64.0, from), (centre - MODULE / 2.0 - 3.0, from));
    for (row, outcome) in outcomes(asked).iter().enumerate() {
        let top = row as f64 * ROW;
        let width = outcome.block.width_in_all();
        svg += &tensor(outcome, right, top);
        svg += &arrow((centre + MODULE / 2.0, from), (right - width / 2.0 - 5.0, level(top)));
    }
    svg
}

/// A block and its name, shape and axes.
fn tensor(tensor: &Tensor, centre: f64, top: f64) -> String {
    let Tensor { name, shape, axes, block } = tensor;
    let width = block.width_in_all();
    let mut svg = block.draw(centre - width / 2.0, top + FLOOR);
    for (class, text, below) in [("name", *name, 17.0), ("shape", &tuple(shape), 32.0), ("axes", axes, 46.0)]
    {
        svg += &format!("<text class=\"{class}\" x=\"{centre}\" y=\"{}\">{text}</text>", top + FLOOR + below);
    }
    svg
}

/// The module: its layers, the first one at the bottom.
fn module(module: &RecurrentConfig, centre: f64, middle: f64) -> String {
    let (pitch, thick) = (30.0, 22.0);
    let left = centre - MODULE / 2.0;
    let whole = pitch * module.num_layers as f64 + 28.0;
    let top = middle - whole / 2.0;
    let mut svg = format!(
        "<g class=\"module\"><rect x=\"{left}\" y=\"{top:.1}\" width=\"{MODULE}\" height=\"{whole:.1}\" rx=\"8\"/>\
         <text class=\"name\" x=\"{centre}\" y=\"{:.1}\">{}</text>",
        top + 18.0,
        module.cell.name()
    );
    let ways = if module.bidirectional { "⇄" } else { "→" };
    for layer in 0..module.num_layers {
        let upper = top + whole - 4.0 - pitch * (layer + 1) as f64;
        svg += &format!(
            "<rect class=\"layer\" x=\"{:.1}\" y=\"{upper:.1}\" width=\"{:.1}\" height=\"{thick}\" rx=\"4\"/>\
             <text x=\"{centre}\" y=\"{:.1}\">l{layer} {ways}</text>",
            left + 8.0,
            MODULE - 16.0,
            upper + 15.5
        );
    }
    svg + "</g>"
}

fn arrow(from: (f64, f64), to: (f64, f64)) -> String {
    let turn = from.0 + 14.0;
    let ((x, y), (end, level)) = (from, to);
    format!(
        "<path class=\"arrow\" d=\"M{x:.1} {y:.1}C{turn:.1} {y:.1} {turn:.1} {level:.1} {bend:.1} {level:.1}\
         H{end:.1}M{back:.1} {above:.1}L{end:.1} {level:.1}L{back:.1} {below:.1}\"/>",
        bend = (x + 28.0).min(end),
        back = end - 6.0,
        above = level - 4.0,
        below = level + 4.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_is_marked_in_the_output_and_the_top_layer_in_the_state() {
        let module = RecurrentConfig {
            cell: unroll::nn::Cell::Lstm,
            input_size: 12,
            hidden_size: 10,
            num_layers: 3,
            bias: true,
            batch_first: true,
            dropout: 0.0,
            bidirectional: true,
        };
        let asked = ShapesQuestion { module, batch_size: 32, seq_length: 4 };
        let marked: Vec<_> = outcomes(&asked).into_iter().map(|tensor| tensor.block.marked).collect();
        assert_eq!(marked, [vec![(3, 0), (0, 1)], vec![(4, 0), (5, 0)], vec![]]);
        let svg = draw(&asked);
        assert_eq!(svg.matches("class=\"marked\"").count(), 4);
        assert!(svg.contains("(32, 4, 20)") && svg.contains("(6, 32, 10)") && svg.contains("l2 ⇄"));
    }
}
